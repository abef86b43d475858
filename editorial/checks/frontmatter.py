"""Checks of the frontmatter: is it there and whole, are title, excerpt, slug and date as the house wants them."""

import datetime
import re
from collections.abc import Iterator

from digest.slugs import slugify

from ..frontmatter import missing, problems
from ..text import SAFE_SLUG
from .piece import Piece, shortened
from .registry import Context, Finding, Fix, Severity, register
from .suggesting import excerpt_of_tldr, shorter_slug, shorter_title

TITLE_MAX, EXCERPT_MIN, EXCERPT_MAX, SLUG_MAX = 100, 40, 200, 80  # characters; the house's rules
YEAR_OFF = range(351, 381)  # days that a date is off which is right but for its year; a fortnight either way
_DAY_IN_NAME = re.compile(r"(?:.*/)?(20\d\d-[01]\d-[0-3]\d)")


@register(code="frontmatter-missing", severity=Severity.BLOCK)
def frontmatter_missing(piece: Piece, context: Context) -> Iterator[Finding]:
    """There is no frontmatter, or none that can be read."""
    if piece.error:
        place = piece.place(0, 0)
        yield Finding(f"{piece.error.message} The desk needs title, excerpt, date, slug and tags.", place)


@register(code="frontmatter-incomplete", severity=Severity.BLOCK, fix=Fix.SUGGESTION)
def frontmatter_incomplete(piece: Piece, context: Context) -> Iterator[Finding]:
    """A key that every article needs is absent or empty."""
    absent = []
    if piece.frontmatter:
        absent = [*missing(piece.frontmatter), *(["excerpt"] if not piece.excerpt.strip() else [])]
    elif not piece.is_file:
        values = {"title": piece.title, "excerpt": piece.excerpt, "slug": piece.slug, "hashtags": piece.tags}
        absent = [key for key, value in values.items() if not value]
    for key in absent:
        fix = {"excerpt": excerpt_of_tldr(piece, EXCERPT_MIN, EXCERPT_MAX), "slug": slugify(piece.title)}.get(
            key
        ) or None
        yield Finding(f"{key} is missing or empty. Fill it in.", piece.field_place(key), field=key, fix=fix)


@register(code="frontmatter-wrong", severity=Severity.BLOCK)
def frontmatter_wrong(piece: Piece, context: Context) -> Iterator[Finding]:
    """A value is of a wrong kind, no date, or cut off by a sign."""
    for problem in problems(piece.frontmatter) if piece.frontmatter else ():
        entry = piece.entry(problem.key)
        yield Finding(problem.message, piece.field_place(problem.key), entry.raw if entry else "", problem.key)


@register(code="slug-unsafe", severity=Severity.BLOCK, fix=Fix.SUGGESTION)
def slug_unsafe(piece: Piece, context: Context) -> Iterator[Finding]:
    """The slug holds more than small letters, digits and single hyphens."""
    if piece.slug and not SAFE_SLUG.fullmatch(piece.slug):
        better = slugify(piece.slug) or slugify(piece.title)
        message = f"The slug “{shortened(piece.slug)}” is no safe address: only a-z, 0-9 and single hyphens are."
        yield Finding(
            f"{message} Write “{shortened(better)}”.", piece.field_place("slug"), piece.slug, "slug", better or None
        )


@register(code="slug-long", severity=Severity.WARN, fix=Fix.SUGGESTION)
def slug_long(piece: Piece, context: Context) -> Iterator[Finding]:
    """The slug is over 80 characters."""
    if len(piece.slug) > SLUG_MAX:
        shorter = shorter_slug(piece.slug, SLUG_MAX)
        message = f"The slug has {len(piece.slug)} characters; {SLUG_MAX} are the most. Shorten it."
        yield Finding(message, piece.field_place("slug"), piece.slug, "slug", shorter or None)


@register(code="title-long", severity=Severity.WARN, fix=Fix.SUGGESTION)
def title_long(piece: Piece, context: Context) -> Iterator[Finding]:
    """The title is over 100 characters."""
    if len(piece.title) > TITLE_MAX:
        message = f"The title has {len(piece.title)} characters; {TITLE_MAX} are the most. Shorten it."
        shorter = shorter_title(piece.title, TITLE_MAX)
        yield Finding(message, piece.field_place("title"), piece.title, "title", shorter or None)


@register(code="excerpt-short", severity=Severity.WARN, fix=Fix.SUGGESTION)
def excerpt_short(piece: Piece, context: Context) -> Iterator[Finding]:
    """The excerpt is under 40 characters."""
    if 0 < len(piece.excerpt.strip()) < EXCERPT_MIN:
        yield _excerpt(piece, f"under {EXCERPT_MIN}: it says too little")


@register(code="excerpt-long", severity=Severity.WARN, fix=Fix.SUGGESTION)
def excerpt_long(piece: Piece, context: Context) -> Iterator[Finding]:
    """The excerpt is over 200 characters."""
    if len(piece.excerpt) > EXCERPT_MAX:
        yield _excerpt(piece, f"over {EXCERPT_MAX}: lists cut it off")


def _excerpt(piece: Piece, why: str) -> Finding:
    suggestion = excerpt_of_tldr(piece, EXCERPT_MIN, EXCERPT_MAX)
    message = f"The excerpt has {len(piece.excerpt)} characters, {why}. Write one or two sentences."
    return Finding(message, piece.field_place("excerpt"), piece.excerpt, "excerpt", suggestion or None)


@register(code="date-year-off", severity=Severity.WARN, version=2)
def date_year_off(piece: Piece, context: Context) -> Iterator[Finding]:
    """The date is about a year from the day that the file's name says, or else on which it was delivered."""
    named = _DAY_IN_NAME.match(piece.name)
    told = [
        (_day(named[1]) if named else None, "the file's name says"),
        (context.delivered, "the file was delivered on"),
    ]
    other, source = next((each for each in told if each[0]), (None, ""))
    if other and piece.date and abs((other - piece.date).days) in YEAR_OFF:
        message = f"publishedAt is {piece.date}, {source} {other}: a year off. Correct the year."
        yield Finding(message, piece.field_place("publishedAt"), str(piece.date), "publishedAt")


def _day(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None
