"""The claims of a story against the text of its source, where that came with the file."""

from collections.abc import Iterator

from ...document import Part, PartKind, Story
from ...language import detect
from ..neighbours import link_key
from ..piece import Piece, shortened, split
from ..registry import Context, Finding, Severity, register
from .names import unheld_names, unheld_quotations
from .numbers import unheld_dates, unheld_figures, unheld_versions
from .told import CLAIMS, Told

SOURCE_MAX = 200_000  # characters of a source that are read: a long article has 50,000


@register(code="fact-source", severity=Severity.WARN, version=2)
def fact_source(piece: Piece, context: Context) -> Iterator[Finding]:
    """A figure, date, version, name or quotation of a story that its source, where its text came with the file, does
    not hold."""
    texts = {link_key(split(address), context.house) or address: text for address, text in context.sources.items()}
    for story in piece.stories if texts else ():
        told = _told(piece, story, context, texts)
        for part in story.parts if told else ():
            if told and part.kind in (*CLAIMS, PartKind.SUMMARY):
                for start, end in sorted(set(_unheld(piece, part, told))):
                    written = piece.text[start:end].strip(" .")
                    message = f"The source of this story does not hold “{shortened(written)}”. Check it."
                    yield Finding(message, piece.place(start, end), piece.text[start:end])


def _told(piece: Piece, story: Story, context: Context, texts: dict[str, str]) -> Told | None:
    """The sources of a story as one text; None unless all that it names as its sources are there."""
    link = story.part(PartKind.LINK)
    addresses = [each for each in piece.addresses if story.start <= each.link.start < story.end]
    named = [each for each in addresses if link and link.start <= each.link.start < link.end] or addresses
    found = [texts.get(link_key(each.url, context.house) or each.link.target, "") for each in named]
    if not found or not all(text.strip() for text in found):
        return None
    return Told("\n".join((*(text[:SOURCE_MAX] for text in dict.fromkeys(found)), *(each.link.text for each in named))))


def _unheld(piece: Piece, part: Part, told: Told) -> Iterator[tuple[int, int]]:
    yield from ((claim.start, claim.end) for claim, _ in unheld_figures(piece, part, told))
    yield from ((start, end) for start, end, _, _ in unheld_dates(piece, part, told))
    yield from (match.span() for match, _ in unheld_versions(piece, part, told))
    yield from (match.span() for match, _ in unheld_names(piece, part, told))
    if detect(told.text[:4000]) == piece.body.language:  # a translation has other words
        yield from (match.span() for match, _ in unheld_quotations(piece, part, told))
