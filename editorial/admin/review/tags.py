"""Tags completed while one types: those that approved texts have."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path

from digest.models import PublicationTag, Tag

if TYPE_CHECKING:
    from ..articles import ArticleAdmin

SHOWN = 8
TYPED_MAX = 100


def urls(desk: ArticleAdmin) -> list[URLPattern]:
    return [path("tags/", desk.admin_site.admin_view(partial(tags_view, desk)), name="editorial_article_tags")]


def tags_view(desk: ArticleAdmin, request: HttpRequest) -> HttpResponse:
    """Approved tags that begin with ?q=, shortest first: {"tags": [...]}."""
    if not desk.has_view_permission(request):
        raise PermissionDenied
    begun = request.GET.get("q", "").strip().lower()[:TYPED_MAX].replace("\0", "")
    used = Exists(PublicationTag.objects.filter(tag=OuterRef("pk")))
    found = Tag.objects.filter(used, name__istartswith=begun).order_by("name") if begun else Tag.objects.none()
    names = sorted(found.values_list("name", flat=True)[: SHOWN * 4], key=lambda name: (len(name), name))
    return JsonResponse({"tags": names[:SHOWN]})
