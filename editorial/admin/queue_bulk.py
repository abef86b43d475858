"""What can be done with several articles of the queue at once. What needs a reason or a second look has its page."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from ..assigning import Arrangement, arrange, people
from ..bulk_approval import Pair
from ..models import Priority
from ..workflow import TRANSITIONS, Action, NotAllowed, WorkflowError
from .bulk_approval import approve_page, posted_pairs
from .decisions import confirm_page
from .forms import DecisionForm
from .queue import posted_filters, queue_address, require_view
from .sweeps import fix_articles

if TYPE_CHECKING:
    from .articles import ArticleAdmin


def queue_bulk_urls(desk: ArticleAdmin) -> list[URLPattern]:
    view = desk.admin_site.admin_view(require_POST(partial(bulk_view, desk)))
    return [path("queue/bulk/", view, name="editorial_article_queue_bulk")]


def bulk_view(desk: ArticleAdmin, request: HttpRequest) -> HttpResponse:
    """One step for the ticked articles."""
    require_view(desk, request)
    step = _STEPS.get(request.POST.get("do", ""))
    if step is None:
        raise Http404("There is no such step.")
    pairs = posted_pairs(request)
    back = HttpResponseRedirect(queue_address(posted_filters(request)))
    if not pairs:
        messages.warning(request, "No article was ticked. Tick those that you mean, then choose the step again.")
        return back
    try:
        return step(desk, request, pairs) or back
    except NotAllowed:
        raise PermissionDenied from None
    except WorkflowError as error:
        messages.error(request, str(error))
        return back


def _decide(action: Action, desk: ArticleAdmin, request: HttpRequest, pairs: list[Pair]) -> HttpResponse:
    if not request.user.has_perm(TRANSITIONS[action].permission):
        raise PermissionDenied
    return confirm_page(desk, request, action, DecisionForm(items=[f"{article}:{text}" for article, text in pairs]))


def _fix(desk: ArticleAdmin, request: HttpRequest, pairs: list[Pair]) -> HttpResponse:
    return fix_articles(request, [article for article, _ in pairs], back=queue_address(posted_filters(request)))


def _assign(desk: ArticleAdmin, request: HttpRequest, pairs: list[Pair]) -> None:
    chosen = request.POST.get("to", "")
    person = people().filter(pk=int(chosen)).first() if chosen.isdecimal() and len(chosen) < 19 else None
    if person is None and chosen != "nobody":
        raise WorkflowError("Choose to whom the articles go, then press “Assign” again.")
    _arrange(request, pairs, Arrangement(to=(person,)), "assigned" if person else "given to nobody")


def _due(desk: ArticleAdmin, request: HttpRequest, pairs: list[Pair]) -> None:
    typed = request.POST.get("due", "").strip()
    try:
        day = datetime.date.fromisoformat(typed) if typed else None
    except ValueError:
        raise WorkflowError(f"“{typed[:40]}” is no day. A day is written like 2026-04-02.") from None
    _arrange(request, pairs, Arrangement(due=(day,)), f"made due on {day:%d %B %Y}" if day else "freed of a due date")


def _priority(desk: ArticleAdmin, request: HttpRequest, pairs: list[Pair]) -> None:
    typed = request.POST.get("priority", "")
    if typed not in map(str, Priority.values):
        raise WorkflowError("Choose a priority, then press “Set” again.")
    priority = Priority(int(typed))
    _arrange(request, pairs, Arrangement(priority=priority), f"given the priority “{priority.label}”")


def _arrange(request: HttpRequest, pairs: list[Pair], arrangement: Arrangement, done: str) -> None:
    count = arrange([article for article, _ in pairs], arrangement, by=request.user)
    if count:
        what = ngettext("%(count)d article was %(done)s.", "%(count)d articles were %(done)s.", count)
        messages.success(request, what % {"count": count, "done": done})
    else:
        messages.info(request, "They were so already; nothing was changed.")


_STEPS: Mapping[str, Callable[[ArticleAdmin, HttpRequest, list[Pair]], HttpResponse | None]] = {
    "assign": _assign,
    "due": _due,
    "priority": _priority,
    "fix": _fix,
    "send_back": partial(_decide, Action.SEND_BACK),
    "reject": partial(_decide, Action.REJECT),
    "approve": approve_page,
}
