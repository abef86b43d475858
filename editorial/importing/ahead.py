"""Reading what is new in a run's files before its turn to be written comes, in this process or in others."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from ..models import Generation
from ..processes import Processes, Shared
from .files import IncomingFile
from .reading import BrokenFile, ReadFile, read

Result: TypeAlias = ReadFile | BrokenFile
Results: TypeAlias = dict[IncomingFile, Result]
Chunk: TypeAlias = list[IncomingFile]


def read_ahead(chunks: Iterable[Chunk], *, jobs: int = 1) -> Iterator[tuple[Chunk, Results]]:
    """Every chunk, in order, with what its files read as; files whose bytes the database knows are not read.

    `jobs` counts the processes, this one among them. The others start with the first chunk; they end with this one,
    however it ends."""
    if jobs == 1:
        for chunk in chunks:
            yield chunk, {file: read(file) for file in unknown(chunk)}
        return
    with Processes(jobs - 1) as others:
        waiting: deque[tuple[Chunk, Chunk, Shared[IncomingFile, Result]]] = deque()
        for chunk in chunks:
            new = unknown(chunk)
            waiting.append((chunk, new, others.give(_read_all, new)))
            if len(waiting) > jobs:
                yield _finished(*waiting.popleft())
        while waiting:
            yield _finished(*waiting.popleft())


def unknown(chunk: Sequence[IncomingFile]) -> Chunk:
    """The files whose bytes the database has not, or that have none. A plan reads whatever else it needs."""
    hashes = {file.sha256 for file in chunk if file.data}
    # Nothing but the hash, which the index answers alone: other columns lie behind the bytes of the file.
    known = set(Generation.objects.filter(sha256__in=hashes).order_by().values_list("sha256", flat=True))
    return [file for file in chunk if not file.data or file.sha256 not in known]


def _finished(chunk: Chunk, new: Chunk, shared: Shared[IncomingFile, Result]) -> tuple[Chunk, Results]:
    return chunk, dict(zip(new, shared.results(), strict=True))


def _read_all(files: Chunk) -> list[Result]:
    return [read(file) for file in files]
