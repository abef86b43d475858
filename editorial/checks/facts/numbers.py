"""Figures, dates and versions of a TLDR or takeaway against the story's Summary."""

import re
from collections.abc import Iterator
from functools import lru_cache

from ...document import Part
from ...language import LANGUAGES
from ..piece import Piece
from ..registry import Context, Finding, Severity, register
from .days import Day, days, month_of, months_of_years
from .figures import Figure, figures, number_words
from .holding import Hedge, differing, holds
from .told import Comparison, Told, comparisons, once
from .units import ORDINAL, TIME, unit_at

SMALL = 13  # numbers below it without unit or scale are counts ("three ways"), not claims
_HEDGES = re.compile(
    r"(?:(?P<over>over|more than|at least|above|upwards of|exceed(?:s|ed|ing)?|ponad|więcej niż|co najmniej|przeszło"
    r"|powyżej|przekrocz\w*|przekracza\w*|minimum)"
    r"|(?P<under>under|less than|fewer than|below|up to|at most|maximum|maksymalnie|(?<!\d )(?<!\d% )do|mniej niż"
    r"|poniżej|nie więcej niż|najwyżej)"
    r"|nearly|almost|prawie|niemal|about|around|roughly|approximately|some|close to|as many as|as much as|~|≈|circa"
    r"|about a"
    r"|około|ok\.|blisko|nawet|mniej więcej|jakieś|rzędu)"
    r"\s*[$€£]?\Z",
    re.IGNORECASE,
)
_VERSION = re.compile(
    r"(?<![\w.-])((?:i[A-Z]|[A-Z])[A-Za-z]*(?:\.js)?)(-| v?|(?<=[A-Za-z]{3}))(\d{1,3}(?:\.\d{1,3}){0,2})"
    r"(?![\w%]|[.,:]\d|\s?(?:%|percent|procent)|[ \u00a0-](?:hundred|thousand|[mbt]r?illi|tys|mln|mld|mili|bili|bn\b))"
)
_DIGIT = re.compile(r"\d")
_STOP = frozenset(word for language in LANGUAGES.values() for word in language.words)
_SCALE_OR_UNIT = re.compile(
    r"mil|bil|tril|thous|hundr|mln|mld|tys|perc|per c|proc|%|times|razy|fold|min|hour|godz|sec|sek|day|dni"
)
_NO_PRODUCT_WORDS = """
    january february march april may june july august september october november december jan feb mar apr jun jul aug
    sep sept oct nov dec part step chapter issue day week phase level page episode season top nearly almost around
    roughly approximately some only version days hours stage figure table section tier article over under about up
    first last next all plus just numer dzień część krok
"""
_NO_PRODUCT = _STOP | frozenset(_NO_PRODUCT_WORDS.split())
_LETTER_OF = {1_000: "[kK]", 1_000_000: "[mM]", 1_000_000_000: "[bB]"}
_MORE = re.compile(r"\w|[.,]\d|[ \u00a0-]?(?:hundred|thousand|[mbt]r?illi|tys|mln|mld|mili|bili|bn\b|percent|proc)")


@register(code="fact-figure", severity=Severity.WARN, version=3)
def fact_figure(piece: Piece, context: Context) -> Iterator[Finding]:
    """A figure in a TLDR or takeaway that the story's Summary does not hold, or holds with another value."""
    for compared in comparisons(piece):
        yield from once(_of_figures(piece, compared))


def _of_figures(piece: Piece, compared: Comparison) -> Iterator[Finding]:
    for part in compared.claims:
        for claim, other in unheld_figures(piece, part, compared.told):
            written = piece.text[claim.start : claim.end].strip(" .")
            message = f"The Summary of this story does not hold the figure “{written}”. Check it against the source."
            if other:
                said = compared.told.text[other.start : other.end].strip(" .")
                message = f"“{written}” here, but the Summary says “{said}”. Correct one."
            yield Finding(message, piece.place(claim.start, claim.end), piece.text[claim.start : claim.end])


