"""Whole texts merged: frontmatter key by key, tags as sets, the body by blocks; and conflicts solved. Pure."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..text import Text
from .bodies import MergedBlock, join, merge_bodies
from .conflicts import Cause, Conflict, Origin, merge_value

KEYS = ("title", "excerpt", "tags", "language", "date", "slug")
_SHOWN = 40  # characters of a block by which a message names it


@dataclass(frozen=True, slots=True)
class MergedField:
    """A frontmatter key and its merged value (a conflict has the desk's until it is solved)."""

    key: str
    value: Any
    origin: Origin
    conflict: Conflict | None = None


@dataclass(frozen=True, slots=True)
class Merge:
    """Three texts merged: `fields` in the order of KEYS, `blocks` of the body, and the conflicts of both."""

    fields: tuple[MergedField, ...]
    blocks: tuple[MergedBlock, ...]

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        found = *(field.conflict for field in self.fields), *(block.conflict for block in self.blocks)
        return tuple(conflict for conflict in found if conflict)

    @property
    def is_clean(self) -> bool:
        return not self.conflicts

    @property
    def text(self) -> Text | None:
        """The merged text, None while there are conflicts."""
        return _text(self.fields, self.blocks) if self.is_clean else None


def merge(base: Text, theirs: Text, ours: Text) -> Merge:
    """Merge what changed from `base` (the last generation) to `theirs` (the new one) into `ours` (the desk's text)."""
    fields = (_merge_key(key, *(getattr(text, key) for text in (base, theirs, ours))) for key in KEYS)
    return Merge(tuple(fields), merge_bodies(base.body, theirs.body, ours.body))


def resolve(merge: Merge, choices: Mapping[str | int, str]) -> Text:
    """The text with every conflict decided. `choices`: conflict key -> "base", "theirs", "ours", or the edited text
    (wrapped in Edited where it might be one of these three words).

    Raises ValueError when a conflict is left undecided, a choice belongs to no conflict, or a date is none."""
    if missing := [conflict for conflict in merge.conflicts if conflict.key not in choices]:
        raise ValueError(f"Still undecided: {', '.join(map(_name, missing))}. Pick a text or write one for each.")
    if unknown := choices.keys() - {conflict.key for conflict in merge.conflicts}:
        named = ", ".join(sorted(map(str, unknown)))
        raise ValueError(f"No conflict here to decide: {named}. The texts have changed since; load the page again.")
    fields = (_decided_field(field, choices) for field in merge.fields)
    blocks = (_decided_block(block, choices) for block in merge.blocks)
    return _text(tuple(fields), tuple(blocks))


def _text(fields: tuple[MergedField, ...], blocks: tuple[MergedBlock, ...]) -> Text:
    return Text(**{field.key: field.value for field in fields}, body=join(blocks))


def _merge_key(key: str, base: Any, theirs: Any, ours: Any) -> MergedField:
    merged = merge_value(base, theirs, ours)
    if merged:
        return MergedField(key, *merged)
    if key == "tags":
        return MergedField(key, tuple(_merge_tags(base, theirs, ours)), Origin.BOTH)
    conflict = Conflict(key, Cause.EDITED, str(base), str(theirs), str(ours))
    return MergedField(key, ours, Origin.BOTH, conflict)


def _merge_tags(base: tuple[str, ...], theirs: tuple[str, ...], ours: tuple[str, ...]) -> Iterator[str]:
    """The desk's tags without those that the generator removed, then those that the generator added. Two spellings
    that differ in case are one tag."""
    before, there, here = ({tag.casefold() for tag in tags} for tags in (base, theirs, ours))
    yield from (tag for tag in ours if tag.casefold() in there or tag.casefold() not in before)
    added = {tag.casefold(): tag for tag in reversed(theirs)}
    yield from (added[key] for key in dict.fromkeys(map(str.casefold, theirs)) if key not in before | here)


def _decided_field(field: MergedField, choices: Mapping[str | int, str]) -> MergedField:
    if field.conflict is None:
        return field
    chosen = field.conflict.chosen(choices[field.key])
    return replace(field, value=_date(chosen) if field.key == "date" else chosen)


def _date(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f"The date “{text}” is no date. Write it as year-month-day, for example 2026-04-30.") from None


def _decided_block(block: MergedBlock, choices: Mapping[str | int, str]) -> MergedBlock:
    if block.conflict is None:
        return block
    return replace(block, text=block.conflict.chosen(choices[block.conflict.key]))


def _name(conflict: Conflict) -> str:
    if isinstance(conflict.key, str):
        return conflict.key
    text = " ".join((conflict.ours or conflict.theirs or conflict.base).split())
    return f"“{text[:_SHOWN]}…”" if len(text) > _SHOWN else f"“{text}”"
