"""Approving several articles at once: the page that says which can be, and the yes to it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from ..approving import statement_of
from ..bulk_approval import Pair, approve_many, candidates
from ..workflow import NotAllowed
from .forms import DecisionForm
from .queue import posted_filters, queue_address, require_view

if TYPE_CHECKING:
    from .articles import ArticleAdmin


def bulk_approval_urls(desk: ArticleAdmin) -> list[URLPattern]:
    view = desk.admin_site.admin_view(require_POST(partial(approve_view, desk)))
    return [path("queue/approve/", view, name="editorial_article_queue_approve")]


def approve_view(desk: ArticleAdmin, request: HttpRequest) -> HttpResponse:
    require_view(desk, request)
    approve_together(request, posted_pairs(request))
    return HttpResponseRedirect(queue_address(posted_filters(request)))


def approve_together(request: HttpRequest, pairs: list[Pair]) -> None:
    """Approve those of them that nothing speaks against, and say what became of each."""
    try:
        done, refusals = approve_many(pairs, by=request.user, statement=statement_of(request.POST))
    except NotAllowed:
        raise PermissionDenied from None
    if done:
        what = ngettext("“%(title)s” was approved.", "%(count)d articles were approved.", len(done))
        messages.success(request, what % {"title": done[0].title, "count": len(done)})
    for sentence in refusals:
        messages.error(request, sentence)


def approve_page(desk: ArticleAdmin, request: HttpRequest, pairs: list[Pair]) -> HttpResponse:
    """What would be approved and what would not, and why."""
    try:
        found = candidates(pairs, by=request.user)
    except NotAllowed:
        raise PermissionDenied from None
    context = {
        **desk.admin_site.each_context(request),
        "opts": desk.opts,
        "title": "Approve several articles",
        "ready": [each for each in found if not each.why_not],
        "kept": [each for each in found if each.why_not],
        "queue": posted_filters(request).query,
        "back": queue_address(posted_filters(request)),
    }
    return TemplateResponse(request, "admin/editorial/queue/approve.html", context)


def posted_pairs(request: HttpRequest) -> list[Pair]:
    """The ticked articles, each with the text that the list showed. Raises Http404 for what is no such pair."""
    form = DecisionForm(items=" ".join(request.POST.getlist("item")).split())
    try:
        return form.pairs()
    except ValueError:
        raise Http404("There is no such article.") from None
