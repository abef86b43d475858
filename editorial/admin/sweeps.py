"""Sweeps in the admin: the plan of many fixes with the diff of each, a yes, the progress, and what came of it."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from ..checks import RULES
from ..fixing import Proposal
from ..models import Article, Batch, HouseEntry, Sweep, SweptArticle
from ..sweeping import (
    AT_WORK,
    Stage,
    advance,
    begin,
    begin_for_entry,
    cancel,
    confirm,
    of_articles,
    of_batch,
    outcomes,
    proposal_of,
    unapproved,
)
from ..workflow import WorkflowError
from .fixes import comparison
from .read_only import ReadOnlyAdmin

PER_PAGE = 50
SLICES = 2  # of one request: a small sweep is planned and made at once


@admin.action(description="Apply safe fixes …", permissions=["sweep"])
def fix_selected(model_admin: Any, request: HttpRequest, queryset: QuerySet[Article]) -> HttpResponse:
    """The plan of the safe fixes for the selected articles."""
    keys = list(queryset.order_by().values_list("pk", flat=True))
    return fix_articles(request, keys, back=request.get_full_path())


def fix_articles(request: HttpRequest, keys: Collection[int], *, back: str) -> HttpResponse:
    """Begin the plan of the safe fixes for these articles and go to it; to `back` where it can't begin."""
    note = "1 selected article" if len(keys) == 1 else f"{len(keys)} selected articles"
    return _begun(request, partial(begin, of_articles(keys), note=f"Safe fixes: {note}"), back=back)


def may_sweep(request: HttpRequest) -> bool:
    """Whether this person may fix many articles at once."""
    return request.user.has_perm("editorial.add_sweep") and request.user.has_perm("editorial.change_article")


