"""The parts that links and reference definitions share: label, destination, title; their escapes and entities."""

from __future__ import annotations

import re
from html.entities import html5

from digest.rendering.characters import clean_entity

SPACE = re.compile(r"[ \t\n]*")
MAX_LABEL = 1000
"""Characters in the label of a reference (cmark: MAX_LINK_LABEL_LENGTH)."""
_MAX_PARENTHESES = 32
"""Open parentheses inside one destination (cmark: the same)."""

ENTITY = re.compile(r"&(?:#[xX]([0-9a-fA-F]{1,6})|#([0-9]{1,7})|([a-zA-Z0-9]{2,31}));")
_ESCAPE_OR_ENTITY = re.compile(r"\\([!-/:-@\[-`{-~])|" + ENTITY.pattern)
_LABEL = re.compile(r"\[((?:[^\[\]\\]|\\.|\\$)*)\]", re.DOTALL)
_POINTED = re.compile(r"<((?:[^<>\n\\]|\\[^\n])*)>")
_BARE = re.compile(r"(?:[^ \t\n()\\]|\\[!-/:-@\[-`{-~]|\\)*")
_TITLE = re.compile(r'"((?:[^"\\]|\\.|\\$)*)"|' r"'((?:[^'\\]|\\.|\\$)*)'|" r"\(((?:[^()\\]|\\.|\\$)*)\)", re.DOTALL)


def decode_entity(match: re.Match[str]) -> str:
    """The text of a match of `ENTITY`; the match itself where HTML knows no such name."""
    hexadecimal, decimal, name = match.groups()[-3:]
    if name:
        return clean_entity(html5[f"{name};"]) if f"{name};" in html5 else match[0]
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    return clean_entity(chr(code)) if 0 < code <= 0x10FFFF else "\ufffd"


def unescape(text: str) -> str:
    """A destination or title with its backslash escapes and entities resolved."""
    if "\\" not in text and "&" not in text:
        return text
    return _ESCAPE_OR_ENTITY.sub(lambda match: match[1] or decode_entity(match), text)


def scan_label(text: str, start: int) -> tuple[str, int] | None:
    """The label in brackets at `start` and the position behind it; None where there is none or it is too long."""
    match = _LABEL.match(text, start, start + MAX_LABEL + 2)
    return (match[1], match.end()) if match else None


def scan_destination(text: str, start: int) -> tuple[str, int] | None:
    """The destination at `start`, resolved, and the position behind it; a bare one may be empty."""
    if text.startswith("<", start):
        match = _POINTED.match(text, start)
        return (unescape(match[1]), match.end()) if match else None
    end = _bare_end(text, start)
    return (unescape(text[start:end]), end) if end is not None else None


def _bare_end(text: str, start: int) -> int | None:
    """The end of a destination without `<>`: at white space or at a closing parenthesis too many. Parentheses that
    stay open are accepted, as cmark-gfm does."""
    depth = 0
    end = start
    while match := _BARE.match(text, end):
        end = match.end()
        character = text[end : end + 1]
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth > _MAX_PARENTHESES:
            return None
        if depth < 0 or character not in ("(", ")"):
            break
        end += 1
    return end


def scan_title(text: str, start: int) -> tuple[str, int] | None:
    """The title in quotes or parentheses at `start`, resolved, and the position behind it."""
    match = _TITLE.match(text, start)
    return (unescape(match[1] or match[2] or match[3] or ""), match.end()) if match else None


def skip_space(text: str, start: int) -> int:
    """The position of the first character from `start` that is no space, tab or line end."""
    match = SPACE.match(text, start)
    return match.end() if match else start
