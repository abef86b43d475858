"""The filters of the queue as questions to the database."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Exists, Func, OuterRef, Q, QuerySet, Value
from django.db.models.lookups import Exact, GreaterThanOrEqual, IsNull, LessThanOrEqual
from django.utils import timezone

from digest.models import Tag

from ..four_eyes import BY_PEOPLE, waiting_for_second
from ..models import Article, ArticleTag, Finding, Generation, Hold, Priority, Revision, Waiver, Weight
from .filters import Filters

A_WEEK = datetime.timedelta(days=7)
FEW, MANY = 1_500, 12_000  # rows of another table from which on walking the queue is faster: for a page, for a count
RANKS = {str(Weight.BLOCK): 6, str(Weight.WARN): 7, "none": 8}
"""The rank of an article of normal priority by its gravest finding; a higher priority takes 3 off (`Article.rank`)."""


class Unindexed(Func):
    """A column whose own index SQLite shall leave alone (by the + that it takes for that): without statistics it would
    collect and sort thousands of rows by it, instead of walking the queue in its order."""

    template = "%(expressions)s"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="+%(expressions)s", **context)


def queue_of(filters: Filters, *, by: User) -> QuerySet[Article]:
    """All rows of the queue that a person means by these filters, in no order yet."""
    return queue_twice(filters, by=by)[0]


def queue_twice(filters: Filters, *, by: User) -> tuple[QuerySet[Article], QuerySet[Article]]:
    """The same rows asked for in two ways: the first is fast where some are fetched in the queue's order, the second
    where they are counted up to a limit."""
    rows = Article.objects.filter(rank__isnull=False)
    keyed = {name: _KEYS[name](value) for name, value in filters.chosen.items() if name in _KEYS}
    for name, value in filters.chosen.items():
        if name in _CONDITIONS:
            rows = rows.filter(_CONDITIONS[name](value, by))
    walked = counted = rows
    beyond = _beyond(keyed)
    for name, keys in keyed.items():
        walked = walked.filter(keys.each if (name, FEW) in beyond else keys.all)
        counted = counted.filter(keys.each if (name, MANY) in beyond else keys.all)
    return walked, counted


def held(by: User | None = None) -> Q:
    """Articles that somebody has in hand now; with `by` those that this person has."""
    holds = Hold.objects.filter(until__gt=timezone.now())
    return Q(pk__in=(holds.filter(by=by) if by else holds).values("article"))


def second_person(by: User) -> Q:
    """Articles in review that this person changed last where four eyes are asked for: somebody else has to decide."""
    return _in(waiting_for_second(touched(by)).filter(Q(last_changer=by.pk)))


def touched(by: User | None = None) -> QuerySet[Article]:
    """Articles with a text of this person's among their revisions, or of anybody's: the few among which to look for
    those that a person changed last."""
    texts = Revision.objects.filter(by=by) if by else Revision.objects.filter(by__isnull=False)
    return Article.objects.filter(pk__in=texts.filter(origin__in=BY_PEOPLE).order_by().values("article"))


def _second(value: str, by: User) -> Q:
    if value == "others":
        return second_person(by)
    waiting = waiting_for_second(touched())
    return _in(waiting if value == "any" else waiting.filter(~Q(last_changer=by.pk)))


def _in(rows: QuerySet[Article]) -> Q:
    return Q(pk__in=rows.order_by().values("pk"))


def _holder(value: str, by: User) -> Q:
    if value == "me":
        return held(by)
    return ~held() if value == "free" else held() & ~held(by)


def _assignee(value: str, by: User) -> Q:
    if value == "nobody":
        return Q(IsNull(Unindexed("assignee"), True))
    return Q(assignee=by.pk if value == "me" else int(value))


def _due(value: str, by: User) -> Q:
    today = timezone.localdate()
    if value == "none":
        return Q(IsNull(Unindexed("due"), True))
    until = {"overdue": Q(due__lt=today), "today": Q(due__lte=today), "week": Q(due__lte=today + A_WEEK)}
    return _in(Article.objects.filter(until[value], due__isnull=False))


@dataclass(frozen=True, slots=True)
class _Keys:
    """Rows of another table that name the articles of a filter. Where they are few, `all` of them are fetched and their
    articles looked up; where they are many, the queue is walked and `each` of its articles looked for among them. The
    other way round, either takes as long as all the rest of a page, or longer."""

    rows: QuerySet[Any]
    all: Q
    each: Q


def _tag(value: str) -> _Keys:
    tags = Tag.objects.filter(Q(slug=value) | Q(name__iexact=value.lstrip("#"))).order_by().values("pk")
    links = ArticleTag.objects.filter(tag__in=tags).order_by()
    own = Q(Exists(links.filter(content_object=OuterRef("pk"))))
    return _Keys(links, all=Q(pk__in=links.values("content_object")), each=own)


def _check(value: str) -> _Keys:
    """Texts with an open finding of a check."""
    found = Finding.objects.filter(code=value).order_by()
    waived = Waiver.objects.filter(article=OuterRef(OuterRef("pk")), fingerprint=OuterRef("fingerprint"))
    own = Q(Exists(found.filter(~Exists(waived), revision=OuterRef("current"))))
    return _Keys(found, all=Q(current__in=found.values("revision")) & own, each=own)


def _beyond(keyed: Mapping[str, _Keys]) -> set[tuple[str, int]]:
    """Which of these have more than FEW rows, and which more than MANY; one query, which counts no further."""
    parts = [
        keys.rows.model.objects.filter(pk__in=keys.rows.values("pk")[limit : limit + 1])
        .order_by()
        .values_list(Value(name), Value(limit))
        for name, keys in keyed.items()
        for limit in (FEW, MANY)
    ]
    return set(parts[0].union(*parts[1:], all=True).order_by()) if parts else set()


_CONDITIONS: Mapping[str, Callable[[str, User], Q]] = {
    "state": lambda value, by: Q(Exact(Unindexed("status"), value)),
    "severity": lambda value, by: Q(rank__in=[RANKS[value] - 3 * priority for priority in Priority.values]),
    "source": lambda value, by: Q(source_key=int(value)),
    "batch": lambda value, by: Q(generation__in=Generation.objects.filter(batch=int(value)).order_by().values("pk")),
    "language": lambda value, by: Q(Exact(Unindexed("language"), "" if value == "none" else value)),
    "since": lambda value, by: Q(GreaterThanOrEqual(Unindexed("date"), value)),
    "until": lambda value, by: Q(LessThanOrEqual(Unindexed("date"), value)),
    "assignee": _assignee,
    "holder": _holder,
    "due": _due,
    "priority": lambda value, by: Q(rank__in=[rank - 3 * int(value) for rank in RANKS.values()]),
    "second": _second,
}
_KEYS: Mapping[str, Callable[[str], _Keys]] = {"check": _check, "tag": _tag}
