"""What changed between two texts, shown in the rendered text: the new HTML with <ins> and <del> around words. Pure.

Only text is wrapped, run by run between tags, and the tags are those of the new text, so the result is as well formed
as what went in; what was removed comes back as words, or as a whole element where the whole element is gone."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from itertools import groupby

from digest.rendering.outermost import elements, inside

from .diffing import SECONDS, Piece, alike, stretches, token_diff

_TOKENS = re.compile(r'<(?:[^>"]|"[^"]*")*>|&\w+;|\w+|\s+|.', re.DOTALL)
_TAG_NAME = re.compile(r"</?([a-z][a-z0-9]*)")
_ID = re.compile(r' id="[^"]*"')
_INLINE = frozenset({"a", "code", "em", "strong", "del", "br"})
_LISTS = ("<ul>", "<ol>", "<ol ", "<ul ")


def marked_changes(old: str, new: str) -> str:
    """`new` with its changes against `old` marked; both are results of `digest.rendering.render`."""
    return "\n".join(_aligned(elements(old), elements(new), time.monotonic() + SECONDS))


def marked_words(old: str, new: str) -> str:
    """The same for two lines of escaped text."""
    deadline = time.monotonic() + SECONDS
    return "".join(map(_marked, token_diff(_TOKENS.findall(old), _TOKENS.findall(new), deadline)))


def _aligned(before: Sequence[str], after: Sequence[str], deadline: float) -> Iterator[str]:
    for i, j, k, m in stretches(before, after, deadline):
        if before[i:j] == after[k:m]:
            yield from after[k:m]
        else:
            yield from _edited(before[i:j], after[k:m], deadline)


def _edited(before: Sequence[str], after: Sequence[str], deadline: float) -> Iterator[str]:
    """Pair the elements of a changed stretch in order; where a pair has little in common, it is no pair."""
    for index in range(max(len(before), len(after))):
        old = before[index] if index < len(before) else ""
        new = after[index] if index < len(after) else ""
        both = _both(old, new, deadline) if old and new else None
        if both is not None:
            yield both
            continue
        if old:
            yield _whole(_ID.sub("", old), "del")
        if new:
            yield _whole(new, "ins")


def _both(old: str, new: str, deadline: float) -> str | None:
    """One element made of two; None where they are different things."""
    if old.startswith(_LISTS) and new.startswith(_LISTS):
        end = new.rindex("<")
        return "\n".join(
            [new[: new.index(">") + 1], *_aligned(elements(inside(old)), elements(inside(new)), deadline), new[end:]]
        )
    if _structure(old) != _structure(new):
        return None
    pieces = alike(_TOKENS.findall(old), _TOKENS.findall(new), deadline)
    return None if pieces is None else "".join(map(_marked, pieces))


def _structure(element: str) -> list[str]:
    """The tags that are not inline, in order."""
    names = (match[0] for match in _TAG_NAME.finditer(element))
    return [name for name in names if name.strip("</") not in _INLINE]


def _marked(piece: Piece) -> str:
    if piece.kind == "same":
        return piece.text
    return _whole(piece.text, "del", keeps_tags=False) if piece.kind == "removed" else _whole(piece.text, "ins")


def _whole(html: str, mark: str, *, keeps_tags: bool = True) -> str:
    """Every run of words between tags inside <ins> or <del>."""
    found = []
    for is_tag, run in groupby(_TOKENS.findall(html), key=lambda token: token[0] == "<"):
        text = "".join(run)
        if is_tag:
            found.append(text if keeps_tags else "")
        else:
            found.append(f"<{mark}>{text}</{mark}>" if text.strip() else text)
    return "".join(found)
