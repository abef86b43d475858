"""A folder that is looked at again and again: which files are new or changed, once they have come to rest."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from .files import FoundFile, survey, walk

State = tuple[int, int]  # time of the last change (ns), size (bytes)


class Watch:
    """What the looks at a folder have shown so far."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._given: dict[str, State] = {}
        self._before: dict[str, State] = {}

    def look(self) -> list[FoundFile]:
        """The files that came or changed and then stayed as they are from one look to the next, each once for every
        state it came to rest in.

        Raises FileNotFoundError when the folder is gone, and ProvenanceError for a sidecar that can't be read; it
        may be asked again, and nothing is lost meanwhile."""
        sidecars = survey([self._folder]).sidecars
        now: dict[str, State] = {}
        settled: list[FoundFile] = []
        for file in walk([self._folder], sidecars=sidecars):
            name, state = str(file.location), _state(file.location)
            if state is None or self._given.get(name) == state:
                continue
            if self._before.get(name) == state:
                settled.append(file)
            else:
                now[name] = state
        self._before = now
        self._given |= {str(file.location): state for file in settled if (state := _state(file.location))}
        return settled

    def forget(self, files: Iterable[FoundFile]) -> None:
        """Give these files once more at a later look: they could not be imported."""
        for file in files:
            self._given.pop(str(file.location), None)


def _state(location: Path) -> State | None:
    try:
        found = location.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
