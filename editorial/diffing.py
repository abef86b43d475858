"""What changed between two texts: blocks aligned first, words compared inside blocks that were edited. Pure."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from diff_match_patch import diff_match_patch

Kind = Literal["same", "added", "removed", "changed"]
_BLOCKS = re.compile(r".+?(?:\n[ \t]*\n\s*|\Z)", re.DOTALL)
_TOKENS = re.compile(r"\w+|\s+|.", re.DOTALL)
_KINDS: dict[int, Kind] = {-1: "removed", 0: "same", 1: "added"}
ALIKE = 0.4  # blocks with less in common than this are one removed and one added, not one edited
SECONDS = 0.09  # for the words of one comparison; what is left then is compared more coarsely, and rightly all the same
BLOCKS = 1_000  # of a text; 60,000 characters of articles have 400


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words that is the same, added or removed."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, list or fence (what blank lines part), with its pieces."""

    kind: Kind
    pieces: tuple[Piece, ...]


def diff(old: str, new: str) -> list[Block]:
    """The blocks of both texts in reading order. The pieces that are not `added` spell the old text, those that
    are not `removed` the new one."""
    before, after = _BLOCKS.findall(old), _BLOCKS.findall(new)
    blocks: list[Block] = []
    deadline = time.monotonic() + SECONDS
    for i, j, k, m in stretches(before, after, deadline):
        if before[i:j] == after[k:m]:
            blocks += [Block("same", (Piece("same", text),)) for text in before[i:j]]
        else:
            blocks += _edited(before[i:j], after[k:m], deadline)
    return blocks


def changes(old: str, new: str) -> list[Block]:
    """The blocks that are not the same."""
    return [block for block in diff(old, new) if block.kind != "same"]


def stretches(before: Sequence[str], after: Sequence[str], deadline: float) -> Iterator[tuple[int, int, int, int]]:
    """The stretches of blocks that are the same, or stand in each other's place: from and to in either text. Texts of
    very many blocks, or with one very many times, are aligned within a time, as they would take seconds."""
    counts = Counter(after)
    if max(len(before), len(after)) <= BLOCKS and sum(counts[block] for block in before) <= BLOCKS * 20:
        for _, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
            yield i, j, k, m
        return
    i = k = j = m = 0
    for kind, run in [*_runs(before, after, (time.monotonic() + deadline) / 2), ("same", ())]:
        if kind == "same":
            if (i, k) != (j, m):
                yield i, j, k, m
            i, k = j + len(run), m + len(run)
            if run:
                yield j, i, m, k
            j, m = i, k
        elif kind == "removed":
            j += len(run)
        else:
            m += len(run)


def _edited(before: Sequence[str], after: Sequence[str], deadline: float) -> Iterator[Block]:
    """Pair the blocks of a changed stretch in order; where a pair has little in common, it is no pair."""
    for index in range(max(len(before), len(after))):
        old = before[index] if index < len(before) else ""
        new = after[index] if index < len(after) else ""
        pieces = alike(_TOKENS.findall(old), _TOKENS.findall(new), deadline) if old and new else None
        if pieces is not None:
            yield Block("same" if old == new else "changed", pieces)
            continue
        if old:
            yield Block("removed", (Piece("removed", old),))
        if new:
            yield Block("added", (Piece("added", new),))


def share(pieces: Sequence[Piece]) -> float:
    """How much two texts have in common, from 0 to 1, by the pieces of their comparison."""
    same = sum(len(piece.text) for piece in pieces if piece.kind == "same")
    return 2 * same / (sum(len(piece.text) for piece in pieces) + same)


def alike(old: Sequence[str], new: Sequence[str], deadline: float) -> tuple[Piece, ...] | None:
    """Two rows of tokens compared; None where they have too little in common to be one thing that was edited."""
    if time.monotonic() < deadline:
        both = sum(len(token) * count for token, count in (Counter(old) & Counter(new)).items())
        if 2 * both < ALIKE * (sum(map(len, old)) + sum(map(len, new))):
            return None  # no order of these words can be alike
    pieces = token_diff(old, new, deadline)
    return pieces if share(pieces) >= ALIKE else None


def token_diff(old: Sequence[str], new: Sequence[str], deadline: float) -> tuple[Piece, ...]:
    """Two rows of tokens compared, finely until `deadline` (of the monotonic clock), then by what they begin and end
    with."""
    if time.monotonic() >= deadline:
        return _ends_compared(old, new)
    return tuple(Piece(kind, "".join(run)) for kind, run in _runs(old, new, deadline, tidy=True))


def _runs(
    old: Sequence[str], new: Sequence[str], deadline: float, *, tidy: bool = False
) -> Iterator[tuple[Kind, list[str]]]:
    """Runs of tokens that are the same, added or removed; every distinct token becomes one character for
    diff-match-patch. `tidy` joins changes with only a few tokens between them."""
    letters: dict[str, str] = {}
    encoded = ["".join(_letter(token, letters) for token in tokens) for tokens in (old, new)]
    tokens = {letter: token for token, letter in letters.items()}
    differ = diff_match_patch()
    differ.Diff_Timeout = max(0.001, deadline - time.monotonic())  # 0 would be no end
    found = differ.diff_main(*encoded, False)
    if tidy:
        differ.diff_cleanupSemantic(found)
    for kind, run in found:
        yield _KINDS[kind], [tokens[letter] for letter in run]


def _ends_compared(old: Sequence[str], new: Sequence[str]) -> tuple[Piece, ...]:
    shorter = min(len(old), len(new))
    start = next((n for n in range(shorter) if old[n] != new[n]), shorter)
    end = next((n for n in range(shorter - start) if old[-1 - n] != new[-1 - n]), shorter - start)
    parts: list[tuple[Kind, Sequence[str]]] = [
        ("same", old[:start]),
        ("removed", old[start : len(old) - end]),
        ("added", new[start : len(new) - end]),
        ("same", old[len(old) - end :]),
    ]
    return tuple(Piece(kind, "".join(run)) for kind, run in parts if run)


def _letter(token: str, letters: dict[str, str]) -> str:
    """A private character for each token, in order of appearance; surrogates are left out."""
    number = len(letters) + 1
    return letters.setdefault(token, chr(number if number < 0xD800 else number + 0x800))
