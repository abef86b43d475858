"""One decision for all articles of an import run."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.contrib.auth.models import User
from django.db import models

from .models import Article, Batch, Origin, Revision
from .workflow import TRANSITIONS, Action, WorkflowError, perform, require

FOR_BATCHES = (Action.START_REVIEW, Action.SEND_BACK, Action.REJECT)


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
