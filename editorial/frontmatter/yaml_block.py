"""YAML between fences, by the events of python-frontmatter's loader (the C one), so that every value has a place.

Nothing is constructed by tag, nothing expands: aliases, foreign tags and deep nesting are refused."""

import datetime
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, cast

import yaml
from frontmatter import default_handlers
from yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from .block import Entry, Frontmatter, FrontmatterError, error_at
from .values import DEPTH_MAX, NUMBER_MAX

CORE = "tag:yaml.org,2002:"
PLAIN_TAGS = {"str", "int", "float", "bool", "null", "timestamp", "seq", "map", "set", "omap", "pairs", "binary"}
# The C loader where PyYAML has it, else the Python one; both have the same methods.
LOADER = cast("Callable[[str], _Loader]", default_handlers.SafeLoader)
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# "#ai #llm" on lines of their own below a key without a value: a comment to YAML, part of the entry to a person.
_LOST_BELOW = re.compile(r"(?:[ \t]+#\w[^\n]*(?:\n|\Z))+")


class _Loader(Protocol):
    """The part of PyYAML's loaders that is used here; its own types leave these methods out."""

    def get_event(self) -> Event: ...
    def resolve(self, kind: type[yaml.Node], value: str, implicit: tuple[bool, bool]) -> str: ...
    def construct_yaml_bool(self, node: yaml.ScalarNode) -> bool: ...
    def construct_yaml_int(self, node: yaml.ScalarNode) -> int: ...
    def construct_yaml_float(self, node: yaml.ScalarNode) -> float: ...
    def construct_yaml_timestamp(self, node: yaml.ScalarNode) -> datetime.date: ...


@dataclass(slots=True)
class _Events:
    """The events of one block; offsets are in the whole text."""

    text: str
    base: int
    loader: _Loader
    depth: int = 0

    def next(self) -> Event:
        return self.loader.get_event()

    def span(self, event: Event) -> tuple[int, int]:
        return self.base + event.start_mark.index, self.base + event.end_mark.index  # type: ignore[union-attr]

    def error(self, event: Event, cause: str, message: str, key: str = "") -> FrontmatterError:
        return error_at(self.text, self.span(event)[0], cause, message, key=key)


def read_yaml(text: str, start: int, end: int, *, body_start: int) -> Frontmatter:
    """Read the block at text[start:end]. Raises FrontmatterError."""
    block = text[start:end]
    try:
        events = _Events(text, start, LOADER(block))
        entries, flow, insert_at = _root(events, end)
    except (yaml.YAMLError, UnicodeError) as error:
        raise _syntax_error(text, start, block, error) from None
    newline = "\r\n" if text[start - 2 : start] == "\r\n" else "\n"
    return Frontmatter("yaml", entries, body_start, insert_at, flow, newline)


def _root(events: _Events, end: int) -> tuple[tuple[Entry, ...], bool, int]:
    events.next()  # the stream's start
    if isinstance(events.next(), StreamEndEvent):
        return (), False, end
    root = events.next()
    if not isinstance(root, MappingStartEvent):
        message = "The frontmatter is no list of keys. Write one key and its value per line, as title: “…”."
        raise events.error(root, "not-a-mapping", message)
    _refuse_hostile(events, root)
    flow = bool(root.flow_style)
    entries, closing = _entries(events, flow)
    events.next()  # the document's end
    if not isinstance(last := events.next(), StreamEndEvent):
        raise events.error(last, "yaml-syntax", "A second YAML document starts here. Remove it.")
    return entries, flow, events.span(closing)[0] if flow else end


def _entries(events: _Events, flow: bool) -> tuple[tuple[Entry, ...], Event]:
    entries: dict[str, Entry] = {}
    while not isinstance(event := events.next(), MappingEndEvent):
        name = _key(events, event)
        first, value_event = event, events.next()
        value, value_end = _value(events, value_event, name)
        if name in entries:
            line = entries[name].line
            message = f"The key {name} stands here for the second time (first in line {line}). Keep one of them."
            raise events.error(first, "duplicate-key", message, name)
        entries[name] = _entry(events, name, value, events.span(first), (events.span(value_event)[0], value_end), flow)
    return tuple(entries.values()), event


def _entry(events: _Events, name: str, value: object, key: tuple[int, int], span: tuple[int, int], flow: bool) -> Entry:
    text, (start, end) = events.text, span
    if text[start : start + 1] in ("|", ">"):  # a block scalar ends with its last line's text
        end = start + len(text[start:end].rstrip())
    first, last = (key[0], end) if flow else (text.rfind("\n", 0, key[0]) + 1, _line_end(text, end))
    if start == end and not flow and (lost := _LOST_BELOW.match(text, last)):
        last = lost.end()
    return Entry(
        key=name,
        value=value,
        raw=text[start:end],
        source=text[first:last],
        line=text.count("\n", 0, key[0]) + 1,
        start=first,
        end=last,
        key_start=key[0],
        key_end=key[1],
        value_start=start,
        value_end=end,
    )


