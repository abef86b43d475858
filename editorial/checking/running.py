"""Running all checks over the desk's texts, slice by slice, and keeping what they found."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from ..checks import Finding as Found
from ..checks import run
from ..models import Article, CheckRun, Finding
from .findings import count_open
from .house import House, load_house
from .looking import Looked, look

SLICE = 100  # articles of one transaction: about half a second


def check(keys: Sequence[int], house: House | None = None) -> None:
    """Run the checks over the current texts of these articles (primary keys, at most a slice), keep the findings in
    place of those from before, and count the open ones. A text that changes meanwhile is left for the next time."""
    house = house or load_house()
    looked = look(keys, house)
    unsettle([each.article.pk for each in looked if each.has_new_links])
    found = {each.revision.pk: run(each.piece, each.context) for each in looked}
    with transaction.atomic():
        _keep(looked, found, house.ruleset)


def check_all(
    articles: QuerySet[Article], house: House, *, on_progress: Callable[[int], None] = lambda count: None
) -> int:
    """Check the articles of a query, slice by slice in order of their keys, each slice for good; how many they were.
    `on_progress` is told how many more are done. Cut off, it leaves the rest as `stale` articles."""
    last = done = 0
    rows = articles.filter(current__isnull=False).order_by("pk")
    while keys := list(rows.filter(pk__gt=last).values_list("pk", flat=True)[:SLICE]):
        check(keys, house)
        last, done = keys[-1], done + len(keys)
        on_progress(len(keys))
    return done


def fresh() -> QuerySet[Article]:
    """Articles whose current text nobody has looked at yet: new ones, and those whose text changed."""
    return Article.objects.filter(checked="", current__isnull=False)


def stale(house: House) -> QuerySet[Article]:
    """Articles whose current text was not looked at under today's rules."""
    return Article.objects.filter(current__isnull=False).exclude(checked=house.ruleset)


def unsettle(keys: Collection[int]) -> None:
    """Have the articles looked at again whose findings name one of these, which now has other links, or is gone."""
    Article.objects.filter(current__findings__other__in=keys).update(checked="")


def _keep(looked: Sequence[Looked], found: dict[int, list[Found]], ruleset: str) -> None:
    seen = {each.article.pk: each.revision.pk for each in looked}
    rows = Article.objects.select_for_update(of=("self",)).filter(pk__in=seen).order_by("pk")
    current = {key: revision for key, revision in rows.values_list("pk", "current_id") if seen[key] == revision}
    revisions = list(current.values())
    before = Finding.objects.filter(revision__in=revisions)
    before._raw_delete(before.db)
    Finding.objects.bulk_create(_row(revision, each) for revision in revisions for each in found[revision])
    CheckRun.objects.bulk_create(
        [CheckRun(revision_id=revision, ruleset=ruleset, ran_at=timezone.now()) for revision in revisions],
        update_conflicts=True,
        unique_fields=["revision"],
        update_fields=["ruleset", "ran_at"],
    )
    counts = count_open(list(current))
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE editorial_article SET checked = %s, block_count = %s, warn_count = %s WHERE id = %s",
            [(ruleset, *counts[key], key) for key in current],
        )


def _row(revision: int, found: Found) -> Finding:
    place = found.place
    return Finding(
        revision_id=revision,
        code=found.code,
        version=found.version,
        severity=found.severity.value,
        field=found.field,
        message=found.message,
        what=found.what,
        line=place.line,
        column=place.column,
        offset=place.offset,
        end=place.end,
        fix=found.fix,
        fix_kind=found.fix_kind.value if found.fix_kind else "",
        fingerprint=found.fingerprint,
        other_id=found.other,
    )
