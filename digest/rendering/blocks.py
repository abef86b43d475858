"""Lines to blocks, as cmark-gfm finds them: each line is first offered to the blocks that are open, then searched for
new ones ("phase 1" in the CommonMark spec, appendix "A parsing strategy")."""

from __future__ import annotations

from collections.abc import Callable

from digest.rendering.limits import Budget
from digest.rendering.line import CODE_INDENT, Line
from digest.rendering.references import References
from digest.rendering.starts import STARTS
from digest.rendering.tables import split_row
from digest.rendering.tree import CODE, LEAVES, Block, Kind, is_tight

_NEVER_ENDS_BLANK = frozenset({Kind.QUOTE, Kind.HEADING, Kind.BREAK, Kind.FENCED_CODE})


class BlockParser:
    """Reads one text: `parse` gives the finished document, `references` what it defines."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.references = References()
        self.open = [Block(Kind.DOCUMENT, 1)]  # from the document to the tip
        self.matched = 1  # how many of them the current line continues

    @property
    def container(self) -> Block:
        """The innermost block that the current line belongs to."""
        return self.open[self.matched - 1]

    def parse(self, lines: list[str]) -> Block:
        """The document of these lines. Raises `RenderingError` past the limits on depth and work."""
        for number, line in enumerate(lines, 1):
            self.budget.line = number
            self.budget.spend(len(self.open))
            self._add_line(Line(line))
        self._close_from(1)
        return self.open[0]

    def add(self, kind: Kind) -> Block:
        """Open a block of that kind where the current line is; what the line does not continue is closed."""
        self._close_from(self.matched)
        while not self.open[-1].holds(kind):
            self._close_from(len(self.open) - 1)
        block = Block(kind, self.budget.line)
        self.open[-1].children.append(block)
        self.open.append(block)
        self.matched = len(self.open)
        self.budget.check_depth(self.matched, "lists and quotes")
        return block

    # --- one line ---------------------------------------------------------------------------------------------

    def _add_line(self, line: Line) -> None:
        for depth, block in enumerate(self.open[1:], 1):
            if block.kind is Kind.FENCED_CODE and _ends_fence(block, line):
                self._close_from(depth)
                return
            continues = _CONTINUES.get(block.kind)
            if continues and not continues(block, line):
                self.matched = depth
                break
        else:
            self.matched = len(self.open)
        opened = self._open_new_blocks(line)
        self._note_blank(line)
        self._add_text(line, opened)

    def _open_new_blocks(self, line: Line) -> bool:
        """Open the blocks that begin in this line; whether there was one."""
        lazy = self.open[-1].kind is Kind.PARAGRAPH
        opened = False
        while line.text and self.container.kind not in CODE:
            if line.indented:
                if lazy:
                    break
                line.take_space(CODE_INDENT)
                self.add(Kind.INDENTED_CODE)
            elif not any(start(self, line) for start in STARTS.get(line.text[0], ())):
                break
            opened, lazy = True, False
            if self.container.kind in LEAVES:
                break
        return opened

    def _note_blank(self, line: Line) -> None:
        """Keep what decides whether a list is loose."""
        container = self.container
        if line.blank and container.children:
            container.children[-1].ends_blank = True
        is_new_item = container.kind is Kind.ITEM and not container.children and container.line == self.budget.line
        container.ends_blank = line.blank and container.kind not in _NEVER_ENDS_BLANK and not is_new_item
        for parent in self.open[: self.matched - 1]:
            parent.ends_blank = False

    def _add_text(self, line: Line, opened: bool) -> None:
        """Give what is left of the line to the innermost block, or to a paragraph that goes on lazily."""
        tip = self.open[-1]
        if self.matched < len(self.open) and not opened and line.text and tip.kind is Kind.PARAGRAPH:
            tip.lines.append(line.rest)
            return
        self._close_from(self.matched)
        container = self.open[-1]
        if container.kind in CODE:
            container.lines.append(line.rest)
        elif not line.text:
            return
        elif container.kind is Kind.TABLE:
            self._add_row(container, line)
        elif container.kind in LEAVES - {Kind.BREAK}:
            container.lines.append(line.text)
        else:
            self.add(Kind.PARAGRAPH).lines.append(line.text)

    def _add_row(self, table: Block, line: Line) -> None:
        width = len(table.aligns)
        self.budget.spend(width)
        table.rows.append((split_row(line.text) + [""] * width)[:width])

    # --- the end of a block -----------------------------------------------------------------------------------

    def _close_from(self, depth: int) -> None:
        """Close the open blocks from `depth` on, the innermost first."""
        while len(self.open) > depth:
            block = self.open.pop()
            if block.kind is Kind.PARAGRAPH:
                self._close_paragraph(block)
            elif block.kind is Kind.LIST:
                block.tight = is_tight(block.children)
            elif block.kind is Kind.INDENTED_CODE:
                while block.lines and not block.lines[-1].strip(" \t"):
                    block.lines.pop()

    def _close_paragraph(self, block: Block) -> None:
        if block.lines and block.lines[0].startswith("["):
            text = self.references.take_from("\n".join(block.lines))
            block.lines = [text] if text else []
        if not block.lines:
            self.open[-1].children.remove(block)


# --- whether a line continues an open block; what is not named here always goes on ----------------------------


def _continues_quote(block: Block, line: Line) -> bool:
    if line.indented or not line.text.startswith(">"):
        return False
    line.take(1)
    line.take_space(1)
    return True


def _continues_item(block: Block, line: Line) -> bool:
    if line.indent >= block.offset:
        line.take_space(block.offset)
        return True
    if line.blank and block.children:
        line.take_all()
        return True
    return False


def _continues_fence(block: Block, line: Line) -> bool:
    line.take_space(block.offset)
    return True


def _continues_indented_code(block: Block, line: Line) -> bool:
    if not line.indented and not line.blank:
        return False
    line.take_space(CODE_INDENT)
    return True


def _continues_table(block: Block, line: Line) -> bool:
    return bool(line.text) and bool(split_row(line.text))


def _ends_fence(block: Block, line: Line) -> bool:
    text = line.text.rstrip(" \t")
    return not line.indented and len(text) >= len(block.marker) and text == len(text) * block.marker[0]


_CONTINUES: dict[Kind, Callable[[Block, Line], bool]] = {
    Kind.QUOTE: _continues_quote,
    Kind.ITEM: _continues_item,
    Kind.PARAGRAPH: lambda block, line: bool(line.text),
    Kind.HEADING: lambda block, line: False,
    Kind.FENCED_CODE: _continues_fence,
    Kind.INDENTED_CODE: _continues_indented_code,
    Kind.TABLE: _continues_table,
}
