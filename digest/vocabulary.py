"""The tags and sources that readers may know of: those of a visible article."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Lower

from .models import Publication, PublicSource, Tag


def tags_in_use() -> list[Any]:
    """Tags by name, each with the date of its newest visible article as `newest`. One query, and for each tag one step
    into an index; how many articles it has is not counted."""
    tagged = Publication.objects.visible().filter(tag_links__tag=OuterRef("pk"))
    newest = tagged.order_by("-tag_links__date", "-tag_links__content_object_id").values("date")[:1]
    tags = Tag.objects.exclude(slug="").annotate(newest=Subquery(newest)).filter(newest__isnull=False)
    return list(tags.order_by(Lower("name")))


def sources_in_use() -> list[Any]:
    """Sources by name, each with the date of its newest visible article as `newest`. One query."""
    newest = Publication.objects.visible().filter(source=OuterRef("pk")).values("date")[:1]
    sources = PublicSource.objects.annotate(newest=Subquery(newest)).filter(newest__isnull=False)
    return list(sources.order_by(Lower("name")))
