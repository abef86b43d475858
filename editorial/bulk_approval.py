"""Approving several articles at once: only what the approver has opened, and only what nothing speaks against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import Q

from .approving import approve
from .checking import SLICE, check
from .claim_marks import ClaimsUndecided, in_the_way
from .four_eyes import waiting_for_second
from .models import Article, Reading, Revision, Status
from .review_facts import Statement
from .story_marks import open_stories
from .workflow import TRANSITIONS, Action, NotAllowed, WorkflowError

Pair = tuple[int, int]  # primary keys of an article and of the revision that was shown


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article that is to be approved with others; `why_not` is the sentence that keeps it back, or ""."""

    article: Article
    revision: Revision
    why_not: str


def require_bulk(by: User) -> None:
    """Raise NotAllowed without the rights that approving several articles at once takes."""
    if not (by.has_perm("editorial.bulk_approve_article") and by.has_perm(TRANSITIONS[Action.APPROVE].permission)):
        raise NotAllowed("Your account may not approve several articles at once. Open them one by one.")


def candidates(pairs: Sequence[Pair], *, by: User) -> list[Candidate]:
    """The articles of these pairs in their order, each with what keeps it back. Their texts are checked first, so that
    the counts of findings are those of today. Pairs that name nothing are left out. Raises NotAllowed."""
    require_bulk(by)
    keys = [article for article, _ in pairs]
    for start in range(0, len(keys), SLICE):
        check(keys[start : start + SLICE])
    related = ("article__current", "article__source", "article__publication")
    revisions = Revision.objects.select_related(*related).in_bulk([revision for _, revision in pairs])
    open_of = {revision.pk: len(rest) for revision, rest in open_stories(pairs)}
    claims = in_the_way(list(revisions.values()))
    own = set(
        waiting_for_second(Article.objects.filter(pk__in=keys))
        .filter(Q(last_changer=by.pk))
        .values_list("pk", flat=True)
    )
    opened = set(Reading.objects.filter(by=by, revision__in=revisions).values_list("revision_id", flat=True))
    return [
        Candidate(
            revision.article,
            revision,
            _why_not(revision, key in opened, article in own, open_of.get(key, 0)) or _of_claims(claims.get(key)),
        )
        for article, key in pairs
        if (revision := revisions.get(key)) and revision.article_id == article
    ]


def approve_many(pairs: Sequence[Pair], *, by: User, statement: Statement | None) -> tuple[list[Article], list[str]]:
    """Approve those of these articles that nothing speaks against, each in its own transaction with its own event;
    the articles that were approved, and a sentence for each of the others. `statement` is about each of them. One
    that was not before the person for long enough is left for them to open. Raises NotAllowed."""
    done, refusals = [], []
    for each in candidates(pairs, by=by):
        try:
            if each.why_not:
                raise WorkflowError(f"“{each.article.title}” was not approved: {each.why_not}")
            approve(each.article, by=by, revision=each.revision, statement=statement)
            done.append(each.article)
        except WorkflowError as error:
            refusals.append(str(error))
    return done, refusals


def _why_not(revision: Revision, is_opened: bool, is_own: bool, undecided: int) -> str:
    article = revision.article
    if article.current_id != revision.pk:
        return "there is a newer text than the list showed."
    if article.status != Status.IN_REVIEW:
        return f"it is {article.get_status_display().lower()}; only an article in review can be approved."
    if article.block_count or article.warn_count:
        counts = ((article.block_count, "that block"), (article.warn_count, "that warn"))
        told = " and ".join(f"{count} {which}" for count, which in counts if count)
        return f"it has open findings ({told})."
    if not is_opened:
        return "you have not opened this text."
    if is_own:
        return "you changed it last, so somebody else has to approve it."
    if undecided:
        return f"{undecided} of its stories {'is' if undecided == 1 else 'are'} not decided on."
    return ""


def _of_claims(refusal: ClaimsUndecided | None) -> str:
    if refusal is None:
        return ""
    if refusal.wrong:
        count = len(refusal.wrong)
        return f"{count} of its claims {'is' if count == 1 else 'are'} said to be wrong."
    return f"{len(refusal.unverified)} of its claims must be checked first."
