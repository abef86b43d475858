"""Checks of layout: how the text and its lines end, lists, length and code."""

import re
from collections.abc import Iterator

from ..document import PROSE, BlockKind, PartKind, parse_body
from .piece import CODE, Piece, shortened
from .registry import Context, Finding, Fix, Severity, register

WORDS_MAX = 4_000
_BLANKS = re.compile(r"(?<![ \t])[ \t]++(?=\r?\n|\r|\Z)")
_LINE_BLANKS = (" \n", "\t\n", " \r", "\t\r")
_FENCED = re.compile(
    r"\s*?(?P<opening>(?P<mark>`{3,}|~{3,})[ \t]*(?P<language>markdown|md|mdx)?[ \t]*\r?\n)"
    r"(?P<inside>.*\r?\n)(?P<closing>(?P=mark)[ \t]*)\s*",
    re.DOTALL | re.IGNORECASE,
)
_INNER_FENCE = re.compile(r"^[ ]{0,3}(?:`{3,}|~{3,})([^`\n]*)$", re.MULTILINE)
_OPEN_END = re.compile(
    r"(?:[,;(–—]|\b(?:the|a|an|and|or|of|to|with|for|in|on|by|that|which|is|are|was|were|as|from|their|its|this|i|w|z|"
    r"na|do|oraz|że|który|która|które|dla|przez|lub|albo))\Z",
    re.IGNORECASE,
)


@register(code="ends-mid-sentence", severity=Severity.BLOCK)
def ends_mid_sentence(piece: Piece, context: Context) -> Iterator[Finding]:
    """The text ends, or a TLDR or Summary breaks off, in the middle of a sentence."""
    spans = piece.body.spans
    kinds = (PartKind.TLDR, PartKind.SUMMARY)
    ends = {part.end for story in piece.stories for part in story.parts if part.kind in kinds}
    for span in spans:
        if span.kind is BlockKind.PARAGRAPH and (span.end in ends or span is spans[-1]):
            last = piece.text[max(span.start, span.end - 400) : span.end].rstrip()
            bare = span is spans[-1] and last[-1:].isalnum() and _is_running(last)
            if (bare or _OPEN_END.search(last, max(0, len(last) - 12))) and last.count(" ") >= 8:
                tail = last[-60:].partition(" ")[2]
                message = f"The text breaks off in the middle of a sentence: “…{shortened(tail)}”. Generate it again."
                yield Finding(message, piece.place(span.end - len(tail), span.end), tail)


def _is_running(text: str) -> bool:
    """Whether a paragraph is of whole sentences, so that one without a full stop breaks off: no link, no list of
    names, at least one sentence before the last."""
    return "](" not in text and "://" not in text and re.search(r"[a-ząćęłńóśźż][.!?]\s+\S", text) is not None


@register(code="list-without-blank-line", severity=Severity.INFO)
def list_without_blank_line(piece: Piece, context: Context) -> Iterator[Finding]:
    """A list right under a paragraph."""
    spans = piece.body.spans
    for before, item in zip(spans, spans[1:], strict=False):
        is_under = item.kind is BlockKind.LIST_ITEM and before.kind is BlockKind.PARAGRAPH
        if is_under and piece.text[before.end : item.start].count("\n") == 1:
            message = "A list stands right under a line of text. Put a blank line between them."
            line = piece.text[before.start : before.end].rpartition("\n")[2]
            yield Finding(message, piece.place(item.start, item.start), shortened(line))


@register(code="final-newline", severity=Severity.INFO, fix=Fix.SAFE)
def final_newline(piece: Piece, context: Context) -> Iterator[Finding]:
    """The file does not end with a line end."""
    end = len(piece.text)
    if piece.is_file and piece.body.text.strip() and not piece.text.endswith(("\n", "\r")):
        newline = piece.frontmatter.newline if piece.frontmatter else "\n"
        yield Finding("The file does not end with a line end. Add one.", piece.place(end, end), fix=newline)


@register(code="trailing-space", severity=Severity.INFO, fix=Fix.SAFE, version=2)
def trailing_space(piece: Piece, context: Context) -> Iterator[Finding]:
    """Blanks at the end of a paragraph, heading or list item, and single ones inside; two there are a line break."""
    has_blanks = any(blanks in piece.text for blanks in _LINE_BLANKS) or piece.text.endswith((" ", "\t"))
    for span in piece.body.spans if has_blanks else ():
        if span.kind in PROSE or span.kind is BlockKind.HEADING:
            for match in _BLANKS.finditer(piece.text, span.start, span.end):
                is_last = match.end() == span.end
                if is_last or (match[0] in (" ", "\t") and span.kind not in (BlockKind.QUOTE, BlockKind.TABLE)):
                    message = "Blanks at the end of the line. Remove them."
                    yield Finding(message, piece.place(*match.span()), match[0], fix="")


@register(code="fence-around", severity=Severity.WARN, fix=Fix.SAFE)
def fence_around(piece: Piece, context: Context) -> Iterator[Finding]:
    """The whole text stands in a code fence, as models hand it over."""
    is_fenced = piece.text[piece.start : piece.start + 200].lstrip()[:3] in ("```", "~~~")
    match = _FENCED.fullmatch(piece.text[piece.start :]) if is_fenced else None
    if match and _is_article(match["inside"], named=bool(match["language"])):
        message = "The whole text stands in a code fence. Take the fence off."
        for part in ("opening", "closing"):
            start, end = (piece.start + at for at in match.span(part))
            yield Finding(message, piece.place(start, end), match[part], fix="")


def _is_article(text: str, *, named: bool) -> bool:
    """Whether what stands in a fence is an article and not code: it has a heading and a labelled part, its own fences
    come in pairs, and there are none where the outer one (not `named` as Markdown) might be closed by them."""
    fences = _INNER_FENCE.findall(text)
    if len(fences) % 2 or (fences and not named) or any(info.strip() for info in fences[1::2]):
        return False
    stories = parse_body(text).stories
    return any(story.level and part.kind is not PartKind.OTHER for story in stories for part in story.parts)


@register(code="words-many", severity=Severity.INFO)
def words_many(piece: Piece, context: Context) -> Iterator[Finding]:
    """Over 4,000 words."""
    if len(piece.text) - piece.start > WORDS_MAX * 4 and piece.body.word_count > WORDS_MAX:
        message = f"The text has {piece.body.word_count} words; over {WORDS_MAX} few people read to the end. Split it."
        yield Finding(message, piece.place(piece.start, piece.start))


@register(code="code-in-text", severity=Severity.INFO)
def code_in_text(piece: Piece, context: Context) -> Iterator[Finding]:
    """Code in a text that is meant to be heard."""
    fences = [(span.start, span.end) for span in piece.body.spans if span.kind in CODE]
    places = sorted([*fences, *piece.code_spans])
    if places:
        start, end = places[0]
        message = f"There is code in the text, in {len(places)} places; it cannot be read aloud. Say what it does."
        yield Finding(message, piece.place(start, end), shortened(piece.text[start:end]))
