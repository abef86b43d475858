"""Fixes, applied: a Document or a Text and its findings give another one. Pure.

Only the places that the findings name change. A finding whose text no longer stands at its place is left out, and so
is one that overlaps another: a second look finds it again.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from ..document import Document
from ..document.places import Source
from ..frontmatter import LANGUAGE_TAGS, FrontmatterError
from ..text import Text
from .piece import Piece
from .registry import RULES, Context, Finding, Fix, run
from .tags import MARKS

ROUNDS = 6  # a label that loses an invisible character is one that the next round sees; three are the most seen


@dataclass(frozen=True, slots=True)
class FixedText:
    """A text after its safe fixes, and the codes of the checks whose fixes made it, in order of the alphabet. A tag
    that names no subject (#generated, the language) is no part of a Text: its code alone says that its file gets it."""

    text: Text
    codes: tuple[str, ...] = ()


def fix_text(text: Text, context: Context, *, codes: Collection[str] | None = None) -> FixedText:
    """The text with all its safe fixes, or with those of some codes. Idempotent: what comes out has none left. Codes
    that are switched off in the context change nothing. Never raises."""
    safe = {code for code, rule in RULES.items() if rule.fix is Fix.SAFE and (codes is None or code in codes)}
    done: set[str] = set()
    for _ in range(ROUNDS):
        found = [finding for finding in run(text, context, codes=safe) if finding.fix_kind is Fix.SAFE]
        after, applied = _text_with(text, found)
        marks = [finding for finding in found if _is_mark(finding, text)]
        added = {finding.fix or "" for finding in marks} - (context.marks or frozenset())
        if after == text and not (added and context.marks is not None):
            break
        done |= applied | {finding.code for finding in marks if finding.fix in added}
        text, context = after, _with_marks(context, added)
    return FixedText(text, tuple(sorted(done)))


def take_fix(text: Text, finding: Finding) -> Text:
    """The text with the fix of one finding, safe or not; the same text where what it is about has gone."""
    return _text_with(text, [finding])[0] if finding.fix is not None else text


def apply_fixes(
    document: Document, findings: Iterable[Finding], *, kinds: frozenset[Fix] = frozenset({Fix.SAFE})
) -> Document:
    """The document with the fixes of these findings, the safe ones only unless `kinds` says otherwise. Idempotent:
    applying the same findings again changes nothing. Never raises."""
    chosen = [finding for finding in findings if finding.fix is not None and finding.fix_kind in kinds]
    source, start = document.source, document.content.start
    changed = _replaced(source, start, [finding for finding in chosen if not finding.field])
    if changed.text != source.text:
        document = Document.parse(source.decoded.encode(changed.text), name=document.name)
    tags = [finding for finding in chosen if finding.field == "hashtags"]
    if document.frontmatter is not None and tags:
        written = Piece.of(document).written_tags
        wanted, _ = _retagged(written, tags)
        document = document if wanted == list(written) else _with(document, "hashtags", wanted)
    for finding in chosen:
        if finding.field and finding.field != "hashtags":
            document = _with_field(document, finding)
    return document


# --- a text of the desk ----------------------------------------------------------------------------------


def _text_with(text: Text, findings: list[Finding]) -> tuple[Text, set[str]]:
    """The text with these fixes, and the codes that changed it."""
    body = _replaced(Piece.of(text).source, 0, [finding for finding in findings if not finding.field])
    codes, after = set(body.codes), replace(text, body=body.text)
    tags = [finding for finding in findings if finding.field == "hashtags" and not _is_mark(finding, text)]
    wanted, changing = _retagged(text.tags, tags)
    if tags and wanted != list(text.tags):
        codes, after = codes | changing, replace(after, tags=tuple(wanted))
    for finding in findings:
        changed = _field_fixed(after, finding)
        if changed != after:
            codes, after = codes | {finding.code}, changed
    return after, codes


def _field_fixed(text: Text, finding: Finding) -> Text:
    if _is_mark(finding, text) and finding.fix in LANGUAGE_TAGS:
        is_same = finding.what == text.language or (not finding.what and not text.language)
        return replace(text, language=finding.fix) if is_same else text
    if finding.field in ("title", "excerpt", "slug") and getattr(text, finding.field) == finding.what:
        values: dict[str, Any] = {finding.field: finding.fix}
        return replace(text, **values)
    return text


def _is_mark(finding: Finding, text: Text) -> bool:
    """Whether a finding is about a tag that names no subject, so that it is none of the text's."""
    return finding.field == "hashtags" and finding.fix in MARKS and finding.what not in text.tags


def _with_marks(context: Context, added: set[str]) -> Context:
    return context if context.marks is None else replace(context, marks=context.marks | added)


# --- places in the body ----------------------------------------------------------------------------------


class _Replaced(NamedTuple):
    text: str
    codes: frozenset[str] = frozenset()


def _replaced(source: Source, first: int, findings: list[Finding]) -> _Replaced:
    """The source's text with the fixes of findings about places from the character `first` on."""
    text, pieces, position, codes = source.text, [], first, set()
    for finding in sorted(findings, key=lambda each: (each.place.offset, each.place.end)):
        start, end = source.character(finding.place.offset), source.character(finding.place.end)
        if (
            start >= position
            and _still_stands(finding, text, start, end)
            and source.offset(start) == finding.place.offset
        ):
            pieces += [text[position:start], finding.fix or ""]
            position = end
            codes.add(finding.code)
    return _Replaced(text[:first] + "".join(pieces) + text[position:], frozenset(codes)) if pieces else _Replaced(text)


def _still_stands(finding: Finding, text: str, start: int, end: int) -> bool:
    """Whether the text concerned is still at its place; what adds to an empty place adds to the end of a file alone."""
    if not finding.what:
        return start == end == len(text) and not text.endswith(("\n", "\r"))
    return text[start:end] == finding.what


# --- tags and other fields -------------------------------------------------------------------------------


def _retagged(written: Collection[str], findings: list[Finding]) -> tuple[list[str], set[str]]:
    """Each finding replaces a tag (none: adds one, at the end); what comes out twice is written once. With the codes
    of the findings about tags that are there."""
    replaced = {finding.what: finding.fix or "" for finding in findings if finding.what}
    added = [finding.fix or "" for finding in findings if not finding.what]
    wanted = list(dict.fromkeys(filter(None, [*(_settled(tag, replaced) for tag in written), *added])))
    unique = list({tag.lower(): tag for tag in reversed(wanted)}.values())[::-1]
    return unique, {finding.code for finding in findings if not finding.what or finding.what in written}


def _settled(tag: str, replaced: dict[str, str]) -> str:
    for _ in range(len(replaced)):
        if tag not in replaced:
            break
        tag = replaced[tag]
    return tag


def _with_field(document: Document, finding: Finding) -> Document:
    front = document.frontmatter
    current = front.get(finding.field) if front else None
    if front is None or not isinstance(current, str | None) or (current or "") != finding.what:
        return document
    return _with(document, finding.field, finding.fix)


def _with(document: Document, key: str, value: object) -> Document:
    try:
        return document.with_value(key, value)
    except FrontmatterError:
        return document
