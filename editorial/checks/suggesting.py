"""What a machine can propose for a field; an editor takes it or leaves it. Pure."""

import re

from ..document import PartKind
from .piece import Piece

TITLE_MIN = 25  # characters: less of a title says too little
_SENTENCE = re.compile(r"[^.!?]+(?:[.!?](?!\s|$)[^.!?]*)*[.!?]+")
_CODE = re.compile(r"`([^`\n<>]+)`")  # an excerpt is plain text: a name in code keeps its letters
_CLAUSE_END = re.compile(r"\s*(?:[:;,]|[.!?](?=\s)|\s[—–-]|\s\()\s*")
_HANGING = re.compile(r"(?:\s(?:and|or|the|a|an|of|to|with|for|in|on|by|i|oraz|w|z|na|do|dla|przez))+\Z", re.IGNORECASE)


def excerpt_of_tldr(piece: Piece, least: int, most: int) -> str:
    """The first sentences of the first TLDR, as many as make an excerpt of at most `most` characters; "" if there is
    none of at least `least`."""
    part = next((part for story in piece.stories if (part := story.part(PartKind.TLDR))), None)
    excerpt = ""
    told = piece.text[part.text_start : min(part.end, part.text_start + 2000)] if part else ""
    for sentence in _SENTENCE.findall(" ".join(_CODE.sub(r"\1", told).split())):
        longer = f"{excerpt} {sentence.strip()}".strip()
        if len(longer) > most:
            break
        excerpt = longer
    plain = not set("*`[]_<>") & set(excerpt) and "://" not in excerpt
    return excerpt if plain and len(excerpt) >= least else ""


def shorter_title(title: str, most: int) -> str:
    """As many whole clauses of a title as fit into `most` characters; "" if not even the first one does, or if it is
    too short to be a title. Brackets and quotation marks that would stay open are no place to cut."""
    title = " ".join(title.split())
    cuts = [match.start() for match in _CLAUSE_END.finditer(title) if TITLE_MIN <= match.start() <= most]
    for at in reversed(cuts):
        shorter = title[:at].rstrip()
        if _is_closed(shorter) and not _HANGING.search(shorter):
            return shorter
    return ""


def _is_closed(text: str) -> bool:
    pairs = ("()", "[]", "“”", "«»")
    return all(text.count(one) == text.count(other) for one, other in map(tuple, pairs)) and text.count('"') % 2 == 0


def shorter_slug(slug: str, most: int) -> str:
    """As many whole words of a slug as fit into `most` characters, not ending in a word that hangs; "" if none does."""
    if len(slug) <= most:
        return slug
    words = slug[: most + 1].rpartition("-")[0].replace("-", " ")
    return _HANGING.sub("", words).strip().replace(" ", "-")
