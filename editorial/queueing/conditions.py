"""The filters of the queue as questions to the database."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.utils import timezone

from digest.models import Tag

from ..checking.findings import not_waived
from ..four_eyes import waiting_for_second
from ..models import Article, ArticleTag, Finding, Generation, Hold, Revision, Weight
from .filters import Filters

A_WEEK = datetime.timedelta(days=7)
GRAVITY = {str(Weight.BLOCK): 2, str(Weight.WARN): 1, "none": 0}


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
    touched = Article.objects.filter(pk__in=Revision.objects.filter(by=by).order_by().values("article"))
    return _in(waiting_for_second(touched).filter(Q(last_changer=by.pk)))


def _second(value: str, by: User) -> Q:
    if value == "others":
        return second_person(by)
    waiting = waiting_for_second(Article.objects.all())
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
    return Q(pk__in=ArticleTag.objects.filter(tag__in=tags).values("content_object"))


def _check(value: str, by: User) -> Q:
    return Q(current__in=not_waived(Finding.objects.filter(code=value)).order_by().values("revision"))


_CONDITIONS: Mapping[str, Callable[[str, User], Q]] = {
    "state": lambda value, by: Q(status=value),
    "severity": lambda value, by: Q(gravity=GRAVITY[value]),
    "source": lambda value, by: Q(source=int(value)),
    "batch": lambda value, by: Q(generation__in=Generation.objects.filter(batch=int(value)).order_by().values("pk")),
    "language": lambda value, by: Q(language="" if value == "none" else value),
    "check": _check,
    "tag": _tag,
    "since": lambda value, by: Q(date__gte=value),
    "until": lambda value, by: Q(date__lte=value),
    "assignee": _assignee,
    "holder": _holder,
    "due": _due,
    "priority": lambda value, by: Q(priority=int(value)),
    "second": _second,
}
