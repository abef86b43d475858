"""Taking an import run back, as long as nothing of it was approved or edited."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.contrib.auth.models import User
from django.db import models, transaction
from django.utils import timezone

from .importing.planning import OPEN
from .importing.resuming import locks
from .models import (
    Article,
    Batch,
    CheckRun,
    Draft,
    Event,
    Finding,
    Generation,
    HeldFile,
    Origin,
    Outcome,
    Revision,
    Source,
    Waiting,
)
from .models.append_only import discard
from .models.held import DRAFT_LIFE
from .models.log import record
from .workflow import WorkflowError, add_revision

CAME_AS_NEXT = (Outcome.UPDATED, Outcome.MERGED)


@dataclass(slots=True)
class Came:
    """What a batch did to one article: brought it (`is_new`), gave it a text (`as_next`) or laid one beside it; and the
    keys of the generations that it rested on and that waited beside it before."""

    article: Article
    is_new: bool = False
    as_next: bool = False
    rested_on: int | None = None
    waited: int | None = None


@dataclass(slots=True)
class Undo:
    """What taking back a batch would do: articles that go, that get their former text, that lose a waiting text,
    held files that are closed, and, article by article, why it can't be done."""

    removed: list[Article] = field(default_factory=list)
    restored: list[Came] = field(default_factory=list)
    cleared: list[Came] = field(default_factory=list)
    closed: int = 0
    refusals: list[tuple[Article, str]] = field(default_factory=list)

    @property
    def is_possible(self) -> bool:
        return not self.refusals


def plan_undo(batch: Batch) -> Undo:
    """Look at every article of the batch and say what would become of it. Writes nothing."""
    undo = Undo(closed=_open_held(batch).count())
    facts = _Facts.of(batch)
    for came in _came(batch):
        article = came.article
        if why := _refusal(came, batch, facts):
            undo.refusals.append((article, why))
        elif came.is_new:
            undo.removed.append(article)
        elif came.as_next:
            undo.restored.append(came)
        elif article.proposal and article.proposal.batch_id == batch.pk:
            undo.cleared.append(came)
    return undo


def undo(batch: Batch, *, by: User, reason: str = "") -> Undo:
    """Take the batch back: new articles go, changed ones get their former text as a new revision, what waited before
    waits again. Its generations stay, as all bytes do. Raises WorkflowError when the person may not, when it is no
    longer possible, or while the batch is still being imported."""
    if not by.has_perm("editorial.import_article"):
        raise WorkflowError("Your account may not take back an import. Ask someone whose role allows it.")
    with transaction.atomic(), locks() as held:
        batch = Batch.objects.select_for_update().get(pk=batch.pk)
        if batch.undone_at:
            raise WorkflowError(f"This batch was taken back on {batch.undone_at:%d %B %Y} already.")
        if batch.finished_at is None and (_is_uploading(batch) or not held.take(batch)):
            raise WorkflowError("This batch is still being imported. Wait until that is done, or end it first.")
        planned = plan_undo(batch)
        if not planned.is_possible:
            article, why = planned.refusals[0]
            more = f" (and {len(planned.refusals) - 1} more)" if len(planned.refusals) > 1 else ""
            raise WorkflowError(f"The batch can't be taken back: “{article.title}” {why}{more}.")
        _remove(planned.removed)
        for came in planned.restored:
            _restore(came, batch)
        for came in [*planned.restored, *planned.cleared]:
            _let_wait(came)
        _open_held(batch).update(state=HeldFile.State.DISMISSED, closed_at=timezone.now(), closed_by=by)
        batch.undone_at = timezone.now()
        batch.save(update_fields=["undone_at"])
        facts = {name: len(getattr(planned, name)) for name in ("removed", "restored", "cleared")}
        record("undo", by=by, batch=batch, reason=reason.strip(), data=facts)
    return planned


def _came(batch: Batch) -> list[Came]:
    """What the batch did to each of its articles; one may have come several times, if the run was cut off between."""
    rows = (
        batch.files.exclude(outcome__in=[Outcome.UNCHANGED, Outcome.DUPLICATE])
        .filter(article__isnull=False)
        .select_related("article__current__generation", "article__proposal", "article__generation")
        .defer("article__current__generation__content", "article__proposal__content", "article__generation__content")
        .order_by("pk")
    )
    found: dict[int, Came] = {}
    for row in rows:
        article: Article = row.article  # type: ignore[assignment]  # the filter has seen to it
        came = found.setdefault(article.pk, Came(article, row.outcome == Outcome.NEW, waited=row.waited_id))
        came.as_next = came.as_next or row.outcome in CAME_AS_NEXT
        came.rested_on = came.rested_on or row.rested_on_id
    return list(found.values())


