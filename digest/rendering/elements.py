"""A finished document to the element tree that Python-Markdown passes on. Text that still holds inline marks is plain
`str`, finished text is an `AtomicString`; a paragraph of a tight list is an element without a tag. Both are
Python-Markdown's own conventions."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast
from xml.etree.ElementTree import Element, SubElement

from markdown.util import AtomicString

from digest.rendering.starts import TASK
from digest.rendering.tree import Block, Kind

NO_TAG = cast(str, None)
"""The tag of an element that is written as its content alone."""
TASK_LABELS = {" ": "Open task", "x": "Done task"}
LINE = "line"
"""The attribute of inline text that says in which line it starts; dropped when the text is parsed."""


def add_blocks(parent: Element, blocks: list[Block], tight: bool = False) -> None:
    """Append an element per block to `parent`."""
    for block in blocks:
        if block.kind is Kind.PARAGRAPH and tight:
            _add_text(parent, NO_TAG, "\n".join(block.lines), block.line)
        else:
            _ADD[block.kind](parent, block)


def _add_text(parent: Element, tag: str, text: str, line: int) -> Element:
    element = SubElement(parent, tag, {LINE: str(line)})
    element.text = text.rstrip(" \t\n")
    return element


def _add_paragraph(parent: Element, block: Block) -> None:
    _add_text(parent, "p", "\n".join(block.lines), block.line)


def _add_heading(parent: Element, block: Block) -> None:
    _add_text(parent, f"h{block.level}", "\n".join(block.lines), block.line)


def _add_quote(parent: Element, block: Block) -> None:
    add_blocks(SubElement(parent, "blockquote"), block.children)


def _add_break(parent: Element, block: Block) -> None:
    SubElement(parent, "hr")


def _add_code(parent: Element, block: Block) -> None:
    lines = block.lines[1:] if block.kind is Kind.FENCED_CODE else block.lines
    code = SubElement(SubElement(parent, "pre"), "code")
    code.text = AtomicString("".join(f"{line}\n" for line in lines))


def _add_list(parent: Element, block: Block) -> None:
    element = SubElement(parent, "ul" if block.start is None else "ol")
    if block.start not in (None, 1):
        element.set("start", str(block.start))
    for item in block.children:
        li = SubElement(element, "li")
        state = item.task or _take_task_box(item)
        add_blocks(li, item.children, tight=block.tight)
        if state:
            _add_task_box(li, state)


def _take_task_box(item: Block) -> str:
    """The state of an item whose first block is a paragraph that begins with a box (GFM, 5.3); empty for others."""
    first = item.children[0] if item.children else item
    match = TASK.match(first.lines[0]) if first.kind is Kind.PARAGRAPH else None
    if not match:
        return ""
    first.lines[0] = first.lines[0][match.end() :].lstrip(" \t")
    return match[1].lower()


def _add_task_box(li: Element, state: str) -> None:
    box = Element("input", {"type": "checkbox", "disabled": "", "aria-label": TASK_LABELS[state]})
    if state == "x":
        box.set("checked", "")
    box.tail = " "
    (li[0] if len(li) and li[0].tag in (NO_TAG, "p") else li).insert(0, box)


def _add_table(parent: Element, block: Block) -> None:
    table = SubElement(parent, "table")
    _add_row(SubElement(table, "thead"), "th", block.rows[0], block)
    if len(block.rows) > 1:
        body = SubElement(table, "tbody")
        for row in block.rows[1:]:
            _add_row(body, "td", row, block)


def _add_row(parent: Element, tag: str, cells: list[str], table: Block) -> None:
    row = SubElement(parent, "tr")
    for text, align in zip(cells, table.aligns, strict=True):
        cell = _add_text(row, tag, text, table.line)
        if align:
            cell.set("align", align)


_ADD: dict[Kind, Callable[[Element, Block], None]] = {
    Kind.PARAGRAPH: _add_paragraph,
    Kind.HEADING: _add_heading,
    Kind.QUOTE: _add_quote,
    Kind.BREAK: _add_break,
    Kind.FENCED_CODE: _add_code,
    Kind.INDENTED_CODE: _add_code,
    Kind.LIST: _add_list,
    Kind.TABLE: _add_table,
}
