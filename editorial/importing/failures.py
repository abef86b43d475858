"""Why a run could not go on, as a sentence that says what to do."""

from __future__ import annotations

from django.db import DatabaseError, IntegrityError

from ..workflow import Conflict

RUN_STOPPERS = (DatabaseError, Conflict)  # what a run may raise that is not a slip of ours

# What the databases say, in lower case, and what it means; the first that is found counts.
_SAID = (
    (("readonly database", "read-only"), "The database can only be read. Look at the rights of its file and folder."),
    (
        ("is full", "no space left", "disk full", "could not extend file"),
        "The database has no room to grow: the disk, or its share of it, is full. Make room.",
    ),
    (
        ("disk i/o error", "unable to open database file"),
        "The disk does not take what the database writes. Look whether it is full, or no longer there.",
    ),
    (("is locked",), "Another program has kept the database to itself for too long. Wait until that is done."),
    (("no such table", "does not exist", "no such column"), "The database is not up to date. Run: manage.py migrate."),
    (("malformed", "not a database"), "The file of the database is damaged. Put its last copy in its place."),
    (
        ("connection", "terminating", "shut down", "shutting down", "server closed"),
        "The database went away. Look whether its server is running.",
    ),
)


def explain(error: Exception) -> str:
    """A sentence about an error of the database, with the database's own words."""
    if isinstance(error, IntegrityError | Conflict):
        return "Somebody changed the same articles again and again while this ran. Try again when they are done."
    said = str(error).strip().splitlines()
    words = f" ({said[0]})" if said else ""
    for marks, sentence in _SAID:
        if any(mark in str(error).lower() for mark in marks):
            return f"{sentence}{words}"
    return f"The database refused what was to be written.{words}"
