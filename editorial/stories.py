"""The stories of a body as the desk decides on them: each known by the hash of its text, and taken out alone. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from .document import BlockKind, PartKind, Story, parse_body
from .document.blocks import Span

UNTITLED = "The text without a heading"
# What may stand behind a story's last words and is no part of it: the line of dashes before the next one, targets of
# links that others may use, and the disclaimer of the whole article.
_APART = frozenset({BlockKind.BREAK, BlockKind.DEFINITION})


class Entangled(ValueError):
    """A story that can't be taken out by itself: the rest would not read as before."""


@dataclass(frozen=True, slots=True)
class DeskStory:
    """One story: its number (from 1), its own text at the characters `start` to `end` of the body, and `hash`, the
    SHA-256 (hex) of that text. Line ends and blank lines around it make no difference to the hash, nor does its place
    in the article."""

    number: int
    title: str
    start: int
    end: int
    hash: str
    parsed: Story

    @property
    def name(self) -> str:
        """The title as a sentence can name it."""
        return self.title or UNTITLED

    @property
    def line(self) -> int:
        """The line of the body (1-based) on which it begins."""
        return self.parsed.place.line


@lru_cache(maxsize=32)
def stories_of(body: str) -> tuple[DeskStory, ...]:
    """The stories of a body in order, at least one. The last few bodies are kept: several panels ask in turn."""
    parsed = parse_body(body)
    found = []
    for number, story in enumerate(parsed.stories, start=1):
        spans = [span for span in parsed.spans if story.start <= span.start < story.end]
        own = _own(spans, story)
        end = own[-1].end if own else story.end
        found.append(DeskStory(number, story.title, story.start, end, _hash(body[story.start : end]), story))
    return tuple(found)


def without(body: str, number: int) -> str:
    """The body without the story of that number; no other character changes. Between two stories the line of dashes
    that follows goes with it, at the end the one before.

    Raises Entangled if it is the only story, or if the others would not read as before: one of their links is defined
    in it, or the headings would divide the text otherwise. Raises IndexError if there is no such story."""
    stories = stories_of(body)
    if not 0 < number <= len(stories):
        raise IndexError(f"no story {number} of {len(stories)}")
    if len(stories) == 1:
        raise Entangled("It is the only story of this article. Reject the article instead.")
    start, end = _cut(body, stories, number)
    shorter = body[:start] + body[end:]
    rest = [story for story in stories if story.number != number]
    if _read(rest) != _read(stories_of(shorter)):
        raise Entangled("Without it the other stories would not read as they do now. Take it out by hand.")
    return shorter


def _own(spans: Sequence[Span], story: Story) -> list[Span]:
    """The blocks that are a story's own: without what stands apart behind it."""
    disclaimers = [(part.start, part.end) for part in story.parts if part.kind is PartKind.DISCLAIMER]
    own = list(spans)
    while len(own) > 1:
        last = own[-1]
        if last.kind not in _APART and not any(start <= last.start < end for start, end in disclaimers):
            break
        own.pop()
    return own


def _hash(text: str) -> str:
    plain = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()


def _cut(body: str, stories: Sequence[DeskStory], number: int) -> tuple[int, int]:
    """The characters that go with a story."""
    story = stories[number - 1]
    spans = parse_body(body).spans
    behind = [span for span in spans if story.end <= span.start < story.parsed.end]
    kept = next((span.start for span in behind if span.kind is not BlockKind.BREAK), None)
    if kept is not None:
        return story.start, kept
    if number < len(stories):
        return story.start, stories[number].start
    before = [span.end for span in spans if span.start < story.start and span.kind is not BlockKind.BREAK]
    return (before[-1] if before else story.start), story.end


def _read(stories: Sequence[DeskStory]) -> list[tuple[str, tuple[str, ...]]]:
    """What must be the same of the stories that stay: their texts, and where their links lead."""
    return [(story.hash, tuple(link.target for link in story.parsed.links)) for story in stories]
