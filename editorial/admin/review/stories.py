"""The stories of the text, each to be accepted, corrected by editing, or dropped with a reason."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from ...dropping import drop
from ...models import Article, Status
from ...story_marks import OPEN, StoryState, accept, accept_rest, states, states_and_dropped, take_back
from ...workflow import WorkflowError
from ...working_copies import working_copy
from ..fixes import key_of
from .answering import answer, units

if TYPE_CHECKING:
    from ..articles import ArticleAdmin

DROPPABLE = 100  # stories: with more, a form would have too many fields for their reasons


@dataclass(frozen=True, slots=True)
class Card:
    """A story as the page shows it; `start` is its place in the body in UTF-16 units, `heading` what stands there."""

    state: StoryState
    start: int
    heading: str


def urls(desk: ArticleAdmin) -> list[URLPattern]:
    view = desk.admin_site.admin_view(partial(stories_view, desk))
    return [path("<int:pk>/stories/", view, name="editorial_article_stories")]


def panel(request: HttpRequest, article: Article) -> dict[str, Any]:
    body = article.current.body
    found, gone = states_and_dropped(article, body)
    decided = sum(state.is_decided for state in found)
    is_open = Status(article.status) in OPEN
    return {
        "story_cards": [_card(state, body) for state in found],
        "stories_open": len(found) - decided,
        "stories_dropped": gone,
        "stories_tab": f"{decided} of {len(found)}",
        "may_accept": is_open and request.user.has_perm("editorial.review_article"),
        "may_drop": 1 < len(found) <= DROPPABLE,
    }


def _card(state: StoryState, body: str) -> Card:
    story = state.story
    line = body[story.start : story.end].split("\n", 1)[0].strip()
    return Card(state, units(body[: story.start]), line)


def stories_view(desk: ArticleAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """`accept`, `take_back` or `drop` a story (its hash; `reason-` and its number: why), or `accept_rest`."""
    act = partial(_act, request)
    return answer(desk, request, pk, act, panel=sys.modules[__name__], back="stories")


def _act(request: HttpRequest, article: Article) -> tuple[str, str]:
    sent, by = request.POST, request.user
    if "accept_rest" in sent:
        rest = accept_rest(article, by=by)
        return (f"{len(rest)} stories accepted." if len(rest) != 1 else "One story accepted."), "stories"
    if "drop" in sent:
        return _drop(request, article), "stories"
    if "take_back" in sent:
        take_back(article, sent["take_back"], by=by)
        return "The story is undecided again.", _anchor(article, sent["take_back"])
    mark = accept(article, sent.get("accept", ""), by=by)
    return f"Accepted: {mark.title or 'the text'}.", _anchor(article, mark.story_hash)


def _drop(request: HttpRequest, article: Article) -> str:
    number, _, story_hash = request.POST["drop"].partition(":")
    copy = working_copy(article, by=request.user)
    if copy:
        raise WorkflowError("You have text that is not saved. Save it or forget it, then drop the story.")
    based_on = article.revisions.filter(pk=key_of(request.POST.get("based_on"))).first() or article.current
    reason = request.POST.get(f"reason-{number}", "")
    revision = drop(article, story_hash, reason=reason, by=request.user, based_on=based_on)
    return f"Dropped: {revision.note.removeprefix('Dropped ')}"


def _anchor(article: Article, story_hash: str) -> str:
    """The id of a story's card."""
    found = states(article, article.current.body)
    return next((f"story-{state.story.number}" for state in found if state.story.hash == story_hash), "stories")
