"""Articles out of the desk: a selection as Markdown files, and tables of them without their texts."""

from __future__ import annotations

import datetime
import re
from tempfile import TemporaryFile
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import FieldError
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponseRedirect
from django.utils import timezone
from import_export.admin import ExportMixin
from import_export.fields import Field
from import_export.formats.base_formats import CSV, JSON, XLSX
from import_export.forms import ExportForm
from import_export.resources import ModelResource
from import_export.widgets import IntegerWidget
from tablib import Dataset

from ..exporting import working_texts, write_archive
from ..models import Article
from ..spreadsheets import harmless

_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # XML 1.0 has no way to write them


@admin.action(description="Export as Markdown files (zip)", permissions=["view"])
def export_as_zip(model_admin: Any, request: HttpRequest, queryset: QuerySet[Article]) -> FileResponse | None:
    """The selected articles in the text that the desk has now, at the paths they came from."""
    stream = TemporaryFile()  # noqa: SIM115  the response closes it
    archive = write_archive(
        working_texts(queryset), stream, may_view=lambda article: model_admin.has_view_permission(request, article)
    )
    if not archive.count:
        stream.close()
        for file in archive.left_out:
            messages.error(request, f"“{file.revision.title}” can't be exported: {file.error}")
        return None
    stream.seek(0)
    name = f"articles-{timezone.localdate():%Y-%m-%d}.zip"
    return FileResponse(stream, as_attachment=True, filename=name, content_type="application/zip")


class HarmlessCSV(CSV):
    def export_data(self, dataset: Any, **kwargs: Any) -> Any:
        return super().export_data(_mapped(dataset, harmless), **kwargs)


class HarmlessXLSX(XLSX):
    def export_data(self, dataset: Any, **kwargs: Any) -> Any:
        return super().export_data(_mapped(dataset, lambda cell: harmless(_writable(cell))), **kwargs)


def _writable(cell: Any) -> Any:
    return _UNWRITABLE.sub("\ufffd", cell) if isinstance(cell, str) else cell


def _mapped(dataset: Any, change: Any) -> Any:
    return Dataset(*([change(cell) for cell in row] for row in dataset), headers=dataset.headers)


class ArticleResource(ModelResource):
    """A table of articles: what is known about each, without its texts. Two queries per thousand rows."""

    source = Field("source__name", "source")
    tags = Field(column_name="tags")
    is_public = Field(column_name="public")
    revision = Field("current__number", "revision", widget=IntegerWidget())
    words = Field("current__word_count", "words", widget=IntegerWidget())
    model_name = Field("generation__model_name", "model")
    prompt_version = Field("generation__prompt_version", "prompt version")
    path = Field("generation__path", "file")
    created_at = Field(column_name="imported at")
    changed_at = Field(column_name="changed at")

    class Meta:
        model = Article
        fields = (
            *("uid", "slug", "title", "status", "is_public", "language", "date", "source", "tags", "words", "revision"),
            *("model_name", "prompt_version", "path", "created_at", "changed_at"),
        )
        export_order = fields
        chunk_size = 1000

    def filter_export(self, queryset: QuerySet[Article], **kwargs: Any) -> QuerySet[Article]:
        related = queryset.select_related("source", "current", "generation").prefetch_related("tags")
        return related.only(
            *("uid", "slug", "title", "status", "language", "date", "created_at", "changed_at", "publication_id"),
            *("source__name", "current__number", "current__word_count"),
            *("generation__model_name", "generation__prompt_version", "generation__path"),
        )

    def dehydrate_uid(self, article: Article) -> str:
        return str(article.uid)

    def dehydrate_tags(self, article: Article) -> str:
        return ", ".join(sorted(tag.name for tag in article.tags.all()))

    def dehydrate_is_public(self, article: Article) -> str:
        return "yes" if article.publication_id else "no"

    def dehydrate_created_at(self, article: Article) -> datetime.datetime:
        return _local(article.created_at)

    def dehydrate_changed_at(self, article: Article) -> datetime.datetime:
        return _local(article.changed_at)


def _local(at: datetime.datetime) -> datetime.datetime:
    """To the second in the desk's time zone, without naming it: XLSX has no room for a zone."""
    return timezone.make_naive(at).replace(microsecond=0)


class AnsweringExportMixin(ExportMixin):
    """A page "export/" that answers whatever is typed into its address."""

    def export_action(self, request: HttpRequest) -> Any:
        try:
            return super().export_action(request)
        except (IncorrectLookupParameters, FieldError, ValueError):
            return HttpResponseRedirect(f"{request.path}?e=1")


class ArticleExportMixin(AnsweringExportMixin):
    """The page "export/" of the article list: what the list shows, as CSV, XLSX or JSON."""

    def init_change_list_template(self) -> None:
        """Keep the list's own template, which links to the page itself."""
        self.ie_base_change_list_template = self.change_list_template

    def get_export_resource_classes(self, request: HttpRequest) -> list[type[ModelResource]]:
        return [ArticleResource]

    def get_export_formats(self) -> list[type[CSV]]:
        return [HarmlessCSV, HarmlessXLSX, JSON]

    def get_export_form_class(self) -> type[ExportForm]:
        return ExportForm  # the one with a box per column needs inline scripts

    def get_data_for_export(self, request: HttpRequest, queryset: QuerySet[Article], **kwargs: Any) -> Dataset:
        """Numbers and days stay such in every format."""
        return super().get_data_for_export(request, queryset, **{**kwargs, "force_native_type": True})

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)
