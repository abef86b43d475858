"""The queue page by page: found by the place where a page begins, never by counting the rows before it."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.db.models import BooleanField, F, Func, QuerySet, Value
from django.db.models.expressions import Combinable

from ..checking.findings import not_waived
from ..models import Article, Finding, Weight
from .conditions import queue_twice
from .filters import Filters
from .names import shown_name

PER_PAGE = 50
CAP = 1_000  # rows that are counted; a longer queue is "more than" that
ORDER = ("rank", "created_at", "source_key", "id")
CODES_SHOWN = 3  # checks told of in one row, the gravest first
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_PLACE = re.compile(r"(-?[0-9]{1,5})\.([0-9]{1,17})\.([0-9]{1,18})\.([0-9]{1,18})")
_MICROSECOND = datetime.timedelta(microseconds=1)


class Place(NamedTuple):
    """Where a row stands in the queue: the columns that it is ordered by."""

    rank: int
    came: datetime.datetime
    source: int
    pk: int

    @classmethod
    def of(cls, article: Listed) -> Place:
        return cls(article.rank, article.created_at, article.source_key, article.pk)

    @classmethod
    def parse(cls, text: str) -> Place | None:
        """The place that an address names, None for anything else whatever."""
        match = _PLACE.fullmatch(text)
        if not match:
            return None
        rank, came, source, pk = map(int, match.groups())
        try:
            return cls(rank, _EPOCH + came * _MICROSECOND, source, pk)
        except OverflowError:
            return None

    def __str__(self) -> str:
        return f"{self.rank}.{(self.came - _EPOCH) // _MICROSECOND}.{self.source}.{self.pk}"


class Listed(NamedTuple):
    """What a row tells of an article, as columns: models of four tables would take as long as the database."""

    pk: int
    slug: str
    status: str
    title: str
    language: str
    date: datetime.date
    waiting: str
    block_count: int
    warn_count: int
    gravity: int
    rank: int
    source_key: int
    due: datetime.date | None
    priority: int
    created_at: datetime.datetime
    current_id: int | None
    words: int | None
    tags: Sequence[str] | None
    source: str | None
    assignee: int | None
    assignee_name: str
    holder: int | None
    holder_name: str
    held_until: datetime.datetime | None


@dataclass(frozen=True, slots=True)
class Row:
    """One article of the queue and what the checks say about it: (code, severity) of the gravest, and how many more."""

    article: Listed
    told: Sequence[tuple[str, str]]
    more: int


@dataclass(frozen=True, slots=True)
class Page:
    """A part of the queue. `count` is of all rows that the filters leave; `is_capped` says that there are more.
    `before` and `after` are places in addresses where the neighbouring pages end or begin, "" where there is none."""

    rows: Sequence[Row]
    count: int
    is_capped: bool
    before: str
    after: str


def page_of(filters: Filters, *, by: User, after: str = "", before: str = "") -> Page:
    """The page that begins after one place or ends before another, the first one without either: three queries, and a
    fourth where a filter is about rows of another table."""
    rows, to_count = queue_twice(filters, by=by)
    counted = to_count.order_by()[: CAP + 1].count()
    end, start = Place.parse(before), Place.parse(after)
    if end:
        found = shown(rows.filter(_row_is("<", end)), [f"-{name}" for name in ORDER])
        has_before, has_after = len(found) > PER_PAGE, True
        found = found[:PER_PAGE][::-1]
    else:
        rows = rows.filter(_row_is(">", start)) if start else rows
        found = shown(rows, ORDER)
        has_before, has_after = start is not None, len(found) > PER_PAGE
        found = found[:PER_PAGE]
    return Page(
        rows=_told(found),
        count=min(counted, CAP),
        is_capped=counted > CAP,
        before=str(Place.of(found[0])) if found and has_before else "",
        after=str(Place.of(found[-1])) if found and has_after else "",
    )


def shown(rows: QuerySet[Article], order: Sequence[str]) -> list[Listed]:
    """The first rows in an order, one more than a page has, with what a row of the list tells: the text's facts without
    the text, who has it, whose it is. These are looked up for the rows of the page alone, once it is known which."""
    first = rows.order_by(*order).values("pk")[: PER_PAGE + 1]
    found = Article.objects.filter(pk__in=first).order_by(*order).values_list(*_COLUMNS)
    return [Listed(*columns) for columns in found]


def _row_is(sign: str, place: Place) -> Func:
    """A row's place compared as a whole, as both databases can: read off the index, whatever is before it."""
    columns: Any = map(Article._meta.get_field, ORDER)
    values = (Value(value, column) for value, column in zip(place, columns, strict=True))
    return Func(
        _tuple(*map(F, ORDER)),
        _tuple(*values),
        template="%(expressions)s",
        arg_joiner=f" {sign} ",
        output_field=BooleanField(),
    )


def _tuple(*parts: Combinable) -> Func:
    return Func(*parts, template="(%(expressions)s)", output_field=BooleanField())


_ELSEWHERE: Mapping[str, Any] = {
    "words": F("current__word_count"),
    "tags": F("current__tags"),
    "source": F("source__name"),
    "assignee_name": shown_name("assignee__"),
    "holder": F("hold__by"),
    "holder_name": shown_name("hold__by__"),
    "held_until": F("hold__until"),
}
_COLUMNS = [_ELSEWHERE.get(name, name) for name in Listed._fields]


def _told(articles: Sequence[Listed]) -> list[Row]:
    """The rows with the checks that found something that blocks or warns: one query for all."""
    found: dict[int, list[tuple[str, str]]] = {}
    wanted = Finding.objects.filter(
        revision__in=[article.current_id for article in articles if article.gravity],
        severity__in=[Weight.BLOCK, Weight.WARN],
    )
    for revision, severity, code in (
        not_waived(wanted).order_by().values_list("revision", "severity", "code").distinct()
    ):
        found.setdefault(revision, []).append((severity, code))
    rows = []
    for article in articles:
        told = [(code, severity) for severity, code in sorted(found.get(article.current_id or 0, []))]
        rows.append(Row(article, told[:CODES_SHOWN], max(0, len(told) - CODES_SHOWN)))
    return rows
