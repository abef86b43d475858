"""The last thirty days of the desk: what came in, what was approved, what was rejected, day by day."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Func, IntegerField
from django.utils import timezone

from .models import Article, Event
from .workflow import Action

DAYS = 30


@dataclass(frozen=True, slots=True)
class Series:
    """How many of one kind on each of the days of `Activity`."""

    name: str
    counts: Sequence[int]

    @property
    def total(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class Activity:
    """`begins` and `ends` are the moments that the first day begins and the last one ends, in the desk's time zone."""

    days: Sequence[datetime.date]
    series: Sequence[Series]

    @property
    def begins(self) -> datetime.datetime:
        return midnight(self.days[0])

    @property
    def ends(self) -> datetime.datetime:
        return midnight(self.days[-1] + datetime.timedelta(days=1))

    @property
    def most(self) -> int:
        """The highest count of any day, at least 1."""
        return max(1, *(max(series.counts) for series in self.series))


def last_days() -> Activity:
    """The thirty days that end today: articles that came in, decisions to approve and to reject. Two queries. Articles
    are counted by the moment itself, which those of one slice of an import share."""
    today = timezone.localdate()
    days = [today - datetime.timedelta(days=back) for back in reversed(range(DAYS))]
    since = midnight(days[0])
    counts = {name: Counter[datetime.date]() for name in ("in", Action.APPROVE.value, Action.REJECT.value)}
    came = Article.objects.filter(created_at__gte=since).order_by().values_list("created_at")
    for moment, count in came.annotate(Count("pk")):
        counts["in"][timezone.localtime(moment).date()] += count
    decided = Event.objects.filter(action__in=[Action.APPROVE, Action.REJECT], at__gte=since).order_by()
    for action, quarter, count in decided.values_list("action", QuarterHour("at")).annotate(Count("pk")):
        counts[action][_day(quarter)] += count
    names = {"in": "in", "approved": Action.APPROVE.value, "rejected": Action.REJECT.value}
    return Activity(days, [Series(name, [counts[key][day] for day in days]) for name, key in names.items()])


class QuarterHour(Func):
    """The quarter of an hour of a moment, counted from 1970: days of every time zone begin with one. (SQLite knows no
    time zones, and Django's own truncation asks Python there about each row.)"""

    output_field = IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(
            compiler, connection, template="CAST(strftime('%%%%s', %(expressions)s) AS INTEGER) / 900", **context
        )

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(
            compiler, connection, template="FLOOR(EXTRACT(EPOCH FROM %(expressions)s) / 900)::bigint", **context
        )


def midnight(day: datetime.date) -> datetime.datetime:
    """The moment that a day begins in the desk's time zone."""
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))


def _day(quarter: int) -> datetime.date:
    return timezone.localtime(datetime.datetime.fromtimestamp(quarter * 900, datetime.UTC)).date()
