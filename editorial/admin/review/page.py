"""The review page itself: the form of the text, and saving it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from digest.models import LANGUAGES

from ...comparing import body_changes
from ...models import Article, Revision, SourceText, Status, WorkingCopy
from ...text import count_words
from ...versions import generated_text
from ...workflow import Conflict, WorkflowError, correct
from ...working_copies import discard, keep, stamp, working_copy
from ..fixes import text_with_suggestion
from ..forms import TextForm
from . import panels
from .drafts import keep_typed, newer_than, typed
from .findings import fixed
from .layout import layout_of

if TYPE_CHECKING:
    from ..articles import ArticleAdmin

NOT_SAID = "This page did not say which revision it shows. Copy your text and open it again."


@csp_update({"frame-src": [SELF]})
def review_page(desk: ArticleAdmin, request: HttpRequest, article: Article) -> HttpResponse:
    """Show the page; POST saves the text, shows a preview of it, or takes a fix into it."""
    if request.method != "POST":
        copy = working_copy(article, by=request.user)
        return _page(desk, request, article, _opened(request, article, copy), copy=copy)
    if not desk.has_change_permission(request, article):
        raise PermissionDenied
    form = TextForm(request.POST)
    if "_fix" in request.POST:
        form = fixed(request, article, form)
    elif form.is_valid() and "_preview" not in request.POST:
        answer = _save(request, article, form)
        if answer:
            return answer
    return _page(desk, request, article, form, copy=_kept(request, article, form))


def _opened(request: HttpRequest, article: Article, copy: WorkingCopy | None) -> TextForm:
    """The form with what was typed before, with the suggestion that the address names, or with the current text."""
    if copy is None:
        return TextForm.of(article.current, text_with_suggestion(request, article))
    if "suggestion" in request.GET:
        messages.info(request, "You have text that is not saved yet. Save or discard it, then take the suggestion.")
    return TextForm.of(copy.based_on, typed=copy.fields)


def _save(request: HttpRequest, article: Article, form: TextForm) -> HttpResponse | None:
    """Save the text as a revision; where somebody else did so in between, keep it and show both. None: it was refused,
    and the form says why."""
    based_on = article.revisions.filter(pk=form.cleaned_data["based_on"]).first()
    if based_on is None:
        form.add_error(None, NOT_SAID)
        return None
    try:
        revision = correct(
            article, form.text_on(based_on), by=request.user, based_on=based_on, note=form.cleaned_data["note"]
        )
    except Conflict:
        return _both(request, article, based_on)
    except WorkflowError as error:
        form.add_error(None, f"{error} Your text is kept below; nothing was saved.")
        return None
    discard(article, by=request.user)
    if revision == based_on:
        messages.info(request, "Nothing was changed, so nothing was saved.")
    else:
        messages.success(request, f"Saved as revision {revision.number}.")
    return HttpResponseRedirect(article.get_desk_url())


def _kept(request: HttpRequest, article: Article, form: TextForm) -> WorkingCopy | None:
    """What was typed and not saved, kept as a working copy, if it can be."""
    try:
        return keep_typed(request, article, form)
    except WorkflowError:
        return working_copy(article, by=request.user)


def _both(request: HttpRequest, article: Article, based_on: Revision) -> HttpResponse:
    keep(article, typed(request.POST), by=request.user, based_on=based_on)
    return HttpResponseRedirect(reverse("admin:editorial_article_both", args=[article.pk]))


def _page(
    desk: ArticleAdmin, request: HttpRequest, article: Article, form: TextForm, *, copy: WorkingCopy | None = None
) -> HttpResponse:
    current = article.current
    generated = generated_text(article)
    status = Status(article.status)
    body = (form["body"].value() or "").replace("\r\n", "\n")
    layout = layout_of(request)
    context = {
        **desk.admin_site.each_context(request),
        "opts": desk.opts,
        "title": article.title,
        "article": article,
        "status": status,
        "current": current,
        "generated": generated,
        "form": form,
        "copy": copy,
        "stamp": stamp(copy),
        "newer": newer_than(article, copy.based_on_id) if copy else "",
        "may_edit": status.may_be_edited and desk.has_change_permission(request, article),
        "layout": layout,
        "changes": body_changes(generated.body, body) if generated and layout == "inline" else [],
        "is_draft": form.is_bound,
        "language_name": LANGUAGES.get(article.language, "not known"),
        "words": count_words(body),
        "source_texts": SourceText.objects.filter(generation=current.generation_id).defer("text"),
        "media": desk.media,
        **panels(request, article),
    }
    return TemplateResponse(request, desk.change_form_template, context)
