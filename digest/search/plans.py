"""What a database is asked: stems and labels instead of words, with every choice spelled out. Pure."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

from .queries import Query, Term
from .stemming import readings, stems

Phrase = tuple[str, ...]
"""Stems that stand one after the other; mostly one alone."""
Choice = tuple[Phrase, ...]
"""Phrases of which one is enough; never empty."""


@dataclass(frozen=True, slots=True)
class Plan:
    """All of `wanted` and `labels`, none of `unwanted` and `barred`, dated from `after` on and earlier than
    `before`."""

    wanted: tuple[Choice, ...] = ()
    unwanted: tuple[Choice, ...] = ()
    labels: tuple[Choice, ...] = ()
    barred: tuple[Choice, ...] = ()
    after: datetime.date | None = None
    before: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class Stems:
    """What an entry is found by: the stems of a publication's words, by where they stand, and its labels."""

    title: tuple[str, ...]
    names: tuple[str, ...]
    lead: tuple[str, ...]
    body: tuple[str, ...]
    labels: tuple[str, ...]


def label(kind: str, value: str) -> str:
    """The word by which an entry says that it has a tag, source or language (`value`: a slug or code)."""
    return f"{kind}_{value.replace('-', '_')}"


def plan(query: Query, endings: Mapping[str, tuple[str, ...]] | None = None) -> Plan:
    """How to find what a query asks for. `endings` gives words that begin like a word that may be unfinished."""
    ends = endings or {}
    return Plan(
        wanted=tuple(choice(term, ends.get(term.words[0], ()) if term.unfinished else ()) for term in query.wanted),
        unwanted=tuple(choice(term) for term in query.unwanted),
        labels=(
            *(((label("tag", tag),),) for tag in query.tags),
            *_one_of("source", query.sources),
            *_one_of("lang", query.languages),
        ),
        barred=tuple(((label(kind, value),),) for kind, value in query.barred),
        after=query.after,
        before=query.before,
    )


def choice(term: Term, endings: tuple[str, ...] = ()) -> Choice:
    """All that a term may be indexed as; `endings` are whole words that it may be the beginning of. Phrases of more
    than two words are read in one language at a time, which keeps their number at three."""
    if len(term.words) == 1:
        found = [found for word in (term.words[0], *endings) for found in stems(word)]
        return tuple((stem,) for stem in dict.fromkeys(found))
    if len(term.words) == 2:
        return tuple(product(*(stems(word) for word in term.words)))
    return tuple(dict.fromkeys(zip(*(readings(word) for word in term.words), strict=True)))


def _one_of(kind: str, values: tuple[str, ...]) -> tuple[Choice, ...]:
    return (tuple((label(kind, value),) for value in values),) if values else ()
