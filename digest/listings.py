"""Lists of publications for readers, newest first, in pages that cost the same wherever they begin.

A page is found by the place where it begins (date and id of a row), never by counting the rows before it."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Func, Q, QuerySet
from django.db.models.functions import Greatest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from .addresses import path_to
from .models import FRAGMENTS, LANGUAGES, Publication
from .places import FRONT, Place
from .prepared import Day, Utf8, as_day, rows

_CURSOR = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})\.([0-9]{1,18})")


class Cursor(NamedTuple):
    """A place in a list: just before or after the publication of this date and id."""

    date: datetime.date
    id: int

    @classmethod
    def parse(cls, text: str | None) -> Cursor | None:
        """The place that an address names, None for anything else whatever."""
        match = _CURSOR.fullmatch(text or "")
        if not match:
            return None
        try:
            return cls(datetime.date.fromisoformat(match[1]), int(match[2]))
        except ValueError:
            return None

    @classmethod
    def of(cls, card: Card) -> Cursor:
        return cls(card.date, card.pk)

    def __str__(self) -> str:
        return f"{self.date.isoformat()}.{self.id}"


class Card(NamedTuple):
    """What a list shows of a publication, `html` as a `Utf8` column is; `subject` is the name of what the list is
    about, "" where it has none."""

    pk: int
    date: datetime.date
    html: str | bytes
    subject: str = ""


class Entry(NamedTuple):
    """What a feed shows of a publication (as a `Utf8` column is), and when that last changed for readers."""

    text: str | bytes
    changed_at: datetime.datetime
    subject: str = ""


class Page(NamedTuple):
    """Some publications of a list; `newer` and `older` are None where the list ends."""

    cards: list[Card]
    newer: Cursor | None
    older: Cursor | None


@dataclass(frozen=True)
class Listing:
    """Which publications, under which address, and by which place caches know it; `through` is the way to the table
    whose index orders them, `subject` to the name of what they have in common."""

    path: str
    place: Place
    filters: Mapping[str, str | datetime.date] = field(default_factory=dict)
    through: str = ""
    language: str = ""
    subject: str = ""

    def newest(self, count: int, column: str) -> list[Entry]:
        """The newest ones for a feed; `column` holds what it shows."""
        return [Entry(*row) for row in self._rows((column, "changed_at"), count, "newest")]

    def page(self, *, before: Cursor | None = None, after: Cursor | None = None, size: int) -> Page | None:
        """The cards next to a place (the newest ones without any), by one query.

        None where `after` names a place so near the top that the first page shows all that is newer."""
        place, way = (before, "older") if before else (after, "newer") if after else (None, "newest")
        found = self._rows(("pk", "date", "card_html"), size + 1, way, place)
        cards = [Card(pk, as_day(date), *shown) for pk, date, *shown in found]
        more, shown = len(cards) > size, cards[:size]
        if way == "newer":
            shown.reverse()
            return Page(shown, Cursor.of(shown[0]), Cursor.of(shown[-1])) if more else None
        newer = Cursor.of(shown[0]) if before and shown else None
        return Page(shown, newer, Cursor.of(shown[-1]) if more else None)

    def _rows(
        self, columns: tuple[str, ...], count: int, way: str, place: Cursor | None = None
    ) -> Sequence[tuple[Any, ...]]:
        wanted = (*columns, self.subject) if self.subject else columns
        filters = self._nearer(way, place)
        values = dict(zip((f"value_{number}" for number in range(9)), filters.values(), strict=False))
        beyond: dict[str, Any] = {"day": place.date, "pk": place.id} if place else {}
        shape = (wanted, count, way, self.through, tuple(filters))
        return rows(listed, *shape, at=timezone.now(), **values, **beyond)

    def _nearer(self, way: str, place: Cursor | None) -> Mapping[str, str | datetime.date]:
        """The filters, those for days no further than the place: of two bounds of a column SQLite seeks by the first
        and reads all rows between them."""
        bound, nearer = ("date__lte", min) if way == "older" else ("date__gte", max)
        if not place or bound not in self.filters:
            return self.filters
        return {**self.filters, bound: nearer(self.filters[bound], place.date)}


def listed(
    columns: tuple[str, ...],
    count: int,
    way: str,
    through: str,
    filters: tuple[str, ...],
    *,
    at: datetime.datetime,
    day: datetime.date | None = None,
    pk: int | None = None,
    **values: Any,
) -> QuerySet[Any, Any]:
    """The query for `count` visible publications from the newest on, or from a place on: those `older` than it, newest
    first, or those `newer`, oldest first."""
    date, key = (f"{through}__date", f"{through}__content_object_id") if through else ("date", "id")
    where = Q(**dict(zip(filters, values.values(), strict=True)))
    if way != "newest":
        than = "lt" if way == "older" else "gt"
        beyond = Q(**{f"{date}__{than}": day}) | Q(**{date: day, f"{key}__{than}": pk})
        where &= Q(**{f"{date}__{than}e": day}) & beyond  # the first half is what an index can seek
    sign = "" if way == "newer" else "-"
    found = Publication.objects.visible(at).filter(where)  # one filter(): one join, one index
    wanted = (_expression(name) for name in columns)
    return found.order_by(f"{sign}{date}", f"{sign}{key}").values_list(*wanted)[:count]


def _expression(column: str) -> str | Func:
    """What is asked for where a list wants a column."""
    if column == "changed_at":
        return Greatest("first_published_at", "visible_from", "updated_at")
    return Utf8(column) if column in FRAGMENTS else Day(column) if column == "date" else column


@lru_cache(maxsize=1)
def everything() -> Listing:
    return Listing(reverse("digest:front"), FRONT)


@lru_cache(maxsize=8)
def in_language(code: str) -> Listing:
    """All in one of `LANGUAGES`."""
    path = reverse("digest:language", args=[code])
    return Listing(path, Place("language", code), {"language": code}, language=code)


def tagged(slug: str) -> Listing:
    """All with a tag, read off the index of the table that joins the two."""
    filters = {"tag_links__tag__slug": slug}
    path, subject = path_to("digest:tag", slug), "tag_links__tag__name"
    return Listing(path, Place("tag", slug), filters, through="tag_links", subject=subject)


def from_source(slug: str) -> Listing:
    """All that were made from one source."""
    path = path_to("digest:source", slug)
    return Listing(path, Place("source", slug), {"source__slug": slug}, subject="source__name")


def between(path: str, first: datetime.date, last: datetime.date) -> Listing:
    """All of some days of one year, both ends included."""
    return Listing(path, Place("year", str(first.year)), {"date__gte": first, "date__lte": last})


def title_of(language: str) -> str:
    """What a front page is called, in the language of the page."""
    names = {
        "": gettext("Latest articles"),
        "en": gettext("Articles in English"),
        "pl": gettext("Articles in Polish"),
    }
    return names.get(language) or f"{names['']} ({LANGUAGES[language]})"


def site_address(path: str) -> str:
    """The full address of one of the site's own paths. It comes from the settings, never from the request."""
    return f"{settings.SITE_URL}{path}"
