"""From what an operator names (files, folders, zips, tars, standard input, a git range) to the files of a run.

Nothing of an input is held but the file that is read; sidecars are read before the files that they are about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from . import git
from .archives import ArchiveError, Limits, read_zip
from .archives.gate import is_article
from .files import FoundFile, IncomingFile, Survey, read_files, survey, walk
from .provenance import Provenance, ProvenanceError, covering, of_batch
from .sources import article_of, is_sources
from .streams import read_stream

STREAM = "-"
SOURCES_BYTES = 32_000_000  # of an archive that wait for their articles at one time
ZIPS = (".zip",)
TARS = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")


class InputError(ValueError):
    """What was named can't be imported; the message is a sentence for the operator. Nothing was read yet."""


class BrokenOffError(ValueError):
    """An archive could not be read to its end; the files that came before are fine."""


@dataclass(frozen=True, slots=True)
class Input:
    """What a run reads: its files, how many they are where that is known, and what holds for the run as a whole. When
    the files have been read, `left_out` names the `.sources.json` files of archives that found no article."""

    files: Iterator[IncomingFile]
    count: int | None
    provenance: Provenance
    left_out: list[str] = field(default_factory=list)


def open_input(
    paths: Sequence[Path], *, limits: Limits, stream: BinaryIO, changed_since: str = "", told: Provenance
) -> Input:
    """The files that `paths` name. `stream` is what “-” stands for; `told` is what the command line says of all.

    Raises InputError before the first file, and BrokenOffError from `files`."""
    single, packed = [path for path in paths if not _is_packed(path)], [path for path in paths if _is_packed(path)]
    for path in paths:
        if str(path) != STREAM and not path.exists():
            raise InputError(f"{path}: there is no such file or folder.")
    if stream.isatty() and Path(STREAM) in packed:
        raise InputError(
            "- reads standard input, and nothing is piped into it. Pipe a tar or a document to the command."
        )
    if changed_since and packed:
        raise InputError(f"--changed-since looks at folders of a git working tree; {packed[0]} is none.")
    looked = _survey(single)
    found = _changed(single, changed_since, looked) if changed_since else None
    count = len(found) if found is not None else looked.count
    left_out: list[str] = []
    return Input(
        _files(found, single, packed, looked, limits, stream, left_out),
        None if packed else count,
        _for_all(paths, looked).merged_over(told),
        left_out,
    )


def _is_packed(path: Path) -> bool:
    return str(path) == STREAM or (path.name.lower().endswith(ZIPS + TARS) and not path.is_dir())


def _survey(paths: Sequence[Path]) -> Survey:
    try:
        return survey(paths)
    except ProvenanceError as error:
        raise InputError(str(error)) from None


def _for_all(paths: Sequence[Path], looked: Survey) -> Provenance:
    """What the sidecar of the one folder that was named says of the whole run."""
    return looked.sidecars.get(str(paths[0].resolve()), Provenance()) if len(paths) == 1 else Provenance()


def _changed(paths: Sequence[Path], since: str, looked: Survey) -> list[FoundFile]:
    found: dict[Path, FoundFile] = {}
    for path in paths:
        try:
            changed = git.changed_files(path, since)
        except git.GitError as error:
            raise InputError(str(error)) from None
        root = path.resolve()
        sidecars = {
            Path(folder).relative_to(root).as_posix(): said
            for folder, said in looked.sidecars.items()
            if Path(folder).is_relative_to(root)
        }
        for file in changed:
            given = covering(file.path, sidecars)
            found.setdefault(file.location.resolve(), replace(file, is_located=True, given=given))
    return list(found.values())


def _files(
    found: list[FoundFile] | None,
    single: Sequence[Path],
    packed: Sequence[Path],
    looked: Survey,
    limits: Limits,
    stream: BinaryIO,
    left_out: list[str],
) -> Iterator[IncomingFile]:
    places = walk(single, sidecars=looked.sidecars) if found is None else found
    yield from read_files(places, max_bytes=limits.max_file_bytes)
    for path in packed:
        yield from _unpacked(path, limits, stream, left_out)


def _unpacked(path: Path, limits: Limits, stream: BinaryIO, left_out: list[str]) -> Iterator[IncomingFile]:
    """The files of a zip, a tar or standard input, each with what the sidecars beside it say."""
    beside = _Beside(left_out)
    name = "standard input" if str(path) == STREAM else str(path)
    try:
        if str(path) == STREAM:
            yield from beside.joined(read_stream(stream, name=name, limits=limits, on_sidecar=beside.keep))
            return
        with closing(path.open("rb")) as opened:
            if path.name.lower().endswith(ZIPS):
                files = read_zip(opened, limits, on_sidecar=beside.keep)
            else:
                files = read_stream(opened, name=path.name, limits=limits, on_sidecar=beside.keep)
            for file in beside.joined(files):
                yield replace(file, name=f"{name}/{file.shown}")
    except (ArchiveError, ProvenanceError) as error:
        raise BrokenOffError(f"{name}: {error}") from None
    except OSError as error:
        raise BrokenOffError(f"{name} can't be read: {error.strerror or error}.") from None


class _Beside:
    """The sidecars of an archive while it is read once and forward. Sources wait for their article, SOURCES_BYTES of
    them at most; the names of those that come after it, or are too many, end up in `left_out`."""

    def __init__(self, left_out: list[str]) -> None:
        self._runs: dict[str, Provenance] = {}
        self._sources: dict[str, IncomingFile] = {}
        self._left_out = left_out
        self._size = 0

    def keep(self, file: IncomingFile) -> None:
        if not is_sources(file.path):
            self._runs[str(PurePosixPath(file.path).parent)] = of_batch(file.data)
        elif self._size + len(file.data) > SOURCES_BYTES:
            self._left_out.append(file.path)
        else:
            self._sources[article_of(file.path)] = file
            self._size += len(file.data)

    def joined(self, files: Iterable[IncomingFile]) -> Iterator[IncomingFile]:
        """The files with what is known of them; each is held back by one, as sources may come right behind it."""
        last: IncomingFile | None = None
        broken_off = None
        try:
            for file in files:
                if last:
                    yield self._with_sources(last)
                last = file
        except (ArchiveError, ProvenanceError, OSError) as error:  # what came before it is fine
            broken_off = error
        if last:
            yield self._with_sources(last)
        if broken_off:
            raise broken_off
        self._left_out += [file.path for file in self._sources.values()]

    def _with_sources(self, file: IncomingFile) -> IncomingFile:
        given = covering(file.path, self._runs)
        sources = self._sources.pop(article_of(file.path), None) if is_article(file.path) else None
        if not sources:
            return replace(file, given=given)
        self._size -= len(sources.data)
        return replace(file, given=given, sources=sources.data, sources_error=sources.error)
