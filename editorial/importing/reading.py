"""From the bytes of one file to a text for the desk, or to the reason why not. Pure."""

from dataclasses import dataclass, field
from typing import Any

from digest.slugs import slugify

from ..document import Document
from ..frontmatter import Frontmatter, FrontmatterError, decode, problems
from ..frontmatter import read as read_frontmatter
from ..repair import diagnose
from ..text import SAFE_SLUG, Text, storable
from . import provenance
from .files import IncomingFile
from .provenance import Provenance

TITLE_MAX, SLUG_MAX, TAG_MAX, NAME_MAX = 500, 200, 100, 200  # the columns' widths
ID_KEYS = ("id", "uid")


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file that became a text: what goes into the revision, and what is only noted beside it.

    `hash`, `wording` and `word_count` are the text's, reckoned once. `aliases` are slugs that the file came with and
    that can't be used as they are. `provenance` is what the file and the `batch.json` beside it say, `disclaimer`
    what is guessed from the text; what a person says about the whole run counts more than that. `goes_by` is the slug
    of its article where the file's own is another's."""

    text: Text
    hash: str
    wording: str
    word_count: int
    source_name: str = ""
    external_id: str | None = None
    aliases: tuple[str, ...] = ()
    provenance: Provenance = Provenance()
    disclaimer: Provenance = Provenance()
    extra: dict[str, Any] = field(default_factory=dict)
    remark: str = ""
    goes_by: str = ""


@dataclass(frozen=True, slots=True)
class BrokenFile:
    """A file that could not become a text: the cause's code, the line (1-based, None: the file as a whole)
    and a sentence that says what was found and what to do; `proposal` is a repaired file, if one is known."""

    cause: str
    reason: str
    line: int | None = None
    proposal: bytes | None = None


def read(file: IncomingFile) -> ReadFile | BrokenFile:
    """Read one file. Never raises on what it holds."""
    if file.error:
        return BrokenFile("unreadable", file.error)
    try:
        decoded = decode(file.data)
        front = read_frontmatter(decoded.text)
    except FrontmatterError as error:
        return _diagnosed(file, error)
    body = decoded.text[front.body_start :]
    broken = _incomplete(front, body)
    if broken:
        return broken if broken.cause == "body-empty" else _diagnosed(file, broken)
    slug, aliases, remark = _slug(front.slug, front.title)
    if not front.excerpt.strip():
        remark = f"{remark} The frontmatter has no excerpt; the article comes without one.".strip()
    text = Text(
        title=" ".join(storable(front.title).split()),
        excerpt=storable(front.excerpt).replace("\r\n", "\n").strip(),
        body=as_body(body),
        tags=tuple(storable(tag) for tag in front.subject_tags),
        language=front.language_tag or Document.parse(file.data).body_language,
        date=front.date or _never(),
        slug=slug,
    )
    return _too_long(text, front.source_pattern) or ReadFile(
        text,
        text.hash,
        text.wording,
        text.word_count,
        source_name=storable(front.source_pattern.strip()),
        external_id=_external_id(front.extra),
        aliases=aliases,
        provenance=provenance.of_frontmatter(front.extra).merged_over(file.given),
        disclaimer=provenance.of_disclaimer(body),
        extra=storable(front.extra),
        remark=remark,
    )


def as_body(body: str) -> str:
    """A file's body as the desk holds it: line feeds only, no blank lines around it, storable characters."""
    text: str = storable(body)
    return text.replace("\r\n", "\n").strip("\n") + "\n"


def _never() -> Any:
    raise AssertionError("_incomplete has seen to it")


def _diagnosed(file: IncomingFile, found: FrontmatterError | BrokenFile) -> BrokenFile:
    """Why the frontmatter is of no use, by the first cause that the diagnosis names, else by what reading found."""
    diagnosis = diagnose(file.data, name=file.path)
    stops_reading = sorted(diagnosis.problems, key=lambda problem: problem.cause == "missing-key")
    for problem in stops_reading:
        return BrokenFile(problem.cause, storable(problem.message), problem.line, diagnosis.proposal)
    if isinstance(found, BrokenFile):
        return found
    return BrokenFile(found.cause, storable(found.message), found.line)


def _incomplete(front: Frontmatter, body: str) -> BrokenFile | None:
    for problem in problems(front):
        return BrokenFile(problem.cause, storable(problem.message), problem.line)
    absent = [
        key
        for key, value in (("title", front.title.strip()), ("publishedAt", front.date), ("slug", front.slug))
        if not value
    ]
    if absent:
        keys = " and ".join(absent)
        return BrokenFile("key-missing", f"The frontmatter has no {keys}. Add it between the two --- lines.", 1)
    if not body.strip():
        return BrokenFile("body-empty", "There is no text after the frontmatter. Generate the file again.", 1)
    return None


def _slug(slug: str, title: str) -> tuple[str, tuple[str, ...], str]:
    """The slug to use; where it is not the file's own, that one as an alias and a remark."""
    if len(slug) <= SLUG_MAX and SAFE_SLUG.fullmatch(slug):
        return slug, (), ""
    safe = next((made for made in (_cut(slugify(slug)), _cut(slugify(title))) if made), "article")
    shown = storable(slug)[:500]
    return safe, (shown,), f"The slug {shown!r} is not safe in an address; {safe!r} is used."


def _cut(slug: str) -> str:
    """At most SLUG_MAX characters, cut between words where that is possible."""
    if len(slug) <= SLUG_MAX:
        return slug
    return slug[: SLUG_MAX + 1].rpartition("-")[0] or slug[:SLUG_MAX]


def _external_id(extra: dict[str, Any]) -> str | None:
    for key in ID_KEYS:
        value = extra.get(key)
        if isinstance(value, str | int) and str(value).strip():
            return str(storable(str(value).strip()))[:NAME_MAX]
    return None


def _too_long(text: Text, source_name: str) -> BrokenFile | None:
    longest_tag = max(text.tags, key=len, default="")
    for key, value, limit in (
        ("title", text.title, TITLE_MAX),
        ("hashtags", longest_tag, TAG_MAX),
        ("source_pattern", source_name, NAME_MAX),
    ):
        if len(value) > limit:
            start = value[:40]
            return BrokenFile(
                "value-too-long",
                f"{key}: “{start}…” has {len(value)} characters; {limit} is the limit. Shorten it in the file.",
                1,
            )
    return None
