"""What may happen to an article, who may do it, and the doing of it: the only writer of `Article.status`.

A decision is about one exact revision; every change here is one transaction with its event."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from django.contrib.auth.models import User
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from digest.rendering import RenderingError

from . import claim_marks, decision_reasons, four_eyes, publishing, schedule, story_marks
from .checking import check, open_findings, unsettle
from .models import Article, Event, Finding, Generation, Hold, Origin, Revision, SlugAlias, Status, Waiting, Weight
from .models.log import record
from .refusals import Conflict as Conflict
from .refusals import NotAllowed as NotAllowed
from .refusals import WorkflowError as WorkflowError
from .refusals import require_permission
from .review_facts import Statement
from .text import Text, storable

Facts: TypeAlias = Mapping[str, object]  # what an event keeps besides


class FindingsBlock(WorkflowError):
    """Findings that nobody waived refuse the approval; `findings` are they."""

    def __init__(self, article: Article, findings: list[Finding]) -> None:
        self.findings = findings
        told = " ".join(f"{finding.message} [{finding.code}, line {finding.line}]" for finding in findings[:TOLD])
        more = f" And {len(findings) - TOLD} more." if len(findings) > TOLD else ""
        count = "A finding blocks" if len(findings) == 1 else f"{len(findings)} findings block"
        super().__init__(
            f"{count} the approval of “{article.title}”: {told}{more} Correct the text, or waive them with a reason."
        )


@dataclass(frozen=True, slots=True)
class Review:
    """What the log keeps of the review that an approval ends: what the person says about it, for how many seconds they
    had the text before them, how many scanning it takes, whether they opened what changed, and whether they confirmed
    that a shorter time was enough. Made by `editorial.approving`."""

    statement: Statement
    seconds: int
    least_seconds: int
    diff_opened: bool
    quick: bool

    def facts(self) -> dict[str, object]:
        return {
            "facts_checked": self.statement.facts_checked,
            "sources_opened": self.statement.sources_opened,
            "seconds": self.seconds,
            "least_seconds": self.least_seconds,
            "diff_opened": self.diff_opened,
            "quick": self.quick,
        }


class Action(models.TextChoices):
    START_REVIEW = "start_review", "Start review"
    APPROVE = "approve", "Approve and publish"
    UNSCHEDULE = "unschedule", "Take off the schedule"
    SEND_BACK = "send_back", "Send back"
    REJECT = "reject", "Reject"
    RETRACT = "retract", "Retract"

    @property
    def done(self) -> str:
        """The action in the past, for messages: "approved"."""
        return _DONE[self]


_DONE = {
    Action.START_REVIEW: "put in review",
    Action.APPROVE: "approved and published",
    Action.UNSCHEDULE: "taken off the schedule",
    Action.SEND_BACK: "sent back",
    Action.REJECT: "rejected",
    Action.RETRACT: "retracted",
}


TOLD = 5  # findings that a sentence tells of; the page shows all


@dataclass(frozen=True, slots=True)
class Transition:
    """From which states an action leads where, the permission it takes, whether a reason must be given, what must be
    true of the public text (None: no matter, True: there must be one, False: there must be none), and whether it is
    about one that readers do not have yet."""

    sources: frozenset[Status]
    target: Status
    permission: str
    reason_required: bool = False
    public: bool | None = None
    scheduled: bool = False


TRANSITIONS = {
    Action.START_REVIEW: Transition(
        sources=frozenset({Status.NEW, Status.SENT_BACK, Status.REJECTED, Status.RETRACTED}),
        target=Status.IN_REVIEW,
        permission="editorial.review_article",
    ),
    Action.APPROVE: Transition(
        sources=frozenset({Status.IN_REVIEW}),
        target=Status.APPROVED,
        permission="editorial.decide_article",
    ),
    Action.UNSCHEDULE: Transition(
        sources=frozenset({Status.APPROVED}),
        target=Status.IN_REVIEW,
        permission="editorial.decide_article",
        scheduled=True,
    ),
    Action.SEND_BACK: Transition(
        sources=frozenset({Status.NEW, Status.IN_REVIEW}),
        target=Status.SENT_BACK,
        permission="editorial.decide_article",
        reason_required=True,
    ),
    Action.REJECT: Transition(
        sources=frozenset({Status.NEW, Status.IN_REVIEW}),
        target=Status.REJECTED,
        permission="editorial.decide_article",
        reason_required=True,
        public=False,
    ),
    Action.RETRACT: Transition(
        sources=frozenset({Status.APPROVED, Status.IN_REVIEW, Status.SENT_BACK}),
        target=Status.RETRACTED,
        permission="editorial.retract_article",
        reason_required=True,
        public=True,
    ),
}

# The actions that can tell readers something.
NOTED = frozenset({Action.APPROVE, Action.RETRACT})

# The actions that are done for reasons of the house's list.
REASONED = frozenset({Action.SEND_BACK, Action.REJECT})

# Where a saved correction leaves an article: a text that changed must be looked at again.
AFTER_CORRECTION = {
    Status.NEW: Status.NEW,
    Status.IN_REVIEW: Status.IN_REVIEW,
    Status.SENT_BACK: Status.IN_REVIEW,
    Status.APPROVED: Status.IN_REVIEW,
}


def perform(
    article: Article,
    action: Action,
    *,
    by: User,
    revision: Revision,
    reason: str = "",
    reasons: Sequence[str] = (),
    public_note: str = "",
    override: bool = False,
    accept_rest: bool = False,
    at: datetime.datetime | None = None,
    review: Review | None = None,
) -> Event:
    """Carry out one action on `revision` of an article and log it. Sending back and rejecting are done for `reasons`,
    codes of the house's list, and `reason`, a note. `public_note` is for readers: what an approval corrects in a text
    that they have, or why a text is retracted (without one it goes silently).

    An approval can be for a moment to come (`at`); until then readers keep what they have. `override` approves in
    spite of findings that block, for a reason; `accept_rest` accepts the stories that nobody has decided on. Pages
    approve by `editorial.approving` only, which asks for a review and hands it on (`review`).

    Raises WorkflowError (with a sentence for the person) when the permission or the reason is missing or the
    article stands elsewhere, Conflict when `revision` is no longer the article's current one; for an approval also
    FindingsBlock, StoriesUndecided, ClaimsUndecided, and SecondPersonNeeded where four eyes are asked for."""
    rule = TRANSITIONS[action]
    reason, public_note = reason.strip(), storable(public_note).strip()
    data: dict[str, object] = {"public_note": public_note} if public_note and action in NOTED else {}
    require(rule, action, by=by, reason=reason, reasons=reasons)
    if action in REASONED:
        data["reasons"] = decision_reasons.checked(reasons, note=reason)
    if action is Action.APPROVE:
        data |= _approval_facts(at, review)
        check([article.pk])  # by itself, so that what it finds stays when it refuses; other articles may have changed
    with transaction.atomic():
        _move(article, revision, rule, action)
        if action is Action.APPROVE:
            four_eyes.require_second_person(article, revision, by=by)
            data |= _heed_findings(article, revision, by=by, reason=reason, override=override)
            data |= story_marks.heed(article, revision, by=by, accept_rest=accept_rest)
            data |= claim_marks.heed(article, revision)
            _publish(article, revision, by, public_note, at, review)
        elif action is Action.UNSCHEDULE:
            publishing.unschedule(article)
        elif action is Action.RETRACT:
            publishing.withdraw(article, public_note=public_note)
        if action in (Action.REJECT, Action.RETRACT):
            unsettle([article.pk])
        if action is not Action.START_REVIEW:
            Hold.objects.filter(article=article.pk).delete()  # decided: nobody has it in hand any more
        return record(action, by=by, article=article, revision=revision, reason=reason, data=data)


def _approval_facts(at: datetime.datetime | None, review: Review | None) -> dict[str, object]:
    """What the log keeps of when and how a text was approved. Raises WorkflowError for a moment that is over."""
    facts = review.facts() if review else {}
    if at is None:
        return facts
    schedule.require_moment(at)
    return {**facts, "visible_from": at.astimezone(datetime.UTC).isoformat()}


def _heed_findings(article: Article, revision: Revision, *, by: User, reason: str, override: bool) -> dict[str, object]:
    """What the log keeps of the open findings of an approved text: how many warn, and which of those that block were
    overridden. Raises FindingsBlock for these without `override`."""
    warnings: dict[str, object] = {"warnings": article.warn_count} if article.warn_count else {}
    blocking = list(open_findings(revision, Weight.BLOCK))
    if not blocking:
        return warnings
    if not override:
        raise FindingsBlock(article, blocking)
    require_permission(by, "editorial.override_findings", "approve in spite of findings that block")
    if not reason:
        raise WorkflowError("Approving in spite of findings that block needs a reason. Write one sentence.")
    names = ("code", "fingerprint", "what", "message")
    told = [{name: getattr(finding, name) for name in names} for finding in blocking]
    return {**warnings, "overridden": told}


def require(rule: Transition, action: Action, *, by: User, reason: str, reasons: Sequence[str] = ()) -> None:
    """Raise NotAllowed without the permission of an action, WorkflowError without the reason that it needs: a note, or
    for some actions one of the house's list."""
    require_permission(by, rule.permission, action.label.lower())
    if rule.reason_required and not reason.strip() and not (reasons and action in REASONED):
        raise WorkflowError(f"“{action.label}” needs a reason. Write one sentence for whoever comes next.")


