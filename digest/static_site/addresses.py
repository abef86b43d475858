"""Every path of the public site that is a file in an export, found as readers would find it: from what is visible."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from django.conf import settings
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.urls import reverse

from ..addresses import path_to
from ..archive import months
from ..models import LANGUAGES, Publication, PublicationAlias, RetractedAddress, SitePage
from ..sitemaps import blocks
from ..vocabulary import sources_in_use, tags_in_use

LEFT_OUT = {
    "search": "written with an index for the browser",
    "search_suggest": "needs a server",
    "opensearch": "needs a server",
    "healthz": "says that a server lives",
    "readyz": "says that a server is ready",
}
"""Names of addresses that are no files of an export, and why."""
_AT_ONCE = 500


def addresses() -> Iterator[str]:
    """All paths, percent-encoded, each once; articles are read in slices, never all at once."""
    for name, paths in PATHS.items():
        if name not in _OF_AN_ARTICLE:
            yield from paths(name)
    has_short = ExpressionWrapper(~Q(short_html=""), output_field=BooleanField())
    rows = Publication.objects.visible().order_by("pk").annotate(has_short=has_short)
    for slug, short in rows.values_list("slug", "has_short").iterator(_AT_ONCE):
        yield from (path_to(f"digest:{name}", slug) for name in _OF_AN_ARTICLE if short or name != "short")


def former_addresses() -> Iterator[str]:
    """Paths of articles that were renamed or taken back."""
    for model in (PublicationAlias, RetractedAddress):
        for slug in model.objects.order_by("pk").values_list("slug", flat=True).iterator(_AT_ONCE):
            yield path_to("digest:article", slug)


def _one(name: str) -> Iterator[str]:
    yield reverse(f"digest:{name}")


def _languages(name: str) -> Iterator[str]:
    yield from (reverse(f"digest:{name}", args=[code]) for code in LANGUAGES)


def _tags(name: str) -> Iterator[str]:
    yield from (entry.path for entry in tags_in_use())


def _sources(name: str) -> Iterator[str]:
    yield from (entry.path for entry in sources_in_use())


def _years(name: str) -> Iterator[str]:
    yield from (reverse(f"digest:{name}", args=[year]) for year in sorted({month.year for month in months()}))


def _months(name: str) -> Iterator[str]:
    yield from (reverse(f"digest:{name}", args=[month.year, month.month]) for month in months())


def _days(name: str) -> Iterator[str]:
    days = Publication.objects.visible().order_by("date").values_list("date", flat=True).distinct()
    yield from (reverse(f"digest:{name}", args=[day.year, day.month, day.day]) for day in days.iterator(_AT_ONCE))


def _pages(name: str) -> Iterator[str]:
    for kind in SitePage.Kind.values:
        yield reverse(f"digest:{name}", args=[kind])
        others = (code for code in LANGUAGES if code != settings.LANGUAGE_CODE)
        yield from (reverse(f"digest:{name}", args=[code, kind]) for code in others)


def _feeds(name: str) -> Iterator[str]:
    feed = partial(reverse, f"digest:{name}")
    yield feed()
    yield from (feed(kwargs={"language": code}) for code in LANGUAGES)
    file = feed().rpartition("/")[2]
    yield from (f"{entry.path}{file}" for entry in (*tags_in_use(), *sources_in_use()))


def _blocks(name: str) -> Iterator[str]:
    yield from (reverse(f"digest:{name}", args=[number]) for number in blocks())


def _articles(name: str) -> Iterator[str]:
    """Paths of articles come from one walk over all of them."""
    yield from ()


PATHS: Mapping[str, Callable[[str], Iterator[str]]] = {
    "front": _one,
    "language": _languages,
    "feed_rss": _feeds,
    "feed_atom": _feeds,
    "feed_json": _feeds,
    "tags": _one,
    "tag": _tags,
    "sources": _one,
    "source": _sources,
    "archive": _one,
    "year": _years,
    "month": _months,
    "day": _days,
    "corrections": _one,
    "page": _pages,
    "robots": _one,
    "sitemap": _one,
    "sitemap_pages": _one,
    "sitemap_block": _blocks,
    "news_sitemap": _one,
    "llms": _one,
    "article": _articles,
    "short": _articles,
    "article_markdown": _articles,
    "article_json": _articles,
    "card_image": _articles,
}
"""Names of addresses (`digest.site_urls`), and which there are of each."""
_OF_AN_ARTICLE = [name for name, paths in PATHS.items() if paths is _articles]
