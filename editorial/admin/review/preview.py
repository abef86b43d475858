"""The text as readers will see it, in a frame of its own: the public page's template, fragments and style sheet."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

from csp.constants import NONE, SELF
from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import URLPattern, path
from django.utils.html import escape
from django.views.decorators.clickjacking import xframe_options_sameorigin

from digest.models import Correction
from digest.public_pages import framed_page
from digest.rendering import RenderingError, render
from digest.rendering.stored import stored_html

from ...comparing import is_comparable
from ...models import Article
from ...previewing import Preview, preview
from ...rendered_diff import marked_changes, marked_words
from ...text import Text
from ...versions import APPROVED, generated_text, named
from ...working_copies import working_copy
from ..forms import TextForm

if TYPE_CHECKING:
    from ..articles import ArticleAdmin


def urls(desk: ArticleAdmin) -> list[URLPattern]:
    view = desk.admin_site.admin_view(partial(preview_view, desk))
    return [path("<int:pk>/preview/", view, name="editorial_article_preview")]


def rendered(body: str) -> dict[str, str]:
    """`html`, or `error`: the sentence that says why it can't be rendered."""
    try:
        return {"html": render(body)}
    except RenderingError as error:
        return {"error": str(error)}


@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF], "script-src": [SELF], "style-src": [SELF], "connect-src": [NONE]})
def preview_view(desk: ArticleAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """The public page of what was typed (POST), of a revision (?revision=NAME), or of what this person sees on the
    review page; with ?changes=NAME what changed since that text is marked."""
    article = desk.get_article(request, pk)
    text, since = _text(request, article), request.GET.get("changes", "")
    try:
        if since:
            return _changes(request, article, text, since)
        shown = _shown(request, article, text)
    except RenderingError as error:
        return _plain(article, "error", str(error))
    places = escape(json.dumps(shown.places))
    return shown.page(f'<div id="preview" data-places="{places}">{shown.publication.article_html}</div>')


def _text(request: HttpRequest, article: Article) -> Text:
    """The text that is meant, as far as it can stand."""
    if request.method == "POST":
        return TextForm(request.POST).text_as_far_as_valid(article.current.text)
    if name := request.GET.get("revision", ""):
        revision = named(article, name)
        if revision is None:
            raise Http404("There is no such revision.")
        return revision.text
    copy = working_copy(article, by=request.user)
    return TextForm(copy.fields).text_as_far_as_valid(article.current.text) if copy else article.current.text


def _shown(request: HttpRequest, article: Article, text: Text) -> Preview:
    corrections = Correction.objects.filter(uid=article.uid) if article.publication_id else []
    generated = generated_text(article)
    return preview(
        article,
        text,
        by=request.user,
        generated=generated.text if generated else None,
        corrections=list(corrections),
    )


def _changes(request: HttpRequest, article: Article, text: Text, since: str) -> HttpResponse:
    """The text with what changed since another one marked in it."""
    before = named(article, since)
    if before is None:
        missing = "Nothing of this article was approved yet." if since == APPROVED else "There is no such text."
        return _plain(article, "nothing", f"{missing} Compare with the generated text instead.")
    if not is_comparable(before.body, text.body):
        return _plain(article, "nothing", "These two texts are too long to be compared word by word.")
    if before.body == text.body and before.title == text.title and before.excerpt == text.excerpt:
        return _plain(article, "nothing", f"Nothing has changed since revision {before.number}.")
    title, excerpt = (
        marked_words(escape(old), escape(new))
        for old, new in ((before.title, text.title), (before.excerpt, text.excerpt))
    )
    body = stored_html(marked_changes(render(before.body), render(text.body)))
    head = f"<header><h1>{title}</h1>{f'<p class=standfirst>{excerpt}</p>' if excerpt else ''}</header>"
    lang = f' lang="{escape(text.language)}"' if text.language else ""
    main = f'<article id="preview" class="piece changes"{lang}>{head}<div class="text">{body}</div></article>'
    return _framed(article, main)


def _plain(article: Article, name: str, sentence: str) -> HttpResponse:
    return _framed(article, f'<div id="preview" class="{name}"><p role="status">{escape(sentence)}</p></div>')


def _framed(article: Article, main: str) -> HttpResponse:
    """`main` in the public site's frame, with the marks of changes styled."""
    head = f'<title>{escape(article.title)}</title><link rel="stylesheet" href="{static("editorial/marks.css")}">'
    return framed_page(head, main, speaks=settings.LANGUAGE_CODE)
