"""When a host may be asked again: one question at a time and some seconds between two. No Django, no database."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

PATIENCE = 60.0  # seconds that a look waits for its turn; whoever asks for more is left for another run
KNOWN_MAX = 10_000  # hosts that are remembered


class AskedToWait(Exception):
    """The host wants to be left alone for longer than a run waits: `seconds` from now."""

    def __init__(self, host: str, seconds: float) -> None:
        super().__init__(f"{host} asks to wait {seconds:.0f} seconds.")
        self.host, self.seconds = host, seconds


class Pace:
    """The turns of all hosts, shared by all threads. `delay` is the time between two questions to one host, in
    seconds."""

    def __init__(self, delay: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._delay, self._clock = delay, clock
        self._stopped = threading.Event()
        self._free_at: dict[str, float] = {}
        self._lock = threading.Lock()

    def wait(self, host: str, *, delay: float = 0.0) -> None:
        """Wait for the host's next turn and take it; `delay` is what the host itself asks for between two. Raises
        AskedToWait when the turn is further away than anybody waits, and when the run is to stop."""
        with self._lock:
            now = self._clock()
            turn = max(now, self._free_at.get(host, now))
            if turn - now > PATIENCE or self._stopped.is_set():
                raise AskedToWait(host, turn - now)
            self._free_at[host] = turn + max(delay, self._delay)
            if len(self._free_at) > KNOWN_MAX:
                self._free_at = {name: at for name, at in self._free_at.items() if at > now}
        if turn > now and self._stopped.wait(turn - now):
            raise AskedToWait(host, 0)

    def hold(self, host: str, seconds: float) -> None:
        """Leave the host alone for this long."""
        with self._lock:
            self._free_at[host] = max(self._free_at.get(host, 0.0), self._clock() + seconds)

    def stop(self) -> None:
        """End every wait, now and from now on: the run is over."""
        self._stopped.set()
