"""How long a person had a revision before them, and whether they opened what changed."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from .diffing import diff
from .models import Event, Reading, Revision
from .text import count_words

SITTING_MAX = 1800
"""Seconds that one open page counts at most: after half an hour nobody is reading any more."""


@dataclass(frozen=True, slots=True)
class Read:
    """Seconds that a person had a text before them, and whether they opened what changed since the last public one."""

    seconds: int = 0
    diff_opened: bool = False


def note(revision: Revision, *, by: User, seconds: float = 0, diff_opened: bool = False) -> Read:
    """Add to what is known of a person and a revision; what it is then. `seconds` count up to SITTING_MAX."""
    more = round(min(max(seconds, 0), SITTING_MAX))
    now = timezone.now()
    with transaction.atomic():
        row, _ = Reading.objects.get_or_create(revision=revision, by=by, defaults={"first_at": now, "last_at": now})
        changes: dict[str, object] = {"seconds": F("seconds") + more, "last_at": now}
        if diff_opened:
            changes["diff_opened"] = True
        Reading.objects.filter(pk=row.pk).update(**changes)
    return so_far(revision, by=by)


def so_far(revision: Revision, *, by: User) -> Read:
    """What is known of a person and a revision."""
    row = Reading.objects.filter(revision=revision, by=by).values_list("seconds", "diff_opened").first()
    return Read(*row) if row else Read()


def least_seconds(revision: Revision) -> int:
    """The time in which nobody can have read what an approval of this revision is about: its words, or those that
    changed since the revision that was approved before, at REVIEW_WORDS_PER_MINUTE. 0 where that is 0.

    600 words a minute, the default, is the pace at which people scan for a word; they skim at 450 and read at 300
    (R. P. Carver, "Reading rate: theory, research, and practical implications", Journal of Reading 36, 1992)."""
    pace: int = settings.REVIEW_WORDS_PER_MINUTE
    return round(60 * _words_to_read(revision) / pace) if pace else 0


def approved_before(revision: Revision) -> Revision | None:
    """The revision of the same article that was approved last before this one, None where none was."""
    events = Event.objects.filter(article=revision.article_id, action="approve", revision__number__lt=revision.number)
    last = events.order_by("-id").select_related("revision").first()
    return last.revision if last else None


def minutes_told(seconds: int) -> str:
    """`45 seconds`, `3 minutes`: as people say it."""
    if seconds < 90:
        return "1 second" if seconds == 1 else f"{seconds} seconds"
    return f"{round(datetime.timedelta(seconds=seconds) / datetime.timedelta(minutes=1))} minutes"


def _words_to_read(revision: Revision) -> int:
    before = approved_before(revision)
    if before is None:
        return revision.word_count
    changed = [block for block in diff(before.body, revision.body) if any(p.kind != "same" for p in block.pieces)]
    return sum(count_words(piece.text) for block in changed for piece in block.pieces if piece.kind != "removed")
