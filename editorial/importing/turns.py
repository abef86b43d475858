"""One import writes at a time, in any number of processes, each for as long as one chunk takes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.db import IntegrityError, OperationalError, connection, transaction

from ..workflow import Conflict

T = TypeVar("T")

TRIES = 5  # how often a step is taken anew when an editor gets in between
PATIENCE = 20.0  # seconds to wait for another program's lock
_PRAGMAS = {
    "busy_timeout": 250,  # ms: while it sleeps it is deaf to Ctrl-C; `in_turn` waits on
    "mmap_size": 0,  # bytes: the run reads little of what it wrote, and mapped pages count as its memory
    "wal_autocheckpoint": 8_000,  # pages: a page that many chunks change goes to the file once, not with each
}
_LOCK = 0x696D_706F_7274  # PostgreSQL's advisory lock of imports: the bytes of "import"
_PASSING = ("40001", "40P01")  # PostgreSQL: could not serialize; deadlock


def in_turn(step: Callable[[], T]) -> T:
    """What `step` returns, taken in a transaction that no other import writes beside, so that what it reads still
    holds when it writes. Taken anew where an editor changed the same rows meanwhile; raises after TRIES."""
    deadline = time.monotonic() + PATIENCE
    attempt = 1
    while True:
        try:
            with transaction.atomic():
                take_turn()
                return step()
        except OperationalError as error:
            if not is_locked(error) or time.monotonic() > deadline:
                raise
        except (IntegrityError, Conflict):
            if attempt == TRIES:
                raise
            attempt += 1


def patiently(step: Callable[[], T]) -> T:
    """What `step` returns. Where another program keeps the database to itself, the step is taken again, for PATIENCE
    seconds; so it has to be one that goes on where it was."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return step()
        except OperationalError as error:
            if not is_locked(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def take_turn() -> None:
    """Wait until no other import is writing; until the transaction ends, none will. Call it first in a transaction.

    On SQLite the transaction itself is the lock: it begins as a writing one."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def is_locked(error: Exception) -> bool:
    """Whether somebody else was in the way and a second try may do."""
    state = getattr(error.__cause__, "sqlstate", "")
    return state in _PASSING or "is locked" in str(error)


@contextmanager
def tuned() -> Iterator[None]:
    """Have SQLite suit a long run; afterwards it is as it was. Other databases need nothing."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        before = {}
        for pragma, value in _PRAGMAS.items():
            found = cursor.execute(f"PRAGMA {pragma}").fetchone()
            before[pragma] = found[0] if found else value
            cursor.execute(f"PRAGMA {pragma} = {value}")
        try:
            yield
        finally:
            for pragma, value in before.items():
                cursor.execute(f"PRAGMA {pragma} = {value}")
