"""Looking for many wordings in one text at little cost: the words of the text first, then plain text, then patterns.
Pure."""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache

from ..language import words_in

WORD_START = 4  # letters of a word's beginning that are looked up: "delv" of "delving"


class Wording:
    """A text in small letters, looked at from the character `start` on."""

    def __init__(self, small: str, start: int = 0) -> None:
        self.small = small
        self.start = start

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(words_in(self.small))

    @cached_property
    def _word_starts(self) -> frozenset[str]:
        return frozenset(word[:WORD_START] for word in self.words)

    def may_hold(self, needle: str) -> bool:
        """Whether all words of a needle are somewhere in the text, the last one as the beginning of one if the needle
        ends in it: false means that looking for it is in vain. A needle begins where a word does."""
        whole, begun = _words_of(needle)
        return self.words.issuperset(whole) and (len(begun) < WORD_START or begun[:WORD_START] in self._word_starts)

    def near(
        self, needles: Iterable[str], pattern: re.Pattern[str], *, before: int = 80, after: int = 160
    ) -> list[re.Match[str]]:
        """The matches of a pattern that lie around one of the needles, in order. A match has at most `before`
        characters before its needle and `after` from it on; each stretch of text is matched once."""
        spans = []
        for needle in filter(self.may_hold, needles):
            at = self.small.find(needle, self.start)
            while at >= 0:
                spans.append((max(self.start, at - before), min(len(self.small), at + after)))
                at = self.small.find(needle, at + 1)
        found: list[re.Match[str]] = []
        reached = 0
        for begin, end in _joined(sorted(spans)):
            matches = pattern.finditer(self.small, begin, end)
            found += [match for match in matches if match.start() >= reached]
            reached = end
        return found


@lru_cache(maxsize=1000)
def _words_of(needle: str) -> tuple[frozenset[str], str]:
    """The whole words of a needle, and the one that its end may cut off ("" for none)."""
    words = words_in(needle)
    is_cut = bool(words) and needle.endswith(words[-1])
    return frozenset(words[: len(words) - is_cut]), words[-1] if is_cut else ""


def _joined(spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The same stretches, those that touch as one; `spans` are sorted."""
    begin, end = -1, -1
    for start, stop in spans:
        if start > end:
            if end >= 0:
                yield begin, end
            begin, end = start, stop
        end = max(end, stop)
    if end >= 0:
        yield begin, end
