"""What there is to say about one file: its structure, its languages, its problems, a repair. Pure.

For people who write generators: `check_document` prints it, as lines or as JSON.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ..labels import LabelShape, PartKind
from ..language import LANGUAGES
from ..repair import Diagnosis, diagnose
from .body import Block
from .document import Document
from .stories import Story

LINES_NAMED = 5  # in one sentence about many lines


@dataclass(frozen=True, slots=True)
class ReportedProblem:
    """A cause (code), a sentence that says what was found and what to do, the line (1-based), and whether the file
    is usable all the same."""

    cause: str
    message: str
    line: int
    is_note: bool = False


class CheckFinding(Protocol):
    """What the report has to know of a finding of the checks, which stand above this package."""

    @property
    def code(self) -> str: ...

    @property
    def blocks(self) -> bool: ...

    def as_line(self, name: str) -> str: ...

    def as_json(self) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Report:
    """One file's document, its problems and notes in the order of their lines, and a repair as a unified diff (""
    without one). `findings` are those of the checks, where they ran."""

    document: Document
    problems: tuple[ReportedProblem, ...]
    repair: str
    findings: tuple[CheckFinding, ...] = ()

    @property
    def is_fine(self) -> bool:
        blocked = any(finding.blocks for finding in self.findings)
        return not blocked and all(problem.is_note for problem in self.problems)


def report(data: bytes, *, name: str = "", check: Callable[[Document], Sequence[CheckFinding]] | None = None) -> Report:
    """Look at a file's bytes; `check` runs the checks over its document. Never raises, unless `check` does."""
    document = Document.parse(data, name=name)
    diagnosis = diagnose(data, name=name)
    found = [*_of_frontmatter(diagnosis), *_of_body(document), *_of_language(document)]
    findings = tuple(check(document)) if check else ()
    return Report(document, tuple(sorted(found, key=lambda problem: problem.line)), diagnosis.diff, findings)


def _of_frontmatter(diagnosis: Diagnosis) -> Iterator[ReportedProblem]:
    for problem in diagnosis.problems:
        yield ReportedProblem(problem.cause, problem.message, problem.line, not problem.needed)


def _of_body(document: Document) -> Iterator[ReportedProblem]:
    if document.frontmatter and not document.body.strip():
        message = "There is no text after the frontmatter. Generate the file again."
        yield ReportedProblem("body-empty", message, document.content.line)
    broken_at = document.source.decoded.broken_at
    if broken_at >= 0:
        line = document.source.place(broken_at, broken_at).line
        message = "A byte here is no text in UTF-8. Save the file as UTF-8."
        yield ReportedProblem("broken-byte", message, line)


def _of_language(document: Document) -> Iterator[ReportedProblem]:
    front, body = document.frontmatter, document.body_language
    if front is None or not body:
        return
    tag = front.language_tag
    tags_line = _line_of(document, "hashtags")
    if not tag:
        message = f"No tag names the language; the text is {_name(body)}. Add #{body} to the hashtags."
        yield ReportedProblem("language-tag-missing", message, tags_line)
    elif tag != body:
        message = (
            f"The tag #{tag} says {_name(tag)}, the text is {_name(body)}. "
            f"Generate the text in {_name(tag)} or write #{body}."
        )
        yield ReportedProblem("language-tag", message, tags_line)
    for key, language in (("title", document.title_language), ("excerpt", document.excerpt_language)):
        if language and language != body:
            message = f"The {key} is {_name(language)}, the text is {_name(body)}. Write the {key} in {_name(body)}."
            yield ReportedProblem(f"language-{key}", message, _line_of(document, key))
    yield from _of_paragraphs(document, body)


def _of_paragraphs(document: Document, body: str) -> Iterator[ReportedProblem]:
    """One problem for all paragraphs in another language; disclaimers are the generator's own words, not the text."""
    skipped = [
        (part.start, part.end) for story in document.stories for part in story.parts if part.kind is PartKind.DISCLAIMER
    ]
    strange: list[tuple[Block, str]] = [
        (block, language)
        for block, language in document.paragraph_languages
        if language and language != body and not any(start <= block.start < end for start, end in skipped)
    ]
    if strange:
        lines = [str(block.place.line) for block, _ in strange]
        named = ", ".join(lines[:LINES_NAMED]) + (", …" if len(lines) > LINES_NAMED else "")
        others = " or ".join(sorted({_name(language) for _, language in strange}))
        message = (
            f"The text is {_name(body)}, but {len(strange)} of its paragraphs or list items "
            f"(line {named}) are {others}. Generate them again in {_name(body)}."
        )
        yield ReportedProblem("language-mixed", message, strange[0][0].place.line)