def unheld_figures(piece: Piece, part: Part, told: Told) -> Iterator[tuple[Figure, Figure | None]]:
    """The figures of a part that a text does not hold, each with the one there that looks like it, if there is one."""
    versions = {match.start(3) for match in versions_in(piece, part)}
    dates = [(day.start, day.end) for day in days_in(piece, part)]
    for claim in _figures(piece, part):
        if claim.start in versions or claim.is_year or any(begin <= claim.start < end for begin, end in dates):
            continue
        is_claim = _is_claim(claim)
        if not (is_claim or claim.unit == TIME) or _is_written(piece, claim, told):
            continue
        hedge = _hedge(piece, claim)
        if holds(told.digits, claim, hedge) or holds(told.figures, claim, hedge):
            continue
        other = differing(told.figures, claim)
        if is_claim or (other and other.unit == TIME):
            yield claim, other


# What several checks ask of a part in turn, so it is kept for the last few.


@lru_cache(maxsize=64)
def days_in(piece: Piece, part: Part) -> tuple[Day, ...]:
    """The days of months that a part names."""
    return tuple(days(piece.prose, part.text_start, part.end))


@lru_cache(maxsize=64)
def _digits(piece: Piece, part: Part) -> tuple[Figure, ...]:
    return tuple(figures(piece.prose, part.text_start, part.end))


@lru_cache(maxsize=64)
def versions_in(piece: Piece, part: Part) -> tuple[re.Match[str], ...]:
    """The versions of products that a part names."""
    return tuple(_versions(piece.prose, part.text_start, part.end))


def _figures(piece: Piece, part: Part) -> Iterator[Figure]:
    span = (piece.prose, part.text_start, part.end)
    yield from _digits(piece, part)
    if _SCALE_OR_UNIT.search(*span):
        yield from (figure for figure in number_words(*span) if figure.is_scaled or figure.unit)


def claimed_figures(piece: Piece, part: Part) -> Iterator[Figure]:
    """The figures of a part that say more than a count, and its years; those in words too."""
    return (figure for figure in _figures(piece, part) if _is_claim(figure) or figure.unit == TIME)


def _is_claim(figure: Figure) -> bool:
    """Whether a figure says more than a count: it has a unit or a scale, a fraction, or is large."""
    if figure.unit == ORDINAL or figure.is_decade or (figure.is_word and not figure.is_exact):
        return False
    has_unit = figure.unit not in ("", TIME)
    is_large = not figure.is_word and figure.values[0] >= SMALL
    return has_unit or figure.is_scaled or bool(figure.values[0] % 1) or is_large


def _is_written(piece: Piece, claim: Figure, told: Told) -> bool:
    """Whether a text has the very characters: the common case, told without reading its figures."""
    written = piece.text[claim.start : claim.end].strip(" .")
    if claim.is_scaled and not claim.is_word:
        digits = re.escape(re.split(r"[^\d.,]", written.lstrip("$€£"))[0])
        letter = _LETTER_OF.get(round(claim.values[0] / claim.mantissas[0])) if claim.mantissas[0] else None
        if letter and re.search(rf"(?<![\d.,]){digits}{letter}\b", told.text):
            return True  # a part of a name: gpt-oss-120b
    at = told.text.find(written)
    before = told.text[at - 1 : at] if at > 0 else ""
    return (
        at >= 0
        and not (before.isalnum() or before in tuple(".,$€£-"))
        and not _MORE.match(told.text, at + len(written))
    )


def _hedge(piece: Piece, figure: Figure) -> Hedge:
    match = _HEDGES.search(piece.prose, max(0, figure.start - 20), figure.start)
    if not match:
        return Hedge.NONE
    return Hedge.OVER if match["over"] else Hedge.UNDER if match["under"] else Hedge.ABOUT


