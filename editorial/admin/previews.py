"""Preview links of an article: made, listed and taken back; and all of the desk, to read."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from ..models import Article, PreviewLink
from ..preview_links import GONE, LIFETIMES, NOTE_MAX, make_link, revoke_link
from ..workflow import NotAllowed, WorkflowError
from .fixes import key_of
from .read_only import ReadOnlyAdmin

if TYPE_CHECKING:
    from .articles import ArticleAdmin

SHOWN_ONCE = "editorial_new_preview_link"
"""Where the session keeps the address of a new link until the next page has shown it."""
LISTED = 100


def preview_urls(desk: ArticleAdmin) -> list[URLPattern]:
    view = desk.admin_site.admin_view
    revoke = require_POST(partial(revoke_view, desk))
    return [
        path("<int:pk>/previews/", view(partial(previews_view, desk)), name="editorial_article_previews"),
        path("<int:pk>/previews/<int:link>/revoke/", view(revoke), name="editorial_article_revoke_preview"),
    ]


def previews_view(desk: ArticleAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """The links of an article, newest first; POST makes one for a revision."""
    article = desk.get_article(request, pk)
    if not request.user.has_perm("editorial.view_previewlink"):
        raise PermissionDenied
    may_make = request.user.has_perm("editorial.add_previewlink")
    if request.method == "POST":
        if not may_make:
            raise PermissionDenied
        return _make(request, article)
    context = {
        **desk.admin_site.each_context(request),
        "opts": desk.opts,
        "title": f"Preview links for “{article.title}”",
        "article": article,
        "links": _links(article),
        "new": request.session.pop(SHOWN_ONCE, ""),
        "may_make": may_make and article.status not in GONE,
        "may_revoke": may_make,
        "lifetimes": LIFETIMES.items(),
        "note_max": NOTE_MAX,
        "media": desk.media,
    }
    response = TemplateResponse(request, "admin/editorial/article/previews.html", context)
    response["Cache-Control"] = "no-store"
    return response


def revoke_view(desk: ArticleAdmin, request: HttpRequest, pk: int, link: int) -> HttpResponse:
    article = desk.get_article(request, pk)
    found = get_object_or_404(PreviewLink.objects.select_related("revision__article"), pk=link, revision__article=pk)
    try:
        revoke_link(found, by=request.user)
        messages.success(request, "The link was taken back; it shows nothing to anybody any more.")
    except NotAllowed:
        raise PermissionDenied from None
    except WorkflowError as error:
        messages.error(request, str(error))
    return HttpResponseRedirect(_page_of(article))


def _make(request: HttpRequest, article: Article) -> HttpResponse:
    shown = key_of(request.POST.get("revision"))
    revision = article.revisions.filter(pk=shown).first()
    days, note = key_of(request.POST.get("days")), request.POST.get("note", "")
    try:
        if revision is None:
            raise WorkflowError("This page did not say which text the link is for. Open it again.")
        _, token = make_link(revision, by=request.user, days=days, note=note)
        request.session[SHOWN_ONCE] = f"{settings.SITE_URL}{reverse('preview', args=[token])}"
    except WorkflowError as error:
        messages.error(request, str(error))
    return HttpResponseRedirect(_page_of(article))


def _links(article: Article) -> list[PreviewLink]:
    related = PreviewLink.objects.filter(revision__article=article).select_related("by", "revision")
    links = list(related.defer("revision__body", "revision__excerpt")[:LISTED])
    now = timezone.now()
    for link in links:
        link.is_open = link.revoked_at is None and link.expires_at > now and article.status not in GONE
    return links


def _page_of(article: Article) -> str:
    return reverse("admin:editorial_article_previews", args=[article.pk])


@admin.register(PreviewLink)
class PreviewLinkAdmin(ReadOnlyAdmin):
    """All links of the desk; each is taken back on the page of its article."""

    list_title = "Preview links"
    list_display = ["article", "revision_number", "note", "by", "created_at", "expires_at", "revoked_at"]
    list_display_links = None
    list_filter = ["created_at", "expires_at", ("revoked_at", admin.EmptyFieldListFilter)]
    list_select_related = ["revision__article", "by"]
    search_fields = ["note", "revision__title", "by__username"]
    fields = ["article", "revision_number", "note", "by", "created_at", "expires_at", "revoked_at"]
    readonly_fields = ["article", "revision_number"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("revision__body", "revision__excerpt")

    @admin.display(description="article", ordering="revision__title")
    def article(self, link: PreviewLink) -> str:
        return format_html('<a href="{}">{}</a>', _page_of(link.revision.article), link.revision.title)

    @admin.display(description="revision")
    def revision_number(self, link: PreviewLink) -> int:
        return link.revision.number
