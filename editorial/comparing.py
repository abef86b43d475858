"""Two versions shown one against the other: texts by field and block, files by line. Pure; what would take too long
to compare is said to be so, not tried."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from dataclasses import dataclass, fields
from typing import Literal

from .diffing import Block, changes
from .numbered import LINE_MAX, split, visible
from .text import Text

CHARS_MAX = 200_000  # of both texts together; a long article has 60,000
WORK_MAX = 1_000_000  # pairs of equal paragraphs, what an alignment has to look at
ROWS_MAX = 400
CONTEXT = 3

_PLACE = re.compile(r"@@ -(\d+)")
_LABELS = {"slug": "Address"}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that is not the same, with both values as text."""

    name: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a unified diff: its sign (+, -, a blank) and what follows it; at @ a sentence that says where the next
    ones stand."""

    sign: Literal["+", "-", " ", "@"]
    text: str


def field_changes(old: Text | None, new: Text) -> list[FieldChange]:
    """The fields besides the body that differ; against None all that are not empty."""
    found = []
    for name in (each.name for each in fields(Text)):
        before, after = _shown(getattr(old, name, "")), _shown(getattr(new, name))
        if name != "body" and before != after:
            found.append(FieldChange(_LABELS.get(name, name.capitalize()), before, after))
    return found


def body_changes(old: str, new: str) -> list[Block] | None:
    """The blocks that are not the same; None where comparing would take too long."""
    return changes(old, new) if is_comparable(old, new) else None


def is_comparable(old: str, new: str) -> bool:
    """Whether comparing two texts word by word takes no longer than a page may."""
    if len(old) + len(new) > CHARS_MAX:
        return False
    before, after = Counter(split(old)), Counter(split(new))
    return sum(count * after[line] for line, count in before.items() if line.strip()) <= WORK_MAX


def rows_of(diff: str) -> tuple[list[Row], int]:
    """A unified diff as rows without its head, at most ROWS_MAX, and how many were left out."""
    rows = [_row(line) for line in diff.split("\n")[2:] if line]
    return rows[:ROWS_MAX], max(0, len(rows) - ROWS_MAX)


def line_diff(old: str, new: str) -> str:
    """The unified diff of two texts that differ near their start: what is equal at their ends, mostly the whole
    body, is left out before it is computed."""
    before, after = list(split(old)), list(split(new))
    while len(before) > 1 and len(after) > 1 and before[-CONTEXT - 1 :] == after[-CONTEXT - 1 :]:
        before.pop()
        after.pop()
    return "\n".join(difflib.unified_diff(before, after, lineterm="", n=CONTEXT))


def _row(line: str) -> Row:
    if place := _PLACE.match(line):
        return Row("@", f"From line {max(1, int(place[1]))}:")
    return Row("+" if line[0] == "+" else "-" if line[0] == "-" else " ", visible(line[1 : LINE_MAX + 1]))


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
