"""The parts of a story, found from its blocks and the labels in them. Pure; never raises."""

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..labels import LONGEST, Label, LabelShape, PartKind, label_of_line
from .blocks import BlockKind, Span
from .headings import Heading
from .links import Link
from .places import Place, Source

_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_TARGETS = re.compile(r"\]\([^()\s]*+(?:\([^()\s]*+\)[^()\s]*+)*+\)|<?https?://[^\s<>]+>?")


def count_words(text: str) -> int:
    """Words that a reader sees: link targets and bare addresses do not count, code does."""
    if "](" in text or "://" in text:
        text = _TARGETS.sub("] ", text)
    return len(_WORD.findall(text))


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a story: what it is for, its label as written ("" under no label), how that is written, which
    languages know it. Characters `start` to `end` of the source hold all of it, the content begins at
    `text_start`. A part that a sub-heading begins has its text as `label`, shape HEADING and kind OTHER."""

    source: Source = field(repr=False, compare=False)
    kind: PartKind
    label: str
    shape: LabelShape
    label_languages: tuple[str, ...]
    start: int
    text_start: int
    end: int
    links: tuple[Link, ...] = ()

    @property
    def text(self) -> str:
        """The content after the label, without white space around it; "" under a label with nothing after it."""
        return self.source.text[self.text_start : self.end].strip()

    @property
    def raw(self) -> str:
        """Label and content as they stand in the file."""
        return self.source.text[self.start : self.end]

    @property
    def place(self) -> Place:
        return self.source.place(self.start, self.end)

    @property
    def word_count(self) -> int:
        """Words of the content, the label not counted."""
        return count_words(self.text)


@dataclass(frozen=True, slots=True)
class LinkIndex:
    """The links of a body in order, and where each begins."""

    links: Sequence[Link]
    starts: Sequence[int]

    @classmethod
    def of(cls, links: Sequence[Link]) -> "LinkIndex":
        return cls(links, [link.start for link in links])

    def between(self, start: int, end: int) -> tuple[Link, ...]:
        """The links that begin at the characters from `start` up to `end`."""
        return tuple(self.links[bisect_left(self.starts, start) : bisect_left(self.starts, end)])


def divide_into_parts(
    source: Source, blocks: Sequence[Span], headings: Mapping[int, Heading], links: LinkIndex
) -> tuple[Part, ...]:
    """The parts that a story's blocks (without its heading) make, in order.

    A label begins a part. So does a sub-heading, unless it is deeper than the heading that the current part begins
    with, or right under its label. A line of dashes ends a part. So does a paragraph after a link or a TLDR that
    has its text on the line of its label: no such paragraph in the corpus belongs to them.
    """
    parts: list[_Growing] = []
    current: _Growing | None = None
    for span in blocks:
        kind = span.kind
        if kind is BlockKind.BREAK:
            current = None
            continue
        if current and kind is not BlockKind.PARAGRAPH and kind is not BlockKind.HEADING:
            current.end, current.is_empty = span.end, False
            continue
        heading = headings.get(span.start) if kind is BlockKind.HEADING else None
        if opened := _opened(source.text, span, heading, current):
            current = opened
            parts.append(opened)
        elif current:
            current.end, current.is_empty = span.end, False
    return tuple(part.closed(source, links) for part in parts)


def label_of_block(text: str, span: Span) -> tuple[Label, int] | None:
    """The label that a paragraph begins with and the character where it does, or None."""
    if span.kind is not BlockKind.PARAGRAPH:
        return None
    begin = span.start
    while text[begin] in " \t":
        begin += 1
    if text[begin] not in "*_" and text.find(":", begin, min(span.end, begin + LONGEST)) < 0:
        return None
    line_end = text.find("\n", begin, span.end)
    label = label_of_line(text[begin : line_end if line_end >= 0 else span.end])
    return (label, begin) if label else None


@dataclass(slots=True)
class _Growing:
    """A part that may still grow. `level` is that of the heading it begins with, 0 if there is none."""

    label: Label | None
    title: str
    level: int
    start: int
    text_start: int
    end: int
    is_empty: bool = False

    @property
    def is_one_paragraph(self) -> bool:
        label = self.label
        return label is not None and not label.alone and label.kind in (PartKind.TLDR, PartKind.LINK)

    def holds(self, heading: Heading) -> bool:
        """Whether a sub-heading belongs to this part rather than begin another."""
        return heading.level > self.level > 0 or (self.label is not None and self.is_empty)

    def closed(self, source: Source, links: LinkIndex) -> Part:
        within = links.between(self.start, self.end)
        place = (self.start, self.text_start, self.end, within)
        if self.label:
            return Part(source, self.label.kind, self.label.text, self.label.shape, self.label.languages, *place)
        shape = LabelShape.HEADING if self.level else LabelShape.NONE
        return Part(source, PartKind.OTHER, self.title, shape, (), *place)


def _opened(text: str, span: Span, heading: Heading | None, current: _Growing | None) -> _Growing | None:
    """The part that a block begins, or None if it belongs to the current one."""
    if heading:
        if heading.label:
            return _labelled(heading.label, heading.text_start, heading.level, span)
        if current and current.holds(heading):
            return None
        return _Growing(None, heading.title, heading.level, span.start, span.end, span.end)
    if found := label_of_block(text, span):
        return _labelled(*found, 0, span)
    if current is None or (current.is_one_paragraph and span.kind is BlockKind.PARAGRAPH):
        return _Growing(None, "", 0, span.start, span.start, span.end)
    return None


def _labelled(label: Label, label_start: int, level: int, span: Span) -> _Growing:
    text_start = min(label_start + label.length, span.end)
    if level and label.alone:
        text_start = span.end  # the line of dashes under such a heading is no content
    return _Growing(label, "", level, span.start, text_start, span.end, label.alone)
