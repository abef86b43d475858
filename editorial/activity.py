"""The last thirty days of the desk: what came in, what was approved, what was rejected, day by day."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count
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
    """The thirty days that end today: articles that came in, decisions to approve and to reject. Two queries.

    Days are told apart here: SQLite would ask Python about each row, and rows of one import came at the same moment."""
    today = timezone.localdate()
    days = [today - datetime.timedelta(days=back) for back in reversed(range(DAYS))]
    since = midnight(days[0])
    came = Article.objects.filter(created_at__gte=since).order_by().values_list("created_at").annotate(Count("pk"))
    decided: dict[str, list[tuple[datetime.datetime, int]]] = {Action.APPROVE.value: [], Action.REJECT.value: []}
    for action, at in Event.objects.filter(action__in=decided, at__gte=since).order_by().values_list("action", "at"):
        decided[action].append((at, 1))
    return Activity(
        days,
        (
            Series("in", _by_day(days, came)),
            Series("approved", _by_day(days, decided[Action.APPROVE.value])),
            Series("rejected", _by_day(days, decided[Action.REJECT.value])),
        ),
    )


def midnight(day: datetime.date) -> datetime.datetime:
    """The moment that a day begins in the desk's time zone."""
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))


def _by_day(days: Sequence[datetime.date], moments: Iterable[tuple[datetime.datetime, int]]) -> list[int]:
    counts: Counter[datetime.date] = Counter()
    for at, count in moments:
        counts[timezone.localtime(at).date()] += count
    return [counts[day] for day in days]
