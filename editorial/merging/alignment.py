"""Which block of one text is which of another: the same, moved, edited, or moved and edited. Pure.

Takes time about linear in the text for real bodies; on hostile ones it is bounded by looking less closely.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

ALIKE = 0.4  # as in diffing: blocks with less in common are one removed and one added, not one edited
MOVED = 0.7  # what an edited block must have in common to be followed to another place
MOVED_WORDS = 3  # the least words by which a block is followed: labels and rules look the same everywhere
_CELLS = 2_500  # the largest table for a longest common subsequence; larger stretches without a unique block are edits
_DEPTH = 12  # how often a stretch is divided at its unique blocks
_POSTINGS = 12  # a word in more blocks than this says nothing about which block it is
_CANDIDATES = 4  # the blocks that are looked at closely for one edited block
_RARE = 1_000_000  # the weight of a word that stands in one block; whole numbers add up the same in any order
_WORD = re.compile(r"\w+")

Pair = tuple[int, int]


def align(base: Sequence[str], side: Sequence[str]) -> dict[int, int]:
    """The index in `base` of those blocks of `side` that are a block of `base`, one to one: {side: base}."""
    pairs = _same_in_place(base, side)
    free_base, free_side = _free(base, side, pairs)
    if free_base and free_side:
        anchors = pairs
        pairs = pairs + _same_elsewhere(base, side, free_base, free_side)
        pairs += _Likeness(base, side, anchors).pairs(*_free(base, side, pairs))
        pairs += _lone(base, side, rising(pairs), *_free(base, side, pairs))
    return {there: here for here, there in pairs}


def rising(pairs: Iterable[Pair]) -> list[Pair]:
    """The longest run of pairs, in order of their first numbers, whose second numbers rise too."""
    lasts: list[int] = []
    ends: list[int] = []
    ordered = sorted(pairs)
    previous: list[int] = []
    for index, (_, second) in enumerate(ordered):
        length = bisect_left(lasts, second)
        previous.append(ends[length - 1] if length else -1)
        lasts[length : length + 1] = [second]
        ends[length : length + 1] = [index]
    found: list[Pair] = []
    index = ends[-1] if ends else -1
    while index >= 0:
        found.append(ordered[index])
        index = previous[index]
    return found[::-1]


def _free(base: Sequence[str], side: Sequence[str], pairs: Sequence[Pair]) -> tuple[list[int], list[int]]:
    """The blocks of both that are in no pair."""
    heres, theres = {here for here, _ in pairs}, {there for _, there in pairs}
    return [i for i in range(len(base)) if i not in heres], [j for j in range(len(side)) if j not in theres]


def _same_in_place(base: Sequence[str], side: Sequence[str]) -> list[Pair]:
    """Equal blocks in equal order: what is equal at both ends, then from one unique block to the next (patience)."""
    pairs: list[Pair] = []
    stretches = [(0, len(base), 0, len(side), _DEPTH)]
    while stretches:
        i, j, k, m, depth = stretches.pop()
        while i < j and k < m and base[i] == side[k]:
            pairs.append((i, k))
            i, k = i + 1, k + 1
        while i < j and k < m and base[j - 1] == side[m - 1]:
            j, m = j - 1, m - 1
            pairs.append((j, m))
        anchors = _unique(base, side, range(i, j), range(k, m)) if depth else []
        if anchors:
            for here, there in anchors:
                stretches.append((i, here, k, there, depth - 1))
                i, k = here + 1, there + 1
            stretches.append((i, j, k, m, depth - 1))
            pairs += anchors
        elif 0 < (j - i) * (m - k) <= _CELLS:
            pairs += [(i + here, k + there) for here, there in _longest_common(base[i:j], side[k:m])]
    return sorted(pairs)


def _unique(base: Sequence[str], side: Sequence[str], here: range, there: range) -> list[Pair]:
    """The blocks that stand once in both stretches and in the same order."""
    once_here, once_there = _once(base, here), _once(side, there)
    return rising((i, once_there[text]) for text, i in once_here.items() if text in once_there)


def _once(texts: Sequence[str], indexes: Iterable[int]) -> dict[str, int]:
    at: dict[str, int] = {}
    again: set[str] = set()
    for index in indexes:
        if at.setdefault(texts[index], index) != index:
            again.add(texts[index])
    return {text: index for text, index in at.items() if text not in again}


def _longest_common(base: Sequence[str], side: Sequence[str]) -> Iterator[Pair]:
    """A longest common subsequence, by the table of the lengths that remain."""
    lengths = [[0] * (len(side) + 1) for _ in range(len(base) + 1)]
    for i in reversed(range(len(base))):
        row, below = lengths[i], lengths[i + 1]
        for j in reversed(range(len(side))):
            row[j] = below[j + 1] + 1 if base[i] == side[j] else max(below[j], row[j + 1])
    i = j = 0
    while i < len(base) and j < len(side):
        if base[i] == side[j]:
            yield i, j
            i, j = i + 1, j + 1
        elif lengths[i + 1][j] >= lengths[i][j + 1]:
            i += 1
        else:
            j += 1


def _same_elsewhere(
    base: Sequence[str], side: Sequence[str], free_base: Sequence[int], free_side: Sequence[int]
) -> list[Pair]:
    """Moved blocks: equal, unique, and long enough to be known again."""
    once_there = _once(side, free_side)
    return [
        (i, once_there[text])
        for text, i in _once(base, free_base).items()
        if text in once_there and len(_WORD.findall(text)) >= MOVED_WORDS
    ]


class _Likeness:
    """How much blocks of two texts have in common: their words, each weighed by how rare it is (1 / blocks²)."""

    def __init__(self, base: Sequence[str], side: Sequence[str], anchors: Sequence[Pair]) -> None:
        self.base = [frozenset(_WORD.findall(text.casefold())) for text in base]
        self.side = [frozenset(_WORD.findall(text.casefold())) for text in side]
        blocks_of = [Counter(word for words in texts for word in words) for texts in (self.base, self.side)]
        self.weights = {word: _RARE // most**2 for word, most in (blocks_of[0] | blocks_of[1]).items()}
        self.base_gap = _gaps(len(base), [here for here, _ in anchors])
        self.side_gap = _gaps(len(side), [there for _, there in anchors])

    def pairs(self, free_base: Sequence[int], free_side: Sequence[int]) -> list[Pair]:
        """The edited blocks, the most alike first; one that crosses others has to be more alike than one in place."""
        best = sorted((-share, abs(i - j), i, j) for share, i, j in self._candidates(free_base, free_side))
        taken: tuple[set[int], set[int]] = set(), set()
        shares: dict[Pair, float] = {}
        for share, _, i, j in best:
            if i not in taken[0] and j not in taken[1]:
                taken[0].add(i)
                taken[1].add(j)
                shares[i, j] = -share
        in_order = {pair for gap in self._by_gap(shares) for pair in rising(gap)}
        return [pair for pair in shares if pair in in_order or self._is_known(pair, shares[pair])]

    def _candidates(self, free_base: Sequence[int], free_side: Sequence[int]) -> Iterator[tuple[float, int, int]]:
        postings: dict[str, list[int]] = defaultdict(list)
        for i in free_base:
            for word in self.base[i]:
                postings[word].append(i)
        weight_of = {i: self._weight(self.base[i]) for i in free_base}
        for j in free_side:
            common: dict[int, int] = defaultdict(int)
            for word in self.side[j]:
                blocks = postings.get(word, ())
                if len(blocks) <= _POSTINGS:
                    for i in blocks:
                        common[i] += self.weights[word]
            weight = self._weight(self.side[j])
            for i in sorted(common, key=lambda i: (-common[i], abs(i - j), i))[:_CANDIDATES]:
                share = 2 * self._weight(self.base[i] & self.side[j]) / (weight_of[i] + weight or 1)
                if share >= ALIKE and (self.base_gap[i] == self.side_gap[j] or self._is_known((i, j), share)):
                    yield share, i, j

    def _weight(self, words: frozenset[str]) -> int:
        return sum(self.weights[word] for word in words)

    def _is_known(self, pair: Pair, share: float) -> bool:
        """Whether a block is surely the other one, wherever it stands."""
        return share >= MOVED and len(self.base[pair[0]] & self.side[pair[1]]) >= MOVED_WORDS

    def _by_gap(self, pairs: Iterable[Pair]) -> Iterable[list[Pair]]:
        found: dict[int, list[Pair]] = defaultdict(list)
        for i, j in pairs:
            if self.base_gap[i] == self.side_gap[j]:
                found[self.base_gap[i]].append((i, j))
        return found.values()


def _gaps(count: int, anchors: Sequence[int]) -> list[int]:
    """For each block how many anchors stand before it: blocks with the same number stand between the same two."""
    gaps = [0] * (count + 1)
    for anchor in anchors:
        gaps[anchor + 1] += 1
    for index in range(count):
        gaps[index + 1] += gaps[index]
    return gaps[:count]


def _lone(
    base: Sequence[str],
    side: Sequence[str],
    anchors: Sequence[Pair],
    free_base: Sequence[int],
    free_side: Sequence[int],
) -> Iterator[Pair]:
    """Short edited blocks, headings for instance: alone between the same two neighbours, and alike by their letters."""
    base_gap = _gaps(len(base), [here for here, _ in anchors])
    side_gap = _gaps(len(side), [there for _, there in anchors])
    here, there = _once_by(base_gap, free_base), _once_by(side_gap, free_side)
    for gap in here.keys() & there.keys():
        if _letters_in_common(base[here[gap]], side[there[gap]]) >= ALIKE:
            yield here[gap], there[gap]


def _once_by(gaps: Sequence[int], indexes: Iterable[int]) -> dict[int, int]:
    groups: dict[int, list[int]] = defaultdict(list)
    for index in indexes:
        groups[gaps[index]].append(index)
    return {gap: group[0] for gap, group in groups.items() if len(group) == 1}


def _letters_in_common(one: str, other: str) -> float:
    """The share of letter pairs that both have (Dice)."""
    pairs = [{text[n : n + 2] for n in range(len(text) - 1)} for text in (one.casefold(), other.casefold())]
    total = len(pairs[0]) + len(pairs[1])
    return 2 * len(pairs[0] & pairs[1]) / total if total else 0.0
