"""The index in PostgreSQL: two tsvectors with GIN indexes in `SearchEntry`.

Ranking reads the whole vector of a row, which for a word in every other article would take a second. So only the
newest matches are ranked, and all those whose title, tags or source match; the rest of the work grows with these
alone."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping

from django.db.backends.base.base import BaseDatabaseWrapper

from .plans import Choice, Plan, Stems

_ENTRIES = "digest_searchentry"
_INDEXES = {"digest_search_short": "short_vector", "digest_search_full": "vector"}
_WEIGHTS = "{0.05, 0.2, 0.4, 1.0}"
"""Of body, lead, names and title, in the order of PostgreSQL (D to A)."""
_NORMALISED = 1  # divides by 1 + log(length), PostgreSQL manual, section 12.3.3
ROUGH = 4
"""How many times `limit` candidates a phrase is looked for in: those that have its words, in whatever order."""
MAX_POSITION = 16_383  # a tsvector counts no further (PostgreSQL manual, section 12.11)
MAX_POSITIONS = 255  # of one word, there too


def prepare(connection: BaseDatabaseWrapper) -> None:
    """Make the indexes, which models can't name without PostgreSQL's own app."""
    with connection.cursor() as cursor:
        for name, column in _INDEXES.items():
            cursor.execute("SELECT to_regclass(%s)", [name])
            if cursor.fetchone() == (None,):  # IF NOT EXISTS would lock the table each time
                cursor.execute(f"CREATE INDEX {name} ON {_ENTRIES} USING gin ({column})")


def tidy(connection: BaseDatabaseWrapper) -> None:
    """After a rebuild: tell the planner what is there."""
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {_ENTRIES}")


def vectors(stems: Stems) -> tuple[str, str]:
    """The short and the full vector of an entry, as text."""
    short = {"A": stems.title, "B": stems.names}
    return _vector(short, stems.labels), _vector({**short, "C": stems.lead, "D": stems.body}, stems.labels)


def candidates(connection: BaseDatabaseWrapper, plan: Plan, limit: int) -> list[tuple[int, float]]:
    """Ids of good publications for a plan (the newest, where it asks for no word) and how good they are, the best
    first. Whether readers may see them is for the caller to ask."""
    exact, rough, words = tsquery(plan), tsquery(plan, rough=True), tsquery(Plan(wanted=plan.wanted))
    bounds = (" AND date >= %(after)s" if plan.after else "") + (" AND date < %(before)s" if plan.before else "")
    newest = f"{bounds} ORDER BY date DESC, publication_id DESC LIMIT"
    values: dict[str, str | int | datetime.date | None] = {
        "exact": exact,
        "rough": rough,
        "words": words,
        "after": plan.after,
        "before": plan.before,
    }
    values |= {"limit": limit, "some": limit if rough == exact else ROUGH * limit}
    score = f"ts_rank('{_WEIGHTS}', vector, %(words)s::tsquery, {_NORMALISED})" if words else "0.0"
    again = " AND vector @@ %(exact)s::tsquery" if rough != exact else ""
    sql = f"""
        WITH found AS MATERIALIZED (
            (SELECT publication_id FROM {_ENTRIES} WHERE short_vector @@ %(rough)s::tsquery{newest} %(some)s)
            UNION
            (SELECT publication_id FROM {_ENTRIES} WHERE vector @@ %(rough)s::tsquery{newest} %(some)s)
        )
        SELECT publication_id, {score} AS score FROM {_ENTRIES}
        WHERE publication_id IN (SELECT publication_id FROM found){again}
        ORDER BY score DESC, publication_id DESC LIMIT %(limit)s"""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [(int(row[0]), float(row[1])) for row in cursor.fetchall()]


def tsquery(plan: Plan, *, rough: bool = False) -> str:
    """A plan as a tsquery (PostgreSQL manual, section 8.11.2); a rough one takes the words of a phrase in any order,
    which an index can tell without a look at the rows, and leaves unwanted phrases for later. "" for a plan that asks
    for nothing."""
    parts = [_either(choice, rough=rough) for choice in (*plan.wanted, *plan.labels)]
    unwanted = [*plan.unwanted, *plan.barred]
    if rough:
        unwanted = [choice for choice in unwanted if all(len(phrase) == 1 for phrase in choice)]
    if not parts and (plan.unwanted or plan.barred or plan.after or plan.before):
        parts = ["'all'"]
    return " & ".join([*parts, *(f"!{_either(choice)}" for choice in unwanted)])


def _either(choice: Choice, *, rough: bool = False) -> str:
    between = " & " if rough else " <-> "
    return "(" + " | ".join("(" + between.join(f"'{word}'" for word in phrase) + ")" for phrase in choice) + ")"


def _vector(weighted: Mapping[str, Iterable[str]], labels: Iterable[str]) -> str:
    """The text of a tsvector; between two weights lies a gap, so that no phrase reaches over it."""
    places: dict[str, list[str]] = {}
    position = 0
    for weight, words in weighted.items():
        for word in words:
            position = min(position + 1, MAX_POSITION)
            places.setdefault(word, []).append(f"{position}{weight}")
        position += 1
    written = [f"'{word}':{','.join(found[:MAX_POSITIONS])}" for word, found in places.items()]
    return " ".join([*written, *(f"'{word}'" for word in labels)])
