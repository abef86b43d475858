"""A text with numbered lines around marked ones, short enough for a page whatever the text is. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

FIRST_LINES = 150  # a frontmatter has ten; the rest is for the eye
AROUND = 15  # lines before and after a marked one
LINE_MAX = 1000  # characters of one line
MARKS_MAX = 20

_BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_SHOWN = {code: 0x2400 + code for code in range(32) if code not in (9, 10)} | {127: 0x2421}
_SHOWN |= {ord(sign): 0xFFFD for sign in _BIDI} | dict.fromkeys(range(0xD800, 0xE000), 0xFFFD)
_SHOWN |= dict.fromkeys(range(0x80, 0xA0), 0xFFFD)


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it is shown; `left_out` counts lines that stand before it and are not shown."""

    number: int
    text: str
    is_marked: bool = False
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Listing:
    """The lines that are shown, and how many come after the last of them."""

    lines: tuple[Line, ...]
    left_out: int = 0


def listing(text: str, marked: Collection[int] = ()) -> Listing:
    """The first lines of a text and those around the marked ones (numbered from 1)."""
    lines = split(text)
    shown = set(range(1, FIRST_LINES + 1))
    for mark in sorted(marked)[:MARKS_MAX]:
        shown |= set(range(mark - AROUND, mark + AROUND + 1))
    numbers = sorted(number for number in shown if 1 <= number <= len(lines))
    found: list[Line] = []
    last = 0
    for number in numbers:
        found.append(Line(number, _cut(lines[number - 1]), number in marked, number - last - 1))
        last = number
    return Listing(tuple(found), len(lines) - last)


def split(text: str) -> Sequence[str]:
    """The lines of a text without their ends: at line feeds only, as all line numbers here are counted."""
    lines = text.replace("\r\n", "\n").split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def visible(text: str) -> str:
    """The text with signs in place of characters that do not show or turn the order of others round."""
    return text.translate(_SHOWN)


def _cut(line: str) -> str:
    return visible(line if len(line) <= LINE_MAX else f"{line[:LINE_MAX]}… ({len(line) - LINE_MAX:,} more characters)")
