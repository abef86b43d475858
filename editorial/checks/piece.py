"""What the checks look at: a Document or a Text in one shape, with what several checks need worked out once. Pure."""

import datetime
import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from ..document import (
    Block,
    BlockKind,
    Body,
    Document,
    Link,
    LinkKind,
    Part,
    PartKind,
    Place,
    Source,
    Story,
    parse_body,
)
from ..frontmatter import Entry, Frontmatter, FrontmatterError
from ..language import detect
from ..text import Text
from .wording import Wording

SUPPORT = frozenset({PartKind.SUMMARY, PartKind.OTHER})
CODE = frozenset({BlockKind.FENCE, BlockKind.CODE})
KEPT = frozenset({BlockKind.CODE, BlockKind.QUOTE})
_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`)((?:(?!\n[ \t]*\n).){1,400}?)(?<!`)\1(?!`)", re.DOTALL)
_FENCE_LINE = re.compile(r"[ \t]*(?:`{3,}|~{3,})[ \t]*\Z")
_FENCE_IN_ITEM = re.compile(r"(?:^|\n|(?<=[-+*.)] ))[ \t]*(?:`{3,}|~{3,})")
_QUOTATION = re.compile(r"“[^“”]{1,600}”|„[^„“”]{1,600}[“”]|«[^«»]{1,600}»|(?<!\w)\"[^\"]{1,600}\"(?!\w)")
_QUOTATION_MARKS = frozenset('“„«"')
_RAW_TAG = re.compile(r"#?([^\s,;#\"'\[\]]+)")


class Address(NamedTuple):
    """A web address of the body: its link and its parts."""

    link: Link
    url: SplitResult

    @property
    def host(self) -> str:
        return hostname(self.url)

    @property
    def is_homepage(self) -> bool:
        return self.url.path in ("", "/") and not self.url.query and not self.url.fragment


def hostname(url: SplitResult) -> str:
    """The host in small letters without `www.`; "" for none or one that is none."""
    try:
        return (url.hostname or "").lower().removeprefix("www.")
    except ValueError:
        return ""


def split(target: str) -> SplitResult:
    """`urlsplit` that never raises: what is no address has no parts."""
    try:
        return urlsplit(target.strip())
    except ValueError:
        return SplitResult("", "", "", "", "")


