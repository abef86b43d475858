"""What the log and the revisions say about how a text came to be approved: facts for the disclosure to readers."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TypedDict

from .diffing import diff
from .models import Event, Origin, Revision
from .text import count_words

BY_MACHINE = (Origin.GENERATED, Origin.FIX)
_BEGINS_REVIEW = ("start_review", "correct", "merge", "take_proposal")


@dataclass(frozen=True, slots=True)
class Statement:
    """What a person who approves a text says about the review."""

    facts_checked: bool
    sources_opened: bool


class ReviewFacts(TypedDict):
    """Columns of a publication; None where nobody can say."""

    corrected: bool
    changed_percent: int | None
    review_seconds: int | None


def review_facts(revision: Revision, *, now: datetime.datetime) -> ReviewFacts:
    """The facts about a revision that is approved `now`."""
    generated = _generated(revision)
    corrected = _is_corrected(revision)
    percent = None
    if not corrected:
        percent = 0
    elif generated is not None:
        percent = changed_percent(generated.body, revision.body)
    return ReviewFacts(corrected=corrected, changed_percent=percent, review_seconds=_review_seconds(revision, now))


def changed_percent(old: str, new: str) -> int:
    """The share of words that are not in both texts, of the words of both, in whole per cent; at least 1 if there is
    one. 0 for the same words, 100 where no word is left."""
    if old == new:
        return 0
    pieces = [piece for block in diff(old, new) for piece in block.pieces]
    changed = sum(count_words(piece.text) for piece in pieces if piece.kind != "same")
    total = changed + 2 * sum(count_words(piece.text) for piece in pieces if piece.kind == "same")
    return max(1, min(100, round(100 * changed / total))) if changed else 0


def _generated(revision: Revision) -> Revision | None:
    """The text as the generator last delivered it for this revision."""
    generated: Revision | None = (
        Revision.objects.filter(article=revision.article_id, generation=revision.generation_id, origin=Origin.GENERATED)
        .order_by("number")
        .first()
    )
    return generated


def _is_corrected(revision: Revision) -> bool:
    """Whether a person had a hand in the text. Generated texts, their safe fixes and what the import merged of these
    are machines' work; so is a text that a person put back as it was."""
    earlier = Revision.objects.filter(article=revision.article_id, number__lte=revision.number).order_by("number")
    hashes: set[str] = set()
    by_machine = True
    for origin, by, text in earlier.values_list("origin", "by", "hash"):
        if origin == Origin.GENERATED:
            by_machine = True
        elif origin not in BY_MACHINE and not (origin == Origin.MERGE and by is None):
            by_machine = text in hashes
        if by_machine:
            hashes.add(text)
    return not by_machine


def _review_seconds(revision: Revision, now: datetime.datetime) -> int | None:
    """Seconds since the first step towards this approval after the last one; None where the log has none."""
    events = Event.objects.filter(article=revision.article_id)
    last = events.filter(action="approve").order_by("-id").values_list("id", flat=True).first() or 0
    began = events.filter(id__gt=last, action__in=_BEGINS_REVIEW).order_by("id").values_list("at", flat=True).first()
    return max(0, int((now - began).total_seconds())) if began else None
