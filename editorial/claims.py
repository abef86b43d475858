"""What the stories of a text claim: figures, dates, versions, names, quotations and links, to be checked one by one.

Pure. What is a figure, a date or a name is said by the checks of facts; here they become a list without doubles."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from .checks.facts.days import months_of_years
from .checks.facts.figures import Figure
from .checks.facts.names import QUOTED_WORDS, names_in, quotations
from .checks.facts.numbers import claimed_figures, days_in, versions_in
from .checks.facts.told import CLAIMS, folded
from .checks.piece import Piece
from .document import Part, PartKind
from .stories import DeskStory, stories_of
from .text import Text

SENTENCE_MAX = 400  # characters of the sentence that is shown beside a claim
_NO_CLAIMS = frozenset({PartKind.LINK, PartKind.DISCLAIMER})
_END = re.compile(r"[.!?…][\"”’)\]*_]*(?=\s|\Z)|\n[ \t]*(?=(?:[-*+]|\d{1,3}[.)])[ \t]|\n)")
_POSSESSIVE = re.compile(r"['’]s?\Z")


class Kind(StrEnum):
    """What is claimed."""

    FIGURE = "figure"
    DATE = "date"
    VERSION = "version"
    NAME = "name"
    QUOTATION = "quotation"
    LINK = "link"


class Span(NamedTuple):
    """Where a claim stands: the characters of the body, and the line (1-based) that they begin on."""

    start: int
    end: int
    line: int


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim of a story, wherever in it it stands. `wording` is as it stands first, with the sentence around it; a
    link's is its address, its text the sentence. `is_key`: it stands in the story's TLDR or takeaways, which many
    read alone, or is a quotation: words in somebody's mouth. Equal `hash`: the same claim."""

    kind: Kind
    wording: str
    sentence: str
    spans: tuple[Span, ...]
    is_key: bool
    hash: str


@dataclass(frozen=True, slots=True)
class StoryClaims:
    """A story with its claims in the order of the text, and the addresses of its sources: those of its link line, else
    all that it links to."""

    story: DeskStory
    sources: tuple[str, ...]
    claims: tuple[Claim, ...]


class _Place(NamedTuple):
    kind: Kind
    start: int
    end: int
    is_key: bool


@lru_cache(maxsize=16)
def claims_of(text: Text) -> tuple[StoryClaims, ...]:
    """The claims of each story of a text. The last few texts are kept: several panels ask in turn."""
    piece = Piece.of(text)
    found = []
    for story in stories_of(text.body):
        sources = _sources(story)
        places = sorted(_places(piece, story), key=lambda place: (place.start, -place.end))
        claims = _claims(piece, _outermost(places), sources)
        found.append(StoryClaims(story, sources, (*claims, *_links(piece, story))))
    return tuple(found)


def _sources(story: DeskStory) -> tuple[str, ...]:
    links = [link for part in story.parsed.parts if part.kind is PartKind.LINK for link in part.links]
    links = links or list(story.parsed.links)
    return tuple(dict.fromkeys(link.target for link in links if not link.is_image))


def _places(piece: Piece, story: DeskStory) -> Iterator[_Place]:
    """Where something is claimed in a story, more than once where two rules see the same."""
    for part in story.parsed.parts:
        if part.kind not in _NO_CLAIMS:
            is_key = part.kind in CLAIMS
            yield from (_Place(kind, start, end, is_key) for kind, start, end in _of_part(piece, part))


def _of_part(piece: Piece, part: Part) -> Iterator[tuple[Kind, int, int]]:
    span = (piece.prose, part.text_start, part.end)
    for match in quotations(*span):
        if folded(match[1]).count(" ") >= QUOTED_WORDS:
            yield Kind.QUOTATION, *match.span()
    for day in days_in(piece, part):
        yield Kind.DATE, day.start, day.end
    for match in months_of_years(*span):
        yield Kind.DATE, *match.span()
    for match in versions_in(piece, part):
        yield Kind.VERSION, *match.span()
    for figure in claimed_figures(piece, part):
        yield _kind(figure), figure.start, figure.end
    for match in names_in(piece, part):
        yield Kind.NAME, *match.span()


def _kind(figure: Figure) -> Kind:
    return Kind.DATE if figure.is_year else Kind.FIGURE


def _outermost(places: Sequence[_Place]) -> Iterator[_Place]:
    """The places, in order, without those within another that is no quotation: the 28 of "April 28" is no figure. What
    a quotation says is claimed by itself too."""
    reached = -1
    for place in places:
        if place.kind is Kind.QUOTATION:
            yield place
        elif place.start >= reached:
            reached = place.end
            yield place


def _claims(piece: Piece, places: Iterator[_Place], sources: Sequence[str]) -> Iterator[Claim]:
    """The claims at these places, those of one kind and wording as one."""
    groups: dict[tuple[Kind, str], list[_Place]] = {}
    for place in places:
        wording = _wording(piece, place)
        groups.setdefault((place.kind, wording.casefold()), []).append(place)
    for (kind, plain), group in groups.items():
        sentences = [_sentence(piece, place) for place in group]
        # A name or a quotation is the same claim in any sentence; what a figure or a day says is in its sentence.
        around = [] if kind in (Kind.NAME, Kind.QUOTATION) else sorted({folded(each) for each in sentences})
        is_key = kind is Kind.QUOTATION or any(place.is_key for place in group)
        spans = tuple(_span(piece, place.start, place.end) for place in group)
        yield Claim(
            kind, _wording(piece, group[0]), sentences[0], spans, is_key, _hash(kind, plain, *around, *sorted(sources))
        )


def _links(piece: Piece, story: DeskStory) -> Iterator[Claim]:
    """The links of a story, each address once; that it leads to what it says is claimed. None of them is key: the
    approval itself asks whether the sources were opened."""
    found: dict[str, Claim] = {}
    for link in story.parsed.links:
        if link.is_image:
            continue
        span = _span(piece, link.start, link.end)
        known = found.get(link.target)
        if known:
            found[link.target] = replace(known, spans=(*known.spans, span))
        else:
            hashed = _hash(Kind.LINK, link.target)
            found[link.target] = Claim(Kind.LINK, link.target, link.text[:SENTENCE_MAX], (span,), False, hashed)
    yield from found.values()


def _wording(piece: Piece, place: _Place) -> str:
    """What stands there on one line; of "Anna Nowak's" the name."""
    written = piece.text[place.start : place.end].strip(" .")
    return " ".join((_POSSESSIVE.sub("", written) if place.kind is Kind.NAME else written).split())


def _sentence(piece: Piece, place: _Place) -> str:
    """The sentence around a place, or the list item, heading or line of a table; without its markup's signs."""
    block = piece.block_at(place.start)
    first, last = (block.start, block.end) if block else (place.start, place.end)
    ends = [match.end() for match in _END.finditer(piece.prose, first, last)]
    start = max((end for end in ends if end <= place.start), default=first)
    end = min((end for end in ends if end >= place.end), default=last)
    return " ".join(piece.prose[start:end].replace("**", "").split())[:SENTENCE_MAX]


def _span(piece: Piece, start: int, end: int) -> Span:
    return Span(start, end, piece.place(start, end).line)


def _hash(*facts: str) -> str:
    return hashlib.sha256("\0".join(facts).encode("utf-8", "surrogatepass")).hexdigest()
