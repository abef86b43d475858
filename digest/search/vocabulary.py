"""What the vocabulary is asked: how a begun word may go on, and what a misspelt one may have been.

Its words come from all publications, visible or not, so none of them is ever shown: they lead to publications, and what
is shown is taken from those that are visible."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from .models import SearchWord
from .queries import Query

ENDINGS = 8
"""Words that an unfinished one may become; the most frequent ones."""
NEAR = 400
"""Frequent words with the same beginning among which a misspelt one is looked for, besides those one letter away."""
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def endings(query: Query) -> dict[str, tuple[str, ...]]:
    """By its unfinished word, if a query has one: the most frequent words that begin like it."""
    begun = next((term.words[0] for term in query.wanted if term.unfinished), None)
    if begun is None:
        return {}
    return {begun: tuple(word for word, _ in _beginning(begun, ENDINGS + 1) if word != begun)[:ENDINGS]}


def near(word: str, count: int) -> list[str]:
    """The words of the vocabulary that are most like a folded word, itself left out: one change away, or two where the
    beginning is the same. The nearest first, of those the most frequent."""
    if not word.isascii() or not word.isalpha() or not 3 <= len(word) <= 30:
        return []
    close = SearchWord.objects.filter(word__in=_one_change_away(word)).values_list("word", "count")
    found = {each: (1, -times) for each, times in close}
    if len(word) > 4:
        for each, times in _beginning(word[:2], NEAR):
            if each not in found and abs(len(each) - len(word)) <= 2 and distance(each, word) == 2:
                found[each] = (2, -times)
    found.pop(word, None)
    return sorted(found, key=lambda each: (found[each], each))[:count]


def distance(one: str, other: str) -> int:
    """Letters to add, drop, change or swap with their neighbour to make one word of the other (optimal string
    alignment). Its cost grows with both lengths."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for number, letter in enumerate(one, 1):
        earlier, before, row = before, row, [number]
        for place, against in enumerate(other, 1):
            cost = min(before[place] + 1, row[-1] + 1, before[place - 1] + (letter != against))
            if number > 1 and place > 1 and letter == other[place - 2] and one[number - 2] == against:
                cost = min(cost, earlier[place - 2] + 1)
            row.append(cost)
    return row[-1]


def _beginning(prefix: str, count: int) -> list[tuple[str, int]]:
    """The most frequent words that begin so, with their counts. SQLite's LIKE uses no index, PostgreSQL's order of
    letters is no order of bytes: each gets the form whose index it has."""
    rows = SearchWord.objects.order_by("-count", "word")
    if connection.vendor == "postgresql":
        rows = rows.filter(word__startswith=prefix)
    else:
        rows = rows.filter(word__gte=prefix, word__lt=f"{prefix}\U0010ffff")
    return list(rows.values_list("word", "count")[:count])


def _one_change_away(word: str) -> list[str]:
    return sorted(set(_changes(word)))


def _changes(word: str) -> Iterator[str]:
    for place in range(len(word) + 1):
        head, tail = word[:place], word[place:]
        yield from (head + letter + tail for letter in _LETTERS)
        if tail:
            yield head + tail[1:]
            yield from (head + letter + tail[1:] for letter in _LETTERS)
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
