"""How a person likes the texts to stand: side by side, inline, as rendered changes, or as the preview alone."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path

from ...models import Article, Preference
from .drafts import keep_typed

if TYPE_CHECKING:
    from ..articles import ArticleAdmin

Layout = Preference.Layout
SESSION_KEY = "review_layout"


def urls(desk: ArticleAdmin) -> list[URLPattern]:
    view = desk.admin_site.admin_view(partial(layout_view, desk))
    return [path("<int:pk>/layout/", view, name="editorial_article_layout")]


def panel(request: HttpRequest, article: Article) -> dict[str, Any]:
    return {"layouts": Layout.choices}


def layout_of(request: HttpRequest) -> str:
    """The layout that this person chose last; asked of the database once a session."""
    if request.session.get(SESSION_KEY) not in Layout.values:
        chosen = Preference.objects.filter(person=request.user.pk).values_list("layout", flat=True).first()
        request.session[SESSION_KEY] = chosen or Layout.SIDE_BY_SIDE
    return str(request.session[SESSION_KEY])


def layout_view(desk: ArticleAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Remember a layout; what was typed meanwhile is kept. 204 for a script, the way back for a form."""
    layout = request.POST.get("layout", "")
    if request.method != "POST" or layout not in Layout.values:
        raise Http404("There is no such layout.")
    article = desk.get_article(request, pk)
    Preference.objects.update_or_create(person_id=request.user.pk, defaults={"layout": layout})
    request.session[SESSION_KEY] = layout
    if request.headers.get("Accept") == "application/json":
        return HttpResponse(status=204)
    if desk.has_change_permission(request, article):
        keep_typed(request, article)
    return HttpResponseRedirect(article.get_desk_url())
