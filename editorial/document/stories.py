"""The stories of an article, found from its headings; the rules come from the articles of the corpus. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..labels import LabelShape, PartKind
from .blocks import Span
from .headings import Heading, find_headings
from .links import Link
from .parts import LinkIndex, Part, count_words, divide_into_parts
from .places import Place, Source


@dataclass(frozen=True, slots=True)
class Story:
    """A story: its title (without Markdown signs), the level of its heading (1-6; 0: it has none), its parts and
    links in order. Characters `start` to `end` of the source hold all of it, up to `heading_end` its heading."""

    source: Source = field(repr=False, compare=False)
    title: str
    level: int
    start: int
    heading_end: int
    end: int
    parts: tuple[Part, ...]
    links: tuple[Link, ...]

    @property
    def text(self) -> str:
        """All of the story as it stands in the file, heading included."""
        return self.source.text[self.start : self.end]

    @property
    def place(self) -> Place:
        return self.source.place(self.start, self.end)

    @property
    def heading_place(self) -> Place:
        """The place of the heading's line; it ends where it begins if there is no heading."""
        return self.source.place(self.start, self.heading_end)

    @property
    def word_count(self) -> int:
        """Words of heading, labels and contents."""
        return count_words(self.text)

    def part(self, kind: PartKind) -> Part | None:
        """The first part of a kind, None if the story has none."""
        return next((part for part in self.parts if part.kind is kind), None)


def divide_into_stories(
    source: Source, start: int, spans: Sequence[Span], links: Sequence[Link]
) -> tuple[Story, tuple[Story, ...]]:
    """Preamble and stories of a body that begins at the character `start` and has the blocks `spans`.

    A story begins at each heading of the story level (see `story_level`) or of a higher one. Headings that are
    labels ("## TLDR") begin no story but a part of the one they stand in. What stands before the first story is the
    preamble, a Story whose title is that of a heading of level one at its start. Without any story heading the
    whole body is one story of level 0, and of an empty body one with one empty part: there is always a story.
    """
    headings = find_headings(source.text, spans)
    sections = _sections(spans, headings)
    builder = _Builder(source, headings, LinkIndex.of(links))
    if len(sections) == 1:
        return builder.story([], start), (builder.sole_story(sections[0], start),)
    preamble = builder.story(sections[0], start, highest=1)
    stories = tuple(builder.story(section, section[0].start) for section in sections[1:])
    if len(stories) == 1 and not stories[0].parts:  # a heading and nothing else
        stories = (replace(stories[0], parts=(builder.empty_part(stories[0].end),)),)
    return preamble, stories


def story_level(headings: Mapping[int, Heading]) -> int:
    """The level of headings that stories have; 0 if there are none but labels.

    Two, as a rule; one where headings of level one are at least two and not fewer than those of level two, or
    where there are none of level two; else the highest that there is.
    """
    levels = Counter(heading.level for heading in headings.values() if not heading.label)
    if levels[2] and levels[1] < max(2, levels[2]):
        return 2
    return min((level for level in levels if levels[level]), default=0)


def _sections(spans: Sequence[Span], headings: Mapping[int, Heading]) -> list[list[Span]]:
    """The blocks of the preamble (perhaps none), then those of each story. A heading above the story level before
    the first story is the title of all."""
    level = story_level(headings)
    sections: list[list[Span]] = [[]]
    for span in spans:
        heading = headings.get(span.start)
        if heading and not heading.label:
            is_story = heading.level == level or (heading.level < level and len(sections) > 1)
            if is_story:
                sections.append([])
        sections[-1].append(span)
    return sections


@dataclass(frozen=True, slots=True)
class _Builder:
    source: Source
    headings: Mapping[int, Heading]
    links: LinkIndex

    def story(self, section: Sequence[Span], start: int, *, highest: int = 6) -> Story:
        """A story of these blocks, the first of which is its heading if its level is at most `highest`; without
        blocks an empty one at `start`."""
        first = self.headings.get(section[0].start) if section else None
        if first and not first.label and first.level <= highest:
            return self._built(first.title, first.level, section, section[1:], start)
        return self._built("", 0, section, section, start)

    def sole_story(self, section: Sequence[Span], start: int) -> Story:
        """The story of a body without story headings; it has at least one part."""
        story = self._built("", 0, section, section, start)
        if story.parts:
            return story
        at = story.start
        return Story(self.source, "", 0, at, at, story.end, (self.empty_part(at),), ())

    def empty_part(self, at: int) -> Part:
        return Part(self.source, PartKind.OTHER, "", LabelShape.NONE, (), at, at, at)

    def _built(self, title: str, level: int, section: Sequence[Span], content: Sequence[Span], start: int) -> Story:
        begin, end = (section[0].start, section[-1].end) if section else (start, start)
        heading_end = section[0].end if level else begin
        parts = divide_into_parts(self.source, content, self.headings, self.links)
        return Story(self.source, title, level, begin, heading_end, end, parts, self.links.between(begin, end))
