"""Who has the article in hand: reserving it, keeping it while one works, giving it back, taking it over."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_POST

from ...models import Article, Status, WorkingCopy
from ...models.articles import IN_QUEUE
from ...reserving import give_back, hold_of, renew, reserve, take_over
from ...workflow import WorkflowError
from ..queue import FILTERS_KEY, filters_in, queue_address

if TYPE_CHECKING:
    from ..articles import ArticleAdmin


def panel(request: HttpRequest, article: Article) -> dict[str, Any]:
    """The hold that is valid now, whether it is this person's, and the queue that the article was opened from."""
    hold = hold_of(article)
    along = filters_in(request.GET.get("queue") or request.session.get(FILTERS_KEY, ""))
    may_take = request.user.has_perm("editorial.change_article")
    return {
        "hold": hold,
        "hold_is_mine": bool(hold and hold.by_id == request.user.pk),
        "may_take": may_take,
        "may_hold": may_take and Status(article.status) in IN_QUEUE,
        "queue": along.query,
        "queue_address": queue_address(along),
    }


def urls(desk: ArticleAdmin) -> list[URLPattern]:
    view = desk.admin_site.admin_view
    return [
        path("<int:pk>/hold/", view(require_POST(partial(hold_view, desk))), name="editorial_article_hold"),
        path("<int:pk>/hold/take-over/", view(partial(take_over_view, desk)), name="editorial_article_take_over"),
    ]


def hold_view(desk: ArticleAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """`do` is take, renew or give_back. A script that renews gets JSON: {"until"}, or 409 with {"sentence"}."""
    article = _article(desk, request, pk)
    step = request.POST.get("do", "")
    if step == "renew":
        return _renewed(request, article)
    try:
        if step == "take":
            hold = reserve(article, by=request.user)
            messages.success(request, f"Reserved for you until {clock(hold.until)}.")
        elif step == "give_back":
            if give_back(article, by=request.user):
                messages.success(request, f"You gave “{article.title}” back. Anybody can take it now.")
            return HttpResponseRedirect(queue_address(filters_in(request.POST.get("queue", ""))))
        else:
            raise Http404("There is no such step.")
    except WorkflowError as error:
        messages.error(request, str(error))
    return HttpResponseRedirect(article.get_desk_url())


def take_over_view(desk: ArticleAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """The warning before an article is taken out of somebody's hand; POST is the yes."""
    article = _article(desk, request, pk)
    if request.method == "POST":
        seen = request.POST.get("seen", "")
        try:
            hold = take_over(article, by=request.user, seen=int(seen) if seen.isdecimal() and len(seen) < 19 else 0)
            messages.success(request, f"You have it now, until {clock(hold.until)}.")
            return HttpResponseRedirect(article.get_desk_url())
        except WorkflowError as error:
            messages.error(request, str(error))
    hold = hold_of(article)
    if hold is None or hold.by_id == request.user.pk:
        return HttpResponseRedirect(article.get_desk_url())
    context = {
        **desk.admin_site.each_context(request),
        "opts": desk.opts,
        "title": "Take it over",
        "article": article,
        "hold": hold,
        "unsaved": WorkingCopy.objects.filter(article=article, by=hold.by).defer("fields").first(),
    }
    return TemplateResponse(request, "admin/editorial/queue/take_over.html", context)


def clock(moment: Any) -> str:
    """A moment as the banner says it: "14:20"."""
    return date_format(timezone.localtime(moment), "H:i")


def _article(desk: ArticleAdmin, request: HttpRequest, pk: int) -> Article:
    if pk >= 2**63:
        raise Http404("There is no such article.")
    article = desk.get_article(request, pk)
    if not request.user.has_perm("editorial.change_article"):
        raise PermissionDenied
    return article


def _renewed(request: HttpRequest, article: Article) -> HttpResponse:
    try:
        until = renew(article, by=request.user)
    except WorkflowError as error:
        return JsonResponse({"sentence": str(error)}, status=409)
    return JsonResponse({"until": clock(until)})
