"""How long a person had a revision before them, as their page reports it: added up, never more than time has passed."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import F
from django.utils import timezone

from .comparing import body_changes
from .models import Article, Reading, Revision
from .text import count_words
from .versions import approved_text

AT_ONCE = 60
"""Seconds that one report may add; the page reports every quarter of a minute and when it is left."""


SITTING_MAX = 1800
"""Seconds that a page without reports may add when it is sent: after half an hour nobody is reading any more."""


@dataclass(frozen=True, slots=True)
class Read:
    """Seconds that a person had a text before them, and whether they opened what changed."""

    seconds: int = 0
    diff_opened: bool = False


def note_reading(
    revision: Revision, *, by: User, seconds: int, diff_opened: bool = False, at_most: int = AT_ONCE
) -> None:
    """Add `seconds` (those since the last report, up to `at_most`) to a person's time with a revision; whether they
    opened what changed stays true once it was."""
    now = timezone.now()
    first = {"first_at": now, "last_at": now, "seconds": max(0, min(seconds, at_most)), "diff_opened": diff_opened}
    reading, is_first = Reading.objects.get_or_create(revision=revision, by_id=by.pk, defaults=first)
    if is_first:
        return
    passed = (now - reading.last_at).total_seconds() + 1
    changed = {"seconds": F("seconds") + int(max(0, min(seconds, at_most, passed))), "last_at": now}
    if diff_opened:
        changed["diff_opened"] = True
    Reading.objects.filter(pk=reading.pk).update(**changed)


def read_so_far(revision: Revision, *, by: User) -> Read:
    """What is known of a person and a revision."""
    row = Reading.objects.filter(revision=revision, by=by.pk).values_list("seconds", "diff_opened").first()
    return Read(*row) if row else Read()


def least_seconds(article: Article, revision: Revision) -> int:
    """The time in which nobody can have read what an approval of this revision is about: its words, or those that
    changed since the text that was approved last, at REVIEW_WORDS_PER_MINUTE. 0 where that is 0.

    600 words a minute, the default, is the pace at which people scan for a word; they skim at 450 and read at 300
    (R. P. Carver, "Reading rate: theory, research, and practical implications", Journal of Reading 36, 1992)."""
    pace: int = settings.REVIEW_WORDS_PER_MINUTE
    return round(60 * _words_to_read(article, revision) / pace) if pace else 0


def time_told(seconds: int) -> str:
    """`45 seconds`, `3 minutes`: as people say it."""
    if seconds < 90:
        return "1 second" if seconds == 1 else f"{seconds} seconds"
    return f"{round(seconds / 60)} minutes"


def _words_to_read(article: Article, revision: Revision) -> int:
    before = approved_text(article)
    blocks = body_changes(before.body, revision.body) if before else None
    if blocks is None:
        return revision.word_count
    return sum(count_words(piece.text) for block in blocks for piece in block.pieces if piece.kind != "removed")
