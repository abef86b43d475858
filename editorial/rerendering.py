"""What readers get, made anew from the approved texts: after a release that shows them differently."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import QuerySet

from digest.announcing import announce
from digest.fragments import fragments_version
from digest.models import Publication
from digest.places import ALL
from digest.related import relate
from digest.rendering import RenderingError

from .models import Article
from .publishing import public_source, rerender

AT_ONCE = 50
"""Publications in one transaction: about a second, for which an approval may have to wait."""


@dataclass
class Rerendered:
    """How many publications were made anew, and which could not be: slug and reason. Those stay as they were."""

    done: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)


def due() -> QuerySet[Publication]:
    """The publications whose fragments were made with something else than what is installed now."""
    return Publication.objects.exclude(fragments_version=fragments_version())


def rerender_publications(*, everything: bool = False, told: Callable[[int], object] | None = None) -> Rerendered:
    """Make what is due anew (or all), some at a time; may be stopped and run again. `told` hears how many each time."""
    result = Rerendered()
    rows = Publication.objects.all() if everything else due()
    keys = list(rows.order_by("-id").values_list("pk", flat=True))
    for some in _slices(keys, AT_ONCE):
        try:
            result.done += _rerender(some)
        except RenderingError:
            _one_by_one(some, result)
        if told:
            told(len(some))
    if result.done:
        announce([ALL])
    return result


@transaction.atomic
def _rerender(keys: Sequence[int]) -> int:
    rows = list(Publication.objects.select_for_update(of=("self",)).filter(pk__in=keys))
    new = [row for row in rows if not row.fragments_version]
    _name_sources([row for row in rows if row.source_name and row.source_id is None])
    rerender(rows)
    for row in new:
        relate(row)
    return len(rows)


def _one_by_one(keys: Sequence[int], result: Rerendered) -> None:
    for key in keys:
        try:
            result.done += _rerender([key])
        except RenderingError as error:
            slug = Publication.objects.values_list("slug", flat=True).get(pk=key)
            result.failed.append((slug, str(error)))


def _name_sources(rows: Sequence[Publication]) -> None:
    """Publications from before sources had pages get the one that their article has."""
    articles = Article.objects.filter(uid__in=[row.uid for row in rows]).select_related("source")
    sources = {article.uid: article.source for article in articles}
    for row in rows:
        row.source = public_source(sources.get(row.uid))
        row.save(update_fields=["source"])


def _slices(keys: list[int], size: int) -> Iterator[list[int]]:
    return (keys[start : start + size] for start in range(0, len(keys), size))
