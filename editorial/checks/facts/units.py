"""What stands behind a number: its unit, and how many of the unit's base it is. Pure."""

import re
from typing import NamedTuple

PERCENT, POINTS, TIMES, ORDINAL, TIME = "%", "pp", "x", "th", "time"
_WORD = re.compile(
    r"[ \u00a0\u202f-]?(%|×|°C|(?:percentage|p\.|punkt\w*|pkt\.?)[ \u00a0]?(?:points?|p\.|procentow\w*|proc\b\.?)"
    r"|per\s?cent\b|[^\W\d_]+)"
)
# What makes "3 times" a factor and no count ("three times a day").
_COMPARED = re.compile(
    r"[ \u00a0](?:as |fast|slow|more|less|few|large|small|big|cheap|high|low|better|worse|short|long|szybci|woln|wolni|"
    r"więcej|mniej|tani|drożs|lep|gorz|wyż|niż|więks|mniejs|krótsz|krócej|dłuż|części)"
)
_DAY, _YEAR = 86_400.0, 365.25 * 86_400
# Written exactly so, capital letters included: the unit, and the factor to its base.
_EXACT: dict[str, tuple[str, float]] = {
    "%": (PERCENT, 1), "pp": (POINTS, 1), "x": (TIMES, 1), "×": (TIMES, 1),
    "st": (ORDINAL, 1), "nd": (ORDINAL, 1), "rd": (ORDINAL, 1), "th": (ORDINAL, 1),
    "USD": ("$", 1), "EUR": ("€", 1), "GBP": ("£", 1), "PLN": ("zł", 1), "zł": ("zł", 1), "euro": ("€", 1),
    "ns": (TIME, 1e-9), "µs": (TIME, 1e-6), "μs": (TIME, 1e-6), "ms": (TIME, 1e-3), "s": (TIME, 1), "sek": (TIME, 1),
    "sec": (TIME, 1), "secs": (TIME, 1), "min": (TIME, 60), "mins": (TIME, 60), "h": (TIME, 3600), "hr": (TIME, 3600),
    "hrs": (TIME, 3600), "godz": (TIME, 3600), "day": (TIME, _DAY), "days": (TIME, _DAY), "dni": (TIME, _DAY),
    "dnia": (TIME, _DAY), "dzień": (TIME, _DAY), "lat": (TIME, _YEAR), "lata": (TIME, _YEAR), "rok": (TIME, _YEAR),
    "KB": ("byte", 1e3), "kB": ("byte", 1e3), "MB": ("byte", 1e6), "GB": ("byte", 1e9), "TB": ("byte", 1e12),
    "PB": ("byte", 1e15), "KiB": ("byte", 1024), "MiB": ("byte", 2**20), "GiB": ("byte", 2**30), "TiB": ("byte", 2**40),
    "kW": ("watt", 1e3), "MW": ("watt", 1e6), "GW": ("watt", 1e9), "TW": ("watt", 1e12), "Hz": ("hertz", 1),
    "kHz": ("hertz", 1e3), "MHz": ("hertz", 1e6), "GHz": ("hertz", 1e9), "km": ("metre", 1e3), "cm": ("metre", 1e-2),
    "mm": ("metre", 1e-3), "nm": ("metre", 1e-9), "kg": ("gram", 1e3), "px": ("px", 1), "fps": ("fps", 1),
}  # fmt: skip
# Beginnings of words in small letters, for all their endings.
_STEMS: tuple[tuple[str, str, float], ...] = (
    ("percentage", POINTS, 1), ("punkt", POINTS, 1), ("percent", PERCENT, 1), ("per", PERCENT, 1), ("proc", PERCENT, 1),
    ("dollar", "$", 1), ("dolar", "$", 1), ("euros", "€", 1), ("złot", "zł", 1), ("fold", TIMES, 1),
    ("krotn", TIMES, 1), ("nanosec", TIME, 1e-9), ("nanosek", TIME, 1e-9), ("microsec", TIME, 1e-6),
    ("mikrosek", TIME, 1e-6), ("millisec", TIME, 1e-3), ("milisek", TIME, 1e-3), ("second", TIME, 1),
    ("sekund", TIME, 1), ("minut", TIME, 60), ("hour", TIME, 3600), ("godzin", TIME, 3600), ("week", TIME, 7 * _DAY),
    ("tydzie", TIME, 7 * _DAY), ("tygod", TIME, 7 * _DAY), ("month", TIME, _YEAR / 12), ("miesi", TIME, _YEAR / 12),
    ("year", TIME, _YEAR), ("kilobyte", "byte", 1e3), ("kilobajt", "byte", 1e3), ("megabyte", "byte", 1e6),
    ("megabajt", "byte", 1e6), ("gigabyte", "byte", 1e9), ("gigabajt", "byte", 1e9), ("terabyte", "byte", 1e12),
    ("terabajt", "byte", 1e12), ("kilowat", "watt", 1e3), ("megawat", "watt", 1e6), ("gigawat", "watt", 1e9),
    ("kilomet", "metre", 1e3), ("kilogram", "gram", 1e3),
)  # fmt: skip
_ADVERBS = ("ly", "nie", "owo")  # "25,000 weekly downloads" are no weeks
_FIRST = frozenset(stem[:3] for stem, _, _ in _STEMS)


class Unit(NamedTuple):
    """`name` is one of %, pp, x, th, a currency's sign, a kind of measure (time, byte, watt, ...), or ""; `factor` is
    how many of the kind's base one is (an hour is 3,600 s); it ends at the character `end`."""

    name: str
    factor: float
    end: int


def unit_at(text: str, start: int) -> Unit | None:
    """The unit that stands at a character of the text, right behind a number; None if none does."""
    match = _WORD.match(text, start)
    if not match:
        return None
    word = match[1]
    exact = _EXACT.get(word)
    if exact:
        return Unit(*exact, match.end())
    small = word.lower()
    if small in ("times", "razy"):
        return Unit(TIMES, 1, match.end()) if _COMPARED.match(text, match.end()) else None
    if small[:2] in ("p.", "pk"):
        return Unit(POINTS, 1, match.end())
    if small[:3] in _FIRST and not small.endswith(_ADVERBS):
        for stem, name, factor in _STEMS:
            if small.startswith(stem) and (len(stem) > 3 or " " in small):
                return Unit(name, factor, match.end())
    return None
