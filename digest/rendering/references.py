"""Reference definitions (`[label]: destination "title"`): taken off a paragraph's start, looked up by links."""

from __future__ import annotations

from typing import NamedTuple

from digest.rendering.links import scan_destination, scan_label, scan_title, skip_space

MAX_EXPANSION = 100_000
"""Characters of destinations and titles that all lookups of one text may give (cmark: the same, `max_ref_size`)."""


class Target(NamedTuple):
    """Where a link goes."""

    url: str
    title: str


class References:
    """The definitions of one text; the first of each label counts."""

    def __init__(self) -> None:
        self._targets: dict[str, Target] = {}
        self._left = MAX_EXPANSION

    def take_from(self, text: str) -> str:
        """Keep the definitions at the start of a paragraph's `text` and give the rest of it."""
        start = 0
        while text.startswith("[", start) and (found := _scan_definition(text, start)):
            label, target, start = found
            self._targets.setdefault(_normalise(label), target)
        return text[start:]

    def lookup(self, label: str) -> Target | None:
        """The target of `label`, None for an unknown one or when the text refers to too much already."""
        target = self._targets.get(_normalise(label)) if self._targets else None
        if target is None:
            return None
        self._left -= len(target.url) + len(target.title)
        return target if self._left >= 0 else None


def _normalise(label: str) -> str:
    return " ".join(label.split()).casefold()


def _scan_definition(text: str, start: int) -> tuple[str, Target, int] | None:
    label = scan_label(text, start)
    if not label or not label[0].strip() or not text.startswith(":", label[1]):
        return None
    destination_start = skip_space(text, label[1] + 1)
    destination = scan_destination(text, destination_start)
    if not destination or destination[1] == destination_start:
        return None
    url, end = destination
    title_start = skip_space(text, end)
    title = scan_title(text, title_start) if title_start > end else None
    if title and (line_end := _end_of_line(text, title[1])) is not None:
        return label[0], Target(url, title[0]), line_end
    line_end = _end_of_line(text, end)
    return (label[0], Target(url, ""), line_end) if line_end is not None else None


def _end_of_line(text: str, start: int) -> int | None:
    """The start of the next line when only spaces are left of this one."""
    while text[start : start + 1] in (" ", "\t"):
        start += 1
    if start == len(text):
        return start
    return start + 1 if text[start] == "\n" else None
