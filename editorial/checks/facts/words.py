"""Numbers in words, English and Polish: "twenty-five", "sto dwadzieścia tysięcy", "półtora miliona". Pure."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from ...language import words_in

_ONES = {
    "en": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty",
    "pl": "zero jeden dwa trzy cztery pięć sześć siedem osiem dziewięć dziesięć jedenaście dwanaście trzynaście "
    "czternaście piętnaście szesnaście siedemnaście osiemnaście dziewiętnaście dwadzieścia",
}
_OTHERS = {
    1: "jedna jedno jednego jednej jednym",
    2: "dwie dwóch dwoje dwoma dwaj",
    3: "trzech trzema troje trzej",
    4: "czterech czterema czworo czterej",
    5: "pięciu pięcioro",
    6: "sześciu sześcioro",
    7: "siedmiu siedmioro",
    8: "ośmiu ośmioro",
    9: "dziewięciu",
    10: "dziesięciu",
    11: "jedenastu",
    12: "dozen tuzin dwunastu",
    13: "trzynastu",
    14: "czternastu",
    15: "piętnastu",
    16: "szesnastu",
    17: "siedemnastu",
    18: "osiemnastu",
    19: "dziewiętnastu",
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
    600: "sześćset sześciuset",
    700: "siedemset siedmiuset",
    800: "osiemset ośmiuset",
    900: "dziewięćset dziewięciuset",
    1.5: "półtora półtorej",
}
_NUMBERS: dict[str, float] = {word: number for words in _ONES.values() for number, word in enumerate(words.split())}
_NUMBERS |= {word: number for number, words in _OTHERS.items() for word in words.split()}
# A Polish "bilion" is an English trillion; the spelling tells them apart. Beginnings, for all their endings.
SCALES = (
    ("hundred", 1e2), ("thousand", 1e3), ("tysi", 1e3), ("tys", 1e3), ("million", 1e6), ("milion", 1e6), ("mln", 1e6),
    ("billion", 1e9), ("miliard", 1e9), ("mld", 1e9), ("bn", 1e9), ("trillion", 1e12), ("bilion", 1e12), ("tn", 1e12),
)  # fmt: skip
_SCALE_STARTS = frozenset(name[:3] for name, _ in SCALES)
# That make a number by themselves: "a million", "tysiąc osób"; their plurals alone are vague.
_ALONE = frozenset(["hundred", "thousand", "million", "billion", "trillion", "tysiąc", "milion", "miliard", "bilion"])
# Of a whole, in per cent, and as so many times.
_SHARES: dict[str, float] = dict.fromkeys(["half", "połowa", "połowę", "połowy", "połowie", "pół"], 50.0)
_SHARES |= {"third": 100 / 3, "quarter": 25.0, "ćwierć": 25.0, "fifth": 20.0}
_PARTS: dict[str, float] = dict.fromkeys(["thirds", "trzecie", "trzecia", "trzecią"], 100 / 3)
_PARTS |= dict.fromkeys(["quarters", "czwarte", "czwarta", "czwartą"], 25.0)
_PARTS |= dict.fromkeys(["fifths", "piąte", "piąta", "piątą", "piątych"], 20.0)
_FACTOR_WORDS = {
    2.0: "twice double doubled doubles doubling dwukrotnie dwukrotny podwoił podwoiła podwoiło podwoiły podwaja",
    3.0: "triple tripled triples tripling trzykrotnie trzykrotny potroił potroiła potroiło potroiły",
    4.0: "quadrupled czterokrotnie",
    5.0: "pięciokrotnie",
    10.0: "tenfold dziesięciokrotnie",
}
_FACTORS = {word: number for number, words in _FACTOR_WORDS.items() for word in words.split()}
_TOKEN = re.compile(r"[^\W\d_]+")
_BETWEEN = frozenset((" ", "-", "\u00a0"))
_FIRST_WORDS = frozenset((*_NUMBERS, *_SHARES, *_FACTORS, *_ALONE))
LONGEST = 200  # characters of a number in words


class Words(NamedTuple):
    """A number in words at the characters `start` to `end`; `factor` is that of its scale, 1 without. `kind` is "" for
    a number, % for a share ("half"), x for a factor ("doubled")."""

    start: int
    end: int
    value: float
    factor: float = 1.0
    kind: str = ""


def scale_of(word: str) -> float:
    """The factor of a scale in any of its forms ("millions", "tysięcy"), 0 for another word."""
    small = word.lower()
    if small[:3] not in _SCALE_STARTS and small not in ("bn", "tn"):
        return 0.0
    return next((factor for name, factor in SCALES if small.startswith(name)), 0.0)


def numbers_in_words(text: str, start: int, end: int) -> Iterator[Words]:
    """The numbers in words between two characters, in order."""
    reached = start
    for begin in _beginnings(text, start, end):
        if begin < reached:
            continue
        tokens = list(_TOKEN.finditer(text, begin, min(end, begin + LONGEST)))
        found, _ = _number(text, tokens, 0)
        small = tokens[0][0].lower()
        if found is None and small in _SHARES:
            scale = scale_of(tokens[1][0]) if len(tokens) > 1 else 0.0
            if scale:  # "pół miliona"
                found = Words(begin, tokens[1].end(), _SHARES[small] / 100, scale)
            else:
                found = Words(*tokens[0].span(), _SHARES[small], kind="%")
        elif found is None and small in _FACTORS:
            found = Words(*tokens[0].span(), _FACTORS[small], kind="x")
        if found:
            reached = found.end
            yield found


def _beginnings(text: str, start: int, end: int) -> list[int]:
    """Where the words stand that may begin a number, in order: which of them there are is seen at once."""
    small = text[start:end].lower()
    if len(small) != end - start:  # a letter that grows
        small = "".join(lower if len(lower := letter.lower()) == 1 else letter for letter in text[start:end])
    found = []
    for word in _FIRST_WORDS.intersection(words_in(small.replace("'", " ").replace("_", " "))):
        at = small.find(word)
        while at >= 0:
            stop = at + len(word)
            if not small[at - 1 : at].isalpha() and not small[stop : stop + 1].isalpha():
                found.append(start + at)
            at = small.find(word, stop)
    return sorted(found)


def _number(text: str, tokens: list[re.Match[str]], first: int) -> tuple[Words | None, int]:
    """The number whose first word is a token, and of how many tokens it is."""
    total, current, last_scale, factor = 0.0, -1.0, 1e15, 1.0
    at = first
    while at < len(tokens):
        small = tokens[at][0].lower()
        if at > first and text[tokens[at - 1].end() : tokens[at].start()] not in _BETWEEN:
            break
        if small in ("and", "i") and (total or current >= 100) and _is_number(tokens, at + 1):
            at += 1
            small = tokens[at][0].lower()
        if small == "point" and current >= 0 and _is_number(tokens, at + 1):
            current, at = _with_decimals(tokens, at + 1, current)
            continue
        number, scale = _NUMBERS.get(small), scale_of(small)
        if number is not None and _goes_on(current, number):
            current = max(current, 0.0) + number
        elif scale == 100 and 0 < current < 100:
            current *= 100
        elif scale > 100 and scale < last_scale and (current > 0 or (at == first and _is_alone(text, tokens[at]))):
            total += (current if current > 0 else 1.0) * scale
            factor = factor if total > current * scale and factor > 1 else scale
            current, last_scale = 0.0, scale
        elif at == first and small == "hundred" and _is_alone(text, tokens[at]):
            current = 100.0
        elif current > 0 and small in _PARTS and at > first and not total:
            return Words(tokens[first].start(), tokens[at].end(), current * _PARTS[small], kind="%"), at + 1 - first
        else:
            break
        at += 1
    if at == first:
        return None, 0
    value = total + max(current, 0.0)
    return Words(tokens[first].start(), tokens[at - 1].end(), value / factor, factor), at - first


def _is_alone(text: str, token: re.Match[str]) -> bool:
    """Whether a scale is a number by itself: not behind digits ("2 million")."""
    return token[0].lower() in _ALONE and not text[max(0, token.start() - 2) : token.start()].strip(" -")[-1:].isdigit()


def _is_number(tokens: list[re.Match[str]], at: int) -> bool:
    return at < len(tokens) and tokens[at][0].lower() in _NUMBERS


def _with_decimals(tokens: list[re.Match[str]], at: int, whole: float) -> tuple[float, int]:
    """The number with the single digits that follow its "point", and the token after them."""
    by = 0.1
    while at < len(tokens) and (digit := _NUMBERS.get(tokens[at][0].lower(), 10.0)) < 10:
        whole, by, at = whole + digit * by, by / 10, at + 1
    return round(whole, 6), max(at, 1)


def _goes_on(current: float, number: float) -> bool:
    """Whether a number word can follow what has been read: 5 after 20, 20 after 100."""
    if current <= 0:
        return True
    if number in (0, 1.5):
        return False
    if number < 10:
        return current % 10 == 0 and current % 100 != 10
    return number < 100 and current % 100 == 0
