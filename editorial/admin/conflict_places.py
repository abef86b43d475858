"""The conflicts of a merge as the places of a page, each with what a person said about it. No database."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from digest.models import LANGUAGES

from ..conflicts import Key
from ..diffing import Block, diff
from ..merging import Cause, Conflict, Edited, Merge, Origin

LABELS = {
    "title": "Title",
    "excerpt": "Excerpt",
    "tags": "Tags",
    "language": "Language",
    "date": "Date",
    "slug": "Address",
}
NAMES = {"proposal": "Both put together", "edit": "My own text"}
_HEADING = re.compile(r"[ ]{0,3}#{1,6}[ \t]+(.+?)[ \t#]*$", re.MULTILINE)
BY_SCRIPT = "script"  # how conflict.js says that a typed text is left out on purpose


@dataclass(frozen=True, slots=True)
class Wording:
    """What a page calls the three texts of a merge, and what comes from one of them."""

    base: str
    theirs: str
    ours: str
    from_theirs: str
    from_ours: str
    sides: str
    """Who both sides are, at the beginning of a sentence."""

    def cause(self, cause: Cause) -> str:
        """Why both sides do not fit together, as a sentence."""
        return str(cause).replace("The new generation and the desk", self.sides)

    def name(self, pick: str) -> str:
        """The name of what a person may pick, "" of anything else."""
        return {"base": self.base, "theirs": self.theirs, "ours": self.ours, **NAMES}.get(pick, "")

    def came_from(self, origin: Origin) -> str:
        names = {Origin.THEIRS: self.from_theirs, Origin.OURS: self.from_ours, Origin.BOTH: "of both"}
        return names.get(origin, "as before")


GENERATED = Wording(
    base="Delivered before",
    theirs="Newer generated text",
    ours="The desk's text",
    from_theirs="from the newer text",
    from_ours="the desk's",
    sides="The new generation and the desk",
)


def fingerprint(text: str) -> str:
    """Eight hexadecimal digits that tell a text from others of a page, whatever its line ends."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()[:8]


@dataclass(slots=True)
class Answer:
    """What a person said about one conflict: the text picked, the text in the box, and whether that one is left out
    on purpose although another is picked."""

    pick: str = ""
    text: str = ""
    is_aside: bool = False

    @classmethod
    def of(cls, pick: str, text: str, aside: str) -> Answer:
        return cls(pick, text, aside in (BY_SCRIPT, fingerprint(text)))

    def is_own(self, name: str) -> bool:
        """Whether the box holds a text of the person's own: none of those that the conflict of this name is about."""
        return bool(self.text.strip()) and fingerprint(self.text) not in name.split(".")[1:]


@dataclass(frozen=True, slots=True)
class Side:
    """One of the texts to pick from, its words compared with what was delivered before."""

    pick: str
    name: str
    text: str
    blocks: list[Block]
    absent: str = ""


