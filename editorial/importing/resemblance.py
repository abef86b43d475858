"""Whether two texts are two versions of one article. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..text import Text

# Of the lines or of the links of the text that has fewer. The twelve articles that the corpus has twice share all their
# lines; of the 17,766 pairs of different ones in it a single one shares more (two texts about the same four pages).
SHARED = 0.5
LINE_MIN = 30  # characters: shorter lines are labels and headings that many articles have
_LINK = re.compile(r"\]\((https?://[^)\s]+)")


def resemble(old: Text, new: Text) -> bool:
    """Whether they have the title in common, or more than half of the lines or of the links of the shorter one.

    A text that was generated anew from the same sources has the same links, whatever its words."""
    if old.title.casefold() == new.title.casefold():
        return True
    return any(_shared(set(each(old.body)), set(each(new.body))) > SHARED for each in (_lines, _LINK.findall))


def _lines(body: str) -> Iterator[str]:
    return (line.strip() for line in body.splitlines() if len(line) >= LINE_MIN)


def _shared(old: set[str], new: set[str]) -> float:
    """The part that both have of the smaller one."""
    return len(old & new) / min(len(old), len(new)) if old and new else 0.0
