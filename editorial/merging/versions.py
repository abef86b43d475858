"""One of the three bodies of a merge: its blocks, which of them the base has too, and what stands between. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ..document import BlockKind
from ..document.blocks import scan
from .alignment import align, rising

BLANK_LINE = "\n\n"
START = -1  # stands for the block before the first one


class Part(NamedTuple):
    """A block and the blank lines (at least a line end, but after the last block) that follow it."""

    kind: BlockKind
    text: str
    gap: str


def split(body: str) -> tuple[str, list[Part]]:
    """The blank lines a body begins with, and its blocks: put together they are the body."""
    spans = scan(body)
    if not spans:
        return body, []
    nexts = [*(span.start for span in spans[1:]), len(body)]
    pairs = zip(spans, nexts, strict=True)
    parts = [Part(span.kind, body[span.start : span.end], body[span.end : after]) for span, after in pairs]
    return body[: spans[0].start], parts


def joined(parts: Sequence[Part]) -> str:
    """The text of some blocks, without the blank lines after the last."""
    return "".join(part.text + part.gap for part in parts[:-1]) + "".join(part.text for part in parts[-1:])


class Version:
    """`names[n]` is the index in the base of the n-th block, None for a block that the base does not have."""

    def __init__(self, body: str, base: Version | None = None) -> None:
        self.lead, self.parts = split(body)
        if base is None:
            self.names: list[int | None] = list(range(len(self.parts)))
        else:
            found = align([part.text for part in base.parts], [part.text for part in self.parts])
            self.names = [found.get(index) for index in range(len(self.parts))]
        self.at = {name: index for index, name in enumerate(self.names) if name is not None}

    @property
    def tail(self) -> str:
        return self.parts[-1].gap if self.parts else ""

    def moved(self) -> set[int]:
        """The blocks of the base that have left their order here."""
        return set(self.at) - {name for _, name in rising((index, name) for name, index in self.at.items())}

    def order(self, common: set[int]) -> list[int]:
        """The common blocks as they follow each other here."""
        return [name for name in self.names if name is not None and name in common]

    def tails(self, common: set[int]) -> dict[int, range]:
        """For START and each common block, the blocks that follow it, up to the next common one."""
        starts = [START, *self.order(common)]
        firsts = [0, *(self.at[name] + 1 for name in starts[1:])]
        stops = [*(first - 1 for first in firsts[1:]), len(self.parts)]
        return {name: range(first, stop) for name, first, stop in zip(starts, firsts, stops, strict=True)}

    def text(self, run: range) -> str:
        return joined(self.parts[run.start : run.stop])

    def gap(self, left: range, right: range) -> str | None:
        """What stands between two runs of blocks, None where they do not follow each other here."""
        return self.parts[left.stop - 1].gap if left and right and left.stop == right.start else None

    def gaps_around(self, left: range, right: range) -> Iterable[tuple[BlockKind, BlockKind, str]]:
        """What stands after the one run and before the other, with the kinds of block it parts."""
        for here in {left.stop if left else 0, right.start if right else 0} - {0, len(self.parts)}:
            before, after = self.parts[here - 1], self.parts[here]
            yield before.kind, after.kind, before.gap