@dataclass(slots=True)
class Place:
    """One conflict on the page. `name` tells it from others by its texts, so that an answer finds it again when the
    page has changed under a person's hands; `texts` are those to pick from."""

    number: int
    name: str
    label: str
    conflict: Conflict
    texts: dict[str, str]
    answer: Answer
    wording: Wording
    error: str = ""

    @property
    def key(self) -> Key:
        return self.conflict.key

    @property
    def sides(self) -> list[Side]:
        base = self.texts["base"]
        gone = "Removed here." if base else "Nothing here."
        theirs, ours = (diff(base, self.texts[side]) if self.texts[side] else [] for side in ("theirs", "ours"))
        return [
            Side("base", self.wording.base, base, diff(base, base), "Nothing here yet."),
            Side("theirs", self.wording.theirs, self.texts["theirs"], theirs, gone),
            Side("ours", self.wording.ours, self.texts["ours"], ours, gone),
        ]

    @property
    def proposal(self) -> Side | None:
        text = self.texts.get("proposal")
        return None if text is None else Side("proposal", NAMES["proposal"], text, diff(self.texts["base"], text))

    @property
    def cause(self) -> str:
        return self.wording.cause(self.conflict.cause)

    @property
    def pick(self) -> str:
        return self.answer.pick if self.answer.pick in {*self.texts, "edit"} else ""

    @property
    def picked(self) -> str:
        return self.wording.name(self.pick)

    @property
    def box(self) -> str:
        """What the box for an own text holds: what was typed, else what is picked, else the desk's."""
        if self.pick == "edit" or self.answer.is_own(self.name):
            return self.answer.text
        return self.texts.get(self.pick) or self.texts["ours"] or self.texts["theirs"] or self.texts["base"]

    @property
    def left_out(self) -> str:
        """Why saving would lose what was typed, "" where it is used or left out on purpose."""
        if not self.answer.is_own(self.name) or self.pick == "edit" or (self.pick and self.answer.is_aside):
            return ""
        if not self.pick:
            return "You wrote a text of your own, but picked none. Pick “My own text” to use it, or another text."
        return (
            f"You wrote a text of your own, but picked “{self.picked}”. Pick “My own text” to use yours, or save again "
            "to leave it out."
        )

    @property
    def aside(self) -> str:
        """Sent back by the form once the person was told that what they typed will be left out."""
        return fingerprint(self.answer.text) if self.answer.is_aside else ""

    @property
    def choice(self) -> str | None:
        """The choice as `conflicts.solve` takes it, None while undecided."""
        if self.pick == "edit":
            return Edited(self.answer.text)
        return Edited(self.texts["proposal"]) if self.pick == "proposal" else self.pick or None

    @property
    def is_line(self) -> bool:
        """Whether an own text is one line."""
        return self.key in ("title", "slug", "date")

    @property
    def rows(self) -> int:
        """How many rows the box for an own text opens with."""
        lines = sum(1 + len(line) // 110 for line in self.box.splitlines())
        return min(max(lines + 1, 2), 16)

    @property
    def languages(self) -> dict[str, str]:
        """The codes to choose from: the desk's languages and those of the texts."""
        known = {"": "not known", **LANGUAGES}
        return known | {code: code for code in (*self.texts.values(), self.box) if code not in known}


@dataclass(frozen=True, slots=True)
class Clean:
    """A run of blocks that fit together as they are: (text, where it comes from, "" if nobody changed it)."""

    blocks: list[tuple[str, str]] = field(default_factory=list)

    @property
    def changed(self) -> int:
        return sum(bool(origin) for _, origin in self.blocks)


@dataclass(slots=True)
class Page:
    """A merge as a page: the places to decide, the body in reading order, what fits together, and what a person typed
    for places that are no more."""

    merge: Merge
    places: list[Place]
    stray: list[str]
    wording: Wording = GENERATED

    @classmethod
    def of(cls, merge: Merge, answers: Mapping[str, Answer], wording: Wording = GENERATED) -> Page:
        texts = [_texts(conflict) for conflict in merge.conflicts]
        names = _names(merge.conflicts, texts)
        found, stray = _matched(names, answers)
        parts = zip(names, _labels(merge), merge.conflicts, texts, strict=True)
        places = [Place(n, *part, found.get(part[0], Answer()), wording) for n, part in enumerate(parts, 1)]
        return cls(merge, places, stray, wording)

    @property
    def choices(self) -> dict[Key, str]:
        return {place.key: choice for place in self.places if (choice := place.choice) is not None}

    @property
    def errors(self) -> list[Place]:
        return [place for place in self.places if place.error]

    @property
    def fields(self) -> list[Place]:
        """The places of the frontmatter."""
        return [place for place in self.places if isinstance(place.key, str)]

    @property
    def clean_fields(self) -> list[tuple[str, str, str]]:
        """(label, value, where it comes from) of the keys that need no decision."""
        return [
            (
                LABELS[key.key],
                ", ".join(key.value) if key.key == "tags" else str(key.value),
                self.wording.came_from(key.origin),
            )
            for key in self.merge.fields
            if key.conflict is None
        ]

    @property
    def body(self) -> list[Place | Clean]:
        """The places of the body in reading order, with the clean runs between them."""
        by_key = {place.key: place for place in self.places}
        parts: list[Place | Clean] = []
        for index, block in enumerate(self.merge.blocks):
            if block.conflict:
                parts.append(by_key[index])
            elif block.text:
                if not parts or isinstance(parts[-1], Place):
                    parts.append(Clean())
                origin = "" if block.origin is Origin.BASE else self.wording.came_from(block.origin)
                parts[-1].blocks.append((block.text, origin))  # type: ignore[union-attr]
        return parts

    def mark(self, problems: Mapping[Key, str]) -> None:
        """Say at each place what is wrong with it; having said that a typed text would be lost, say it once."""
        for place in self.places:
            place.error = problems.get(place.key, "")
            place.answer.is_aside = place.answer.is_aside or bool(place.pick and place.left_out)


def _texts(conflict: Conflict) -> dict[str, str]:
    texts = {"base": conflict.base, "theirs": conflict.theirs, "ours": conflict.ours}
    proposal = conflict.proposal
    return texts if proposal is None else {**texts, "proposal": proposal}


def _names(conflicts: Sequence[Conflict], texts: Sequence[dict[str, str]]) -> list[str]:
    """`title.1f2e3d4c.…`: the key, or "block", and the fingerprints of the texts; of two alike, the second has a 2."""
    names: list[str] = []
    for conflict, sides in zip(conflicts, texts, strict=True):
        stem = conflict.key if isinstance(conflict.key, str) else "block"
        name = ".".join([stem, *map(fingerprint, sides.values())])
        alike = sum(known == name or known.startswith(f"{name}.n") for known in names)
        names.append(f"{name}.n{alike + 1}" if alike else name)
    return names


def _matched(names: Sequence[str], answers: Mapping[str, Answer]) -> tuple[dict[str, Answer], list[str]]:
    """The answer for each place, and what was typed for none of them. A place whose texts are the same has its whole
    answer; a place that changed has what was typed, to be decided again."""
    found = {name: answers[name] for name in names if name in answers}
    left = {name: answer.text for name, answer in answers.items() if name not in found and answer.is_own(name)}
    for name in names:
        former = next((old for old in left if name not in found and _is_same_place(old, name)), None)
        if former is not None:
            found[name] = Answer(text=left.pop(former))
    return found, list(left.values())


def _is_same_place(old: str, new: str) -> bool:
    """Whether two names are of one key, or of blocks with two of the three texts in common."""
    (old_key, *was), (new_key, *now) = old.split("."), new.split(".")
    if old_key != new_key:
        return False
    return old_key != "block" or sum(a == b for a, b in zip(was[:3], now[:3], strict=False)) >= 2


def _labels(merge: Merge) -> Iterator[str]:
    """The label of each conflict: the key, or the part of the text under its heading."""
    yield from (LABELS[key.key] for key in merge.fields if key.conflict)
    heading = ""
    for block in merge.blocks:
        if block.conflict:
            whole = "The whole text" if block.conflict.cause is Cause.JOINED else "Text"
            yield f"{whole} under “{heading}”" if heading else whole
        found = _HEADING.match(block.text)
        heading = found[1] if found else heading
