"""Finding and reading the files of a run, one after the other in bounded memory. Pure but for the disk."""

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from ..text import storable
from .provenance import SIDECAR, Provenance, ProvenanceError, of_batch
from .sources import SUFFIX, GivenSource, SourcesError, read_sources

SUFFIXES = (".md", ".markdown")
PATH_MAX = 1000  # characters: the column's width

Sidecars = Mapping[str, Provenance]  # by the real path of their folder


@dataclass(frozen=True, eq=False)
class IncomingFile:
    """One file of a run: its bytes, or why they could not be read (`error`).

    `path` is relative to the folder that was named (what is kept), `name` is how the person would type it
    (what messages show). `is_located` says that the path means something: the file lies in a folder that was
    named, so the next file there is its successor. An upload's name means nothing. `given` is what the `batch.json`
    that covers the file says; `sources` is the `.sources.json` beside it, or `sources_error` why that was not read."""

    path: str
    data: bytes = b""
    name: str = ""
    error: str = ""
    is_located: bool = False
    given: Provenance = Provenance()
    sources: bytes = b""
    sources_error: str = ""

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    @cached_property
    def told_sources(self) -> tuple[tuple[GivenSource, ...], str]:
        """The sources that came with the file, and a sentence where they came and can't be taken."""
        try:
            if self.sources_error:
                raise SourcesError(self.sources_error)
            return (read_sources(self.sources) if self.sources else ()), ""
        except SourcesError as error:
            return (), f"The texts in its {SUFFIX} file were left out. {error}"

    @property
    def shown(self) -> str:
        return self.name or self.path


@dataclass(frozen=True, slots=True)
class FoundFile:
    """Where a file of a run lies; with an `error` it can't be read and is named for that."""

    location: Path
    path: str
    is_located: bool = False
    given: Provenance = Provenance()
    error: str = ""


@dataclass(slots=True)
class Survey:
    """What a look over folders found before anything is read: how many files, and what the sidecars say."""

    count: int = 0
    sidecars: dict[str, Provenance] = field(default_factory=dict)


def find_files(paths: Iterable[Path]) -> list[FoundFile]:
    """The Markdown files among `paths` and below them, each once, folders in order of name.

    A file that is named itself is taken whatever its ending. Raises FileNotFoundError for a path that is
    not there."""
    return list(walk(list(paths)))


def walk(paths: Sequence[Path], *, sidecars: Sidecars | None = None) -> Iterator[FoundFile]:
    """The same one by one, with what the sidecars say of each. Memory is bounded by the names in one folder.

    Links to folders are not followed; a link to a file that is read anyway is passed over."""
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(path)
    seen = _Seen([os.path.realpath(path) for path in paths if path.is_dir()])
    for path in paths:
        real = os.path.realpath(path)
        if path.is_dir():
            yield from _below(str(path), "", sidecars or {}, Provenance(), seen)
            seen.done.append(real)
        elif not seen.was_read(real):
            seen.single.add(real)
            yield FoundFile(path, path.name)


def survey(paths: Sequence[Path]) -> Survey:
    """Count the files that `walk` will give and read every `batch.json` on the way. Raises FileNotFoundError, and
    ProvenanceError with the place of a sidecar that can't be read."""
    found = Survey()
    for path in paths:
        for folder, _, names in os.walk(path):
            if SIDECAR in names:
                found.sidecars[os.path.realpath(folder)] = _sidecar(Path(folder, SIDECAR))
    found.count = sum(1 for _ in walk(paths))
    return found


def _sidecar(location: Path) -> Provenance:
    try:
        return of_batch(location.read_bytes())
    except OSError as error:
        raise ProvenanceError(f"{location} can't be read: {error.strerror or error}.") from None
    except ProvenanceError as error:
        raise ProvenanceError(f"{location.parent}: {error}") from None


class _Seen:
    """What a walk has read already, without a list of all of it: whole folders, and single files beside them."""

    def __init__(self, folders: list[str]) -> None:
        self.folders, self.done = folders, list[str]()
        self.single = set[str]()

    def was_read(self, real: str) -> bool:
        return real in self.single or _is_below(real, self.done)

    def link_is_needless(self, target: str) -> bool:
        """Whether what a link leads to is read under its own name, or was through another link."""
        if target in self.single or _is_below(target, self.folders):
            return True
        self.single.add(target)
        return False


def _is_below(real: str, folders: list[str]) -> bool:
    starts = tuple(folder.rstrip(os.sep) + os.sep for folder in folders)
    return real.startswith(starts) and real.lower().endswith(SUFFIXES)


def _below(folder: str, relative: str, sidecars: Sidecars, above: Provenance, seen: _Seen) -> Iterator[FoundFile]:
    real = os.path.realpath(folder)
    given = sidecars[real].merged_over(above) if real in sidecars else above
    try:
        names, folders, links = _listed(folder)
    except OSError as error:
        reason = f"The folder can't be read: {error.strerror or error}. Check its owner and permissions."
        yield FoundFile(Path(folder), relative or folder, error=reason)
        return
    for name in names:
        location, path = os.path.join(folder, name), f"{relative}{name}"
        if name in folders:
            yield from _below(location, f"{path}/", sidecars, given, seen)
        elif name in links and seen.link_is_needless(os.path.realpath(location)):
            continue
        elif name in links or not seen.was_read(f"{real}{os.sep}{name}"):
            yield FoundFile(Path(location), path, is_located=True, given=given)


def _listed(folder: str) -> tuple[list[str], set[str], set[str]]:
    """The names in a folder that matter, sorted; which of them are folders, and which are links to files."""
    names, folders, links = [], set(), set()
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                folders.add(entry.name)
            elif not entry.name.lower().endswith(SUFFIXES) or not entry.is_file():
                continue
            elif entry.is_symlink():
                links.add(entry.name)
            names.append(entry.name)
    return sorted(names), folders, links


def read_files(found: Iterable[FoundFile], *, max_bytes: int) -> Iterator[IncomingFile]:
    """Read one file after the other; what can't be read, or is over `max_bytes`, comes with its error."""
    for file in found:
        name = str(file.location)
        try:
            data, error = _bytes_of(name, max_bytes) if not file.error else (b"", file.error)
        except OSError as failure:
            data = b""
            error = f"The file can't be read: {failure.strerror or failure}. Check its owner and permissions."
        path = storable(file.path)[-PATH_MAX:]
        sources = _sources_beside(name, max_bytes) if data else (b"", "")
        yield IncomingFile(path, data, storable(name), error, file.is_located, file.given, *sources)


def _sources_beside(name: str, max_bytes: int) -> tuple[bytes, str]:
    """The bytes of the `.sources.json` beside a file, or the sentence why they can't be read; neither if there is
    none."""
    try:
        return _bytes_of(os.path.splitext(name)[0] + SUFFIX, max_bytes)
    except FileNotFoundError:
        return b"", ""
    except OSError as failure:
        return b"", f"It can't be read: {failure.strerror or failure}. Check its owner and permissions."


def _bytes_of(name: str, max_bytes: int) -> tuple[bytes, str]:
    """The bytes of a file, or none and the sentence that says why."""
    with open(name, "rb") as stream:
        size = os.fstat(stream.fileno()).st_size
        return (b"", too_large(size, max_bytes)) if size > max_bytes else (stream.read(), "")


def too_large(size: int, max_bytes: int) -> str:
    """The sentence for a file over the limit; sizes in bytes."""
    return f"The file has {size:,} bytes; {max_bytes:,} is the limit. Split it, or raise the setting UPLOAD_MAX_BYTES."
