"""Figures in a text: digits and number words with their scale and unit, in English and Polish. Pure; linear time."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_ONES = {
    "en": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty",
    "pl": "zero jeden dwa trzy cztery pięć sześć siedem osiem dziewięć dziesięć jedenaście dwanaście trzynaście "
    "czternaście piętnaście szesnaście siedemnaście osiemnaście dziewiętnaście dwadzieścia",
}
WORDS: dict[str, int] = {word: number for words in _ONES.values() for number, word in enumerate(words.split())}
WORDS |= {
    word: number
    for number, words in {
        1: "once jedna jedno jednego jednej jednym",
        2: "twice double dwie dwóch dwoje dwoma dwaj dwukrotnie",
        3: "triple trzech troje trzej trzykrotnie",
        4: "czterech czworo czterej",
        5: "pięciu pięcioro pięciokrotnie",
        6: "sześciu sześcioro",
        7: "siedmiu siedmioro",
        8: "ośmiu",
        9: "dziewięciu",
        10: "tenfold dziesięciu dziesięciokrotnie",
        12: "dozen tuzin dwunastu",
        15: "piętnastu",
        20: "dwudziestu",
        30: "thirty trzydzieści trzydziestu",
        40: "forty czterdzieści czterdziestu",
        50: "fifty pięćdziesiąt pięćdziesięciu",
        60: "sixty sześćdziesiąt sześćdziesięciu",
        70: "seventy siedemdziesiąt siedemdziesięciu",
        80: "eighty osiemdziesiąt osiemdziesięciu",
        90: "ninety dziewięćdziesiąt dziewięćdziesięciu",
        100: "sto stu",
        200: "dwieście dwustu",
        300: "trzysta trzystu",
        400: "czterysta czterystu",
        500: "pięćset pięciuset",
        600: "sześćset",
        700: "siedemset",
        800: "osiemset",
        900: "dziewięćset",
    }.items()
    for word in words.split()
}
# A Polish "bilion" is an English trillion; the spelling tells them apart.
SCALES = (
    ("hundred", 1e2), ("thousand", 1e3), ("tysi", 1e3), ("tys", 1e3), ("million", 1e6), ("milion", 1e6), ("mln", 1e6),
    ("billion", 1e9), ("miliard", 1e9), ("mld", 1e9), ("bn", 1e9), ("trillion", 1e12), ("bilion", 1e12), ("tn", 1e12),
)  # fmt: skip
_LETTERS = {"k": 1e3, "K": 1e3, "M": 1e6, "m": 1e6, "B": 1e9, "b": 1e9, "T": 1e12}
_SCALE = (
    r"(?:[ \u00a0-]?(?P<scale>(?i:hundreds?|thousand|million|billion|trillion|tysi[ąę]c\w*|tys\b|milion\w*|mln\b"
    r"|mld\b|miliard\w*|bilion\w*)|(?:bn|tn|[kKMBT])(?!\w))\.?)?"
    r"(?P<unit>[ \u00a0]?(?:%|percent\b|per\s?cent\b|procent\w*|proc\.)|(?:st|nd|rd|th)\b|x\b)?"
)
_DIGITS = re.compile(
    r"(?P<digits>\d{1,3}(?:[,\u00a0\u202f ]\d{3})+(?!\d)(?:\.\d+)?|\d+(?:[.,]\d+)*)(?P<plus>\+)?" + _SCALE
)
_LETTERS_ONLY = re.compile(r"[^\W\d_]+")
_AFTER_WORD = re.compile(r"(?:-(?P<ones>(?i:one|two|three|four|five|six|seven|eight|nine))\b)?" + _SCALE)
_GOES_ON = re.compile(r"[:/]\d|/$")
_NOT_BEFORE = frozenset(".,:/#-_")
ORDINAL = ("st", "nd", "rd", "th")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in a text at the characters `start` to `end`. `values` are all that it may mean (38,500 is a thousand
    in English and a fraction in Polish), `mantissas` the same without the scale; `unit` is one of %, $, x, th or
    empty."""

    start: int
    end: int
    values: tuple[float, ...]
    mantissas: tuple[float, ...]
    unit: str
    is_word: bool
    is_exact: bool

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
    two numbers and what is a part of a word ("GPT-4") are none."""
    for match in _DIGITS.finditer(text, start, len(text) if end is None else end):
        before, after = text[max(0, match.start() - 1) : match.start()], text[match.end() : match.end() + 2]
        if before.isalnum() or before in _NOT_BEFORE or after[:1].isalpha() or _GOES_ON.match(after):
            continue
        if mantissas := _digits(match["digits"]):
            sign = before if before in "$€£" else ""
            yield _figure(match, match.start() - len(sign), mantissas, sign, is_word=False)


def number_words(text: str, start: int = 0, end: int | None = None) -> Iterator[Figure]:
    """The figures in words between two characters of a text, in order."""
    reached = start
    for word in _LETTERS_ONLY.finditer(text, start, len(text) if end is None else end):
        number = WORDS.get(word[0].lower()) if word.start() >= reached else None
        if number is not None and (match := _AFTER_WORD.match(text, word.end())):
            ones = WORDS[match["ones"].lower()] if match["ones"] else 0
            reached = match.end()
            yield _figure(match, word.start(), (float(number + ones),), "", is_word=True)


def _figure(match: re.Match[str], start: int, mantissas: tuple[float, ...], sign: str, *, is_word: bool) -> Figure:
    factor = _factor(match["scale"])
    values = tuple(round(each * factor, 6) for each in mantissas)
    unit = (match["unit"] or "").strip()
    unit = unit if unit in (*ORDINAL, "x", "") else "%"
    is_exact = is_word or not match["plus"]
    return Figure(start, match.end(), values, mantissas, unit or sign, is_word, is_exact)


def _digits(digits: str) -> tuple[float, ...]:
    plain = re.sub(r"[\u00a0\u202f ]", "", digits)
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


def _factor(scale: str | None) -> float:
    if not scale:
        return 1.0
    if scale in _LETTERS:
        return _LETTERS[scale]
    return next((factor for name, factor in SCALES if scale.lower().startswith(name)), 1.0)


def holds(support: Sequence[Figure], claim: Figure, *, is_vague: bool = False) -> bool:
    """Whether one of the figures says what the claim says, perhaps more exactly: 69.6 holds 70, and under "about" or
    "over" (`is_vague`) whatever is at most 15 % off. A figure without scale holds one with ("3 to 10 million")."""
    return any(
        _is_near(own, other, is_vague or not claim.is_exact)
        for figure in support
        for own in claim.values
        for other in figure.values
    ) or any(
        own == other
        for figure in support
        if claim.is_scaled != figure.is_scaled
        for own in claim.mantissas
        for other in figure.mantissas
    )


def _is_near(claimed: float, told: float, is_vague: bool) -> bool:
    if claimed == told:
        return True
    if is_vague:
        return abs(claimed - told) <= 0.15 * max(claimed, told)
    return _is_rounded(claimed, told)


def _is_rounded(claimed: float, told: float) -> bool:
    """Whether the claim is what rounding the figure to fewer digits gives: to whole numbers, or to two digits of large
    ones."""
    if told != round(told):
        decimals = len(f"{claimed:.6f}".rstrip("0").partition(".")[2])
        return round(told, decimals) == claimed
    if told >= 1000:
        digits = len(f"{int(told)}") - 2
        return round(told, -digits) == claimed
    return False


def differing(support: Sequence[Figure], claim: Figure) -> Figure | None:
    """A figure that looks like the claim with another value: another scale of the same number, or its digits in
    another order with the same unit."""
    for figure in support:
        if claim.is_scaled and figure.is_scaled and set(claim.mantissas) & set(figure.mantissas):
            return figure
        same_kind = claim.unit == figure.unit and not (claim.is_word or figure.is_word)
        own, other = f"{claim.values[0]:g}", f"{figure.values[0]:g}"
        if same_kind and claim.unit and len(own) > 2 and sorted(own) == sorted(other) and own != other:
            return figure
    return None
