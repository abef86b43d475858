"""The parts of a frontmatter block, each with its place in the text, and the error that names cause and place."""

import datetime
from dataclasses import dataclass
from typing import Literal

from .values import LANGUAGE_TAGS, as_json, date_of, tags_of

KNOWN_KEYS = ("title", "excerpt", "publishedAt", "slug", "hashtags", "source_pattern")

Style = Literal["yaml", "toml", "json"]


class FrontmatterError(ValueError):
    """Frontmatter that cannot be read or set: a cause (code), a sentence, a place (1-based, in the file), a key."""

    def __init__(self, cause: str, message: str, *, line: int = 1, column: int = 1, key: str = "") -> None:
        super().__init__(message)
        self.cause = cause
        self.message = message
        self.line = line
        self.column = column
        self.key = key


@dataclass(frozen=True, slots=True)
class Entry:
    """One key with its value. All places are character offsets in the text that was read.

    `value` is a str, int, float, bool, date, datetime, None, list or dict; `raw` is the value as it is written
    (with quotes, without a comment); `start` to `end` is all of the entry, in block style whole lines."""

    key: str
    value: object
    raw: str
    source: str
    line: int
    start: int
    end: int
    key_start: int
    key_end: int
    value_start: int
    value_end: int


@dataclass(frozen=True, slots=True)
class Frontmatter:
    """The block at the head of a text. `body_start` is the first character after the closing fence's line.

    `insert_at` is where a new key goes; `flow` says that the keys stand between braces (JSON, YAML flow style)."""

    style: Style
    entries: tuple[Entry, ...]
    body_start: int
    insert_at: int
    flow: bool
    newline: str

    def entry(self, key: str) -> Entry | None:
        return next((entry for entry in self.entries if entry.key == key), None)

    def get(self, key: str, default: object = None) -> object:
        """The typed value of a key, as it was read."""
        entry = self.entry(key)
        return default if entry is None else entry.value

    @property
    def title(self) -> str:
        return self._text("title")

    @property
    def excerpt(self) -> str:
        return self._text("excerpt")

    @property
    def slug(self) -> str:
        return self._text("slug")

    @property
    def source_pattern(self) -> str:
        return self._text("source_pattern")

    @property
    def date(self) -> datetime.date | None:
        """The day of publication as it is written (no change of time zone); None if absent or not a date."""
        return date_of(self.get("publishedAt"))

    @property
    def tags(self) -> tuple[str, ...]:
        """All hashtags without '#', in order, first spelling kept."""
        return tags_of(self.get("hashtags"))

    @property
    def subject_tags(self) -> tuple[str, ...]:
        """The tags that name a subject: without `generated` and the language."""
        marks = {"generated", *LANGUAGE_TAGS}
        return tuple(tag for tag in self.tags if tag.lower() not in marks)

    @property
    def is_generated(self) -> bool:
        return "generated" in (tag.lower() for tag in self.tags)

    @property
    def language_tag(self) -> str:
        """The first language tag ("en", "pl"), "" if there is none."""
        return next((tag.lower() for tag in self.tags if tag.lower() in LANGUAGE_TAGS), "")

    @property
    def extra(self) -> dict[str, object]:
        """The keys that Digest does not know, with values that JSON can hold (dates as ISO text)."""
        return {entry.key: as_json(entry.value) for entry in self.entries if entry.key not in KNOWN_KEYS}

    def _text(self, key: str) -> str:
        entry = self.entry(key)
        if entry is None or entry.value is None or isinstance(entry.value, list | dict):
            return ""
        return entry.value if isinstance(entry.value, str) else entry.raw.strip()


def position(text: str, offset: int) -> tuple[int, int]:
    """Line and column (both 1-based, in characters) of a character offset."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def error_at(text: str, offset: int, cause: str, message: str, *, key: str = "") -> FrontmatterError:
    line, column = position(text, offset)
    return FrontmatterError(cause, message, line=line, column=column, key=key)