def available_actions(article: Article, *, by: User) -> list[Action]:
    """The actions that this person could take on this article now, in the order of the table."""
    return [
        action
        for action, rule in TRANSITIONS.items()
        if article.status in rule.sources
        and by.has_perm(rule.permission)
        and (rule.public is None or rule.public == bool(article.publication_id))
        and (not rule.scheduled or is_scheduled(article))
    ]


def is_scheduled(article: Article) -> bool:
    """Whether a text of this article was approved that readers do not have yet."""
    return article.publication is not None and article.publication.visible_from > timezone.now()


def correct(article: Article, text: Text, *, by: User, based_on: Revision, note: str = "") -> Revision:
    """Save a person's text as the next revision; an approved article goes back to review, its readers keep
    what was approved. Returns the current revision unchanged when the text is the same.

    Raises WorkflowError when it may not be corrected now, Conflict when another revision came since
    `based_on`."""
    require_permission(by, "editorial.change_article", "save a correction")
    if text.hash == based_on.hash and article.current_id == based_on.pk:
        return based_on
    with transaction.atomic():
        status = Status(_locked(article).status)
        if status not in AFTER_CORRECTION:
            raise WorkflowError(
                f"The article is {status.label.lower()}; its text can't be changed. Start a review first."
            )
        revision = add_revision(article, text, origin=Origin.CORRECTION, by=by, based_on=based_on, note=note.strip())
        Article.objects.filter(pk=article.pk).update(status=AFTER_CORRECTION[status])
        story_marks.note_corrections(article, before=[based_on.body], after=text.body, by=by)
        check([article.pk])
        article.refresh_from_db()
        record("correct", by=by, article=article, revision=revision, reason=note.strip())
    return revision


