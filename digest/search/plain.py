"""The words of a rendered article, as people read them. Pure."""

import re
import unicodedata
from html import unescape

_WITHIN_A_WORD = re.compile(
    r"</?(?:a|abbr|b|code|del|em|i|ins|mark|s|span|strong|sub|sup|u)\b(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>"
)
_TAG = re.compile(r"<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>")
_SPACE = re.compile(r"\s+")


def plain_text(html: str) -> str:
    """The text of sanitised HTML in one line; elements of a block end a word, those of a line don't."""
    text = unescape(_TAG.sub(" ", _WITHIN_A_WORD.sub("", html)))
    return unicodedata.normalize("NFC", _SPACE.sub(" ", text)).strip()
