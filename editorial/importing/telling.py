"""What a run is told by: sentences for a terminal, the same as data for machines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from ..models import Outcome
from .running import Report

LOOKED_AT = (Outcome.CONFLICT, Outcome.PROPOSAL)  # what waits beside an article


def files(count: int) -> str:
    return "1 file" if count == 1 else f"{count} files"


def summary(report: Report, *, dry_run: bool) -> str:
    """One line: how many files, and what became of them."""
    counts = report.counts
    by_outcome = ", ".join(
        f"{counts[outcome]} {outcome.value}" for outcome in Outcome if counts[outcome] or outcome is Outcome.NEW
    )
    total = files(counts.total())
    if dry_run:
        return f"{total}: would be {by_outcome}. Nothing was written."
    continued = " This went on with a run that was cut off." if report.is_continued else ""
    return f"{total}: {by_outcome}.{continued}" + ("" if report.batch else " Nothing changed.")


def what_next(report: Report, *, site: str) -> list[str]:
    """Where on the desk a person goes on, for somebody who reads it as it comes: a line for all that waits."""
    lines = []
    if failed := sum(report.counts[outcome] for outcome in Outcome if outcome.is_failure):
        waits = "waits" if failed == 1 else "wait"
        lines.append(f"{files(failed)} {waits} for a repair: {site}{reverse('admin:editorial_heldfile_changelist')}")
    if beside := sum(report.counts[outcome] for outcome in LOOKED_AT):
        texts = "1 newer text waits" if beside == 1 else f"{beside} newer texts wait"
        lines.append(f"{texts} beside the desk's: {site}{reverse('admin:editorial_article_changelist')}")
    if report.batch:
        address = reverse("admin:editorial_batch_change", args=[report.batch.pk])
        lines.append(f"All of it, to look at or take back: {site}{address}")
    return lines


def left_out(paths: Sequence[str]) -> str:
    """A sentence about the `.sources.json` files of an archive that found no article."""
    named = ", ".join(paths[:5]) + (", …" if len(paths) > 5 else "")
    verb = "was" if len(paths) == 1 else "were"
    return f"{named} {verb} left out: no article follows, or stands right before it. Pack each beside its article."


def as_data(report: Report, *, dry_run: bool) -> dict[str, Any]:
    """The outcome as JSON takes it."""
    return {
        "dry_run": dry_run,
        "batch": report.batch.pk if report.batch else None,
        "continued": report.is_continued,
        "files": report.counts.total(),
        "counts": {outcome.value: report.counts[outcome] for outcome in Outcome},
        "notable": [
            {
                "file": planned.file.shown,
                "outcome": planned.outcome.value,
                "line": planned.line,
                "cause": planned.cause,
                "message": planned.message,
            }
            for planned in report.notable
        ],
    }
