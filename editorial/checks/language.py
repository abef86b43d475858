"""Checks of language: tag, title, excerpt and paragraphs against the body, and letters of other scripts in words."""

import re
from collections.abc import Iterator

from ..language import LANGUAGES
from .piece import Piece, shortened
from .registry import Context, Finding, Fix, Severity, register

LINES_NAMED = 5
# Latin with its accented letters; Greek is left out of the foreign scripts, since formulas hold it (τ²-bench, μs).
_LATIN = "A-Za-z\u00c0-\u024f"
_FOREIGN = (
    "\u0400-\u052f\u0530-\u058f\u0590-\u05ff\u0600-\u06ff\u0900-\u0dff\u0e00-\u0eff\u10a0-\u10ff\u1100-\u11ff"
    "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
)
_FOREIGN_LETTER = re.compile(f"[{_FOREIGN}]")
_INSIDE_WORD = re.compile(rf"[{_LATIN}]+[{_FOREIGN}][{_LATIN}{_FOREIGN}]*|[{_FOREIGN}]+[{_LATIN}][{_LATIN}{_FOREIGN}]*")


def name_of(code: str) -> str:
    return LANGUAGES[code].name if code in LANGUAGES else code


@register(code="foreign-script", severity=Severity.BLOCK)
def foreign_script(piece: Piece, context: Context) -> Iterator[Finding]:
    """Letters of another script inside a word."""
    for key, value in (("title", piece.title), ("excerpt", piece.excerpt)):
        for match in _INSIDE_WORD.finditer(value) if not value.isascii() else ():
            yield Finding(_foreign(match[0]), piece.field_place(key), match[0], key)
    for match in _INSIDE_WORD.finditer(piece.prose) if _FOREIGN_LETTER.search(piece.prose) else ():
        yield Finding(_foreign(match[0]), piece.place(*match.span()), match[0])


def _foreign(word: str) -> str:
    return f"“{shortened(word)}” has letters of another script inside a word. Write the word that was meant."


@register(code="language-tag", severity=Severity.BLOCK, fix=Fix.SUGGESTION)
def language_tag(piece: Piece, context: Context) -> Iterator[Finding]:
    """The language tag contradicts the text."""
    stated, body = piece.stated_language, piece.body.language
    if stated and body and stated != body:
        message = f"The tag #{stated} says {name_of(stated)}, the text is {name_of(body)}."
        advice = f"Generate the text in {name_of(stated)} or write #{body}."
        yield Finding(f"{message} {advice}", piece.field_place("hashtags"), stated, "hashtags", body)


@register(code="language-title", severity=Severity.BLOCK)
def language_title(piece: Piece, context: Context) -> Iterator[Finding]:
    """The title is in another language than the text."""
    yield from _of_field(piece, "title", piece.title, piece.title_language)


@register(code="language-excerpt", severity=Severity.BLOCK)
def language_excerpt(piece: Piece, context: Context) -> Iterator[Finding]:
    """The excerpt is in another language than the text."""
    yield from _of_field(piece, "excerpt", piece.excerpt, piece.excerpt_language)


def _of_field(piece: Piece, key: str, value: str, language: str) -> Iterator[Finding]:
    body = piece.body.language
    if language and body and language != body:
        message = f"The {key} is {name_of(language)}, the text is {name_of(body)}. Write the {key} in {name_of(body)}."
        yield Finding(message, piece.field_place(key), value, key)


@register(code="language-mixed", severity=Severity.WARN)
def language_mixed(piece: Piece, context: Context) -> Iterator[Finding]:
    """Paragraphs in another language than the text; disclaimers, the generator's own words, do not count."""
    body = piece.body.language
    strange = [
        (block, language)
        for block, language in piece.body.paragraph_languages
        if body and language and language != body and not piece.in_disclaimer(block.start)
    ]
    if strange:
        lines = [str(block.place.line) for block, _ in strange]
        named = ", ".join(lines[:LINES_NAMED]) + (", …" if len(lines) > LINES_NAMED else "")
        others = " or ".join(sorted({name_of(language) for _, language in strange}))
        message = f"The text is {name_of(body)}, but {len(strange)} of its paragraphs or list items"
        first = strange[0][0]
        yield Finding(
            f"{message} (line {named}) are {others}. Generate them again.", first.place, shortened(first.prose)
        )