def _line_of(document: Document, key: str) -> int:
    entry = document.frontmatter.entry(key) if document.frontmatter else None
    return entry.line if entry else 1


def _name(code: str) -> str:
    return LANGUAGES[code].name if code in LANGUAGES else code


def as_lines(file: Report) -> Iterator[str]:
    """The report for people: the file's name, then indented what it holds, its problems, the repair."""
    document, name = file.document, file.document.name
    yield name
    yield from (f"  {line}" for line in _frontmatter_lines(document))
    yield (
        f"  language: {document.language or 'unknown'} (tag {_tag(document) or 'none'}; title "
        f"{document.title_language or '?'}, excerpt {document.excerpt_language or '?'}, "
        f"text {document.body_language or '?'})"
    )
    yield (
        f"  text: {len(document.data)} bytes of {document.source.decoded.encoding}, words: {document.word_count}, "
        f"links: {len(document.links)}, stories: {len(document.stories)}"
    )
    if document.preamble.level or document.preamble.parts:
        yield f"  before the first story: {_story_line(document.preamble)}"
    for story in document.stories:
        yield f"  line {story.place.line}: {_story_line(story)}"
    for problem in file.problems:
        sign = "note" if problem.is_note else "problem"
        yield f"  {sign} {name}:{problem.line}: {problem.message} [{problem.cause}]"
    told = {problem.cause for problem in file.problems}
    yield from (f"  {finding.as_line(name)}" for finding in file.findings if finding.code not in told)
    if file.repair:
        yield "  a repair is possible:"
        yield from (f"    {line}" for line in file.repair.splitlines())
    if file.is_fine:
        yield "  no problems"


def _frontmatter_lines(document: Document) -> Iterator[str]:
    front = document.frontmatter
    if front is None:
        yield "frontmatter: none that can be read"
        return
    yield f"frontmatter: {front.style}, keys {', '.join(entry.key for entry in front.entries) or 'none'}"
    yield f"title: {front.title}"


def _tag(document: Document) -> str:
    return document.frontmatter.language_tag if document.frontmatter else ""


def _story_line(story: Story) -> str:
    parts = ", ".join(
        part.kind if part.shape in (LabelShape.BOLD, LabelShape.NONE) else f"{part.kind} ({part.shape})"
        for part in story.parts
    )
    title = f"“{story.title}”" if story.level else "no heading"
    return f"{title}, words: {story.word_count} ({parts or 'no parts'})"


def as_json(file: Report) -> dict[str, Any]:
    """The report as values that JSON holds; lines and columns 1-based, offsets in bytes of the file."""
    document, front = file.document, file.document.frontmatter
    return {
        "file": document.name,
        "bytes": len(document.data),
        "encoding": document.source.decoded.encoding,
        "frontmatter": front and {"style": front.style, "keys": [entry.key for entry in front.entries]},
        "title": front.title if front else "",
        "language": {
            "document": document.language,
            "tag": _tag(document),
            "title": document.title_language,
            "excerpt": document.excerpt_language,
            "body": document.body_language,
        },
        "words": document.word_count,
        "preamble": _story_json(document.preamble),
        "stories": [_story_json(story) for story in document.stories],
        "problems": [
            {"cause": each.cause, "line": each.line, "message": each.message, "is_note": each.is_note}
            for each in file.problems
        ],
        "findings": [finding.as_json() for finding in file.findings],
        "repair": file.repair or None,
    }


def _story_json(story: Story) -> dict[str, Any]:
    return {
        "title": story.title,
        "level": story.level,
        "words": story.word_count,
        **_place_json(story),
        "parts": [
            {"kind": part.kind, "label": part.label, "shape": part.shape, "words": part.word_count, **_place_json(part)}
            for part in story.parts
        ],
        "links": [
            {
                "kind": link.kind,
                "text": link.text,
                "target": link.target,
                "is_image": link.is_image,
                **_place_json(link),
            }
            for link in story.links
        ],
    }


def _place_json(element: Any) -> dict[str, int]:
    place = element.place
    return {"line": place.line, "column": place.column, "offset": place.offset, "end": place.end}
