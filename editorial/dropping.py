"""Dropping a story: it goes out of the text as the next revision, with the reason."""

from __future__ import annotations

from dataclasses import replace

from django.contrib.auth.models import User
from django.db import transaction

from .models import Article, Revision
from .refusals import Conflict, WorkflowError
from .stories import Entangled, stories_of, without
from .story_marks import note_dropped
from .text import storable
from .workflow import correct

NOTE = "Dropped “{name}”: {reason}"
NAME_MAX = 120  # characters of a title in the revision's note


def drop(article: Article, story_hash: str, *, reason: str, by: User, based_on: Revision) -> Revision:
    """Take the story with this text out of the article as the next revision; the reason stays with the revision, with
    the story and in the log. Nothing else of the text changes.

    Raises WorkflowError without a reason or where the story can't be taken out by itself, Conflict when `based_on` has
    no such story or is no longer the current revision, and as `correct` does."""
    reason = storable(reason).strip()
    if not reason:
        raise WorkflowError("Dropping a story needs a reason. Write one sentence for whoever comes next.")
    story = next((each for each in stories_of(based_on.body) if each.hash == story_hash), None)
    if story is None:
        raise Conflict("This story is not in the text any more, or not in these words. Look at it once more.")
    try:
        text = replace(based_on.text, body=without(based_on.body, story.number))
    except Entangled as error:
        raise WorkflowError(f"“{story.name}” can't be dropped. {error}") from None
    with transaction.atomic():
        note = NOTE.format(name=story.name[:NAME_MAX], reason=reason)
        revision = correct(article, text, by=by, based_on=based_on, note=note)
        if all(each.hash != story_hash for each in stories_of(text.body)):  # else it stood there twice
            note_dropped(article, story, reason=reason, by=by)
    return revision
