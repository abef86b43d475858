"""A generated file as a whole: frontmatter and body, every element with its place in the file's bytes. Pure."""

import codecs
import re
from dataclasses import dataclass, field
from functools import cached_property

from ..frontmatter import Decoded, Frontmatter, FrontmatterError, decode, read, with_value
from ..language import detect
from .body import Block, Body
from .links import Link
from .parts import Part
from .places import Place, Source
from .stories import Story

HEAD_MAX = 64_000  # characters in which the end of a broken frontmatter is looked for
_LINE_END = re.compile(r"\r\n|\n|\r")
# Frontmatter that cannot be read, but whose end is plain to see: blank lines or a code fence before it, then keys
# between two fences.
_BROKEN_HEAD = re.compile(
    r"\s{0,200}(?:```\w*[ \t]*\r?\n\s{0,200})?(?P<fence>---|\+\+\+)[ \t]*\r?\n"
    r"(?:[ \t]*(?:#[^\n]*)?\r?\n){0,50}[ \t]*[\"']?\w[\w -]{0,60}[\"']?[ \t]?[:=]"
    r"(?:[^\n]*\n)*?(?P=fence)[ \t]*(?:\r?\n|\Z)(?:```[ \t]*(?:\r?\n|\Z))?"
)


@dataclass(frozen=True, eq=False)
class Document:
    """One file, parsed. Nothing of it changes; an edit gives a new Document.

    `frontmatter` is None where the file has none or none that can be read; `error` then says why (its cause is
    `no-frontmatter` where there is none), and the body is what stands after it if its end is plain to see, else the
    whole text.
    """

    name: str
    data: bytes = field(repr=False)
    source: Source = field(repr=False)
    frontmatter: Frontmatter | None
    error: FrontmatterError | None
    content: Body = field(repr=False)

    @classmethod
    def parse(cls, data: bytes | str, *, name: str = "") -> "Document":
        """Read a file's bytes, or its text (taken as UTF-8). Never raises, whatever they are."""
        decoded = decode(data) if isinstance(data, bytes) else _as_decoded(data)
        source = Source(decoded)
        frontmatter, error = _read(decoded.text)
        start = frontmatter.body_start if frontmatter else _after_broken_head(decoded.text)
        raw = data if isinstance(data, bytes) else decoded.encode()
        return cls(name, raw, source, frontmatter, error, Body.of(source, start))

    @property
    def body(self) -> str:
        """The text after the frontmatter, exactly as it stands in the file."""
        return self.content.text

    def place_of(self, key: str) -> Place | None:
        """Where the entry of a frontmatter key stands in the file's bytes; None if there is no such key."""
        entry = self.frontmatter.entry(key) if self.frontmatter else None
        return self.source.place(entry.start, entry.end) if entry else None

    @property
    def preamble(self) -> Story:
        """What stands before the first story, as a Story of its own; without parts if there is nothing."""
        return self.content.preamble

    @property
    def stories(self) -> tuple[Story, ...]:
        """At least one; a body without story headings is one story of level 0, without a title."""
        return self.content.stories

    @property
    def links(self) -> tuple[Link, ...]:
        """All links and images of the body, in order."""
        return self.content.links

    @property
    def blocks(self) -> tuple[Block, ...]:
        """All blocks of the body, in order."""
        return self.content.blocks

    @property
    def word_count(self) -> int:
        return self.content.word_count

    @property
    def language(self) -> str:
        """The code of the language tag, else of the body's language; "" if neither is known."""
        return (self.frontmatter.language_tag if self.frontmatter else "") or self.body_language

    @property
    def body_language(self) -> str:
        """The language code of the body's prose, whatever the tags say."""
        return self.content.language

    @property
    def paragraph_languages(self) -> tuple[tuple[Block, str], ...]:
        """Each paragraph, list item, quote and table of the body with its language code ("": too short to say)."""
        return self.content.paragraph_languages

    @cached_property
    def title_language(self) -> str:
        return detect(self.frontmatter.title) if self.frontmatter else ""

    @cached_property
    def excerpt_language(self) -> str:
        return detect(self.frontmatter.excerpt) if self.frontmatter else ""

    def to_bytes(self) -> bytes:
        """The file's bytes; of a document that nobody edited the very same that were parsed."""
        return self.data

    def with_value(self, key: str, value: object) -> "Document":
        """The same document with one frontmatter key set; no byte outside its value changes (in a new encoding
        only if the old one has no letters for it). Raises FrontmatterError where there is nothing to set it in."""
        return self._with_text(with_value(self.source.text, key, value))

    def with_block(self, block: "Block | Part | Story | Link | Place", new_text: str) -> "Document":
        """The same document with one element's text replaced; no byte outside it changes. Line ends become those
        of the file. Raises ValueError if the element is of another document."""
        start, end = self._characters(block)
        text = self.source.text
        line_end = _LINE_END.search(text)
        new_text = _LINE_END.sub(line_end[0] if line_end else "\n", new_text)
        return self._with_text(text[:start] + new_text + text[end:])

    def _with_text(self, text: str) -> "Document":
        return Document.parse(self.source.decoded.encode(text), name=self.name)

    def _characters(self, block: "Block | Part | Story | Link | Place") -> tuple[int, int]:
        if isinstance(block, Place):
            return self.source.character(block.offset), self.source.character(block.end)
        if block.source is not self.source:
            raise ValueError("This block is of another document or of an older state of it. Take it from this one.")
        return block.start, block.end


def _as_decoded(text: str) -> Decoded:
    """A text as if it had come from a UTF-8 file; half surrogate pairs become the bytes that Python has for them."""
    data = text.encode("utf-8", "surrogatepass")
    bom = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    return Decoded(data[len(bom) :].decode("utf-8", "surrogateescape"), "utf-8", bom)


def _read(text: str) -> tuple[Frontmatter | None, FrontmatterError | None]:
    try:
        return read(text), None
    except FrontmatterError as error:
        return None, error


def _after_broken_head(text: str) -> int:
    """The character after frontmatter that cannot be read; 0 if there is none or its end is not plain."""
    head = _BROKEN_HEAD.match(text, 0, HEAD_MAX)
    return head.end() if head else 0
