"""Four eyes: whoever changed a text last may not approve it, where the house or the source asks for that."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, When

from .models import Article, Origin, Revision, Source, Status
from .refusals import WorkflowError

BY_PEOPLE = (Origin.CORRECTION, Origin.MERGE, Origin.RESTORE)
"""The origins of texts that a person wrote; safe fixes and generated texts are a machine's, whoever asked for them."""


class SecondPersonNeeded(WorkflowError):
    """The text was changed last by the person who would approve it."""


def is_asked_for(source: Source | None) -> bool:
    """Whether texts of a source need a second person: as the source says, or else as FOUR_EYES does."""
    if source is not None and source.four_eyes is not None:
        return source.four_eyes
    return bool(settings.FOUR_EYES)


def asking() -> Q:
    """The same as a condition on articles."""
    house = Q(source__four_eyes=True)
    return house | Q(source__four_eyes=None) if settings.FOUR_EYES else house


def last_changed_by(revision: Revision) -> User | None:
    """The person whose words are the last in a text; None where it is a machine's."""
    row = _changes(revision.article_id).filter(number__lte=revision.number).select_related("by").defer("body").first()
    return row.by if row and row.origin in BY_PEOPLE else None


def with_last_changer(articles: QuerySet[Article]) -> QuerySet[Article]:
    """Articles with `last_changer`, the id of the person whose words are the last in their current text, or None."""
    person = Case(When(origin__in=BY_PEOPLE, then="by"))
    return articles.annotate(last_changer=Subquery(_changes(OuterRef("pk")).values(person=person)[:1]))


def waiting_for_second(articles: QuerySet[Article]) -> QuerySet[Article]:
    """Those of these articles that are in review and need somebody else than `last_changer`, whom each has."""
    rows = with_last_changer(articles.filter(asking(), status=Status.IN_REVIEW))
    return rows.filter(~Q(last_changer=None))


def require_second_person(article: Article, revision: Revision, *, by: User) -> None:
    """Raise SecondPersonNeeded where four eyes are asked for and `by` changed the text last."""
    if is_asked_for(article.source) and last_changed_by(revision) == by:
        whose = (
            f"The source “{article.source}” asks" if article.source and article.source.four_eyes else "The house asks"
        )
        raise SecondPersonNeeded(
            f"You changed “{article.title}” last, so somebody else has to approve it. {whose} for four eyes."
        )


def _changes(article: object) -> QuerySet[Revision]:
    """The revisions of an article that brought in new words, newest first. Safe fixes did not, nor did an import that
    merged a newer generated text with a person's: the person's words are still in it."""
    rows = Revision.objects.filter(article=article).exclude(origin=Origin.FIX)
    return rows.exclude(origin=Origin.MERGE, by=None).order_by("-number")
