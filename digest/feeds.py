"""RSS and Atom for the site, a language, a tag or a source: full texts, ids that never change, dates that tell of
corrections. An entry is a fragment that was made when its article was published."""

from __future__ import annotations

import datetime
from collections.abc import Hashable
from functools import lru_cache

from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse

from .listings import Entry, Listing, everything, from_source, in_language, tagged, title_of
from .public_pages import public_page, site_settings
from .xml_text import xml_text

ENTRIES = 30
EMPTY_SINCE = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
"""When a feed without entries last changed; formats demand a date, and "now" would change with every request."""
_ENTRIES_MARK = "@@entries@@"


@public_page
def rss(request: HttpRequest, language: str = "", tag: str = "", source: str = "") -> HttpResponse:
    """RSS 2.0 with content:encoded."""
    return _feed("rss", language=language, tag=tag, source=source)


@public_page
def atom(request: HttpRequest, language: str = "", tag: str = "", source: str = "") -> HttpResponse:
    """Atom 1.0 (RFC 4287)."""
    return _feed("atom", language=language, tag=tag, source=source)


def _feed(kind: str, **place: str) -> HttpResponse:
    place = {name: value for name, value in place.items() if value}
    listing = _listing(**place)
    entries = listing.newest(ENTRIES, {"rss": "rss_xml", "atom": "atom_xml"}[kind])
    if listing.subject and not entries:
        raise Http404
    context = {
        "title": _title(listing, entries),
        "language": listing.language,
        "path": listing.path,
        "self": reverse(f"digest:feed_{kind}", kwargs=place),
        "updated": max((_last_changed(entry) for entry in entries), default=EMPTY_SINCE),
    }
    start, end = _around(kind, tuple(context.items()), site_settings())
    body = b"".join([start, *(entry.xml.encode() for entry in entries), end])
    return HttpResponse(body, content_type=f"application/{kind}+xml; charset=utf-8")


def _last_changed(entry: Entry) -> datetime.datetime:
    return max(entry.first_published_at, entry.visible_from, entry.updated_at)


def _title(listing: Listing, entries: list[Entry]) -> str:
    """What the feed is about, "" for the whole site."""
    if listing.subject:
        return entries[0].subject
    return title_of(listing.language) if listing.language else ""


@lru_cache(maxsize=256)
def _around(kind: str, context: tuple[tuple[str, Hashable], ...], _settings: Hashable) -> list[bytes]:
    """What stands before the entries of a feed and after them."""
    text = render_to_string(f"digest/feed.{kind}", {**dict(context), "entries": _ENTRIES_MARK})
    return [part.encode() for part in xml_text(text).split(_ENTRIES_MARK)]


def _listing(language: str = "", tag: str = "", source: str = "") -> Listing:
    if tag:
        return tagged(tag)
    if source:
        return from_source(source)
    return in_language(language) if language else everything()
