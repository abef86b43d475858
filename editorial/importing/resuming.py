"""Finding the batch of a run that was cut off, and making sure that no other process is still at it.

A process that writes a batch holds a lock on it, which the operating system or PostgreSQL takes away when the process
ends, however it ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.contrib.auth.models import User
from django.db import connection

from ..models import Batch
from .files import IncomingFile

try:
    import fcntl
except ImportError:  # Windows: no such locks, so that a cut-off batch is never continued
    fcntl = None  # type: ignore[assignment]

_CLASS = 0x696D  # PostgreSQL's advisory locks of batches; the batch's key is the second half
RECENT = 20  # how many unfinished batches are looked at


class BatchLocks:
    """The locks that this process holds on its batches, until `held` ends."""

    def __init__(self) -> None:
        self._file: IO[bytes] | None = None

    def take(self, batch: Batch) -> bool:
        """Whether this process has the batch to itself from now on."""
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_CLASS, batch.pk])
                return bool(cursor.fetchone()[0])
        return self._take_on_disk(batch.pk)

    def release(self) -> None:
        if self._file:
            self._file.close()
            self._file = None
        elif connection.vendor == "postgresql" and connection.connection and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock_all()")

    def _take_on_disk(self, key: int) -> bool:
        """One byte of a file beside the database for each batch; an in-memory database is nobody else's."""
        database = Path(connection.settings_dict["NAME"])
        if not database.is_file():
            return True
        if fcntl is None:
            return False
        if self._file is None:
            self._file = database.with_name(f"{database.name}-imports").open("ab")  # noqa: SIM115  closed by `release`
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, key)
        except OSError:
            return False
        return True


@contextmanager
def locks() -> Iterator[BatchLocks]:
    held = BatchLocks()
    try:
        yield held
    finally:
        held.release()


def cut_off(
    first: IncomingFile, *, by: User | None, origin: str, provenance: dict[str, str], locks: BatchLocks
) -> Batch | None:
    """The batch that the same command left unfinished when it was cut off: same words, same account, begun with the
    same file, and nobody is at it. It is locked then."""
    unfinished = Batch.objects.filter(finished_at=None, undone_at=None, origin=origin, by=by)
    for batch in unfinished.order_by("-pk")[:RECENT]:
        if batch.provenance == provenance and _began_with(batch, first) and locks.take(batch):
            batch.refresh_from_db()
            if batch.finished_at is None:
                return batch
    return None


def _began_with(batch: Batch, first: IncomingFile) -> bool:
    row = batch.files.order_by("pk").values_list("path", "generation__sha256").first()
    return row is not None and row[0] == first.path and row[1] in (None, first.sha256)
