"""Running all checks over the desk's texts, slice by slice, and keeping what they found."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from typing import TypeAlias

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from ..checks import Context, Piece, run
from ..checks import Finding as Found
from ..inserting import insert
from ..models import Article, CheckRun, Finding, Weight
from ..processes import Processes, Shared
from ..text import Text
from .findings import count_open, with_waived
from .house import House, load_house
from .looking import Looked, look

SLICE = 100  # articles of one transaction: about half a second


def check(keys: Sequence[int], house: House | None = None) -> None:
    """Run the checks over the current texts of these articles (primary keys, at most a slice), keep the findings in
    place of those from before, and count the open ones. A text that changes meanwhile is left for the next time;
    nothing is written where the same was found before, under the same rules."""
    house = house or load_house()
    looked = look(keys, house)
    _settle(looked, [run(each.piece, each.context) for each in looked], house, keep_same=True)


def check_all(
    articles: QuerySet[Article],
    house: House,
    *,
    on_progress: Callable[[int], None] = lambda count: None,
    jobs: int = 1,
) -> int:
    """Check the articles of a query, slice by slice in order of their keys, each slice for good; how many they were.
    `on_progress` is told how many more are done. Cut off, it leaves the rest as `stale` articles.

    `jobs` counts the processes, this one among them, which looks and writes while the others check."""
    done = 0
    for looked, found in _found(articles, house, jobs):
        _settle(looked, found, house)
        done += len(looked)
        on_progress(len(looked))
    return done


def _found(articles: QuerySet[Article], house: House, jobs: int) -> Iterator[tuple[list[Looked], list[list[Found]]]]:
    """Slice by slice the texts, and what the checks find in each."""
    if jobs == 1:
        for keys in _slices(articles):
            looked = look(keys, house)
            yield looked, [run(each.piece, each.context) for each in looked]
        return
    with Processes(jobs - 1) as others:
        waiting: deque[tuple[list[Looked], Shared[_Task, list[Found]]]] = deque()
        for keys in _slices(articles):
            looked = look(keys, house)
            waiting.append((looked, others.give(_run_all, [_task(each) for each in looked])))
            if len(waiting) > jobs:
                ready, shared = waiting.popleft()
                yield ready, shared.results()
        while waiting:
            ready, shared = waiting.popleft()
            yield ready, shared.results()


def _slices(articles: QuerySet[Article]) -> Iterator[list[int]]:
    rows = articles.filter(current__isnull=False).order_by("pk")
    last = 0
    while keys := list(rows.filter(pk__gt=last).values_list("pk", flat=True)[:SLICE]):
        yield keys
        last = keys[-1]


_Task: TypeAlias = tuple[
    Text, str, Context
]  # what a check takes, in the shortest form: the text, its name, the context


def _task(looked: Looked) -> _Task:
    return looked.revision.text, looked.piece.name, looked.context


def _run_all(tasks: list[_Task]) -> list[list[Found]]:
    return [run(replace(Piece.of(text), name=name), context) for text, name, context in tasks]


def _settle(looked: Sequence[Looked], found: Sequence[list[Found]], house: House, *, keep_same: bool = False) -> None:
    """Keep what was found; with `keep_same` nothing is written where the same was found before, under the same rules.
    Articles before these in the run have been settled, so that those are looked at again whose findings name one that
    has other links now."""
    unsettle([each.article.pk for each in looked if each.has_new_links])
    by_revision = {each.revision.pk: findings for each, findings in zip(looked, found, strict=True)}
    known = _known([each for each in looked if keep_same and each.article.checked == house.ruleset])
    news = [each for each in looked if known.get(each.revision.pk) != _rows(each.revision.pk, by_revision)]
    if news:
        with transaction.atomic():
            _keep(news, by_revision, house.ruleset)


def _known(looked: Sequence[Looked]) -> dict[int, list[tuple[object, ...]]]:
    """What was found before in texts that were looked at, as rows, by the key of each; without those whose open
    findings are counted otherwise."""
    found: dict[int, list[tuple[object, ...]]] = {each.revision.pk: [] for each in looked}
    counts = {revision: {Weight.BLOCK: 0, Weight.WARN: 0} for revision in found}
    if found:
        rows = with_waived(Finding.objects.filter(revision__in=found)).order_by("id")
        for *row, is_waived in rows.values_list(*_COLUMNS, "is_waived"):
            revision, severity = row[0], row[_COLUMNS.index("severity")]
            found[revision].append(tuple(row))
            if severity in counts[revision] and not is_waived:
                counts[revision][severity] += 1
    return {
        each.revision.pk: found[each.revision.pk]
        for each in looked
        if counts[each.revision.pk] == {Weight.BLOCK: each.article.block_count, Weight.WARN: each.article.warn_count}
    }


def _rows(revision: int, found: dict[int, list[Found]]) -> list[tuple[object, ...]]:
    return [_row(revision, each) for each in found[revision]]


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
    insert(Finding, _COLUMNS, (_row(revision, each) for revision in revisions for each in found[revision]))
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


_COLUMNS = (
    *("revision", "code", "version", "severity", "field", "message", "what"),
    *("line", "column", "offset", "end", "fix", "fix_kind", "fingerprint", "other"),
)


def _row(revision: int, found: Found) -> tuple[object, ...]:
    place = found.place
    return (
        *(revision, found.code, found.version, found.severity.value, found.field, found.message, found.what),
        *(place.line, place.column, place.offset, place.end),
        found.fix,
        found.fix_kind.value if found.fix_kind else "",
        found.fingerprint,
        found.other,
    )
