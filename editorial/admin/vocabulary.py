"""Sources and the house list: small tables that editors keep, in and out as files, with a preview before anything is
written."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from import_export.admin import ImportExportMixin
from import_export.fields import Field
from import_export.formats.base_formats import CSV, JSON, XLSX
from import_export.forms import ExportForm
from import_export.resources import ModelResource

from digest.slugs import slugify

from ..models import HouseEntry, Source, SourceAlias
from .exports import AnsweringExportMixin, HarmlessCSV, HarmlessXLSX
from .read_only import DeskAdmin


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


class SourceAliasInline(admin.TabularInline):
    model = SourceAlias
    extra = 1


@admin.register(Source)
class SourceAdmin(TableMixin, DeskAdmin):
    list_display = ["name", "slug"]
    search_fields = ["name", "aliases__name"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [SourceAliasInline]
    resource_classes = [SourceResource]


@admin.register(HouseEntry)
class HouseEntryAdmin(TableMixin, DeskAdmin):
    list_display = ["value", "replacement", "kind", "note"]
    list_filter = ["kind"]
    search_fields = ["value", "replacement", "note"]
    resource_classes = [HouseEntryResource]
