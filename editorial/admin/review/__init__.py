"""The review page: one screen on which an article is read, corrected and decided on.

It is made of panels. A panel is a module here with

    panel(request, article) -> dict     what its template needs, under names of its own, for any number of rows with a
                                        fixed number of queries; `article` comes with current, generation, source,
                                        proposal and publication
    urls(desk) -> list[URLPattern]      its own addresses, if it has any; each view takes (desk, request, pk), begins
                                        with desk.get_article(request, pk), which refuses who may not see the article

and a template `article/review/_NAME.html`. To add one: name the module in PANELS below and include the template in
`article/change_form.html`. A panel's form stands outside the form of the text, so it never sends (or loses) it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.urls import URLPattern

from ...models import Article
from . import claims, comments, decide, findings, history, hold, preview, stories

if TYPE_CHECKING:
    from ..articles import ArticleAdmin

PANELS = (hold, preview, findings, stories, claims, comments, decide, history)


def panels(request: HttpRequest, article: Article) -> dict[str, Any]:
    """What the templates of all panels need."""
    found: dict[str, Any] = {}
    for module in PANELS:
        found |= module.panel(request, article)
    return found


def review_urls(desk: ArticleAdmin) -> list[URLPattern]:
    """The addresses of all panels."""
    return [url for module in PANELS if hasattr(module, "urls") for url in module.urls(desk)]
