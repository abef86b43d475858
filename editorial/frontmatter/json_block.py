"""JSON frontmatter: one object, bare at the head of the file or between ---json and ---."""

import json
import math
import re

from .block import Entry, Frontmatter, FrontmatterError, error_at
from .values import DEPTH_MAX, NUMBER_MAX, deeper_than

_SPACE = re.compile(r"[ \t\r\n]*")
_REST_OF_LINE = re.compile(r"[ \t]*(?:\r?\n|\Z)")

_BRACKETS = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[{}\]]', re.DOTALL)


def read_json(text: str, start: int, end: int, *, body_start: int | None = None) -> Frontmatter:
    """Read the object in text[start:end]; with body_start None it is bare and the body starts on the line below.

    Raises FrontmatterError."""
    block = text[:end]
    entries, closing = _members(block, _space(block, start))
    if body_start is None:
        rest = _REST_OF_LINE.match(text, closing + 1)
        if rest is None:
            raise _error(text, closing + 1, "there is text after the closing }. Move it to the next line")
        body_start = rest.end()
    elif block[closing + 1 :].strip():
        raise _error(text, closing + 1, "there is text after the closing }. Move it below the ---")
    newline = "\r\n" if "\r\n" in text[start:body_start] else "\n"
    return Frontmatter("json", entries, body_start, closing, True, newline)


def _members(block: str, at: int) -> tuple[tuple[Entry, ...], int]:
    """The members of the object that opens at this offset, and the offset of its closing brace."""
    entries: dict[str, Entry] = {}
    at = _after(block, at, "{")
    while block[at : at + 1] != "}":
        if entries:
            at = _after(block, at, ",")
        entry = _member(block, at)
        if entry.key in entries:
            line = entries[entry.key].line
            message = f"The key {entry.key} stands here for the second time (first in line {line}). Keep one of them."
            raise error_at(block, at, "duplicate-key", message, key=entry.key)
        entries[entry.key] = entry
        at = _space(block, entry.value_end)
    return tuple(entries.values()), at


def _member(block: str, start: int) -> Entry:
    if block[start : start + 1] != '"':
        raise _error(block, start, "a key in double quotes is expected")
    key, key_end = _decode(block, start, "")
    value_start = _after(block, _space(block, key_end), ":")
    value, end = _decode(block, value_start, str(key))
    return Entry(
        key=str(key),
        value=value,
        raw=block[value_start:end],
        source=block[start:end],
        line=block.count("\n", 0, start) + 1,
        start=start,
        end=end,
        key_start=start,
        key_end=key_end,
        value_start=value_start,
        value_end=end,
    )


def _opens_deeper(block: str, at: int, limit: int) -> bool:
    """Whether the value at `at` opens more than `limit` brackets inside each other; strings are passed over."""
    depth = 0
    for mark in _BRACKETS.finditer(block, at):
        if mark[0][0] == '"':
            continue
        depth += 1 if mark[0] in "[{" else -1
        if depth <= 0:
            return False
        if depth > limit:
            return True
    return False


def _decode(block: str, at: int, key: str) -> tuple[object, int]:
    if _opens_deeper(block, at, DEPTH_MAX):  # before decoding: how deep that goes depends on the interpreter
        raise _too_deep(block, at, key)
    try:
        value, end = _DECODER.raw_decode(block, at)
    except json.JSONDecodeError as error:
        raise _error(block, error.pos, error.msg[:1].lower() + error.msg[1:], key) from None
    except RecursionError:
        raise _too_deep(block, at, key) from None
    if deeper_than(value, DEPTH_MAX):
        raise _too_deep(block, at, key)
    return value, end


def _number(text: str) -> object:
    """A number, or the text of one that no program would keep as it is."""
    if len(text) > NUMBER_MAX:
        return text
    number = float(text)
    return (number if "." in text or "e" in text.lower() else int(text)) if math.isfinite(number) else text


_DECODER = json.JSONDecoder(parse_constant=str, parse_int=_number, parse_float=_number)


def _space(block: str, at: int) -> int:
    match = _SPACE.match(block, at)
    return match.end() if match else at


def _after(block: str, at: int, sign: str) -> int:
    if block[at : at + 1] != sign:
        raise _error(block, at, f"{sign} is expected")
    return _space(block, at + 1)


def _error(text: str, at: int, problem: str, key: str = "") -> FrontmatterError:
    message = f"The JSON frontmatter cannot be read here: {problem}."
    return error_at(text, min(at, len(text)), "json-syntax", message, key=key)


def _too_deep(text: str, at: int, key: str) -> FrontmatterError:
    message = f"{key} is nested more than {DEPTH_MAX} levels deep. Flatten it."
    return error_at(text, at, "too-deep", message, key=key)
