"""Texts that people are writing and have not saved as a revision: kept apart from revisions, one a person and article,
as they were typed. Keeping one decides nothing, so it is no event."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from .models import Article, Revision, WorkingCopy
from .text import storable
from .workflow import Conflict, NotAllowed, WorkflowError

FIELDS = ("title", "excerpt", "body", "tags", "language", "date", "slug", "note")
"""The fields of the form of a text; any of them may be missing or nonsense, as they are kept as typed."""


def working_copy(article: Article, *, by: User) -> WorkingCopy | None:
    """What this person has typed for an article and not saved, if anything."""
    found: WorkingCopy | None = (
        WorkingCopy.objects.select_related("based_on").filter(article=article, by=by.pk).order_by().first()
    )
    return found


def keep(
    article: Article, fields: Mapping[str, str], *, by: User, based_on: Revision, seen: str | None = None
) -> WorkingCopy:
    """Keep what a person has typed so far. `seen` is the stamp of the copy that this text goes on from ("" for none,
    None: whatever is kept is replaced).

    Raises NotAllowed for who may not change articles, WorkflowError for a text that is too long to keep, Conflict when
    the same person typed something else meanwhile, in another window."""
    if not by.has_perm("editorial.change_article"):
        raise NotAllowed("Your account may not change this text. Ask someone whose role allows it.")
    kept = {name: storable(fields[name]) for name in FIELDS if name in fields}
    size, limit = sum(map(len, kept.values())), 2 * settings.RENDER_MAX_CHARS
    if size > limit:
        raise WorkflowError(f"This text has {size:,} characters; {limit:,} can be kept. Shorten it.")
    now = timezone.now()
    with transaction.atomic():
        before = WorkingCopy.objects.select_for_update().filter(article=article, by=by.pk).order_by().first()
        if before and seen is not None and stamp(before) != seen and before.fields != kept:
            raise Conflict(
                f"You typed another text of this article at {timezone.localtime(before.saved_at):%H:%M}, in another "
                "window. Both are kept; choose which one to go on with."
            )
        if before is None:
            return _first(article, kept, by=by, based_on=based_on)
        before.fields, before.based_on, before.saved_at = kept, based_on, now
        before.save(update_fields=["fields", "based_on", "saved_at"])
        return before


def _first(article: Article, kept: dict[str, str], *, by: User, based_on: Revision) -> WorkingCopy:
    try:
        with transaction.atomic():
            return WorkingCopy.objects.create(article=article, by_id=by.pk, based_on=based_on, fields=kept)
    except IntegrityError:
        raise Conflict("You typed another text of this article just now, in another window.") from None


def discard(article: Article, *, by: User) -> None:
    """Forget what this person has typed for an article and not saved."""
    WorkingCopy.objects.filter(article=article, by=by.pk).delete()


def stamp(copy: WorkingCopy | None) -> str:
    """Names one state of a working copy; "" for none."""
    return f"{copy.saved_at.timestamp():.6f}" if copy else ""
