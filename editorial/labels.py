"""The labels that open a story's parts ("Key takeaways:"), per language. Pure; a new language is one table entry."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class PartKind(StrEnum):
    """What a part of a story is for; OTHER is text under no label that we know."""

    TLDR = "tldr"
    SUMMARY = "summary"
    TAKEAWAYS = "takeaways"
    TRADEOFFS = "tradeoffs"
    CARE = "care"
    LINK = "link"
    DISCLAIMER = "disclaimer"
    OTHER = "other"


class LabelShape(StrEnum):
    """How a label is written; NONE for text under no label."""

    BOLD = "bold"  # **Label:** text, **Label**: text, **Label?** text, **Label** alone on its line
    PLAIN = "plain"  # Label: text, also *Label: text in italics*
    HEADING = "heading"  # ## Label
    NONE = ""


# Language code -> kind -> labels. The first label of a kind is the one to write; case, accents, emoji, hyphens and
# the marks at the end (":", "?", ";") do not matter when reading.
LABELS: dict[str, dict[PartKind, tuple[str, ...]]] = {
    "en": {
        PartKind.TLDR: ("TLDR", "TL;DR", "TL DR"),
        PartKind.SUMMARY: ("Summary", "Overview"),
        PartKind.TAKEAWAYS: (
            "Key takeaways",
            "Takeaways",
            "Key takeaway",
            "Main takeaways",
            "Key points",
            "Key insights",
            "Key findings",
            "Key lessons",
        ),
        PartKind.TRADEOFFS: ("Tradeoffs", "Trade-offs", "Tradeoff", "Tradeoffs and considerations"),
        PartKind.CARE: (
            "Why do I care",
            "Why should I care",
            "Why I care",
            "Why do we care",
            "Why should you care",
            "Why it matters",
            "Why this matters",
        ),
        PartKind.LINK: ("Link", "Links", "Source", "Sources"),
        PartKind.DISCLAIMER: ("Disclaimer",),
    },
    "pl": {
        PartKind.TLDR: ("TLDR", "TL;DR"),
        PartKind.SUMMARY: ("Podsumowanie", "Streszczenie"),
        PartKind.TAKEAWAYS: (
            "Kluczowe wnioski",
            "Kluczowe punkty",
            "Najważniejsze wnioski",
            "Najważniejsze punkty",
            "Główne wnioski",
            "Wnioski",
        ),
        PartKind.TRADEOFFS: ("Kompromisy", "Kompromisy i ograniczenia"),
        PartKind.CARE: (
            "Dlaczego mnie to obchodzi",
            "Dlaczego mnie to interesuje",
            "Dlaczego mnie to dotyczy",
            "Dlaczego to mnie obchodzi",
            "Dlaczego powinno mnie to obchodzić",
            "Dlaczego to ważne",
            "Dlaczego to ma znaczenie",
        ),
        PartKind.LINK: ("Link", "Linki", "Odnośnik", "Źródło", "Źródła"),
        PartKind.DISCLAIMER: ("Zastrzeżenie", "Zastrzeżenia"),
    },
}


@dataclass(frozen=True, slots=True)
class Label:
    """A label found in a line. `text` is as written, without marks; `languages` lists the languages that use it;
    `length` counts the characters from the line's start to the content after the label."""

    kind: PartKind
    shape: LabelShape
    text: str
    languages: tuple[str, ...]
    length: int
    alone: bool


def _folded(text: str) -> str:
    """Small letters and digits only, accents dropped: what two spellings of a label have in common."""
    text = text.casefold().replace("-", "")
    if not text.isascii():
        letters = unicodedata.normalize("NFKD", text.replace("ł", "l"))
        text = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(_LETTERS.findall(text))


def _table() -> dict[str, tuple[PartKind, tuple[str, ...]]]:
    """Kind and languages by folded label, and by label in small letters: most labels are found without folding."""
    known: dict[str, tuple[PartKind, tuple[str, ...]]] = {}
    for language, kinds in LABELS.items():
        for kind, labels in kinds.items():
            for key in {key for label in labels for key in (_folded(label), label.casefold())}:
                languages = known[key][1] if key in known else ()
                known[key] = (kind, (*languages, language))
    return known


_LETTERS = re.compile(r"[^\W_]+")
_KNOWN = _table()
LONGEST = 48  # characters of a line that a label may take, marks and emoji included
_BOLD = re.compile(r"(\*\*|__)(?P<text>[^*_\n]{2,40}?)(?P<inside>[:?;]*)[ \t]*\1[ \t]*(?P<outside>[:?]?)[ \t]*")
_PLAIN = re.compile(r"[*_]?(?P<text>[^\W\d_][^:*_\[\]()`\n]{1,40}?)[*_]?\??:[*_]?[ \t]*")
_HEADING = re.compile(r"(?:\*\*|__)?(?P<text>[^:\n]{2,40}?)[:?;]*(?:\*\*|__)?[:;]?[ \t]*(?=$|\[|<?https?://)")


def known_label(text: str) -> tuple[PartKind, tuple[str, ...]] | None:
    """Kind and languages of the bare label `text`, or None where no language knows it."""
    return _KNOWN.get(text.casefold()) or _KNOWN.get(_folded(text))


def label_of_line(line: str) -> Label | None:
    """The label that opens a line of a paragraph, or None. `line` starts at its first visible character."""
    first = line[:1]
    if first in "*_" and line[:2] in ("**", "__"):
        return _labelled(_BOLD.match(line), LabelShape.BOLD, line)
    if ":" in line[:LONGEST] and (first.isupper() or first in "*_"):
        return _labelled(_PLAIN.match(line), LabelShape.PLAIN, line)
    return None


def label_of_heading(text: str) -> Label | None:
    """The label that a heading's text is, or None: a heading that says more than its label is a title, unless
    what follows the label is a link (`## Link: [title](url)`)."""
    if len(text) > LONGEST and "[" not in text and "://" not in text:
        return None
    return _labelled(_HEADING.match(text), LabelShape.HEADING, text)


def _labelled(match: re.Match[str] | None, shape: LabelShape, line: str) -> Label | None:
    if match is None:
        return None
    alone = match.end() >= len(line.rstrip())
    if shape is LabelShape.BOLD and not (match["inside"] or match["outside"] or alone):
        return None  # "**Link** is the hero of the game": bold, but no label
    return _label(match["text"], shape, match.end(), alone)


@lru_cache(maxsize=1024)
def _label(text: str, shape: LabelShape, length: int, alone: bool) -> Label | None:
    known = known_label(text)
    return Label(known[0], shape, text.strip(), known[1], length, alone) if known else None
