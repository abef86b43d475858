"""The approval of one text: what goes public and where, what changed, what speaks against it, what the review was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from digest.models import Publication

from .. import four_eyes, schedule
from ..approving import StatementMissing, TooQuick, approve, statement_of
from ..checking import check, open_findings
from ..claim_marks import in_question
from ..comparing import body_changes, field_changes
from ..models import Article, Revision, Status, Weight
from ..readings import SITTING_MAX, note_reading, read_so_far
from ..story_marks import required_stories
from ..versions import public_text
from ..workflow import TRANSITIONS, Action, Conflict, WorkflowError
from .forms import ApprovalForm

if TYPE_CHECKING:
    from .articles import ArticleAdmin

CLAIMS_SHOWN = 30
OPENED_SALT = "editorial.approval.opened"


def approve_view(desk: ArticleAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """The page as it opens, about the text of this moment; its form is sent to `decide`."""
    article = desk.get_article(request, pk)
    if not request.user.has_perm(TRANSITIONS[Action.APPROVE].permission):
        raise PermissionDenied
    if article.status != Status.IN_REVIEW:
        status = Status(article.status).label.lower()
        messages.info(request, f"“{article.title}” is {status}; only an article in review can be approved.")
        return HttpResponseRedirect(article.get_desk_url())
    check([article.pk])
    return _page(desk, request, article, article.current, ApprovalForm(items=[]))


def approve_posted(desk: ArticleAdmin, request: HttpRequest, pk: int, revision_pk: int) -> HttpResponse:
    """Approve the text that the person saw, or say on the page what is missing."""
    article = desk.get_article(request, pk)
    revision = article.revisions.select_related("generation").filter(pk=revision_pk).first()
    if revision is None:
        messages.error(request, f"Article {pk} has no revision {revision_pk}; nothing was done to it.")
        return HttpResponseRedirect(article.get_desk_url())
    form = ApprovalForm(request.POST, items=[])
    _note_time(request, revision, form.data)
    if not form.is_valid():
        return _page(desk, request, article, revision, form)
    try:
        _approve(request, article, revision, form.cleaned_data)
    except Conflict as error:
        messages.error(request, str(error))
    except WorkflowError as error:
        if article.status == Status.IN_REVIEW or Article.objects.filter(pk=pk, status=Status.IN_REVIEW).exists():
            return _page(desk, request, desk.get_article(request, pk), revision, form, error)
        messages.error(request, str(error))
    return HttpResponseRedirect(article.get_desk_url())


def _approve(request: HttpRequest, article: Article, revision: Revision, said: dict[str, Any]) -> None:
    names = ("quick", "reason", "public_note", "override", "accept_rest", "at")
    words = {name: said[name] for name in names}
    approve(article, by=request.user, revision=revision, statement=statement_of(request.POST), **words)
    if said["at"]:
        messages.success(request, f"“{article.title}” is approved; readers get it on {schedule.told(said['at'])}.")
    else:
        messages.success(request, f"“{article.title}” was approved and published.")


def _note_time(request: HttpRequest, revision: Revision, data: Any) -> None:
    """Add the time since the page was opened to what is known; a page of somebody else or of another text adds none."""
    try:
        who, what, since = signing.loads(data.get("opened", ""), salt=OPENED_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return
    if (who, what) == (request.user.pk, revision.pk):
        seconds = max(0, int(timezone.now().timestamp() - since))
        opened = bool(data.get("diff_opened"))
        note_reading(revision, by=request.user, seconds=seconds, diff_opened=opened, at_most=SITTING_MAX)


@csp_update({"frame-src": [SELF]})
def _page(
    desk: ArticleAdmin,
    request: HttpRequest,
    article: Article,
    revision: Revision,
    form: ApprovalForm,
    error: WorkflowError | None = None,
) -> HttpResponse:
    before = public_text(article)
    opened = signing.dumps([request.user.pk, revision.pk, timezone.now().timestamp()], salt=OPENED_SALT)
    own = four_eyes.is_asked_for(article.source) and four_eyes.last_changed_by(revision) == request.user
    first_time = isinstance(error, StatementMissing) and "opened" not in request.POST
    findings = list(open_findings(revision))
    wrong, undecided = in_question(article, revision)
    context = {
        **desk.admin_site.each_context(request),
        "opts": desk.opts,
        "title": f"Approve “{article.title}”",
        "article": article,
        "revision": revision,
        "form": form,
        "error": None if first_time else error,
        "is_newer": article.current_id != revision.pk,
        "needs_other": own,
        "address": f"{settings.SITE_URL}{Publication(slug=revision.slug).get_absolute_url()}",
        "before": before,
        "fields": field_changes(before.text, revision.text) if before else [],
        "changes": body_changes(before.body, revision.body) if before else [],
        "show_changes": "changes" in request.GET or bool(request.POST.get("diff_opened")),
        "blocking": [finding for finding in findings if finding.severity == Weight.BLOCK],
        "warnings": [finding for finding in findings if finding.severity == Weight.WARN],
        "may_override": request.user.has_perm("editorial.override_findings"),
        "open_stories": required_stories(article, revision),
        "wrong_claims": wrong[:CLAIMS_SHOWN],
        "open_claims": undecided[:CLAIMS_SHOWN],
        "ask_quick": isinstance(error, TooQuick),
        "read": read_so_far(revision, by=request.user),
        "opened": opened,
        "zone": timezone.get_current_timezone_name(),
        "item": f"{article.pk}:{revision.pk}",
        "preview": f"{reverse('admin:editorial_article_preview', args=[article.pk])}?revision={revision.number}",
        "media": desk.media,
    }
    return TemplateResponse(request, "admin/editorial/article/approve.html", context)
