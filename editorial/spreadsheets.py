"""Cells of tables that spreadsheets open."""

from __future__ import annotations

import re
from typing import Any

# What a spreadsheet takes for the start of a formula, full-width signs too, also behind blanks (OWASP, CSV injection).
_FORMULA = re.compile(r"[\t\r\n]|\s*[=+\-@＝＋－＠]")


def harmless(cell: Any) -> Any:
    """A cell that no spreadsheet runs as a formula: an apostrophe goes before what could be one."""
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell
