"""Batches, generations and sources in the admin."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.utils.html import format_html

from ..frontmatter import decode
from ..models import BatchFile, Generation
from ..text import storable
from .read_only import ReadOnlyAdmin


class CauseFilter(admin.AllValuesFieldListFilter):
    """Also those that nothing is wrong with have a name to choose them by."""

    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:
        for choice in super().choices(changelist):
            yield {**choice, "display": choice["display"] or "none"}


@admin.register(BatchFile)
class BatchFileAdmin(ReadOnlyAdmin):
    list_title = "Files of an import run"
    list_display = ["path", "outcome", "message", "article", "generation"]
    list_display_links = None
    list_filter = ["outcome"]
    list_select_related = ["article", "generation"]
    search_fields = ["path", "message"]

    def lookup_allowed(self, lookup: str, value: str, request: object = None) -> bool:
        return lookup == "batch__id__exact" or super().lookup_allowed(lookup, value, request)

    def has_module_permission(self, request: object) -> bool:
        return False  # reached from its batch


@admin.register(Generation)
class GenerationAdmin(ReadOnlyAdmin):
    list_title = "Generated texts"
    list_display = ["path", "created_at", "cause", "line", "reason", "model_name"]
    list_filter = [("cause", CauseFilter), "created_at"]
    search_fields = ["path", "sha256"]
    fields = [
        "path",
        "sha256",
        "created_at",
        "batch",
        "cause",
        "line",
        "reason",
        "model_name",
        "agent",
        "prompt_version",
        "run",
        "extra",
        "as_text",
    ]
    readonly_fields = ["as_text"]

    def get_queryset(self, request: object) -> object:
        return super().get_queryset(request).defer("content")

    @admin.display(description="the file, as delivered")
    def as_text(self, generation: Generation) -> str:
        text = decode(bytes(generation.content)).text
        return format_html('<pre class="delivered">{}</pre>', storable(text))
