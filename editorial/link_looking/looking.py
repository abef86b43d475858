"""One look at one address: redirects followed by hand, every hop judged, asked for leave and waited for like the first.
No Django, no database."""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass, field, replace
from email.utils import parsedate_to_datetime
from typing import NamedTuple
from urllib.parse import quote, urljoin

from ..checks.looks import Result
from .fetch import Answer, Manner, fetch
from .guard import Guard, LookError, UnsafeAddress, read
from .pace import Pace
from .page_titles import title_of
from .robots import FILE_MAX, Robots

HOPS_MAX = 8  # redirects; browsers follow 20, but honest chains end after two or three
FOR_GOOD = (301, 308)
REDIRECTS = (301, 302, 303, 307, 308)
BUSY = (429, 503)
REST = 3_600.0  # seconds for a host that is busy and does not say how long
REST_MAX = 30 * 86_400.0  # seconds; what a host may ask for
PLACE = "{address}"  # where the address stands in that of the archive's lookup


class Astray(LookError):
    """The server answers, but its redirects lead nowhere."""

    result = Result.OTHERWISE


@dataclass(frozen=True, slots=True)
class Seen:
    """What one look found; the fields are those of `editorial.checks.looks.Look`. `final` is "" where nothing was
    redirected; `retry_after` is how many seconds the host wants to be left alone."""

    result: Result
    code: int | None = None
    final: str = ""
    permanent: bool = False
    title: str = ""
    archived: str = ""
    trouble: str = ""
    retry_after: float = 0.0


class Followed(NamedTuple):
    """The last answer on the way from an address, whose it is, and how it was come to."""

    answer: Answer
    host: str
    final: str
    permanent: bool


@dataclass
class Looker:
    """Looks at addresses; may be shared by threads. `archive` is the address of an archive's lookup with `{address}`
    in it, "" for none."""

    manner: Manner
    pace: Pace
    guard: Guard = field(default_factory=Guard)
    archive: str = ""

    def __post_init__(self) -> None:
        self.robots = Robots(self.manner.user_agent, self._rules_at)

    def look(self, address: str) -> Seen:
        """What is at an address now. Raises AskedToWait when a host wants to be left alone, and nothing else."""
        try:
            seen = self._judged(self._follow(address))
        except LookError as error:
            seen = Seen(error.result, trouble=str(error))
        if self.archive and seen.result in (Result.GONE, Result.NO_HOST):
            return replace(seen, archived=self._archived(address))
        return seen

    def _rules_at(self, address: str) -> Answer:
        return self._follow(address, ask_leave=False, max_bytes=FILE_MAX).answer

    def _follow(self, address: str, *, ask_leave: bool = True, max_bytes: int = 0) -> Followed:
        """The way from an address to the answer at its end. `ask_leave` of robots.txt at every hop. Raises LookError
        and AskedToWait."""
        manner = replace(self.manner, max_bytes=max_bytes or self.manner.max_bytes)
        first, permanent, known = address, True, set[str]()
        for _ in range(HOPS_MAX + 1):
            try:
                target = self.guard.target(address)
            except UnsafeAddress as error:
                raise error if address == first else UnsafeAddress(f"It redirects elsewhere. {error}") from None
            if target.address in known:
                raise Astray(f"{target.host} redirects in a circle.")
            known.add(target.address)
            delay = self.robots.admit(target) if ask_leave else 0.0
            self.pace.wait(target.host, delay=delay)
            answer = fetch(target, manner)
            location = answer.headers.get("location", "").strip()
            if answer.code not in REDIRECTS or not location:
                is_redirected = len(known) > 1
                final = target.address if is_redirected else ""
                return Followed(answer, target.host, final, is_redirected and permanent)
            permanent = permanent and answer.code in FOR_GOOD
            address = _joined(target.address, location)
        raise Astray(f"There are more than {HOPS_MAX} redirects.")

    def _judged(self, followed: Followed) -> Seen:
        answer = followed.answer
        seen = Seen(_result(answer.code), answer.code, followed.final, followed.permanent)
        if seen.result is Result.FINE:
            return replace(seen, title=title_of(answer.body, answer.headers.get("content-type", "")))
        if answer.code in BUSY:
            rest = _seconds(answer.headers.get("retry-after", "")) or REST
            self.pace.hold(followed.host, rest)
            return replace(seen, retry_after=rest)
        return seen

    def _archived(self, address: str) -> str:
        """The address of an archived copy by the archive's lookup, "" for none. The archive is asked as its own rules
        for programs say, so its robots.txt, which is about its pages, is not read."""
        lookup = self.archive.replace(PLACE, quote(address, safe=""))
        try:
            found = json.loads(self._follow(lookup, ask_leave=False).answer.body)
            copy = found["archived_snapshots"]["closest"]
            url = str(copy["url"]) if copy["available"] is True else ""
            return url if url and read(url) else ""
        except (LookError, ValueError, LookupError, TypeError, RecursionError):
            return ""


def _result(code: int) -> Result:
    if 200 <= code < 300:
        return Result.FINE
    return Result.GONE if code in (404, 410) else Result.OTHERWISE


def _joined(address: str, location: str) -> str:
    """Where a redirect leads. Raises UnsafeAddress for what is no address."""
    try:
        return urljoin(address, location)
    except ValueError:
        raise UnsafeAddress("It redirects to what is no web address.") from None


def _seconds(value: str) -> float:
    """What Retry-After says, as seconds from now: a number of them or a date. 0 for nothing that can be read."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return min(float(value[:12]), REST_MAX)
    try:
        at = parsedate_to_datetime(value)
        left = (at - datetime.datetime.now(at.tzinfo or datetime.UTC)).total_seconds()
    except (ValueError, TypeError, OverflowError, IndexError):
        return 0.0
    return min(max(left, 0.0), REST_MAX)
