"""One Markdown body out of three, block by block. Pure; never raises."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..document import BlockKind
from .conflicts import Cause, Conflict, Origin, merge_value
from .three_way import Piece, ThreeWay
from .versions import BLANK_LINE, Version, split

_LINE_END = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class MergedBlock:
    """A block of the merged body and the blank lines after it. A conflict has the desk's text until it is solved.
    Blank lines before the first block are a block without text."""

    text: str
    separator: str
    origin: Origin
    conflict: Conflict | None = None


def merge_bodies(base: str, theirs: str, ours: str) -> tuple[MergedBlock, ...]:
    """The merged body; `text + separator` of all blocks is its text. Where two of the three are the same, it is the
    third, exactly. Line ends are those of `ours` if all three differ."""
    if len({base, theirs, ours}) == 3 and any("\r" in body for body in (base, theirs, ours)):
        blocks = _merged(*(_LINE_END.sub("\n", body) for body in (base, theirs, ours)))
        found = _LINE_END.search(ours)
        return tuple(_with_line_ends(block, found[0] if found else "\n") for block in blocks)
    return tuple(_merged(base, theirs, ours))


def join(blocks: Sequence[MergedBlock]) -> str:
    """The text of a body. Where a conflict was solved with no text, the wider of the gaps beside it stays."""
    kept: list[MergedBlock] = []
    for index, block in enumerate(blocks):
        if block.text or block.conflict is None:
            kept.append(block)
        elif kept and kept[-1].text:
            is_last = index == len(blocks) - 1
            gap = block.separator if is_last else wider(kept[-1].separator, block.separator)
            kept[-1] = replace(kept[-1], separator=gap)
    return "".join(block.text + block.separator for block in kept)


def wider(*gaps: str) -> str:
    """The gap with the most lines."""
    return max(gaps, key=lambda gap: (len(_LINE_END.findall(gap)), len(gap), gap))


def _merged(base_body: str, theirs_body: str, ours_body: str) -> list[MergedBlock]:
    base = Version(base_body)
    theirs, ours = Version(theirs_body, base), Version(ours_body, base)
    pieces = list(ThreeWay(base, theirs, ours).pieces())
    _separate(pieces, base, theirs, ours)
    lead = _three_or_wider(base.lead, theirs.lead, ours.lead)
    blocks = [MergedBlock("", lead, Origin.BOTH)] if lead else []
    for piece in pieces:
        conflict = replace(piece.conflict, key=len(blocks)) if piece.conflict else None
        blocks.append(MergedBlock(piece.text, piece.separator, piece.origin, conflict))
    if _reads_as(blocks):
        return blocks
    conflict = Conflict(0, Cause.JOINED, base_body, theirs_body, ours_body, offer=join(blocks))
    return [MergedBlock(ours_body, "", Origin.BOTH, conflict)]


def _reads_as(blocks: Sequence[MergedBlock]) -> bool:
    """Whether the merged body, read again, has the blocks it was made of. With open conflicts nobody can say yet."""
    if any(block.conflict for block in blocks):
        return True
    return [part.text for part in split(join(blocks))[1]] == [block.text for block in blocks if block.text]


def _with_line_ends(block: MergedBlock, end: str) -> MergedBlock:
    if end == "\n":
        return block
    conflict = block.conflict and replace(
        block.conflict,
        base=block.conflict.base.replace("\n", end),
        theirs=block.conflict.theirs.replace("\n", end),
        ours=block.conflict.ours.replace("\n", end),
        offer=block.conflict.offer and block.conflict.offer.replace("\n", end),
    )
    text, separator = block.text.replace("\n", end), block.separator.replace("\n", end)
    return MergedBlock(text, separator, block.origin, conflict)


def _three_or_wider(base: str, theirs: str, ours: str) -> str:
    merged = merge_value(base, theirs, ours)
    return merged[0] if merged else wider(theirs, ours)


def _separate(pieces: Sequence[Piece], base: Version, theirs: Version, ours: Version) -> None:
    """Give every piece the blank lines that follow it."""
    for left, right in zip(pieces, pieces[1:], strict=False):
        left.separator = _gap(left, right, base, theirs, ours)
    if pieces:
        pieces[-1].separator = _three_or_wider(base.tail, theirs.tail, ours.tail)


def _gap(left: Piece, right: Piece, base: Version, theirs: Version, ours: Version) -> str:
    """What stands between two pieces: as where they already follow each other; else a list item as close as others
    are to such a block, and anything else apart by a blank line."""
    there = theirs.gap(left.runs.theirs, right.runs.theirs)
    here = ours.gap(left.runs.ours, right.runs.ours)
    if there is not None and here is not None:
        before = base.gap(left.runs.base, right.runs.base)
        return wider(there, here) if before is None else _three_or_wider(before, there, here)
    if there is not None or here is not None:
        return there or here or ""
    around = [
        *theirs.gaps_around(left.runs.theirs, right.runs.theirs),
        *ours.gaps_around(left.runs.ours, right.runs.ours),
    ]
    lefts, rights = _kinds(left, -1, theirs, ours), _kinds(right, 0, theirs, ours) & {BlockKind.LIST_ITEM}
    close = [gap for before, after, gap in around if before in lefts and after in rights]
    return min(close, key=lambda gap: (len(gap), gap)) if close else wider(BLANK_LINE, *(gap for *_, gap in around))


def _kinds(piece: Piece, index: int, theirs: Version, ours: Version) -> set[BlockKind]:
    """What the piece begins (index 0) or ends (-1) with; the sides may disagree, as a kind depends on what is above."""
    runs = (theirs, piece.runs.theirs), (ours, piece.runs.ours)
    chosen = [(version, run) for version, run in runs if run and (piece.conflict or version.text(run) == piece.text)]
    return {version.parts[run[index]].kind for version, run in chosen}
