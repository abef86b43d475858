"""From frontmatter values to dates, tags and JSON, whatever shape they were written in."""

import datetime
import re

from ..language import LANGUAGES

LANGUAGE_TAGS = frozenset(LANGUAGES)

DEPTH_MAX = 20  # levels of nesting in one value
NUMBER_MAX = 40  # characters; longer ones stay text (YAML's base 60 costs quadratic time)

_BETWEEN_TAGS = re.compile(r"[\s,;]+")
_GLUED = re.compile(r"#(?=\w)")


def date_of(value: object) -> datetime.date | None:
    """The day that a value names: a date, a datetime, or a string in ISO 8601 with or without a time."""
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    if isinstance(value, str):
        try:
            return datetime.datetime.fromisoformat(value.strip()).date()
        except ValueError:
            return None
    return None


def tags_of(value: object) -> tuple[str, ...]:
    """Tags without '#', in order, duplicates (by lower case) dropped, of a string or a list of scalars.

    A string is cut at spaces and commas; without any '#' but with commas it is cut at the commas only."""
    if isinstance(value, str):
        plain_list = "," in value and "#" not in value
        found = value.split(",") if plain_list else _BETWEEN_TAGS.split(value)
    elif isinstance(value, list):
        found = [str(item) for item in value if isinstance(item, str | int | float | datetime.date)]
    else:
        found = []
    tags: dict[str, str] = {}
    for piece in found:
        for tag in _GLUED.split(piece.strip()):
            name = tag.strip().lstrip("#").strip()
            if name:
                tags.setdefault(name.lower(), name)
    return tuple(tags.values())


def as_json(value: object) -> object:
    """The value with dates as ISO text, so that JSON can hold it."""
    if isinstance(value, dict):
        return {str(key): as_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(item) for item in value]
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return value


def deeper_than(value: object, levels: int) -> bool:
    """Whether lists and mappings are nested in more levels than these."""
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list):
        return False
    return levels <= 0 or any(deeper_than(item, levels - 1) for item in value)
