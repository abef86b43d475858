"""Claim by claim: verified, wrong, or cannot tell. A mark belongs to a claim's hash: whose wording or sources change is
unverified again, the others keep their mark."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from .claims import Claim, StoryClaims, claims_of
from .models import Article, ClaimMark, Revision, Status
from .models.log import record
from .refusals import Conflict, WorkflowError, require_permission
from .text import Text, storable

TOLD = 5  # claims that a sentence names; the page shows all
NOTE_MAX = 2_000  # characters
POLICIES = ("none", "key", "all")


class ClaimsUndecided(WorkflowError):
    """Claims refuse the approval: those that somebody said are `wrong`, and the `unverified` ones that the house wants
    decided before."""

    def __init__(self, article: Article, wrong: Sequence[Claim], unverified: Sequence[Claim]) -> None:
        self.wrong, self.unverified = list(wrong), list(unverified)
        sentences = [f"Claims of “{article.title}” stand in the way of the approval."]
        if self.wrong:
            sentences.append(f"Said to be wrong: {_named(self.wrong)}. Correct the text, or say otherwise.")
        if self.unverified:
            sentences.append(f"Not verified yet: {_named(self.unverified)}. Say of each what you found.")
        super().__init__(" ".join(sentences))


@dataclass(frozen=True, slots=True)
class ClaimState:
    """A claim and what somebody said of it; `mark` is None where nobody has."""

    claim: Claim
    mark: ClaimMark | None

    @property
    def is_decided(self) -> bool:
        return self.mark is not None

    @property
    def is_wrong(self) -> bool:
        return self.mark is not None and self.mark.verdict == ClaimMark.Verdict.WRONG


@dataclass(frozen=True, slots=True)
class Checklist:
    """A story's claims with what was said of them."""

    story: StoryClaims
    claims: list[ClaimState]

    @property
    def decided(self) -> int:
        return sum(state.is_decided for state in self.claims)


def checklists(article: Article, text: Text) -> list[Checklist]:
    """The claims of each story of a text with what was said of them; one query."""
    marks = {mark.claim_hash: mark for mark in ClaimMark.objects.filter(article=article).select_related("by")}
    return [
        Checklist(story, [ClaimState(claim, marks.get(claim.hash)) for claim in story.claims])
        for story in claims_of(text)
    ]


def policy() -> str:
    """What must be decided before an approval: none, key or all claims."""
    return str(settings.CLAIMS_REQUIRED)


def is_required(claim: Claim) -> bool:
    """Whether a claim must be decided before an approval."""
    return policy() == "all" or (policy() == "key" and claim.is_key)


def in_question(article: Article, revision: Revision) -> tuple[list[Claim], list[Claim]]:
    """The claims that stand in a revision although somebody said that they are wrong, and those that must be decided
    before its approval and are not; each once. One query."""
    states = _states(article, revision)
    return _wrong(states), _undecided(states)


def in_the_way(revisions: Sequence[Revision]) -> dict[int, ClaimsUndecided]:
    """What claims refuse the approval of these revisions (with their articles), by the key of each; one query. A text
    is read only where the house asks for claims, or somebody said that one of its article's is wrong."""
    marks: dict[int, dict[str, ClaimMark]] = {}
    for kept in ClaimMark.objects.filter(article__in={revision.article_id for revision in revisions}):
        marks.setdefault(kept.article_id, {})[kept.claim_hash] = kept
    found = {}
    for revision in revisions:
        own = marks.get(revision.article_id, {})
        if policy() != "none" or any(kept.verdict == ClaimMark.Verdict.WRONG for kept in own.values()):
            claims = [claim for story in claims_of(revision.text) for claim in story.claims]
            states = [ClaimState(claim, own.get(claim.hash)) for claim in claims]
            false, missing = _wrong(states), _undecided(states)
            if false or missing:
                found[revision.pk] = ClaimsUndecided(revision.article, false, missing)
    return found


