"""Checks against the other articles of the desk: the same newsletter twice, a source that was covered, a slug that is
taken. What they know comes with the context; without it they find nothing."""

from collections import defaultdict
from collections.abc import Iterator

from .neighbours import Neighbour, link_key
from .piece import Address, Piece, shortened
from .registry import Context, Finding, Severity, register

SHARED_MIN = 0.6  # of its links that an article shares with an earlier one to be the same newsletter
LINKS_MIN = 2


@register(code="slug-taken", severity=Severity.BLOCK)
def slug_taken(piece: Piece, context: Context) -> Iterator[Finding]:
    """The slug is another article's address, now or from before."""
    if other := context.neighbours.slug:
        message = f"The slug belongs to “{shortened(other.title)}”, now or as a former address. Choose another."
        yield Finding(message, piece.field_place("slug"), piece.slug, "slug", other=other.key)


@register(code="newsletter-twice", severity=Severity.BLOCK)
def newsletter_twice(piece: Piece, context: Context) -> Iterator[Finding]:
    """At least three of five links stand in one earlier article."""
    links = _links(piece, context)
    if twin := _twin(links, context):
        other, shared = twin
        message = (
            f"{len(shared)} of {len(links)} links stand in “{shortened(other.title)}” of {other.date}: the same "
            "newsletter twice. Reject one of the two, or keep what is new."
        )
        first = shared[0].link
        yield Finding(message, first.place, first.target, other=other.key)


@register(code="source-covered", severity=Severity.WARN)
def source_covered(piece: Piece, context: Context) -> Iterator[Finding]:
    """A source that an earlier article links to."""
    links = _links(piece, context)
    twin = _twin(links, context)
    told = {address.link.start for address in twin[1]} if twin else set()  # newsletter-twice speaks of these
    for key, address in links.items():
        if (before := context.neighbours.links.get(key)) and address.link.start not in told:
            other = before[0]
            message = (
                f"“{shortened(other.title)}” of {other.date} has this source already. Say what is new, or drop it."
            )
            yield Finding(message, address.link.place, address.link.target, other=other.key)


def _links(piece: Piece, context: Context) -> dict[str, Address]:
    """The first link to each page, by its key; homepages and the disclaimer's links left out."""
    found: dict[str, Address] = {}
    if context.neighbours.links:
        for address in piece.addresses:
            key = link_key(address.url, context.house)
            if key and key not in found and not piece.in_disclaimer(address.link.start):
                found[key] = address
    return found


def _twin(links: dict[str, Address], context: Context) -> tuple[Neighbour, list[Address]] | None:
    """The earlier article that shares most of the links, if they are enough, and the links that it shares."""
    shared: dict[Neighbour, list[Address]] = defaultdict(list)
    for key, address in links.items():
        for other in context.neighbours.links.get(key, ()):
            shared[other].append(address)
    most = max(shared, key=lambda other: (len(shared[other]), -other.key), default=None)
    if most is None or len(links) < LINKS_MIN or len(shared[most]) < SHARED_MIN * len(links):
        return None
    return most, shared[most]