@register(code="fact-date", severity=Severity.WARN, version=3)
def fact_date(piece: Piece, context: Context) -> Iterator[Finding]:
    """A year, a month of a year or a day of a month in a TLDR or takeaway that the story's Summary does not hold."""
    for compared in comparisons(piece):
        yield from once(_of_dates(piece, compared))


def _of_dates(piece: Piece, compared: Comparison) -> Iterator[Finding]:
    for part in compared.claims:
        for start, end, what, other in unheld_dates(piece, part, compared.told):
            message = f"The Summary of this story does not hold the {what}. Check it against the source."
            if other:
                said = compared.told.text[other.start : other.end]
                message = f"“{piece.text[start:end]}” here, but the Summary says “{said}”. Correct one."
            yield Finding(message, piece.place(start, end), piece.text[start:end])


def unheld_dates(piece: Piece, part: Part, told: Told) -> Iterator[tuple[int, int, str, Day | None]]:
    """The dates of a part that a text does not hold: where, what it is in words, and the other day that the text has
    of that month, or of that number in another month."""
    span = (piece.prose, part.text_start, part.end)
    dated = days_in(piece, part)
    for day in dated:
        if not any((day.month, day.day) == (each.month, each.day) for each in told.days):
            other = next((each for each in told.days if _is_slip(day, each)), None)
            yield day.start, day.end, f"date {piece.text[day.start : day.end]}", other
    months: list[tuple[int, int]] = []
    for match in months_of_years(*span):
        is_day = any(day.start <= match.start() < day.end for day in dated)
        if not is_day and month_of(match[1]) not in told.months:
            months.append(match.span())
            yield *match.span(), f"date {match[0]}", None
    for year in _digits(piece, part):
        written = piece.text[year.start : year.end]
        is_own = piece.date is not None and written == str(piece.date.year)
        is_told = any(start <= year.start < end for start, end in months)  # together with its month
        if year.is_year and not (is_own or is_told) and not re.search(rf"(?<!\d){written}(?!\d)", told.text):
            yield year.start, year.end, f"year {written}", None


def _is_slip(day: Day, other: Day) -> bool:
    """Whether a day looks like another one with a slip: the month, the digits in another order, one day off."""
    if day.month != other.month:
        return day.day == other.day
    is_reordered = sorted(f"{day.day:02}") == sorted(f"{other.day:02}")
    return is_reordered or abs(day.day - other.day) == 1


@register(code="fact-version", severity=Severity.WARN, version=2)
def fact_version(piece: Piece, context: Context) -> Iterator[Finding]:
    """A version in a TLDR or takeaway where the story's Summary has another one of the same product."""
    for compared in comparisons(piece):
        for part in compared.claims:
            for match, named in unheld_versions(piece, part, compared.told):
                written = piece.written(match)
                message = f"“{written}” here, but the Summary has only “{named}”. Check it against the source."
                yield Finding(message, piece.place(*match.span()), written)


def unheld_versions(piece: Piece, part: Part, told: Told) -> Iterator[tuple[re.Match[str], str]]:
    """The versions of a part of which a text has only others of the same product, each with the first of those."""
    for match in versions_in(piece, part):
        if re.search(rf"(?<![\d.]){re.escape(match[3])}(?!\d)", told.text):
            continue
        others = [other for other in _versions(told.text) if other[1].lower() == match[1].lower()]
        if others and not any(_same_version(match[3], other[3]) for other in others):
            yield match, others[0][0]


def _versions(text: str, start: int = 0, end: int | None = None) -> Iterator[re.Match[str]]:
    """Names with a number that is a version, not a day of a month, the first number of a sentence or one of a unit."""
    stop = len(text) if end is None else end
    for match in _VERSION.finditer(text, start, stop) if _DIGIT.search(text, start, stop) else ():
        if match[1].lower() not in _NO_PRODUCT and not unit_at(text, match.end()):
            yield match


def _same_version(one: str, other: str) -> bool:
    """7 is 7.0 and 7.0.1."""
    first, second = one.split("."), other.split(".")
    return all(a == b for a, b in zip(first, second, strict=False))
