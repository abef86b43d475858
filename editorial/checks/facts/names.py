"""Names and quotations of a TLDR or takeaway against the story's Summary, and quotations against each other."""

import difflib
import re
from collections.abc import Iterator

from ...document import Part
from ...language import LANGUAGES
from ..piece import Piece, shortened
from ..registry import Context, Finding, Severity, register
from .told import Told, comparisons, folded

QUOTATION_LEAST = 12  # characters
QUOTED_WORDS = 5  # fewer are a term or a title, not a quotation
ALIKE = 0.8  # of the words that two quotations share to be the same one
SLIP = 0.5  # of the letters that two surnames behind one first name share to be a slip of each other
_UPPER, _LOWER = "A-ZĆŁŚŻŹÓ", "a-ząćęłńóśźż"
_NAME = re.compile(
    rf"(?<![\w.])[{_UPPER}][\w’'-]*[{_LOWER}](?: (?:de |van |von )?[{_UPPER}][\w’'-]*[{_LOWER}]){{1,3}}(?!\w)"
)
_QUOTATION = re.compile(r"[\"“„«]([^\"“”„«»\n]{1,300})[\"”“»]")
_WORD = re.compile(r"\w+")
_STOP = frozenset(word for language in LANGUAGES.values() for word in language.words)
# Common nouns that texts write with capital letters; names of nobody.
_TERM_WORDS = """
    candidate availability request requests learning intelligence model models design system systems source review
    takeaways engineering engineer developer developers manager lead staff senior junior architect penalty concurrency
"""
_TERMS = frozenset(_TERM_WORDS.split())
# Given names that the names of the corpus, and of most sources of its kind, begin with: a pair that begins with one of
# them is a person's name, so that another surname is another person.
_GIVEN_NAMES = """
    aaron adam adrian agnieszka alan albert alex alexander alice alison amanda amy andrea andreas andrej andrew
    andrzej andy angela anna anne anthony anton arthur barbara bartosz ben benjamin bill bob brad brandon
    brendan brett brian bruce bryan carl carlos carol caroline catherine chad charles charlie chris christian
    christina christopher claire colin craig cynthia dale dan daniel dario dave david dawid dean debra demis
    dennis derek diana diego don donald doug douglas dylan ed edward elena elizabeth ellen elon emily emma eric
    erica erik ethan eva evan ewa felix filip florian frances francis frank fred gabriel gary geoffrey george
    gerald grant greg gregory grzegorz guillermo hannah hans harry heather helen henry howard ian irene isaac
    ivan jack jacob jake jakub james jamie jan jane janet jared jason jay jean jeff jeffrey jennifer jeremy
    jerry jesse jessica jill jim joan joanna joe joel johan john jon jonathan jordan jose joseph josh joshua
    juan judith julia julian julie justin kamil karen karl karol karolina kate katherine kathleen keith kelly
    ken kenneth kent kevin kim kimberly kyle larry laura lauren lee leo leon linda lisa lucas luis lukas
    magdalena marc marcin marco marcus maria marie mario mark marta martha martin mary mateusz mathias matt
    matthew max megan melanie melissa michael michał michel michelle miguel mike monika nancy nathan neil
    nicholas nick nicolas nicole nina noah olivia oscar owen pamela pat patricia patrick paul paula paweł pedro
    peter phil philip philipp piotr rachel rafael ralph raymond rebecca ricardo richard rick rob robert roberto
    robin roger ron ronald rosa ross roy russell ruth ryan sally sam samantha samuel sandra sara sarah satya
    scott sean sebastian sergey sergio seth shane shannon sharon simon sophia sophie stefan stephanie stephen
    steve steven stuart sundar susan sylvia tadeusz tara ted teresa terry theo theresa thomas tim timothy tina
    todd tom tomas tomasz tony tracy travis tyler valerie vanessa veronica victor victoria vincent wade walter
    wayne wendy will william wojciech zach zachary zuzanna
"""
GIVEN_NAMES = frozenset(_GIVEN_NAMES.split())
_LEAD = re.compile(r"[ \t]*(?:[-*+]|\d+[.)])[ \t]+\*\*[^*\n]{1,120}\*\*:?")


@register(code="fact-name", severity=Severity.WARN, version=3)
def fact_name(piece: Piece, context: Context) -> Iterator[Finding]:
    """A name in a TLDR or takeaway of which the story's Summary has no word, or that it spells otherwise."""
    for compared in comparisons(piece):
        for part in compared.claims:
            for match, other in unheld_names(piece, part, compared.told):
                if other:
                    message = f"“{match[0]}” here, but the Summary says “{other}”. Correct one."
                else:
                    message = f"The Summary of this story does not name “{match[0]}”. Check it against the source."
                yield Finding(message, piece.place(*match.span()), match[0])


def unheld_names(piece: Piece, part: Part, told: Told) -> Iterator[tuple[re.Match[str], str]]:
    """The names of a part that a text does not hold, each with the one there that looks like it, "" for none."""
    for match in _NAME.finditer(piece.prose, part.text_start, part.end):
        if match[0] in told.text or not _is_name(piece, match, part):
            continue
        words = folded(match[0]).split()
        acronym = "".join(word[0] for word in words)
        if any(word[:4] in told.folded for word in words):
            if other := _spelled_otherwise(match[0], told):
                yield match, other
        elif f" {acronym}" not in told.folded:
            yield match, ""


