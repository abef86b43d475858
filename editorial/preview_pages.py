"""What a preview link shows: the page that readers would get, marked as a preview, for nobody to keep or to index."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from digest.fragments import chrome_language
from digest.models import Correction, Publication
from digest.public_pages import framed_page

from .models import PreviewLink, Revision
from .preview_links import LinkClosed, revision_of
from .previewing import preview
from .schedule import told
from .versions import generated_text

HEADERS = {
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Referrer-Policy": "no-referrer",
}
NOBODY = User(first_name="nobody", last_name="yet")
"""Who has checked a text that nobody approved."""


@require_safe
def preview_link_view(request: HttpRequest, token: str) -> HttpResponse:
    """The text behind a link; 404 for an address that never was one, 410 for one that is closed."""
    try:
        found = revision_of(token)
    except LinkClosed:
        response = _closed(410)
    else:
        response = _page(*found) if found else _closed(404)
    for name, value in HEADERS.items():
        response[name] = value
    return response


def _page(link: PreviewLink, revision: Revision) -> HttpResponse:
    shown = _publication(revision)
    head = format_html(
        '<meta name="robots" content="noindex, nofollow"><link rel="stylesheet" href="{}">',
        static("editorial/preview-link.css"),
    )
    mark = format_html(
        '<aside class="preview-mark" aria-label="Preview" lang="en"><p><strong>Preview.</strong> {} '
        "This link is open until {}. Please pass it on to nobody.</p></aside>",
        _standing(revision),
        told(link.expires_at),
    )
    main = mark + shown.article_html
    return framed_page(shown.head_html + head, main, speaks=chrome_language(shown.language), scripts=True)


def _standing(revision: Revision) -> str:
    public = revision.article.publication
    if public is None or public.revision_hash != revision.hash:
        return "Nobody has approved this text, and readers do not see it."
    if public.visible_from > timezone.now():
        return f"Readers get this text on {told(public.visible_from)}."
    return "Readers see this text already."


def _publication(revision: Revision) -> Publication:
    """What was approved as it is stored; anything else as it would be."""
    article = revision.article
    if article.publication and article.publication.revision_hash == revision.hash:
        return article.publication
    generated = generated_text(article)
    notes = list(Correction.objects.filter(uid=article.uid)) if article.publication_id else []
    text = generated.text if generated else None
    return preview(article, revision.text, by=NOBODY, generated=text, corrections=notes).publication


def _closed(status: int) -> HttpResponse:
    return HttpResponse(render_to_string("editorial/preview_closed.html", {"status": status}), status=status)
