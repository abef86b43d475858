"""Files that became no text, as a queue: what is wrong with each, the repair that is known, and four ways on."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import ngettext

from ..comparing import rows_of
from ..holding import SLICE, accept_all, accept_repair, dismiss, edited, mending, take_in, with_repair
from ..models import Article, HeldFile
from ..models.log import name_of
from ..numbered import listing
from ..text import storable
from ..workflow import WorkflowError
from .read_only import ReadOnlyAdmin

NAMED_MAX = 100  # files that the confirmation page names
PERMISSION = "editorial.import_article"


class StateFilter(admin.SimpleListFilter):
    """Open files unless something else is asked for: it is a queue."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [*HeldFile.State.choices, ("all", "all")]

    def value(self) -> str:
        asked = super().value()
        return asked if asked in (*HeldFile.State.values, "all") else HeldFile.State.OPEN

    def choices(self, changelist: Any) -> Any:
        for value, label in self.lookup_choices:
            query = changelist.get_query_string({self.parameter_name: value})
            yield {"selected": self.value() == value, "query_string": query, "display": label}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset if self.value() == "all" else queryset.filter(state=self.value())


class CauseFilter(admin.SimpleListFilter):
    title = "cause"
    parameter_name = "cause"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        causes = HeldFile.objects.order_by("cause").values_list("cause", flat=True).distinct()
        return [(cause, in_words(cause)) for cause in causes]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        known = dict(self.lookup_choices)
        return queryset.filter(cause=self.value()) if self.value() in known else queryset


def in_words(cause: str) -> str:
    """A cause's code as words: "missing quote"."""
    return cause.replace("-", " ")


