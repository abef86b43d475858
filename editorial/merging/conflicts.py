"""What two sides changed differently: the three texts, why it is a conflict, and what could be proposed. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from ..diffing import diff

Value = TypeVar("Value")
_NAMES = frozenset({"language", "date", "slug"})  # keys whose value is one name, not words


class Origin(StrEnum):
    """Where a merged value comes from."""

    BASE = "base"  # nobody changed it
    THEIRS = "theirs"
    OURS = "ours"
    BOTH = "both"  # both made the same change, or (tags) each side made its own


class Cause(StrEnum):
    """Why both sides do not fit together, as a sentence for the editor."""

    EDITED = "The new generation and the desk both changed this."
    ADDED = "The new generation and the desk both added something here."
    REMOVED = "One side removed this, the other changed it or added to it."
    MOVED = "The new generation and the desk moved these blocks to different places."
    JOINED = "Each change is clear, but put together the text would read as other blocks."


class Edited(str):
    """A text an editor wrote to solve a conflict; needed only where it could read `base`, `theirs` or `ours`."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Conflict:
    """One place that an editor has to decide. `key` is the frontmatter key, or the index of the block in the merged
    body. A side that has nothing there (never had, or removed it) has ""."""

    key: str | int
    cause: Cause
    base: str
    theirs: str
    ours: str
    offer: str | None = None

    @property
    def proposal(self) -> str | None:
        """What a merge of both could be, None where there is no sensible one. For what both edited: the words of
        both, if they changed different ones. To be shown to an editor, never taken silently."""
        if self.cause is Cause.EDITED and self.key not in _NAMES:
            return merge_words(self.base, self.theirs, self.ours)
        return self.offer

    def chosen(self, choice: str) -> str:
        """The text that an editor's choice stands for: that of a side as it is, an edited one without blank lines
        around it and with plain line ends."""
        sides: Mapping[str, str] = {"base": self.base, "theirs": self.theirs, "ours": self.ours}
        if choice in sides and not isinstance(choice, Edited):
            return sides[choice]
        text = str(choice).replace("\r\n", "\n").strip("\n")
        return text if text.strip() else ""


def merge_value(base: Value, theirs: Value, ours: Value) -> tuple[Value, Origin] | None:
    """The one value of three, and whose it is; None where both sides changed it differently."""
    if theirs == ours:
        return ours, Origin.BASE if ours == base else Origin.BOTH
    if theirs == base:
        return ours, Origin.OURS
    return (theirs, Origin.THEIRS) if ours == base else None


def merge_words(base: str, theirs: str, ours: str) -> str | None:
    """`base` with the words that either side changed. None where two changes overlap or touch: those are for a
    person to put together."""
    merged: list[str] = []
    done = -1
    for start, end, words in sorted({*_edits(base, theirs), *_edits(base, ours)}):
        if start <= done:
            return None
        merged += base[max(done, 0) : start], words
        done = end
    return "".join(merged) + base[max(done, 0) :]


def _edits(old: str, new: str) -> Iterator[tuple[int, int, str]]:
    """What turns `old` into `new`: characters `start` up to `end` of the old text, and what stands there then."""
    start = end = 0
    words = ""
    for piece in (piece for block in diff(old, new) for piece in block.pieces):
        if piece.kind == "added":
            words += piece.text
        elif piece.kind == "removed":
            end += len(piece.text)
        else:
            if words or end > start:
                yield start, end, words
            start = end = end + len(piece.text)
            words = ""
    if words or end > start:
        yield start, end, words
