"""The blocks of the merged body in order: which side's each is, and where both sides are at odds. Pure.

A block that both sides still have stands by itself; what a side added or removed belongs to the block it follows, so it
goes where that block goes. Nothing here depends on which side is called ours, but the order inside a proposal.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from ..document import BlockKind
from .conflicts import Cause, Conflict, Origin, merge_value
from .versions import BLANK_LINE, START, Part, Version, joined

NOWHERE = range(0)


class Runs(NamedTuple):
    """The blocks of each version that something stands for."""

    base: range = NOWHERE
    theirs: range = NOWHERE
    ours: range = NOWHERE


@dataclass(slots=True)
class Piece:
    """What comes next in the merged body."""

    text: str
    origin: Origin
    runs: Runs
    conflict: Conflict | None = None
    separator: str = ""


class ThreeWay:
    def __init__(self, base: Version, theirs: Version, ours: Version) -> None:
        self.base, self.theirs, self.ours = base, theirs, ours
        self.common = theirs.at.keys() & ours.at.keys()
        self.tails = [version.tails(self.common) for version in (base, theirs, ours)]
        self.moved = {version: version.moved() for version in (theirs, ours)}

    def pieces(self) -> Iterator[Piece]:
        yield from self._place(START)
        for orders in self._stretches():
            order = merge_value(*orders)
            if order is None:
                yield self._torn(*orders)
                continue
            for name in order[0]:
                yield self._block(name)
                yield from self._place(name)

    def _stretches(self) -> Iterator[tuple[list[int], list[int], list[int]]]:
        """The common blocks as base, theirs and ours order them, in the shortest stretches that hold the same blocks:
        moves in different stretches have nothing to do with each other."""
        base, theirs, ours = (version.order(self.common) for version in (self.base, self.theirs, self.ours))
        rank = {name: number for number, name in enumerate(base)}
        first, furthest = 0, -1
        for number, (their, our) in enumerate(zip(theirs, ours, strict=True)):
            furthest = max(furthest, rank[their], rank[our])
            if furthest == number:
                stretch = slice(first, number + 1)
                yield base[stretch], theirs[stretch], ours[stretch]
                first = number + 1

    def _torn(self, base: list[int], theirs: list[int], ours: list[int]) -> Piece:
        """A stretch that both sides put into different orders, as one conflict."""
        versions = zip((self.base, self.theirs, self.ours), self.tails, (base, theirs, ours), strict=True)
        runs = Runs(*(range(version.at[order[0]], tails[order[-1]].stop) for version, tails, order in versions))
        texts = self._texts(runs)
        return Piece(texts[2], Origin.BOTH, runs, Conflict(0, Cause.MOVED, *texts))

    def _block(self, name: int) -> Piece:
        """A block that both sides still have."""
        indexes = (version.at[name] for version in (self.base, self.theirs, self.ours))
        runs = Runs(*(range(index, index + 1) for index in indexes))
        texts = self._texts(runs)
        merged = merge_value(*texts)
        if merged:
            return Piece(*merged, runs)
        return Piece(texts[2], Origin.BOTH, runs, Conflict(0, Cause.EDITED, *texts))

    def _texts(self, runs: Runs) -> tuple[str, str, str]:
        return self.base.text(runs.base), self.theirs.text(runs.theirs), self.ours.text(runs.ours)

    def _place(self, name: int) -> Iterator[Piece]:
        """What follows a common block up to the next one: added by a side, or removed by one."""
        base, theirs, ours = (tails[name] for tails in self.tails)
        while theirs and ours and self._is_same_addition(theirs[0], ours[0]):
            yield self._shared_addition(theirs[:1], ours[:1])
            theirs, ours = theirs[1:], ours[1:]
        ends = []
        while theirs and ours and self._is_same_addition(theirs[-1], ours[-1]):
            ends.append(self._shared_addition(theirs[-1:], ours[-1:]))
            theirs, ours = theirs[:-1], ours[:-1]
        yield from self._additions(base, theirs, ours)
        yield from reversed(ends)

    def _additions(self, base: range, theirs: range, ours: range) -> Iterator[Piece]:
        """To remove beside what the other side removed is no conflict; to write beside it, or where it wrote, is."""
        they_write, we_write = self._writes(self.theirs, theirs), self._writes(self.ours, ours)
        they_removed, we_removed = _known(self.ours, ours), _known(self.theirs, theirs)
        if (we_write and (they_write or they_removed)) or (they_write and we_removed):
            yield self._conflict(base, theirs, ours)
        elif they_write:
            for index in theirs:
                yield Piece(self.theirs.parts[index].text, Origin.THEIRS, Runs(theirs=range(index, index + 1)))
        elif we_write:
            for index in ours:
                yield Piece(self.ours.parts[index].text, Origin.OURS, Runs(ours=range(index, index + 1)))

    def _conflict(self, base: range, theirs: range, ours: range) -> Piece:
        kept = _known(self.theirs, theirs) + _known(self.ours, ours)
        before = joined([self.base.parts[name] for name in sorted({*base, *kept})])
        cause = Cause.REMOVED if kept else Cause.EDITED if before else Cause.ADDED
        offer = None if cause is Cause.EDITED or self._is_touched(theirs, ours) else self._both(theirs, ours)
        texts = before, self.theirs.text(theirs), self.ours.text(ours)
        conflict = Conflict(0, cause, *texts, offer=offer)
        return Piece(texts[2], Origin.BOTH, Runs(theirs=theirs, ours=ours), conflict)

    def _is_same_addition(self, their: int, our: int) -> bool:
        is_new = self.theirs.names[their] is None and self.ours.names[our] is None
        return is_new and self.theirs.parts[their].text == self.ours.parts[our].text

    def _shared_addition(self, theirs: range, ours: range) -> Piece:
        return Piece(self.ours.text(ours), Origin.BOTH, Runs(theirs=theirs, ours=ours))

    def _writes(self, version: Version, run: range) -> bool:
        """Whether the side did more in these blocks than to leave them as they were."""
        return any(version.names[index] is None or self._is_changed(version, index) for index in run)

    def _is_changed(self, version: Version, index: int) -> bool:
        name = version.names[index]
        if name is None:
            return False
        return name in self.moved[version] or version.parts[index].text != self.base.parts[name].text

    def _is_touched(self, theirs: range, ours: range) -> bool:
        """Whether one side changed or moved a block that the other removed."""
        runs = (self.theirs, theirs), (self.ours, ours)
        return any(self._is_changed(version, index) for version, run in runs for index in run)

    def _both(self, theirs: range, ours: range) -> str:
        """What the desk added and then what the new generation added, without what either removed."""
        new = [_new(self.ours, ours), _new(self.theirs, theirs)]
        texts = [joined(parts) for parts in new if parts]
        are_items = all(part.kind is BlockKind.LIST_ITEM for parts in new for part in parts)
        return ("\n" if are_items else BLANK_LINE).join(texts)


def _known(version: Version, run: range) -> list[int]:
    """The blocks of the base among these: the other side has removed them, or they would be common."""
    return [name for index in run if (name := version.names[index]) is not None]


def _new(version: Version, run: range) -> list[Part]:
    return [version.parts[index] for index in run if version.names[index] is None]
