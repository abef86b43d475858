"""The comments that call a person, for that person alone."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html

from ..models import Mention
from ..models.log import name_of
from .read_only import ReadOnlyAdmin


@admin.register(Mention)
class MentionAdmin(ReadOnlyAdmin):
    list_display = ["comment_text", "author", "article", "at", "is_read"]
    list_display_links = None
    list_filter = [("seen_at", admin.EmptyFieldListFilter)]
    list_select_related = ["comment__article", "comment__by"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Mention]:
        return super().get_queryset(request).filter(person=request.user).order_by("-id")

    def has_view_permission(self, request: HttpRequest, obj: Mention | None = None) -> bool:
        is_own = obj is None or obj.person_id == request.user.pk
        return is_own and request.user.has_perm("editorial.view_article")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False  # reached from the front page

    @admin.display(description="comment")
    def comment_text(self, mention: Mention) -> str:
        return mention.comment.body[:300]

    @admin.display(description="by")
    def author(self, mention: Mention) -> str:
        return name_of(mention.comment.by)

    @admin.display(description="article")
    def article(self, mention: Mention) -> str:
        article = mention.comment.article
        return format_html('<a href="{}">{}</a>', article.get_desk_url(), article.title)

    @admin.display(description="written", ordering="comment__at")
    def at(self, mention: Mention) -> object:
        return mention.comment.at

    @admin.display(description="read", boolean=True)
    def is_read(self, mention: Mention) -> bool:
        return mention.seen_at is not None
