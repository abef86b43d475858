"""An article's structure as data: its stories, their parts and sources. Pure; kept in `Publication.stories`.

Texts are named by position: element 3 is the fourth of the outermost elements of the article's HTML (see
`digest.rendering.outermost.elements`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class SourceLink:
    """A source that a story names: address, the address's host without "www.", the words that are linked."""

    address: str
    host: str
    text: str


@dataclass(frozen=True, slots=True)
class StoryPart:
    """The elements from `start` up to `end` and what they are for: "tldr", "summary", "takeaways", "tradeoffs", "care",
    "link", "disclaimer" or "other". `label` is as written, "" where there is none."""

    kind: str
    label: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Story:
    """A story of an article: the elements from `start` up to `end`, the first of which is its heading if it has a
    `title`. `anchor` is the heading's id; `tldr` the TLDR's words without label and marks, "" if there is none."""

    title: str
    anchor: str
    start: int
    end: int
    tldr: str = ""
    parts: tuple[StoryPart, ...] = ()
    links: tuple[SourceLink, ...] = ()

    def as_data(self) -> dict[str, Any]:
        """What JSON holds of it: {"title", "anchor", "tldr", "links": [{"address", "host", "text"}], "parts": [{"kind",
        "label", "start", "end"}], "start", "end"}."""
        return asdict(self)

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Story:
        """The story that `as_data` wrote down."""
        parts = tuple(StoryPart(**part) for part in data["parts"])
        links = tuple(SourceLink(**link) for link in data["links"])
        return cls(**{**data, "parts": parts, "links": links})


def from_data(rows: Iterable[dict[str, Any]]) -> tuple[Story, ...]:
    """All stories of a publication."""
    return tuple(Story.from_data(row) for row in rows)
