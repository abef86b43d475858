"""Sources and the house list: small tables that editors keep, in and out as files, with a preview before anything is
written."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import ngettext
from import_export.admin import ImportExportMixin
from import_export.fields import Field
from import_export.formats.base_formats import CSV, JSON, XLSX
from import_export.forms import ExportForm
from import_export.resources import ModelResource

from digest.slugs import slugify

from ..house_list import articles_of, has_fix, record_change, remove, usage
from ..models import HouseEntry, Source, SourceAlias
from .exports import AnsweringExportMixin, HarmlessCSV, HarmlessXLSX
from .read_only import DeskAdmin
from .sweeps import may_sweep

PER_PAGE = 50


class SourceResource(ModelResource):
    """name, slug and the other spellings, separated by |. A source is known by its name."""

    aliases = Field(column_name="other spellings")

    class Meta:
        model = Source
        fields = ("name", "slug", "aliases")
        import_id_fields = ("name",)
        skip_unchanged = True
        clean_model_instances = True

    def dehydrate_aliases(self, source: Source) -> str:
        return " | ".join(alias.name for alias in source.aliases.all())

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        row["name"] = str(row.get("name") or "").strip()
        row["slug"] = str(row.get("slug") or "").strip() or slugify(row["name"])

    def after_save_instance(self, instance: Source, row: Any, **kwargs: Any) -> None:
        for name in filter(None, (part.strip() for part in str(row.get("other spellings") or "").split("|"))):
            SourceAlias.objects.update_or_create(name=name, defaults={"source": instance})


class HouseEntryResource(ModelResource):
    """kind, value, replacement, note. An entry is known by kind and value."""

    class Meta:
        model = HouseEntry
        fields = ("kind", "value", "replacement", "note")
        import_id_fields = ("kind", "value")
        skip_unchanged = True
        clean_model_instances = True

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        for name in ("kind", "value", "replacement"):
            row[name] = str(row.get(name) or "").strip().lower()
        if row["kind"] == HouseEntry.Kind.TAG_ALIAS and not row["replacement"]:
            raise ValidationError(f"The tag “{row['value']}” has no replacement. Name the tag to merge it into.")

    def after_import(self, dataset: Any, result: Any, **kwargs: Any) -> None:
        super().after_import(dataset, result, **kwargs)
        changed = {name: result.totals[name] for name in ("new", "update", "delete") if result.totals[name]}
        if changed and not kwargs.get("dry_run"):
            record_change("took in a table", by=kwargs["user"], **changed)


class TableMixin(AnsweringExportMixin, ImportExportMixin):
    """Tables as CSV, XLSX and JSON, out and in, without formulas and without inline scripts."""

    def get_export_formats(self) -> list[type[CSV]]:
        return [HarmlessCSV, HarmlessXLSX, JSON]

    def get_import_formats(self) -> list[type[CSV]]:
        return [CSV, XLSX, JSON]

    def get_export_form_class(self) -> type[ExportForm]:
        return ExportForm  # the one with a box per column needs inline scripts

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self.has_change_permission(request) and self.has_add_permission(request)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)


class SourceAliasInline(admin.StackedInline):
    model = SourceAlias
    extra = 1


@admin.register(Source)
class SourceAdmin(TableMixin, DeskAdmin):
    list_title = "Sources"
    list_display = ["name", "slug", "four_eyes"]
    search_fields = ["name", "aliases__name"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [SourceAliasInline]
    resource_classes = [SourceResource]


@admin.register(HouseEntry)
class HouseEntryAdmin(TableMixin, DeskAdmin):
    list_title = "House list"
    list_display = ["value", "replacement", "kind", "effect", "note"]
    list_filter = ["kind"]
    list_per_page = PER_PAGE
    search_fields = ["value", "replacement", "note"]
    resource_classes = [HouseEntryResource]
    change_form_template = "admin/editorial/houseentry/change_form.html"

    @admin.display(description="texts not decided on")
    def effect(self, entry: HouseEntry) -> str:
        count = getattr(entry, "usage", None)
        label = "count them" if count is None else _told(entry, count)
        return format_html('<a href="{}">{}</a>', _effect_address(entry), label)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The list with the number of texts that each entry of this page concerns."""
        changelist = super().get_changelist_instance(request)
        entries = list(changelist.result_list)
        counts = usage(entries)
        for entry in entries:
            entry.usage = counts.get(entry.pk)
        changelist.result_list = entries
        return changelist

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.effect_view)
        return [path("<int:pk>/effect/", view, name="editorial_houseentry_effect"), *super().get_urls()]

    def effect_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The texts that one entry concerns; where it has a fix, the way to the plan of it."""
        if pk >= 2**63:
            raise Http404("There is no such entry.")
        entry = get_object_or_404(HouseEntry, pk=pk)
        if not self.has_view_permission(request, entry):
            raise PermissionDenied
        page = Paginator(articles_of(entry).select_related("source"), PER_PAGE).get_page(request.GET.get("page"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"What “{entry}” concerns",
            "entry": entry,
            "told": _told(entry, page.paginator.count),
            "page": page,
            "has_fix": has_fix(entry),
            "may_sweep": may_sweep(request),
        }
        return TemplateResponse(request, "admin/editorial/houseentry/effect.html", context)

    # --- changes, each with its event ---------------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: HouseEntry, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        record_change("changed" if change else "added", by=request.user, entries=[obj])

    def delete_model(self, request: HttpRequest, obj: HouseEntry) -> None:
        remove(HouseEntry.objects.filter(pk=obj.pk), by=request.user)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[HouseEntry]) -> None:
        remove(queryset, by=request.user)


def _told(entry: HouseEntry, count: int) -> str:
    """What an entry does with so many articles, in words."""
    articles = (ngettext("%d article", "%d articles", count) % count) if count else "no article"
    if entry.kind == HouseEntry.Kind.TRACKING_PARAMETER:
        return f"may change {articles}"
    return f"would change {articles}" if has_fix(entry) else f"found in {articles}"


def _effect_address(entry: HouseEntry) -> str:
    return reverse("admin:editorial_houseentry_effect", args=[entry.pk])
