"""On which day the file of a text was delivered, where the run that brought it was a delivery and not an archive."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from ..checks.frontmatter import YEAR_OFF
from ..models import Article, Batch, Generation

FILES_MAX = 60  # of one delivery; the busiest day of the corpus's publication had 35
RECENT = 31  # days between an article's date and its delivery
FRESH = 0.8  # of the articles of a delivery that are recent, or would be but for the year


def delivered_on(batches: Collection[int]) -> dict[int, datetime.date]:
    """The day of each of these batches (primary keys) that is a delivery of new articles: a run with few files, nearly
    all of them dated about that day, or a year off it. An archive tells nothing of its articles' days. One query."""
    one_more = Generation.objects.filter(batch=OuterRef("pk")).order_by("pk").values("pk")[FILES_MAX : FILES_MAX + 1]
    small = Batch.objects.filter(pk__in=batches).alias(one_more=Subquery(one_more)).filter(one_more=None).order_by()
    days: dict[int, datetime.date] = {}
    dates: dict[int, list[datetime.date]] = defaultdict(list)
    brought = Article.objects.filter(current__generation__batch__in=small.values("pk")).order_by()
    columns = ("current__generation__batch", "current__generation__batch__started_at", "date")
    for batch, started_at, date in brought.values_list(*columns):
        days[batch] = _day_of(started_at)
        dates[batch].append(date)
    return {batch: day for batch, day in days.items() if _is_delivery(day, dates[batch])}


def _day_of(at: datetime.datetime) -> datetime.date:
    return timezone.localdate(at)


def _is_delivery(day: datetime.date, dates: Collection[datetime.date]) -> bool:
    off = [abs((day - date).days) for date in dates]
    return bool(off) and sum(days <= RECENT or days in YEAR_OFF for days in off) >= FRESH * len(off)
