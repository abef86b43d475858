"""The checks of facts themselves: figures, dates, versions, names and quotations."""

import difflib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from ...document import Part, PartKind, Story
from ...language import LANGUAGES
from ..piece import SUPPORT, Piece, shortened
from ..registry import Context, Finding, Severity, register
from .figures import Figure, differing, figures, holds, number_words

CLAIMS = (PartKind.TLDR, PartKind.TAKEAWAYS)
SUPPORT_LEAST = 300  # characters of a Summary: a shorter one is no basis for a comparison
QUOTATION_LEAST = 12  # characters
SMALL = 13  # numbers below it without unit or scale are counts ("three ways"), not claims
_VAGUE = re.compile(
    r"(?:about|around|nearly|almost|over|under|roughly|approximately|more than|less than|up to|at least|some|~|≈"
    r"|około|ok\.|prawie|niemal|ponad|do|blisko|mniej niż|więcej niż|co najmniej|nawet)\s*[$€£]?\Z",
    re.IGNORECASE,
)
_VERSION = re.compile(
    r"(?<![\w.-])([A-Z][A-Za-z]*(?:\.js)?)(-| v?| Opus | Sonnet )(\d{1,3}(?:\.\d{1,3}){0,2})"
    r"(?![\w%]|[.,:]\d|\s?(?:%|percent|procent))"
)
_NAME = re.compile(
    r"(?<![\w.])[A-ZĆŁŚŻŹ][\w’'-]*[a-ząćęłńóśźż](?: (?:de |van |von )?[A-ZĆŁŚŻŹ][\w’'-]*[a-ząćęłńóśźż]){1,3}(?!\w)"
)
_QUOTATION = re.compile(r"[\"“„]([^\"“”„\n]{1,300})[\"”“]")
_WORD = re.compile(r"\w+")
_STOP = frozenset(word for language in LANGUAGES.values() for word in language.words)
_SCALE_OR_UNIT = re.compile(r"mil|bil|tril|thous|hundr|mln|mld|tys|perc|per c|proc|%|times|\bx\b")
_NO_PRODUCT_WORDS = """
    january february march april may june july august september october november december jan feb mar apr jun jul aug
    sep sept oct nov dec part step chapter issue day week phase level page episode season top nearly almost around
    roughly approximately some only version days hours stage figure table section tier article
"""
_NO_PRODUCT = _STOP | frozenset(_NO_PRODUCT_WORDS.split())
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?|stycznia|lutego|marca|kwietnia|maja|czerwca|lipca|sierpnia|września|października"
    r"|listopada|grudnia)"
)
_MONTH_BEFORE = re.compile(rf"\b{_MONTH}\.? (?:\d{{1,2}}(?: ?[-–] ?| and ))?\Z", re.IGNORECASE)
_MONTH_AFTER = re.compile(rf"(?: ?[-–] ?\d{{1,2}})? (?:of )?{_MONTH}\b", re.IGNORECASE)
_LEAD = re.compile(r"[ \t]*(?:[-*+]|\d+[.)])[ \t]+\*\*[^*\n]{1,120}\*\*:?")


@dataclass(frozen=True, slots=True)
class Comparison:
    """A story's claims, and what they are held against: the Summary and the text under no label. `around` also
    has heading and link texts."""

    story: Story
    claims: tuple[Part, ...]
    support: str
    around: str


@lru_cache(maxsize=1)
def comparisons(piece: Piece) -> tuple[Comparison, ...]:
    """The stories that have claims and enough of a Summary to hold them against; of the last piece kept, since
    several checks ask in turn."""
    return tuple(_comparisons(piece))


def _comparisons(piece: Piece) -> Iterator[Comparison]:
    for story in piece.stories:
        claims = tuple(part for part in story.parts if part.kind in CLAIMS)
        summary = [piece.text[part.text_start : part.end] for part in story.parts if part.kind in SUPPORT]
        support = "\n".join(summary)
        if claims and len(support) >= SUPPORT_LEAST and any(part.kind is PartKind.SUMMARY for part in story.parts):
            texts = (link.text for link in story.links)
            yield Comparison(story, claims, support, "\n".join((piece.title, story.title, support, *texts)))


@register(code="fact-figure", severity=Severity.WARN)
def fact_figure(piece: Piece, context: Context) -> Iterator[Finding]:
    """A figure in a TLDR or takeaway that the story's Summary does not hold, or holds with another value."""
    for compared in comparisons(piece):
        told: list[Figure] | None = None
        for part in compared.claims:
            versions = {match.start(3) for match in _versions(piece.prose, part.text_start, part.end)}
            for claim in _claims(piece, part):
                is_other = claim.start in versions or claim.is_year or _is_day(piece, claim)
                if is_other or _is_written(piece, claim, compared):
                    continue
                told = told or [*figures(compared.around), *number_words(compared.around)]
                if not holds(told, claim, is_vague=_is_vague(piece, claim)):
                    yield _figure(piece, claim, differing(told, claim), compared)


