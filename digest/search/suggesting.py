"""Help while and after typing: titles for a begun query, another spelling for one that found nothing. Everything that
is suggested is spelled as a publication spells it that is visible at that moment."""

from __future__ import annotations

import datetime
import re
from typing import NamedTuple

from ..models import Publication
from .excerpts import places
from .queries import Query, parse
from .searching import find
from .stemming import stems
from .vocabulary import near
from .words import fold

TITLES = 6
"""Titles that are suggested at once."""
_AMONG = 60  # best publications whose titles may be suggested
_UNKNOWN = 2  # misspelt words of one query that are looked after
_TRIED = 4  # spellings of each that are tried
_LOOKED_AT = 5  # publications in which a spelling is looked for
_WORD = re.compile(r"[^\W_]+")


class Title(NamedTuple):
    """A publication that a begun query may be after."""

    title: str
    path: str


def titles(query: Query, *, at: datetime.datetime | None = None) -> list[Title]:
    """The publications that fit a begun query best, at most `TITLES`, in at most four queries of the database."""
    matches = find(query, at=at, limit=_AMONG)
    wanted = [match.id for match in matches.all[:TITLES]]
    rows = Publication.objects.visible(matches.at).filter(pk__in=wanted).only("slug", "title").in_bulk()
    return [Title(rows[pk].title, rows[pk].get_absolute_url()) for pk in wanted if pk in rows]


def respelled(query: Query, *, at: datetime.datetime | None = None) -> str | None:
    """A query that found nothing, with its unknown words as readers can find them; None if that finds nothing either.

    It takes a bounded number of small queries of the database, whatever is stored and typed."""
    unknown = [word for word in _single_words(query) if not find(parse(word + " "), at=at, limit=_LOOKED_AT)]
    spellings: dict[str, str] = {}
    for word in unknown[:_UNKNOWN]:
        spelling = next(filter(None, (_spelling(like, at) for like in near(word, _TRIED))), None)
        if spelling is None:
            return None
        spellings[word] = spelling
    if not spellings:
        return None
    text = _WORD.sub(lambda match: spellings.get(fold(match[0]), match[0]), str(query))
    return text if find(parse(text), at=at, limit=_LOOKED_AT) else None


def _single_words(query: Query) -> list[str]:
    return list(dict.fromkeys(term.words[0] for term in query.wanted if len(term.words) == 1))


def _spelling(word: str, at: datetime.datetime | None) -> str | None:
    """A folded word as a visible publication spells it (or another form of it), None if none has it."""
    matches = find(parse(word + " "), at=at, limit=_LOOKED_AT)
    rows = Publication.objects.visible(matches.at).filter(pk__in=[match.id for match in matches.all])
    wanted = frozenset(stems(word))
    found = [
        text[begin:end]
        for *texts, language in rows.values_list("title", "search_entry__text", "language")
        for text in texts
        for begin, end in places(text, wanted, language)
    ]
    same = (spelled for spelled in found if fold(spelled) == word)
    return next(same, found[0].lower() if found else None)
