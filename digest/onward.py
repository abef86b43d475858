"""Where a reader may go from an article: the one before, the one after, and those that share sources, links or tags."""

from __future__ import annotations

import datetime
from typing import NamedTuple

from django.db import connection
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, override

from .models import Publication

RELATED = 5
_COLUMNS = "p.slug, p.title, p.language"
_NEXT_TO = """SELECT * FROM (
    SELECT {name}, {columns} FROM digest_publication p WHERE p.language = %s AND p.visible_from <= %s
    AND p.date {than}= %s AND (p.date {than} %s OR p.id {than} %s) ORDER BY p.date {sort}, p.id {sort} LIMIT 1
) AS {alias}"""
_RELATED = """SELECT * FROM (
    SELECT r.score, {columns} FROM digest_related r JOIN digest_publication p ON p.id = r.other_id
    WHERE r.publication_id = %s AND p.visible_from <= %s ORDER BY r.score DESC, r.other_id DESC LIMIT {count}
) AS related"""
_OLDER, _NEWER = -1, -2
_QUERY = " UNION ALL ".join(
    (
        _NEXT_TO.format(name=_OLDER, columns=_COLUMNS, than="<", sort="DESC", alias="older"),
        _NEXT_TO.format(name=_NEWER, columns=_COLUMNS, than=">", sort="ASC", alias="newer"),
        _RELATED.format(columns=_COLUMNS, count=RELATED),
    )
)


class Way(NamedTuple):
    """An article to go on to."""

    slug: str
    title: str
    language: str


class Onward(NamedTuple):
    """The articles next to one in its language, None at the ends, and the related ones, the closest first."""

    older: Way | None
    newer: Way | None
    related: list[Way]


def onward_from(pk: int, language: str, date: datetime.date) -> Onward:
    """Where to go from the publication `pk`, by one query of three short walks along an index. Only what is visible."""
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    day = connection.ops.adapt_datefield_value(date)
    beside = [language, now, day, day, pk]
    with connection.cursor() as cursor:
        cursor.execute(_QUERY, [*beside, *beside, pk, now])
        rows = cursor.fetchall()
    ways = {row[0]: Way(*row[1:]) for row in rows if row[0] < 0}
    related = [Way(*row[1:]) for row in sorted(rows, key=lambda row: -row[0]) if row[0] > 0]
    return Onward(ways.get(_OLDER), ways.get(_NEWER), related)


def onward_html(onward: Onward, *, speaks: str) -> str:
    """The foot of an article's page, in the language `speaks`."""
    with override(speaks):
        related, nearby = _related_html(onward.related), _nearby_html(onward)
    return format_html('<aside class="onward">{}{}</aside>\n', related, nearby) if related or nearby else ""


def _related_html(related: list[Way]) -> SafeString | str:
    if not related:
        return ""
    items = format_html_join("\n", "<li>{}</li>", ((_link(way),) for way in related))
    return format_html(
        '<section aria-labelledby="related_title"><h2 id="related_title">{}</h2><ul>{}</ul></section>',
        gettext("Related"),
        items,
    )


def _nearby_html(onward: Onward) -> SafeString | str:
    shown = [
        (kind, label, way)
        for kind, label, way in (("prev", gettext("Before"), onward.older), ("next", gettext("After"), onward.newer))
        if way
    ]
    if not shown:
        return ""
    items = format_html_join(
        "\n", '<p class="{}"><span>{}</span> {}</p>', ((kind, label, _link(way, kind)) for kind, label, way in shown)
    )
    return format_html('<nav class="nearby" aria-label="{}">{}</nav>', gettext("Articles before and after"), items)


def _link(way: Way, rel: str = "") -> SafeString:
    address = Publication(slug=way.slug).get_absolute_url()
    return format_html(
        '<a href="{}"{}{}>{}</a>',
        address,
        format_html(' rel="{}"', rel) if rel else "",
        format_html(' lang="{}"', way.language) if way.language else "",
        way.title,
    )
