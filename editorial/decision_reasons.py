"""Why a text is sent back or rejected: reasons of the house's own list, by their codes, and a note."""

from __future__ import annotations

from collections.abc import Sequence

from .models import Reason
from .refusals import WorkflowError

OTHER = "other"
"""The reason that says nothing without a note; a note without a reason is one of these."""


def offered() -> list[Reason]:
    """The reasons that can be given now, in the house's order."""
    return list(Reason.objects.filter(active=True))


def checked(codes: Sequence[str], *, note: str) -> list[str]:
    """The codes of a decision, each once. Raises WorkflowError for one that nobody offers, and for `other` without a
    note."""
    chosen = list(dict.fromkeys(codes)) or [OTHER]
    unknown = sorted(set(chosen) - {reason.code for reason in offered()} - {OTHER})
    if unknown:
        raise WorkflowError(f"“{unknown[0]}” is no reason of the house's list any more. Choose again.")
    if OTHER in chosen and not note.strip():
        raise WorkflowError("Choose a reason, or write a note of one sentence for whoever comes next.")
    return chosen


def names_of(codes: Sequence[str]) -> list[str]:
    """What people call these reasons; one that is gone goes by its code."""
    names = dict(Reason.objects.filter(code__in=codes).values_list("code", "name"))
    return [names.get(code, code) for code in codes]
