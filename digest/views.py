"""The pages that readers see, beside lists of tags and sources. An article or a list takes one query, the others two
at most."""

from __future__ import annotations

import datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.dates import MONTHS
from django.utils.http import http_date

from .addresses import path_to
from .archive import by_year, last_day_of, months
from .breadcrumbs import Crumb, crumbs_to
from .fragments import chrome_language
from .listings import between, everything, from_source, in_language, site_address, tagged, title_of
from .lists import list_page
from .models import Correction, Publication, RetractedAddress, Retraction, SitePage
from .onward import article_with_ways, onward_html
from .places import PAGES, article_place
from .prepared import Utf8, as_bytes, rows
from .public_pages import framed_page, open_to_others, public_page, render_page, shown_at
from .rendering.stored import stored_html
from .vocabulary import Entry, sources_in_use, tags_in_use

NOTES = 100
"""Corrections, and retractions, on the page that lists them; older ones stand with their articles."""


@public_page
def front(request: HttpRequest, language: str = "") -> HttpResponse:
    """The newest articles by day, all of them or those in one language."""
    listing = in_language(language) if language else everything()
    section, title = language or "front", _title_of_front(language, language or settings.LANGUAGE_CODE)
    return list_page(
        request, listing, "digest/list.html", section=section, may_be_empty=True, title=title, language=language
    )


@lru_cache(maxsize=16)
def _title_of_front(language: str, speaks: str) -> str:
    with translation.override(speaks):
        return title_of(language)


@public_page
def tag(request: HttpRequest, tag: str) -> HttpResponse:
    """The articles with one tag."""
    crumbs = crumbs_to("tags")
    return list_page(request, tagged(tag), "digest/tag.html", section="tags", slug=tag, kind="tag", crumbs=crumbs)


@public_page
def source(request: HttpRequest, source: str) -> HttpResponse:
    """The articles that were made from one source."""
    listing, crumbs = from_source(source), crumbs_to("sources")
    return list_page(request, listing, "digest/tag.html", section="sources", slug=source, kind="source", crumbs=crumbs)


@public_page
def tag_index(request: HttpRequest) -> HttpResponse:
    """All tags that a visible article has."""
    return _index("tags", tags_in_use())


@public_page
def source_index(request: HttpRequest) -> HttpResponse:
    """All sources that a visible article was made from."""
    return _index("sources", sources_in_use())


def _index(kind: str, entries: list[Entry]) -> HttpResponse:
    path = reverse(f"digest:{kind}")
    return render_page("digest/index.html", {"kind": kind, "section": kind, "entries": entries, "canonical": path})


@public_page
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """One article; an address that it had before leads to the current one, that of a retracted one says so."""
    return _article(slug, "article_html")


@public_page
def short(request: HttpRequest, slug: str) -> HttpResponse:
    """The TLDRs of an article alone, at an address of their own; the canonical one stays that of the article."""
    return _article(slug, "short_html")


def _article(slug: str, column: str) -> HttpResponse:
    found = article_with_ways(slug, "head_html", column)
    if found is None:
        return _former(slug)
    if not found.second:
        raise Http404  # a text without TLDRs has no short form
    speaks = chrome_language(found.language)
    foot = onward_html(found.onward, speaks=speaks)
    response = framed_page(found.first, found.second, foot, speaks=speaks, scripts=True)
    response["Last-Modified"] = http_date(found.updated_at.timestamp())
    return shown_at(response, article_place(found.pk), *map(article_place, found.onward.keys))


@public_page
def article_markdown(request: HttpRequest, slug: str) -> HttpResponse:
    """An article as Markdown under front matter."""
    return _document(slug, "article_markdown", "text/markdown; charset=utf-8", "front_matter", "body")


@public_page
def article_json(request: HttpRequest, slug: str) -> HttpResponse:
    """An article as an item of a JSON Feed."""
    return _document(slug, "article_json", "application/json; charset=utf-8", "item_json")


def _document(slug: str, name: str, content_type: str, *columns: str) -> HttpResponse:
    """An article for other programs, which are told where its page is; seen by whoever may see that."""
    found = rows(stored_document, columns, at=timezone.now(), slug=slug)
    if not found:
        return _former(slug, name)
    pk, updated_at, *parts = found[0]
    if not parts[0]:
        raise Http404  # not made yet; rerender_publications does
    response = HttpResponse(b"".join(map(as_bytes, parts)), content_type=content_type)
    response["Last-Modified"] = http_date(updated_at.timestamp())
    response["Link"] = f'<{site_address(path_to("digest:article", slug))}>; rel="canonical"'
    return open_to_others(shown_at(response, article_place(pk)))


