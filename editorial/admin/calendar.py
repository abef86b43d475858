"""What was approved for later: a month at a glance, and the list of what is still to come."""

from __future__ import annotations

import calendar
import datetime
import re
from functools import partial
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone

from ..schedule import month_of, scheduled

if TYPE_CHECKING:
    from .articles import ArticleAdmin

PER_PAGE = 50
_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")


def calendar_urls(desk: ArticleAdmin) -> list[URLPattern]:
    view = desk.admin_site.admin_view(partial(calendar_view, desk))
    return [path("calendar/", view, name="editorial_article_calendar")]


def calendar_view(desk: ArticleAdmin, request: HttpRequest) -> HttpResponse:
    """`?month=2026-12` for another month, `?view=list` for the list; anything else is the present month."""
    if not desk.has_view_permission(request):
        raise PermissionDenied
    first = _first_day(request.GET.get("month", ""))
    is_list = request.GET.get("view") == "list"
    context = {
        **desk.admin_site.each_context(request),
        "opts": desk.opts,
        "title": "Calendar",
        "is_list": is_list,
        "page": Paginator(scheduled(), PER_PAGE).get_page(request.GET.get("page")) if is_list else None,
        "weeks": [] if is_list else month_of(first),
        "week_days": [] if is_list else list(calendar.day_name),
        "first": first,
        "earlier": first - datetime.timedelta(days=1),
        "later": first + datetime.timedelta(days=31),
        "now": timezone.now(),
        "zone": timezone.get_current_timezone_name(),
        "media": desk.media,
    }
    return TemplateResponse(request, "admin/editorial/article/calendar.html", context)


def _first_day(typed: str) -> datetime.date:
    found = _MONTH.fullmatch(typed)
    return datetime.date(int(found[1]), int(found[2]), 1) if found else timezone.localdate().replace(day=1)
