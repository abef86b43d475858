"""Decisions: the page that asks for the reason, and carrying them out, for one article or for many."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import ngettext

from ..models import Article, Revision
from ..workflow import NOTED, REASONED, TRANSITIONS, Action, WorkflowError, perform
from .approval import approve_posted, approve_view
from .bulk_approval import approve_page, approve_together
from .forms import DecisionForm

if TYPE_CHECKING:
    from .articles import ArticleAdmin


def decision_urls(desk: ArticleAdmin) -> list[URLPattern]:
    view = desk.admin_site.admin_view
    return [
        path("decide/<str:action>/", view(partial(decide_view, desk)), name="editorial_article_decide"),
        path("<int:pk>/approve/", view(partial(approve_view, desk)), name="editorial_article_approve"),
    ]


def bulk(action: Action) -> Any:
    """The list's action of that name: it asks for confirmation, with the revisions that the list showed."""

    def confirm(desk: ArticleAdmin, request: HttpRequest, queryset: QuerySet[Article]) -> HttpResponse:
        pairs = list(queryset.values_list("pk", "current_id"))
        if action is Action.APPROVE and len(pairs) > 1:
            return approve_page(desk, request, pairs)
        if action is Action.APPROVE:
            return HttpResponseRedirect(reverse("admin:editorial_article_approve", args=[pairs[0][0]]))
        return confirm_page(desk, request, action, DecisionForm(items=[f"{pk}:{current}" for pk, current in pairs]))

    confirm.__name__ = action.value
    permission = TRANSITIONS[action].permission.removeprefix("editorial.").removesuffix("_article")
    return admin.action(description=f"{action.label} …", permissions=[permission])(confirm)


def decide_view(desk: ArticleAdmin, request: HttpRequest, action: str) -> HttpResponse:
    if action not in Action.values or request.method != "POST":
        raise Http404("There is no such step.")
    step = Action(action)
    if not request.user.has_perm(TRANSITIONS[step].permission):
        raise PermissionDenied
    items = " ".join(request.POST.getlist("item")).split()  # one field for all: forms have a limit of fields
    form = DecisionForm(request.POST, items=items)
    try:
        pairs = form.pairs()
    except ValueError:
        raise Http404("There is no such article.") from None
    if step is Action.APPROVE and len(pairs) > 1:
        approve_together(request, pairs)
        return HttpResponseRedirect(reverse("admin:editorial_article_changelist"))
    if step is Action.APPROVE and pairs:
        return approve_posted(desk, request, *pairs[0])
    given = request.POST.get("reason", "").strip() or (step in REASONED and request.POST.getlist("reasons"))
    if TRANSITIONS[step].reason_required and not given:
        form.add_error("reason", _missing(step))
    if not pairs or not form.is_valid():
        return confirm_page(desk, request, step, form)
    names = ("reasons", "reason", "public_note")
    _decide(request, step, pairs, {name: form.cleaned_data[name] for name in names})
    if len(pairs) == 1:
        return HttpResponseRedirect(reverse("admin:editorial_article_change", args=[pairs[0][0]]))
    return HttpResponseRedirect(reverse("admin:editorial_article_changelist"))


def _decide(request: HttpRequest, step: Action, pairs: list[tuple[int, int]], words: dict[str, Any]) -> None:
    revisions = Revision.objects.select_related("article__source", "article__publication").in_bulk(
        [revision for _, revision in pairs]
    )
    done: list[Article] = []
    for article_id, revision_id in pairs:
        revision = revisions.get(revision_id)
        if revision is None or revision.article_id != article_id:
            messages.error(request, f"Article {article_id} has no revision {revision_id}; nothing was done to it.")
            continue
        try:
            perform(revision.article, step, by=request.user, revision=revision, **words)
            done.append(revision.article)
        except WorkflowError as error:
            messages.error(request, str(error))
    if done:
        what = ngettext("“%(title)s” was %(done)s.", "%(count)d articles were %(done)s.", len(done))
        messages.success(request, what % {"title": done[0].title, "count": len(done), "done": step.done})


def confirm_page(desk: ArticleAdmin, request: HttpRequest, action: Action, form: DecisionForm) -> HttpResponse:
    """The page that says what is about to happen, to which exact texts, and asks for the reason."""
    keys = [int(item.split(":")[0]) for item in form.items]
    context = {
        **desk.admin_site.each_context(request),
        "opts": desk.opts,
        "title": action.label,
        "action": action,
        "form": form,
        "rows": zip(form.items, _in_order(keys), strict=True),
        "reasoned": action in REASONED,
        "reason_required": TRANSITIONS[action].reason_required,
        "noted": action in NOTED,
        "media": desk.media,
    }
    return TemplateResponse(request, "admin/editorial/article/decide.html", context)


def _missing(step: Action) -> str:
    if step in REASONED:
        return f"“{step.label}” needs a reason. Tick one, or write one sentence for whoever comes next."
    return f"“{step.label}” needs a reason. Write one sentence for whoever comes next."


def _in_order(keys: list[int]) -> Iterable[Article | None]:
    rows = Article.objects.select_related("current").in_bulk(keys)
    return [rows.get(key) for key in keys]