def take_proposal(article: Article, text: Text, *, by: User, based_on: Revision) -> Revision:
    """Put the newer generated text that waits beside an article in place of the desk's, as the next revision.
    `text` is what that generation reads as. Raises as `correct` does."""
    require_permission(by, "editorial.change_article", "take over a generated text")
    with transaction.atomic():
        row = _locked(article)
        _require_same_proposal(row, article.proposal_id)
        _rest_on_proposal(row)
        article.refresh_from_db()
        revision = add_revision(article, text, origin=Origin.GENERATED, by=by, based_on=based_on)
        check([article.pk])
        article.refresh_from_db()
        record("take_proposal", by=by, article=article, revision=revision)
    return revision


def save_fix(
    article: Article,
    text: Text,
    *,
    by: User | None,
    based_on: Revision,
    codes: Sequence[str],
    facts: Facts | None = None,
) -> Revision:
    """Save what the safe fixes of these checks made of a text as the next revision. A machine's work: who reviews
    still has to; an approved article goes back to review, its readers keep what was approved. Raises as `correct`
    does. `by` is None on the command line; the caller then writes the event."""
    if by:
        require_permission(by, "editorial.change_article", "apply safe fixes")
    with transaction.atomic():
        status = Status(_locked(article).status)
        if status not in AFTER_CORRECTION:
            raise WorkflowError(
                f"The article is {status.label.lower()}; its text can't be changed. Start a review first."
            )
        known = sorted({*based_on.fixes, *codes})
        revision = add_revision(article, text, origin=Origin.FIX, by=by, based_on=based_on, fixes=known)
        if status is Status.APPROVED:
            Article.objects.filter(pk=article.pk).update(status=AFTER_CORRECTION[status])
        article.refresh_from_db()
        if by:
            record("fix", by=by, article=article, revision=revision, data={"codes": sorted(codes), **(facts or {})})
    return revision


