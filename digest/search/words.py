"""Text as words that can be compared: small letters and digits without diacritics. Pure."""

from __future__ import annotations

import re
import unicodedata

from ..slugs import LETTERS

MAX_WORD = 64
"""Characters of a word that count; longer ones are cut (an index is no place for base64)."""
_MARKS = re.compile("[\u0300-\u036f]+")
_POSSESSIVE = re.compile(r"(?<=\w)['’ʼ]s\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """`text` in small letters without diacritics: Żółw becomes zolw, Œuvre oeuvre."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.translate(LETTERS).casefold())
    return _MARKS.sub("", plain).casefold().translate(LETTERS)


def words(text: str) -> list[str]:
    """The folded words of a text in their order; an English possessive counts as its owner (heron's: heron)."""
    return [word[:MAX_WORD] for word in _WORD.findall(fold(_POSSESSIVE.sub("", text)))]
