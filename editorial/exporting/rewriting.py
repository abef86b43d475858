"""A text as the file it came from: the delivered bytes, changed only in the keys and lines that differ. Pure."""

import datetime
import re
from collections.abc import Collection, Iterator
from dataclasses import fields, replace
from difflib import SequenceMatcher

from ..document import Document
from ..frontmatter import LANGUAGE_TAGS, FrontmatterError, decode, with_value
from ..frontmatter import read as read_frontmatter
from ..importing.files import IncomingFile
from ..importing.reading import BrokenFile, read
from ..repair import diagnose
from ..text import Text, storable

MARKS = frozenset({"generated", *LANGUAGE_TAGS})  # hashtags that name no subject
KEYS = {"body": "the text", "tags": "hashtags", "date": "publishedAt", "language": "the language"}
ALIGNED_MAX = 1000  # lines
SHOWN_MAX = 60  # characters of a value in a sentence
_LINE_END = re.compile(r"\r?\n")
_LEADING = re.compile(r"(?:\r?\n)*")
_UNIT = re.compile(r"[^\n]*\n(?:\r?\n)*|[^\n]+")  # a line with the blank lines below it


class CannotExport(ValueError):
    """A text that can't be written into its file so that reading gives it back; the message says why."""


def rewritten(data: bytes, text: Text, *, path: str = "", marks: Collection[str] = ()) -> bytes:
    """The bytes that read as `text` and differ from `data`, a delivered file, only where the text does.

    The same bytes if the file reads as that text. Only the values of edited keys and the edited lines of the body
    change; key order, quotes, comments, unknown keys, line ends, the last line end, byte order mark and encoding
    stay (an edit that the encoding has no letters for makes the file UTF-8). A broken file is repaired first. `marks`
    are tags that name no subject and that the file is to have. Raises CannotExport."""
    repaired = diagnose(data, name=path).proposal if isinstance(read(IncomingFile(path, data)), BrokenFile) else None
    if repaired is not None:
        return rewritten(repaired, text, path=path, marks=marks)
    old, wanted = _as_read(_text_of(data, path)), _as_read(text)
    decoded = decode(data)
    try:
        edited = decoded.text if old == wanted else _edited(decoded.text, old, wanted)
        edited = _with_marks(edited, marks)
        if edited == decoded.text:
            return data
    except FrontmatterError as error:
        raise CannotExport(f"It can't be written into its file: {error.message}") from None
    as_utf_8: str = storable(edited)
    candidates = [decoded.encode(edited), as_utf_8.encode()]
    texts = [_text_of(candidate, path) for candidate in candidates]
    for candidate, got in zip(candidates, texts, strict=True):
        if _as_read(got) == wanted:
            return candidate
    raise CannotExport(_difference(_as_read(texts[0]), wanted))


def with_body(raw: str, body: str, newline: str) -> str:
    """The body of a file with the desk's text `body` in it: lines that stay keep their characters and line ends,
    new ones end with `newline`, the blank lines around it all stay."""
    start, end = _core(raw)
    old, new = _UNIT.findall(raw[start:end]), _UNIT.findall(body.strip("\n"))
    known = [storable(unit).replace("\r\n", "\n") for unit in old]
    written = [_spelled(unit, newline) for unit in new]
    if old != [_spelled(unit, newline) for unit in known]:  # mixed line ends or bytes that no column takes
        for i, k, size in _aligned(known, new):
            written[k : k + size] = old[i : i + size]
    return raw[:start] + "".join(written) + raw[end:]


def _text_of(data: bytes, path: str) -> Text:
    result = read(IncomingFile(path, data))
    if isinstance(result, BrokenFile):
        raise CannotExport(f"The file can't be read: {result.reason}")
    return result.text


def _as_read(text: Text) -> Text:
    """The text without the blanks that reading takes off."""
    excerpt = text.excerpt.replace("\r\n", "\n").strip()
    return replace(text, title=" ".join(text.title.split()), excerpt=excerpt, body=text.body.strip("\n") + "\n")


def _edited(source: str, old: Text, new: Text) -> str:
    start = read_frontmatter(source).body_start
    if new.body != old.body:
        line_end = _LINE_END.search(source)
        source = source[:start] + with_body(source[start:], new.body, line_end[0] if line_end else "\n")
    for key in ("title", "excerpt", "slug"):
        if getattr(new, key) != getattr(old, key):
            source = _with_text(source, key, getattr(new, key))
    if new.date != old.date:
        source = _with_date(source, old.date, new.date)
    return _with_tags(source, new)


def _aligned(old: list[str], new: list[str]) -> Iterator[tuple[int, int, int]]:
    """Stretches that both have: where in the old, where in the new, how long. Between the same beginning and the
    same end at most ALIGNED_MAX lines are looked at: the time is quadratic where lines repeat."""
    head = _shared(old, new)
    tail = _shared(old[head:][::-1], new[head:][::-1])
    yield 0, 0, head
    yield len(old) - tail, len(new) - tail, tail
    left, right = old[head : len(old) - tail], new[head : len(new) - tail]
    if max(len(left), len(right)) <= ALIGNED_MAX:
        for i, k, size in SequenceMatcher(None, left, right, autojunk=False).get_matching_blocks():
            yield head + i, head + k, size