def save_merge(
    article: Article, text: Text, *, by: User, based_on: Revision, proposal: Generation, note: str = ""
) -> Revision:
    """Put what a person made of the desk's text and of the newer generated one in place of both, as the next
    revision. Raises as `correct` does, Conflict also when `proposal` is not the generation that waits."""
    require_permission(by, "editorial.change_article", "solve a conflict")
    with transaction.atomic():
        row = _locked(article)
        require_seen(row, based_on=based_on, proposal=proposal)
        _rest_on_proposal(row)
        article.refresh_from_db()
        revision = add_revision(article, text, origin=Origin.MERGE, by=by, based_on=based_on, note=note.strip())
        check([article.pk])
        article.refresh_from_db()
        facts = {"generation": proposal.pk, "base": row.generation_id}
        record("merge", by=by, article=article, revision=revision, reason=note.strip(), data=facts)
    return revision


def require_seen(article: Article, *, based_on: Revision, proposal: Generation) -> None:
    """Raise WorkflowError when no generated text waits beside the article, Conflict when another one does than the
    person saw, or when the desk's text is another by now."""
    _require_same_proposal(article, proposal.pk)
    if article.current_id != based_on.pk:
        raise Conflict(_newer(article))


def _require_same_proposal(article: Article, seen: int | None) -> None:
    if article.proposal_id is None:
        raise WorkflowError("No newer generated text is waiting any more.")
    if article.proposal_id != seen:
        raise Conflict(
            f"An even newer generated text of “{article.title}” came in since you opened it. "
            "Look at what it says before you go on."
        )


def _rest_on_proposal(row: Article) -> None:
    """Let the waiting generation be the one that the article's text rests on; `row` is locked."""
    status = Status(row.status)
    if status not in AFTER_CORRECTION:
        raise WorkflowError(f"The article is {status.label.lower()}; its text can't be changed. Start a review first.")
    if row.proposal_id is None:
        raise WorkflowError("No newer generated text is waiting any more.")
    Article.objects.filter(pk=row.pk).update(
        generation=row.proposal_id, proposal=None, waiting=Waiting.NOTHING, status=AFTER_CORRECTION[status]
    )


def dismiss_proposal(article: Article, *, by: User, reason: str) -> Event:
    """Say that the newer generated text is not wanted; its bytes are kept, the desk's text stays."""
    require_permission(by, "editorial.change_article", "dismiss a generated text")
    if not reason.strip():
        raise WorkflowError("Dismissing a generated text needs a reason. Write one sentence.")
    with transaction.atomic():
        row = _locked(article)
        _require_same_proposal(row, article.proposal_id)
        Article.objects.filter(pk=article.pk).update(proposal=None, waiting=Waiting.NOTHING, generation=row.proposal_id)
        article.refresh_from_db()
        return record(
            "dismiss_proposal",
            by=by,
            article=article,
            revision=article.current,
            reason=reason.strip(),
            data={"generation": row.proposal_id},
        )


