"""The tags that approved texts have, and which of them another tag is a spelling of. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

TYPO_MIN = 8  # letters from which on one wrong letter is a slip: react and preact are two things
_NO_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class ApprovedTags:
    """`names` are in small letters."""

    names: frozenset[str] = frozenset()

    @classmethod
    def of(cls, names: Iterable[str]) -> "ApprovedTags":
        return cls(frozenset(name.lower() for name in names))

    def near(self, tag: str) -> str:
        """The approved tag that differs from this one by hyphens, a plural or, in long ones, a single letter; "" if
        it is approved itself, or none is near. The time does not depend on how many there are."""
        tag = tag.lower()
        if tag in self.names or not self.names:
            return ""
        key = _key(tag)
        if key in self._by_key:
            return self._by_key[key]
        if len(key) < TYPO_MIN:
            return ""
        return next((self._by_slip[cut] for cut in _slips(key) if cut in self._by_slip), "")

    @cached_property
    def _by_key(self) -> dict[str, str]:
        return {_key(name): name for name in sorted(self.names, reverse=True)}

    @cached_property
    def _by_slip(self) -> dict[str, str]:
        long = [(key, name) for key, name in self._by_key.items() if len(key) >= TYPO_MIN]
        return {cut: name for key, name in sorted(long, reverse=True) for cut in _slips(key)}


def _key(tag: str) -> str:
    """What spellings of one tag have in common: its letters and digits, without the s of a plural."""
    letters = _NO_LETTERS.sub("", tag)
    return letters[:-1] if len(letters) > 3 and letters.endswith("s") and not letters.endswith("ss") else letters


def _slips(key: str) -> list[str]:
    """The key, and all that is left of it without one letter after the first."""
    return [key, *(key[:at] + key[at + 1 :] for at in range(1, len(key)))]
