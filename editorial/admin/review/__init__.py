"""The review page: one screen on which an article is read, corrected and decided on.

It is made of panels. A panel is a module here with

    panel(request, article) -> dict     what its template needs, under names of its own, for any number of rows with a
                                        fixed number of queries; `article` comes with current, generation, source,
                                        proposal and publication
    urls(desk) -> list[URLPattern]      its own addresses, if it has any; each view takes (desk, request, pk), begins
                                        with desk.get_article(request, pk), which refuses who may not see the article

and a template `article/review/_NAME.html`, whose first element is its <h2>. To add one: name the module in PANELS below
and include the template in `article/change_form.html`. Those beside the text are tabs: stories, claims and comments
have theirs as soon as their panel gives `NAME_tab`, what the tab shows besides its name ("2 of 5", or ""). A panel's
forms stand outside the form of the text; a button that is to carry along what was typed says `form="text-form"` and has
its view call `drafts.keep_typed` first. Scripts of a panel are modules, named by its template. Modules with addresses
alone stand in PAGES."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.urls import URLPattern

from ...models import Article
from . import (
    both,
    claims,
    comments,
    decide,
    drafts,
    findings,
    history,
    hold,
    layout,
    preview,
    reading,
    stories,
    tags,
)

if TYPE_CHECKING:
    from ..articles import ArticleAdmin

PANELS = (hold, layout, findings, stories, claims, comments, decide, history)
PAGES = (drafts, preview, both, reading, tags)


def panels(request: HttpRequest, article: Article) -> dict[str, Any]:
    """What the templates of all panels need."""
    found: dict[str, Any] = {}
    for module in PANELS:
        found |= module.panel(request, article)
    return found


def review_urls(desk: ArticleAdmin) -> list[URLPattern]:
    """The addresses of all panels."""
    return [url for module in (*PANELS, *PAGES) if hasattr(module, "urls") for url in module.urls(desk)]
