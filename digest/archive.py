"""The archive: which months have something to read, found by stepping from one to the next along the index of dates."""

from __future__ import annotations

import calendar
import datetime
from functools import lru_cache
from itertools import groupby

from django.db import connection
from django.utils import timezone

from .models import VISIBLE_SQL
from .prepared import Prepared, as_day, fetched, written

_START_OF_MONTH = {"sqlite": "date(day, 'start of month')", "postgresql": "date_trunc('month', day)::date"}
_MONTHS = """
WITH RECURSIVE months(day) AS (
    SELECT (SELECT date {visible} AND date <= %(last)s ORDER BY date DESC LIMIT 1)
    UNION ALL
    SELECT (SELECT date {visible} AND date >= %(first)s AND date < {start} ORDER BY date DESC LIMIT 1)
    FROM months WHERE day IS NOT NULL
)
SELECT day FROM months WHERE day >= %(first)s
"""


def months(first: datetime.date = datetime.date.min, last: datetime.date = datetime.date.max) -> list[datetime.date]:
    """The first days of the months from `first` to `last` that have a visible article, newest first. One query; its
    cost grows with the months, not with the articles."""
    found = fetched(_query(connection.vendor), {"at": timezone.now(), "first": first, "last": last})
    return [as_day(day).replace(day=1) for (day,) in found]


@lru_cache(maxsize=2)
def _query(vendor: str) -> Prepared:
    visible = f"FROM digest_publication WHERE {VISIBLE_SQL}"
    return written(_MONTHS.format(visible=visible, start=_START_OF_MONTH[vendor]))


def by_year(days: list[datetime.date]) -> list[tuple[int, list[datetime.date]]]:
    """The months of each year, both newest first."""
    return [(year, list(group)) for year, group in groupby(days, lambda day: day.year)]


def last_day_of(month: datetime.date) -> datetime.date:
    """The last day of the month that a day is in."""
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])
