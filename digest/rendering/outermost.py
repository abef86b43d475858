"""Sanitised HTML taken apart into its outermost elements, and words out of them: what stands where in a text."""

from __future__ import annotations

import re
from html import unescape

_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?:[^>"]|"[^"]*")*)>')
_VOID = frozenset({"br", "hr", "img", "input"})
_INLINE = frozenset({"a", "code", "del", "em", "strong"})
_LEVEL = re.compile(r"<(/?)h([1-6])(?=[ >])")
_ID = re.compile(r'<h[1-6] id="([^"]*)"')
_LABEL = re.compile(r"<p><strong>[^<>]{1,60}</strong>:?")


def elements(html: str) -> list[str]:
    """The outermost elements of `html`, a result of `render`, in order; joined they are `html` without the space
    between them."""
    found, depth, start = [], 0, 0
    for tag in _TAG.finditer(html):
        if tag[1]:
            depth -= 1
        else:
            if depth == 0:
                start = tag.start()
            depth += tag[2] not in _VOID
        if depth == 0:
            found.append(html[start : tag.end()])
    return found


def inside(element: str) -> str:
    """What stands between the tags of one element."""
    return element[element.index(">") + 1 : element.rindex("<")]


def words(html: str) -> str:
    """The text of some elements as a reader sees it, without marks, on one line."""
    return " ".join(unescape(_TAG.sub(lambda tag: "" if tag[2] in _INLINE else " ", html)).split())


def without_label(html: str) -> str:
    """A paragraph without the bold label that it begins with."""
    return _LABEL.sub("<p>", html, count=1)


def anchor(html: str) -> str:
    """The `id` of an element that is a heading, "" of any other."""
    match = _ID.match(html)
    return unescape(match[1]) if match else ""


def nested(html: str, *, below: int) -> str:
    """The same text with its headings one below the other: the first at level `below` + 1, none deeper than the one
    before it by more than one. A screen reader's list of headings has no gaps then."""
    stack: list[int] = []
    level = below + 1

    def renumbered(tag: re.Match[str]) -> str:
        nonlocal level
        if not tag[1]:
            written = int(tag[2])
            while stack and stack[-1] >= written:
                stack.pop()
            stack.append(written)
            level = min(below + len(stack), 6)
        return f"<{tag[1]}h{level}"

    return _LEVEL.sub(renumbered, html)
