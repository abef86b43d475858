"""Uploads on the desk: files in, a look at what would become of each, a yes, progress, and the result."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.admin import AdminSite, site
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_GET, require_POST

from ..comparing import body_changes, field_changes, rows_of
from ..drafts import (
    AT_WORK,
    EXPIRED,
    Stage,
    advance,
    cancel,
    choose,
    choose_all,
    confirm,
    is_expired,
    keep,
    progress,
    unchecked,
)
from ..frontmatter import decode
from ..importing import IncomingFile
from ..importing.archives import ArchiveError
from ..looking import Look, look_at
from ..models import Article, Draft, Outcome
from ..numbered import listing
from ..workflow import WorkflowError
from .upload_forms import UploadForm, archive_limits

PER_PAGE = 100
SLICES = 2  # of one request: a small upload is looked at again and imported at once


def upload_urls(admin_site: AdminSite) -> list[URLPattern]:
    """The pages of an upload, below the article list."""
    pages = [
        ("", upload_view, "editorial_article_import"),
        ("<uuid:key>/", draft_view, "editorial_draft"),
        ("<uuid:key>/files/<int:number>/", file_view, "editorial_draft_file"),
        ("<uuid:key>/continue/", require_POST(continue_view), "editorial_draft_continue"),
        ("<uuid:key>/cancel/", require_POST(cancel_view), "editorial_draft_cancel"),
        ("<uuid:key>/result/", require_GET(result_view), "editorial_draft_result"),
    ]
    return [path(f"import/{route}", admin_site.admin_view(view), name=name) for route, view, name in pages]


# --- sending files ----------------------------------------------------------------------------------------


def upload_view(request: HttpRequest) -> HttpResponse:
    _require_permission(request)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_valid() and (draft := _keep(request, form)):
        return HttpResponseRedirect(_address(draft))
    waiting = Draft.objects.filter(by=request.user).exclude(stage__in=[Stage.RECEIVING, Stage.DONE])
    context = {
        "title": "Import files",
        "form": form,
        "limits": archive_limits(),
        "max_files": settings.UPLOAD_MAX_FILES,
        "waiting": [draft for draft in waiting.annotate(size=Count("files")) if not is_expired(draft)],
    }
    return _page(request, "upload", context)


def _keep(request: HttpRequest, form: UploadForm) -> Draft | None:
    """The upload, its first files looked at; None, and an error in the form, where it is refused."""
    sidecars: list[IncomingFile] = []
    try:
        draft = keep(form.incoming(sidecars), by=request.user, origin=form.origin, sidecars=sidecars)
        return _advanced(request, draft)
    except (ArchiveError, WorkflowError) as error:
        form.add_error("files", str(error))
        return None


# --- the plan ---------------------------------------------------------------------------------------------


def draft_view(request: HttpRequest, key: UUID) -> HttpResponse:
    """The plan, to tick and to confirm; while it is made or carried out, its progress."""
    draft = _draft(request, key)
    if request.method == "POST":
        try:
            return HttpResponseRedirect(_act(request, draft))
        except WorkflowError as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(_address(draft))
    if draft.stage == Stage.DONE:
        return HttpResponseRedirect(reverse("admin:editorial_draft_result", args=[draft.pk]))
    if is_expired(draft) or draft.stage == Stage.RECEIVING:
        why = EXPIRED if is_expired(draft) else "This upload did not arrive as a whole. Send the files again."
        return _page(request, "expired", {"title": "Import files", "draft": draft, "why": why})
    if draft.stage in AT_WORK:
        return _page(request, "progress", {"draft": draft, **_standing(draft)})
    return _page(request, "plan", _plan(request, draft))


def _act(request: HttpRequest, draft: Draft) -> str:
    """Do what the pressed button says; the address to go to."""
    choose(draft, _keys(request.POST.getlist("shown")), _keys(request.POST.getlist("chosen")))
    if "_confirm" in request.POST:
        confirm(draft, by=request.user)
        _advanced(request, draft)
        return _address(draft)
    outcome = _outcome(request.POST.get("outcome"))
    if request.POST.get("all") in ("on", "off"):
        choose_all(draft, ticked=request.POST["all"] == "on", outcome=outcome)
    wanted = QueryDict(request.POST.get("go", f"outcome={outcome}"))
    query = QueryDict(mutable=True)
    query.update({name: wanted[name] for name in ("outcome", "page") if wanted.get(name)})
    return f"{_address(draft)}?{query.urlencode()}"


def _plan(request: HttpRequest, draft: Draft) -> dict[str, Any]:
    outcome = _outcome(request.GET.get("outcome"))
    rows = draft.files.select_related("article", "resembles").defer("content", "sources").order_by("pk")
    ticked = draft.files.filter(ticked=True)
    return {
        "title": "What would be imported",
        "draft": draft,
        "changed": ticked.exclude(was="").count(),
        "ticked": ticked.count(),
        **_table(request, rows, outcome, draft.files.all()),
    }


def _table(request: HttpRequest, rows: QuerySet[Any], outcome: str, every: QuerySet[Any]) -> dict[str, Any]:
    """The rows of one page, of one outcome or all, and how many there are of each."""
    found = dict(every.order_by().values_list("outcome").annotate(Count("pk")))
    paginator = Paginator(rows.filter(outcome=outcome) if outcome else rows, PER_PAGE)
    return {
        "page": paginator.get_page(request.GET.get("page")),
        "outcome": outcome,
        "counts": [(each, found[each]) for each in Outcome if each in found],
        "total": sum(found.values()),
    }


def file_view(request: HttpRequest, key: UUID, number: int) -> HttpResponse:
    """What one file would change: against the desk's text, or by itself."""
    draft = _draft(request, key)
    row = get_object_or_404(draft.files, pk=_storable(number))
    look = look_at(row)
    context = {"title": row.path, "draft": draft, "row": row, "look": look, **_comparison(look)}
    return _page(request, "file", context)


