"""Two people wrote at once: the text that was there before, the one that was saved meanwhile and one's own, put
together where they fit and to be decided where they do not. One's own is a working copy until the result is saved."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from ...conflicts import BODY, Unsolved, problems_of, solved
from ...merging import Merge, merge
from ...models import Article, Revision, Status, WorkingCopy
from ...models.log import name_of
from ...workflow import Conflict, WorkflowError, correct
from ...working_copies import discard, working_copy
from ..conflict_places import Answer, Page, Wording
from ..conflicts import MAX_CONFLICTS, NOTE_MAX, answers_of, note_of, preview_of
from ..fixes import key_of
from ..forms import TextForm

if TYPE_CHECKING:
    from ..articles import ArticleAdmin

TEMPLATE = "admin/editorial/article/both.html"


@dataclass(frozen=True, slots=True)
class Meeting:
    """The three texts: `copy` is this person's, on the revision that it goes on from, `theirs` the one saved since."""

    copy: WorkingCopy
    theirs: Revision
    merge: Merge

    @property
    def who(self) -> str:
        return name_of(self.theirs.by) if self.theirs.by else "an import"

    @property
    def wording(self) -> Wording:
        return Wording(
            base="Before both",
            theirs=f"Saved by {self.who}",
            ours="What you typed",
            from_theirs=f"from {self.who}",
            from_ours="yours",
            sides=f"{self.who[0].upper()}{self.who[1:]} and you",
        )


def urls(desk: ArticleAdmin) -> list[URLPattern]:
    view = desk.admin_site.admin_view(partial(both_view, desk))
    return [path("<int:pk>/both/", view, name="editorial_article_both")]


def both_view(desk: ArticleAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Show the three texts, preview what the choices make, or save it as a revision."""
    article = desk.get_article(request, pk)
    if not desk.has_change_permission(request, article):
        raise PermissionDenied
    copy = working_copy(article, by=request.user)
    if copy is None or copy.based_on_id == article.current_id:
        messages.info(request, "There is one text only; nothing has to be put together.")
        return HttpResponseRedirect(article.get_desk_url())
    meeting = _meeting(article, copy)
    if meeting is None:
        messages.error(
            request,
            "What you typed can't be put together yet: a field is empty or wrong, such as the title or the date. "
            "Your text is kept below; correct it there and save.",
        )
        return HttpResponseRedirect(article.get_desk_url())
    answers = answers_of(request.POST)
    if request.method != "POST" or "_preview" in request.POST:
        return _page(desk, request, article, meeting, answers, is_preview=request.method == "POST")
    try:
        revision = _save(request, article, meeting, answers)
    except WorkflowError as error:
        fresh = desk.get_article(request, pk)
        return _page(desk, request, fresh, _meeting(fresh, copy) or meeting, answers, error=error)
    messages.success(request, f"Saved as revision {revision.number}, made of both texts.")
    return HttpResponseRedirect(article.get_desk_url())


def _meeting(article: Article, copy: WorkingCopy) -> Meeting | None:
    form = TextForm({**copy.fields, "based_on": copy.based_on_id})
    if not form.is_valid():
        return None
    mine = form.text_on(copy.based_on)
    return Meeting(copy, article.current, merge(copy.based_on.text, article.current.text, mine))


def _save(request: HttpRequest, article: Article, meeting: Meeting, answers: dict[str, Answer]) -> Revision:
    """Save what the choices make of the three texts that the person saw."""
    if key_of(request.POST.get("based_on")) != article.current_id:
        raise Conflict("The text was saved once more meanwhile. It is shown as it is now; your text is kept.")
    page = Page.of(meeting.merge, answers, meeting.wording)
    left_out = {place.key: place.left_out for place in page.places if place.left_out}
    if left_out:
        raise Unsolved({**problems_of(meeting.merge, page.choices), **left_out})
    text = solved(meeting.merge, page.choices)
    note = note_of(request) or f"Put together with revision {meeting.theirs.number} by {meeting.who}."
    revision = correct(article, text, by=request.user, based_on=meeting.theirs, note=note)
    discard(article, by=request.user)
    return revision


def _page(
    desk: ArticleAdmin,
    request: HttpRequest,
    article: Article,
    meeting: Meeting,
    answers: dict[str, Answer],
    *,
    error: WorkflowError | None = None,
    is_preview: bool = False,
) -> HttpResponse:
    page = Page.of(meeting.merge, answers, meeting.wording)
    shown_error = str(error or "")
    if isinstance(error, Unsolved):
        page.mark(error.problems)
        shown_error = error.problems.get(BODY, "")
    context = {
        **desk.admin_site.each_context(request),
        "opts": desk.opts,
        "title": f"Two people changed “{article.title}”",
        "article": article,
        "current": article.current,
        "meeting": meeting,
        "page": page,
        "stray": page.stray,
        "error": shown_error,
        "is_preview": is_preview,
        "too_many": len(page.places) > MAX_CONFLICTS,
        "may_save": Status(article.status).may_be_edited,
        "note": note_of(request),
        "note_max": NOTE_MAX,
        "media": desk.media,
    }
    if is_preview or not page.places:
        context["preview"] = preview_of(article, meeting.merge, page)
    return TemplateResponse(request, TEMPLATE, context)
