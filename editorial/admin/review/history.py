"""The revisions of an article, what was done to it, and any two of its texts compared."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from ...comparing import body_changes, field_changes
from ...models import Article
from ...numbered import listing
from ...versions import APPROVED, CURRENT, GENERATED, named
from .preview import rendered

if TYPE_CHECKING:
    from ..articles import ArticleAdmin

SHOWN = 20
CHOICES_MAX = 200
"""Revisions to choose from on the page that compares two; others go by number in its address."""


def urls(desk: ArticleAdmin) -> list[URLPattern]:
    view = desk.admin_site.admin_view
    return [
        path("<int:pk>/revisions/<int:number>/", view(partial(revision_view, desk)), name="editorial_article_revision"),
        path("<int:pk>/compare/", view(partial(compare_view, desk)), name="editorial_article_compare"),
    ]


def panel(request: HttpRequest, article: Article) -> dict[str, Any]:
    return {
        "revisions": article.revisions.select_related("by").defer("body", "excerpt")[:SHOWN],
        "events": article.events.select_related("revision").defer("revision__body", "revision__excerpt")[:SHOWN],
    }


@csp_update({"frame-src": [SELF]})
def revision_view(desk: ArticleAdmin, request: HttpRequest, pk: int, number: int) -> HttpResponse:
    article = desk.get_article(request, pk)
    revision = get_object_or_404(article.revisions.select_related("by", "generation"), number=number)
    context = {
        **desk.admin_site.each_context(request),
        "opts": desk.opts,
        "title": f"Revision {revision.number} of “{article.title}”",
        "article": article,
        "revision": revision,
        "preview": rendered(revision.body),
        "media": desk.media,
    }
    return TemplateResponse(request, "admin/editorial/article/revision.html", context)


@csp_update({"frame-src": [SELF]})
def compare_view(desk: ArticleAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """What changed from one text to another: ?from= and ?to= are a number, generated, approved or current."""
    article = desk.get_article(request, pk)
    names = request.GET.get("from") or GENERATED, request.GET.get("to") or CURRENT
    old, new = (named(article, name) for name in names)
    if new is None or (old is None and names[0] != APPROVED):
        raise Http404("There is no such revision.")
    blocks = body_changes(old.body, new.body) if old else []
    context = {
        **desk.admin_site.each_context(request),
        "opts": desk.opts,
        "title": f"What changed in “{article.title}”",
        "article": article,
        "old": old,
        "new": new,
        "names": names,
        "choices": article.revisions.select_related("by").defer("body", "excerpt")[:CHOICES_MAX],
        "fields": field_changes(old.text, new.text) if old else [],
        "changes": blocks or [],
        "listing": listing(new.body) if blocks is None else None,
        "is_rendered": "rendered" in request.GET,
        "media": desk.media,
    }
    return TemplateResponse(request, "admin/editorial/article/compare.html", context)
