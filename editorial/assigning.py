"""Whose an article is, when it is due and how urgent it is: each change is an event in the log."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from .models import Article, Priority
from .models.log import name_of, record
from .workflow import NotAllowed, WorkflowError


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What is to be changed; what is None stays. `to` and `due` are wrapped, as they can be emptied: `(None,)`."""

    to: tuple[User | None] | None = None
    due: tuple[datetime.date | None] | None = None
    priority: Priority | None = None


def people() -> QuerySet[User]:
    """Whom an article can be assigned to: everybody with an account for the desk, by name."""
    return (
        get_user_model().objects.filter(is_active=True, is_staff=True).order_by("first_name", "last_name", "username")
    )


def arrange(keys: Collection[int], arrangement: Arrangement, *, by: User) -> int:
    """Change whose these articles are (primary keys), when they are due, how urgent they are: all or none of them.
    How many were another before; those are logged one by one.

    Raises NotAllowed without the right to assign, WorkflowError where the person has no account on the desk or an
    article is not there any more."""
    if not by.has_perm("editorial.assign_article"):
        raise NotAllowed("Your account may not assign articles. Ask someone whose role allows it.")
    to = arrangement.to[0] if arrangement.to else None
    if to and not (to.is_active and to.is_staff and to.has_perm("editorial.view_article")):
        raise WorkflowError(f"{name_of(to)} can't see articles, so nothing can be assigned to them.")
    with transaction.atomic():
        rows = Article.objects.select_for_update(of=("self",)).select_related("assignee", "current")
        articles = list(rows.filter(pk__in=keys).order_by("pk"))
        if len(articles) < len(set(keys)):
            raise WorkflowError("One of these articles is not there any more. Open the list again.")
        return sum(_arranged(article, arrangement, by) for article in articles)


def _arranged(article: Article, arrangement: Arrangement, by: User) -> bool:
    facts: dict[str, object] = {}
    if arrangement.to and arrangement.to[0] != article.assignee:
        article.assignee = arrangement.to[0]
        facts["to"] = name_of(article.assignee) if article.assignee else ""
        facts["to_id"] = article.assignee_id
    if arrangement.due and arrangement.due[0] != article.due:
        article.due = arrangement.due[0]
        facts["due"] = str(article.due or "")
    if arrangement.priority is not None and arrangement.priority != article.priority:
        article.priority = arrangement.priority
        facts["priority"] = str(arrangement.priority.label)
    if facts:
        Article.objects.filter(pk=article.pk).update(
            assignee=article.assignee, due=article.due, priority=article.priority
        )
        record("assign", by=by, article=article, revision=article.current, data=facts)
    return bool(facts)
