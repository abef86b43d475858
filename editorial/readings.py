"""How long a person had a revision before them, as their page reports it: added up, never more than time has passed."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db.models import F
from django.utils import timezone

from .models import Reading, Revision

AT_ONCE = 60
"""Seconds that one report may add; the page reports every quarter of a minute and when it is left."""


def note_reading(revision: Revision, *, by: User, seconds: int, diff_opened: bool = False) -> None:
    """Add `seconds` (those since the last report, at most AT_ONCE) to a person's time with a revision; whether they
    opened what changed stays true once it was."""
    now = timezone.now()
    first = {"first_at": now, "last_at": now, "seconds": max(0, min(seconds, AT_ONCE)), "diff_opened": diff_opened}
    reading, is_first = Reading.objects.get_or_create(revision=revision, by_id=by.pk, defaults=first)
    if is_first:
        return
    passed = (now - reading.last_at).total_seconds() + 1
    changed = {"seconds": F("seconds") + int(max(0, min(seconds, AT_ONCE, passed))), "last_at": now}
    if diff_opened:
        changed["diff_opened"] = True
    Reading.objects.filter(pk=reading.pk).update(**changed)
