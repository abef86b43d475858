"""How each block begins: functions that look at a line and, when their block begins there, open it and take the mark.

`STARTS` names them by the first character of the line, in the order in which they are asked."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from digest.rendering.line import Line
from digest.rendering.tables import delimiter_row, split_row
from digest.rendering.tree import Block, Kind

if TYPE_CHECKING:
    from digest.rendering.blocks import BlockParser

_HEADING = re.compile(r"(#{1,6})(?:[ \t]+|$)")
_FENCE = re.compile(r"`{3,}(?=[^`]*$)|~{3,}")
_UNDERLINE = re.compile(r"(?:=+|-+)[ \t]*$")
_BREAK = re.compile(r"(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_MARKER = re.compile(r"(?:[-+*]|([0-9]{1,9})[.)])(?=[ \t]|$)")
TASK = re.compile(r"\[([ xX])\](?=[ \t])")
"""The box of a task item; text must follow, but white space may be all there is."""
_MAX_SPACE = 4
"""Columns between a list mark and its text; with more, all but one belong to an indented code block."""


def _start_quote(parser: BlockParser, line: Line) -> bool:
    line.take(1)
    line.take_space(1)
    parser.add(Kind.QUOTE)
    return True


def _start_heading(parser: BlockParser, line: Line) -> bool:
    match = _HEADING.match(line.text)
    if not match:
        return False
    heading = parser.add(Kind.HEADING)
    heading.level = len(match[1])
    heading.lines.append(_without_closing_marks(line.text[match.end() :]))
    line.take_all()
    return True


def _without_closing_marks(text: str) -> str:
    text = text.rstrip(" \t")
    bare = text.rstrip("#")
    return bare.rstrip(" \t") if not bare or bare[-1] in " \t" else text


def _start_fence(parser: BlockParser, line: Line) -> bool:
    match = _FENCE.match(line.text)
    if not match:
        return False
    code = parser.add(Kind.FENCED_CODE)
    code.marker = match[0]
    code.offset = line.indent
    line.take(match.end())
    return True


def _start_underlined_heading(parser: BlockParser, line: Line) -> bool:
    paragraph = parser.container
    if paragraph.kind is not Kind.PARAGRAPH or not _UNDERLINE.match(line.text):
        return False
    text = parser.references.take_from("\n".join(paragraph.lines))
    paragraph.lines = [text] if text else []
    if text:
        paragraph.kind = Kind.HEADING
        paragraph.level = 1 if line.text[0] == "=" else 2
        line.take_all()
    return True  # nothing but definitions above the line: cmark makes the line itself the paragraph


def _start_break(parser: BlockParser, line: Line) -> bool:
    if not _BREAK.match(line.text):
        return False
    parser.add(Kind.BREAK)
    line.take_all()
    return True


def _start_item(parser: BlockParser, line: Line) -> bool:
    match = _MARKER.match(line.text)
    if not match:
        return False
    number = int(match[1]) if match[1] else None
    in_paragraph = parser.container.kind is Kind.PARAGRAPH
    if in_paragraph and (number not in (None, 1) or not line.text[match.end() :].strip(" \t")):
        return False
    marker, indent, begins_line = match[0][-1], line.indent, line.begins
    line.take(match.end())
    space = line.indent if line.text and line.indent <= _MAX_SPACE else 1
    line.take_space(space)
    if parser.container.kind is not Kind.LIST or parser.container.marker != marker:
        parser.add(Kind.LIST).start = number
        parser.container.marker = marker
    item = parser.add(Kind.ITEM)
    item.offset = indent + match.end() + space
    if begins_line:
        _take_task_box(parser, item, line)
    return True


def _take_task_box(parser: BlockParser, item: Block, line: Line) -> None:
    """The box of an item that begins its line (for others see `elements`); no list or heading begins behind it."""
    match = TASK.match(line.text)
    if match and not line.indented:
        item.task = match[1].lower()
        line.take(match.end())
        if line.text:
            parser.add(Kind.PARAGRAPH)


def _start_table(parser: BlockParser, line: Line) -> bool:
    paragraph = parser.container
    if paragraph.kind is not Kind.PARAGRAPH or paragraph.is_no_table:
        return False
    aligns = delimiter_row(line.text)
    if aligns is None:
        return False
    header = split_row(paragraph.lines[-1])
    if len(header) != len(aligns):
        paragraph.is_no_table = True
        return False
    parser.budget.spend(len(aligns))
    table = _turn_last_line_into_table(parser, paragraph)
    table.aligns, table.rows = aligns, [header]
    line.take_all()
    return True


def _turn_last_line_into_table(parser: BlockParser, paragraph: Block) -> Block:
    paragraph.lines.pop()
    if paragraph.lines:
        return parser.add(Kind.TABLE)
    paragraph.kind = Kind.TABLE
    return paragraph


Start = Callable[["BlockParser", Line], bool]
STARTS: dict[str, tuple[Start, ...]] = {
    ">": (_start_quote,),
    "#": (_start_heading,),
    "`": (_start_fence,),
    "~": (_start_fence,),
    "=": (_start_underlined_heading,),
    "-": (_start_underlined_heading, _start_break, _start_item, _start_table),
    "*": (_start_break, _start_item),
    "_": (_start_break,),
    "+": (_start_item,),
    "|": (_start_table,),
    ":": (_start_table,),
    **dict.fromkeys("0123456789", (_start_item,)),
}
