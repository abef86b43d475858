"""Approving by a person: the one way from any page of the desk to `perform(..., APPROVE)`.

The person says what the review was (the statement), and has had the text before them for as long as scanning it takes,
or says that a shorter time was enough. Both are kept in the log with the decision."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from django.contrib.auth.models import User

from .models import Article, Event, Revision
from .readings import least_seconds, read_so_far, time_told
from .refusals import WorkflowError
from .review_facts import Statement
from .workflow import Action, Review, perform


class StatementMissing(WorkflowError):
    """Nobody has said whether the facts were checked and the sources opened."""


class TooQuick(WorkflowError):
    """The person had the text before them for less time than scanning it takes."""

    def __init__(self, article: Article, seconds: int, least: int) -> None:
        self.seconds, self.least = seconds, least
        super().__init__(
            f"You had “{article.title}” before you for {time_told(seconds)}; scanning it takes at least "
            f"{time_told(least)}. Read it, or confirm that you have."
        )


def approve(
    article: Article,
    *,
    by: User,
    revision: Revision,
    statement: Statement | None,
    quick: bool = False,
    reason: str = "",
    public_note: str = "",
    override: bool = False,
    accept_rest: bool = False,
    at: datetime.datetime | None = None,
) -> Event:
    """Approve a revision, now or for a moment to come (`at`). `quick` confirms an approval after less time than
    scanning the text takes; the log keeps that it was.

    Raises StatementMissing without a statement, TooQuick, and whatever `perform` raises."""
    if statement is None:
        raise StatementMissing(
            f"Say whether you checked the facts of “{article.title}” and opened its sources, yes or no."
        )
    read = read_so_far(revision, by=by)
    least = least_seconds(article, revision)
    if read.seconds < least and not quick:
        raise TooQuick(article, read.seconds, least)
    review = Review(statement, read.seconds, least, read.diff_opened, quick=read.seconds < least)
    return perform(
        article,
        Action.APPROVE,
        by=by,
        revision=revision,
        reason=reason,
        public_note=public_note,
        override=override,
        accept_rest=accept_rest,
        at=at,
        review=review,
    )


def statement_of(answers: Mapping[str, str]) -> Statement | None:
    """The statement in a form's answers (`facts_checked` and `sources_opened`, each yes or no); None where one is
    missing."""
    said = [answers.get(name) for name in ("facts_checked", "sources_opened")]
    if not all(each in ("yes", "no") for each in said):
        return None
    return Statement(facts_checked=said[0] == "yes", sources_opened=said[1] == "yes")