@admin.register(HeldFile)
class HeldFileAdmin(ReadOnlyAdmin):
    list_title = "Files that became no text"
    list_display = ["file", "cause_in_words", "line", "reason", "repair", "standing", "delivered"]
    list_filter = [StateFilter, CauseFilter, "has_repair"]
    list_select_related = ["generation"]
    list_per_page = 50
    search_fields = ["generation__path", "generation__reason"]
    change_list_template = "admin/editorial/heldfile/change_list.html"

    # --- the queue --------------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[HeldFile]:
        return super().get_queryset(request).defer("generation__content", "generation__extra")

    @admin.display(description="file", ordering="generation__path")
    def file(self, held: HeldFile) -> str:
        return held.generation.path

    @admin.display(description="cause", ordering="cause")
    def cause_in_words(self, held: HeldFile) -> str:
        return in_words(held.cause)

    @admin.display(description="line", ordering="generation__line")
    def line(self, held: HeldFile) -> int | None:
        return held.generation.line

    @admin.display(description="what was found")
    def reason(self, held: HeldFile) -> str:
        return held.generation.reason

    @admin.display(description="repair", ordering="has_repair")
    def repair(self, held: HeldFile) -> str:
        return "proposed" if held.has_repair else "by hand"

    @admin.display(description="state", ordering="state")
    def standing(self, held: HeldFile) -> str:
        return format_html('<span class="standing {}">{}</span>', held.state, held.get_state_display())

    @admin.display(description="delivered", ordering="generation__created_at")
    def delivered(self, held: HeldFile) -> str:
        at = timezone.localtime(held.generation.created_at)
        return format_html('<time datetime="{}">{}</time>', at.isoformat(), date_format(at, "j M Y"))

    # --- addresses --------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path(f"<int:pk>/{step}/", view(getattr(self, f"{step}_view")), name=f"editorial_heldfile_{step}")
            for step in ("accept", "edit", "dismiss")
        ]
        every = path("accept/<slug:cause>/", view(self.accept_all_view), name="editorial_heldfile_accept_all")
        return [*own, every, *super().get_urls()]

    def _held(self, request: HttpRequest, pk: int | str, *, to_act: bool = False) -> HeldFile:
        """The file, for those who may see it; `to_act`: who may settle it, by a form that was sent."""
        if not str(pk).isdecimal() or len(str(pk)) > 18:
            raise Http404("There is no such file.")
        related = ("generation__batch", "article", "closed_by")
        held = get_object_or_404(HeldFile.objects.select_related(*related), pk=pk)
        if not self.has_view_permission(request, held) or (to_act and not request.user.has_perm(PERMISSION)):
            raise PermissionDenied
        if to_act and request.method != "POST":
            raise Http404("This address takes a form only.")
        return held

    # --- one file ---------------------------------------------------------------------------------------

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied
        return self._one(request, self._held(request, object_id))

    def _one(self, request: HttpRequest, held: HeldFile, **typed: str) -> HttpResponse:
        """The page of one file; `typed`: what a person typed (text, reason), and the `error` it met with."""
        known = mending(held)
        rows, left_out = rows_of(known.diff)
        needed = [problem for problem in known.diagnosis.problems if problem.needed]
        is_open = held.state == HeldFile.State.OPEN
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": held.generation.path,
            "held": held,
            "cause": in_words(held.cause),
            "closed_by": name_of(held.closed_by),
            "problems": needed,
            "rows": rows,
            "left_out": left_out,
            "can_be_mended": known.proposal is not None,
            "alike": with_repair(held.cause).count() if is_open else 0,
            "listing": listing(known.text, {problem.line for problem in needed} or {held.generation.line or 0}),
            "may_act": is_open and request.user.has_perm(PERMISSION),
            "text": storable(known.text),
            **typed,
        }
        return TemplateResponse(request, "admin/editorial/heldfile/change_form.html", context)

    # --- settling it ------------------------------------------------------------------------------------

    def accept_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        held = self._held(request, pk, to_act=True)
        try:
            return self._taken(request, held, accept_repair(held, by=request.user))
        except WorkflowError as error:
            return self._one(request, self._held(request, pk), error=str(error))

    def edit_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        held = self._held(request, pk, to_act=True)
        text = request.POST.get("text", "")
        try:
            data = edited(held, text, max_bytes=settings.UPLOAD_MAX_BYTES)
            return self._taken(request, held, take_in(held, data, by=request.user))
        except WorkflowError as error:
            why = f"{error} What you typed is kept below."
            return self._one(request, self._held(request, pk), text=storable(text), edit_error=why)

    def dismiss_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        held = self._held(request, pk, to_act=True)
        reason = storable(request.POST.get("reason", ""))
        try:
            dismiss(held, by=request.user, reason=reason)
        except WorkflowError as error:
            return self._one(request, self._held(request, pk), reason=reason, dismiss_error=str(error))
        messages.success(request, f"The file {held.generation.path} was dismissed; its bytes are kept.")
        return self._queue()

    def _taken(self, request: HttpRequest, held: HeldFile, article: Article) -> HttpResponse:
        address = article.get_desk_url()
        what = 'The file {} was taken in: <a href="{}">{}</a>.'
        messages.success(request, format_html(what, held.generation.path, address, article.title))
        return self._queue()

    def _queue(self) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:editorial_heldfile_changelist"))

    # --- all with one cause -----------------------------------------------------------------------------

    def accept_all_view(self, request: HttpRequest, cause: str) -> HttpResponse:
        """Names the files first; each sent form accepts the next few of them."""
        if not request.user.has_perm(PERMISSION):
            raise PermissionDenied
        rows = with_repair(cause)
        sent = request.POST.get("after", "0")
        after = int(sent) if sent.isdecimal() and len(sent) < 19 else 0
        if request.method == "POST":
            accepted = accept_all(cause, by=request.user, after=after)
            self._tell(request, len(accepted.articles), accepted.failures)
            if accepted.last is None:
                return self._queue()
            after = accepted.last
        count = rows.filter(pk__gt=after).count()
        if not count:
            messages.info(request, f"No open file with the cause “{in_words(cause)}” has a proposed repair.")
            return self._queue()
        named = rows.filter(pk__gt=after).select_related("generation").defer("generation__content").order_by("pk")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Accept the repair of every file with “{in_words(cause)}”",
            "cause": cause,
            "files": named[:NAMED_MAX],
            "more": max(0, count - NAMED_MAX),
            "count": count,
            "step": min(count, SLICE),
            "after": after,
        }
        return TemplateResponse(request, "admin/editorial/heldfile/accept_all.html", context)

    def _tell(self, request: HttpRequest, done: int, failures: tuple[str, ...]) -> None:
        if done:
            messages.success(request, ngettext("%d file was taken in.", "%d files were taken in.", done) % done)
        for sentence in failures:
            messages.error(request, f"Not taken in: {sentence}")
