"""Batches in the admin: what came of each file, one decision for all of a run, and taking a run back."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import ngettext

from ..batches import FOR_BATCHES, articles_of, decide
from ..models import Batch, BatchFile, Outcome
from ..undoing import plan_undo, undo
from ..workflow import TRANSITIONS, Action, WorkflowError
from .read_only import ReadOnlyAdmin
from .sweeps import may_sweep

FILES_SHOWN = 200


class OutcomeFilter(admin.SimpleListFilter):
    """Runs in which at least one file ended like this."""

    title = "what became of a file"
    parameter_name = "outcome"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(outcome.value, str(outcome.label)) for outcome in Outcome]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in Outcome.values:
            return queryset
        return queryset.filter(Exists(BatchFile.objects.filter(batch=OuterRef("pk"), outcome=self.value())))


@admin.register(Batch)
class BatchAdmin(ReadOnlyAdmin):
    list_title = "Import runs"
    list_display = ["started_at", "by", "origin", "outcome", "undone_at"]
    list_select_related = ["by"]
    list_filter = ["started_at", OutcomeFilter, ("undone_at", admin.EmptyFieldListFilter)]
    search_fields = ["origin"]

    @admin.display(description="files by outcome")
    def outcome(self, batch: Batch) -> str:
        return ", ".join(f"{count} {outcome}" for outcome, count in batch.counts.items()) or "not finished"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("<int:pk>/undo/", view(self.undo_view), name="editorial_batch_undo"),
            path("<int:pk>/decide/<str:action>/", view(self.decide_view), name="editorial_batch_decide"),
        ]
        return own + super().get_urls()

    def _batch(self, request: HttpRequest, pk: int | str) -> Batch:
        if not str(pk).isdecimal() or len(str(pk)) > 18:
            raise Http404("There is no such batch.")
        batch = get_object_or_404(Batch.objects.select_related("by"), pk=pk)
        if not self.has_view_permission(request, batch):
            raise PermissionDenied
        return batch

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if request.method != "GET":
            raise PermissionDenied
        return self._page(request, self._batch(request, object_id))

    def _page(self, request: HttpRequest, batch: Batch, reason: str = "") -> HttpResponse:
        steps = [step for step in FOR_BATCHES if request.user.has_perm(TRANSITIONS[step].permission)]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Batch of {batch.started_at:%d %B %Y, %H:%M}",
            "batch": batch,
            "outcome": self.outcome(batch),
            "files": batch.files.select_related("article").order_by("id")[:FILES_SHOWN],
            "files_address": f"{reverse('admin:editorial_batchfile_changelist')}?batch__id__exact={batch.pk}",
            "steps": steps,
            "articles": articles_of(batch).count(),
            "may_undo": request.user.has_perm("editorial.import_article") and not batch.undone_at,
            "may_sweep": may_sweep(request),
            "reason": reason,
        }
        return TemplateResponse(request, "admin/editorial/batch/change_form.html", context)

    def decide_view(self, request: HttpRequest, pk: int, action: str) -> HttpResponse:
        if request.method != "POST" or action not in FOR_BATCHES:
            raise Http404("There is no such step.")
        batch = self._batch(request, pk)
        step = Action(action)
        if not request.user.has_perm(TRANSITIONS[step].permission):
            raise PermissionDenied
        reason = request.POST.get("reason", "")
        try:
            decided = decide(batch, step, by=request.user, reason=reason)
        except WorkflowError as error:
            messages.error(request, str(error))
            return self._page(request, batch, reason)
        what = ngettext("%(count)d article was %(done)s.", "%(count)d articles were %(done)s.", decided.done)
        messages.success(request, what % {"count": decided.done, "done": step.done})
        for sentence in decided.refusals:
            messages.warning(request, sentence)
        return HttpResponseRedirect(reverse("admin:editorial_batch_change", args=[batch.pk]))

    def undo_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        batch = self._batch(request, pk)
        if not request.user.has_perm("editorial.import_article"):
            raise PermissionDenied
        if request.method == "POST":
            try:
                undo(batch, by=request.user, reason=request.POST.get("reason", ""))
                messages.success(request, "The batch was taken back. Its files' bytes are kept.")
                return HttpResponseRedirect(reverse("admin:editorial_batch_change", args=[batch.pk]))
            except WorkflowError as error:
                messages.error(request, str(error))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Take back this batch",
            "batch": batch,
            "plan": plan_undo(batch),
            "reason": request.POST.get("reason", ""),
        }
        return TemplateResponse(request, "admin/editorial/batch/undo.html", context)
