"""Checks of the hashtags: one spelling for one subject, no placeholders, the marks that the desk needs."""

from collections.abc import Iterator

from ..frontmatter import LANGUAGE_TAGS
from .piece import Piece, shortened
from .registry import Context, Finding, Fix, Severity, register

MARKS = frozenset({"generated", *LANGUAGE_TAGS})
# What generators wrote where a tag was to be filled in; #agregate stands in ten files of the corpus's origin.
_PLACEHOLDERS = """
    agregate aggregate todo tbd tag tags tag1 tag2 tag3 hashtag hashtags placeholder example source source-tag
"""
PLACEHOLDERS = frozenset(_PLACEHOLDERS.split())


def _finding(piece: Piece, message: str, tag: str, fix: str | None) -> Finding:
    return Finding(message, piece.field_place("hashtags"), tag, "hashtags", fix)


@register(code="tag-placeholder", severity=Severity.BLOCK, fix=Fix.SUGGESTION)
def tag_placeholder(piece: Piece, context: Context) -> Iterator[Finding]:
    """A tag that stands for one that was to be filled in."""
    for tag in piece.tags:
        if tag.lower() in PLACEHOLDERS:
            message = f"#{tag} is a placeholder that the generator forgot. Remove it or write the tag that was meant."
            yield _finding(piece, message, tag, "")


@register(code="tag-uppercase", severity=Severity.WARN, fix=Fix.SAFE)
def tag_uppercase(piece: Piece, context: Context) -> Iterator[Finding]:
    """A tag with capital letters."""
    for tag in piece.written_tags:
        if tag != tag.lower():
            message = f"#{shortened(tag)} has capital letters. Write #{shortened(tag.lower())}."
            yield _finding(piece, message, tag, context.house.merged_tag(tag))


@register(code="tag-alias", severity=Severity.WARN, fix=Fix.SAFE)
def tag_alias(piece: Piece, context: Context) -> Iterator[Finding]:
    """A tag that the house list merges into another."""
    for tag in piece.written_tags:
        better = context.house.merged_tag(tag)
        if better != tag.lower():
            yield _finding(piece, f"The house writes #{better} for #{shortened(tag)}.", tag, better)


@register(code="tag-duplicate", severity=Severity.WARN, fix=Fix.SAFE)
def tag_duplicate(piece: Piece, context: Context) -> Iterator[Finding]:
    """A tag that is there twice, by the house's spelling."""
    seen: dict[str, str] = {}
    for tag in piece.written_tags:
        same = context.house.merged_tag(tag)
        if same in seen:
            first = seen[same]
            message = f"#{shortened(tag)} is there twice" + (f" (as #{first})" if first != tag else "")
            yield _finding(piece, f"{message}. Remove one.", tag, same)
        seen.setdefault(same, tag)


@register(code="tag-near", severity=Severity.INFO, fix=Fix.SUGGESTION)
def tag_near(piece: Piece, context: Context) -> Iterator[Finding]:
    """A tag that no approved text has, but nearly."""
    for tag in piece.tags:
        if tag.lower() not in MARKS and (near := context.approved_tags.near(context.house.merged_tag(tag))):
            message = f"No approved text has #{shortened(tag)}, but there is #{near}. Write that, if it is meant."
            yield _finding(piece, message, tag, near)


@register(code="tag-generated-missing", severity=Severity.WARN, fix=Fix.SAFE, version=2)
def tag_generated_missing(piece: Piece, context: Context) -> Iterator[Finding]:
    """The mark #generated is missing."""
    marks = _marks(piece, context)
    if marks is not None and "generated" not in marks:
        yield _finding(piece, "The tag #generated is missing. Add it: a machine wrote this text.", "", "generated")


def _marks(piece: Piece, context: Context) -> frozenset[str] | None:
    """The tags of the file that name no subject, None where nobody knows."""
    if piece.is_file:
        return MARKS & {tag.lower() for tag in piece.frontmatter.tags} if piece.frontmatter else None
    return context.marks


@register(code="tag-language-missing", severity=Severity.WARN, fix=Fix.SAFE, version=2)
def tag_language_missing(piece: Piece, context: Context) -> Iterator[Finding]:
    """No tag names the language."""
    marks = _marks(piece, context)
    is_unknown = not piece.is_file and not piece.stated_language
    if is_unknown or (marks is not None and not marks - {"generated"}):
        language = piece.language
        advice = f"Add #{language}." if language else "Add the one that the text is in."
        yield _finding(piece, f"No tag names the language. {advice}", "", language or None)
