"""Safe fixes, applied: a Document and its findings give another Document. Pure.

Only the places that the findings name change. A finding whose text no longer stands at its place is left out, and so
is one that overlaps another: a second look finds it again.
"""

from collections.abc import Iterable

from ..document import Document
from ..frontmatter import FrontmatterError
from .piece import Piece
from .registry import Finding, Fix


def apply_fixes(
    document: Document, findings: Iterable[Finding], *, kinds: frozenset[Fix] = frozenset({Fix.SAFE})
) -> Document:
    """The document with the fixes of these findings, the safe ones only unless `kinds` says otherwise. Idempotent:
    applying the same findings again changes nothing. Never raises."""
    chosen = [finding for finding in findings if finding.fix is not None and finding.fix_kind in kinds]
    document = _with_body_fixes(document, [finding for finding in chosen if not finding.field])
    document = _with_tags(document, [finding for finding in chosen if finding.field == "hashtags"])
    for finding in chosen:
        if finding.field and finding.field != "hashtags":
            document = _with_field(document, finding)
    return document


def _with_body_fixes(document: Document, findings: list[Finding]) -> Document:
    source = document.source
    text, pieces, position = source.text, [], document.content.start
    for finding in sorted(findings, key=lambda each: (each.place.offset, each.place.end)):
        start, end = source.character(finding.place.offset), source.character(finding.place.end)
        if (
            start >= position
            and _still_stands(finding, text, start, end)
            and source.offset(start) == finding.place.offset
        ):
            pieces += [text[position:start], finding.fix or ""]
            position = end
    if not pieces:
        return document
    new = text[: document.content.start] + "".join(pieces) + text[position:]
    return document if new == text else Document.parse(source.decoded.encode(new), name=document.name)


def _still_stands(finding: Finding, text: str, start: int, end: int) -> bool:
    """Whether the text concerned is still at its place; what adds to an empty place adds to the end of a file alone."""
    if not finding.what:
        return start == end == len(text) and not text.endswith(("\n", "\r"))
    return text[start:end] == finding.what


def _with_tags(document: Document, findings: list[Finding]) -> Document:
    """Each finding replaces a tag (none: adds one, at the end); what comes out twice is written once."""
    if document.frontmatter is None or not findings:
        return document
    replaced = {finding.what: finding.fix or "" for finding in findings if finding.what}
    added = [finding.fix or "" for finding in findings if not finding.what]
    written = Piece.of(document).written_tags
    wanted = list(dict.fromkeys(filter(None, [*(_settled(tag, replaced) for tag in written), *added])))
    unique = list({tag.lower(): tag for tag in reversed(wanted)}.values())[::-1]
    return document if unique == list(written) else _with(document, "hashtags", unique)


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
