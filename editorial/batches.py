"""What can be done with a whole import run: take it back, as long as nothing of it was approved or edited."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.contrib.auth.models import User
from django.db import models, transaction
from django.utils import timezone

from .models import Article, Batch, BatchFile, CheckRun, Event, Finding, HeldFile, Origin, Outcome, Revision, Waiting
from .models.append_only import discard
from .models.log import record
from .workflow import TRANSITIONS, Action, WorkflowError, add_revision, perform, require

FOR_BATCHES = (Action.START_REVIEW, Action.SEND_BACK, Action.REJECT)
CAME_AS_NEXT = (Outcome.UPDATED, Outcome.MERGED)
CAME_BESIDE = (Outcome.PROPOSAL, Outcome.CONFLICT)


@dataclass(slots=True)
class Undo:
    """What taking back a batch would do: articles that go, that get their former text, that lose a waiting text,
    held files that are closed, and, article by article, why it can't be done."""

    removed: list[Article] = field(default_factory=list)
    restored: list[Article] = field(default_factory=list)
    cleared: list[Article] = field(default_factory=list)
    closed: int = 0
    refusals: list[tuple[Article, str]] = field(default_factory=list)

    @property
    def is_possible(self) -> bool:
        return not self.refusals


def plan_undo(batch: Batch) -> Undo:
    """Look at every article of the batch and say what would become of it. Writes nothing."""
    undo = Undo(closed=_open_held(batch).count())
    worked_on = set(Event.objects.filter(article__batch_files__batch=batch).values_list("article_id", flat=True))
    edited = set(Revision.objects.filter(generation__batch=batch).exclude(by=None).values_list("article_id", flat=True))
    for file in _files(batch):
        if file.article is None:
            continue
        why = _refusal(batch, file, worked_on, edited)
        if why:
            undo.refusals.append((file.article, why))
        elif file.outcome == Outcome.NEW:
            undo.removed.append(file.article)
        elif file.outcome in CAME_AS_NEXT:
            undo.restored.append(file.article)
        elif file.article.proposal and file.article.proposal.batch_id == batch.pk:
            undo.cleared.append(file.article)
    return undo


def undo(batch: Batch, *, by: User, reason: str = "") -> Undo:
    """Take the batch back: new articles go, changed ones get their former text as a new revision. Its generations
    stay, as all bytes do. Raises WorkflowError when the person may not, or when it is no longer possible."""
    if not by.has_perm("editorial.import_article"):
        raise WorkflowError("Your account may not take back an import. Ask someone whose role allows it.")
    with transaction.atomic():
        batch = Batch.objects.select_for_update().get(pk=batch.pk)
        if batch.undone_at:
            raise WorkflowError(f"This batch was taken back on {batch.undone_at:%d %B %Y} already.")
        planned = plan_undo(batch)
        if not planned.is_possible:
            article, why = planned.refusals[0]
            more = f" (and {len(planned.refusals) - 1} more)" if len(planned.refusals) > 1 else ""
            raise WorkflowError(f"The batch can't be taken back: “{article.title}” {why}{more}.")
        _remove(planned.removed)
        for article in planned.restored:
            _restore(article, batch)
        Article.objects.filter(pk__in=[article.pk for article in planned.cleared]).update(
            proposal=None, waiting=Waiting.NOTHING
        )
        _open_held(batch).update(state=HeldFile.State.DISMISSED, closed_at=timezone.now(), closed_by=by)
        batch.undone_at = timezone.now()
        batch.save(update_fields=["undone_at"])
        facts = {name: len(getattr(planned, name)) for name in ("removed", "restored", "cleared")}
        record("undo", by=by, batch=batch, reason=reason.strip(), data=facts)
    return planned


@dataclass(slots=True)
class Decided:
    """How many articles of a batch were decided, and a sentence for each that was not."""

    done: int = 0
    refusals: list[str] = field(default_factory=list)


def decide(batch: Batch, action: Action, *, by: User, reason: str = "") -> Decided:
    """Take one step with every article whose text still is the one that this batch brought and that stands where the
    step begins. Raises WorkflowError for a step that is never taken for a whole batch, without the right to it, or
    without a reason where one is needed."""
    rule = TRANSITIONS[action]
    if action not in FOR_BATCHES:
        raise WorkflowError(f"“{action.label}” is decided article by article, by somebody who has read it.")
    require(rule, action, by=by, reason=reason)
    decided = Decided()
    rows = Revision.objects.filter(current_of__in=articles_of(batch).filter(status__in=rule.sources))
    for revision in rows.select_related("article__source", "article__publication").order_by("article_id"):
        try:
            perform(revision.article, action, by=by, revision=revision, reason=reason)
            decided.done += 1
        except WorkflowError as error:
            decided.refusals.append(str(error))
    return decided


def articles_of(batch: Batch) -> models.QuerySet[Article]:
    """The articles whose text still is the one that this batch brought, as nobody at the desk changed it."""
    return Article.objects.filter(
        current__generation__batch=batch, current__by=None, current__origin__in=(Origin.GENERATED, Origin.FIX)
    ).exclude(revisions__in=Revision.objects.filter(generation__batch=batch).exclude(by=None))


def _files(batch: Batch) -> Iterable[BatchFile]:
    return (
        batch.files.exclude(outcome__in=[Outcome.UNCHANGED, Outcome.DUPLICATE])
        .select_related("article__current__generation", "article__proposal", "article__generation")
        .defer("article__current__generation__content", "article__proposal__content", "article__generation__content")
    )


def _open_held(batch: Batch) -> models.QuerySet[HeldFile]:
    return HeldFile.objects.filter(generation__batch=batch, state=HeldFile.State.OPEN)


def _refusal(batch: Batch, file: BatchFile, worked_on: set[int], edited: set[int]) -> str:
    """Why this article stands in the way, as the end of a sentence; "" if it does not. `edited` are the articles of
    which a person made a text that rests on a file of this batch."""
    article = file.article
    if article is None:
        return ""
    if file.outcome in CAME_BESIDE:
        return "was put together with this batch's text" if article.generation.batch_id == batch.pk else ""
    if article.publication_id:
        return "is public"
    current = article.current
    if current is None or current.generation.batch_id != batch.pk or article.generation.batch_id != batch.pk:
        return "has changed since"
    if current.by_id or article.pk in edited:
        return "was edited since"
    if file.outcome == Outcome.NEW and article.pk in worked_on:
        return "was worked on since"
    if file.outcome in CAME_AS_NEXT and article.status in ("approved", "rejected", "retracted"):
        return f"is {article.get_status_display().lower()}"
    return ""


def _remove(articles: list[Article]) -> None:
    keys = [article.pk for article in articles]
    for found in (Finding, CheckRun):
        found.objects.filter(revision__article__in=keys).delete()
    discard(Revision.objects.filter(article__in=keys))
    Article.objects.filter(pk__in=keys).delete()


def _restore(article: Article, batch: Batch) -> None:
    """The text from before the batch, as the next revision."""
    first = (
        article.revisions.filter(generation__batch=batch).order_by("number").values_list("number", flat=True).first()
    )
    before = article.revisions.filter(number__lt=first or 0)
    former = before.select_related("generation").order_by("-number").first()
    if former is None or article.current is None:
        raise WorkflowError(f"The batch can't be taken back: “{article.title}” has no text from before.")
    Article.objects.filter(pk=article.pk).update(generation=former.generation)
    article.generation = former.generation
    if former.hash != article.current.hash:
        text = former.text
        add_revision(article, text, origin=Origin.RESTORE, by=None, based_on=article.current, fixes=former.fixes)
