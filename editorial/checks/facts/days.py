"""Days and months in a text, English and Polish: "June 15", "15 czerwca", "2026-06-15". Pure.

English months count with their capital letter only, as they are written: "may 5" is no day."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_MONTHS = (
    r"jan(?:uary)?|stycz(?:eń|nia|niu)",
    r"feb(?:ruary)?|lut(?:y|ego|ym)",
    r"mar(?:ch|zec|ca|cu)?",
    r"apr(?:il)?|kwie(?:cień|tnia|tniu)",
    r"may|maj[au]?",
    r"june?|czerw(?:iec|ca|cu)",
    r"july?|lip(?:iec|ca|cu)",
    r"aug(?:ust)?|sierp(?:ień|nia|niu)",
    r"sept?(?:ember)?|wrze(?:sień|śnia|śniu)",
    r"oct(?:ober)?|październik(?:a|u)?",
    r"nov(?:ember)?|listopad(?:a|zie)?",
    r"dec(?:ember)?|grud(?:zień|nia|niu)",
)
_NAME = rf"(?:{'|'.join(_MONTHS)})"
_NUMBER = re.compile("|".join(f"({month})" for month in _MONTHS), re.IGNORECASE)
# A cheap look before the dear one: English months have a capital letter, Polish ones begin in a way of their own.
_DIGIT = re.compile(r"\d")
_HINT = re.compile(
    r"[JFMASOND](?:AN|EB|AR|PR|AY|UN|UL|UG|EP|CT|OV|EC|an|eb|ar|pr|ay|un|ul|ug|ep|ct|ov|ec)"
    r"|stycz|lut[yae]|mar[zc]|kwie[tc]|maj[au ]|czerw|lip(?:iec|c)|sierp|wrze|październ|listopad|grud[zn]"
)
_DATED = re.compile(
    rf"(?<!\w)(?P<name>{_NAME})\.?(?!\w)[ \u00a0](?P<first>\d{{1,2}})(?:st|nd|rd|th)?"
    rf"(?:(?: ?[-–] ?| and | to )(?P<last>\d{{1,2}})(?:st|nd|rd|th)?)?(?![\w%:]|[.,]\d)",
    re.IGNORECASE,
)
_DATED_AFTER = re.compile(
    rf"(?<![\w.,:$-])(?P<first>\d{{1,2}})(?:st|nd|rd|th)?\.?"
    rf"(?:(?: ?[-–] ?| and | to | i | do )(?P<last>\d{{1,2}})(?:st|nd|rd|th)?)?[ \u00a0](?:of )?(?P<name>{_NAME})\b",
    re.IGNORECASE,
)
_ISO = re.compile(r"(?<![\w-])\d{4}-(\d\d)-(\d\d)(?![\w-])")
_DOTTED = re.compile(r"(?<![\w.])(\d{1,2})\.(\d{1,2})\.(?:\d{4}|\d\d)(?!\w)")
_OF_YEAR = re.compile(rf"(?<!\w)({_NAME})\.?,? (?:of |roku )?((?:19|20)\d\d)(?!\w)", re.IGNORECASE)
_ANY = re.compile(rf"(?<!\w){_NAME}(?!\w)", re.IGNORECASE)


class Day(NamedTuple):
    """A day of a month at the characters `start` to `end`."""

    start: int
    end: int
    month: int
    day: int


def days(text: str, start: int = 0, end: int | None = None) -> Iterator[Day]:
    """The days of months between two characters of a text; of "April 28-29" both."""
    stop = len(text) if end is None else end
    if not _DIGIT.search(text, start, stop):
        return
    for pattern in (_DATED, _DATED_AFTER) if _HINT.search(text, start, stop) else ():
        for match in pattern.finditer(text, start, stop):
            for group in ("first", "last"):
                if match[group] and 1 <= int(match[group]) <= 31:
                    yield Day(*match.span(), month_of(match["name"]), int(match[group]))
    for match in _ISO.finditer(text, start, stop):
        yield Day(*match.span(), int(match[1]), int(match[2]))
    for match in _DOTTED.finditer(text, start, stop):
        yield Day(*match.span(), int(match[2]), int(match[1]))


def month_of(name: str) -> int:
    """The number of a month, 1 to 12."""
    match = _NUMBER.match(name)
    return match.lastindex or 0 if match else 0


def months_of_years(text: str, start: int = 0, end: int | None = None) -> Iterator[re.Match[str]]:
    """Where a month stands with its year ("March 2026")."""
    stop = len(text) if end is None else end
    if _HINT.search(text, start, stop):
        yield from _OF_YEAR.finditer(text, start, stop)


def months(text: str) -> frozenset[int]:
    """The months that a text names, also in dates in digits."""
    named = {month_of(match[0]) for match in _ANY.finditer(text)}
    return frozenset(named | {int(match[1]) for match in re.finditer(r"(?<!\d)\d{4}-(\d\d)(?!\d)", text)})
