"""The place of a text that shows best why it was found, and where its words stand there. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from .stemming import stem
from .words import fold

LENGTH = 240
"""Characters of an excerpt, about three lines on a page."""
MAX_MARKS = 400
"""Words of one text that are looked at; enough to find a good place in any of them."""
_BEFORE = 60  # characters before the first word of the excerpt
_VARIANTS = {
    "a": "aàáâãäåāăą",
    "c": "cçćĉċč",
    "d": "dďđ",
    "e": "eèéêëēĕėęě",
    "g": "gĝğġģ",
    "h": "hĥħ",
    "i": "iìíîïĩīĭįı",
}
_VARIANTS |= {"j": "jĵ", "k": "kķ", "l": "lĺļľŀł", "n": "nñńņňŉ", "o": "oòóôõöøōŏő", "r": "rŕŗř", "s": "sśŝşšß"}
_VARIANTS |= {"t": "tţťŧ", "u": "uùúûüũūŭůűų", "w": "wŵ", "y": "yýÿŷ", "z": "zźżž"}
_END_OF_WORD = re.compile(r"\s")


class Place(NamedTuple):
    """From a character of a text up to another."""

    begin: int
    end: int


class Excerpt(NamedTuple):
    """A piece of a text, with ellipses where it was cut, and where the words that were asked for stand in it."""

    text: str
    places: tuple[Place, ...]


def places(text: str, stems: frozenset[str], language: str) -> tuple[Place, ...]:
    """Where `text` (NFC) has words with one of these stems, from the left."""
    pattern = _pattern(stems)
    if pattern is None:
        return ()
    found = []
    for number, match in enumerate(pattern.finditer(text)):
        if number == MAX_MARKS:
            break
        word = fold(match[0])
        if stem(word, language) in stems or word in stems:
            found.append(Place(*match.span()))
    return tuple(found)


def excerpt(text: str, found: tuple[Place, ...]) -> Excerpt:
    """The stretch of `text` with the most different words of those found, the first such; its beginning if none is."""
    begin = 0
    if found:
        begin = max(0, _best(text, found).begin - _BEFORE)
    if begin:
        space = _END_OF_WORD.search(text, begin, begin + _BEFORE)
        begin = space.end() if space else begin
    end = len(text)
    if end > begin + LENGTH:
        end = max(text.rfind(" ", begin, begin + LENGTH), 0)
        end = end if end > begin else begin + LENGTH
    opened, closed = "… " * (begin > 0), " …" * (end < len(text))
    shift = len(opened) - begin
    inside = (place for place in found if begin <= place.begin and place.end <= end)
    moved = tuple(Place(place.begin + shift, place.end + shift) for place in inside)
    return Excerpt(f"{opened}{text[begin:end]}{closed}", moved)


def _best(text: str, found: tuple[Place, ...]) -> Place:
    """The first word of the stretch that has the most different ones."""
    best, most = found[0], 0
    for number, place in enumerate(found):
        near = set()
        for other in found[number : number + 40]:
            if other.end > place.begin + LENGTH - _BEFORE:
                break
            near.add(fold(text[other.begin : other.end])[:4])
        if len(near) > most:
            best, most = place, len(near)
    return best


@lru_cache(maxsize=256)
def _pattern(stems: frozenset[str]) -> re.Pattern[str] | None:
    """Finds words that begin as one of the stems does, whatever the case and marks of their letters. The last letters
    of a stem may differ from the word's (Porter makes poni of pony)."""
    begun = {word[: max(2, len(word) - 2)] if len(word) > 3 else word for word in stems if word}
    if not begun:
        return None
    choice = "|".join("".join(_letter(letter) for letter in word) for word in sorted(begun))
    return re.compile(rf"(?<![^\W_])(?:{choice})[^\W_]*", re.IGNORECASE)


def _letter(letter: str) -> str:
    variants = _VARIANTS.get(letter)
    return f"[{variants}]" if variants else re.escape(letter)


def all_stems(choices: Iterable[Iterable[Iterable[str]]]) -> frozenset[str]:
    """Every stem of a plan's choices."""
    return frozenset(word for choice in choices for phrase in choice for word in phrase)
