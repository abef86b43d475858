"""Whether the figures of one text hold one of another: the same in other words, rounded, or worked out. Pure."""

from collections.abc import Sequence
from enum import StrEnum

from .figures import Figure
from .units import ORDINAL, PERCENT, TIMES

VAGUE = {1: 0.15, 2: 0.1}  # how far off a figure of so many digits may be under "about" and the like
VAGUE_EXACT = 0.02  # one of more digits: who says "about 99.8" has read that
BOUND = 0.25  # how far off one may be on the side that "over" or "under" names
CONVERTED = 0.03  # how far off another unit of the same kind: a year is 12 months and 52 weeks
WORKED_OUT = 0.025  # how far off a share or a factor may be that is worked out from rounded figures
WORKED_OUT_ABOUT = 0.1  # the same under "about" and the like
NEXT_TO = 60  # characters between two figures that a share or a factor may be worked out from


class Hedge(StrEnum):
    """What a word before a figure makes of it: "about" 40, "over" 40, "under" 40."""

    NONE = ""
    ABOUT = "about"
    OVER = "over"
    UNDER = "under"


def holds(support: Sequence[Figure], claim: Figure, hedge: Hedge = Hedge.NONE) -> bool:
    """Whether one of the figures says what the claim says, perhaps more exactly: 69.6 holds 70. Behind a hedge holds
    whatever is at most 15 % off, less for a claim of more digits, and a quarter on the side that the hedge names.
    Figures of different units hold nothing of each other; one without any holds the same number of any. A share or a
    factor may be worked out from two figures of one unit beside each other: "from 30 s to 5 s" holds 6x."""
    hedge = hedge if claim.is_exact or hedge else Hedge.OVER
    return any(_says(figure, claim, hedge) for figure in support) or (
        claim.unit in (PERCENT, TIMES) and _is_worked_out(support, claim, hedge)
    )


def _says(figure: Figure, claim: Figure, hedge: Hedge) -> bool:
    if figure.unit != claim.unit and figure.unit not in ("", ORDINAL) and claim.unit:
        return _as_factor(figure, claim)
    if claim.unit and not figure.unit:
        # one of a row of figures whose last has the unit, and no count of something else: "three of eight" is not 8 %
        return not (figure.is_word and claim.unit == PERCENT) and any(
            _is_near(own, other, Hedge.NONE) for own in claim.values for other in figure.values
        )
    if figure.factor != claim.factor and figure.unit == claim.unit:
        tolerance = max(CONVERTED, _tolerance(claim.values[0])) if hedge else CONVERTED
        return any(
            _is_within(own * claim.factor, other * figure.factor, tolerance)
            for own in claim.values
            for other in figure.values
        )
    return any(_is_near(own, other, hedge) for own in claim.values for other in figure.values)


def _as_factor(figure: Figure, claim: Figure) -> bool:
    """Whether 2x is said as 200 % or as 100 % more, or the other way round."""
    if {figure.unit, claim.unit} != {TIMES, PERCENT}:
        return False
    factor, share = (claim, figure) if claim.unit == TIMES else (figure, claim)
    return any(share.values[0] in (100 * each, 100 * (each - 1)) for each in factor.values)


def _is_worked_out(support: Sequence[Figure], claim: Figure, hedge: Hedge) -> bool:
    ordered = sorted((figure for figure in support if not figure.is_year), key=lambda each: each.start)
    for first, second in zip(ordered, ordered[1:], strict=False):
        is_share_of_share = first.unit == claim.unit == PERCENT
        is_version = not first.unit and bool(first.values[0] % 1 or second.values[0] % 1)
        if second.start - first.end > NEXT_TO or first.unit != second.unit or is_share_of_share or is_version:
            continue
        low, high = sorted((first.values[0] * first.factor, second.values[0] * second.factor))
        if low <= 0 or low == high:
            continue
        ratio = high / low
        told = (ratio,) if claim.unit == TIMES else (100 / ratio, 100 - 100 / ratio, 100 * ratio, 100 * (ratio - 1))
        tolerance = WORKED_OUT_ABOUT if hedge else WORKED_OUT
        if any(_is_rounded(own, each) or _is_within(own, each, tolerance) for own in claim.values for each in told):
            return True
    return False


def _is_within(one: float, other: float, tolerance: float) -> bool:
    return abs(one - other) <= tolerance * max(abs(one), abs(other))


def _is_near(claimed: float, told: float, hedge: Hedge) -> bool:
    if claimed == told:
        return True
    is_on_its_side = (hedge is Hedge.OVER and claimed < told) or (hedge is Hedge.UNDER and told < claimed)
    tolerance = BOUND if is_on_its_side else _tolerance(claimed)
    return _is_rounded(claimed, told) or (bool(hedge) and _is_within(claimed, told, tolerance))


def _tolerance(claimed: float) -> float:
    return VAGUE.get(len(f"{claimed:.6f}".rstrip("0.").replace(".", "").strip("0")), VAGUE_EXACT)


def _is_rounded(claimed: float, told: float) -> bool:
    """Whether the claim is what rounding the figure to fewer digits gives: to whole numbers or decimals, or to as many
    digits as the claim has of large ones, two at least."""
    if told != round(told):
        decimals = len(f"{claimed:.6f}".rstrip("0").partition(".")[2])
        if round(told, decimals) == claimed:
            return True
    if told >= 1000:
        digits = max(2, len(f"{int(claimed)}".rstrip("0")))
        return round(told, digits - len(f"{int(told)}")) == claimed
    return False


def differing(support: Sequence[Figure], claim: Figure) -> Figure | None:
    """A figure that looks like the claim with another value: another scale or unit of the same number, or its digits
    in another order with the same unit."""
    own = f"{claim.values[0]:g}"
    for figure in support:
        is_same_number = bool(set(claim.mantissas) & set(figure.mantissas))
        if is_same_number and claim.is_scaled and figure.is_scaled and figure.unit in ("", claim.unit):
            return figure
        if is_same_number and claim.unit and figure.unit and (claim.unit, claim.factor) != (figure.unit, figure.factor):
            return figure
        same_kind = claim.unit == figure.unit and not (claim.is_word or figure.is_word)
        other = f"{figure.values[0]:g}"
        if same_kind and claim.unit and len(own) > 2 and sorted(own) == sorted(other) and own != other:
            return figure
    return None