def stored_document(columns: tuple[str, ...], *, at: datetime.datetime, slug: str) -> QuerySet[Publication, Any]:
    """The query for what an article as a document is joined of."""
    return (
        Publication.objects.visible(at)
        .order_by()
        .filter(slug=slug)
        .values_list("pk", "updated_at", *map(Utf8, columns))
    )


def _former(slug: str, name: str = "article") -> HttpResponse:
    """What stands at an address where no visible article is: a way to its new one, a note that it was retracted, or
    nothing."""
    former = Publication.objects.visible().order_by().filter(aliases__slug=slug).only("slug").first()
    if former:
        return redirect(f"digest:{name}", former.slug, permanent=True)
    address = RetractedAddress.objects.select_related("retraction").filter(slug=slug).first()
    if address is None:
        raise Http404
    context = {"retraction": address.retraction}
    return render_page("410.html", context, speaks=chrome_language(address.retraction.language), status=410)


@public_page
def archive(request: HttpRequest) -> HttpResponse:
    """Years and months that have something to read."""
    context = {"years": by_year(months()), "section": "archive", "canonical": reverse("digest:archive")}
    return render_page("digest/archive.html", context)


@public_page
def year(request: HttpRequest, year: int) -> HttpResponse:
    """The articles of a year, and its months."""
    first, last = datetime.date(year, 1, 1), datetime.date(year, 12, 31)
    return _days(request, first, last, year)


@public_page
def month(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """The articles of a month."""
    first = datetime.date(year, month, 1)
    return _days(request, first, last_day_of(first), year, month)


@public_page
def day(request: HttpRequest, year: int, month: int, day: int) -> HttpResponse:
    """The articles of a day."""
    try:
        date = datetime.date(year, month, day)
    except ValueError:
        raise Http404 from None
    return _days(request, date, date, year, month, day)


def _days(request: HttpRequest, first: datetime.date, last: datetime.date, *period: int) -> HttpResponse:
    title, path, above = _period(*period)
    shown = tuple(months(first.replace(month=1, day=1), first.replace(month=12, day=31)))
    current = None if first.month != last.month else first.replace(day=1)
    listing = between(path, first, last)
    return list_page(
        request,
        listing,
        "digest/period.html",
        section="archive",
        title=title,
        crumbs=crumbs_to("archive", *above),
        months=shown,
        first=first,
        current=current,
    )


@lru_cache(maxsize=4096)
def _period(year: int, month: int = 0, day: int = 0) -> tuple[str, str, tuple[Crumb, ...]]:
    """What a year, month or day is called, its path, and what it lies in."""
    in_year = Crumb(str(year), reverse("digest:year", args=[year]))
    if not month:
        return in_year.name, in_year.path, ()
    in_month = Crumb(str(MONTHS[month]), reverse("digest:month", args=[year, month]))
    if not day:
        return f"{in_month.name} {year}", in_month.path, (in_year,)
    path = reverse("digest:day", args=[year, month, day])
    return f"{day} {in_month.name} {year}", path, (in_year, in_month)


@public_page
def page(request: HttpRequest, kind: str, language: str = "") -> HttpResponse:
    """One of the publishers' own pages; where they wrote none, the site's own words."""
    if language == settings.LANGUAGE_CODE:
        return redirect("digest:page", kind=kind, permanent=True)
    speaks = language or settings.LANGUAGE_CODE
    own = SitePage.objects.filter(kind=kind, language=speaks).first()
    place = {"kind": kind, "language": language} if language else {"kind": kind}
    context = {
        "own": own,
        "own_html": stored_html(own.html) if own else "",
        "kind": kind,
        "speaks": speaks,
        "section": kind,
        "canonical": reverse("digest:page", kwargs=place),
    }
    return shown_at(render_page(f"digest/pages/{kind}.html", context, speaks=speaks), PAGES)


@public_page
def corrections(request: HttpRequest) -> HttpResponse:
    """What was corrected and what was taken back, newest first. An article's notes are hidden while it is."""
    shown = Exists(Publication.objects.visible().order_by().filter(uid=OuterRef("uid")))
    context = {
        "corrections": _with_articles(Correction.objects.filter(shown, at__lte=timezone.now())[:NOTES]),
        "retractions": Retraction.objects.exclude(note="").filter(~shown)[:NOTES],
        "section": "corrections",
        "canonical": reverse("digest:corrections"),
    }
    return render_page("digest/corrections.html", context)


def _with_articles(corrections: QuerySet[Correction]) -> list[tuple[Correction, Publication]]:
    """Each note with the article that it is about, as readers see it now."""
    notes = list(corrections)
    rows = Publication.objects.visible().order_by().filter(uid__in={note.uid for note in notes})
    articles = {row.uid: row for row in rows.only("slug", "title", "language", "uid")}
    return [(note, articles[note.uid]) for note in notes if note.uid in articles]