def _open_held(batch: Batch) -> models.QuerySet[HeldFile]:
    return HeldFile.objects.filter(generation__batch=batch, state=HeldFile.State.OPEN)


def _is_uploading(batch: Batch) -> bool:
    """Whether the pages of an upload are still at it; one that was left for a day is ended as it stands."""
    recent = timezone.now() - DRAFT_LIFE
    return Draft.objects.filter(batch=batch, stage=Draft.Stage.IMPORTING, created_at__gt=recent).exists()


@dataclass(frozen=True, slots=True)
class _Facts:
    """Keys of articles: those with an event, those that a text of this batch was edited in, those of which readers
    have a text of this batch, and those that have one at all."""

    worked_on: set[int]
    edited: set[int]
    public: set[int]
    texts: set[int]

    @classmethod
    def of(cls, batch: Batch) -> _Facts:
        rows = Revision.objects.filter(generation__batch=batch).order_by()
        steps = Event.objects.filter(article__batch_files__batch=batch).order_by()
        public = rows.filter(article__publication__revision_hash=models.F("hash"))
        return cls(
            set(steps.values_list("article_id", flat=True)),
            set(rows.exclude(by=None).values_list("article_id", flat=True)),
            set(public.values_list("article_id", flat=True)),
            set(rows.values_list("article_id", flat=True)),
        )


def _refusal(came: Came, batch: Batch, facts: _Facts) -> str:
    """Why this article stands in the way, as the end of a sentence; "" if it does not."""
    article = came.article
    if not (came.is_new or came.as_next):
        return "was put together with this batch's text" if article.generation.batch_id == batch.pk else ""
    if article.pk in facts.public:
        return "is public"
    current = article.current
    has_text = article.pk in facts.texts  # a file that changed no word of the text made no revision
    if article.generation.batch_id != batch.pk or current is None:
        return "has changed since"
    if current.by_id or article.pk in facts.edited:
        return "was edited since"
    if has_text and current.generation.batch_id != batch.pk:
        return "has changed since"
    if came.is_new and article.pk in facts.worked_on:
        return "was worked on since"
    if came.as_next and article.status in ("approved", "rejected", "retracted"):
        return f"is {article.get_status_display().lower()}"
    return ""


def _remove(articles: list[Article]) -> None:
    keys = [article.pk for article in articles]
    for found in (Finding, CheckRun):
        found.objects.filter(revision__article__in=keys).delete()
    discard(Revision.objects.filter(article__in=keys))
    Article.objects.filter(pk__in=keys).delete()


def _restore(came: Came, batch: Batch) -> None:
    """The text from before the batch, as the next revision; its generation, source and id too."""
    article = came.article
    ours = article.revisions.filter(generation__batch=batch).order_by("number").values_list("number", flat=True).first()
    before = article.revisions.filter(number__lt=ours) if ours else article.revisions.all()
    former = before.select_related("generation").order_by("-number").first()
    if former is None or article.current is None:
        raise WorkflowError(f"The batch can't be taken back: “{article.title}” has no text from before.")
    generation = Generation.objects.get(pk=came.rested_on) if came.rested_on else former.generation
    Article.objects.filter(pk=article.pk).update(generation=generation, **_told_before(article, generation))
    article.generation = generation
    if former.hash != article.current.hash:
        text = former.text
        add_revision(article, text, origin=Origin.RESTORE, by=None, based_on=article.current, fixes=former.fixes)


def _told_before(article: Article, generation: Generation) -> dict[str, object]:
    """Source and id of an article when it rested on this generation: its own words, else the last of earlier ones."""
    earlier = Generation.objects.filter(revisions__article=article, pk__lt=generation.pk).order_by("-pk")
    name = generation.source_name or earlier.exclude(source_name="").values_list("source_name", flat=True).first()
    told = earlier.exclude(external_id=None).values_list("external_id", flat=True)
    source = Source.objects.filter(models.Q(name=name) | models.Q(aliases__name=name)).first() if name else None
    return {"source": source, "external_id": generation.external_id or told.first()}


def _let_wait(came: Came) -> None:
    """Let the text wait beside the article that waited there before, unless its own batch was taken back."""
    waited = Generation.objects.filter(pk=came.waited, batch__undone_at=None).first() if came.waited else None
    waiting = Waiting.CONFLICT if came.article.status in OPEN else Waiting.PROPOSAL
    Article.objects.filter(pk=came.article.pk).update(proposal=waited, waiting=waiting if waited else Waiting.NOTHING)
