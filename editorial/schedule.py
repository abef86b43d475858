"""What was approved for later: questions of time to the database. Nothing runs at the moment that is meant."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, QuerySet
from django.utils import timezone

from .models import Article
from .refusals import WorkflowError

AHEAD_MAX = datetime.timedelta(days=366)
"""How far ahead an approval may be; what is later is a slip of the keyboard more often than a plan."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar and what becomes public on it, in order of time."""

    date: datetime.date
    is_in_month: bool
    is_today: bool
    articles: Sequence[Article]


def scheduled(at: datetime.datetime | None = None) -> QuerySet[Article]:
    """The articles with a text that becomes public after a moment (default: now), the next first."""
    rows = Article.objects.filter(publication__visible_from__gt=at or timezone.now())
    return rows.select_related("publication", "source").order_by("publication__visible_from", "id")


def require_moment(at: datetime.datetime) -> None:
    """Raise WorkflowError for a moment that is over, or too far ahead to be meant."""
    now = timezone.now()
    if at <= now:
        raise WorkflowError(f"{told(at)} is over. Leave the time empty to publish now, or give a later one.")
    if at > now + AHEAD_MAX:
        raise WorkflowError(f"{told(at)} is more than a year ahead. Give an earlier time.")


def told(at: datetime.datetime) -> str:
    """A moment as people on the desk read it: `3 December 2026 14:00`, in TIME_ZONE."""
    local = timezone.localtime(at)
    return f"{local.day} {local:%B %Y %H:%M}"


def month_of(first: datetime.date) -> list[list[Day]]:
    """The weeks, from Monday on, of the month that begins on `first`, each day with what was approved for it: what is
    still to come, and what has become public since. One query."""
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    found: dict[datetime.date, list[Article]] = {}
    for article in _between(weeks[0][0], weeks[-1][-1]):
        assert article.publication  # noqa: S101  the query asks for one
        found.setdefault(timezone.localdate(article.publication.visible_from), []).append(article)
    today = timezone.localdate()
    return [[Day(day, day.month == first.month, day == today, found.get(day, ())) for day in week] for week in weeks]


def _between(first: datetime.date, last: datetime.date) -> QuerySet[Article]:
    """What was approved for later, for a time on these days."""
    zone = timezone.get_current_timezone()
    start = datetime.datetime.combine(first, datetime.time.min, zone)
    end = datetime.datetime.combine(last + datetime.timedelta(days=1), datetime.time.min, zone)
    rows = Article.objects.filter(publication__visible_from__gte=start, publication__visible_from__lt=end)
    rows = rows.filter(publication__visible_from__gt=F("publication__reviewed_at"))
    return rows.select_related("publication", "source").order_by("publication__visible_from", "id")