@admin.register(Sweep)
class SweepAdmin(ReadOnlyAdmin):
    list_display = ["what", "by", "created_at", "stage", "total"]
    list_select_related = ["by"]
    list_filter = ["stage"]
    change_list_template = "admin/editorial/sweep/change_list.html"

    @admin.display(description="sweep")
    def what(self, sweep: Sweep) -> str:
        return str(sweep)

    # --- addresses --------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        pages = [
            ("begin/unapproved/", require_POST(self.begin_unapproved_view), "begin"),
            ("begin/batch/<int:pk>/", require_POST(self.begin_batch_view), "begin_batch"),
            ("begin/entry/<int:pk>/", require_POST(self.begin_entry_view), "begin_entry"),
            ("<int:pk>/confirm/", require_POST(self.confirm_view), "confirm"),
            ("<int:pk>/continue/", require_POST(self.continue_view), "continue"),
            ("<int:pk>/cancel/", require_POST(self.cancel_view), "cancel"),
            ("<int:pk>/articles/<int:article>/", self.article_view, "article"),
        ]
        view = self.admin_site.admin_view
        own = [path(route, view(page), name=f"editorial_sweep_{name}") for route, page, name in pages]
        return own + super().get_urls()

    def _sweep(self, request: HttpRequest, pk: int | str) -> Sweep:
        if not str(pk).isdecimal() or len(str(pk)) > 18:
            raise Http404("There is no such sweep.")
        if not may_sweep(request):
            raise PermissionDenied
        return get_object_or_404(Sweep.objects.select_related("by"), pk=pk)

    # --- beginning --------------------------------------------------------------------------------------

    def begin_unapproved_view(self, request: HttpRequest) -> HttpResponse:
        note = "Safe fixes: all texts that nobody has decided on"
        return _begun(
            request, partial(begin, unapproved(), note=note), back=reverse("admin:editorial_sweep_changelist")
        )

    def begin_batch_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        batch = get_object_or_404(Batch, pk=_storable(pk))
        note = f"Safe fixes: {batch}"
        return _begun(
            request,
            partial(begin, of_batch(batch), note=note),
            back=reverse("admin:editorial_batch_change", args=[batch.pk]),
        )

    def begin_entry_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        entry = get_object_or_404(HouseEntry, pk=_storable(pk))
        back = reverse("admin:editorial_houseentry_effect", args=[entry.pk])
        return _begun(request, partial(begin_for_entry, entry), back=back)

    # --- plan, progress, result -------------------------------------------------------------------------

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(
            request, {"title": "Sweeps", "may_sweep": may_sweep(request), **(extra_context or {})}
        )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        sweep = self._sweep(request, object_id)
        if request.method != "GET":
            raise PermissionDenied
        if sweep.stage in AT_WORK:
            return self._page(request, "progress", {"sweep": sweep, **_standing(sweep)})
        is_done = sweep.stage == Stage.DONE
        rows = sweep.articles.select_related("article").order_by("article_id")
        found = outcomes(sweep)
        context = {
            "title": "What was fixed" if is_done else "What would be fixed",
            "sweep": sweep,
            "codes": [(code, RULES[code].about if code in RULES else "", count) for code, count in _codes(sweep)],
            "decided": sweep.counts.get("decided", 0),
            "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
            "outcomes": [(each.label, found[each]) for each in SweptArticle.Outcome if each in found],
        }
        return self._page(request, "result" if is_done else "plan", context)

    def article_view(self, request: HttpRequest, pk: int, article: int) -> HttpResponse:
        """What the sweep changes in one article."""
        sweep = self._sweep(request, pk)
        row = get_object_or_404(sweep.articles.select_related("article", "sweep"), article=_storable(article))
        proposal: Proposal | None = None
        if row.outcome == SweptArticle.Outcome.PLANNED:
            try:
                proposal = proposal_of(row)
            except WorkflowError as error:
                messages.error(request, str(error))
        context = {
            "title": row.article.title,
            "sweep": sweep,
            "row": row,
            "proposal": proposal,
            "abouts": [RULES[code].about for code in row.codes if code in RULES],
            **(comparison(proposal) if proposal else {}),
        }
        return self._page(request, "article", context)

    def confirm_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        sweep = self._sweep(request, pk)
        try:
            confirm(sweep, by=request.user)
            _advanced(request, sweep)
        except WorkflowError as error:
            messages.error(request, str(error))
        return HttpResponseRedirect(_address(sweep))

    def continue_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Do the next slice; for the page's script the progress as JSON (409 with a sentence where it stops)."""
        sweep = self._sweep(request, pk)
        by_script = "application/json" in request.headers.get("Accept", "")
        try:
            sweep = advance(sweep, by=request.user)
        except WorkflowError as error:
            if by_script:
                return JsonResponse({"sentence": str(error)}, status=409)
            messages.error(request, str(error))
            return HttpResponseRedirect(_address(sweep))
        if by_script:
            return JsonResponse({"finished": sweep.stage not in AT_WORK, **_standing(sweep)})
        return HttpResponseRedirect(_address(sweep))

    def cancel_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        sweep = self._sweep(request, pk)
        try:
            cancel(sweep, by=request.user)
        except WorkflowError as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(_address(sweep))
        messages.success(request, "The plan was thrown away. Nothing was changed.")
        return HttpResponseRedirect(reverse("admin:editorial_sweep_changelist"))

    def _page(self, request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
        shared = {**self.admin_site.each_context(request), "opts": self.opts}
        return TemplateResponse(request, f"admin/editorial/sweep/{name}.html", {**shared, **context})


def _begun(request: HttpRequest, start: Any, *, back: str) -> HttpResponse:
    """Begin a sweep and go to its page; back with a sentence where it can't begin."""
    if not may_sweep(request):
        raise PermissionDenied
    try:
        sweep = _advanced(request, start(by=request.user))
    except WorkflowError as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(back)
    return HttpResponseRedirect(_address(sweep))


def _advanced(request: HttpRequest, sweep: Sweep) -> Sweep:
    for _ in range(SLICES):
        sweep = advance(sweep, by=request.user)
    return sweep


def _standing(sweep: Sweep) -> dict[str, Any]:
    title = "Fixing the texts" if sweep.stage == Stage.RUNNING else "Looking at the texts"
    return {"title": title, "done": sweep.done, "total": sweep.total}


def _codes(sweep: Sweep) -> list[tuple[str, int]]:
    codes: dict[str, int] = sweep.counts.get("codes", {})
    return sorted(codes.items(), key=lambda each: (-each[1], each[0]))


def _address(sweep: Sweep) -> str:
    return reverse("admin:editorial_sweep_change", args=[sweep.pk])


def _storable(number: int) -> int:
    if number >= 2**63:
        raise Http404("There is no such row.")
    return number
