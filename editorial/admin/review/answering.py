"""What the buttons of a panel answer: a script gets the panel anew, a form the way back to where it was."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.loader import render_to_string

from ...models import Article, Status
from ...workflow import NotAllowed, WorkflowError
from .drafts import keep_typed

if TYPE_CHECKING:
    from ..articles import ArticleAdmin

Act = Callable[[Article], tuple[str, str]]
"""Does what the pressed button says; what to tell the person, and the id of the element to go back to."""


def answer(
    desk: ArticleAdmin, request: HttpRequest, pk: int, act: Act, *, panel: ModuleType, back: str
) -> HttpResponse:
    """Do what a panel's button says and answer: a script with JSON (`said`, `html` of the panel, `tab`, `at`; 409 or
    403 with `error`), a form with the way back to the page. What was typed in the text meanwhile is kept."""
    if request.method != "POST":
        raise Http404("This is a button.")
    article = desk.get_article(request, pk)
    by_script = request.headers.get("Accept") == "application/json"
    try:
        if not by_script and desk.has_change_permission(request, article):
            keep_typed(request, article)
        said, at = act(article)
    except WorkflowError as error:
        if by_script:
            return JsonResponse({"error": str(error)}, status=403 if isinstance(error, NotAllowed) else 409)
        messages.error(request, str(error))
        return HttpResponseRedirect(f"{article.get_desk_url()}#{back}")
    if not by_script:
        messages.success(request, said)
        return HttpResponseRedirect(f"{article.get_desk_url()}#{at}")
    name = panel.__name__.rpartition(".")[2]
    article = desk.get_article(request, pk)
    context = {"article": article, "may_edit": may_edit(desk, request, article), **panel.panel(request, article)}
    html = render_to_string(f"admin/editorial/article/review/_{name}.html", context, request)
    return JsonResponse({"said": said, "html": html, "tab": context[f"{name}_tab"], "at": at})


def may_edit(desk: ArticleAdmin, request: HttpRequest, article: Article) -> bool:
    """Whether this person may change the article's text now."""
    return bool(Status(article.status).may_be_edited and desk.has_change_permission(request, article))


def units(text: str) -> int:
    """The length of a text as a browser counts it, in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
