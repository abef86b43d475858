"""The tags and sources that readers may know of: those of a visible article."""

from __future__ import annotations

import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Lower
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from .addresses import path_to
from .models import Publication, PublicSource, Tag


class Entry(NamedTuple):
    """A tag or source: its name, its address, and the day of its newest visible article as a `<time>`."""

    name: str
    path: str
    newest: SafeString


def tags_in_use() -> list[Entry]:
    """Tags by name. One query, and in it for each tag one step into an index; articles are not counted."""
    newest = Publication.objects.visible().filter(tag_links__tag=OuterRef("pk"))
    newest = newest.order_by("-tag_links__date", "-tag_links__content_object_id")
    return _entries(Tag.objects.exclude(slug=""), newest, "digest:tag")


def sources_in_use() -> list[Entry]:
    """Sources by name, in the same way."""
    newest = Publication.objects.visible().filter(source=OuterRef("pk"))
    return _entries(PublicSource.objects.all(), newest, "digest:source")


def _entries(rows: QuerySet[Any], articles: QuerySet[Publication], address: str) -> list[Entry]:
    dated = rows.annotate(newest=Subquery(articles.values("date")[:1])).filter(newest__isnull=False)
    found = dated.order_by(Lower("name")).values_list("name", "slug", "newest")
    return [Entry(name, path_to(address, slug), _day(newest)) for name, slug, newest in found]


@lru_cache(maxsize=4096)
def _day(day: datetime.date) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', day.isoformat(), date_format(day, "j M Y"))
