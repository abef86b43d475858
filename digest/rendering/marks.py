"""What the inline parser makes of a text: a flat list of pieces, and how emphasis marks in it find each other.

A piece is text, a finished element, or a `Mark`: a run of `*`, `_` or `~`, or a bracket, that may open and close
elements. What it opens and closes is noted on the mark, so nothing is moved and the work stays linear."""

from __future__ import annotations

import unicodedata
from xml.etree.ElementTree import Element

_ASCII_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_SPACES = frozenset(" \t\n\u00a0\u1680\u202f\u205f\u3000") | frozenset(map(chr, range(0x2000, 0x200B)))
_LOOKED_THROUGH = "~"
"""When cmark-gfm judges the neighbours of `*` and `_`, it looks through the marks of its strikethrough extension."""


class Mark:
    """A run of one delimiter character, or a bracket; `count` of its characters are still text."""

    __slots__ = ("character", "count", "length", "can_open", "can_close", "opens", "closes")

    def __init__(self, character: str, length: int, can_open: bool = False, can_close: bool = False) -> None:
        self.character = character
        self.count = self.length = length
        self.can_open = can_open
        self.can_close = can_close
        self.opens: list[Element] = []  # the innermost first
        self.closes = 0

    def matches(self, closer: Mark) -> bool:
        """Whether `closer` may end what this mark opens ("rule of three": CommonMark, emphasis, rules 9 and 10)."""
        if self.character != closer.character:
            return False
        if not (closer.can_open or self.can_close) or closer.length % 3 == 0:
            return True
        return (self.length + closer.length) % 3 != 0


Piece = str | Element | Mark


def delimiter_run(text: str, start: int) -> Mark:
    """The run of one delimiter character at `start`, with what its neighbours allow it to do."""
    character = text[start]
    end = start + 1
    while text.startswith(character, end):
        end += 1
    first, last = start - 1, end
    if character != _LOOKED_THROUGH:
        while first >= 0 and text[first] == _LOOKED_THROUGH:
            first -= 1
        while text.startswith(_LOOKED_THROUGH, last):
            last += 1
    before = text[first] if first >= 0 else "\n"
    after = text[last] if last < len(text) else "\n"
    return _judge(character, end - start, before, after)


def _judge(character: str, length: int, before: str, after: str) -> Mark:
    """Left- and right-flanking as the CommonMark spec defines them ("Emphasis and strong emphasis")."""
    space_before, space_after = before in _SPACES, after in _SPACES
    mark_before, mark_after = _is_punctuation(before), _is_punctuation(after)
    left = not space_after and (not mark_after or space_before or mark_before)
    right = not space_before and (not mark_before or space_after or mark_after)
    if character == "_":
        return Mark(character, length, left and (not right or mark_before), right and (not left or mark_after))
    return Mark(character, length, left, right)


def _is_punctuation(character: str) -> bool:
    if character < "\x80":
        return character in _ASCII_PUNCTUATION
    return unicodedata.category(character)[0] == "P"


class EmphasisMatcher:
    """Matches the runs of one stretch of text, in order ("process emphasis" in the CommonMark spec)."""

    def __init__(self) -> None:
        self._openers: list[Mark] = []
        self._searched: dict[tuple[str, bool, int], int] = {}  # kind of closer: openers known not to match

    def match(self, marks: list[Mark]) -> None:
        """Note on each mark what it opens and closes."""
        for mark in marks:
            if mark.can_close:
                self._close(mark)
            if mark.can_open and mark.count:
                self._openers.append(mark)

    def _close(self, closer: Mark) -> None:
        while closer.count:
            index = self._find_opener(closer)
            if index is None:
                return
            self._drop_openers(index + 1)
            opener = self._openers[index]
            if closer.character == "~":
                self._strike(opener, closer)
            else:
                _join(opener, closer, 2 if opener.count > 1 and closer.count > 1 else 1)
            if not (opener.count and opener.can_open):
                self._drop_openers(index)
            if not closer.can_close:
                return

    def _strike(self, opener: Mark, closer: Mark) -> None:
        """As cmark-gfm: `~` and `~~` do not match and then both are text."""
        if opener.length == closer.length:
            _join(opener, closer, closer.length)
        opener.can_open = closer.can_open = closer.can_close = False

    def _find_opener(self, closer: Mark) -> int | None:
        kind = (closer.character, closer.can_open, closer.length % 3)
        bottom = self._searched.get(kind, 0)
        for index in range(len(self._openers) - 1, bottom - 1, -1):
            if self._openers[index].matches(closer):
                return index
        self._searched[kind] = len(self._openers)
        return None

    def _drop_openers(self, height: int) -> None:
        if height < len(self._openers):
            del self._openers[height:]
            for kind, searched in self._searched.items():
                if searched > height:
                    self._searched[kind] = height


_TAGS = {("~", 1): "del", ("~", 2): "del", ("*", 1): "em", ("*", 2): "strong", ("_", 1): "em", ("_", 2): "strong"}


def _join(opener: Mark, closer: Mark, characters: int) -> None:
    opener.opens.append(Element(_TAGS[closer.character, characters]))
    opener.count -= characters
    closer.closes += 1
    closer.count -= characters
