"""RSS and Atom for the site, a language or a tag: full texts, ids that never change, dates that tell of corrections."""

import datetime
import re
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from .listings import Listing, everything, in_language, tag_of, tagged, title_of
from .models import Publication
from .public_pages import public_page, render_page

ENTRIES = 30
EMPTY_SINCE = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
"""When a feed without entries last changed; formats demand a date, and "now" would change with every request."""
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Everything that XML 1.0 (section 2.2, Char) has no room for, not even escaped."""


@dataclass(frozen=True)
class Entry:
    """A publication and when readers got it, first and last; an embargo that has ended counts."""

    publication: Publication

    @property
    def published(self) -> datetime.datetime:
        return max(self.publication.first_published_at, self.publication.visible_from)

    @property
    def updated(self) -> datetime.datetime:
        return max(self.published, self.publication.updated_at)


@public_page
def rss(request: HttpRequest, language: str = "", tag: str = "") -> HttpResponse:
    """RSS 2.0 with content:encoded."""
    return _feed("rss", language, tag)


@public_page
def atom(request: HttpRequest, language: str = "", tag: str = "") -> HttpResponse:
    """Atom 1.0 (RFC 4287)."""
    return _feed("atom", language, tag)


def _feed(kind: str, language: str, tag: str) -> HttpResponse:
    listing = _listing(language, tag)
    entries = [Entry(publication) for publication in listing.newest(ENTRIES)]
    if tag and not entries:
        raise Http404
    place = {key: value for key, value in (("language", language), ("tag", tag)) if value}
    context = {
        "title": _title(entries, language, tag),
        "language": language,
        "path": listing.path,
        "self": reverse(f"digest:feed_{kind}", kwargs=place),
        "entries": entries,
        "updated": max((entry.updated for entry in entries), default=EMPTY_SINCE),
    }
    response = render_page(f"digest/feed.{kind}", context, content_type=f"application/{kind}+xml; charset=utf-8")
    response.content = NOT_XML.sub("\ufffd", response.content.decode())
    return response


def _listing(language: str, tag: str) -> Listing:
    if tag:
        return tagged(tag)
    return in_language(language) if language else everything()


def _title(entries: list[Entry], language: str, tag: str) -> str:
    if tag:
        return tag_of(entries[0].publication, tag).name
    return title_of(language) if language else ""
