"""What people say to each other about the text: threads beside the passages that they are about."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from ...commenting import BODY_MAX, Said, Thread, answer, mark_seen, people, reopen, resolve, say, threads, unseen
from ...models import Article, Comment, Mention
from ...models.log import name_of
from ...passages import CONTEXT, QUOTE_MAX, Passage
from ...workflow import WorkflowError
from ..fixes import key_of
from . import answering

if TYPE_CHECKING:
    from ..articles import ArticleAdmin

ANSWERABLE = 100  # open threads that can be answered on the page: each has a field of the form
KEPT = "said"  # the session's key for what was typed in a comment that was refused


@dataclass(frozen=True, slots=True)
class Card:
    """A thread as the page shows it: `start` is its passage's place in the body in UTF-16 units, `passage` what stands
    there now."""

    thread: Thread
    is_new: bool
    may_answer: bool
    start: int = 0
    passage: str = ""

    @property
    def is_changed(self) -> bool:
        return self.thread.found is not None and not self.thread.found.is_same


def urls(desk: ArticleAdmin) -> list[URLPattern]:
    view = desk.admin_site.admin_view(partial(comments_view, desk))
    return [path("<int:pk>/comments/", view, name="editorial_article_comments")]


def panel(request: HttpRequest, article: Article) -> dict[str, Any]:
    body = article.current.body
    found = threads(article, body)
    calls = any("@" in each.body for thread in found for each in (thread.first, *thread.answers))
    mine = unseen(request.user).filter(comment__article=article) if calls else Mention.objects.none()
    new = set(mine.values_list("comment_id", flat=True))
    still_open = [thread for thread in found if not thread.is_resolved]
    return {
        "comment_cards": [_card(thread, body, new, number) for number, thread in enumerate(still_open)],
        "comments_resolved": [_card(thread, body, new, ANSWERABLE) for thread in found if thread.is_resolved],
        "comments_tab": str(len(still_open)) if found else "",
        "comment_kept": request.session.pop(KEPT, {}) if hasattr(request, "session") else {},
        "comment_max": BODY_MAX,
        "comment_people": [(person.get_username(), name_of(person)) for person in people()],
        "may_comment": request.user.has_perm("editorial.add_comment"),
    }


def _card(thread: Thread, body: str, new: set[int], number: int) -> Card:
    is_new = any(comment.pk in new for comment in (thread.first, *thread.answers))
    place = thread.found
    if place is None:
        return Card(thread, is_new, number < ANSWERABLE)
    start = answering.units(body[: place.start])
    return Card(thread, is_new, number < ANSWERABLE, start, body[place.start : place.end])


def comments_view(desk: ArticleAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """`say` a comment (`said`, about `passage` if there is one), or `answer`, `resolve`, `reopen` or mark as `seen` the
    thread of that key."""
    act = partial(_act, request)
    return answering.answer(desk, request, pk, act, panel=sys.modules[__name__], back="comments")


def _act(request: HttpRequest, article: Article) -> tuple[str, str]:
    sent, by = request.POST, request.user
    if "say" in sent:
        return _told(_say(request, article))
    action = next((name for name in ("answer", "resolve", "reopen", "seen") if name in sent), "")
    first = Comment.objects.filter(article=article, thread=None, pk=key_of(sent.get(action))).first()
    if first is None:
        raise WorkflowError("This comment is not there any more. Look at the comments once more.")
    anchor = f"comment-{first.pk}"
    mark_seen(by, unseen(by).filter(comment__in=[first, *first.answers.all()]).values_list("pk", flat=True))
    if action == "answer":
        return _told(answer(first, sent.get(f"answer-{first.pk}", ""), by=by))
    if action == "resolve":
        resolve(first, by=by)
        return "The thread is resolved.", anchor
    if action == "reopen":
        reopen(first, by=by)
        return "The thread is open again.", anchor
    return "Seen.", anchor


def _say(request: HttpRequest, article: Article) -> Said:
    sent = request.POST
    before, after = sent.get("passage-before", "")[-CONTEXT:], sent.get("passage-after", "")[:CONTEXT]
    passage = Passage(sent.get("passage", "").replace("\r\n", "\n"), before, after)
    try:
        return say(article, sent.get("said", ""), by=request.user, passage=passage)
    except WorkflowError:
        if request.headers.get("Accept") != "application/json":
            kept = {"said": sent.get("said", "")[:BODY_MAX], "passage": passage.quote[:QUOTE_MAX]}
            request.session[KEPT] = kept
        raise


def _told(said: Said) -> tuple[str, str]:
    """What to tell of a comment that was kept, and where it stands."""
    called = ", ".join(name_of(person) for person in said.called)
    words = f"Said. {called} will see it on the desk." if called else "Said."
    if said.unknown:
        names = ", ".join(f"@{name}" for name in said.unknown)
        words += f" Nobody here is called {names}."
    return words, f"comment-{said.comment.thread_id or said.comment.pk}"
