"""Solving a conflict between the desk's text and a newer generated one: what conflicts, the text that an editor's
choices make of it, and saving that as a revision of origin merge."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.contrib.auth.models import User
from django.db import transaction

from digest.models import LANGUAGES
from digest.rendering import RenderingError, render

from .importing.desk import text_of
from .importing.reading import SLUG_MAX, TITLE_MAX, as_body
from .merging import Conflict, Merge, merge, resolve
from .models import Article, Generation, Revision, Waiting
from .story_marks import note_corrections
from .text import SAFE_SLUG, Text, storable
from .workflow import WorkflowError, require_seen, save_merge

Key = str | int
Choices = Mapping[Key, str]
BODY = "body"  # the key of a problem that the text has as a whole


class Unsolved(WorkflowError):
    """Choices that make no text yet. `problems` maps the conflict's key (or BODY) to a sentence for its place."""

    def __init__(self, problems: Mapping[Key, str]) -> None:
        super().__init__(" ".join(dict.fromkeys(problems.values())))
        self.problems = dict(problems)


@dataclass(frozen=True, slots=True)
class Sides:
    """The three texts of a merge: the last generation that became a text, the one that waits, and the desk's."""

    base: Text
    theirs: Text
    ours: Text


def sides_of(article: Article) -> Sides:
    """The three texts of an article beside which a newer generated text waits.

    Raises WorkflowError when none waits, or when a delivered file can't be read (any more)."""
    if article.proposal is None or article.current is None:
        raise WorkflowError("No newer generated text is waiting any more.")
    return Sides(_read(article.generation), _read(article.proposal), article.current.text)


def _read(generation: Generation) -> Text:
    text = text_of(generation)
    if text is None:
        raise WorkflowError(
            f"“{generation.path}”, delivered on {generation.created_at:%d %B %Y}, can't be read any more, so the texts "
            "can't be merged part by part. Take the newer text as a whole, or keep the desk's."
        )
    return text


def conflict_of(article: Article) -> Merge:
    """What becomes of the desk's text and the newer generated one, put together. Raises as `sides_of` does."""
    sides = sides_of(article)
    return merge(sides.base, sides.theirs, sides.ours)


def both_changed(article: Article) -> bool:
    """Whether the waiting text and the desk's each changed something, so that the two are to be merged."""
    try:
        sides = sides_of(article)
    except WorkflowError:
        return False
    return article.waiting == Waiting.CONFLICT or sides.base not in (sides.theirs, sides.ours)


def problems_of(merge: Merge, choices: Choices) -> dict[Key, str]:
    """For each conflict that is undecided, or decided to something that can't stand there, a sentence."""
    found: dict[Key, str] = {}
    for conflict in merge.conflicts:
        if conflict.key not in choices:
            found[conflict.key] = "Still undecided. Pick one of the texts or write your own."
        elif wrong := _wrong(conflict, _tidied(conflict.key, conflict.chosen(choices[conflict.key]))):
            found[conflict.key] = wrong
    return found


def draft(merge: Merge, choices: Choices) -> Text:
    """The text as far as it is decided; the desk's where it is not, or not in a way that can stand. Never raises."""
    open_ones = problems_of(merge, choices)
    decided = {conflict.key: choices[conflict.key] for conflict in merge.conflicts if conflict.key not in open_ones}
    return _tidy(resolve(merge, {**dict.fromkeys(open_ones, "ours"), **decided}))


def solved(merge: Merge, choices: Choices) -> Text:
    """The text that the choices make. Raises Unsolved."""
    if problems := problems_of(merge, choices):
        raise Unsolved(problems)
    try:
        text = _tidy(resolve(merge, choices))
    except ValueError as error:
        raise WorkflowError(str(error)) from None
    if not text.body.strip():
        raise Unsolved({BODY: "Nothing is left of the text. Keep at least one sentence, or reject the article."})
    try:
        render(text.body)
    except RenderingError as error:
        raise Unsolved({BODY: str(error)}) from None
    return text


def solve(
    article: Article, choices: Choices, *, by: User, based_on: Revision, proposal: Generation, note: str = ""
) -> Revision:
    """Save what the choices make of the two texts as the article's next revision, of origin merge. From then on it
    rests on `proposal`, and nothing waits any more. `choices` are those of `merging.resolve`; `based_on` and
    `proposal` are the revision and the waiting generation that the person saw.

    Raises Unsolved when a choice is missing or can't stand, workflow.Conflict when either text is another by now,
    WorkflowError when nothing waits or the article may not be changed, NotAllowed without the permission."""
    require_seen(article, based_on=based_on, proposal=proposal)
    text = solved(conflict_of(article), choices)
    sides = [based_on.body, _read(proposal).body]
    with transaction.atomic():
        revision = save_merge(article, text, by=by, based_on=based_on, proposal=proposal, note=note)
        note_corrections(article, before=sides, after=revision.body, by=by)
    return revision


def _tidy(text: Text) -> Text:
    """A merged text as the desk holds one."""
    return replace(
        text,
        title=_tidied("title", text.title),
        excerpt=_tidied("excerpt", text.excerpt),
        language=_tidied("language", text.language),
        slug=_tidied("slug", text.slug),
        body=as_body(text.body),
    )


def _tidied(key: Key, value: str) -> str:
    plain: str = storable(value)
    if key == "title":
        return " ".join(plain.split())
    return plain.replace("\r\n", "\n").strip() if isinstance(key, str) else plain


def _wrong(conflict: Conflict, value: str) -> str:
    """Why a frontmatter value can't be the article's, "" if it can."""
    if conflict.key == "title":
        return _wrong_title(value)
    if conflict.key == "slug" and not (len(value) <= SLUG_MAX and SAFE_SLUG.fullmatch(value)):
        return (
            f"“{value[:40]}” can't be an address. Use small letters a to z, digits and single hyphens, such as "
            f"“two-words”, at most {SLUG_MAX} characters."
        )
    if conflict.key == "language" and value not in {"", *LANGUAGES, conflict.theirs, conflict.ours, conflict.base}:
        return f"“{value[:40]}” is no language of this desk. Use one of {', '.join(LANGUAGES)}, or leave it empty."
    return _wrong_date(value) if conflict.key == "date" else ""


def _wrong_title(value: str) -> str:
    if len(value) > TITLE_MAX:
        return f"The title has {len(value)} characters; {TITLE_MAX} is the limit. Shorten it."
    return "" if value else "An article needs a title. Write one."


def _wrong_date(value: str) -> str:
    try:
        datetime.date.fromisoformat(value)
    except ValueError:
        return f"“{value[:40]}” is no date. Write it as year-month-day, for example 2026-04-30."
    return ""
