"""Whether the log is as it was written: every row has its own hash, and each names the one before.

What the chain alone can't show is that its end was cut off. So a check ends with an anchor (`1234:<hash>`): kept
somewhere else and handed in again, it says whether everything up to there is still in place. SQLite counts its rows on
its own, which tells of an end that was cut off even without one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import connection

from .models import Event

AT_ONCE = 500  # rows in memory
_ANCHOR = re.compile(r"([0-9]{1,18}):([0-9a-f]{64}|)")
_TABLE = Event._meta.db_table


@dataclass(frozen=True, slots=True)
class Anchor:
    """How many events there were, and the hash of the last one ("" where there was none)."""

    count: int
    hash: str

    @classmethod
    def parse(cls, text: str) -> Anchor:
        """Raises ValueError for what is no anchor."""
        match = _ANCHOR.fullmatch(text.strip())
        if not match:
            raise ValueError(f"“{text}” is no anchor; one looks like 1234: and 64 digits from 0 to f.")
        return cls(int(match[1]), match[2])

    def __str__(self) -> str:
        return f"{self.count}:{self.hash}"


@dataclass(frozen=True, slots=True)
class Break:
    """A row that is not as it was written, or that does not follow the one before; `event` is its id, None for the
    end of the log."""

    event: int | None
    sentence: str


class Verification:
    """A walk over the whole log in order of its ids. After `breaks()` was read to its end, `anchor` names the end.

    Memory does not grow with the log; three short queries go with each row that is wrong."""

    def __init__(self, expected: Anchor | None = None, told: Callable[[], object] = lambda: None) -> None:
        self.expected = expected
        self.told = told
        self.anchor = Anchor(0, "")

    def breaks(self) -> Iterator[Break]:
        """What is wrong, in the order of the log."""
        count, before = 0, None
        for event in _rows():
            count += 1
            self.told()
            if event.computed_hash() != event.hash:
                yield Break(event.pk, f"Event {event.pk} was changed: its facts no longer give its hash.")
            if event.previous != (before.hash if before else ""):
                yield Break(event.pk, _what_is_between(before, event))
            if self.expected and count == self.expected.count and event.hash != self.expected.hash:
                yield Break(event.pk, f"Event {event.pk} stands where the anchor has another one, as number {count}.")
            before = event
        self.anchor = Anchor(count, before.hash if before else "")
        yield from self._end(before)

    def _end(self, last: Event | None) -> Iterator[Break]:
        count = self.anchor.count
        if self.expected and count < self.expected.count:
            missing = self.expected.count - count
            yield Break(None, f"The end is missing: {missing} of the {self.expected.count} events of the anchor.")
        elif (given := _last_id_given()) and given > (last.pk if last else 0):
            after = f"after event {last.pk}" if last else "of the log"
            yield Break(None, f"The end is missing: SQLite has given ids up to {given}, and nothing is left {after}.")


def _rows() -> Iterator[Event]:
    rows = Event.objects.order_by("id").select_related("revision")
    return rows.only(*_OWN, "revision__hash").iterator(chunk_size=AT_ONCE)


_OWN = [field.name for field in Event._meta.concrete_fields]


def _what_is_between(before: Event | None, event: Event) -> str:
    """Why an event does not follow the one before it, as far as the table tells."""
    if not event.previous:
        return f"Event {event.pk} says that it is the first, and stands after event {before.pk if before else 0}."
    where = f"event {before.pk}" if before else "the beginning"
    named = Event.objects.filter(hash=event.previous).values_list("pk", flat=True).first()
    if named:
        return f"Event {event.pk} was moved: it follows event {named}, and stands after {where}."
    if before is None:
        return f"Everything before event {event.pk} was removed."
    gap = event.pk - before.pk - 1
    if gap:
        return f"Between event {before.pk} and event {event.pk} something was removed ({gap} ids are not there)."
    return f"Event {before.pk} was changed and given a new hash, or what stood before event {event.pk} was removed."


def _last_id_given() -> int:
    """The highest id that SQLite gave to an event, taken back ones aside; 0 on other databases, whose counters go on
    when a transaction is taken back."""
    if connection.vendor != "sqlite":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [_TABLE])
        row = cursor.fetchone()
    return int(row[0]) if row else 0
