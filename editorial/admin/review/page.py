"""The review page itself: the form of the text, and saving it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse

from digest.models import LANGUAGES

from ...diffing import changes
from ...models import Article, Origin, Revision, SourceText, Status
from ...workflow import WorkflowError, correct
from ..fixes import text_with_suggestion
from ..forms import TextForm
from . import panels

if TYPE_CHECKING:
    from ..articles import ArticleAdmin


def review_page(desk: ArticleAdmin, request: HttpRequest, article: Article) -> HttpResponse:
    """Show the page; POST saves the text, or shows a preview of it."""
    if request.method != "POST":
        suggested = text_with_suggestion(request, article)
        return _page(desk, request, article, TextForm.of(article.current, suggested))
    if not desk.has_change_permission(request, article):
        raise PermissionDenied
    form = TextForm(request.POST)
    if form.is_valid() and "_preview" not in request.POST and _save(request, article, form):
        return HttpResponseRedirect(article.get_desk_url())
    return _page(desk, request, article, form)


def _save(request: HttpRequest, article: Article, form: TextForm) -> bool:
    based_on = article.revisions.filter(pk=form.cleaned_data["based_on"]).first()
    if based_on is None:
        form.add_error(None, "This page did not say which revision it shows. Copy your text and open it again.")
        return False
    text = form.text()
    if _lines(text.body) == _lines(based_on.body):  # a browser turns lone carriage returns into line ends
        text = replace(text, body=based_on.body)
    try:
        revision = correct(article, text, by=request.user, based_on=based_on, note=form.cleaned_data["note"])
    except WorkflowError as error:
        form.add_error(None, f"{error} Your text is kept below; nothing was saved.")
        return False
    if revision == based_on:
        messages.info(request, "Nothing was changed, so nothing was saved.")
    else:
        messages.success(request, f"Saved as revision {revision.number}.")
    return True


def _page(desk: ArticleAdmin, request: HttpRequest, article: Article, form: TextForm) -> HttpResponse:
    current = article.current
    generated = _generated_text(article)
    status = Status(article.status)
    body = form["body"].value() or ""
    context = {
        **desk.admin_site.each_context(request),
        "opts": desk.opts,
        "title": article.title,
        "article": article,
        "status": status,
        "current": current,
        "generated": generated,
        "form": form,
        "may_edit": status.may_be_edited and desk.has_change_permission(request, article),
        "changes": changes(generated.body, body.replace("\r\n", "\n")) if generated else [],
        "is_draft": form.is_bound,
        "language_name": LANGUAGES.get(article.language, "not known"),
        "source_texts": SourceText.objects.filter(generation=current.generation_id).defer("text"),
        "media": desk.media,
        **panels(request, article),
    }
    return TemplateResponse(request, desk.change_form_template, context)


def _generated_text(article: Article) -> Revision | None:
    """The text as the generator last delivered it for this article."""
    return (
        Revision.objects.filter(article=article, generation=article.generation_id, origin=Origin.GENERATED)
        .order_by("number")
        .first()
        or article.revisions.filter(origin=Origin.GENERATED).order_by("-number").first()
    )


def _lines(body: str) -> str:
    return body.replace("\r\n", "\n").replace("\r", "\n")
