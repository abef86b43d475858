"""Finds publications for readers. Only those visible at that moment are found, counted, or named in any way."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Count
from django.utils import timezone
from django.utils.safestring import SafeString

from ..models import Publication, PublicationTag, PublicSource
from ..rendering.marking import marked
from .excerpts import all_stems, excerpt, places
from .indexes import candidates
from .plans import Plan, plan
from .queries import Query
from .vocabulary import endings

LIMIT = 1_000
"""Best publications of which a search orders and counts the visible ones; what lies beyond is no result."""
PAGE_SIZE = 10
PAGES = LIMIT // PAGE_SIZE
FRESH_SHARE = 0.25
"""What an article of today counts more than an old one that matches as well; a choice."""
FRESH_HALVED = 180
"""Days after which half of that is left; a choice."""
FACET_SIZE = 8
"""Values of a facet that are offered."""


class Match(NamedTuple):
    """A visible publication that matches, and how well."""

    id: int
    score: float
    date: datetime.date
    language: str
    source: int | None


@dataclass(frozen=True, slots=True)
class Matches:
    """All that match and are visible at a moment, the best first; `capped` says that there may be more."""

    plan: Plan
    at: datetime.datetime
    all: tuple[Match, ...] = ()
    capped: bool = False

    def __len__(self) -> int:
        return len(self.all)


class Hit(NamedTuple):
    """A publication as a result shows it."""

    publication: Publication
    title: SafeString
    excerpt: SafeString


class FacetValue(NamedTuple):
    """A way to narrow a search: `query` is the search with that filter."""

    name: str
    articles: int
    query: str


_Value = tuple[str, list[str], int]
"""What a value is called, the filters that ask for it, and how many results have it."""


class Facet(NamedTuple):
    """Ways to narrow a search by one thing: "lang", "tag", "source" or "year"."""

    kind: str
    values: tuple[FacetValue, ...]


def find(query: Query, *, at: datetime.datetime | None = None, limit: int = LIMIT) -> Matches:
    """What a query finds among what is visible at a moment (default: now). An empty query finds nothing. Two or three
    queries of the database, each of bounded cost."""
    moment = at or timezone.now()
    if not query:
        return Matches(Plan(), moment)
    asked = plan(query, endings(query))
    scores = dict(candidates(asked, limit))
    rows = Publication.objects.visible(moment).filter(pk__in=scores)
    today = timezone.localdate(moment)
    found = [
        Match(pk, scores[pk] * _freshness((today - date).days), date, language, source)
        for pk, date, language, source in rows.values_list("pk", "date", "language", "source_id")
    ]
    found.sort(key=lambda match: (match.score, match.date, match.id), reverse=True)
    return Matches(asked, moment, tuple(found), capped=len(scores) == limit)


def hits(matches: Matches, number: int) -> list[Hit]:
    """The results of a page, counted from 1, in one query."""
    wanted = [match.id for match in matches.all[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]]
    rows = Publication.objects.visible(matches.at).filter(pk__in=wanted).select_related("search_entry")
    shown = ("slug", "title", "excerpt", "language", "date", "source_name", "search_entry__text")
    by_id = {row.pk: row for row in rows.only(*shown)}
    stems = all_stems(matches.plan.wanted)
    return [_hit(by_id[pk], stems) for pk in wanted if pk in by_id]


def facets(query: Query, matches: Matches) -> list[Facet]:
    """Ways to narrow a search, the most frequent first, in two queries; those that change nothing are left out."""
    languages = Counter(match.language for match in matches.all if match.language)
    years = Counter(match.date.year for match in matches.all)
    offered = [
        _facet("lang", ((code, [f"lang:{code}"], count) for code, count in languages.most_common()), query, matches),
        _facet("tag", _tags(matches), query, matches),
        _facet("source", _sources(matches), query, matches),
        _facet(
            "year",
            (
                (str(year), [f"after:{year}", f"before:{year + 1}"], count)
                for year, count in sorted(years.items(), reverse=True)[:FACET_SIZE]
            ),
            query,
            matches,
        ),
    ]
    return [facet for facet in offered if facet.values]


def _tags(matches: Matches) -> Iterator[_Value]:
    links = PublicationTag.objects.filter(content_object__in=[match.id for match in matches.all])
    counted = links.values_list("tag__name", "tag__slug").annotate(count=Count("pk"))
    for name, slug, count in counted.order_by("-count", "tag__name")[:FACET_SIZE]:
        yield name, [f"tag:{slug}"], count


def _sources(matches: Matches) -> Iterator[_Value]:
    counts = Counter(match.source for match in matches.all if match.source).most_common(FACET_SIZE)
    named = PublicSource.objects.in_bulk([pk for pk, _ in counts])
    for pk, count in counts:
        yield named[pk].name, [f"source:{named[pk].slug}"], count


def _facet(kind: str, values: Iterable[_Value], query: Query, matches: Matches) -> Facet:
    """A facet without the values that all results have."""
    narrower = (value for value in values if value[2] < len(matches))
    return Facet(kind, tuple(FacetValue(name, count, query.adding(*filters)) for name, filters, count in narrower))


def _freshness(days: int) -> float:
    return 1 + FRESH_SHARE * float(0.5 ** (max(days, 0) / FRESH_HALVED))


def _hit(publication: Publication, stems: frozenset[str]) -> Hit:
    language = publication.language
    in_title = places(publication.title, stems, language)
    text = publication.search_entry.text
    in_text = places(text, stems, language)
    if in_text:
        shown = excerpt(text, in_text)
    else:
        shown = excerpt(publication.excerpt or text, places(publication.excerpt, stems, language))
    return Hit(publication, marked(publication.title, in_title), marked(*shown))