def _comparison(look: Look) -> dict[str, Any]:
    if look.diagnosis:
        rows, left_out = rows_of(look.diagnosis.diff)
        text = decode(look.planned.file.data).text
        marked = {problem.line for problem in look.diagnosis.problems if problem.needed} or {look.planned.line or 0}
        return {"rows": rows, "left_out": left_out, "listing": listing(text, marked), "path": look.planned.file.path}
    if look.new is None:
        return {}
    found: dict[str, Any] = {"fields": field_changes(look.old, look.new)}
    blocks = body_changes(look.old.body, look.new.body) if look.old else None
    return found | ({"listing": listing(look.new.body)} if blocks is None else {"changes": blocks})


# --- going on ---------------------------------------------------------------------------------------------


def continue_view(request: HttpRequest, key: UUID) -> HttpResponse:
    """Do the next slice; for the page's script the progress as JSON (409 with a sentence where it stops)."""
    draft = _draft(request, key)
    by_script = "application/json" in request.headers.get("Accept", "")
    try:
        draft = _advanced(request, draft)
    except WorkflowError as error:
        if by_script:
            return JsonResponse({"sentence": str(error)}, status=409)
        messages.error(request, str(error))
        return HttpResponseRedirect(_address(draft))
    if by_script:
        return JsonResponse({"finished": draft.stage not in AT_WORK, **_standing(draft)})
    return HttpResponseRedirect(_address(draft))


def _standing(draft: Draft) -> dict[str, Any]:
    done, total = progress(draft)
    if done == total and (left := unchecked(draft).count()):
        return {"title": "Checking the texts", "done": max(0, total - left), "total": total}
    title = {Stage.CHECKING: "Looking at the files once more", Stage.IMPORTING: "Importing the files"}
    return {"title": title.get(Stage(draft.stage), "Looking at the files"), "done": done, "total": total}


def cancel_view(request: HttpRequest, key: UUID) -> HttpResponse:
    draft = _draft(request, key)
    try:
        cancel(draft)
    except WorkflowError as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(_address(draft))
    messages.success(request, "The upload was thrown away. Nothing was imported.")
    return HttpResponseRedirect(reverse("admin:editorial_article_import"))


def result_view(request: HttpRequest, key: UUID) -> HttpResponse:
    """What became of each file: from the batch, or from the plan where nothing was written."""
    draft = _draft(request, key)
    if draft.stage != Stage.DONE:
        return HttpResponseRedirect(_address(draft))
    if draft.batch:
        every = draft.batch.files.all()
        related = every.select_related("article", "generation__held")
        rows = related.defer("generation__content", "generation__extra", "generation__reason")
    else:
        every = draft.files.filter(ticked=True)
        rows = every.select_related("article").defer("content")
    table = _table(request, rows.order_by("pk"), _outcome(request.GET.get("outcome")), every)
    return _page(request, "result", {"title": "What was imported", "draft": draft, **table})


# --- what all of them need --------------------------------------------------------------------------------


def _require_permission(request: HttpRequest) -> None:
    if not request.user.has_perm("editorial.import_article"):
        raise PermissionDenied


def _draft(request: HttpRequest, key: UUID) -> Draft:
    """The upload, for its owner and for superusers; nobody else learns that it exists."""
    _require_permission(request)
    mine = Draft.objects.all() if request.user.is_superuser else Draft.objects.filter(by=request.user)
    return get_object_or_404(mine.select_related("batch"), pk=key)


def _advanced(request: HttpRequest, draft: Draft) -> Draft:
    for _ in range(SLICES):
        draft = advance(draft, by=request.user)
    return draft


def _address(draft: Draft) -> str:
    return reverse("admin:editorial_draft", args=[draft.pk])


def _outcome(value: str | None) -> str:
    return value if value in Outcome.values else ""


def _keys(values: Iterable[str]) -> set[int]:
    """The row keys among what a form sent; anything else is passed over."""
    return {int(value) for value in values if value.isdecimal() and len(value) < 19}


def _storable(number: int) -> int:
    if number >= 2**63:
        raise Http404("There is no such file.")
    return number


def _page(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    return TemplateResponse(
        request,
        f"admin/editorial/import/{name}.html",
        {**site.each_context(request), "opts": Article._meta, **context},
    )
