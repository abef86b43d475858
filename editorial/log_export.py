"""The log as a file: CSV or JSON lines, row by row, whatever its length."""

from __future__ import annotations

import csv
import datetime
import json
from collections.abc import Iterator

from django.db.models import QuerySet

from .models import Event
from .spreadsheets import harmless

AT_ONCE = 1_000  # rows in memory
COLUMNS = (
    *("id", "at", "action", "actor", "article", "title", "revision", "revision_hash", "batch", "reason", "data"),
    *("previous", "hash"),
)


class _Line:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def as_csv(events: QuerySet[Event]) -> Iterator[str]:
    """A line with the names of the columns and one for each event. Cells that a table would take for a formula begin
    with an apostrophe."""
    writer = csv.writer(_Line())
    yield writer.writerow(COLUMNS)
    for facts in _rows(events):
        facts["data"] = json.dumps(facts["data"], ensure_ascii=False, sort_keys=True)
        yield writer.writerow([harmless(facts[name]) for name in COLUMNS])


def as_json_lines(events: QuerySet[Event]) -> Iterator[str]:
    """One JSON object and a line end for each event."""
    for facts in _rows(events):
        yield json.dumps(facts, ensure_ascii=False) + "\n"


def _rows(events: QuerySet[Event]) -> Iterator[dict[str, object]]:
    """The facts of each event, the first one first."""
    related = events.select_related("article", "revision").order_by("id")
    rows = related.defer("revision__body", "revision__excerpt").iterator(chunk_size=AT_ONCE)
    for event in rows:
        yield {
            "id": event.pk,
            "at": event.at.astimezone(datetime.UTC).isoformat(),
            "action": event.action,
            "actor": event.actor_name,
            "article": event.article.slug if event.article else None,
            "title": event.article.title if event.article else None,
            "revision": event.revision.number if event.revision else None,
            "revision_hash": event.revision.hash if event.revision else None,
            "batch": event.batch_id,
            "reason": event.reason,
            "data": event.data,
            "previous": event.previous,
            "hash": event.hash,
        }