def _claims(piece: Piece, part: Part) -> Iterator[Figure]:
    """The figures of a part that say more than a count of its own items; words do with a scale or unit only."""
    span = (piece.prose, part.text_start, part.end)
    words = number_words(*span) if _SCALE_OR_UNIT.search(*span) else ()
    for figure in (*figures(*span), *words):
        if _is_claim(figure):
            yield figure


def _is_written(piece: Piece, claim: Figure, compared: Comparison) -> bool:
    """Whether the Summary has the very characters: the common case, told without reading its figures."""
    written = piece.text[claim.start : claim.end].strip(" .")
    at = compared.around.find(written)
    if claim.is_scaled and not claim.is_word:
        digits = re.escape(re.split(r"[^\d.,]", written.lstrip("$€£"))[0])
        if re.search(rf"(?<![\d.,]){digits}[bmkBMK]\b", compared.around):
            return True  # a part of a name: gpt-oss-120b
    return at >= 0 and not (
        compared.around[at - 1 : at].isalnum() or compared.around[at + len(written) : at + len(written) + 1].isalnum()
    )


def _is_claim(figure: Figure) -> bool:
    if figure.unit in ("st", "nd", "rd", "th"):
        return False
    return bool(figure.unit or figure.is_scaled or figure.values[0] % 1) or (
        not figure.is_word and figure.values[0] >= SMALL
    )


def _is_vague(piece: Piece, figure: Figure) -> bool:
    return _VAGUE.search(piece.prose[max(0, figure.start - 14) : figure.start]) is not None


def _figure(piece: Piece, claim: Figure, other: Figure | None, compared: Comparison) -> Finding:
    written = piece.text[claim.start : claim.end].strip()
    if other:
        message = (
            f"“{written}” here, but the Summary says “{compared.around[other.start : other.end].strip()}”. Correct one."
        )
    else:
        message = f"The Summary of this story does not hold the figure “{written}”. Check it against the source."
    return Finding(message, piece.place(claim.start, claim.end), written)


@register(code="fact-date", severity=Severity.WARN)
def fact_date(piece: Piece, context: Context) -> Iterator[Finding]:
    """A year or a day of a month in a TLDR or takeaway that the story's Summary does not hold."""
    for compared in comparisons(piece):
        for part in compared.claims:
            for claim in figures(piece.prose, part.text_start, part.end):
                written = piece.text[claim.start : claim.end].strip(" .")
                is_own_year = claim.is_year and piece.date is not None and written == str(piece.date.year)
                is_date = (claim.is_year and not is_own_year) or _is_day(piece, claim)
                if is_date and not re.search(rf"(?<!\d){re.escape(written)}(?!\d)", compared.around):
                    what = f"year {written}" if claim.is_year else f"day {written} of that month"
                    message = f"The Summary of this story does not hold the {what}. Check it against the source."
                    yield Finding(message, piece.place(claim.start, claim.end), written)


def _is_day(piece: Piece, figure: Figure) -> bool:
    """Whether the figure is a day beside the name of its month."""
    is_plain = not figure.is_word and len(figure.values) == 1 and 1 <= figure.values[0] <= 31 and not figure.is_scaled
    before, after = piece.prose[max(0, figure.start - 16) : figure.start], piece.prose[figure.end : figure.end + 24]
    return is_plain and bool(_MONTH_BEFORE.search(before) or _MONTH_AFTER.match(after))


@register(code="fact-version", severity=Severity.WARN)
def fact_version(piece: Piece, context: Context) -> Iterator[Finding]:
    """A version in a TLDR or takeaway where the story's Summary has another one of the same product."""
    for compared in comparisons(piece):
        for part in compared.claims:
            for match in _versions(piece.prose, part.text_start, part.end):
                if re.search(rf"(?<![\d.]){re.escape(match[3])}(?!\d)", compared.around):
                    continue
                others = {other[3] for other in _versions(compared.around) if other[1].lower() == match[1].lower()}
                if others and not any(_same_version(match[3], other) for other in others):
                    written = piece.written(match)
                    named = f"{match[1]}{match[2]}{sorted(others)[0]}"
                    message = f"“{written}” here, but the Summary has only “{named}”. Check it against the source."
                    yield Finding(message, piece.place(*match.span()), written)


def _versions(text: str, start: int = 0, end: int | None = None) -> Iterator[re.Match[str]]:
    """Names with a number that is a version, not a day of a month or the first number of a sentence."""
    for match in _VERSION.finditer(text, start, len(text) if end is None else end):
        if match[1].lower() not in _NO_PRODUCT:
            yield match


def _same_version(one: str, other: str) -> bool:
    """7 is 7.0 and 7.0.1."""
    first, second = one.split("."), other.split(".")
    return all(a == b for a, b in zip(first, second, strict=False))


