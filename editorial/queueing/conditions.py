"""The filters of the queue as questions to the database."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Func, Q, QuerySet
from django.db.models.lookups import Exact, GreaterThanOrEqual, In, LessThanOrEqual
from django.utils import timezone

from digest.models import Tag

from ..checking.findings import not_waived
from ..four_eyes import BY_PEOPLE, waiting_for_second
from ..models import Article, ArticleTag, Finding, Generation, Hold, Priority, Revision, Waiver, Weight
from .filters import Filters

A_WEEK = datetime.timedelta(days=7)
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
    rows = Article.objects.filter(rank__isnull=False)
    for name, value in filters.chosen.items():
        rows = rows.filter(_CONDITIONS[name](value, by))
    return rows


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
        return Q(assignee__isnull=True)
    return Q(assignee=by.pk if value == "me" else int(value))


def _due(value: str, by: User) -> Q:
    today = timezone.localdate()
    if value == "none":
        return Q(due__isnull=True)
    return Q(due__lt=today) if value == "overdue" else Q(due__lte=today if value == "today" else today + A_WEEK)


def _tag(value: str, by: User) -> Q:
    tags = Tag.objects.filter(Q(slug=value) | Q(name__iexact=value.lstrip("#"))).order_by().values("pk")
    return _walked("pk", ArticleTag.objects.filter(tag__in=tags).order_by().values("content_object"))


def _check(value: str, by: User) -> Q:
    """Texts with an open finding of a check. Whether it is open is asked only of articles with a waiver for it."""
    found = Finding.objects.filter(code=value).order_by()
    waived = Waiver.objects.filter(code=value).order_by().values("article")
    still = not_waived(found.filter(revision__article__in=waived)).values("revision")
    return _walked("current", found.values("revision")) & (~Q(pk__in=waived) | Q(current__in=still))


def _walked(column: str, keys: QuerySet[Any]) -> Q:
    """Rows of the queue whose column is among many keys: the queue is walked, each row looked for among the keys."""
    return Q(In(Unindexed(column), keys.query))


_CONDITIONS: Mapping[str, Callable[[str, User], Q]] = {
    "state": lambda value, by: Q(Exact(Unindexed("status"), value)),
    "severity": lambda value, by: Q(rank__in=[RANKS[value] - 3 * priority for priority in Priority.values]),
    "source": lambda value, by: Q(source_key=int(value)),
    "batch": lambda value, by: Q(generation__in=Generation.objects.filter(batch=int(value)).order_by().values("pk")),
    "language": lambda value, by: Q(Exact(Unindexed("language"), "" if value == "none" else value)),
    "check": _check,
    "tag": _tag,
    "since": lambda value, by: Q(GreaterThanOrEqual(Unindexed("date"), value)),
    "until": lambda value, by: Q(LessThanOrEqual(Unindexed("date"), value)),
    "assignee": _assignee,
    "holder": _holder,
    "due": _due,
    "priority": lambda value, by: Q(rank__in=[rank - 3 * int(value) for rank in RANKS.values()]),
    "second": _second,
}
