"""Story by story: accepted, corrected or dropped. A decision belongs to a story's text, by its hash: the same text
keeps it wherever it moves and in whatever revision it stands, another text has none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from .models import Article, Revision, Status, StoryMark
from .models.log import record
from .refusals import Conflict, WorkflowError, require_permission
from .stories import DeskStory, stories_of

TOLD = 5  # stories that a sentence names; the page shows all
TITLE_MAX = 500  # characters of a title that a mark keeps
OPEN = (Status.NEW, Status.IN_REVIEW, Status.SENT_BACK)


class StoriesUndecided(WorkflowError):
    """Stories that nobody has decided on refuse the approval; `stories` are they."""

    def __init__(self, article: Article, stories: Sequence[DeskStory]) -> None:
        self.stories = list(stories)
        told = ", ".join(f"“{story.name}”" for story in self.stories[:TOLD])
        more = f" and {len(self.stories) - TOLD} more" if len(self.stories) > TOLD else ""
        one = len(self.stories) == 1
        count, verb = ("One story", "is") if one else (f"{len(self.stories)} stories", "are")
        super().__init__(
            f"{count} of “{article.title}” {verb} not decided on yet: {told}{more}. "
            "Accept, correct or drop each, or accept the rest with the approval."
        )


@dataclass(frozen=True, slots=True)
class StoryState:
    """A story and what somebody decided about its text; `mark` is None where nobody has. A text that was dropped and
    stands there again has a mark, and is not decided."""

    story: DeskStory
    mark: StoryMark | None

    @property
    def is_decided(self) -> bool:
        return self.mark is not None and self.mark.verdict != StoryMark.Verdict.DROPPED

    @property
    def came_back(self) -> bool:
        return self.mark is not None and self.mark.verdict == StoryMark.Verdict.DROPPED


def states(article: Article, body: str) -> list[StoryState]:
    """The stories of a body, each with what was decided; one query."""
    return states_and_dropped(article, body)[0]


def states_and_dropped(article: Article, body: str) -> tuple[list[StoryState], list[StoryMark]]:
    """The stories of a body, each with what was decided, and those that somebody took out and that are not in it, the
    last first; one query for both."""
    marks = list(StoryMark.objects.filter(article=article).select_related("by").order_by("-at", "-id"))
    stories, by_hash = stories_of(body), {mark.story_hash: mark for mark in marks}
    there = {story.hash for story in stories}
    gone = [mark for mark in marks if mark.verdict == StoryMark.Verdict.DROPPED and mark.story_hash not in there]
    return [StoryState(story, by_hash.get(story.hash)) for story in stories], gone


def undecided(article: Article, revision: Revision) -> list[DeskStory]:
    """The stories of a revision that nobody has decided on."""
    return [state.story for state in states(article, revision.body) if not state.is_decided]


def required_stories(article: Article, revision: Revision) -> list[DeskStory]:
    """The stories of a revision whose approval would be refused as nobody has decided on them; one query. Nothing where
    STORIES_REQUIRED is none."""
    return [] if settings.STORIES_REQUIRED == "none" else undecided(article, revision)


def open_stories(pairs: Sequence[tuple[int, int]]) -> list[tuple[Revision, list[DeskStory]]]:
    """The revisions among `pairs` (keys of an article and of a revision of it) whose approval would be refused for
    undecided stories, each with these; two queries. Nothing where STORIES_REQUIRED is none."""
    if settings.STORIES_REQUIRED == "none":
        return []
    revisions = Revision.objects.select_related("article").in_bulk([revision for _, revision in pairs])
    marks = StoryMark.objects.filter(article__in=[article for article, _ in pairs])
    decided = set(marks.exclude(verdict=StoryMark.Verdict.DROPPED).values_list("article_id", "story_hash"))
    found = []
    for article, key in pairs:
        revision = revisions.get(key)
        if revision and revision.article_id == article:
            rest = [story for story in stories_of(revision.body) if (article, story.hash) not in decided]
            if rest:
                found.append((revision, rest))
    return found


def dropped(article: Article, revision: Revision) -> list[StoryMark]:
    """The stories that somebody took out and that are not in a revision, the last first."""
    return states_and_dropped(article, revision.body)[1]


def accept(article: Article, story_hash: str, *, by: User) -> StoryMark:
    """Say that the story with this text is good as it stands.

    Raises NotAllowed without the right to review, Conflict when the current text has no such story (any more),
    WorkflowError when the article is decided."""
    require_permission(by, "editorial.review_article", "accept a story")
    with transaction.atomic():
        row = _open(article)
        story = _story(row, story_hash)
        mark = _mark(row, story, StoryMark.Verdict.ACCEPTED, by=by)
        record("accept_story", by=by, article=row, revision=row.current, data=_facts(story))
    return mark


def accept_rest(article: Article, *, by: User) -> list[DeskStory]:
    """Accept all stories of the current text that nobody has decided on; which they were. Raises as `accept` does."""
    require_permission(by, "editorial.review_article", "accept a story")
    with transaction.atomic():
        row = _open(article)
        rest = undecided(row, _current(row))
        for story in rest:
            _mark(row, story, StoryMark.Verdict.ACCEPTED, by=by)
        if rest:
            told = [_facts(story) for story in rest]
            record("accept_stories", by=by, article=row, revision=row.current, data={"stories": told})
    return rest


def take_back(article: Article, story_hash: str, *, by: User) -> None:
    """Let a story be undecided again. Raises as `accept` does, WorkflowError also when nobody has decided on it."""
    require_permission(by, "editorial.review_article", "take back a decision on a story")
    with transaction.atomic():
        row = _open(article)
        story = _story(row, story_hash)
        mark = StoryMark.objects.filter(article=row, story_hash=story_hash).first()
        if mark is None or mark.verdict == StoryMark.Verdict.DROPPED:
            raise WorkflowError(f"Nobody has decided on “{story.name}” yet.")
        mark.delete()
        facts = {**_facts(story), "was": mark.verdict}
        record("take_back_story", by=by, article=row, revision=row.current, data=facts)


def note_corrections(article: Article, *, before: Sequence[str], after: str, by: User) -> None:
    """Note that a person wrote what is new in the body `after`: the stories whose text stands in none of the bodies
    `before`. Call it in the transaction that saves the revision."""
    known = {story.hash for body in before for story in stories_of(body)}
    new = [story for story in stories_of(after) if story.hash not in known]
    hashes = [story.hash for story in new]
    marked = StoryMark.objects.filter(article=article, story_hash__in=hashes)
    standing = set(marked.exclude(verdict=StoryMark.Verdict.DROPPED).values_list("story_hash", flat=True))
    for story in new:
        if story.hash not in standing:
            _mark(article, story, StoryMark.Verdict.CORRECTED, by=by)


def note_dropped(article: Article, story: DeskStory, *, reason: str, by: User) -> StoryMark:
    """Note that a person took a story out. Call it in the transaction that saves the revision."""
    return _mark(article, story, StoryMark.Verdict.DROPPED, by=by, reason=reason)


def heed(article: Article, revision: Revision, *, by: User, accept_rest: bool) -> dict[str, object]:
    """What the log keeps of the stories of a text that is approved: which were accepted with the approval. Call it in
    the transaction of the approval. Raises StoriesUndecided where some are not decided on and `accept_rest` is not
    said, unless STORIES_REQUIRED is none."""
    rest = undecided(article, revision)
    if not rest or (settings.STORIES_REQUIRED == "none" and not accept_rest):
        return {}
    if not accept_rest:
        raise StoriesUndecided(article, rest)
    for story in rest:
        _mark(article, story, StoryMark.Verdict.ACCEPTED, by=by)
    return {"stories_accepted": [_facts(story) for story in rest]}


def _mark(article: Article, story: DeskStory, verdict: StoryMark.Verdict, *, by: User, reason: str = "") -> StoryMark:
    values = {"title": story.title[:TITLE_MAX], "verdict": verdict, "reason": reason, "by": by, "at": timezone.now()}
    mark, _ = StoryMark.objects.update_or_create(article=article, story_hash=story.hash, defaults=values)
    return mark


def _open(article: Article) -> Article:
    """The row as it is now, locked until the transaction ends."""
    row = Article.objects.select_for_update(of=("self",)).select_related("current").get(pk=article.pk)
    status = Status(row.status)
    if status not in OPEN:
        raise WorkflowError(f"“{row.title}” is {status.label.lower()}; there is nothing to decide about its stories.")
    return row


def _current(row: Article) -> Revision:
    if row.current is None:
        raise WorkflowError(f"“{row.title}” has no text.")
    return row.current


def _story(row: Article, story_hash: str) -> DeskStory:
    for story in stories_of(_current(row).body):
        if story.hash == story_hash:
            return story
    raise Conflict("This story is not in the current text any more, or not in these words. Look at it once more.")


def _facts(story: DeskStory) -> dict[str, str]:
    return {"story": story.title[:TITLE_MAX], "story_hash": story.hash}
