"""Frontmatter that reads but says the wrong thing: other names for our keys, lost tags, missing or odd values."""

import datetime
import re

from digest.slugs import slugify

from ..frontmatter import (
    Entry,
    Frontmatter,
    FrontmatterError,
    FrontmatterProblem,
    missing,
    problems,
    read,
    tags_of,
    with_key,
    with_value,
)
from ..frontmatter.checking import swallowed_at
from .draft import Draft
from .names import DRAFT, OWN_KEYS, own_name
from .proposing import date_in, slug_in, tags_in, title_in
from .quoting import bare_hash_list, cut_comment, in_quotes

_HEAD = re.compile(r"[^\n:]*:[ \t]++")
_LOST_BELOW = re.compile(r"^(?P<head>[ \t]*(?:-[ \t]+)?)(?P<value>#\w(?:[^\n]*\S)?)", re.MULTILINE)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE_FORMS = tuple(
    re.compile(form)
    for form in (
        r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})",
        r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})",
        r"(?P<day>\d{1,2})(?:st|nd|rd|th)? (?P<name>[A-Za-z]{3,9})\.?,? (?P<year>\d{4})",
        r"(?P<name>[A-Za-z]{3,9})\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?,? (?P<year>\d{4})",
    )
)


def mend_meaning(draft: Draft) -> None:
    """Put right what a block that reads says wrongly. A block that would not read afterwards is left unclear."""
    for step in (_lost_tags, _other_names, _wrong_values, _missing_keys, _notes):
        if draft.unclear:
            return
        front = draft.read()
        try:
            if isinstance(front, FrontmatterError):
                raise front
            step(draft, front)
        except FrontmatterError as error:
            draft.report(error.cause, error.message, line=error.line, key=error.key, clear=False)


def _lost_tags(draft: Draft, front: Frontmatter) -> None:
    """`hashtags: #a #b` and the like, from the last entry up so that offsets stay right."""
    lost = {problem.key: problem for problem in problems(front) if problem.cause == "bare-hash"}
    for entry in reversed(front.entries):
        if problem := lost.get(entry.key):
            new = _with_lost_quoted(entry)
            draft.report(problem.cause, problem.message, line=problem.line, key=entry.key, clear=new != entry.source)
            draft.replace(entry.start, entry.end, new)


def _with_lost_quoted(entry: Entry) -> str:
    source = entry.source
    if entry.raw.startswith("["):
        slip = bare_hash_list(source)
        return slip.text if slip else source
    head = _HEAD.match(source)
    if head and swallowed_at(entry) < len(source.split("\n")[0]):
        value, rest = cut_comment(source[head.end() :])
        return head.group() + in_quotes(value) + rest
    return _LOST_BELOW.sub(lambda match: match["head"] + in_quotes(match["value"]), source)


def _other_names(draft: Draft, front: Frontmatter) -> None:
    """Keys by the names of other generators become ours, where ours are not there; categories join the tags."""
    names = [entry.key for entry in front.entries]
    mapped: dict[str, str] = {}
    for entry in front.entries:
        own = own_name(entry.key)
        if not own or entry.key in OWN_KEYS or own in names:
            continue
        if own in mapped.values() and own != "hashtags":
            continue
        joins = own in mapped.values()
        mapped[entry.key] = own
        what = f"its tags join {own}" if joins else f"here the key is called {own}"
        message = f"The key {entry.key} is not known: {what}."
        draft.report(
            "other-key-name", message, line=entry.line, key=entry.key, clear=not joins or bool(tags_of(entry.value))
        )
        draft.become(_joined(draft.text, entry) if joins else with_key(draft.text, entry.key, own))
    if mapped:
        _drop_draft(draft, front)


def _joined(text: str, entry: Entry) -> str:
    """The tags of this entry behind those of hashtags, and the entry gone."""
    tags = [*read(text).tags, *tags_of(entry.value)]
    return with_value(with_value(text, "hashtags", tags), entry.key, None)


