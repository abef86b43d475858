"""The search page, titles for a query that is being typed, and the description by which browsers know this search."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse

from ..listings import site_address
from ..public_pages import public_page, render_page
from .queries import Query, parse
from .searching import PAGE_SIZE, PAGES, Facet, facets, find, hits
from .suggesting import respelled, titles


@public_page
def results(request: HttpRequest) -> HttpResponse:
    """What a query finds, the best first, with ways to narrow it; without a query, what can be asked for."""
    query = _query(request)
    matches = find(query)
    pages = min(PAGES, -(-len(matches) // PAGE_SIZE))
    number = min(_number(request.GET.get("page", "")), max(pages, 1))
    offered: list[Facet] = facets(query, matches) if len(matches) > 1 else []
    context = {
        "query": query,
        "typed": _typed(request),
        "section": "search",
        "canonical": reverse("digest:search"),
        "filters": [(piece, query.without(piece)) for piece in query.filters],
        "matches": matches,
        "count": len(matches),
        "hits": hits(matches, number) if matches else [],
        "facets": offered,
        "spelling": respelled(query) if query and not matches else None,
        "number": number,
        "pages": pages,
        "max_chars": settings.SEARCH_MAX_CHARS,
    }
    return render_page("digest/search.html", context)


@public_page
def suggestions(request: HttpRequest) -> HttpResponse:
    """Titles that fit what was typed so far, as browsers ask for them (OpenSearch Suggestions 1.1): the query, the
    titles, a description of each (empty), their addresses."""
    found = titles(_query(request))
    addresses = [site_address(each.path) for each in found]
    answer = [_typed(request), [each.title for each in found], [""] * len(found), addresses]
    return JsonResponse(answer, safe=False, content_type="application/x-suggestions+json; charset=utf-8")


@public_page
def description(request: HttpRequest) -> HttpResponse:
    """OpenSearch 1.1: how a browser puts this search among its own."""
    return render_page("digest/opensearch.xml", {}, content_type="application/opensearchdescription+xml; charset=utf-8")


def _typed(request: HttpRequest) -> str:
    return request.GET.get("q", "").replace("\0", "")[: settings.SEARCH_MAX_CHARS]


def _query(request: HttpRequest) -> Query:
    typed = request.GET.get("q", "")
    return parse(typed, max_chars=settings.SEARCH_MAX_CHARS, max_terms=settings.SEARCH_MAX_TERMS)


def _number(text: str) -> int:
    """The number of a page; 1 for whatever is none."""
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 5 else 1
