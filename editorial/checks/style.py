"""Checks of style: what gives machine text away to a reader. All of them are for information."""

import re
from collections.abc import Iterator

from ..document import BlockKind
from .piece import Piece, shortened
from .registry import Context, Finding, Severity, register

_NOT_JUST = re.compile(
    r"\b(?:(?:is|are|was|were|it's|that's|this)\s+(?:not|n't)|isn't|aren't|wasn't|weren't|not)\s+"
    r"(?:just|only|merely|simply)\b[^.;:!?\n]{2,80}"
    r"(?:[,;:.]\s+|\s[—–-]+\s*)(?:it's|it\s+is|they're|they\s+are|but(?:\s+also)?\s+an?)\b"
)
_FIRST_PERSON = re.compile(
    r"\b(?:i've|i\s+have|i)\s+(?:(?:personally|actually|recently|also|often|always|never)\s+)?"
    r"(?:seen|worked|spent|built|used|shipped|tried|tested|watched|been|run|ran|learned|noticed|written|wrote|"
    r"remember|struggled|hit|interviewed|managed|led|debugged|maintained|switched|migrated|burned)\b"
    r"|\b(?:in\s+my\s+(?:own\s+)?(?:experience|career|team|projects?|work|years)|my\s+own\s+experience"
    r"|when\s+i\s+(?:look|first|was|read|see|worked|started|tried)|i'm\s+(?:sceptical|skeptical|excited))\b"
    r"|\b(?:z\s+mojego\s+doświadczenia|w\s+mojej\s+(?:pracy|karierze)|w\s+moich\s+projektach|moim\s+zdaniem"
    r"|sam\s+(?:widziałem|używałem|próbowałem)|widziałem|pamiętam|używam|pracowałem|spędziłem)\b"
)
_FIRST_WORDS = {
    "en": (" i ", "i've", "i'm", " my ", "\ni "),
    "pl": ("mojego", "mojej", "moich", "moim", "sam ", "widziałem", "pamiętam", "używam", "pracowałem", "spędziłem"),
}


@register(code="em-dash", severity=Severity.INFO)
def em_dash(piece: Piece, context: Context) -> Iterator[Finding]:
    """Em dashes."""
    count = piece.prose.count("—")
    if count:
        at = piece.prose.index("—")
        yield Finding(
            f"There are em dashes here: {count}. Use commas, colons or full stops.", piece.place(at, at + 1), "—"
        )


@register(code="not-just", severity=Severity.INFO, languages=("en",))
def not_just(piece: Piece, context: Context) -> Iterator[Finding]:
    """“Not just X, it's Y.”"""
    for match in piece.wording.near((" just ", " only ", " merely ", " simply "), _NOT_JUST, before=20, after=140):
        written = piece.written(match)
        message = f"“{shortened(written)}” is a pattern of machines. Say what it is."
        yield Finding(message, piece.place(*match.span()), written)


@register(code="first-person", severity=Severity.INFO)
def first_person(piece: Piece, context: Context) -> Iterator[Finding]:
    """A machine claims an experience of its own."""
    for match in piece.wording.near(_FIRST_WORDS.get(piece.language, ()), _FIRST_PERSON, before=20, after=80):
        if not _is_quoted(piece.text, match.start()) and not _is_title(piece, match.start()):
            written = piece.written(match)
            message = f"“{shortened(written)}”: a machine has no experience of its own. Say whose it is, or cut it."
            yield Finding(message, piece.place(*match.span()), written)


def _is_quoted(text: str, at: int) -> bool:
    """Whether an odd number of quotation marks stands before the place in its line."""
    line = text[text.rfind("\n", 0, at) + 1 : at]
    return line.count('"') % 2 == 1 or line.count("“") + line.count("„") > line.count("”")


def _is_label(piece: Piece, at: int) -> bool:
    parts = (part for story in piece.stories for part in story.parts)
    return any(part.start <= at < part.text_start for part in parts)


def _is_title(piece: Piece, at: int) -> bool:
    """Whether the place is in a heading or in a link's text: as a rule the title of a source."""
    block = piece.block_at(at)
    is_heading = block is not None and block.kind is BlockKind.HEADING
    return is_heading or any(link.start <= at < link.end for link in piece.body.links)


@register(code="stock-phrase", severity=Severity.INFO)
def stock_phrase(piece: Piece, context: Context) -> Iterator[Finding]:
    """Phrases of the house list that give a machine away."""
    for stem, pattern in context.house.phrase_stems:
        at = piece.small.find(stem, piece.start) if piece.wording.may_hold(stem) else -1
        while at >= 0:
            if (match := pattern.match(piece.small, at)) and not _is_label(piece, at):
                written = piece.written(match)
                message = f"“{shortened(written)}” is on the house list of stock phrases. Say it in plain words."
                yield Finding(message, piece.place(*match.span()), written)
                break
            at = piece.small.find(stem, at + 1)
