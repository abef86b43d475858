"""Rows of pipe tables, as the table extension of cmark-gfm splits them."""

from __future__ import annotations

import re

_CELL = re.compile(r"(?:[^|]|(?<=\\)\|)+")
_DELIMITER = re.compile(r"(:?)-+(:?)")
_DELIMITER_CHARACTERS = frozenset("|-: \t")
_ALIGNS = {("", ""): None, (":", ""): "left", ("", ":"): "right", (":", ":"): "center"}


def split_row(text: str) -> list[str]:
    """The cells of a line, trimmed, escaped pipes resolved; none for a line that holds only a pipe."""
    text = text.rstrip(" \t")
    position = 1 if text.startswith("|") else 0
    cells = []
    while position < len(text):
        match = _CELL.match(text, position)
        cell = match[0] if match else ""
        cells.append(cell.replace("\\|", "|").strip(" \t"))
        position += len(cell) + 1
    return cells


def delimiter_row(text: str) -> list[str | None] | None:
    """The alignment of each column when `text` is a line of dashes between pipes, else None."""
    if not _DELIMITER_CHARACTERS.issuperset(text):
        return None
    matches = [_DELIMITER.fullmatch(cell) for cell in split_row(text)]
    if not matches or not all(matches):
        return None
    return [_ALIGNS[match[1], match[2]] for match in matches if match]
