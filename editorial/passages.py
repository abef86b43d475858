"""A passage of a text, found again in a later one: by its words, and by what stood around them. Pure.

The passage is kept as W3C's TextQuoteSelector keeps it: the quote with what stood before and after it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import islice

CONTEXT = 100  # characters before and after a quote that are kept
QUOTE_MAX = 2_000  # characters; a remark about more than that is one about the article
ALIKE = 0.5  # what a changed passage must have in common with the quote to be the same one
_OCCURRENCES = 200  # of the same words that are compared by what stands around them
_RARE = 12  # a word that stands more often than this in a text says nothing about where a passage is
_STEP = 8  # words; guesses of a place that lie this near are one guess
_GUESSES = 3  # places that are looked at closely
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Passage:
    """A quote, and the at most CONTEXT characters that stood before and after it."""

    quote: str
    before: str = ""
    after: str = ""

    @classmethod
    def of(cls, text: str, start: int, end: int) -> Passage:
        """The passage at the characters `start` to `end` of a text."""
        return cls(text[start:end], text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT])


@dataclass(frozen=True, slots=True)
class Found:
    """Where a passage stands, by characters; not `is_same` if its words were changed."""

    start: int
    end: int
    is_same: bool


def find(text: str, passage: Passage) -> Found | None:
    """Where a passage stands in a text; None if it is gone. Of several places with the same words it is the one with
    the most of what stood around it. White space may differ. Where the words were changed, it is the place that has
    at least half of them, in order."""
    if not passage.quote.strip():
        return None
    same = list(islice(_same(text, passage.quote.strip()), _OCCURRENCES))
    if same:
        start, end = max(same, key=lambda span: (_around(text, passage, *span), -span[0]))
        return Found(start, end, True)
    return _changed(text, passage)


def _same(text: str, quote: str) -> Iterator[tuple[int, int]]:
    """Where the same words stand, whatever white space is between them."""
    at = text.find(quote)
    if at >= 0:
        while at >= 0:
            yield at, at + len(quote)
            at = text.find(quote, at + 1)
        return
    pattern = r"\s+".join(map(re.escape, quote.split()))
    yield from (match.span() for match in re.finditer(pattern, text))


def _around(text: str, passage: Passage, start: int, end: int) -> int:
    """How many characters before and after a place are those that stood around the passage."""
    before, after = text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT]
    return _shared(before[::-1], passage.before[::-1]) + _shared(after, passage.after)


def _shared(one: str, other: str) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


@lru_cache(maxsize=4)
def _words(text: str) -> tuple[list[str], list[tuple[int, int]], dict[str, list[int]]]:
    """The words of a text, where each stands, and at which numbers each word does."""
    words: list[str] = []
    spans: list[tuple[int, int]] = []
    numbers: dict[str, list[int]] = {}
    for match in _WORD.finditer(text):
        word = match[0].casefold()
        numbers.setdefault(word, []).append(len(words))
        words.append(word)
        spans.append(match.span())
    return words, spans, numbers


def _changed(text: str, passage: Passage) -> Found | None:
    """The place that is most like the passage, if any is like it."""
    words, spans, _ = _words(text)
    before, quote, after = (_plain(each) for each in (passage.before, passage.quote, passage.after))
    if not quote:
        return None
    sought = [*before, *quote, *after]
    best: tuple[float, int, int] | None = None
    for guess in _guesses(text, sought):
        first = max(0, guess - _STEP)
        window = words[first : guess + len(sought) + _STEP]
        span = _within(window, sought, len(before), len(before) + len(quote))
        if span:
            share = _likeness(quote, window[span[0] : span[1]])
            if share >= ALIKE and (best is None or share > best[0]):
                best = (share, first + span[0], first + span[1])
    return Found(spans[best[1]][0], spans[best[2] - 1][1], False) if best else None


def _plain(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text[:QUOTE_MAX])]


def _guesses(text: str, sought: Sequence[str]) -> list[int]:
    """The numbers of the words of a text at which the sought ones may begin, the likeliest first: each rare word that
    both have votes for one."""
    _, _, numbers = _words(text)
    votes: Counter[int] = Counter()
    for at, word in enumerate(sought):
        places = numbers.get(word, ())
        if len(places) <= _RARE:
            for place in places:
                votes[(place - at) // _STEP] += 1
    both = {step: votes[step] + votes[step + 1] for step in votes}
    return [step * _STEP for step in sorted(both, key=lambda step: (-both[step], step))[:_GUESSES]]


def _within(window: Sequence[str], sought: Sequence[str], start: int, end: int) -> tuple[int, int] | None:
    """Where in a window of words the sought ones from `start` to `end` are: between the words around them that both
    have, else from the first to the last of their own."""
    pairs = [
        (block.a + at, block.b + at)
        for block in SequenceMatcher(None, sought, window, autojunk=False).get_matching_blocks()
        for at in range(block.size)
    ]
    own = [there for here, there in pairs if start <= here < end]
    left = next((there + 1 for here, there in reversed(pairs) if here == start - 1), own[0] if own else None)
    right = next((there for here, there in pairs if here == end), own[-1] + 1 if own else None)
    return (left, right) if left is not None and right is not None and left < right else None


def _likeness(one: Sequence[str], other: Sequence[str]) -> float:
    """The share of words that both have in order, or of letters where that is more: a corrected spelling changes most
    of a short quote's words and few of its letters."""
    words = SequenceMatcher(None, one, other, autojunk=False).ratio()
    letters = " ".join(one), " ".join(other)
    if words >= ALIKE or max(map(len, letters)) > 2 * CONTEXT:
        return words
    return SequenceMatcher(None, *letters, autojunk=False).ratio()
