"""Figures in a text: digits and number words with their scale and unit, in English and Polish. Pure; linear time."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from .units import ORDINAL, TIME, Unit, unit_at
from .words import Words, numbers_in_words, scale_of

_DIGITS = re.compile(
    r"(?P<digits>\d{1,3}(?:[,\u00a0\u202f\u2009 ]\d{3})+(?!\d)(?:\.\d+)?|\d+(?:[.,]\d+)*)(?P<plus>\+)?"
    r"(?:[ \u00a0\u202f-]?(?P<scale>(?i:hundreds?|thousand|million|billion|trillion|tysi[ąę]c\w*|tys\b|milion\w*|mln\b"
    r"|mld\b|miliard\w*|bilion\w*)|(?:bn|tn|[kKMBT])(?!\w))\.?(?P<more>\+)?)?"
)
_SCALE_LETTERS = {"k": 1e3, "K": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}
_SIGNS = "$€£"
_GOES_ON = re.compile(r"[:/]\d|/$|-\d+-|\.\w")
_NOT_BEFORE = frozenset(".,:/#_")
_BLANKS_IN_NUMBER = re.compile(r"[\u00a0\u202f\u2009 ]")
# Between the two ends of a range, or two values of one kind: what stands behind the second holds for the first.
_RANGE = re.compile(r"(?: ?[-–—] ?| (?:to|do|and|or|a|i|lub|albo) )[$€£]?")
_DATE_BEFORE = re.compile(r"(?<!\d)(?:19|20)\d\d-(?:\d\d-)?\Z|[A-Za-z]-\d{2,4}-\Z")
_DECADE = re.compile(r"(?:19|20)?\d0\Z")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in a text at the characters `start` to `end`. `values` are all that it may mean (38,500 is a thousand
    in English and a fraction in Polish), `mantissas` the same without the scale. `unit` is that of `units.Unit` and
    `factor` takes a value to the unit's base. It is not `is_exact` with a plus sign ("500+") or
    as a share or factor in words ("half", "doubled")."""

    start: int
    end: int
    values: tuple[float, ...]
    mantissas: tuple[float, ...]
    unit: str = ""
    factor: float = 1.0
    is_word: bool = False
    is_exact: bool = True
    is_decade: bool = False

    @property
    def is_scaled(self) -> bool:
        return self.values != self.mantissas

    @property
    def is_year(self) -> bool:
        """A bare number from 1950 to 2049."""
        is_bare = not (self.unit or self.is_scaled or self.is_word)
        return is_bare and len(self.values) == 1 and 1950 <= self.values[0] < 2050 and self.values[0] % 1 == 0


def figures(text: str, start: int = 0, end: int | None = None) -> Iterator[Figure]:
    """The figures in digits between two characters of a text, in order. Times, dates in digits, versions of more than
    two numbers and what is a part of a word ("GPT-4") are none. Both ends of a range have the scale and the unit."""
    last: Figure | None = None
    for match in _DIGITS.finditer(text, start, len(text) if end is None else end):
        if (found := _figure(text, match)) is None:
            continue
        if last and found.start - last.end <= 5 and _RANGE.fullmatch(text, last.end, _digits_start(text, found)):
            last, found = _joined(last, found)
        if last:
            yield last
        last = found
    if last:
        yield last


def number_words(text: str, start: int = 0, end: int | None = None) -> Iterator[Figure]:
    """The figures in words between two characters of a text, in order: also shares ("half" is 50 %) and factors
    ("doubled" is 2x). Both ends of a range have the unit."""
    last: Figure | None = None
    for words in numbers_in_words(text, start, len(text) if end is None else end):
        found = _in_words(text, words)
        if last and found.start - last.end <= 5 and _RANGE.fullmatch(text, last.end, found.start):
            last, found = _joined(last, found)
        if last:
            yield last
        last = found
    if last:
        yield last


def _in_words(text: str, words: Words) -> Figure:
    unit = unit_at(text, words.end) if not words.kind else None
    value = round(words.value * words.factor, 6)
    name, factor, stop = unit or Unit(words.kind, 1.0, words.end)
    return Figure(words.start, stop, (value,), (words.value,), name, factor, is_word=True, is_exact=not words.kind)


def _digits_start(text: str, figure: Figure) -> int:
    return figure.start + 1 if text[figure.start] in _SIGNS else figure.start


def _figure(text: str, match: re.Match[str]) -> Figure | None:
    start, end = match.span()
    before = text[start - 1] if start else ""
    if before.isalnum() or before in _NOT_BEFORE or _GOES_ON.match(text, match.end("digits")):
        return None
    if before == "-" and start > 1 and (text[start - 2].isalpha() or _is_date(text, start)):
        return None
    mantissas = _digits(match["digits"])
    unit = unit_at(text, end)
    if not mantissas or (text[end : end + 1].isalpha() and not unit) or text[end : end + 1] == "_":
        return None
    scale = match["scale"]
    by = _SCALE_LETTERS.get(scale) or scale_of(scale) or 1.0 if scale else 1.0
    sign = before if before and before in _SIGNS else ""
    is_decade = text[end : end + 1] == "s" and not scale and _DECADE.match(match["digits"]) is not None
    if unit and unit.name == TIME and 1950 <= mantissas[0] < 2050 and not is_decade and not scale:
        unit = None  # "2026 rok" is a year
    name, factor, stop = unit or Unit("", 1.0, end)
    if sign:
        name, factor = sign, 1.0
    values = tuple(round(each * by, 6) for each in mantissas)
    is_exact = not (match["plus"] or match["more"])
    return Figure(start - len(sign), stop, values, mantissas, name, factor, is_exact=is_exact, is_decade=is_decade)


def _is_date(text: str, start: int) -> bool:
    """Whether the digits at a character are a part of a date (2026-05-01) or of a number of a list (CVE-2026-1234)."""
    return _DATE_BEFORE.search(text[max(0, start - 12) : start]) is not None


def _joined(first: Figure, second: Figure) -> tuple[Figure, Figure]:
    """The two ends of a range, each with the scale and the unit that only one of them names."""
    if second.is_scaled and not first.is_scaled:
        by = second.values[0] / second.mantissas[0] if second.mantissas[0] else 1.0
        scaled = tuple(round(each * by, 6) for each in first.mantissas)
        first = replace(first, values=tuple(dict.fromkeys((*first.values, *scaled))))
    if second.unit and not first.unit and second.unit != ORDINAL:
        first = replace(first, unit=second.unit, factor=second.factor)
    elif first.unit in tuple(_SIGNS) and not second.unit:
        second = replace(second, unit=first.unit)
    return first, second


def _digits(digits: str) -> tuple[float, ...]:
    plain = _BLANKS_IN_NUMBER.sub("", digits)
    if plain.count(".") + plain.count(",") == 0:
        return (float(plain),) if len(plain) < 16 else ()
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", plain):
        thousands = float(plain.replace(",", ""))
        return (thousands,) if plain.count(",") > 1 or "." in plain else (thousands, float(plain.replace(",", ".")))
    if re.fullmatch(r"\d{1,3}\.\d{3}", plain):
        return (float(plain), float(plain.replace(".", "")))
    if re.fullmatch(r"\d+[.,]\d+", plain):
        return (float(plain.replace(",", ".")),)
    return ()
