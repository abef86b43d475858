"""TOML between +++ lines: values by the standard library, places by a scan of its lines.

A table ([name]) is one entry from its header to the next; a dotted key is an entry of its own."""

import math
import re
import tomllib
from collections.abc import Iterator

from .block import Entry, Frontmatter, FrontmatterError, error_at
from .values import DEPTH_MAX, NUMBER_MAX, deeper_than

_KEY = r"(?:[\w-]+|\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*')"
_DOTTED = rf"{_KEY}(?:[ \t]*\.[ \t]*{_KEY})*"
_ASSIGNMENT = re.compile(rf"[ \t]*(?P<key>{_DOTTED})[ \t]*=[ \t]*")
_HEADER = re.compile(rf"[ \t]*\[\[?[ \t]*(?P<key>{_DOTTED})[ \t]*\]\]?")
_PART = re.compile(_KEY)
_TOKEN = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|' + r"'''.*?'{3,5}" + r'|"(?:[^"\\\n]|\\.)*"|' + r"'[^'\n]*'|#[^\n]*|[^\"'#]",
    re.DOTALL,
)
# A key of many parts costs the standard library quadratic time.
_DOTS = re.compile(rf"(?<![\w\"'-])(?:[\w\"'-]+[ \t]*\.[ \t]*){{{DEPTH_MAX}}}")
_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")
_DUPLICATE = ("Cannot overwrite", "Cannot declare", "Duplicate")


def read_toml(text: str, start: int, end: int, *, body_start: int) -> Frontmatter:
    """Read the block at text[start:end]. Raises FrontmatterError."""
    block = text[start:end]
    if dots := _DOTS.search(block):
        message = f"A key has more than {DEPTH_MAX} parts. Shorten it."
        raise error_at(text, start + dots.start(), "too-deep", message)
    try:
        values = tomllib.loads(block)
    except RecursionError:
        raise error_at(text, start, "too-deep", "The values are nested too deep. Flatten them.") from None
    except ValueError as error:
        raise _syntax_error(text, start, block, error) from None
    if deeper_than(values, DEPTH_MAX):
        message = f"The values are nested more than {DEPTH_MAX} levels deep. Flatten them."
        raise error_at(text, start, "too-deep", message)
    entries = tuple(_entries(text, start, end, values))
    tables = (entry.start for entry in entries if text[entry.start : entry.end].lstrip().startswith("["))
    newline = "\r\n" if text[start - 2 : start] == "\r\n" else "\n"
    return Frontmatter("toml", entries, body_start, next(tables, end), False, newline)


def _entries(text: str, start: int, end: int, values: dict[str, object]) -> Iterator[Entry]:
    """One entry per key; parts of a table that has an entry already (its next header, its tables) have none."""
    seen: set[tuple[str, ...]] = set()
    for match, last, span in _assignments(text, start, end):
        parts = tuple(_name(part) for part in _PART.findall(match["key"]))
        if any(parts[:length] in seen for length in range(1, len(parts) + 1)):
            continue
        seen.add(parts)
        yield Entry(
            key=".".join(parts),
            value=_storable(_lookup(values, parts)),
            raw=text[span[0] : span[1]],
            source=text[match.start() : last],
            line=text.count("\n", 0, match.start("key")) + 1,
            start=match.start(),
            end=last,
            key_start=match.start("key"),
            key_end=match.end("key"),
            value_start=span[0],
            value_end=span[1],
        )


def _assignments(text: str, start: int, end: int) -> Iterator[tuple[re.Match[str], int, tuple[int, int]]]:
    """Each key or table header, where its last line ends, and where its value stands."""
    at = start
    while at < end:
        if header := _HEADER.match(text, at, end):
            after = _table_end(text, header.end(), end)
            yield header, after, (header.end("key"), after)
        elif assignment := _ASSIGNMENT.match(text, at, end):
            value_end, after = _value_end(text, assignment.end(), end)
            yield assignment, after, (assignment.end(), value_end)
        else:
            after = _line_end(text, at, end)
        at = after


def _value_end(text: str, at: int, end: int) -> tuple[int, int]:
    """After the value's last character, and after the line that it ends in. The block is known to be right."""
    depth, last = 0, at
    while at < end:
        token = _TOKEN.match(text, at, end)
        if token is None:
            return last, end
        sign = token.group()
        if sign == "\n" and depth == 0:
            return last, token.end()
        depth += (sign in ("[", "{")) - (sign in ("]", "}"))
        if not sign.isspace() and not sign.startswith("#"):
            last = token.end()
        at = token.end()
    return last, end


def _table_end(text: str, at: int, end: int) -> int:
    """Where the next header starts."""
    at = _line_end(text, at, end)
    while at < end and not _HEADER.match(text, at, end):
        assignment = _ASSIGNMENT.match(text, at, end)
        at = _value_end(text, assignment.end(), end)[1] if assignment else _line_end(text, at, end)
    return at


def _line_end(text: str, at: int, end: int) -> int:
    return text.find("\n", at, end) + 1 or end


def _name(part: str) -> str:
    if part[0] == '"':
        return str(next(iter(tomllib.loads(f"{part} = 0"))))
    return part.strip("'")


def _lookup(values: object, parts: tuple[str, ...]) -> object:
    for part in parts:
        values = values[-1] if isinstance(values, list) and values else values
        values = values.get(part) if isinstance(values, dict) else None
    return values


def _storable(value: object) -> object:
    """Numbers that JSON cannot hold as text."""
    if isinstance(value, dict):
        return {key: _storable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_storable(item) for item in value]
    if isinstance(value, int) and value.bit_length() > NUMBER_MAX * 4:
        return hex(value)  # Python refuses to write a number this long in decimals
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def _syntax_error(text: str, start: int, block: str, error: ValueError) -> FrontmatterError:
    problem = str(error)
    offset = start
    if place := _PLACE.search(problem):
        lines = block.split("\n")[: int(place[1]) - 1]
        offset += sum(len(line) + 1 for line in lines) + int(place[2]) - 1
        problem = problem[: place.start()].strip()
    cause = "duplicate-key" if problem.startswith(_DUPLICATE) else "toml-syntax"
    message = f"The TOML frontmatter cannot be read here: {problem}. Correct this line."
    return error_at(text, min(offset, len(text)), cause, message)