@register(code="fact-name", severity=Severity.WARN)
def fact_name(piece: Piece, context: Context) -> Iterator[Finding]:
    """A name in a TLDR or takeaway of which the story's Summary has no word."""
    for compared in comparisons(piece):
        told = ""
        for part in compared.claims:
            for match in _NAME.finditer(piece.prose, part.text_start, part.end):
                if match[0] in compared.around or not _is_name(piece, match, part):
                    continue
                told = told or _folded(compared.around)
                words = _folded(match[0]).split()
                acronym = "".join(word[0] for word in words)
                if not any(word[:4] in told for word in words) and f" {acronym}" not in told:
                    message = f"The Summary of this story does not name “{match[0]}”. Check it against the source."
                    yield Finding(message, piece.place(*match.span()), match[0])


def _is_name(piece: Piece, match: re.Match[str], part: Part) -> bool:
    """Whether capital letters make a name here: not those of a heading-like lead ("**Bold Lead In:**"), and not
    where a common word only begins the sentence."""
    line_start = piece.prose.rfind("\n", 0, match.start()) + 1
    lead = _LEAD.match(piece.prose, max(line_start, part.start))
    if lead and match.start() < lead.end():
        return False
    words = [word.lower() for word in _WORD.findall(match[0])]
    starts_sentence = re.search(r"(?:[.!?:]\s+|[-*+]\s+|\*\*|\A|\n)\W*\Z", piece.prose[line_start : match.start()])
    return not any(word in _STOP for word in words) and not starts_sentence


@register(code="fact-quotation", severity=Severity.WARN)
def fact_quotation(piece: Piece, context: Context) -> Iterator[Finding]:
    """A quotation in a TLDR or takeaway that the story's Summary does not hold, or holds otherwise."""
    for compared in comparisons(piece):
        told = ""
        for part in compared.claims:
            for match, quoted in _quotations(piece.prose, part.text_start, part.end):
                told, folded = told or _folded(compared.around), _folded(quoted)
                if folded.count(" ") >= 5 and folded not in told:
                    message = f"The Summary of this story does not hold the quotation “{shortened(quoted)}”. Check it."
                    yield Finding(message, piece.place(*match.span()), match[0])


@register(code="fact-quotation-differs", severity=Severity.WARN)
def fact_quotation_differs(piece: Piece, context: Context) -> Iterator[Finding]:
    """A quotation that stands elsewhere in the text with other words."""
    if sum(map(piece.prose.count, '"“„')) < 2:
        return
    seen: dict[tuple[str, ...], str] = {}
    for match, quoted in _quotations(piece.prose, piece.start, len(piece.prose)):
        words = tuple(_WORD.findall(quoted.lower()))
        if len(words) < 5:
            continue
        for other in (seen.get(words[:2]), seen.get(words[-2:])):
            if other and _differs(words, tuple(_WORD.findall(other.lower()))):
                message = (
                    f"The quotation “{shortened(quoted)}” stands elsewhere as “{shortened(other)}”. Which is right?"
                )
                yield Finding(message, piece.place(*match.span()), match[0])
                break
        seen.setdefault(words[:2], quoted)
        seen.setdefault(words[-2:], quoted)


def _differs(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two quotations are one with a word or two changed; a shortened one does not differ."""
    if one == other or " ".join(one) in " ".join(other) or " ".join(other) in " ".join(one):
        return False
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio() >= 0.8


def _quotations(text: str, start: int, end: int) -> Iterator[tuple[re.Match[str], str]]:
    """What stands between quotation marks, of some length; marks pair within a line."""
    for match in _QUOTATION.finditer(text, start, end):
        inner = match[1]
        if len(inner) >= QUOTATION_LEAST and inner == inner.strip():
            yield match, inner


def _folded(text: str) -> str:
    """The words in small letters without accents, single blanks between them and one before the first."""
    plain = text.lower()
    if not plain.isascii():
        letters = unicodedata.normalize("NFKD", plain.replace("ł", "l"))
        plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(("", *_WORD.findall(plain)))


@register(code="fact-source", severity=Severity.WARN)
def fact_source(piece: Piece, context: Context) -> Iterator[Finding]:
    """A figure of a story that its source, where its text came with the file, does not hold."""
    for story in piece.stories if context.sources else ():
        texts = [text for link in story.links if (text := context.sources.get(link.target))]
        told = [figure for text in texts for figure in figures(text)]
        for part in story.parts if texts else ():
            if part.kind not in (*CLAIMS, PartKind.SUMMARY):
                continue
            for claim in figures(piece.prose, part.text_start, part.end):
                if _is_claim(claim) and not holds(told, claim, is_vague=_is_vague(piece, claim)):
                    written = piece.text[claim.start : claim.end].strip()
                    message = f"The source of this story does not hold “{written}”. Check it."
                    yield Finding(message, piece.place(claim.start, claim.end), written)
