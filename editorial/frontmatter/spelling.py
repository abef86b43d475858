"""How a value is written in YAML, TOML or JSON: the ways to try, the one most like the old value first."""

import datetime
import json
import re
from collections.abc import Iterator

from .block import Entry, Frontmatter
from .values import as_json

PLAIN_KEY = re.compile(r"[A-Za-z_][\w-]*", re.ASCII)
# YAML folds at NEL, LS and PS, TOML refuses DEL; \uXXXX means the same in all three formats.
_TO_ESCAPE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def spellings(front: Frontmatter, old: Entry | None, value: object) -> Iterator[str]:
    """Source texts of the value, best first. The caller takes the first that reads back as it should.

    Raises TypeError or ValueError for a value that no format can hold."""
    quote = _quote(old.raw) if old and _is_in_line(old) else _usual_quote(front)
    if front.style == "json":
        yield _json(value)
    elif isinstance(value, list):
        yield from _lists(front, old, value)
    elif isinstance(value, dict):
        yield _inline_table(value) if front.style == "toml" else _json(value)
    elif isinstance(value, str):
        if old and front.style == "yaml" and old.raw[:1] in ("|", ">"):
            yield _block_scalar(old.raw, value, front.newline)
        yield from _strings(front.style, quote, value)
    else:
        yield _bare(value) if _stays_bare(front, old, value) else quoted(_bare(value), quote)


def quoted(value: str, quote: str = '"') -> str:
    """The text in these quotes, by default double ones with escapes, right in YAML, TOML and JSON."""
    if quote == "'":
        return "'" + value.replace("'", "''") + "'"
    return _TO_ESCAPE.sub(lambda match: f"\\u{ord(match.group()):04x}", json.dumps(value, ensure_ascii=False))


def _strings(style: str, quote: str, value: str) -> Iterator[str]:
    if style == "toml":
        if quote == "'" and "'" not in value:
            yield f"'{value}'"
    elif quote == "'" and "\n" not in value:
        yield quoted(value, "'")
    elif not quote and value.strip() and "\n" not in value:
        yield value
    yield quoted(value)


def _lists(front: Frontmatter, old: Entry | None, items: list[object]) -> Iterator[str]:
    raw = old.raw if old and isinstance(old.value, list) else ""
    is_block = front.style == "yaml" and raw.startswith("-")
    first = raw.lstrip("-[ \t\r\n")
    quote = _quote(first) if first.strip("]") else '"'
    in_old_quotes = [_item(item, quote, front.style) for item in items]
    in_double = [_item(item, '"', front.style) for item in items]
    for written in (in_old_quotes, in_double):
        if is_block and items and old:
            line_start = old.source.rfind("\n", 0, old.value_start - old.start) + 1
            indent = old.source[line_start : old.value_start - old.start]
            yield (front.newline + indent).join(f"- {item}" for item in written)
        else:
            yield "[" + ", ".join(written) + "]"


def _item(item: object, quote: str, style: str) -> str:
    if isinstance(item, str):
        return next(iter(_strings(style, quote, item)))
    return _inline_table(item) if style == "toml" else _json(item)


def _inline_table(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{quoted(str(key))} = {_inline_table(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_inline_table(item) for item in value) + "]"
    return quoted(value) if isinstance(value, str) else _bare(value)


def _block_scalar(raw: str, value: str, newline: str) -> str:
    """The text under the old header (| or >) with the old indent."""
    header, _, rest = raw.partition("\n")
    lines = [line for line in rest.split("\n") if line.strip()] or ["  "]
    indent = lines[0][: len(lines[0]) - len(lines[0].lstrip())]
    written = [indent + line if line else "" for line in value.rstrip("\n").split("\n")]
    return newline.join([header.rstrip("\r"), *written])


def _json(value: object) -> str:
    text = json.dumps(as_json(value), ensure_ascii=False, allow_nan=False)
    return _TO_ESCAPE.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


def _bare(value: object) -> str:
    """A date or datetime in ISO 8601; a number or truth value as JSON has it."""
    return value.isoformat() if isinstance(value, datetime.date) else _json(value)


def _stays_bare(front: Frontmatter, old: Entry | None, value: object) -> bool:
    """Numbers are never quoted; a date is as the old one was, a new one in YAML is quoted as generators do."""
    if not isinstance(value, datetime.date):
        return True
    return not _quote(old.raw) if old and _is_in_line(old) else front.style == "toml"


def _quote(raw: str) -> str:
    return raw[0] if raw[:1] in ('"', "'") else ""


def _is_in_line(entry: Entry) -> bool:
    """Whether the value is a scalar whose quotes (or lack of them) say how the next one is to be written."""
    return not (entry.value is None or isinstance(entry.value, list | dict) or entry.raw[:1] in ("|", ">"))


def _usual_quote(front: Frontmatter) -> str:
    single = sum(entry.raw.startswith("'") for entry in front.entries)
    return "'" if 2 * single > len(front.entries) else '"'
