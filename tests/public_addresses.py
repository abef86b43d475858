"""Every address of the public site, row by row: the patterns of the resolver, and addresses that each of them answers.

A pattern without a row fails `test_nothing_unapproved`, so a new page is walked by every test that walks them all."""

import datetime
from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

HIDDEN = "zorblax"
"""The word of the article that readers must not see: in its slug, title, text, tags, source, model and links."""
SEEN = "herons-return"
DAY = timezone.localdate()
"""The date of both, so that the news sitemap has them."""
_BEFORE = DAY - datetime.timedelta(days=366)
_NOT_PUBLIC = ("admin/",)

ROWS: dict[str, list[str]] = {
    "": ["/", "/?before=9999-12-31.999", "/?after=1000-01-01.1"],
    "feed.rss": ["/feed.rss"],
    "feed.atom": ["/feed.atom"],
    "feed.json": ["/feed.json"],
    "articles/<name:slug>.md": [f"/articles/{SEEN}.md", f"/articles/{HIDDEN}.md"],
    "articles/<name:slug>.json": [f"/articles/{SEEN}.json", f"/articles/{HIDDEN}.json"],
    "articles/<name:slug>.png": [f"/articles/{SEEN}.png", f"/articles/{HIDDEN}.png"],
    "articles/<name:slug>/": [f"/articles/{SEEN}/", f"/articles/{HIDDEN}/"],
    "articles/<name:slug>/tldr/": [f"/articles/{SEEN}/tldr/", f"/articles/{HIDDEN}/tldr/"],
    "tags/": ["/tags/"],
    "tags/<name:tag>/": ["/tags/birds/", f"/tags/{HIDDEN}/"],
    "tags/<name:tag>/feed.rss": ["/tags/birds/feed.rss", f"/tags/{HIDDEN}/feed.rss"],
    "tags/<name:tag>/feed.atom": ["/tags/birds/feed.atom", f"/tags/{HIDDEN}/feed.atom"],
    "tags/<name:tag>/feed.json": ["/tags/birds/feed.json", f"/tags/{HIDDEN}/feed.json"],
    "sources/": ["/sources/"],
    "sources/<name:source>/": ["/sources/river-notes/", f"/sources/{HIDDEN}-letter/"],
    "sources/<name:source>/feed.rss": ["/sources/river-notes/feed.rss", f"/sources/{HIDDEN}-letter/feed.rss"],
    "sources/<name:source>/feed.atom": ["/sources/river-notes/feed.atom", f"/sources/{HIDDEN}-letter/feed.atom"],
    "sources/<name:source>/feed.json": ["/sources/river-notes/feed.json", f"/sources/{HIDDEN}-letter/feed.json"],
    "archive/": ["/archive/"],
    "archive/<year:year>/": [f"/archive/{DAY:%Y}/", f"/archive/{_BEFORE:%Y}/"],
    "archive/<year:year>/<month:month>/": [f"/archive/{DAY:%Y/%m}/", f"/archive/{_BEFORE:%Y/%m}/"],
    "archive/<year:year>/<month:month>/<day:day>/": [f"/archive/{DAY:%Y/%m/%d}/", f"/archive/{_BEFORE:%Y/%m/%d}/"],
    "corrections/": ["/corrections/"],
    "search/": [
        *(
            "/search/",
            "/search/?q=herons",
            "/search/?q=herons+lang:en",
            "/search/?q=tag:birds",
            "/search/?q=weir&page=2",
        ),
        *("/search/?q=zorblx", "/search/?q=zorbla", f"/search/?q={HIDDEN}", f"/search/?q=tag:{HIDDEN}"),
        *(f"/search/?q=source:{HIDDEN}-letter", f'/search/?q="the+{HIDDEN}"', f"/search/?q=herons+-{HIDDEN}"),
    ],
    "search/suggest.json": ["/search/suggest.json?q=her", "/search/suggest.json?q=zorb", "/search/suggest.json"],
    "search/opensearch.xml": ["/search/opensearch.xml"],
    "<page:kind>/": ["/about/", "/editorial-policy/", "/colophon/"],
    "<language:language>/": ["/en/", "/pl/"],
    "<language:language>/feed.rss": ["/en/feed.rss", "/pl/feed.rss"],
    "<language:language>/feed.atom": ["/en/feed.atom", "/pl/feed.atom"],
    "<language:language>/feed.json": ["/en/feed.json", "/pl/feed.json"],
    "<language:language>/<page:kind>/": ["/pl/about/"],
    "sitemap.xml": ["/sitemap.xml"],
    "sitemap-pages.xml": ["/sitemap-pages.xml"],
    "sitemap-<number:number>.xml": ["/sitemap-0.xml", "/sitemap-1.xml"],
    "news-sitemap.xml": ["/news-sitemap.xml"],
    "llms.txt": ["/llms.txt"],
    "robots.txt": ["/robots.txt"],
    "preview/<str:token>/": [f"/preview/{HIDDEN}/", "/preview/unknown/"],  # known by who was sent its token alone
    "healthz": ["/healthz"],
    "readyz": ["/readyz"],
}
ADDRESSES = [address for addresses in ROWS.values() for address in addresses]


def public_routes() -> list[str]:
    """The patterns of all addresses outside the desk, as they stand in the URL configuration."""
    return list(_routes("", get_resolver().url_patterns))


def _routes(before: str, patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if route.startswith(_NOT_PUBLIC):
            continue
        if isinstance(pattern, URLResolver):
            yield from _routes(route, pattern.url_patterns)
        else:
            yield route
