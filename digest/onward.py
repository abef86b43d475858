"""Where a reader may go from an article: the one before, the one after, and those that share sources, links or tags.

The article itself and all these ways are found by one query."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from functools import lru_cache
from html import escape
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext, override

from .addresses import path_to
from .models import VISIBLE_SQL
from .prepared import Prepared, Row, fetched, written

RELATED = 5
_ITSELF, _OLDER, _NEWER = 0, -1, -2
"""Stand where a related article has its score."""
_WITH_WAYS = """
WITH here AS (SELECT id, language, date FROM digest_publication WHERE {which})
SELECT {itself}, id, language, updated_at, {first}, {second} FROM digest_publication WHERE id = (SELECT id FROM here)
UNION ALL
SELECT * FROM (
    SELECT {older}, id, language, updated_at, slug, title FROM digest_publication
    WHERE language = (SELECT language FROM here) AND (date, id) < ((SELECT date FROM here), (SELECT id FROM here))
    AND {visible} ORDER BY date DESC, id DESC LIMIT 1
) AS older
UNION ALL
SELECT * FROM (
    SELECT {newer}, id, language, updated_at, slug, title FROM digest_publication
    WHERE language = (SELECT language FROM here) AND (date, id) > ((SELECT date FROM here), (SELECT id FROM here))
    AND {visible} ORDER BY date, id LIMIT 1
) AS newer
UNION ALL
SELECT * FROM (
    SELECT score, other.id, language, updated_at, slug, title
    FROM digest_related JOIN digest_publication AS other ON other.id = other_id
    WHERE publication_id = (SELECT id FROM here) AND {visible} ORDER BY score DESC, other_id DESC LIMIT {related}
) AS related
"""
"""Short walks along indexes; the second half of a row of the article itself is what was asked for of it."""


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


class Found(NamedTuple):
    """An article at an address, two of its texts (as `Utf8` columns are), and where to go from it."""

    pk: int
    language: str
    updated_at: datetime.datetime
    first: str | bytes
    second: str | bytes
    onward: Onward


def article_with_ways(slug: str, first: str, second: str) -> Found | None:
    """The visible article with this slug and its text columns `first` and `second`; None where there is none. One
    query."""
    found = fetched(_query(True, first, second, connection.vendor), {"at": timezone.now(), "slug": slug})
    itself = next((row for row in found if row[0] == _ITSELF), None)
    if itself is None:
        return None
    _, pk, language, updated_at, one, other = itself
    return Found(pk, language, _moment(updated_at), one, other, _onward(found))


def onward_from(pk: int) -> Onward:
    """Where to go from the publication `pk`, whether or not it is visible itself. Only what is visible."""
    return _onward(fetched(_query(False, "slug", "title", connection.vendor), {"at": timezone.now(), "pk": pk}))


@lru_cache(maxsize=16)
def _query(by_slug: bool, first: str, second: str, vendor: str) -> Prepared:
    plain = "CAST({} AS BLOB)" if vendor == "sqlite" else "{}"
    return written(
        _WITH_WAYS.format(
            which=f"slug = %(slug)s AND {VISIBLE_SQL}" if by_slug else "id = %(pk)s",
            first=plain.format(first),
            second=plain.format(second),
            visible=VISIBLE_SQL,
            itself=_ITSELF,
            older=_OLDER,
            newer=_NEWER,
            related=RELATED,
        )
    )


def _onward(found: Sequence[Row]) -> Onward:
    ways = {row[0]: _way(row) for row in found if row[0] < 0}
    related = [_way(row) for row in sorted(found, key=lambda row: (-row[0], -row[1])) if row[0] > 0]
    return Onward(ways.get(_OLDER), ways.get(_NEWER), related)


def _way(row: Row) -> Way:
    _, pk, language, _, slug, title = row
    return Way(pk, slug, title, language)


def _moment(value: Any) -> datetime.datetime:
    """A moment as the database gives it: SQLite writes it down in UTC."""
    if isinstance(value, datetime.datetime):
        return value
    return datetime.datetime.fromisoformat(value).replace(tzinfo=datetime.UTC)


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
