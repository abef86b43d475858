"""What a frontmatter that can be read still lacks or gets wrong. Never raises."""

import datetime
import re
from dataclasses import dataclass

from .block import Entry, Frontmatter
from .values import date_of

REQUIRED = ("title", "publishedAt", "slug", "hashtags")
TEXT_KEYS = ("title", "excerpt", "slug", "source_pattern")

# A sign # that YAML takes for the start of a comment, though a word follows it at once: "key: #a #b", "key: A #5".
SWALLOWED_IN_LINE = re.compile(r"^[^\s:#][^:\n]*:[ \t]++(?![\"'\[{|>])(?:[^\n]*?[ \t])??(?P<hash>#\w)")
# The same alone on a line below the key, as a list item or as indented text.
SWALLOWED_BELOW = re.compile(r"^[ \t]*(?:-[ \t]+)?(?P<hash>#\w)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class FrontmatterProblem:
    """A cause (code), a sentence, the key and its place in the file (line and column 1-based)."""

    cause: str
    message: str
    key: str
    line: int
    column: int = 1


def missing(frontmatter: Frontmatter) -> tuple[str, ...]:
    """The required keys that are absent or have no value."""
    return tuple(key for key in REQUIRED if frontmatter.get(key) in (None, "", []))


def problems(frontmatter: Frontmatter) -> tuple[FrontmatterProblem, ...]:
    """The known keys whose value is of a wrong type, no date, or cut off by a # that reads as a comment."""
    found = []
    for entry in frontmatter.entries:
        if frontmatter.style == "yaml" and entry.key in (*TEXT_KEYS, "hashtags") and swallowed_at(entry) >= 0:
            found.append(_swallowed(entry))
        elif entry.key in TEXT_KEYS and not (entry.value is None or isinstance(entry.value, str)):
            found.append(_wrong_type(entry, "text"))
        elif entry.key == "hashtags" and not _can_be_tags(entry.value):
            found.append(_wrong_type(entry, "tags"))
        elif entry.key == "publishedAt" and entry.value not in (None, "") and date_of(entry.value) is None:
            message = (
                f"publishedAt is {_shortened(entry.raw)}, which is no date. Write year, month and day as in 2026-05-31."
            )
            found.append(FrontmatterProblem("bad-date", message, entry.key, entry.line))
    return tuple(found)


def swallowed_at(entry: Entry) -> int:
    """Offset in the entry's source of a # that begins a word but reads as a comment, -1 if there is none."""
    quoted = entry.raw[:1] in ('"', "'", "|", ">", "{")
    if not quoted and (match := SWALLOWED_IN_LINE.match(entry.source)):
        return match.start("hash")
    first_line_end = entry.source.find("\n") + 1
    below = SWALLOWED_BELOW.search(entry.source, first_line_end) if first_line_end and not quoted else None
    return below.start("hash") if below else -1


def _swallowed(entry: Entry) -> FrontmatterProblem:
    start = entry.source[swallowed_at(entry) :].splitlines()[0]
    message = (
        f"{entry.key}: from “{_shortened(start)}” on the value is lost, since # begins a comment in YAML. "
        "Put the value in quotes."
    )
    line = entry.line + entry.source.count("\n", 0, swallowed_at(entry))
    return FrontmatterProblem("bare-hash", message, entry.key, line)


def _can_be_tags(value: object) -> bool:
    if isinstance(value, list):
        return all(isinstance(item, str | int | float) for item in value)
    return value is None or isinstance(value, str)


def _wrong_type(entry: Entry, wanted: str) -> FrontmatterProblem:
    advice = "Put it in quotes." if wanted == "text" else 'Write it as "#first #second".'
    message = f"{entry.key} is {_kind(entry.value)} ({_shortened(entry.raw)}), not {wanted}. {advice}"
    return FrontmatterProblem("wrong-type", message, entry.key, entry.line)


def _kind(value: object) -> str:
    names = {bool: "a yes or no", list: "a list", dict: "a group of keys", type(None): "empty"}
    if isinstance(value, datetime.date):
        return "a date"
    return names.get(type(value), "a number")


def _shortened(raw: str, limit: int = 40) -> str:
    line = " ".join(raw.split())
    return line if len(line) <= limit else line[:limit] + "…"
