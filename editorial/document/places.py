"""Where a piece of text stands in its file: line, column and bytes. Pure."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from ..frontmatter import Decoded

_LINE_END = re.compile(r"\r\n|\n|\r")
_STEP = 1024  # characters between two noted byte offsets: the most that is encoded again for one place


@dataclass(frozen=True, slots=True)
class Place:
    """Line and column (both 1-based, the column in characters) where something begins, and its bytes: `offset` is
    the first, `end` the one after the last, both counted from the start of the file, byte order mark included."""

    line: int
    column: int
    offset: int
    end: int


class Source:
    """A decoded text that knows the place of each of its characters. What it needs for that is counted at the first
    question, in one walk over the text."""

    def __init__(self, decoded: Decoded) -> None:
        self.decoded = decoded
        self.text = decoded.text
        self._told: dict[int, int] = {}  # characters by their offsets, of the places that were told

    def place(self, start: int, end: int) -> Place:
        """The place of the characters from `start` up to `end`."""
        line = bisect_right(self._line_starts, start)
        column = start - self._line_starts[line - 1] + 1
        first, last = self.offset(start), self.offset(end)
        self._told[first], self._told[last] = start, end
        return Place(line, column, first, last)

    def offset(self, character: int) -> int:
        """The byte at which a character of the text begins."""
        if self._is_byte_per_character:
            return len(self.decoded.bom) + character
        step = character // _STEP
        return self._offsets[step] + len(self._encoded(self.text[step * _STEP : character]))

    def character(self, offset: int) -> int:
        """The character whose bytes begin at `offset`, or are the last to begin before it."""
        if self._is_byte_per_character:
            return min(max(offset - len(self.decoded.bom), 0), len(self.text))
        if offset in self._told:
            return self._told[offset]
        low, high = 0, len(self.text)
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self.offset(middle) <= offset else (low, middle - 1)
        return low

    @cached_property
    def _line_starts(self) -> list[int]:
        if "\r" in self.text:
            return [0, *(match.end() for match in _LINE_END.finditer(self.text))]
        return [0, *accumulate(len(line) + 1 for line in self.text.split("\n"))][:-1]

    @cached_property
    def _is_byte_per_character(self) -> bool:
        if self.decoded.encoding in ("cp1250", "cp1252", "latin-1"):
            return True
        return self.decoded.encoding == "utf-8" and self.text.isascii()

    @cached_property
    def _offsets(self) -> list[int]:
        """The byte at which every _STEP-th character begins."""
        offsets = [len(self.decoded.bom)]
        for start in range(0, len(self.text), _STEP):
            offsets.append(offsets[-1] + len(self._encoded(self.text[start : start + _STEP])))
        return offsets

    def _encoded(self, text: str) -> bytes:
        try:
            return text.encode(self.decoded.encoding, "surrogateescape")
        except UnicodeEncodeError:  # half a surrogate pair: no file holds one, a text from elsewhere may
            return text.encode("utf-8", "surrogatepass")
