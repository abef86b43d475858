"""A body: Markdown text divided into stories, links and blocks, with its languages. Pure; never raises."""

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property

from ..frontmatter import Decoded
from ..language import choose, marks
from .blocks import ITEM, BlockKind, Span, scan
from .links import Link, find_links
from .parts import count_words, label_of_block
from .places import Place, Source
from .stories import Story, divide_into_stories

PROSE = frozenset({BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.QUOTE, BlockKind.TABLE})
_QUOTE_SIGNS = re.compile(r"^[ \t>]*>", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """One block: whole lines, without the last line end. `level` is that of a heading (1-6) or the depth of a list
    item (0: not nested), else 0."""

    source: Source = field(repr=False, compare=False)
    kind: BlockKind
    start: int
    end: int
    level: int

    @property
    def text(self) -> str:
        """The block as it stands in the file, indentation and markers included."""
        return self.source.text[self.start : self.end]

    @property
    def prose(self) -> str:
        """What there is to read in it: without label, list marker and quote signs."""
        text = self.text
        if self.kind is BlockKind.LIST_ITEM and (marker := ITEM.match(text)):
            return text[marker.end() :]
        if self.kind is BlockKind.QUOTE:
            return _QUOTE_SIGNS.sub("", text)
        found = label_of_block(self.source.text, Span(self.kind, self.start, self.end))
        return text[found[1] - self.start + found[0].length :] if found else text

    @property
    def place(self) -> Place:
        return self.source.place(self.start, self.end)

    @property
    def language(self) -> str:
        """The language code of its prose, "" where it is too short to say or no prose."""
        return choose(marks(self.prose)) if self.kind in PROSE else ""

    @property
    def word_count(self) -> int:
        return count_words(self.prose)


@dataclass(frozen=True, eq=False)
class Body:
    """What stands after the frontmatter: the source's characters from `start` on."""

    source: Source = field(repr=False)
    start: int
    spans: tuple[Span, ...] = field(repr=False)
    links: tuple[Link, ...]
    preamble: Story
    stories: tuple[Story, ...]

    @classmethod
    def of(cls, source: Source, start: int = 0) -> "Body":
        spans = tuple(scan(source.text, start))
        links = tuple(find_links(source, spans))
        return cls(source, start, spans, links, *divide_into_stories(source, start, spans, links))

    @cached_property
    def text(self) -> str:
        return self.source.text[self.start :]

    @property
    def line(self) -> int:
        """The line (1-based) on which the body begins."""
        return self.source.place(self.start, self.start).line

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """All blocks in order; the lines between two of them are blank."""
        return tuple(Block(self.source, *span) for span in self.spans)

    @cached_property
    def word_count(self) -> int:
        """Words that a reader sees in it: link targets and bare addresses do not count, code does."""
        return count_words(self.text)

    @cached_property
    def _marks(self) -> tuple[tuple[Block, Counter[str]], ...]:
        return tuple((block, marks(block.prose)) for block in self.blocks if block.kind in PROSE)

    @cached_property
    def paragraph_languages(self) -> tuple[tuple[Block, str], ...]:
        """Each paragraph, list item, quote and table with its language code ("": too short to say)."""
        return tuple((block, choose(counts)) for block, counts in self._marks)

    @cached_property
    def language(self) -> str:
        """The language code of the prose as a whole, labels and headings not counted; "" if nobody can say."""
        total: Counter[str] = Counter()
        for _, counts in self._marks:
            total.update(counts)
        return choose(total)


def parse_body(text: str) -> Body:
    """The body that `text` is, all of it: for texts that the desk holds without frontmatter. Places are those in
    the text's UTF-8."""
    return Body.of(Source(Decoded(text, "utf-8", b"")))
