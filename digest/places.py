"""Where an article shows: the lists, feeds and other articles' pages that change with it. Caches in front of the site
know pages by the keys of their places (Surrogate-Key, Cache-Tag), so that one change empties no more than it must."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import quote

from .models import Publication, Related
from .onward import onward_from

FEEDS = ("front", "language", "tag", "source")
"""The kinds of places that have feeds."""


class Place(NamedTuple):
    """A page or a family of pages: ("tag", "birds"), ("article", "17"), ("front", "")."""

    kind: str
    name: str = ""

    @property
    def key(self) -> str:
        """ASCII without spaces, whatever the name: `tag-birds`."""
        return f"{self.kind}-{quote(self.name, safe='')}" if self.name else self.kind


ALL, FRONT, SITE, PAGES = Place("all"), Place("front"), Place("site"), Place("pages")
"""Every page; the front page; what is about all articles (indexes, archive, sitemaps, search); publishers' pages."""


def article_place(pk: int) -> Place:
    return Place("article", str(pk))


def places_of(publication: Publication) -> set[Place]:
    """The places where a publication shows now, in four queries."""
    tags = publication.tag_links.values_list("tag__slug", flat=True)
    found = {FRONT, SITE, article_place(publication.pk), Place("year", str(publication.date.year))}
    found |= {Place("tag", slug) for slug in tags if slug}
    if publication.language:
        found.add(Place("language", publication.language))
    if publication.source:
        found.add(Place("source", publication.source.slug))
    near = onward_from(publication.pk).keys
    paired = Related.objects.filter(other=publication).values_list("publication_id", flat=True)
    return found | {article_place(pk) for pk in (*near, *paired)}


def keys_of(places: Iterable[Place]) -> list[str]:
    """The keys of places, in order."""
    return sorted({place.key for place in places})
