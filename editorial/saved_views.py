"""Choices of filters that a person keeps under a name."""

from __future__ import annotations

from django.contrib.auth.models import User

from .models import SavedView
from .queueing import Filters
from .text import storable
from .workflow import WorkflowError

NAME_MAX = 100  # characters
VIEWS_MAX = 30  # of one person: they stand in one line above the queue


def save_view(name: str, filters: Filters, *, by: User) -> SavedView:
    """Keep these filters under a name of one's own; a view of that name gets the new ones.

    Raises WorkflowError where the name is empty or too long, nothing is filtered, or there are too many."""
    name = " ".join(storable(name).split())
    if not name:
        raise WorkflowError("Give the view a name, such as “Polish, blocked”.")
    if len(name) > NAME_MAX:
        raise WorkflowError(f"The name has {len(name)} characters; at most {NAME_MAX} fit.")
    if not filters.chosen:
        raise WorkflowError("This is the whole queue. Choose filters first, then save them as a view.")
    own = SavedView.objects.filter(by=by)
    if own.exclude(name=name).count() >= VIEWS_MAX:
        raise WorkflowError(f"You have {VIEWS_MAX} views already. Remove one that you do not need.")
    return own.update_or_create(by=by, name=name, defaults={"query": filters.query})[0]


def remove_view(key: int, *, by: User) -> None:
    """Forget a view of one's own. Raises WorkflowError where there is none of that key."""
    if not SavedView.objects.filter(by=by, pk=key).delete()[0]:
        raise WorkflowError("There is no such view of yours any more.")
