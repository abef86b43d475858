"""A text on its way to being repaired: what was found in it, and where that stood in the file."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from ..frontmatter import Frontmatter, FrontmatterError, position, read


@dataclass(frozen=True, slots=True)
class Problem:
    """One cause (code) with a sentence and its place in the file as delivered (1-based; key "" when unknown).

    `needed` says that the file cannot be used before this is put right; without it the problem is a note."""

    cause: str
    message: str
    line: int = 1
    column: int = 1
    key: str = ""
    needed: bool = True


@dataclass(slots=True)
class Draft:
    """The text so far. `unclear` is set by a problem that a machine must not decide; then nothing is proposed."""

    text: str
    name: str
    problems: list[Problem] = field(default_factory=list)
    unclear: bool = False
    _front: Frontmatter | FrontmatterError | None = None
    _moved: list[tuple[int, int]] = field(default_factory=list)

    @property
    def newline(self) -> str:
        """The line end of the file's first line."""
        first = self.text.find("\n")
        return "\r\n" if first > 0 and self.text[first - 1] == "\r" else "\n"

    def report(
        self,
        cause: str,
        message: str,
        *,
        offset: int = 0,
        line: int = 0,
        key: str = "",
        clear: bool = True,
        needed: bool = True,
    ) -> None:
        """Note a problem at an offset or a line of the text as it is now, before the edit that puts it right."""
        column = 1
        if not line:
            line, column = position(self.text, offset)
        self.problems.append(Problem(cause, message, self._line_in_file(line), column, key, needed))
        self.unclear = self.unclear or not clear

    def replace(self, start: int, end: int, new: str) -> None:
        """Put new text in place of text[start:end], and remember by how much the lines below moved."""
        old = self.text[start:end]
        if moved := old.count("\n") - new.count("\n"):
            self._moved.append((self.text.count("\n", 0, start) + 1, moved))
        self.text = self.text[:start] + new + self.text[end:]
        self._front = None

    def become(self, text: str) -> None:
        """Take an edited text; only the part that differs counts as replaced."""
        old, shorter = self.text, min(len(self.text), len(text))
        start = _longest(shorter, lambda size: old[:size] == text[:size])
        same = _longest(shorter - start, lambda size: old[len(old) - size :] == text[len(text) - size :])
        self.replace(start, len(old) - same, text[start : len(text) - same])

    def read(self) -> Frontmatter | FrontmatterError:
        """The frontmatter as it stands now, or why it cannot be read; kept until the next edit."""
        if self._front is None:
            try:
                self._front = read(self.text)
            except FrontmatterError as error:
                self._front = error
        return self._front

    def _line_in_file(self, line: int) -> int:
        for moved_at, moved in reversed(self._moved):
            if line >= moved_at:
                line += moved
        return max(line, 1)


def shortened(text: str, limit: int = 60) -> str:
    """The text on one line, at most so long, fit to be quoted in a message."""
    line = re.sub("[\x00-\x20\x7f-\x9f\ud800-\udfff]+", " ", text[: limit * 4]).strip()
    return line if len(line) <= limit else line[:limit] + "…"


def _longest(size: int, fits: Callable[[int], bool]) -> int:
    """The longest size up to this one that fits; shorter ones than a fitting one fit too."""
    low = 0
    while low < size:
        middle = (low + size + 1) // 2
        low, size = (middle, size) if fits(middle) else (low, middle - 1)
    return low
