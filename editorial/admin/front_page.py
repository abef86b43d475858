"""The front page of the desk as its template takes it: the numbers, and the picture of the last thirty days."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.urls import reverse

from ..activity import Activity, Series, midnight
from ..overview import overview
from ..workflow import Action

BAR, GAP, HEIGHT = 8, 2, 40
"""Of the picture, in units of its view box: the width of a bar, what is between two, the height of the highest."""
_LABELS = {"in": "came in", "approved": "approved", "rejected": "rejected"}
_ACTIONS = {"approved": Action.APPROVE, "rejected": Action.REJECT}


class Bar(NamedTuple):
    x: int
    y: float
    height: float


class Cell(NamedTuple):
    count: int
    address: str


@dataclass(frozen=True, slots=True)
class Picture:
    """One row of the picture: its bars, its total as a link, and what it says in words."""

    name: str
    label: str
    total: int
    address: str
    bars: Sequence[Bar]
    words: str


def front_page(by: User) -> dict[str, Any]:
    """What the template of the front page needs."""
    seen = overview(by)
    activity = seen.activity
    return {
        "overview": seen,
        "pictures": [_picture(activity, series) for series in activity.series],
        "width": len(activity.days) * (BAR + GAP) - GAP,
        "height": HEIGHT,
        "bar": BAR,
        "days": [(day, [_cell(series, day, at) for series in activity.series]) for at, day in enumerate(activity.days)],
        "first": activity.days[0],
        "last": activity.days[-1],
    }


def _picture(activity: Activity, series: Series) -> Picture:
    bars = [
        Bar(at * (BAR + GAP), round(HEIGHT - height, 1), round(height, 1))
        for at, count in enumerate(series.counts)
        if (height := HEIGHT * count / activity.most)
    ]
    label = _LABELS[series.name]
    words = f"{series.total} {label} in {len(activity.days)} days"
    if series.total:
        most = max(series.counts)
        words += f", most on {activity.days[list(series.counts).index(most)]:%d %B}: {most}"
    address = _address(series.name, activity.begins, activity.ends)
    return Picture(series.name, label, series.total, address, bars, words)


def _cell(series: Series, day: datetime.date, at: int) -> Cell:
    return Cell(series.counts[at], _address(series.name, midnight(day), midnight(day + datetime.timedelta(days=1))))


def _address(name: str, begins: datetime.datetime, ends: datetime.datetime) -> str:
    """Where exactly the rows of one kind between two moments are listed."""
    if name == "in":
        query = {"created_at__gte": begins.isoformat(), "created_at__lt": ends.isoformat()}
        return f"{reverse('admin:editorial_article_changelist')}?{urlencode(query)}"
    query = {"action__exact": str(_ACTIONS[name]), "at__gte": begins.isoformat(), "at__lt": ends.isoformat()}
    return f"{reverse('admin:editorial_event_changelist')}?{urlencode(query)}"
