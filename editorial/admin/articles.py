"""The article list, and the addresses of an article's pages."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin import helpers
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html

from digest.models import LANGUAGES

from ..models import Article
from ..workflow import Action
from .bulk_approval import bulk_approval_urls
from .calendar import calendar_urls
from .checks import check_selected
from .decisions import bulk, decision_urls
from .exports import ArticleExportMixin, export_as_zip
from .filters import LanguageFilter, ReadersFilter, TagFilter
from .fixes import fix_urls, key_of
from .previews import preview_urls
from .proposals import proposal_urls
from .queue import queue_urls
from .queue_bulk import queue_bulk_urls
from .read_only import DeskAdmin
from .review import review_urls
from .review.page import review_page
from .sweeps import fix_selected, may_sweep
from .upload import upload_urls


@admin.register(Article)
class ArticleAdmin(ArticleExportMixin, DeskAdmin):
    list_title = "Articles"
    list_display = ["headline", "standing", "is_public", "source", "language_name", "day"]
    list_filter = ["status", "waiting", LanguageFilter, "source", TagFilter, ReadersFilter, "date"]
    list_select_related = ["source"]
    list_per_page = 50
    search_fields = ["title", "slug", "current__excerpt"]
    date_hierarchy = "date"
    actions = [*(bulk(action) for action in Action), fix_selected, check_selected, export_as_zip]
    change_form_template = "admin/editorial/article/change_form.html"
    change_list_template = "admin/editorial/article/change_list.html"

    # --- the list ---------------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[Article]:
        rows = super().get_queryset(request).prefetch_related("tags")
        return rows.annotate(readers_from=F("publication__visible_from"))

    @admin.display(description="status", ordering="status")
    def standing(self, article: Article) -> str:
        return format_html('<span class="standing {}">{}</span>', article.status, article.get_status_display())

    @admin.display(description="language", ordering="language")
    def language_name(self, article: Article) -> str:
        return LANGUAGES.get(article.language, article.language or "not known")

    @admin.display(description="title and tags", ordering="title")
    def headline(self, article: Article) -> str:
        tags = ", ".join(sorted(tag.name for tag in article.tags.all()))
        return format_html('{}<span class="tags">{}</span>', article.title, tags)

    @admin.display(description="date", ordering="date")
    def day(self, article: Article) -> str:
        return format_html('<time datetime="{}">{}</time>', article.date, date_format(article.date, "j M Y"))

    @admin.display(description="readers")
    def is_public(self, article: Article) -> str:
        if article.readers_from is None:
            return ""
        if article.readers_from <= timezone.now():
            return "see it"
        return f"from {date_format(timezone.localtime(article.readers_from), 'j M H:i')}"

    def response_action(self, request: HttpRequest, queryset: QuerySet[Article], **kwargs: Any) -> HttpResponse | None:
        """Keys that no row can have are dropped before Django asks the database for them."""
        chosen = request.POST.getlist(helpers.ACTION_CHECKBOX_NAME)
        request.POST = request.POST.copy()
        request.POST.setlist(helpers.ACTION_CHECKBOX_NAME, [key for key in chosen if key_of(key)])
        return super().response_action(request, queryset, **kwargs)

    # --- who may what -----------------------------------------------------------------------------------

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # articles come by import

    def has_delete_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return False  # what was imported stays accountable; it can be rejected

    def has_review_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("editorial.review_article")

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("editorial.decide_article")

    def has_retract_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("editorial.retract_article")

    def has_sweep_permission(self, request: HttpRequest) -> bool:
        return may_sweep(request)

    # --- addresses --------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        own = [
            *upload_urls(self.admin_site),
            *calendar_urls(self),
            *decision_urls(self),
            *fix_urls(self),
            *preview_urls(self),
            *proposal_urls(self),
            *queue_urls(self),
            *queue_bulk_urls(self),
            *bulk_approval_urls(self),
            *review_urls(self),
        ]
        return own + super().get_urls()

    # --- the review page --------------------------------------------------------------------------------

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return review_page(self, request, self.get_article(request, object_id))

    def get_article(self, request: HttpRequest, object_id: str | int) -> Article:
        """The article with what its pages need. Raises Http404, or PermissionDenied for who may not see it."""
        try:
            pk = int(object_id)
        except ValueError:
            raise Http404("There is no such article.") from None
        related = ("source", "current__by", "current__generation", "generation__batch", "proposal", "publication")
        article = get_object_or_404(Article.objects.select_related(*related), pk=pk)
        if not self.has_view_permission(request, article):
            raise PermissionDenied
        return article

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Django's own history knows nothing of us; the log has every step."""
        article = self.get_article(request, object_id)
        return HttpResponseRedirect(f"{reverse('admin:editorial_event_changelist')}?article__id__exact={article.pk}")
