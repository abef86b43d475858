"""The blocks of a text while it is read: one node type, and what is derived from a finished node."""

from __future__ import annotations

from enum import StrEnum, auto


class Kind(StrEnum):
    """What a block is. `ITEM`s live in `LIST`s only."""

    DOCUMENT = auto()
    QUOTE = auto()
    LIST = auto()
    ITEM = auto()
    PARAGRAPH = auto()
    HEADING = auto()
    FENCED_CODE = auto()
    INDENTED_CODE = auto()
    BREAK = auto()
    TABLE = auto()


CONTAINERS = frozenset({Kind.DOCUMENT, Kind.QUOTE, Kind.ITEM})
"""Blocks that hold any block but an item."""
CODE = frozenset({Kind.FENCED_CODE, Kind.INDENTED_CODE})
LEAVES = frozenset({Kind.PARAGRAPH, Kind.HEADING, Kind.BREAK}) | CODE
"""Blocks that hold lines, or nothing."""


class Block:
    """A node; `lines` belong to leaves, `children` to containers, the rest to the kinds named beside it."""

    __slots__ = (
        "kind",
        "line",  # where it starts, from 1
        "children",
        "lines",
        "ends_blank",  # the last line seen directly in this block was blank (cmark: last_line_blank)
        "level",  # HEADING: 1 to 6
        "marker",  # LIST: one of - + * . )   FENCED_CODE: the fence
        "start",  # LIST: its first number, None for bullets
        "offset",  # ITEM: columns to its text   FENCED_CODE: columns before its fence
        "tight",  # LIST
        "task",  # ITEM: x or a space for a task, else empty
        "is_no_table",  # PARAGRAPH: a delimiter row of another width was seen (cmark-gfm tries once)
        "aligns",  # TABLE: per column left, right, center or None
        "rows",  # TABLE: cells per row, header first
    )

    def __init__(self, kind: Kind, line: int) -> None:
        self.kind = kind
        self.line = line
        self.children: list[Block] = []
        self.lines: list[str] = []
        self.ends_blank = False
        self.level = 0
        self.marker = ""
        self.start: int | None = None
        self.offset = 0
        self.tight = True
        self.task = ""
        self.is_no_table = False
        self.aligns: list[str | None] = []
        self.rows: list[list[str]] = []

    def holds(self, kind: Kind) -> bool:
        """Whether a block of that kind may be a child of this one."""
        return (self.kind is Kind.LIST) if kind is Kind.ITEM else self.kind in CONTAINERS


def is_tight(items: list[Block]) -> bool:
    """Whether a list of these items shows its paragraphs without `<p>`: no blank line between two of its blocks."""
    for item in items:
        is_last = item is items[-1]
        if item.ends_blank and not is_last:
            return False
        for child in item.children:
            if (not is_last or child is not item.children[-1]) and _ends_blank(child):
                return False
    return True


def _ends_blank(block: Block) -> bool:
    while block.kind in (Kind.LIST, Kind.ITEM) and block.children:
        block = block.children[-1]
    return block.ends_blank
