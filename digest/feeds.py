"""RSS and Atom for the site, a language, a tag or a source: full texts, ids that never change, dates that tell of
corrections. An entry is a fragment that was made when its article was published."""

import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from .listings import Listing, everything, from_source, in_language, subject_of, tagged, title_of
from .models import Publication
from .public_pages import public_page, render_page
from .rendering.stored import stored_fragment
from .templatetags.site import last_changed
from .xml_text import xml_text

ENTRIES = 30
EMPTY_SINCE = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
"""When a feed without entries last changed; formats demand a date, and "now" would change with every request."""
_DATES = ("first_published_at", "visible_from", "updated_at")


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
    column = {"rss": "rss_xml", "atom": "atom_xml"}[kind]
    rows = list(listing.newest(ENTRIES, column, *_DATES))
    if listing.subject and not rows:
        raise Http404
    context = {
        "title": _title(listing, rows),
        "language": listing.language,
        "path": listing.path,
        "self": reverse(f"digest:feed_{kind}", kwargs=place),
        "entries": stored_fragment("".join(getattr(row, column) for row in rows)),
        "updated": max((last_changed(row) for row in rows), default=EMPTY_SINCE),
    }
    response = render_page(f"digest/feed.{kind}", context, content_type=f"application/{kind}+xml; charset=utf-8")
    response.content = xml_text(response.content.decode())
    return response


def _title(listing: Listing, rows: list[Publication]) -> str:
    """What the feed is about, "" for the whole site."""
    if listing.subject:
        return subject_of(rows)
    return title_of(listing.language) if listing.language else ""


def _listing(language: str = "", tag: str = "", source: str = "") -> Listing:
    if tag:
        return tagged(tag)
    if source:
        return from_source(source)
    return in_language(language) if language else everything()
