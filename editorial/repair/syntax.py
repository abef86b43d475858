"""YAML that does not parse, key by key: each entry is tried alone, so that one slip does not hide another."""

import re

from ..frontmatter import Entry, Frontmatter, FrontmatterError, problems, read
from .draft import Draft
from .names import is_familiar, key_in
from .quoting import MENDERS, OPEN_ITEM, Slip

_OPENING = re.compile(r"---[ \t]*\r?\n")
_CLOSING = re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.MULTILINE)
BLOCK_MAX = 32_000  # characters; the reader refuses longer blocks
ENTRIES_MAX = 200


def mend_syntax(draft: Draft) -> None:
    """Repair the entries of a YAML block that cannot be read or reads amiss, then its duplicate keys."""
    if draft.unclear or _reads_well(draft.read()):
        return
    _mend_entries(draft)
    _report_swallowed(draft)


def _mend_entries(draft: Draft) -> None:
    if not (opening := _OPENING.match(draft.text)):
        return
    closing = _CLOSING.search(draft.text, opening.end())
    if closing is None:
        return
    entries = _entries(draft.text[opening.end() : closing.start()])
    if closing.start() - opening.end() > BLOCK_MAX or len(entries) > ENTRIES_MAX:
        return
    at = opening.end()
    for entry in entries:
        at += len(_mended(draft, at, entry))
    if not draft.unclear:
        _mend_duplicates(draft, opening.end())


def _reads_well(front: Frontmatter | FrontmatterError) -> bool:
    return isinstance(front, Frontmatter) and _swallowing(front) is None and not _has_marks(front)


def _has_marks(front: Frontmatter) -> bool:
    """Whether a familiar key stands in marks that YAML takes for a part of its name (“title”: x)."""
    keys = (entry.key for entry in front.entries if front.style == "yaml" and not front.flow)
    return any(is_familiar(name) and name != key for key in keys if (name := key_in(f"{key}:")))


def _swallowing(front: Frontmatter) -> Entry | None:
    """The first entry whose value, for want of a closing quote, goes on over a further familiar key or list item."""
    if front.style != "yaml" or front.flow:
        return None
    return next((entry for entry in front.entries if _swallows(entry)), None)


def _swallows(entry: Entry) -> bool:
    if entry.raw.startswith("-"):
        return bool(OPEN_ITEM.search(entry.source))
    if entry.raw[:1] not in ("'", '"', "["):
        return False
    indent = len(entry.source) - len(entry.source.lstrip(" "))
    lines = entry.raw.split("\n")[1:]
    return any(line[:indent].isspace() == (indent > 0) and is_familiar(key_in(line[indent:])) for line in lines)


def _report_swallowed(draft: Draft) -> None:
    """A value that still holds another key's line must not be proposed."""
    front = draft.read()
    if not draft.unclear and isinstance(front, Frontmatter) and (entry := _swallowing(front)):
        message = f"{entry.key}: The value does not close and takes in the lines below it. Close it in its own line."
        draft.report("missing-quote", message, line=entry.line, key=entry.key, clear=False)


def _entries(block: str) -> list[str]:
    """The block cut before each line with a key that is indented as the first line with one."""
    lines = re.findall(r"[^\n]*\n|[^\n]+", block)
    indent = next((line[: len(line) - len(line.lstrip(" \t"))] for line in lines if key_in(line.lstrip(" \t"))), "")
    entries = [""]
    for line in lines:
        if line.startswith(indent) and key_in(line[len(indent) :]) and entries[-1].strip():
            entries.append("")
        entries[-1] += line
    return entries


def _mended(draft: Draft, at: int, entry: str) -> str:
    """Repair one entry in the draft at this offset; the entry as it stands there afterwards."""
    for mend in MENDERS:
        if _reads_well(_alone(entry)):
            break
        slip = mend(entry)
        if slip is None:
            continue
        _report(draft, at, entry, slip)
        draft.replace(at, at + len(entry), slip.text)
        entry = slip.text
    if isinstance(error := _alone(entry), FrontmatterError):
        line = draft.text.count("\n", 0, at) + max(error.line - 1, 1)
        if not draft.unclear:
            draft.report(error.cause, error.message, line=line, key=_key(entry), clear=False)
    return entry


def _report(draft: Draft, at: int, entry: str, slip: Slip) -> None:
    key = _key(entry)
    draft.report(slip.cause, f"{key}: {slip.message}" if key else slip.message, offset=at + slip.at, key=key)
    draft.unclear = draft.unclear or not slip.clear


def _key(entry: str) -> str:
    names = (key_in(line.lstrip(" \t")) for line in entry.split("\n"))
    return next((name for name in names if name), "")


def _alone(entry: str) -> Frontmatter | FrontmatterError:
    """The entry read as a block of its own."""
    try:
        return read(f"---\n{entry.rstrip()}\n---\n")
    except FrontmatterError as error:
        return error


def _mend_duplicates(draft: Draft, start: int) -> None:
    """Drop a second entry that says the same as the first or nothing; two different values are for a person."""
    closing = _CLOSING.search(draft.text, start)
    entries = _entries(draft.text[start : closing.start() if closing else start])
    kept: dict[str, tuple[int, str, object]] = {}
    at = start
    for entry in entries:
        front = _alone(entry)
        if isinstance(front, FrontmatterError) or not front.entries:
            at += len(entry)
            continue
        key = front.entries[0].key
        value = "" if _says_nothing(front) else front.get(key)
        if key in kept:
            first_at, first, first_value = kept[key]
            drops_first = first_value == "" != value
            clear = value in ("", first_value) or drops_first
            advice = "Keep the right one by hand."
            if clear:
                advice = "The first is empty and removed." if drops_first else "The second is removed."
            message = f"The key {key} stands here for the second time. {advice}"
            draft.report("duplicate-key", message, offset=at, key=key, clear=clear)
            if drops_first:
                draft.replace(first_at, first_at + len(first), "")
                at -= len(first)
            elif clear:
                draft.replace(at, at + len(entry), "")
                continue
        kept[key] = (at, entry, value)
        at += len(entry)


def _says_nothing(front: Frontmatter) -> bool:
    """Whether the block's only key has no value, not even one that a # has hidden."""
    return not problems(front) and all(entry.value in (None, "", []) for entry in front.entries)
