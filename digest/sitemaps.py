"""Sitemaps (https://www.sitemaps.org/protocol.html), news sitemap, robots.txt and llms.txt: what crawlers and other
programs ask for first.

Articles are listed by blocks of ids, so that a block costs the same wherever it lies and hardly ever changes. While
there is one block, `sitemap.xml` is the map itself, then an index."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from html import escape

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from .addresses import path_to
from .listings import site_address
from .models import LANGUAGES, VISIBLE_SQL, Publication, SitePage
from .prepared import fetched, written
from .public_pages import public_page
from .xml_text import xml_text

BLOCK = 10_000
"""Ids in one sitemap; the protocol allows 50,000 addresses."""
NEWS_DAYS, NEWS_MAX = 2, 1_000
"""Google's limits of a news sitemap: what came out in the last two days, and no more than that many."""
LLMS_ARTICLES = 50
XML = "application/xml; charset=utf-8"
_LLMS = """# {name}

> Articles that a language model wrote from newsletters and feeds, and that an editor read, corrected and approved
> before anybody else saw them. Published under the responsibility of {publisher}.

Every article is there as Markdown with front matter (.md) and as JSON (.json). Both name the model, the source, who
reviewed the text and when, how much people changed, and its corrections. A text that was taken back answers 410: do not
use it any more.

## About

- [Editorial policy]({policy}): who answers, how texts are made and checked
- [Corrections and retractions]({corrections})

## Articles

{articles}

## Everything

- [JSON Feed]({feed}): the newest articles with full text
- [Sitemap]({sitemap}): every article
"""
_BLOCKS = """
WITH RECURSIVE blocks(id) AS (
    SELECT (SELECT id {visible} ORDER BY id LIMIT 1)
    UNION ALL
    SELECT (SELECT id {visible} AND id >= (blocks.id / {size} + 1) * {size} ORDER BY id LIMIT 1)
    FROM blocks WHERE id IS NOT NULL
)
SELECT id / {size} FROM blocks WHERE id IS NOT NULL
"""


@public_page
def sitemap(request: HttpRequest) -> HttpResponse:
    """All addresses of the site, or the index of the maps that have them."""
    numbers = blocks()
    if len(numbers) <= 1:
        return _map([*_pages(), *(_articles(numbers[0]) if numbers else [])])
    paths = [reverse("digest:sitemap_pages"), *(reverse("digest:sitemap_block", args=[each]) for each in numbers)]
    return _xml("sitemapindex", (f"<sitemap><loc>{escape(site_address(path))}</loc></sitemap>" for path in paths))


@public_page
def sitemap_pages(request: HttpRequest) -> HttpResponse:
    """What is no article."""
    return _map(_pages())


@public_page
def sitemap_block(request: HttpRequest, number: int) -> HttpResponse:
    """The articles of one block of ids."""
    entries = list(_articles(number))
    if not entries:
        raise Http404
    return _map(entries)


@public_page
def news_sitemap(request: HttpRequest) -> HttpResponse:
    """What readers got in the last two days, for news search."""
    since = timezone.now() - datetime.timedelta(days=NEWS_DAYS)
    rows = Publication.objects.visible().filter(
        date__gte=since.date() - datetime.timedelta(days=1), first_published_at__gte=since
    )
    columns = rows.values_list("slug", "title", "language", "first_published_at")[:NEWS_MAX]
    return _xml("urlset", (_news(*row) for row in columns))


@public_page
def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers may ask for, and where the sitemaps are."""
    maps = [site_address(reverse(f"digest:{name}")) for name in ("sitemap", "news_sitemap")]
    closed = [f"Disallow: {path}" for path in ("/admin/", "/search/?", "/search/suggest.json")]
    lines = ["User-agent: *", *closed, "", *(f"Sitemap: {each}" for each in maps)]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@public_page
def llms(request: HttpRequest) -> HttpResponse:
    """What language models should know of the site (https://llmstxt.org): who answers, and the texts as Markdown."""
    newest = Publication.objects.visible().values_list("slug", "title", "excerpt")[:LLMS_ARTICLES]
    articles = [
        f"- [{_one_line(title)}]({site_address(path_to('digest:article_markdown', slug))}): {_one_line(excerpt)}"
        for slug, title, excerpt in newest
    ]
    about = [site_address(reverse(f"digest:{name}")) for name in ("corrections", "feed_json", "sitemap")]
    text = _LLMS.format(
        name=settings.SITE_NAME,
        publisher=settings.SITE_PUBLISHER,
        policy=site_address(reverse("digest:page", args=["editorial-policy"])),
        **dict(zip(("corrections", "feed", "sitemap"), about, strict=True)),
        articles="\n".join(articles),
    )
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


def blocks() -> list[int]:
    """The numbers of the blocks with a visible article, by one step along the index for each."""
    visible = f"FROM digest_publication WHERE {VISIBLE_SQL}"
    query = written(_BLOCKS.format(visible=visible, size=BLOCK))
    return [number for (number,) in fetched(query, {"at": timezone.now()})]


def _articles(number: int) -> Iterable[str]:
    rows = articles_of(number).values_list("slug", "visible_from", "first_published_at", "updated_at")
    for slug, *moments in rows:
        yield _entry(path_to("digest:article", slug), max(moments))


def articles_of(number: int) -> QuerySet[Publication]:
    """The visible articles of a block, by id."""
    first = number * BLOCK
    return Publication.objects.visible().filter(pk__gte=first, pk__lt=first + BLOCK).order_by("pk")


def _pages() -> list[str]:
    names = ("front", "tags", "sources", "archive", "corrections")
    paths = [reverse(f"digest:{name}") for name in names]
    paths += [reverse("digest:language", args=[code]) for code in LANGUAGES]
    for kind in SitePage.Kind.values:
        paths.append(reverse("digest:page", args=[kind]))
        paths += [reverse("digest:page", args=[code, kind]) for code in LANGUAGES if code != settings.LANGUAGE_CODE]
    return [_entry(path) for path in paths]


def _entry(path: str, changed: datetime.datetime | None = None) -> str:
    when = f"<lastmod>{changed.isoformat(timespec='seconds')}</lastmod>" if changed else ""
    return f"<url><loc>{escape(site_address(path))}</loc>{when}</url>"


def _news(slug: str, title: str, language: str, first_published_at: datetime.datetime) -> str:
    moment = first_published_at.isoformat(timespec="seconds")
    return (
        f"<url><loc>{escape(site_address(path_to('digest:article', slug)))}</loc><news:news><news:publication>"
        f"<news:name>{escape(settings.SITE_NAME)}</news:name>"
        f"<news:language>{escape(language or settings.LANGUAGE_CODE)}</news:language></news:publication>"
        f"<news:publication_date>{moment}</news:publication_date><news:title>{escape(title)}</news:title>"
        "</news:news></url>"
    )


def _map(entries: Iterable[str]) -> HttpResponse:
    return _xml("urlset", entries)


def _xml(root: str, entries: Iterable[str]) -> HttpResponse:
    spaces = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<{root} {spaces}>", *entries, f"</{root}>"]
    return HttpResponse(xml_text("\n".join(lines)) + "\n", content_type=XML)


def _one_line(text: str) -> str:
    return " ".join(text.split()).replace("[", "(").replace("]", ")")
