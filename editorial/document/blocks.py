"""The blocks of a Markdown text, flat and in order: what is a paragraph, a list item, a heading, a fence. Pure.

Blocks are whole lines; no two overlap and every line with something on it is in exactly one. A nested list item is a
block of its own; what stands inside an item (a second paragraph, a fence) belongs to the item above it.
Raw HTML is a paragraph, as the site shows it as text. Otherwise the kinds are those that GitHub sees, with one
exception: a labelled line is no heading for the dashes under it.
"""

import re
from collections.abc import Callable
from enum import StrEnum
from itertools import accumulate
from operator import add
from typing import NamedTuple

from ..labels import LONGEST, LabelShape, PartKind, label_of_line


class BlockKind(StrEnum):
    """What a block is; the names are those of CommonMark and GFM."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    LIST_ITEM = "list item"
    FENCE = "fence"
    CODE = "code"  # indented by four
    QUOTE = "quote"
    TABLE = "table"
    BREAK = "break"
    DEFINITION = "definition"  # of a link: [label]: target


class Span(NamedTuple):
    """Where a block is: characters `start` to `end` of the text, without the last line end. `level` is that of a
    heading (1-6) or the depth of a list item (0: not nested), else 0."""

    kind: BlockKind
    start: int
    end: int
    level: int = 0


HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+|$)(.*)")
_FENCE = re.compile(r"[ \t]*(`{3,}(?=[^`]*$)|~{3,})")
_BREAK = re.compile(r"[ ]{0,3}(?:\*[ \t]*){3,}$|[ ]{0,3}(?:-[ \t]*){3,}$|[ ]{0,3}(?:_[ \t]*){3,}$")
ITEM = re.compile(r"([ \t]*)([-+*]|\d{1,9}[.)])(?:[ \t]+|$)")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+)[ \t]*$")
_DEFINITION = re.compile(r" {0,3}\[(?!\^)[^\[\]]{1,999}\]:[ \t]*\S")
_LINE_END = re.compile(r"\r\n|\n|\r")
_BLANKS = " \t"
_BREAK_SIGNS = "-*_ \t"
_FENCE_SIGNS = ("`", "~")
_ITEM_SIGNS = "-+*0123456789"


def scan(text: str, start: int = 0) -> list[Span]:
    """The blocks of `text` from the character `start` on. Never raises; linear time."""
    return _Scanner(text, start).spans


def rows(text: str, start: int = 0) -> tuple[list[str], list[int]]:
    """The lines of `text` from `start` on, without their ends, and where each begins. A line ends with LF, CRLF or
    CR, as in CommonMark, and with nothing else."""
    if "\r" not in text:
        lines = text[start:].split("\n")
        return lines, list(map(add, accumulate(map(len, lines), initial=start), range(len(lines))))
    lines, starts = [], []
    for match in _LINE_END.finditer(text, start):
        lines.append(text[start : match.start()])
        starts.append(start)
        start = match.end()
    return [*lines, text[start:]], [*starts, start]


def splits_paragraph(row: str) -> bool:
    """Whether a line inside a paragraph opens a new part: any bold label, a plain one that has the line to itself,
    and a plain one before a link. A plain label before other words may as well be prose."""
    stripped = row.lstrip(_BLANKS)
    if stripped[:2] not in ("**", "__") and ":" not in stripped[:LONGEST]:
        return False
    label = label_of_line(stripped)
    if label is None:
        return False
    rest = stripped[label.length :]
    before_link = label.kind is PartKind.LINK and rest.startswith(("[", "<http", "http"))
    return label.shape is LabelShape.BOLD or label.alone or before_link


def _width(row: str) -> int:
    """The columns of white space that a line begins with; a tab goes to the next multiple of four."""
    if row[:1] not in _BLANKS:
        return 0
    blank = row[: len(row) - len(row.lstrip(_BLANKS))]
    return len(blank.expandtabs(4)) if "\t" in blank else len(blank)


class _Scanner:
    """One walk over the lines; each `_read_` method takes the line it begins at and returns the line after it, or
    the same line where there is no such block."""

    def __init__(self, text: str, start: int) -> None:
        self.rows, self.starts = rows(text, start)
        self.count = len(self.rows)
        self.spans: list[Span] = []
        row, openers = 0, _OPENERS
        while row < self.count:
            line = self.rows[row]
            stripped = line.lstrip(_BLANKS)
            if not stripped:
                row += 1
            elif stripped is not line and _width(line) >= 4:
                row = self._read_code(row)
            else:
                reader = openers.get(stripped[0])
                after = reader(self, row) if reader else row
                row = after if after > row else self._read_paragraph(row)

    def _add(self, kind: BlockKind, first: int, last: int, level: int = 0) -> int:
        """Note a block from line `first` to line `last`; returns the line after it."""
        self.spans.append(Span(kind, self.starts[first], self.starts[last] + len(self.rows[last]), level))
        return last + 1

    def _is_blank(self, row: int) -> bool:
        return not self.rows[row].strip(_BLANKS)

    def _is_code(self, row: int) -> bool:
        return self.rows[row][0] in _BLANKS and _width(self.rows[row]) >= 4

    def _read_code(self, first: int) -> int:
        last = row = first
        while row < self.count and (self._is_blank(row) or self._is_code(row)):
            if not self._is_blank(row):
                last = row
            row += 1
        return self._add(BlockKind.CODE, first, last)

    def _read_heading(self, row: int) -> int:
        match = HEADING.match(self.rows[row])
        return self._add(BlockKind.HEADING, row, row, len(match[1])) if match else row

    def _read_fence(self, row: int) -> int:
        after = self._after_fence(row)
        return self._add(BlockKind.FENCE, row, after - 1) if after > row else row

    def _after_fence(self, row: int, opening: str = "", least: int = 0) -> int:
        """The line after the fence that opens at `row` (or in `opening`, the rest of an item's first line); the
        fence of an item also ends at a line that is indented by less than `least`."""
        match = _FENCE.match(opening or self.rows[row])
        if match is None:
            return row
        mark, row = match[1], row + 1
        while row < self.count:
            line = self.rows[row].strip(_BLANKS)
            if least and line and _width(self.rows[row]) < least:
                return row
            row += 1
            if line.startswith(mark) and not line.strip(mark[0]):
                break
        return row

    def _read_break(self, row: int) -> int:
        return self._add(BlockKind.BREAK, row, row) if _is_break(self.rows[row]) else row

    def _read_break_or_list(self, row: int) -> int:
        after = self._read_break(row)
        return after if after > row else self._read_list(row)

    def _read_quote(self, first: int) -> int:
        row = first + 1
        while row < self.count:
            stripped = self.rows[row].lstrip(_BLANKS)
            lazy = stripped and self.rows[row - 1].strip("> \t") and not self._interrupts(row)
            if not stripped.startswith(">") and not lazy:
                break
            row += 1
        return self._add(BlockKind.QUOTE, first, row - 1)

    def _read_definition(self, row: int) -> int:
        return self._add(BlockKind.DEFINITION, row, row) if _DEFINITION.match(self.rows[row]) else row

    def _read_paragraph(self, first: int) -> int:
        row = first + 1
        while row < self.count and not self._is_blank(row):
            if _UNDERLINE.match(self.rows[row]) and not self._is_label_above_break(first, row):
                level = 1 if "=" in self.rows[row] else 2
                return self._add(BlockKind.HEADING, first, row, level)
            if self._is_table(row):
                if row - 1 > first:
                    self._add(BlockKind.PARAGRAPH, first, row - 2)
                return self._read_table(row - 1)
            if self._interrupts(row) or splits_paragraph(self.rows[row]):
                break
            row += 1
        return self._add(BlockKind.PARAGRAPH, first, row - 1)

    def _is_label_above_break(self, first: int, row: int) -> bool:
        """Whether dashes right under a labelled line are meant as a line: to CommonMark `**Link:** [a](b)` above
        them is a heading, but no author ever wanted that."""
        return "-" in self.rows[row] and label_of_line(self.rows[first].lstrip(_BLANKS)) is not None

    def _is_table(self, row: int) -> bool:
        """Whether line `row` is the delimiter row of a table, with as many cells as the line above it."""
        delimiter, head = self.rows[row].strip(_BLANKS), self.rows[row - 1].strip(_BLANKS)
        if "|" not in delimiter or "-" not in delimiter or delimiter.strip("|:- \t"):
            return False
        cells = [cell.strip(_BLANKS).strip(":") for cell in delimiter.strip("|").split("|")]
        bars = head.removeprefix("|").removesuffix("|").count("|") - head.count("\\|")
        return all(cell and not cell.strip("-") for cell in cells) and len(cells) == bars + 1

    def _read_table(self, first: int) -> int:
        row = first + 2
        while row < self.count and not self._is_blank(row) and not self._interrupts(row):
            row += 1
        return self._add(BlockKind.TABLE, first, row - 1)

    def _interrupts(self, row: int) -> bool:
        """Whether the line ends a paragraph that stands above it (CommonMark 4.8, and 5.2 for lists)."""
        line = self.rows[row]
        stripped = line.lstrip(_BLANKS)
        first = stripped[0]
        if first not in "#`~>-*+_0123456789" or _width(line) >= 4:
            return False
        if first == ">":
            return True
        if HEADING.match(line) or _FENCE.match(line) or _BREAK.match(line):
            return True
        item = ITEM.match(line)
        return bool(item) and item.end() < len(line.rstrip()) and item[2] in _MAY_INTERRUPT  # type: ignore[union-attr,index]

    def _read_list(self, first: int) -> int:
        """All items of a list and of those nested in it, each as a block of its own."""
        match = ITEM.match(self.rows[first])
        if match is None:
            return first
        least = content = _content_column(match)
        open_indents: list[int] = []
        begin, last, row, gap = first, first, first, False
        while row < self.count:
            line = self.rows[row]
            stripped = line.lstrip(_BLANKS)
            if not stripped:
                row, gap = row + 1, True
                continue
            sign = stripped[0]
            indent = 0 if stripped is line else _width(line)
            match = None
            if sign in _ITEM_SIGNS and indent < content + 4 and not (indent < least and _is_break(line)):
                match = ITEM.match(line)
            if match:
                if row > first:
                    self._add(BlockKind.LIST_ITEM, begin, last, len(open_indents) - 1)
                while open_indents and open_indents[-1] >= indent:
                    open_indents.pop()
                open_indents.append(indent)
                begin, content = row, _content_column(match)
                least = content if len(open_indents) == 1 else least
                text = line[match.end() :]
                after = self._after_fence(row, text, least) if text[:1] in _FENCE_SIGNS else row
            elif indent >= least or not (gap or self._interrupts(row) or splits_paragraph(line)):
                after = self._after_fence(row, least=least) if indent >= least and sign in _FENCE_SIGNS else row
            else:
                break
            last = max(row, after - 1)
            row, gap = last + 1, False
        return self._add(BlockKind.LIST_ITEM, begin, last, len(open_indents) - 1)


def _is_break(line: str) -> bool:
    return not line.strip(_BREAK_SIGNS) and _BREAK.match(line) is not None


def _content_column(item: re.Match[str]) -> int:
    """The column where an item's text begins; five blanks and more after the marker count as one."""
    marker = len(item[1].expandtabs(4)) + len(item[2])
    blanks = len(item[0].expandtabs(4)) - marker
    return marker + (blanks if 1 <= blanks <= 4 else 1)


_Reader = Callable[[_Scanner, int], int]
_OPENERS: dict[str, _Reader] = {
    "#": _Scanner._read_heading,
    "`": _Scanner._read_fence,
    "~": _Scanner._read_fence,
    "-": _Scanner._read_break_or_list,
    "*": _Scanner._read_break_or_list,
    "+": _Scanner._read_list,
    "_": _Scanner._read_break,
    ">": _Scanner._read_quote,
    "[": _Scanner._read_definition,
    **dict.fromkeys("0123456789", _Scanner._read_list),
}
_MAY_INTERRUPT = frozenset({"-", "*", "+", "1.", "1)"})