def _shared(one: list[str], other: list[str]) -> int:
    """How many items two lists begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((index for index, (left, right) in pairs if left != right), min(len(one), len(other)))


def _core(raw: str) -> tuple[int, int]:
    """Where the text without the blank lines around it begins and ends."""
    leading = _LEADING.match(raw)
    start, end = leading.end() if leading else 0, len(raw)
    while end > start and raw[end - 1] == "\n":
        end -= 2 if raw[end - 2 : end] == "\r\n" else 1
    return start, max(start, end)


def _spelled(unit: str, newline: str) -> str:
    """Lines of the desk with a file's line ends; a carriage return that belongs to the text outlives reading."""
    return _LINE_END.sub(lambda found: "\r\r\n" if found[0] == "\r\n" else newline, unit)


def _with_text(source: str, key: str, value: str) -> str:
    """The key set; blanks around the old value, such as the line end that a folded block ends with, stay."""
    old = read_frontmatter(source).get(key)
    around = old.split(old.strip(), 1) if isinstance(old, str) and old.strip() else ["", ""]
    return with_value(source, key, value.join(around))


def _with_date(source: str, old: datetime.date, new: datetime.date) -> str:
    """The day changed in its place; time and quotes stay."""
    entry = read_frontmatter(source).entry("publishedAt")
    if entry and old.isoformat() in entry.raw:
        raw = entry.raw.replace(old.isoformat(), new.isoformat(), 1)
        return source[: entry.value_start] + raw + source[entry.value_end :]
    is_text = entry is None or isinstance(entry.value, str)
    return with_value(source, "publishedAt", new.isoformat() if is_text else new)


def _with_tags(source: str, new: Text) -> str:
    """The hashtags with the desk's subjects and language; `#generated` stays where it is among them."""
    front = read_frontmatter(source)
    tags = list(front.tags)
    if front.subject_tags != new.tags:
        tags = _with_subjects(tags, new.tags)
    if Document.parse(source).language != new.language:
        tags = _with_language(tags, new.language)
    return source if tags == list(front.tags) else with_value(source, "hashtags", tags)


def _with_marks(source: str, marks: Collection[str]) -> str:
    """The hashtags with these at their end, where they lack."""
    tags = list(read_frontmatter(source).tags)
    lacking = [mark for mark in sorted(marks, reverse=True) if mark not in map(str.lower, tags)]
    if any(mark in LANGUAGE_TAGS for mark in lacking) and read_frontmatter(source).language_tag:
        lacking = [mark for mark in lacking if mark not in LANGUAGE_TAGS]
    return with_value(source, "hashtags", [*tags, *lacking]) if lacking else source


def _with_subjects(tags: list[str], subjects: tuple[str, ...]) -> list[str]:
    """Each mark stays behind the subject that it followed, or in front."""
    kept = {name.lower() for name in subjects}
    behind: dict[str, list[str]] = {"": []}
    last = ""
    for tag in tags:
        if tag.lower() in MARKS:
            behind[last].append(tag)
        elif tag.lower() in kept:
            last = tag.lower()
            behind[last] = []
    return behind[""] + [each for name in subjects for each in (name, *behind.get(name.lower(), []))]


def _with_language(tags: list[str], language: str) -> list[str]:
    """One language tag where the first was; without any it goes behind `#generated`, else in front."""
    lowered = [tag.lower() for tag in tags]
    at = next((index for index, tag in enumerate(lowered) if tag in LANGUAGE_TAGS), None)
    if at is None:
        at = lowered.index("generated") + 1 if "generated" in lowered else 0
        return [*tags[:at], language, *tags[at:]]
    rest = [tag for tag in tags[at + 1 :] if tag.lower() not in LANGUAGE_TAGS]
    return [*tags[:at], *([language] if language else []), *rest]


def _difference(got: Text, wanted: Text) -> str:
    """The first field that a file would give back otherwise, as a sentence; the language, as it shows in the tags,
    before them."""
    names = ["language", *(field.name for field in fields(Text))]
    name = next(name for name in names if getattr(got, name) != getattr(wanted, name))
    shown = [_shown(getattr(text, name)) for text in (got, wanted)]
    return (
        f"In a file {KEYS.get(name, name)} would be read as “{shown[0]}”, not as “{shown[1]}”. Change it on the desk."
    )


def _shown(value: object) -> str:
    line = (", ".join(value) or "nothing") if isinstance(value, tuple) else str(value)
    line = " ".join(line.split()) or "not known"
    return line if len(line) <= SHOWN_MAX else line[:SHOWN_MAX] + "…"
