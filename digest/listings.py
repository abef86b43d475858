"""Lists of publications for readers, newest first, in pages that cost the same wherever they begin.

A page is found by the place where it begins (date and id of a row), never by counting the rows before it."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext

from .models import LANGUAGES, Publication

CARD = ("date", "card_html")
"""What a list shows of each publication."""
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
    def of(cls, publication: Publication) -> Cursor:
        return cls(publication.date, publication.pk)

    def __str__(self) -> str:
        return f"{self.date.isoformat()}.{self.id}"


class Page(NamedTuple):
    """Some publications of a list; `newer` and `older` are None where the list ends."""

    publications: list[Publication]
    newer: Cursor | None
    older: Cursor | None


@dataclass(frozen=True)
class Listing:
    """Which publications, under which address; `through` is the way to the table whose index orders them, `subject` to
    the name of what they have in common, which each row then has (see `subject_of`)."""

    path: str
    where: Q = field(default_factory=Q)
    through: str = ""
    language: str = ""
    subject: str = ""

    def newest(self, count: int, *columns: str) -> QuerySet[Publication]:
        """The newest ones, with these columns."""
        return self._rows(Q(), newest_first=True).only(*columns)[:count]

    def page(self, *, before: Cursor | None = None, after: Cursor | None = None, size: int) -> Page | None:
        """The rows next to a place (the newest ones without any), with the columns of `CARD`, by one query.

        None where `after` names a place so near the top that the first page shows all that is newer."""
        backwards = after is not None and before is None
        place = self._beyond(before or after, older=not backwards)
        rows = list(self._rows(place, newest_first=not backwards).only(*CARD)[: size + 1])
        more, shown = len(rows) > size, rows[:size]
        if backwards:
            shown.reverse()
            return Page(shown, Cursor.of(shown[0]), Cursor.of(shown[-1])) if more else None
        newer = Cursor.of(shown[0]) if before and shown else None
        return Page(shown, newer, Cursor.of(shown[-1]) if more else None)

    def _rows(self, place: Q, *, newest_first: bool) -> QuerySet[Publication]:
        sign = "-" if newest_first else ""
        date, pk = self._keys()
        rows = Publication.objects.visible().filter(self.where & place)  # one filter(): one join, one index
        if self.subject:
            rows = rows.annotate(subject=F(self.subject))
        return rows.order_by(f"{sign}{date}", f"{sign}{pk}")

    def _keys(self) -> tuple[str, str]:
        return (f"{self.through}__date", f"{self.through}__content_object_id") if self.through else ("date", "id")

    def _beyond(self, cursor: Cursor | None, *, older: bool) -> Q:
        if cursor is None:
            return Q()
        date, pk = self._keys()
        than = "lt" if older else "gt"
        beyond = Q(**{f"{date}__{than}": cursor.date}) | Q(**{date: cursor.date, f"{pk}__{than}": cursor.id})
        return Q(**{f"{date}__{than}e": cursor.date}) & beyond  # the first half is what an index can seek


def everything() -> Listing:
    return Listing(reverse("digest:front"))


def in_language(code: str) -> Listing:
    """All in one of `LANGUAGES`."""
    return Listing(reverse("digest:language", args=[code]), Q(language=code), language=code)


def tagged(slug: str) -> Listing:
    """All with a tag, read off the index of the table that joins the two."""
    where = Q(tag_links__tag__slug=slug)
    return Listing(reverse("digest:tag", args=[slug]), where, through="tag_links", subject="tag_links__tag__name")


def from_source(slug: str) -> Listing:
    """All that were made from one source."""
    return Listing(reverse("digest:source", args=[slug]), Q(source__slug=slug), subject="source__name")


def between(path: str, first: datetime.date, last: datetime.date) -> Listing:
    """All of some days, both ends included."""
    return Listing(path, Q(date__gte=first, date__lte=last))


def subject_of(publications: Sequence[Publication]) -> str:
    """The name of what the rows of a listing with a `subject` have in common; "" without rows."""
    return str(vars(publications[0])["subject"]) if publications else ""


def title_of(language: str) -> str:
    """What a front page is called, in the language of the page."""
    if not language:
        return gettext("Latest articles")
    return gettext("Articles in English") if language == "en" else gettext("Articles in %s") % LANGUAGES[language]


def site_address(path: str) -> str:
    """The full address of one of the site's own paths. It comes from the settings, never from the request."""
    return f"{settings.SITE_URL}{path}"
