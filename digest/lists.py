"""The pages that list publications: by day, each a card that was made when it was published."""

from __future__ import annotations

import datetime
from collections.abc import Hashable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils import translation

from .listings import Card, Cursor, Listing
from .public_pages import framed_page, shown_at, site_settings

_PART = "<!-- part -->\n"


def list_page(
    request: HttpRequest,
    listing: Listing,
    template: str,
    *,
    section: str,
    may_be_empty: bool = False,
    **context: Hashable,
) -> HttpResponse:
    """One page of a listing. `template` makes its head, heading and foot, parted by lines `<!-- part -->`; it sees
    `context`, the page, and the `subject` that the listing's rows share.

    Raises Http404 where nothing is listed, unless it `may_be_empty`: a tag, source or month without a visible article
    does not exist for readers."""
    before, after = (Cursor.parse(request.GET.get(name)) for name in ("before", "after"))
    page = listing.page(before=before, after=after, size=settings.PAGE_SIZE)
    if page is None:
        return HttpResponseRedirect(listing.path)
    if not page.cards and not may_be_empty:
        raise Http404
    speaks = listing.language or settings.LANGUAGE_CODE
    canonical = canonical_path(listing.path, before, after)
    shown = {
        **context,
        "path": listing.path,
        "newer": page.newer,
        "older": page.older,
        "is_empty": not page.cards,
        "subject": page.cards[0].subject if page.cards else "",
        "canonical": canonical,
        "continued": canonical != listing.path,
    }
    head, top, foot = _around(template, speaks, tuple(shown.items()), site_settings())
    response = framed_page(head, top, *days_html(page.cards, speaks), foot, speaks=speaks, section=section)
    return shown_at(response, listing.place)


def canonical_path(path: str, before: Cursor | None, after: Cursor | None) -> str:
    """The address of a page of a list: it keeps the one place that was asked for and drops all else."""
    for name, cursor in (("before", before), ("after", after)):
        if cursor:
            return f"{path}?{name}={cursor}"
    return path


def days_html(cards: Sequence[Card], speaks: str) -> Iterator[str | bytes]:
    """The cards, each day's under its date."""
    for day, of_day in groupby(cards, lambda card: card.date):
        yield _day_html(day, speaks)
        yield from (card.html for card in of_day)
        yield b"</div>\n</section>\n"


@lru_cache(maxsize=1024)
def _around(template: str, speaks: str, context: tuple[tuple[str, Hashable], ...], _settings: Hashable) -> list[str]:
    """Head, heading and foot of a list; the same ones for the same context and settings, whatever is listed."""
    with translation.override(speaks):
        return render_to_string(template, dict(context)).split(_PART)


@lru_cache(maxsize=2048)
def _day_html(day: datetime.date, speaks: str) -> bytes:
    """The beginning of a day's section."""
    with translation.override(speaks):
        return render_to_string("digest/_day.html", {"day": day}).encode()
