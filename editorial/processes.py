"""Other processes that share the work on a long list: what they do has to be pure, and to be found by its name.

Loaded before Django is set up in them."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import wait
from typing import Any, Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

PART = 25  # items that a process takes in one go


class Shared(Generic[Item, Result]):
    """Work that was given away: what it is done to, part by part, and what will come of it."""

    def __init__(self, work: Callable[[list[Item]], list[Result]]) -> None:
        self._work = work
        self.parts: list[tuple[list[Item], Future[list[Result]]]] = []

    def results(self) -> list[Result]:
        """One result for each item, in order; waits for them. What a process took to its grave is done here."""
        return [result for part, future in self.parts for result in self._of(part, future)]

    def _of(self, part: list[Item], future: Future[list[Result]]) -> list[Result]:
        try:
            return future.result()
        except BrokenExecutor:  # the system ended a process, for want of memory perhaps
            return self._work(part)


class Processes:
    """Some other processes, started with the first work. Leaving ends them at once, whatever they are at; they end with
    this one too, however it ends."""

    def __init__(self, number: int) -> None:
        self._before = set(multiprocessing.active_children())
        # Not forked: this process has an open database and may have threads.
        self._pool = ProcessPoolExecutor(number, multiprocessing.get_context("spawn"), initializer=start)

    def give(self, work: Callable[[list[Item]], list[Result]], items: Sequence[Item]) -> Shared[Item, Result]:
        """Have `work` done to the items, PART by PART; `work` is a function of a module, from a list to one as long."""
        shared = Shared(work)
        for at in range(0, len(items), PART):
            part = list(items[at : at + PART])
            shared.parts.append((part, self._submit(work, part)))
        return shared

    def _submit(self, work: Callable[[list[Item]], list[Result]], part: list[Item]) -> Future[list[Result]]:
        try:
            with _deaf_children():
                return self._pool.submit(work, part)
        except BrokenExecutor as error:
            future: Future[list[Result]] = Future()
            future.set_exception(error)
            return future

    def __enter__(self) -> Processes:
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


def start() -> None:
    """Set Django up, and end with the process that started this one, however that ends."""
    parent = multiprocessing.parent_process()
    if parent:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()
    import django

    django.setup()


def _end_with(sentinel: Any) -> None:
    wait([sentinel])
    os._exit(1)
