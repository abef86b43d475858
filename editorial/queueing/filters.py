"""The filters of the queue as one value, and the words of an address that say them. Touches no database."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from urllib.parse import urlencode

from ..checks import RULES
from ..models import Priority, Weight
from ..models.articles import IN_QUEUE

WORDS_MAX = 200  # characters of one value; a tag's name has at most 100

STATES = {str(status): str(status.label) for status in IN_QUEUE}
SEVERITIES = {
    str(Weight.BLOCK): "something blocks approval",
    str(Weight.WARN): "warnings at most",
    "none": "nothing to say",
}
HOLDERS = {"me": "I have it", "others": "somebody else has it", "free": "nobody has it"}
SECOND = {"any": "it needs one", "me": "it needs one, I may be it", "others": "I changed it, another decides"}
DUE = {"overdue": "is over", "today": "today or before", "week": "within a week", "none": "not set"}
PEOPLE = {"me": "me", "nobody": "nobody"}
PRIORITIES = {str(each.value): str(each.label) for each in Priority}


@dataclass(frozen=True, slots=True)
class Filters:
    """Which rows of the queue are meant; an empty value leaves all. Each is a word of the address under its own name.

    `source`, `batch` and perhaps `assignee` are primary keys as text, `tag` is a tag's slug or name, `since` and
    `until` bound the article's own date (ISO), `second` speaks of the person who looks (see `conditions`)."""

    state: str = ""
    severity: str = ""
    source: str = ""
    batch: str = ""
    language: str = ""
    check: str = ""
    tag: str = ""
    since: str = ""
    until: str = ""
    assignee: str = ""
    holder: str = ""
    due: str = ""
    priority: str = ""
    second: str = ""

    @property
    def chosen(self) -> dict[str, str]:
        """The filters that are set, by name."""
        return {each.name: value for each in fields(self) if (value := getattr(self, each.name))}

    @property
    def query(self) -> str:
        """The address's query that says the same; "" for the whole queue."""
        return urlencode(self.chosen)

    def without(self, name: str) -> Filters:
        """The same without one of them."""
        return Filters(**{key: value for key, value in self.chosen.items() if key != name})


def read_filters(words: Mapping[str, str]) -> tuple[Filters, list[str]]:
    """The filters that an address names, and a sentence for each word that is none and was left out."""
    chosen, problems = {}, []
    for name, is_fine in _FINE.items():
        value = words.get(name, "").strip()
        if not value:
            continue
        if len(value) <= WORDS_MAX and is_fine(value):
            chosen[name] = value
        else:
            shown = "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in value[:40])
            problems.append(f"“{name}” can't be “{shown}”, so it was left out. {_WHAT[name]}")
    return Filters(**chosen), problems


def _is_key(value: str) -> bool:
    return re.fullmatch(r"[0-9]{1,18}", value) is not None


def _is_day(value: str) -> bool:
    try:
        return re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII) is not None and bool(
            datetime.date.fromisoformat(value)
        )
    except ValueError:
        return False


def _is_words(value: str) -> bool:
    return value.isprintable()


_FINE: Mapping[str, Callable[[str], bool]] = {
    "state": STATES.__contains__,
    "severity": SEVERITIES.__contains__,
    "source": _is_key,
    "batch": _is_key,
    "language": lambda value: re.fullmatch(r"[a-z]{2,8}", value) is not None,
    "check": RULES.__contains__,
    "tag": _is_words,
    "since": _is_day,
    "until": _is_day,
    "assignee": lambda value: value in PEOPLE or _is_key(value),
    "holder": HOLDERS.__contains__,
    "due": DUE.__contains__,
    "priority": PRIORITIES.__contains__,
    "second": SECOND.__contains__,
}
_PICK = "Pick one from the list."
_DAY = "A day is written like 2026-04-02."
_WHAT = dict.fromkeys(_FINE, _PICK) | {"since": _DAY, "until": _DAY, "tag": "Write a tag's name."}
