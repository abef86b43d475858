"""Where a reader may go from an article: the one before, the one after, and those that share sources, links or tags."""

from __future__ import annotations

import datetime
from functools import lru_cache
from html import escape
from typing import Any, NamedTuple

from django.db.models import F, QuerySet, Value
from django.utils import timezone
from django.utils.translation import gettext, override

from .addresses import path_to
from .models import Publication
from .prepared import fetched, prepared, union

RELATED = 5
_OLDER, _NEWER = -1, -2
"""Stand where a related article has its score."""


class Way(NamedTuple):
    """An article to go on to."""

    pk: int
    slug: str
    title: str
    language: str


class Onward(NamedTuple):
    """The articles next to one in its language, None at the ends, and the related ones, the closest first."""

    older: Way | None
    newer: Way | None
    related: list[Way]

    @property
    def keys(self) -> list[int]:
        """The publications that all these ways lead to."""
        return [way.pk for way in (self.older, self.newer, *self.related) if way]


def onward_from(pk: int, language: str, date: datetime.date) -> Onward:
    """Where to go from the publication `pk`, by one query of three short walks along an index. Only what is visible."""
    near: dict[str, str | int | datetime.date] = {"at": timezone.now(), "pk": pk}
    place = near | {"language": language, "day": date}
    arms = [prepared(beside, _OLDER, **place), prepared(beside, _NEWER, **place), prepared(related_to, **near)]
    found = fetched(union(*arms), place)
    ways = {row[0]: Way(*row[1:]) for row in found if row[0] < 0}
    related = [Way(*row[1:]) for row in sorted(found, key=lambda row: -row[0]) if row[0] > 0]
    return Onward(ways.get(_OLDER), ways.get(_NEWER), related)


def beside(
    way: int, *, at: datetime.datetime, language: str, day: datetime.date, pk: int
) -> QuerySet[Publication, Any]:
    """The query for the next visible article in a language before or after a day, or on it by its id."""
    than, sign = ("lt", "-") if way == _OLDER else ("gt", "")
    rows = Publication.objects.visible(at).filter(**{"language": language, f"date__{than}e": day})
    rows = rows.exclude(date=day, pk__gte=pk) if way == _OLDER else rows.exclude(date=day, pk__lte=pk)
    return rows.order_by(f"{sign}date", f"{sign}id").annotate(score=Value(way)).values_list(*_COLUMNS)[:1]


def related_to(*, at: datetime.datetime, pk: int) -> QuerySet[Publication, Any]:
    """The query for the visible articles that share the most with one."""
    rows = Publication.objects.visible(at).filter(paired__publication=pk).order_by("-paired__score", "-paired__other")
    return rows.annotate(score=F("paired__score")).values_list(*_COLUMNS)[:RELATED]


_COLUMNS = ("score", "pk", "slug", "title", "language")


def onward_html(onward: Onward, *, speaks: str) -> str:
    """The foot of an article's page, in the language `speaks`; "" where there is nowhere to go."""
    words = _words(speaks)
    html = ""
    if onward.related:
        items = "".join(f"<li>{_link(way)}</li>\n" for way in onward.related)
        html += (
            f'<section aria-labelledby="related_title"><h2 id="related_title">{words.related}</h2>\n'
            f"<ul>\n{items}</ul></section>\n"
        )
    if onward.older or onward.newer:
        older = (
            f'<p class="prev"><span>{words.older}</span> {_link(onward.older, "prev")}</p>\n' if onward.older else ""
        )
        newer = (
            f'<p class="next"><span>{words.newer}</span> {_link(onward.newer, "next")}</p>\n' if onward.newer else ""
        )
        html += f'<nav class="nearby" aria-label="{words.nearby}">\n{older}{newer}</nav>\n'
    return f'<aside class="onward" aria-label="{words.onward}">\n{html}</aside>\n' if html else ""


class _Words(NamedTuple):
    related: str
    older: str
    newer: str
    nearby: str
    onward: str


@lru_cache(maxsize=16)
def _words(speaks: str) -> _Words:
    with override(speaks):
        words = (gettext("Related"), gettext("Before"), gettext("After"))
        names = (gettext("Articles before and after"), gettext("Where to go from here"))
        return _Words(*(escape(word) for word in (*words, *names)))


def _link(way: Way, rel: str = "") -> str:
    relation = f' rel="{rel}"' if rel else ""
    language = f' lang="{escape(way.language)}"' if way.language else ""
    return f'<a href="{escape(path_to("digest:article", way.slug))}"{relation}{language}>{escape(way.title)}</a>'
