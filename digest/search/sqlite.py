"""The index in SQLite: an FTS5 table over the columns of `SearchEntry`, kept by triggers."""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

from .plans import Choice, Plan

TABLE = "digest_search"
_ENTRIES = "digest_searchentry"
_COLUMNS = ("title", "names", "lead", "body", "labels")
_WEIGHTS = "10.0, 5.0, 3.0, 1.0, 0.0"
"""Of the columns in turn: a word in the title counts ten times as much as one in the body. Chosen by eye."""
_NEW, _OLD = (", ".join(f"{row}.{name}" for name in _COLUMNS) for row in ("new", "old"))
_INTO = f"INSERT INTO {TABLE} (rowid, {', '.join(_COLUMNS)})"
_OUT_OF = f"INSERT INTO {TABLE} ({TABLE}, rowid, {', '.join(_COLUMNS)})"
_TRIGGERS = {
    "insert": f"{_INTO} VALUES (new.publication_id, {_NEW});",
    "delete": f"{_OUT_OF} VALUES ('delete', old.publication_id, {_OLD});",
    "update": f"{_OUT_OF} VALUES ('delete', old.publication_id, {_OLD}); {_INTO} VALUES (new.publication_id, {_NEW});",
}
_WORDS_IN = "{title names lead body}"


def prepare(connection: BaseDatabaseWrapper) -> None:
    """Make what the migrations can't: the FTS5 table, and triggers, which SQLite loses when it rebuilds a table.
    Anything that is there stays. The tokenizer parts words at spaces only, as `words` has done all else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM sqlite_master WHERE name = %s", [TABLE])
        is_new = cursor.fetchone() is None
        if is_new:
            cursor.execute(
                f"CREATE VIRTUAL TABLE {TABLE} USING fts5({', '.join(_COLUMNS)}, content='{_ENTRIES}', "
                "content_rowid='publication_id', tokenize=\"ascii tokenchars '_'\")"
            )
            cursor.execute(f"INSERT INTO {TABLE} ({TABLE}, rank) VALUES ('rank', 'bm25({_WEIGHTS})')")
        for event, statements in _TRIGGERS.items():
            cursor.execute(
                f"CREATE TRIGGER IF NOT EXISTS {TABLE}_{event} AFTER {event.upper()} ON {_ENTRIES} "
                f"BEGIN {statements} END"
            )
        if is_new:
            cursor.execute(f"INSERT INTO {TABLE} ({TABLE}) VALUES ('rebuild')")


def tidy(connection: BaseDatabaseWrapper) -> None:
    """After a rebuild: merge the index into one piece, which searches fastest."""
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {TABLE} ({TABLE}) VALUES ('optimize')")


def candidates(connection: BaseDatabaseWrapper, plan: Plan, limit: int) -> list[tuple[int, float]]:
    """Ids of the best publications for a plan (the newest, where it asks for no word) and how good they are, the best
    first. Whether readers may see them is for the caller to ask."""
    within, dates = "", []
    if plan.after or plan.before:
        dates = [date.isoformat() for date in (plan.after, plan.before) if date]
        bounds = " AND ".join((["date >= %s"] if plan.after else []) + (["date < %s"] if plan.before else []))
        within = f" AND +rowid IN (SELECT id FROM digest_publication WHERE {bounds})"
    score, order = ("-rank", "rank") if plan.wanted else ("0.0", "rowid DESC")
    sql = f"SELECT rowid, {score} FROM {TABLE} WHERE {TABLE} MATCH %s{within} ORDER BY {order} LIMIT %s"
    with connection.cursor() as cursor:
        cursor.execute(sql, [match(plan), *dates, limit])
        return [(int(row[0]), float(row[1])) for row in cursor.fetchall()]


def match(plan: Plan) -> str:
    """A plan in the language of FTS5 (https://sqlite.org/fts5.html, section 3); every word is a quoted string in it."""
    parts = [f"{_WORDS_IN} : {_either(choice)}" for choice in plan.wanted]
    parts += [f"labels : {_either(choice)}" for choice in plan.labels] or ([] if parts else ['labels : "all"'])
    unwanted = [f"{_WORDS_IN} : {_either(choice)}" for choice in plan.unwanted]
    unwanted += [f"labels : {_either(choice)}" for choice in plan.barred]
    wanted = " AND ".join(f"({part})" for part in parts)
    return f"({wanted}) NOT ({' OR '.join(f'({part})' for part in unwanted)})" if unwanted else wanted


def _either(choice: Choice) -> str:
    return "(" + " OR ".join('"' + " ".join(phrase) + '"' for phrase in choice) + ")"