def names_in(piece: Piece, part: Part) -> Iterator[re.Match[str]]:
    """The names of people, products and places in a part: two words with capital letters or more."""
    names = _NAME.finditer(piece.prose, part.text_start, part.end)
    return (match for match in names if _is_name(piece, match, part))


def _spelled_otherwise(name: str, told: Told) -> str:
    """The name of the text with the same first word and a last word that is nearly this one's, of a person any other
    one; "" if there is none, or where the last word only has another ending."""
    words = re.sub(r"[’']s?(?!\w)", "", name).split()
    first, last = (words[-2], words[-1]) if words[-2].lower() in GIVEN_NAMES else (words[0], " ".join(words[1:]))
    if folded(last).split()[-1][:-2] in told.folded:
        return ""
    for other in re.finditer(rf"(?<!\w){re.escape(first)} ([{_UPPER}][\w’'-]+)", told.text):
        one, two = last.split()[-1].lower(), re.sub(r"[’']s?\Z", "", other[1]).lower()
        shared = len(_common(one, two))
        is_ending = shared >= max(3, min(len(one), len(two)) - 1)
        is_person = first.lower() in GIVEN_NAMES and not other[1].isupper() and two not in _STOP
        if not is_ending and (is_person or difflib.SequenceMatcher(None, one, two, autojunk=False).ratio() >= SLIP):
            return other[0]
    return ""


def _common(one: str, other: str) -> str:
    at = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return one[:at]


def _is_name(piece: Piece, match: re.Match[str], part: Part) -> bool:
    """Whether capital letters make a name here: not those of a heading-like lead ("**Bold Lead In:**"), not where a
    common word only begins the sentence, and not those of a term."""
    line_start = piece.prose.rfind("\n", 0, match.start()) + 1
    lead = _LEAD.match(piece.prose, max(line_start, part.start))
    if lead and match.start() < lead.end():
        return False
    words = [word.lower() for word in _WORD.findall(match[0])]
    starts_sentence = re.search(r"(?:[.!?:]\s+|[-*+]\s+|\*\*|\A|\n)\W*\Z", piece.prose[line_start : match.start()])
    return not any(word in _STOP for word in words) and words[-1] not in _TERMS and not starts_sentence


@register(code="fact-quotation", severity=Severity.WARN, version=2)
def fact_quotation(piece: Piece, context: Context) -> Iterator[Finding]:
    """A quotation in a TLDR or takeaway that the story's Summary does not hold, or holds otherwise."""
    for compared in comparisons(piece):
        for part in compared.claims:
            for match, other in unheld_quotations(piece, part, compared.told):
                if other:
                    message = f"The quotation is “{shortened(other)}” in the Summary. Which is right?"
                else:
                    message = (
                        f"The Summary of this story does not hold the quotation “{shortened(match[1])}”. Check it."
                    )
                yield Finding(message, piece.place(*match.span()), match[0])


def unheld_quotations(piece: Piece, part: Part, told: Told) -> Iterator[tuple[re.Match[str], str]]:
    """The quotations of a part that a text does not hold, each with the one there that differs a little, "" for
    none."""
    for match in quotations(piece.prose, part.text_start, part.end):
        plain = folded(match[1])
        if plain.count(" ") >= QUOTED_WORDS and plain not in told.folded:
            words = tuple(plain.split())
            others = (other[1] for other in quotations(told.text, 0, len(told.text)))
            yield match, next((other for other in others if _differs(words, tuple(folded(other).split()))), "")


@register(code="fact-quotation-differs", severity=Severity.WARN)
def fact_quotation_differs(piece: Piece, context: Context) -> Iterator[Finding]:
    """A quotation that stands elsewhere in the text with other words."""
    if sum(map(piece.prose.count, '"“„«')) < 2:
        return
    seen: dict[tuple[str, ...], str] = {}
    for match in quotations(piece.prose, piece.start, len(piece.prose)):
        quoted = match[1]
        words = tuple(_WORD.findall(quoted.lower()))
        if len(words) < QUOTED_WORDS:
            continue
        for other in (seen.get(words[:2]), seen.get(words[-2:])):
            if other and _differs(words, tuple(_WORD.findall(other.lower()))):
                message = (
                    f"The quotation “{shortened(quoted)}” stands elsewhere as “{shortened(other)}”. Which is right?"
                )
                yield Finding(message, piece.place(*match.span()), match[0])
                break
        seen.setdefault(words[:2], quoted)
        seen.setdefault(words[-2:], quoted)


def _differs(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two quotations are one with a word or two changed; a shortened one does not differ."""
    if one == other or " ".join(one) in " ".join(other) or " ".join(other) in " ".join(one):
        return False
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio() >= ALIKE


def quotations(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """What stands between quotation marks, of some length; marks pair within a line."""
    for match in _QUOTATION.finditer(text, start, end):
        if len(match[1]) >= QUOTATION_LEAST and match[1] == match[1].strip():
            yield match
