"""RSS, Atom and JSON Feed for the site, a language, a tag or a source: full texts, ids that never change, dates that
tell of corrections. An entry is a fragment that was made when its article was published."""

from __future__ import annotations

import datetime
import json
from collections.abc import Hashable
from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse

from .listings import Entry, Listing, everything, from_source, in_language, site_address, tagged, title_of
from .prepared import as_bytes
from .public_pages import open_to_others, public_page, shown_at, site_settings
from .xml_text import xml_text

ENTRIES = 30
EMPTY_SINCE = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
"""When a feed without entries last changed; formats demand a date, and "now" would change with every request."""
_ENTRIES_MARK = "@@entries@@"


class Format(NamedTuple):
    """A format of feeds: its content type, the column that holds its entries, and what stands between two of them."""

    content_type: str
    column: str
    between: bytes = b""


FORMATS = {
    "rss": Format("application/rss+xml; charset=utf-8", "rss_xml"),
    "atom": Format("application/atom+xml; charset=utf-8", "atom_xml"),
    "json": Format("application/feed+json; charset=utf-8", "item_json", b",\n"),
}


@public_page
def rss(request: HttpRequest, language: str = "", tag: str = "", source: str = "") -> HttpResponse:
    """RSS 2.0 with content:encoded."""
    return _feed("rss", language=language, tag=tag, source=source)


@public_page
def atom(request: HttpRequest, language: str = "", tag: str = "", source: str = "") -> HttpResponse:
    """Atom 1.0 (RFC 4287)."""
    return _feed("atom", language=language, tag=tag, source=source)


@public_page
def json_feed(request: HttpRequest, language: str = "", tag: str = "", source: str = "") -> HttpResponse:
    """JSON Feed 1.1 (https://jsonfeed.org/version/1.1)."""
    return _feed("json", language=language, tag=tag, source=source)


def _feed(kind: str, **place: str) -> HttpResponse:
    place = {name: value for name, value in place.items() if value}
    listing = listing_of(**place)
    entries = listing.newest(ENTRIES, FORMATS[kind].column)
    if listing.subject and not entries:
        raise Http404
    own = reverse(f"digest:feed_{kind}", kwargs=place)
    context = {
        "title": _title(listing, entries),
        "language": listing.language,
        "path": listing.path,
        "self": own,
        "hub": settings.WEBSUB_HUB,
        "updated": max((entry.changed_at for entry in entries), default=EMPTY_SINCE),
    }
    start, end = _around(kind, tuple(context.items()), site_settings())
    written = FORMATS[kind].between.join(as_bytes(entry.text) for entry in entries if entry.text)
    response = HttpResponse(b"".join([start, written, end]), content_type=FORMATS[kind].content_type)
    if settings.WEBSUB_HUB:
        response["Link"] = f'<{settings.WEBSUB_HUB}>; rel="hub", <{site_address(own)}>; rel="self"'
    return open_to_others(shown_at(response, listing.place))


def _title(listing: Listing, entries: list[Entry]) -> str:
    """What the feed is about, "" for the whole site."""
    if listing.subject:
        return entries[0].subject
    return title_of(listing.language) if listing.language else ""


@lru_cache(maxsize=256)
def _around(kind: str, context: tuple[tuple[str, Hashable], ...], _settings: Hashable) -> list[bytes]:
    """What stands before the entries of a feed and after them."""
    if kind == "json":
        text, mark = json.dumps(_json_head(**dict(context)), ensure_ascii=False), f'"{_ENTRIES_MARK}"'
    else:
        text = xml_text(render_to_string(f"digest/feed.{kind}", {**dict(context), "entries": _ENTRIES_MARK}))
        mark = _ENTRIES_MARK
    return [part.encode() for part in text.rsplit(mark, 1)]


def _json_head(*, title: Any, language: Any, path: Any, hub: Any, **more: Any) -> dict[str, Any]:
    """A JSON Feed with a mark in place of its items; it has no date of its own."""
    head = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": f"{settings.SITE_NAME}: {title}" if title else settings.SITE_NAME,
        "home_page_url": site_address(path),
        "feed_url": site_address(more["self"]),
        "description": f"Written by machines, checked by people. Published under the responsibility of "
        f"{settings.SITE_PUBLISHER}.",
        "language": language,
        "authors": [{"name": settings.SITE_PUBLISHER, "url": f"{settings.SITE_URL}/"}],
        "hubs": [{"type": "WebSub", "url": hub}] if hub else [],
        "items": [_ENTRIES_MARK],
    }
    return {name: value for name, value in head.items() if value}


def listing_of(language: str = "", tag: str = "", source: str = "") -> Listing:
    """What a feed is of: a tag, a source, a language or the whole site."""
    if tag:
        return tagged(tag)
    if source:
        return from_source(source)
    return in_language(language) if language else everything()
