"""Reading what is new in a run's files before its turn to be written comes, in this process or in others."""

from __future__ import annotations

import multiprocessing
import signal
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import TypeAlias

from ..models import Generation
from ..reader_process import start
from .files import IncomingFile
from .reading import BrokenFile, ReadFile, read

Result: TypeAlias = ReadFile | BrokenFile
Results: TypeAlias = dict[IncomingFile, Result]
Chunk: TypeAlias = list[IncomingFile]

PART = 25  # files that one process reads in one go


def read_ahead(chunks: Iterable[Chunk], *, jobs: int = 1) -> Iterator[tuple[Chunk, Results]]:
    """Every chunk, in order, with what its files read as; files whose bytes the database knows are not read.

    `jobs` counts the processes, this one among them. The others start with the first chunk; they end with this one,
    however it ends."""
    if jobs == 1:
        for chunk in chunks:
            yield chunk, {file: read(file) for file in unknown(chunk)}
        return
    with _Readers(jobs - 1) as readers:
        waiting: deque[tuple[Chunk, list[tuple[Chunk, Future[list[Result]]]]]] = deque()
        for chunk in chunks:
            waiting.append((chunk, readers.give(unknown(chunk))))
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


def _finished(chunk: Chunk, parts: list[tuple[Chunk, Future[list[Result]]]]) -> tuple[Chunk, Results]:
    results: Results = {}
    for files, future in parts:
        try:
            found = future.result()
        except BrokenExecutor:  # the system ended a process, for want of memory perhaps
            found = _read_all(files)
        results.update(zip(files, found, strict=True))
    return chunk, results


class _Readers:
    """Processes that read files. Leaving ends them at once, whatever they are at."""

    def __init__(self, number: int) -> None:
        self._before = set(multiprocessing.active_children())
        # Not forked: this process has an open database and may have threads.
        self._pool = ProcessPoolExecutor(number, multiprocessing.get_context("spawn"), initializer=start)

    def give(self, files: Chunk) -> list[tuple[Chunk, Future[list[Result]]]]:
        parts = [files[at : at + PART] for at in range(0, len(files), PART)]
        return [(part, self._submit(part)) for part in parts]

    def _submit(self, part: Chunk) -> Future[list[Result]]:
        try:
            with _deaf_children():
                return self._pool.submit(_read_all, part)
        except BrokenExecutor as error:
            future: Future[list[Result]] = Future()
            future.set_exception(error)
            return future

    def __enter__(self) -> _Readers:
        return self

    def __exit__(self, *_: object) -> None:
        own = set(multiprocessing.active_children()) - self._before
        self._pool.shutdown(wait=False, cancel_futures=True)
        for process in own:
            process.terminate()
        for process in own:
            process.join(timeout=1)


@contextmanager
def _deaf_children() -> Iterator[None]:
    """Ctrl-C is for the process that writes: those that are started in here never hear it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _read_all(files: Chunk) -> list[Result]:
    return [read(file) for file in files]