def _drop_draft(draft: Draft, front: Frontmatter) -> None:
    if entry := next((entry for entry in front.entries if entry.key.lower() == DRAFT), None):
        message = (
            "The key draft has no meaning here: every article is a draft until an editor approves it. It is removed."
        )
        draft.report("other-key-name", message, line=_line_of(draft, entry.key), key=entry.key)
        draft.become(with_value(draft.text, entry.key, None))


def _line_of(draft: Draft, key: str) -> int:
    front = draft.read()
    entry = front.entry(key) if isinstance(front, Frontmatter) else None
    return entry.line if entry else 1


def _wrong_values(draft: Draft, front: Frontmatter) -> None:
    """A number or truth value where text is wanted gets quotes; a date in another form becomes an ISO date."""
    for problem in problems(front):
        value = _right_value(front, problem)
        draft.report(problem.cause, problem.message, line=problem.line, key=problem.key, clear=value is not None)
        if value is not None:
            draft.become(with_value(draft.text, problem.key, value))


def _right_value(front: Frontmatter, problem: FrontmatterProblem) -> object:
    """What was meant, None where that is not clear."""
    entry = front.entry(problem.key)
    if entry is None or isinstance(entry.value, dict):
        return None
    if problem.cause == "bad-date":
        return _date_in_words(entry.value) if isinstance(entry.value, str) else None
    if isinstance(entry.value, list):
        only = entry.value[0] if len(entry.value) == 1 else None
        return only if isinstance(only, str) and problem.key != "hashtags" else None
    return entry.raw if isinstance(entry.value, int | float | datetime.date) else None


def _date_in_words(text: str) -> datetime.date | None:
    """A date written 2026/5/31, 31.5.2026, 31 May 2026 or May 31, 2026. 5/6/2026 is not clear."""
    for form in _DATE_FORMS:
        if match := form.fullmatch(text.strip()):
            parts = match.groupdict()
            month = _month(parts["name"]) if "name" in parts else int(parts["month"])
            try:
                return datetime.date(int(parts["year"]), month, int(parts["day"]))
            except ValueError:
                return None
    return None


def _month(name: str) -> int:
    """1 to 12 by the first three letters of an English name, 0 if it is none."""
    return _MONTHS.index(name[:3].lower()) + 1 if name[:3].lower() in _MONTHS else 0


def _missing_keys(draft: Draft, front: Frontmatter) -> None:
    absent = missing(front)
    if not absent:
        return
    body = draft.text[front.body_start :]
    proposals: dict[str, tuple[object, str]] = {
        "title": (title_in(body), "the first heading"),
        "publishedAt": (date_in(draft.name), "the file's name"),
        "slug": (slug_in(draft.name) or slugify(front.title or title_in(body)), "the file's name or the title"),
        "hashtags": (list(tags_in(body)), "the line of tags"),
    }
    for key in absent:
        value, origin = proposals[key]
        entry = front.entry(key)
        what = "has no value" if entry else "is missing"
        advice = f"One is proposed from {origin}." if value else "Add it to the frontmatter."
        message = f"The key {key} {what}. {advice}"
        draft.report("missing-key", message, line=entry.line if entry else 1, key=key, clear=bool(value))
        if value:
            draft.become(with_value(draft.text, key, value))


def _notes(draft: Draft, front: Frontmatter) -> None:
    """What is worth knowing but harmless."""
    if not front.excerpt.strip():
        draft.report("no-excerpt", "There is no excerpt. It is not required.", key="excerpt", needed=False)
    for entry in front.entries:
        if entry.key.lower() == DRAFT:
            message = "The key draft has no meaning here: every article is a draft until an editor approves it."
            draft.report("draft-key", message, line=entry.line, key=entry.key, needed=False)
        if front.style == "yaml" and not front.flow and entry.source.lstrip()[:1] in ('"', "'"):
            message = f"The key {entry.key} stands in quotes. They do no harm and are not needed."
            draft.report("quoted-key", message, line=entry.line, key=entry.key, needed=False)
