"""The filters of the queue as fields of a form, and as words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from digest.models import LANGUAGES

from ..checks import RULES
from ..queueing import Filters
from ..queueing.choices import Choices
from ..queueing.filters import DUE, HOLDERS, PEOPLE, PRIORITIES, SECOND, SEVERITIES, STATES


class Option(NamedTuple):
    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Field:
    """One filter as the form shows it: a list of options, or a typed value of an HTML input's type."""

    name: str
    label: str
    value: str
    options: tuple[Option, ...] = ()
    type: str = ""


_CHECKS = {code: f"{code}: {rule.about}" for code, rule in sorted(RULES.items())}
_LABELS = {
    "state": "State",
    "severity": "Severity",
    "source": "Source",
    "batch": "Batch",
    "language": "Language",
    "check": "Check",
    "tag": "Tag",
    "since": "Dated from",
    "until": "Dated until",
    "assignee": "Assigned to",
    "holder": "In hand",
    "due": "Due date",
    "priority": "Priority",
    "second": "Second person",
}
_TYPES = {"tag": "text", "since": "date", "until": "date"}


def fields_of(filters: Filters, choices: Choices) -> list[Field]:
    """The fields in the order of the form, with what is chosen."""
    offered = _offered(choices)
    return [_field(name, getattr(filters, name), offered) for name in _LABELS]


def labels_of(filters: Filters, choices: Choices) -> Iterator[tuple[str, str, str]]:
    """(name, label, what is chosen in words) of each filter that is set."""
    offered = _offered(choices)
    for name, value in filters.chosen.items():
        yield name, _LABELS[name], offered.get(name, {}).get(value, value)


def _offered(choices: Choices) -> Mapping[str, Mapping[str, str]]:
    return {
        "state": STATES,
        "severity": SEVERITIES,
        "source": choices.sources,
        "batch": choices.batches,
        "language": {**LANGUAGES, "none": "not known"},
        "check": _CHECKS,
        "assignee": {**PEOPLE, **choices.people},
        "holder": HOLDERS,
        "due": DUE,
        "priority": PRIORITIES,
        "second": SECOND,
    }


def _field(name: str, value: str, offered: Mapping[str, Mapping[str, str]]) -> Field:
    if name in _TYPES:
        return Field(name, _LABELS[name], value, type=_TYPES[name])
    known = offered[name]
    if value and value not in known:
        known = {**known, value: f"number {value}"}
    options = tuple(Option(key, label, key == value) for key, label in known.items())
    return Field(name, _LABELS[name], value, options)