def _line_end(text: str, offset: int) -> int:
    """The first character of the next line."""
    return text.find("\n", offset) + 1 or len(text)


def _key(events: _Events, event: Event) -> str:
    if not isinstance(event, ScalarEvent) or not event.value:
        message = "A key must be a word. Write one key and its value per line, as title: “…”."
        raise events.error(event, "bad-key", message)
    _refuse_hostile(events, event)
    return str(event.value)


def _value(events: _Events, event: Event, key: str) -> tuple[object, int]:
    """The typed value that begins with this event, and the offset after its last character."""
    _refuse_hostile(events, event, key)
    if isinstance(event, ScalarEvent):
        return _scalar(events.loader, event), events.span(event)[1]
    events.depth += 1
    if events.depth > DEPTH_MAX:
        raise events.error(event, "too-deep", f"{key} is nested more than {DEPTH_MAX} levels deep. Flatten it.", key)
    value, end = (_mapping if isinstance(event, MappingStartEvent) else _sequence)(events, event, key)
    events.depth -= 1
    return value, end


def _sequence(events: _Events, event: Event, key: str) -> tuple[list[object], int]:
    flow, end = _is_flow(event), events.span(event)[1]
    items: list[object] = []
    while not isinstance(item := events.next(), SequenceEndEvent):
        value, end = _value(events, item, key)
        items.append(value)
    return items, events.span(item)[1] if flow else end


def _mapping(events: _Events, event: Event, key: str) -> tuple[dict[str, object], int]:
    flow, end = _is_flow(event), events.span(event)[1]
    pairs: dict[str, object] = {}
    while not isinstance(item := events.next(), MappingEndEvent):
        name = _key(events, item)
        if name in pairs:
            message = f"In {key} the key {name} stands for the second time. Keep one of them."
            raise events.error(item, "duplicate-key", message, key)
        pairs[name], end = _value(events, events.next(), key)
    return pairs, events.span(item)[1] if flow else end


def _is_flow(event: Event) -> bool:
    return isinstance(event, CollectionStartEvent) and bool(event.flow_style)


def _refuse_hostile(events: _Events, event: Event, key: str = "") -> None:
    if not isinstance(event, NodeEvent):
        raise events.error(event, "yaml-syntax", "The value is not complete here. Put it in quotes.", key)
    if isinstance(event, AliasEvent) or event.anchor:
        sign = "*" if isinstance(event, AliasEvent) else "&"
        message = f"{sign}{event.anchor} is read as a YAML alias or anchor. Put the value in quotes, or write it out."
        raise events.error(event, "alias", message, key)
    tag = getattr(event, "tag", None)
    if tag and tag != "!" and not (tag.startswith(CORE) and tag[len(CORE) :] in PLAIN_TAGS):
        message = f"{tag} is read as a YAML tag, which frontmatter does not use. Put the value in quotes."
        raise events.error(event, "unsafe-tag", message, key)


def _scalar(loader: _Loader, event: ScalarEvent) -> object:
    """Text, number, yes or no, date or nothing; whatever is not right as such stays text."""
    text = str(event.value)
    if event.tag == "!" or (not event.tag and not event.implicit[0]) or len(text) > NUMBER_MAX:
        return text
    tag = event.tag or loader.resolve(yaml.ScalarNode, text, (True, False))
    node = yaml.ScalarNode(tag, text)
    try:
        match tag.removeprefix(CORE):
            case "null":
                return None
            case "bool":
                return loader.construct_yaml_bool(node)
            case "int":
                return loader.construct_yaml_int(node)
            case "float":
                number = loader.construct_yaml_float(node)
                return number if math.isfinite(number) else text
            case "timestamp":
                return loader.construct_yaml_timestamp(node)
    except (ValueError, LookupError, OverflowError, AttributeError):
        return text
    return text


def _syntax_error(text: str, start: int, block: str, error: Exception) -> FrontmatterError:
    """PyYAML's complaint as one of ours. Its own words go along: they are the best there are for a rare slip."""
    if forbidden := _FORBIDDEN.search(block):
        message = f"The character U+{ord(forbidden.group()):04X} cannot stand in frontmatter. Remove it."
        return error_at(text, start + forbidden.start(), "control-character", message)
    mark = getattr(error, "problem_mark", None)
    offset = start + min(mark.index, len(block)) if mark else start
    problem = getattr(error, "problem", None) or "it is no YAML"
    message = f"The frontmatter cannot be read here: {problem}. Put the value of this key or the one above in quotes."
    return error_at(text, offset, "yaml-syntax", message)
