"""The targets of links: addresses with their titles, between parentheses and in definitions. Pure; linear time."""

import html
import re
from collections.abc import Sequence
from typing import NamedTuple

from .blocks import BlockKind, Span

NESTED_PARENTHESES = 32  # in a target; the limit of cmark
_ANGLED = re.compile(r"<((?:\\.|[^<>\\\n])*)>")
_TITLE = re.compile(r"\"((?:\\.|[^\"\\])*)\"|'((?:\\.|[^'\\])*)'|\(((?:\\.|[^()\\])*)\)", re.DOTALL)
_SPACE = re.compile(r"[ \t]*(?:\r\n?|\n)?[ \t]*")
_PLAIN_STEP = re.compile(r"(?:\\[!-/:-@\[-`{-~]|[^\s()\\\x00-\x1f]|\\(?![!-/:-@\[-`{-~]))+")
_DEFINITION = re.compile(r" {0,3}\[((?:\\.|[^\[\]\\]){1,999})\]:[ \t]*")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


class Target(NamedTuple):
    """Where a link goes, and its title ("" if it has none)."""

    address: str
    title: str = ""


def definitions(text: str, spans: Sequence[Span]) -> dict[str, Target]:
    """The link definitions among the blocks, by folded label; the first of a label counts."""
    targets: dict[str, Target] = {}
    for span in spans:
        match = _DEFINITION.match(text, span.start, span.end) if span.kind is BlockKind.DEFINITION else None
        if match and (found := _destination(text, match.end(), span.end)):
            address, after = found
            title = _TITLE.match(text, _after_space(text, after, span.end), span.end)
            targets.setdefault(folded(match[1]), Target(address, _title(title)))
    return targets


def inline_target(text: str, start: int, end: int) -> tuple[Target, int] | None:
    """The target that begins after `(`, and the character after its `)`."""
    found = _destination(text, _after_space(text, start, end), end)
    if found is None:
        return None
    address, after = found
    title_at = _after_space(text, after, end)
    title = _TITLE.match(text, title_at, end) if title_at > after else None
    close = _after_space(text, title.end(), end) if title else title_at
    return (Target(address, _title(title)), close + 1) if text.startswith(")", close, end) else None


def _destination(text: str, start: int, end: int) -> tuple[str, int] | None:
    """An address, in angle brackets or plain with balanced parentheses, and the character after it."""
    if text.startswith("<", start, end):
        angled = _ANGLED.match(text, start, end)
        return (unescaped(angled[1]), angled.end()) if angled else None
    position, depth = start, 0
    while position < end:
        char = text[position]
        if char == "(":
            depth += 1
            if depth > NESTED_PARENTHESES:
                return None
        elif char == ")" and depth == 0:
            break
        elif char == ")":
            depth -= 1
        elif step := _PLAIN_STEP.match(text, position, end):
            position = step.end()
            continue
        else:
            break
        position += 1
    return None if depth else (unescaped(text[start:position]), position)


def _after_space(text: str, start: int, end: int) -> int:
    match = _SPACE.match(text, start, end)
    return match.end() if match else start


def _title(match: re.Match[str] | None) -> str:
    return unescaped(match[1] or match[2] or match[3] or "") if match else ""


def folded(label: str) -> str:
    """What two spellings of a reference's label have in common (CommonMark 4.7)."""
    return " ".join(label.split()).casefold()


def unescaped(text: str) -> str:
    """The text without the backslashes of escapes and with entities resolved; an entity needs its semicolon, so
    that `?a=1&copy=2` stays."""
    text = _ESCAPE.sub(r"\1", text) if "\\" in text else text
    return _ENTITY.sub(lambda entity: html.unescape(entity[0]), text) if "&" in text else text
