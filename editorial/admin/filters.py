"""Filters of the article list."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from digest.models import LANGUAGES, Publication, Tag

MOST_USED = 25  # tags offered; any other can be put into the address


class LanguageFilter(admin.SimpleListFilter):
    title = "language"
    parameter_name = "language"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [*LANGUAGES.items(), ("none", "not known")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        return queryset.filter(language="" if value == "none" else value) if value else queryset


class TagFilter(admin.SimpleListFilter):
    title = "tag"
    parameter_name = "tag"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        used = Tag.objects.annotate(uses=Count("article_tags")).filter(uses__gt=0).order_by("-uses", "name")
        names = list(used.values_list("slug", "name")[:MOST_USED])
        chosen = request.GET.get(self.parameter_name)
        if chosen and chosen not in dict(names):
            names += Tag.objects.filter(slug=chosen).values_list("slug", "name")
        return names

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(tag_links__tag__slug=self.value()) if self.value() else queryset


class ReadersFilter(admin.SimpleListFilter):
    title = "readers"
    parameter_name = "readers"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("now", "see it"), ("later", "see a text later"), ("never", "do not see it")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        now = timezone.now()
        texts = Publication.objects.order_by()
        if self.value() == "later":
            return queryset.filter(uid__in=texts.filter(visible_from__gt=now).values("uid"))
        if self.value() == "now":
            return queryset.filter(uid__in=texts.visible(now).order_by().values("uid"))
        return queryset.exclude(uid__in=texts.values("uid")) if self.value() == "never" else queryset
