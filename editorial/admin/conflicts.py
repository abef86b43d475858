"""The page where a conflict between the desk's text and a newer generated one is solved. What a person picked or typed
comes back with every answer, whatever happened meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse

from digest.models import LANGUAGES
from digest.rendering import RenderingError, render

from ..conflicts import BODY, Unsolved, conflict_of, draft, problems_of, solve
from ..diffing import changes
from ..merging import Merge
from ..models import Article, Generation, Revision, Status
from ..text import storable
from ..workflow import WorkflowError, require_seen
from .conflict_places import Answer, Page
from .fixes import key_of

if TYPE_CHECKING:
    from .articles import ArticleAdmin

MAX_CONFLICTS = 450  # two form fields each; Django reads no form of more than 1,000 (DATA_UPLOAD_MAX_NUMBER_FIELDS)
NOTE_MAX = 1000


def conflict_view(desk: ArticleAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Show the conflicts, preview what the choices make, or save it as a revision."""
    article = desk.get_article(request, pk)
    if not desk.has_change_permission(request, article):
        raise PermissionDenied
    if request.method != "POST":
        return _page(desk, request, article, {})
    answers, is_preview = answers_of(request.POST), "_preview" in request.POST
    try:
        based_on, proposal = _seen(request.POST, article)
        if is_preview:
            return _page(desk, request, article, answers, is_preview=True)
        revision = _save(request, article, answers, based_on, proposal)
    except WorkflowError as error:
        return _page(desk, request, desk.get_article(request, pk), answers, error=error, is_preview=is_preview)
    messages.success(request, f"Saved as revision {revision.number}, made of both texts.")
    return HttpResponseRedirect(article.get_desk_url())


def answers_of(sent: QueryDict) -> dict[str, Answer]:
    """What the form says about each conflict, by the conflict's name."""
    names = dict.fromkeys(
        name.partition(":")[2] for name in sent if name.startswith(("pick:", "text:")) and len(name) < 200
    )
    return {
        name: Answer.of(sent.get(f"pick:{name}", ""), sent.get(f"text:{name}", ""), sent.get(f"aside:{name}", ""))
        for name in names
    }


def _seen(sent: QueryDict, article: Article) -> tuple[Revision, Generation]:
    """The two texts that the person had before them. Raises WorkflowError when they are not the present ones."""
    based_on = article.revisions.filter(pk=key_of(sent.get("based_on"))).first()
    proposal = Generation.objects.defer("content").filter(pk=key_of(sent.get("proposal"))).first()
    if based_on is None or proposal is None:
        raise WorkflowError("This page did not say which texts it shows. They are shown as they are now.")
    require_seen(article, based_on=based_on, proposal=proposal)
    return based_on, proposal


def _save(
    request: HttpRequest, article: Article, answers: dict[str, Answer], based_on: Revision, proposal: Generation
) -> Revision:
    merge = conflict_of(article)
    page = Page.of(merge, answers)
    left_out = {place.key: place.left_out for place in page.places if place.left_out}
    if left_out:
        raise Unsolved({**problems_of(merge, page.choices), **left_out})
    return solve(article, page.choices, by=request.user, based_on=based_on, proposal=proposal, note=note_of(request))


def note_of(request: HttpRequest) -> str:
    return str(storable(request.POST.get("note", "")))[:NOTE_MAX].strip()


def _page(
    desk: ArticleAdmin,
    request: HttpRequest,
    article: Article,
    answers: dict[str, Answer],
    *,
    error: WorkflowError | None = None,
    is_preview: bool = False,
) -> HttpResponse:
    context = {
        **desk.admin_site.each_context(request),
        "opts": desk.opts,
        "title": f"Two texts of “{article.title}”",
        "article": article,
        "current": article.current,
        "error": "" if isinstance(error, Unsolved) else str(error or ""),
        "may_save": Status(article.status).may_be_edited,
        "note": note_of(request),
        "note_max": NOTE_MAX,
        "media": desk.media,
    }
    try:
        merge = conflict_of(article)
    except WorkflowError as reason:
        return _nothing_to_merge(request, article, {**context, "error": str(reason)}, answers)
    page = Page.of(merge, answers)
    if isinstance(error, Unsolved):
        page.mark(error.problems)
        context["error"] = error.problems.get(BODY, "")
    context |= {"page": page, "stray": page.stray, "is_preview": is_preview}
    context["too_many"] = len(page.places) > MAX_CONFLICTS
    if is_preview or not page.places:
        context["preview"] = preview_of(article, merge, page)
    return TemplateResponse(request, "admin/editorial/article/conflict.html", context)


def _nothing_to_merge(
    request: HttpRequest, article: Article, context: dict[str, Any], answers: dict[str, Answer]
) -> HttpResponse:
    """On to where the article can be worked on; but what a person typed is shown first, to be copied."""
    stray = [answer.text for name, answer in answers.items() if answer.is_own(name)]
    if stray:
        return TemplateResponse(request, "admin/editorial/article/conflict.html", {**context, "stray": stray})
    messages.info(request, context["error"])
    if article.proposal is None:
        return HttpResponseRedirect(article.get_desk_url())
    return HttpResponseRedirect(reverse("admin:editorial_article_proposal", args=[article.pk]) + "?whole=1")


def preview_of(article: Article, merge: Merge, page: Page) -> dict[str, Any]:
    """What saving would give, rendered, and how it differs from the desk's text."""
    text = draft(merge, page.choices)
    preview = {
        "text": text,
        "language": LANGUAGES.get(text.language, text.language or "not known"),
        "open": len(page.places) - len(page.choices),
        "changes": changes(article.current.body, text.body),
    }
    try:
        return {**preview, "html": render(text.body)}
    except RenderingError as error:
        return {**preview, "error": str(error)}
