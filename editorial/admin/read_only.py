"""Records that are looked at and never changed by hand."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html


class DeskAdmin(admin.ModelAdmin):
    """Every list of the desk: whatever is typed into its address, it answers with rows or without."""

    list_title = ""
    """What the list is called; empty: what the stock admin says."""
    show_full_result_count = False
    empty_value_display = format_html('<span class="desk-none">{}</span>', "-")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if any("\x00" in value for values in request.GET.lists() for value in values[1]):
            return HttpResponseRedirect(f"{request.path}?e=1")  # PostgreSQL has no text with NUL
        told = {"title": self.list_title} if self.list_title else {}
        return super().changelist_view(request, {**told, **(extra_context or {})})


class ReadOnlyAdmin(DeskAdmin):
    """Shows rows to whoever may view them; nobody adds, changes or deletes one here."""

    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
