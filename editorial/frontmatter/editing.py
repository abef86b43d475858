"""One key set, renamed or removed in a text: those bytes change, every other byte stays.

Each edit is read back before it is returned, so that no spelling can damage a file."""

import json
import re
from collections.abc import Iterable, Iterator

from .block import Entry, Frontmatter, FrontmatterError
from .reading import read
from .spelling import PLAIN_KEY, quoted, spellings
from .values import as_json, tags_of

_COMMA_AFTER = re.compile(r"\s*,[ \t]*(?:\r?\n[ \t]*)?")
_COMMA_BEFORE = re.compile(r",\s*\Z")


def with_value(text: str, key: str, value: object) -> str:
    """The text with one key set: its value in the old quotes and shape, a new key at the end of the block.

    None removes the key. A tuple or list set on `hashtags` keeps their shape: one string of #tags, or a list.
    Raises FrontmatterError if the frontmatter cannot be read, or (cannot-set) if the value has no faithful
    spelling in this format."""
    front = read(text)
    entry = front.entry(key)
    if value is None:
        return text if entry is None else _first_right(text, front, key, None, [_without(text, front, entry)])
    value = list(value) if isinstance(value, tuple) else value
    shapes = _tag_shapes(value, entry) if key == "hashtags" and isinstance(value, list) else [value]
    try:
        if entry is None:
            candidates = [_added(text, front, key, way) for shape in shapes for way in spellings(front, None, shape)]
        else:
            candidates = [_replaced(text, entry, way) for shape in shapes for way in spellings(front, entry, shape)]
    except (TypeError, ValueError):
        candidates = []
    return _first_right(text, front, key, value, candidates)


def with_key(text: str, key: str, name: str) -> str:
    """The text with one key renamed, its value and place as they were. No such key: the text as it is.

    Raises FrontmatterError if the frontmatter cannot be read, or (cannot-set) if the new name is taken."""
    front = read(text)
    entry = front.entry(key)
    if entry is None:
        return text
    old = text[entry.key_start : entry.key_end]
    new = quoted(name) if old.startswith('"') or not PLAIN_KEY.fullmatch(name) else old.replace(key, name)
    renamed = text[: entry.key_start] + new + text[entry.key_end :]
    try:
        values = [(item.key, item.raw) for item in read(renamed).entries]
    except FrontmatterError:
        values = []
    if values != [(name if item.key == key else item.key, item.raw) for item in front.entries]:
        message = f"{key} cannot be renamed to {name}: the name is taken or is no key. Choose another."
        raise FrontmatterError("cannot-set", message, line=entry.line, key=key)
    return renamed


def _first_right(text: str, front: Frontmatter, key: str, value: object, candidates: Iterable[str]) -> str:
    """The first candidate that reads back as the value and leaves all else as it was."""
    others = [(entry.key, entry.raw) for entry in front.entries if entry.key != key]
    for candidate in candidates:
        try:
            new = read(candidate)
        except FrontmatterError:
            continue
        if (
            _same(key, new.get(key), value)
            and [(entry.key, entry.raw) for entry in new.entries if entry.key != key] == others
            and candidate[new.body_start :] == text[front.body_start :]
        ):
            return candidate
    entry = front.entry(key)
    message = f"{key} cannot be set to this value in {front.style.upper()} frontmatter. Choose a simpler value."
    raise FrontmatterError("cannot-set", message, line=entry.line if entry else 1, key=key)


def _same(key: str, got: object, wanted: object) -> bool:
    if key == "hashtags" and isinstance(wanted, list):
        return tags_of(got) == tags_of(wanted)
    if isinstance(wanted, str) and not isinstance(got, str) and key != "publishedAt":
        return False  # text that looks like a date must stay text; of publishedAt both are the same day
    return json.dumps(as_json(got), sort_keys=True) == json.dumps(as_json(wanted), sort_keys=True)


def _tag_shapes(tags: list[object], entry: Entry | None) -> Iterator[object]:
    """The tags as one string and as a list, the shape that they have now first, with # unless they had none."""
    old = entry.value if entry else None
    names = tags_of(tags)
    mark = "" if tags_of(old) and entry and "#" not in entry.raw else "#"
    marked = [mark + name for name in names]
    separator = ", " if isinstance(old, str) and "," in old else " "
    shapes: list[object] = [separator.join(marked), marked]
    yield from reversed(shapes) if isinstance(old, list) else shapes


def _replaced(text: str, entry: Entry, spelling: str) -> str:
    space = " " if text[entry.value_start - 1] in ":=" and entry.value_start == entry.value_end else ""
    return text[: entry.value_start] + space + spelling + text[entry.value_end :]


def _added(text: str, front: Frontmatter, key: str, spelling: str) -> str:
    name = key if PLAIN_KEY.fullmatch(key) and front.style != "json" else quoted(key)
    sign = " = " if front.style == "toml" else ": "
    if not front.flow:
        last = front.entries[-1] if front.entries else None
        lead = text[last.start : last.key_start] if last and front.style == "yaml" else ""
        line = (lead if lead.isspace() else "") + name + sign + spelling + front.newline
        return text[: front.insert_at] + line + text[front.insert_at :]
    if not front.entries:
        return text[: front.insert_at] + name + sign + spelling + text[front.insert_at :]
    last = front.entries[-1]
    before = text[: last.start]
    lead = before[len(before.rstrip()) :] or " "
    return text[: last.value_end] + "," + lead + name + sign + spelling + text[last.value_end :]


def _without(text: str, front: Frontmatter, entry: Entry) -> str:
    before, after = text[: entry.start], text[entry.end :]
    if front.flow:
        if comma := _COMMA_AFTER.match(after):
            after = after[comma.end() :]
        else:
            before = _COMMA_BEFORE.sub("", before)
    return before + after