@dataclass(frozen=True, eq=False)
class Piece:
    """One text to check. `frontmatter` is None for a Text, and for a file that has none that can be read (`error`
    then says why). `language` is the one it says it is in, else the one that its body is in."""

    body: Body
    title: str
    excerpt: str
    slug: str
    date: datetime.date | None
    tags: tuple[str, ...]
    stated_language: str
    name: str = ""
    frontmatter: Frontmatter | None = None
    error: FrontmatterError | None = None
    is_file: bool = False

    @classmethod
    def of(cls, document: Document | Text) -> "Piece":
        if isinstance(document, Text):
            text = document
            return cls(parse_body(text.body), text.title, text.excerpt, text.slug, text.date, text.tags, text.language)
        front = document.frontmatter
        known = (front.title, front.excerpt, front.slug, front.date, front.tags, front.language_tag) if front else None
        values = known or ("", "", "", None, (), "")
        return cls(document.content, *values, document.name, front, document.error, True)

    @property
    def source(self) -> Source:
        return self.body.source

    @property
    def text(self) -> str:
        """All of the source; the body begins at `start`. Offsets in checks are characters of it."""
        return self.body.source.text

    @property
    def start(self) -> int:
        return self.body.start

    @property
    def stories(self) -> tuple[Story, ...]:
        return self.body.stories

    @cached_property
    def titled(self) -> tuple[Story, ...]:
        """The stories with a heading."""
        return tuple(story for story in self.body.stories if story.level)

    @property
    def language(self) -> str:
        return self.stated_language or self.body.language

    @cached_property
    def title_language(self) -> str:
        return detect(self.title)

    @cached_property
    def excerpt_language(self) -> str:
        return detect(self.excerpt)

    def place(self, start: int, end: int) -> Place:
        return self.body.source.place(start, end)

    def field_place(self, key: str) -> Place:
        """Where the value of a frontmatter key stands; the head of the file where it is absent."""
        entry = self.entry(key)
        return self.place(entry.value_start, entry.value_end) if entry else self.place(0, 0)

    def entry(self, key: str) -> Entry | None:
        return self.frontmatter.entry(key) if self.frontmatter else None

    @cached_property
    def written_tags(self) -> tuple[str, ...]:
        """The tags as they are written, duplicates included."""
        if self.frontmatter is None:
            return self.tags
        value = self.frontmatter.get("hashtags")
        if isinstance(value, list):
            value = " ".join(str(item) for item in value)
        if not isinstance(value, str) or ("," in value and "#" not in value):
            return self.tags
        return tuple(_RAW_TAG.findall(value.replace("#", " #")))

    @cached_property
    def block_starts(self) -> list[int]:
        return [block.start for block in self.body.spans]

    def passage(self, place: Place) -> str:
        """The block in which a place begins, white space folded; "" before the body."""
        at = bisect_right(self.block_starts, self.source.character(place.offset)) - 1
        if at < 0:
            return ""
        span = self.body.spans[at]
        return " ".join(self.text[span.start : span.end].split())

    def block_at(self, start: int) -> Block | None:
        at = bisect_right(self.block_starts, start) - 1
        return self.body.blocks[at] if at >= 0 else None

    @cached_property
    def prose(self) -> str:
        """The source with as many characters, those before the body, in code and in addresses as blanks."""
        pieces, position = [" " * self.start], self.start
        for begin, end in self._masked:
            if end > position:
                begin = max(begin, position)
                pieces += (self.text[position:begin], " " * (end - begin))
                position = end
        return "".join([*pieces, self.text[position:]])

    @cached_property
    def small(self) -> str:
        """`prose` in small letters, with straight apostrophes; as long as it (letters that would grow stay)."""
        small = self.prose.lower()
        if len(small) != len(self.prose):
            small = "".join(lower if len(lower := letter.lower()) == 1 else letter for letter in self.prose)
        return small.replace("’", "'")

    @cached_property
    def wording(self) -> Wording:
        return Wording(self.small, self.start)

    def written(self, match: re.Match[str]) -> str:
        """What a match in `small` or `prose` is in the text as it stands."""
        return self.text[match.start() : match.end()]

    @cached_property
    def code_spans(self) -> tuple[tuple[int, int], ...]:
        """Where code between backticks stands outside fences."""
        if "`" not in self.text:
            return ()
        found = []
        for span in self.body.spans:
            if span.kind not in CODE and self.text.find("`", span.start, span.end) >= 0:
                found += [match.span() for match in _CODE_SPAN.finditer(self.text, span.start, span.end)]
        return tuple(found)

    @cached_property
    def kept(self) -> tuple[tuple[int, int], ...]:
        """What no safe fix may change: code (not the lines that fence it), quoted blocks, and quotations."""
        found = list(self.code_spans)
        for span in self.body.spans:
            text = self.text[span.start : span.end]
            if span.kind is BlockKind.FENCE:
                last = text.rfind("\n") if _FENCE_LINE.match(text, text.rfind("\n") + 1) else len(text)
                found.append((span.start + max(0, text.find("\n")), span.start + max(0, last)))
            elif span.kind in KEPT:
                found.append((span.start, span.end))
            else:
                if (
                    span.kind is BlockKind.LIST_ITEM
                    and ("```" in text or "~~~" in text)
                    and (fence := _FENCE_IN_ITEM.search(text))
                ):
                    found.append((span.start + fence.start(), span.end))
                if not _QUOTATION_MARKS.isdisjoint(text):
                    found += [match.span() for match in _QUOTATION.finditer(self.prose, span.start, span.end)]
        return tuple(found)

    def is_kept(self, place: Place) -> bool:
        """Whether a place is within what no safe fix may change."""
        start, end = self.source.character(place.offset), self.source.character(place.end)
        return any(begin <= start and end <= stop and start < stop for begin, stop in self.kept)

    @cached_property
    def _masked(self) -> list[tuple[int, int]]:
        code = [(span.start, span.end) for span in self.body.spans if span.kind in CODE]
        links = [
            (link.text_end if link.kind is LinkKind.INLINE else link.start, link.end)
            for link in self.body.links
            if link.kind is not LinkKind.REFERENCE
        ]
        definitions = [(span.start, span.end) for span in self.body.spans if span.kind is BlockKind.DEFINITION]
        return sorted([*code, *links, *definitions, *self.code_spans])

    @cached_property
    def addresses(self) -> tuple[Address, ...]:
        """The links to web pages, images not counted."""
        return tuple(
            Address(link, split(link.target))
            for link in self.body.links
            if not link.is_image and link.target[:8].lower().startswith(("http://", "https://"))
        )

    def part_prose(self, part: Part) -> str:
        """The content of a part as the reader hears it: without addresses and code."""
        return self.prose[part.text_start : part.end]

    @cached_property
    def disclaimers(self) -> tuple[tuple[int, int], ...]:
        parts = (part for story in (self.body.preamble, *self.stories) for part in story.parts)
        return tuple((part.start, part.end) for part in parts if part.kind is PartKind.DISCLAIMER)

    def in_disclaimer(self, start: int) -> bool:
        return any(begin <= start < end for begin, end in self.disclaimers)


def shortened(text: str, limit: int = 60) -> str:
    """The text on one line, cut to fit into a sentence."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[:limit].rstrip() + "…"
