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
SECONDS = 0.08  # for the words of one comparison; what is left then is compared more coarsely, and rightly all the same


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
    for kind, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            blocks += [Block("same", (Piece("same", text),)) for text in before[i:j]]
        else:
            blocks += _edited(before[i:j], after[k:m], deadline)
    return blocks


def changes(old: str, new: str) -> list[Block]:
    """The blocks that are not the same."""
    return [block for block in diff(old, new) if block.kind != "same"]


def _edited(before: Sequence[str], after: Sequence[str], deadline: float) -> Iterator[Block]:
    """Pair the blocks of a changed stretch in order; where a pair has little in common, it is no pair."""
    for index in range(max(len(before), len(after))):
        old = before[index] if index < len(before) else ""
        new = after[index] if index < len(after) else ""
        pieces = alike(_TOKENS.findall(old), _TOKENS.findall(new), deadline) if old and new else None
        if pieces is not None:
            yield Block("changed", pieces)
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
    both = sum(len(token) * count for token, count in (Counter(old) & Counter(new)).items())
    if 2 * both < ALIKE * (sum(map(len, old)) + sum(map(len, new))):
        return None  # no order of these words can be alike
    pieces = token_diff(old, new, deadline)
    return pieces if share(pieces) >= ALIKE else None


def token_diff(old: Sequence[str], new: Sequence[str], deadline: float) -> tuple[Piece, ...]:
    """Two rows of tokens compared, finely until `deadline` (of the monotonic clock): every distinct token becomes one
    character for diff-match-patch."""
    letters: dict[str, str] = {}
    encoded = ["".join(_letter(token, letters) for token in tokens) for tokens in (old, new)]
    tokens = {letter: token for token, letter in letters.items()}
    differ = diff_match_patch()
    differ.Diff_Timeout = max(0.001, deadline - time.monotonic())  # 0 would be no end
    found = differ.diff_main(*encoded, False)
    differ.diff_cleanupSemantic(found)
    return tuple(Piece(_KINDS[kind], "".join(tokens[letter] for letter in run)) for kind, run in found)


def _letter(token: str, letters: dict[str, str]) -> str:
    """A private character for each token, in order of appearance; surrogates are left out."""
    number = len(letters) + 1
    return letters.setdefault(token, chr(number if number < 0xD800 else number + 0x800))
