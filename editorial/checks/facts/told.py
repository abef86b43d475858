"""What a story claims and what it is held against: its own Summary, or the text of its source. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from ...document import Part, PartKind, Story
from ..piece import SUPPORT, Piece
from ..registry import Finding
from .days import Day, days, months
from .figures import Figure, figures, number_words

CLAIMS = (PartKind.TLDR, PartKind.TAKEAWAYS)
SUPPORT_LEAST = 300  # characters of a Summary: a shorter one is no basis for a comparison
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, eq=False)
class Told:
    """A text that claims are held against; what is read from it is read once."""

    text: str

    @cached_property
    def digits(self) -> list[Figure]:
        return list(figures(self.text))

    @cached_property
    def figures(self) -> list[Figure]:
        """All figures, those in words too."""
        return [*self.digits, *number_words(self.text)]

    @cached_property
    def days(self) -> list[Day]:
        return list(days(self.text))

    @cached_property
    def months(self) -> frozenset[int]:
        return months(self.text)

    @cached_property
    def folded(self) -> str:
        return folded(self.text)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A story's claims, and what they are held against: its Summary and the text under no label, with the headings
    and the texts of the links."""

    story: Story
    claims: tuple[Part, ...]
    told: Told


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
            yield Comparison(story, claims, Told("\n".join((piece.title, story.title, support, *texts))))


def once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings about one story without those that say again of the same words what one before says: a TLDR and a
    takeaway make the same claim. When that is settled for the first, the next look tells of the other."""
    seen: set[str] = set()
    for finding in findings:
        claim = finding.what.strip(" .").lower()
        if claim not in seen:
            seen.add(claim)
            yield finding


def folded(text: str) -> str:
    """The words in small letters without accents, single blanks between them and one before the first."""
    plain = text.lower()
    if not plain.isascii():
        letters = unicodedata.normalize("NFKD", plain.replace("ł", "l"))
        plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(("", *_WORD.findall(plain)))
