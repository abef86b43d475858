"""What a reader typed, as a value. Pure, and nothing that anybody types is an error.

herons weir        both words                tag:birds  source:river-notes  lang:pl
"two herons"       these words in a row      after:2026-03   from March 2026 on
-wolves -tag:ai    without                   before:2026     until the end of 2025
her                the last word may be unfinished"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from ..slugs import slugify
from .words import words

MAX_CHARS = 200
"""Characters of a query that are read unless the caller says otherwise."""
MAX_TERMS = 12
"""Words and filters of a query that count, likewise; each costs the database a list to walk."""
MAX_PHRASE = 8
"""Words of one phrase that count."""
MIN_UNFINISHED = 3
"""Letters from which on a last word is taken for the beginning of a longer one."""
FILTERS = ("tag", "source", "lang", "after", "before")
_PIECE = re.compile(r'(?P<minus>-?)(?:(?P<key>[A-Za-z]{3,6}):)?(?P<value>"[^"]*"?|[^\s"]+)')
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{1,2}))?(?:-([0-9]{1,2}))?")
_QUOTES = str.maketrans("„”“«»‟″", '"' * 7)


@dataclass(frozen=True, slots=True)
class Term:
    """One word or several in a row, folded. An unfinished one is a single word that may go on."""

    words: tuple[str, ...]
    unfinished: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A query, read. `pieces` are its parts as typed; `ignored` what could not be read; `cut` says that more was
    typed than is read. `barred` are (kind, value) of filters with a minus. Values are slugs and codes."""

    pieces: tuple[str, ...] = ()
    wanted: tuple[Term, ...] = ()
    unwanted: tuple[Term, ...] = ()
    tags: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    barred: tuple[tuple[str, str], ...] = ()
    after: datetime.date | None = None
    before: datetime.date | None = None
    ignored: tuple[str, ...] = ()
    cut: bool = False

    def __bool__(self) -> bool:
        """Whether anything is asked for."""
        return bool(self.pieces)

    def __str__(self) -> str:
        """The query as one would type it."""
        return " ".join(self.pieces)

    @property
    def filters(self) -> tuple[str, ...]:
        """Its filters as typed."""
        return tuple(piece for piece in self.pieces if piece.lstrip("-").partition(":")[0].lower() in FILTERS)

    def adding(self, *filters: str) -> str:
        """The query with more filters (`tag:birds`). They come first: an unfinished word is one that stands last."""
        return " ".join(dict.fromkeys((*filters, *self.pieces)))

    def without(self, piece: str) -> str:
        """The query without one of its pieces."""
        return " ".join(each for each in self.pieces if each != piece)


def parse(text: str, *, max_chars: int = MAX_CHARS, max_terms: int = MAX_TERMS) -> Query:
    """Read what somebody typed; never raises. Of more than `max_chars` characters or `max_terms` pieces the rest is
    cut."""
    text = text.translate(_QUOTES).replace("\0", " ").lstrip()
    query = Query(cut=len(text) > max_chars)
    text = text[:max_chars]
    for piece, minus, key, value in _pieces(text):
        if len(query.pieces) == max_terms:
            return replace(query, cut=True)
        read = _filtered(query, key, value, minus=minus) if key in FILTERS else _worded(query, key, value, minus=minus)
        if read is None:
            query = replace(query, ignored=(*query.ignored, piece))
        else:
            query = replace(read, pieces=(*query.pieces, piece))
    return _with_unfinished_end(query, text)


def _pieces(text: str) -> Iterator[tuple[str, bool, str, str]]:
    """The parts of a query: as typed, whether with a minus, key in small letters, value without quotes."""
    for match in _PIECE.finditer(text):
        value, key = match["value"], (match["key"] or "").lower()
        closed = match[0] + '"' * (value.count('"') == 1)
        yield closed, bool(match["minus"]), key, value.strip('"')


def _worded(query: Query, key: str, value: str, *, minus: bool) -> Query | None:
    """The query with a term more; None if nothing in it is a word. An unknown key is a word like any other."""
    term = Term(tuple(words(f"{key} {value}"))[:MAX_PHRASE])
    if not term.words:
        return None
    return _with(query, "unwanted" if minus else "wanted", term)


def _filtered(query: Query, key: str, value: str, *, minus: bool) -> Query | None:
    """The query with a filter more; None if its value says nothing."""
    if key in ("after", "before"):
        return None if minus else _dated(query, key, value)
    value = slugify(value)
    if not value:
        return None
    if minus:
        return _with(query, "barred", (key, value))
    return _with(query, {"tag": "tags", "source": "sources", "lang": "languages"}[key], value)


def _with(query: Query, name: str, value: object) -> Query:
    """The query with a value more in one of its tuples, each once."""
    changed: dict[str, Any] = {name: tuple(dict.fromkeys((*getattr(query, name), value)))}
    return replace(query, **changed)


def _dated(query: Query, key: str, value: str) -> Query | None:
    """The narrower of two bounds stays."""
    match = _DATE.fullmatch(value)
    try:
        day = datetime.date(*(int(part or 1) for part in match.groups())) if match else None
    except ValueError:
        day = None
    if day is None:
        return None
    if key == "after":
        return replace(query, after=max(day, query.after or day))
    return replace(query, before=min(day, query.before or day))


def _with_unfinished_end(query: Query, text: str) -> Query:
    """The last word may be unfinished if nothing follows it, not even a space, or a star, as elsewhere."""
    if not query.wanted or not (text[-1:].isalnum() or text[-1:] == "*"):
        return query
    last = query.wanted[-1]
    if len(last.words) > 1 or len(last.words[0]) < MIN_UNFINISHED or words(query.pieces[-1]) != [last.words[0]]:
        return query
    return replace(query, wanted=(*query.wanted[:-1], replace(last, unfinished=True)))
