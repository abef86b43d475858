"""The log in the admin: to read, to filter and to take away as a file."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.html import format_html

from ..log_export import as_csv, as_json_lines
from ..models import Event
from ..models.log import SENTENCES, name_of
from .read_only import ReadOnlyAdmin

FORMATS = {"csv": ("text/csv", as_csv), "jsonl": ("application/jsonl", as_json_lines)}
KEY_DIGITS = 18


class TypedFilter(admin.SimpleListFilter):
    """A filter whose value is typed into the form above the list; one that nothing can have finds nothing."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("", "")]  # Django leaves out a filter without any

    def queryset(self, request: HttpRequest, rows: QuerySet[Event]) -> QuerySet[Event]:
        value = (self.value() or "").strip()
        return self.narrowed(rows, value) if value else rows

    def narrowed(self, rows: QuerySet[Event], value: str) -> QuerySet[Event]:
        raise NotImplementedError


class PersonFilter(TypedFilter):
    title, parameter_name = "person", "person"

    def narrowed(self, rows: QuerySet[Event], value: str) -> QuerySet[Event]:
        if value == "nobody":
            return rows.filter(actor=None)
        return rows.filter(actor=int(value)) if _is_key(value) else rows.none()


class ActionFilter(TypedFilter):
    title, parameter_name = "action", "action"

    def narrowed(self, rows: QuerySet[Event], value: str) -> QuerySet[Event]:
        return rows.filter(action=value)


class ArticleFilter(TypedFilter):
    title, parameter_name = "article", "article"

    def narrowed(self, rows: QuerySet[Event], value: str) -> QuerySet[Event]:
        named = Q(article__slug=value)
        return rows.filter(named | Q(article=int(value)) if _is_key(value) else named)


class BatchFilter(TypedFilter):
    title, parameter_name = "batch", "batch"

    def narrowed(self, rows: QuerySet[Event], value: str) -> QuerySet[Event]:
        return rows.filter(batch=int(value)) if _is_key(value) else rows.none()


class FromFilter(TypedFilter):
    title, parameter_name = "from", "from"

    def narrowed(self, rows: QuerySet[Event], value: str) -> QuerySet[Event]:
        day = _day(value)
        return rows.filter(at__gte=day) if day else rows.none()


class ToFilter(TypedFilter):
    title, parameter_name = "to", "to"

    def narrowed(self, rows: QuerySet[Event], value: str) -> QuerySet[Event]:
        day = _day(value, days=1)
        return rows.filter(at__lt=day) if day else rows.none()


FILTERS = (PersonFilter, ActionFilter, ArticleFilter, BatchFilter, FromFilter, ToFilter)


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ["at", "actor_name", "what", "about", "revision_number", "reason"]
    list_display_links = ["at"]
    list_filter = FILTERS
    list_select_related = ["article", "revision"]
    list_per_page = 100
    search_fields = ["actor_name", "article__title", "reason"]
    fields = ["at", "actor_name", "action", "article", "revision", "batch", "reason", "data", "previous", "hash"]
    change_list_template = "admin/editorial/event/change_list.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        return super().get_queryset(request).defer("revision__body", "revision__excerpt")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.export_view)
        return [path("export/<slug:kind>/", view, name="editorial_event_export"), *super().get_urls()]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        return lookup == "article__id__exact" or super().lookup_allowed(lookup, value, request)

    @admin.display(description="what", ordering="action")
    def what(self, event: Event) -> str:
        return event.sentence

    @admin.display(description="article", ordering="article__title")
    def about(self, event: Event) -> str:
        if event.article is None:
            return self.get_empty_value_display()
        return format_html('<a href="{}">{}</a>', event.article.get_desk_url(), event.article.title)

    @admin.display(description="revision", ordering="revision__number")
    def revision_number(self, event: Event) -> int | str:
        return event.revision.number if event.revision else self.get_empty_value_display()

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        query = request.GET.copy()
        query.pop("p", None)
        context = {
            "title": "Log",
            "typed": {each.parameter_name: request.GET.get(each.parameter_name, "") for each in FILTERS},
            "people": [(str(user.pk), name_of(user)) for user in get_user_model().objects.order_by("username")],
            "actions_done": sorted(SENTENCES.items(), key=lambda item: item[1]),
            "exports": [
                (name, f"{reverse('admin:editorial_event_export', args=[kind])}?{query.urlencode()}")
                for kind, name in (("csv", "CSV"), ("jsonl", "JSON lines"))
            ],
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def export_view(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        """What the list's filters leave, as a file that is written while it is sent."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if kind not in FORMATS:
            raise Http404("The log goes out as csv or jsonl.")
        content_type, written = FORMATS[kind]
        rows = self._filtered(request)
        response = StreamingHttpResponse(written(rows), content_type=f"{content_type}; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="log-{timezone.localdate():%Y-%m-%d}.{kind}"'
        response["Cache-Control"] = "no-store"
        return response

    def _filtered(self, request: HttpRequest) -> QuerySet[Event]:
        rows = Event.objects.all()
        for each in FILTERS:
            value = request.GET.get(each.parameter_name, "").strip().replace("\x00", "")
            if value:
                filtering = each(request, {each.parameter_name: [value]}, Event, self)
                rows = filtering.narrowed(rows, value)
        if one := request.GET.get("article__id__exact"):
            rows = rows.filter(article=int(one)) if _is_key(one) else rows.none()
        words = request.GET.get("q", "").replace("\x00", "")
        return self.get_search_results(request, rows, words)[0]


def _is_key(value: str) -> bool:
    return value.isascii() and value.isdecimal() and len(value) <= KEY_DIGITS


def _day(value: str, *, days: int = 0) -> datetime.datetime | None:
    """The moment at which a day begins, or one some days later; None for what is no day."""
    try:
        day = parse_date(value)
        if day is None:
            return None
        start = datetime.datetime.combine(day + datetime.timedelta(days=days), datetime.time.min)
        return timezone.make_aware(start).astimezone(datetime.UTC)
    except (ValueError, OverflowError):
        return None