def heed(article: Article, revision: Revision) -> dict[str, object]:
    """What the log keeps of the claims of a text that is approved: how many were decided, how many there are. Raises
    ClaimsUndecided where one is said to be wrong, or where one that the house wants decided is not."""
    states = _states(article, revision)
    false, missing = _wrong(states), _undecided(states)
    if false or missing:
        raise ClaimsUndecided(article, false, missing)
    decided = {state.claim.hash: state.is_decided for state in states}
    return {"claims": {"decided": sum(decided.values()), "of": len(decided)}} if any(decided.values()) else {}


def mark(article: Article, claim_hash: str, verdict: str, *, by: User, note: str = "") -> ClaimMark:
    """Say of a claim of the current text whether it is true, with a note.

    Raises NotAllowed without the right to review, Conflict when the current text does not claim this (any more),
    WorkflowError for another verdict, a note too long, or an article that may not be worked on."""
    require_permission(by, "editorial.review_article", "say whether a claim is true")
    note = storable(note).strip()
    if verdict not in ClaimMark.Verdict.values:
        raise WorkflowError("A claim is verified or wrong, or one cannot tell. Choose one of these.")
    if len(note) > NOTE_MAX:
        raise WorkflowError(f"The note has {len(note)} characters; at most {NOTE_MAX} are possible. Shorten it.")
    with transaction.atomic():
        row = _open(article)
        claim = _claim(row, claim_hash)
        values = {"wording": claim.wording, "verdict": verdict, "note": note, "by": by, "at": timezone.now()}
        kept, _ = ClaimMark.objects.update_or_create(article=row, claim_hash=claim_hash, defaults=values)
        facts = {**_facts(claim), "verdict": verdict}
        record("mark_claim", by=by, article=row, revision=row.current, reason=note, data=facts)
    return kept


def take_back(article: Article, claim_hash: str, *, by: User) -> None:
    """Let a claim be unverified again. Raises as `mark` does, WorkflowError also when nobody has said a thing of it."""
    require_permission(by, "editorial.review_article", "take back what was said of a claim")
    with transaction.atomic():
        row = _open(article)
        claim = _claim(row, claim_hash)
        kept = ClaimMark.objects.filter(article=row, claim_hash=claim_hash).first()
        if kept is None:
            raise WorkflowError(f"Nobody has said anything of “{claim.wording}” yet.")
        kept.delete()
        facts = {**_facts(claim), "was": kept.verdict}
        record("take_back_claim", by=by, article=row, revision=row.current, data=facts)


def _states(article: Article, revision: Revision) -> list[ClaimState]:
    return [state for story in checklists(article, revision.text) for state in story.claims]


def _undecided(states: Iterable[ClaimState]) -> list[Claim]:
    return _once(state.claim for state in states if not state.is_decided and is_required(state.claim))


def _wrong(states: Iterable[ClaimState]) -> list[Claim]:
    return _once(state.claim for state in states if state.is_wrong)


def _once(claims: Iterable[Claim]) -> list[Claim]:
    return list({claim.hash: claim for claim in claims}.values())


def _open(article: Article) -> Article:
    """The row as it is now, locked until the transaction ends."""
    row = Article.objects.select_for_update(of=("self",)).select_related("current").get(pk=article.pk)
    status = Status(row.status)
    if not status.may_be_edited or row.current is None:
        raise WorkflowError(f"“{row.title}” is {status.label.lower()}. Start a review to work on it again.")
    return row


def _claim(row: Article, claim_hash: str) -> Claim:
    for story in claims_of(row.current.text) if row.current else ():
        for claim in story.claims:
            if claim.hash == claim_hash:
                return claim
    raise Conflict("The current text does not claim this any more, or not in these words. Look at it once more.")


def _facts(claim: Claim) -> dict[str, str]:
    return {"claim": claim.wording, "kind": claim.kind.value, "claim_hash": claim.hash, "sentence": claim.sentence}


def _named(claims: Sequence[Claim]) -> str:
    told = ", ".join(f"“{claim.wording}”" for claim in claims[:TOLD])
    return f"{told} and {len(claims) - TOLD} more" if len(claims) > TOLD else told