def add_revision(
    article: Article,
    text: Text,
    *,
    origin: Origin,
    by: User | None,
    based_on: Revision,
    note: str = "",
    fixes: Sequence[str] | None = None,
) -> Revision:
    """Append a revision and make it the current one, if `based_on` still is. Call it inside a transaction. `fixes`
    are the safe fixes that are in the text, by default those of the one before; a generated text has none."""
    kept = [] if origin is Origin.GENERATED else based_on.fixes
    try:
        with transaction.atomic():
            revision: Revision = Revision.objects.create(
                article=article,
                number=based_on.number + 1,
                origin=origin,
                hash=text.hash,
                wording=text.wording,
                word_count=text.word_count,
                generation=article.generation,
                by=by,
                note=note,
                fixes=list(kept if fixes is None else fixes),
                **fields_of(text),
            )
            moved = Article.objects.filter(pk=article.pk, current=based_on).update(
                current=revision,
                changed_at=revision.created_at,
                slug=text.slug,
                title=text.title,
                language=text.language,
                date=text.date,
                checked="",
            )
    except IntegrityError:
        if Article.objects.filter(slug=text.slug).exclude(pk=article.pk).exists():
            raise WorkflowError(f"Another article already has the slug “{text.slug}”. Choose another.") from None
        moved = 0
    if not moved:
        raise Conflict(_newer(article))
    if publishing.unschedule(article):  # the approval was about another text, and no reader has that one yet
        reason = "The text was changed before its time."
        record(Action.UNSCHEDULE, by=by, article=article, revision=based_on, reason=reason)
    if text.slug != based_on.slug:
        _keep_old_slug(article, based_on.slug, text.slug)
    article.tags.set(text.tags)
    return revision


def _keep_old_slug(article: Article, old: str, new: str) -> None:
    """Files that name the old slug are still about this article; the new one is nobody's former slug any more."""
    SlugAlias.objects.filter(slug=new).delete()
    SlugAlias.objects.update_or_create(slug=old, defaults={"article": article})


def fields_of(text: Text) -> dict[str, object]:
    """A text as the columns of a revision."""
    return {
        "title": text.title,
        "excerpt": text.excerpt,
        "body": text.body,
        "tags": list(text.tags),
        "language": text.language,
        "date": text.date,
        "slug": text.slug,
    }


def _locked(article: Article) -> Article:
    """The row as it is now, locked until the transaction ends (SQLite: the whole database is)."""
    return Article.objects.select_for_update(of=("self",)).get(pk=article.pk)


def _move(article: Article, revision: Revision, rule: Transition, action: Action) -> None:
    """Take the step with one conditional UPDATE: of two people at once, its row count says who won."""
    possible = Article.objects.filter(pk=article.pk, status__in=rule.sources, current=revision)
    if rule.public is not None:
        possible = possible.filter(publication__isnull=not rule.public)
    if rule.scheduled:
        possible = possible.filter(publication__visible_from__gt=timezone.now())
    moved = possible.update(status=rule.target, changed_at=timezone.now())
    article.refresh_from_db()
    if not moved:
        raise _refusal(article, revision, rule, action)


def _refusal(article: Article, revision: Revision, rule: Transition, action: Action) -> WorkflowError:
    if article.current_id != revision.pk:
        return Conflict(_newer(article))
    status = Status(article.status)
    if status not in rule.sources:
        return WorkflowError(
            f"“{article.title}” is {status.label.lower()} now; “{action.label.lower()}” is not possible from there."
            f"{_last_step(article)}"
        )
    if rule.scheduled:
        return WorkflowError(f"“{article.title}” is not on the schedule; readers have its text already.")
    if rule.public:
        return WorkflowError(f"“{article.title}” is not public; there is nothing to {action.label.lower()}.")
    return WorkflowError(
        f"“{article.title}” has a public text, so it can't be rejected. Send the correction back, or retract it."
    )


def _publish(
    article: Article,
    revision: Revision,
    by: User,
    public_note: str,
    at: datetime.datetime | None,
    review: Review | None,
) -> None:
    statement = review.statement if review else None
    try:
        publishing.publish(article, revision, by=by, public_note=public_note, at=at, statement=statement)
    except RenderingError as error:
        raise WorkflowError(f"“{article.title}” can't be published: {error}") from None


def _last_step(article: Article) -> str:
    last = article.events.order_by("-id").first()
    return f" Last step: {last.actor_name} {last.sentence}." if last else ""


def _newer(article: Article) -> str:
    current = Revision.objects.select_related("by").filter(current_of=article).get()
    who = f" by {current.by.get_full_name() or current.by.get_username()}" if current.by else ""
    return (
        f"Revision {current.number} of “{article.title}” was saved{who} since you opened it. "
        "Read that text before you go on."
    )
