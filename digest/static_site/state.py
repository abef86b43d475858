"""What an export wrote before: a small SQLite file in its folder. So the next one writes what is new and takes away
what is gone, and never touches a file that it did not write."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import NamedTuple

FILE = ".digest-export.sqlite3"


class Known(NamedTuple):
    """A file as it was written last: the ETag of what it was made of, and the SHA-256 of its bytes ("" for both: it
    was about to be written)."""

    etag: str
    sha256: str


class State:
    """Which files are this export's. Raises sqlite3.Error where another export is under way, or the file is broken."""

    def __init__(self, folder: Path, version: str) -> None:
        self._database = sqlite3.connect(folder / FILE, timeout=0.2, isolation_level=None)
        try:
            self._begin(version)
        except BaseException:
            self._database.close()
            raise

    def _begin(self, version: str) -> None:
        self._database.execute("PRAGMA locking_mode = EXCLUSIVE")
        self._database.execute("PRAGMA journal_mode = WAL")  # so that a commit costs no wait for the disk
        self._database.execute("PRAGMA synchronous = NORMAL")
        self._database.execute("BEGIN EXCLUSIVE")
        self._database.execute(
            "CREATE TABLE IF NOT EXISTS file (path TEXT PRIMARY KEY, etag TEXT, sha256 TEXT, run INTEGER) WITHOUT ROWID"
        )
        self._database.execute("CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT)")
        facts = dict(self._database.execute("SELECT name, value FROM fact"))
        self._run = int(facts.get("run", 0)) + 1
        if facts.get("version") != version:
            self._database.execute("UPDATE file SET etag = ''")
        self._database.executemany(
            "INSERT OR REPLACE INTO fact VALUES (?, ?)", [("run", self._run), ("version", version)]
        )
        self.save()

    def known(self, path: str) -> Known | None:
        """What is known of a file; None if it was never this export's."""
        row = self._database.execute("SELECT etag, sha256 FROM file WHERE path = ?", [path]).fetchone()
        return Known(*row) if row else None

    def about_to_write(self, path: str) -> None:
        """Say that a file is this export's before it is there, so that one that was cut off is found again."""
        if self.known(path) is None:
            self._put(path, "", "")
            self.save()

    def wrote(self, path: str, etag: str, sha256: str) -> None:
        self._put(path, etag, sha256)

    def keep(self, path: str) -> None:
        """A file holds as it is."""
        self._database.execute("UPDATE file SET run = ? WHERE path = ?", [self._run, path])

    def gone(self) -> list[str]:
        """The files of earlier exports that this one has not."""
        return [row[0] for row in self._database.execute("SELECT path FROM file WHERE run < ?", [self._run])]

    def forget(self, path: str) -> None:
        self._database.execute("DELETE FROM file WHERE path = ?", [path])

    def save(self) -> None:
        self._database.execute("COMMIT")
        self._database.execute("BEGIN EXCLUSIVE")

    def close(self) -> None:
        self._database.execute("COMMIT")
        self._database.close()

    def _put(self, path: str, etag: str, sha256: str) -> None:
        self._database.execute("INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?)", [path, etag, sha256, self._run])
