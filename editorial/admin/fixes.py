"""The fixes and suggestions for one article: seen as a diff first, then taken."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from ..checks import RULES, Finding, take_fix
from ..comparing import body_changes, field_changes
from ..fixing import (
    Proposal,
    fix_article,
    may_be_fixed,
    name_of,
    propose_one,
    suggested,
    suggestions,
    take_suggestion,
)
from ..models import Article, Revision
from ..numbered import listing
from ..text import Text
from ..workflow import Conflict, WorkflowError

if TYPE_CHECKING:
    from .articles import ArticleAdmin

FIELDS = {"hashtags": "tags", "": "text"}
KEY_DIGITS = 18


def fix_urls(desk: ArticleAdmin) -> list[URLPattern]:
    view = desk.admin_site.admin_view(partial(fixes_view, desk))
    return [path("<int:pk>/fixes/", view, name="editorial_article_fixes")]


def fixes_view(model_admin: ArticleAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """What the safe fixes would change, and the suggestions; POST takes all the fixes or one suggestion."""
    article = model_admin.get_article(request, pk)
    if not model_admin.has_change_permission(request, article):
        raise PermissionDenied
    if request.method == "POST":
        try:
            return HttpResponseRedirect(_act(request, article))
        except WorkflowError as error:
            messages.error(request, str(error))
    proposal = propose_one(article)
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": f"Fixes for “{article.title}”",
        "article": article,
        "current": article.current,
        "proposal": proposal,
        "abouts": [RULES[code].about for code in proposal.fixed.codes],
        "suggestions": [_suggestion(article.current, finding) for finding in suggestions(article)],
        "may_be_fixed": may_be_fixed(article),
        **comparison(proposal),
    }
    return TemplateResponse(request, "admin/editorial/article/fixes.html", context)


def _act(request: HttpRequest, article: Article) -> str:
    """Do what the pressed button says, about the revision that the page showed; the address to go to."""
    based_on = article.revisions.filter(pk=key_of(request.POST.get("based_on"))).first()
    if based_on is None:
        raise Conflict("This page did not say which revision it shows. Look at the fixes once more.")
    if "take" in request.POST:
        revision = take_suggestion(article, request.POST["take"], by=request.user, based_on=based_on)
        messages.success(request, f"The suggestion was taken: revision {revision.number}.")
        return reverse("admin:editorial_article_fixes", args=[article.pk])
    fixed = fix_article(article, by=request.user, based_on=based_on)
    if fixed is None:
        messages.info(request, "There is nothing to fix, so nothing was saved.")
    else:
        messages.success(request, f"The safe fixes were applied: revision {fixed.number}.")
    return article.get_desk_url()


def _suggestion(current: Revision, finding: Finding) -> dict[str, Any]:
    """A suggestion as the page shows it."""
    old, new = current.text, take_fix(current.text, finding)
    return {
        "name": name_of(finding),
        "code": finding.code,
        "message": finding.message,
        "field": FIELDS.get(finding.field, finding.field),
        "line": finding.place.line if not finding.field else None,
        "old": finding.what,
        "new": finding.fix or "",
        "fits": old != new,
    }


def comparison(proposal: Proposal) -> dict[str, Any]:
    """The fields and blocks that fixes change; a listing of the new text where comparing would take too long."""
    old, new = proposal.revision.text, proposal.fixed.text
    blocks = body_changes(old.body, new.body)
    found: dict[str, Any] = {"fields": field_changes(old, new)}
    return found | ({"listing": listing(new.body)} if blocks is None else {"changes": blocks})


def text_with_suggestion(request: HttpRequest, article: Article) -> Text | None:
    """The article's text with the suggestion that the address names, for the form of the change page; a sentence where
    that does not fit (any more)."""
    name = request.GET.get("suggestion", "")
    if not name:
        return None
    try:
        return suggested(article, name)[1]
    except WorkflowError as error:
        messages.error(request, str(error))
        return None


def key_of(value: str | None) -> int:
    """A primary key as a form sent it; 0, which no row has, for anything else."""
    return int(value) if value and value.isdecimal() and len(value) <= KEY_DIGITS else 0
