"""How long the page was in front of somebody, and whether what changed was opened: reported by the page itself."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path

from ...readings import note_reading
from ..fixes import key_of

if TYPE_CHECKING:
    from ..articles import ArticleAdmin


def urls(desk: ArticleAdmin) -> list[URLPattern]:
    view = desk.admin_site.admin_view(partial(reading_view, desk))
    return [path("<int:pk>/reading/", view, name="editorial_article_reading")]


def reading_view(desk: ArticleAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Add `seconds` to this person's time with `revision` (a primary key); `diff_opened` if what changed was shown."""
    if request.method != "POST":
        raise Http404("Reading times are sent here, not read.")
    article = desk.get_article(request, pk)
    revision = get_object_or_404(article.revisions.only("pk"), pk=key_of(request.POST.get("revision")))
    seconds = min(key_of(request.POST.get("seconds")), 3600)
    note_reading(revision, by=request.user, seconds=seconds, diff_opened=request.POST.get("diff_opened") == "1")
    return HttpResponse(status=204)
