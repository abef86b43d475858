"""The revisions of an article and what was done to it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from ...models import Article
from .preview import rendered

if TYPE_CHECKING:
    from ..articles import ArticleAdmin

SHOWN = 20


def urls(desk: ArticleAdmin) -> list[URLPattern]:
    view = desk.admin_site.admin_view(partial(revision_view, desk))
    return [path("<int:pk>/revisions/<int:number>/", view, name="editorial_article_revision")]


def panel(request: HttpRequest, article: Article) -> dict[str, Any]:
    return {
        "revisions": article.revisions.select_related("by").defer("body")[:SHOWN],
        "events": article.events.select_related("revision")[:SHOWN],
    }


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
