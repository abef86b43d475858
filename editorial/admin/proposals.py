"""A newer generated text that waits beside the desk's: seen as a whole, then taken or dismissed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from ..conflicts import both_changed
from ..diffing import changes
from ..importing.desk import text_of
from ..models import Article, Status
from ..text import Text
from ..workflow import WorkflowError, dismiss_proposal, take_proposal
from .conflicts import conflict_view
from .fixes import key_of

if TYPE_CHECKING:
    from .articles import ArticleAdmin


def proposal_urls(desk: ArticleAdmin) -> list[URLPattern]:
    view = desk.admin_site.admin_view
    return [
        path("<int:pk>/proposal/", view(partial(proposal_view, desk)), name="editorial_article_proposal"),
        path("<int:pk>/conflict/", view(partial(conflict_view, desk)), name="editorial_article_conflict"),
    ]


def proposal_view(desk: ArticleAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    article = desk.get_article(request, pk)
    if not desk.has_change_permission(request, article):
        raise PermissionDenied
    if article.proposal is None:
        messages.info(request, "No newer generated text is waiting.")
        return HttpResponseRedirect(article.get_desk_url())
    if request.method != "POST" and "whole" not in request.GET and both_changed(article):
        return HttpResponseRedirect(reverse("admin:editorial_article_conflict", args=[article.pk]))
    text = text_of(article.proposal)
    if request.method == "POST" and text is not None:
        try:
            _settle(request, article, text)
            return HttpResponseRedirect(article.get_desk_url())
        except WorkflowError as error:
            messages.error(request, str(error))
    context = {
        **desk.admin_site.each_context(request),
        "opts": desk.opts,
        "title": f"Newer generated text for “{article.title}”",
        "changes": changes(article.current.body, text.body) if text else [],
        "article": article,
        "current": article.current,
        "proposed": text,
        "may_take": Status(article.status).may_be_edited,
        "reason": request.POST.get("reason", ""),
        "media": desk.media,
    }
    return TemplateResponse(request, "admin/editorial/article/proposal.html", context)


def _settle(request: HttpRequest, article: Article, text: Text) -> None:
    article.proposal_id = key_of(request.POST.get("proposal"))  # what the person saw; the workflow compares
    if "take" in request.POST:
        shown = get_object_or_404(article.revisions, pk=key_of(request.POST.get("based_on")))
        revision = take_proposal(article, text, by=request.user, based_on=shown)
        messages.success(request, f"The newer generated text is revision {revision.number} now.")
    else:
        dismiss_proposal(article, by=request.user, reason=request.POST.get("reason", ""))
        messages.success(request, "The newer generated text was dismissed; the desk's text stays.")
