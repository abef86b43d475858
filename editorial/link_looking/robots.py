"""What a site asks of robots (RFC 9309), read once a site and a day. No Django, no database."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from protego import Protego

from ..checks.looks import Result
from .fetch import Answer
from .guard import LookError, Target

SITES_MAX = 500  # whose rules are remembered
FILE_MAX = 524_288  # bytes; RFC 9309, 2.5: at least 500 KiB of the file count
KEPT = 86_400.0  # seconds; RFC 9309, 2.4: no longer than a day
DELAY_MAX = 86_400.0  # seconds; what a site may ask for between two questions


class KeptOut(LookError):
    """The site asks robots to stay away from this address."""

    result = Result.KEPT_OUT


@dataclass(frozen=True)
class Rules:
    """What one site asks. `rules` is None where it asks nothing, `reason` says why nothing may be asked at all."""

    rules: Protego | None = None
    reason: str = ""
    until: float = 0.0

    def delay(self, user_agent: str) -> float:
        """Seconds between two questions, as the site wishes; 0 for no wish."""
        wish = self.rules.crawl_delay(user_agent) if self.rules else None
        return min(wish, DELAY_MAX) if wish and wish > 0 else 0.0


class Robots:
    """The rules of the sites of a run, shared by all threads. `ask` gives the answer of a site to the address of its
    robots.txt, redirects followed, and raises LookError."""

    def __init__(
        self, user_agent: str, ask: Callable[[str], Answer], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._user_agent, self._ask, self._clock = user_agent, ask, clock
        self._known: OrderedDict[str, Rules] = OrderedDict()
        self._lock = threading.Lock()

    def admit(self, target: Target) -> float:
        """The seconds that the site wants between two questions. Raises KeptOut when this address is not to be asked
        for, and LookError when the site gives no answer."""
        rules = self._rules_of(target)
        if rules.reason:
            raise KeptOut(rules.reason)
        if rules.rules and not rules.rules.can_fetch(target.address, self._user_agent):
            raise KeptOut(f"The robots.txt of {target.host} asks not to look at this address.")
        return rules.delay(self._user_agent)

    def _rules_of(self, target: Target) -> Rules:
        with self._lock:
            known = self._known.get(target.site)
            if known and known.until > self._clock():
                self._known.move_to_end(target.site)
                return known
        rules = self._read(target)
        with self._lock:
            self._known[target.site] = rules
            while len(self._known) > SITES_MAX:
                self._known.popitem(last=False)
        return rules

    def _read(self, target: Target) -> Rules:
        """RFC 9309, 2.3.1: no such file (any 4xx) means no rules, a server's own trouble (5xx) means stay away."""
        answer = self._ask(f"{target.site}/robots.txt")
        until = self._clock() + KEPT
        if answer.code >= 500 or answer.code == 429:
            return Rules(reason=f"{target.host} could not say what it asks of robots ({answer.code}).", until=until)
        if not 200 <= answer.code < 300:
            return Rules(until=until)
        return Rules(Protego.parse(answer.body.decode("utf-8", "replace")), until=until)
