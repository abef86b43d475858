"""What a domain function raises when it does not do what it was asked; the message is a sentence fit for an editor."""

from __future__ import annotations

from django.contrib.auth.models import User


class WorkflowError(Exception):
    """A change that is not possible now; the message is a sentence fit for an editor."""


class NotAllowed(WorkflowError):
    """The person's role does not include this."""


class Conflict(WorkflowError):
    """Somebody else was faster: what this was about is not there any more, or not as it was seen."""


def require_permission(user: User, permission: str, what: str) -> None:
    """Raise NotAllowed without a permission; `what` completes "Your account may not ..."."""
    if not user.has_perm(permission):
        raise NotAllowed(f"Your account may not {what}. Ask someone whose role allows it.")
