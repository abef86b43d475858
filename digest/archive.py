"""The archive: which months have something to read, found by stepping from one to the next along the index of dates."""

from __future__ import annotations

import datetime
from itertools import groupby

from django.db import connection
from django.utils import timezone

from .models import VISIBLE_SQL, Publication

_VISIBLE = f"FROM digest_publication WHERE {VISIBLE_SQL}"
_START_OF_MONTH = {"sqlite": "date(day, 'start of month')", "postgresql": "date_trunc('month', day)::date"}
_MONTHS = """
WITH RECURSIVE months(day) AS (
    SELECT (SELECT date {visible} AND date <= %s ORDER BY date DESC LIMIT 1)
    UNION ALL
    SELECT (SELECT date {visible} AND date < {start} ORDER BY date DESC LIMIT 1) FROM months WHERE day IS NOT NULL
)
SELECT day FROM months WHERE day >= %s
"""


def months(first: datetime.date = datetime.date.min, last: datetime.date = datetime.date.max) -> list[datetime.date]:
    """The first days of the months from `first` to `last` that have a visible article, newest first. One query; its
    cost grows with the months, not with the articles."""
    query = _MONTHS.format(visible=_VISIBLE, start=_START_OF_MONTH[connection.vendor])
    moment = connection.ops.adapt_datetimefield_value(timezone.now())
    ends = [connection.ops.adapt_datefield_value(day) for day in (last, first)]
    with connection.cursor() as cursor:
        cursor.execute(query, [moment, moment, ends[0], moment, moment, ends[1]])
        days = [row[0] for row in cursor.fetchall()]
    convert = Publication._meta.get_field("date").to_python
    return [convert(day).replace(day=1) for day in days]


def by_year(days: list[datetime.date]) -> list[tuple[int, list[datetime.date]]]:
    """The months of each year, both newest first."""
    return [(year, list(group)) for year, group in groupby(days, lambda day: day.year)]


def last_day_of(month: datetime.date) -> datetime.date:
    """The last day of the month that a day is in."""
    return (month.replace(day=28) + datetime.timedelta(days=4)).replace(day=1) - datetime.timedelta(days=1)
