"""The headings of a text: what they say, and whether they are a label ("## TLDR") rather than a title. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..labels import Label, label_of_heading
from .blocks import HEADING, BlockKind, Span

TITLE_MAX = 200  # characters; a longer text above a line of dashes is a paragraph that lost its blank line
_CLOSING = re.compile(r"(?:^|[ \t])#+[ \t]*$")
_MARKUP = re.compile(r"[*`]+|\b_+|_+\b|\\(?=[^\w\s])")
_LINK = re.compile(r"!?(?<!\\)\[((?:[^\[\]\\]++|\\.|\[[^\[\]]*+\])*+)\]\([^()\s]*+(?:\([^()\s]*+\)[^()\s]*+)*+\)")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading's text as written, without its marks, its level, where the text begins, the label if it is one."""

    text: str
    level: int
    text_start: int
    label: Label | None

    @property
    def title(self) -> str:
        return plain_title(self.text)


def find_headings(text: str, spans: Sequence[Span]) -> dict[int, Heading]:
    """The headings by the character at which their block begins."""
    found = ((span.start, _heading(text, span)) for span in spans if span.kind is BlockKind.HEADING)
    return {start: heading for start, heading in found if heading}


def plain_title(text: str) -> str:
    """A heading's text without Markdown signs: links become their text, emphasis and code lose their marks."""
    if "](" in text:
        text = _LINK.sub(r"\1", text)
    if any(sign in text for sign in "*`_\\"):
        text = _MARKUP.sub("", text)
    return " ".join(text.split())


def _heading(text: str, span: Span) -> Heading | None:
    match = HEADING.match(text, span.start, span.end)
    if match:
        content = match[2].rstrip()
        content = _CLOSING.sub("", content).rstrip() if content.endswith("#") else content
        return Heading(content, span.level, match.start(2), label_of_heading(content))
    lines = text[span.start : span.end].splitlines()
    content = lines[0].strip()
    if len(lines) > 2 or len(content) > TITLE_MAX:
        return None
    return Heading(content, span.level, text.index(content, span.start), label_of_heading(content))
