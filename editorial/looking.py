"""One file of an upload by itself, beside what the desk has. Reads the desk, writes nothing."""

from __future__ import annotations

from dataclasses import dataclass

from .drafts import incoming
from .importing import PlannedFile, plan
from .importing.desk import SLUG_TWICE
from .models import DraftFile
from .repair import Diagnosis, diagnose
from .text import Text


@dataclass(frozen=True, slots=True)
class Look:
    """One file by itself: what it would become without the others, the desk's text and the one it would bring (a
    merged one, where it would be merged); for a broken file what is wrong with it."""

    planned: PlannedFile
    old: Text | None = None
    new: Text | None = None
    diagnosis: Diagnosis | None = None


def look_at(row: DraftFile) -> Look:
    """Read one file of a draft and set it beside the desk's text."""
    (planned,) = plan([incoming(row)]).files
    if planned.outcome.is_failure and not planned.read and planned.cause != SLUG_TWICE:
        return Look(planned, diagnosis=diagnose(planned.file.data, name=row.path))
    current = planned.article.current if planned.article else None
    read = planned.read.text if planned.read else None
    return Look(planned, current.text if current else None, planned.text or read)
