"""The article list and the change page: working text beside generated text, preview, decisions, history."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import ngettext

from digest.models import LANGUAGES
from digest.rendering import RenderingError, render

from ..conflicts import both_changed
from ..diffing import changes
from ..importing import IncomingFile, reading
from ..models import Article, Generation, Origin, Revision, SourceText, Status
from ..workflow import (
    NOTED,
    TRANSITIONS,
    Action,
    WorkflowError,
    available_actions,
    correct,
    dismiss_proposal,
    perform,
    take_proposal,
)
from .conflicts import conflict_view
from .exports import ArticleExportMixin, export_as_zip
from .filters import LanguageFilter, TagFilter
from .fixes import fixes_view, text_with_suggestion
from .forms import DecisionForm, TextForm
from .read_only import DeskAdmin
from .sweeps import fix_selected, may_sweep
from .upload import upload_urls


def _bulk(action: Action) -> Any:
    """The list's action of that name: it asks for confirmation, with the revisions that the list showed."""

    def confirm(model_admin: ArticleAdmin, request: HttpRequest, queryset: QuerySet[Article]) -> HttpResponse:
        items = [f"{pk}:{current}" for pk, current in queryset.values_list("pk", "current_id")]
        return model_admin.confirm(request, action, DecisionForm(items=items))

    confirm.__name__ = action.value
    permission = TRANSITIONS[action].permission.removeprefix("editorial.").removesuffix("_article")
    return admin.action(description=f"{action.label} …", permissions=[permission])(confirm)


@admin.register(Article)
class ArticleAdmin(ArticleExportMixin, DeskAdmin):
    list_display = ["headline", "standing", "is_public", "source", "language_name", "day"]
    list_filter = ["status", "waiting", LanguageFilter, "source", TagFilter, "date"]
    list_select_related = ["source"]
    list_per_page = 50
    search_fields = ["title", "slug", "current__excerpt"]
    date_hierarchy = "date"
    actions = [*(_bulk(action) for action in Action), fix_selected, export_as_zip]
    change_form_template = "admin/editorial/article/change_form.html"
    change_list_template = "admin/editorial/article/change_list.html"

    # --- the list ---------------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[Article]:
        return super().get_queryset(request).prefetch_related("tags")

    @admin.display(description="status", ordering="status")
    def standing(self, article: Article) -> str:
        return format_html('<span class="standing {}">{}</span>', article.status, article.get_status_display())

    @admin.display(description="language", ordering="language")
    def language_name(self, article: Article) -> str:
        return LANGUAGES.get(article.language, article.language or "not known")

    @admin.display(description="title and tags", ordering="title")
    def headline(self, article: Article) -> str:
        tags = ", ".join(sorted(tag.name for tag in article.tags.all()))
        return format_html('{}<span class="tags">{}</span>', article.title, tags)

    @admin.display(description="date", ordering="date")
    def day(self, article: Article) -> str:
        return format_html('<time datetime="{}">{}</time>', article.date, date_format(article.date, "j M Y"))

    @admin.display(description="readers")
    def is_public(self, article: Article) -> str:
        return "see it" if article.publication_id else ""

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": "Articles", **(extra_context or {})})

    def response_action(self, request: HttpRequest, queryset: QuerySet[Article], **kwargs: Any) -> HttpResponse | None:
        """Keys that no row can have are dropped before Django asks the database for them."""
        chosen = request.POST.getlist(helpers.ACTION_CHECKBOX_NAME)
        request.POST = request.POST.copy()
        request.POST.setlist(helpers.ACTION_CHECKBOX_NAME, [key for key in chosen if _int(key)])
        return super().response_action(request, queryset, **kwargs)

    # --- who may what -----------------------------------------------------------------------------------

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # articles come by import

    def has_delete_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return False  # what was imported stays accountable; it can be rejected

    def has_review_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("editorial.review_article")

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("editorial.decide_article")

    def has_retract_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("editorial.retract_article")

    def has_sweep_permission(self, request: HttpRequest) -> bool:
        return may_sweep(request)

    # --- addresses --------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        own = [
            *upload_urls(self.admin_site),
            path("decide/<str:action>/", self.admin_site.admin_view(self.decide_view), name="editorial_article_decide"),
            path(
                "<int:pk>/revisions/<int:number>/",
                self.admin_site.admin_view(self.revision_view),
                name="editorial_article_revision",
            ),
            path(
                "<int:pk>/fixes/",
                self.admin_site.admin_view(partial(fixes_view, self)),
                name="editorial_article_fixes",
            ),
            path(
                "<int:pk>/proposal/", self.admin_site.admin_view(self.proposal_view), name="editorial_article_proposal"
            ),
            path(
                "<int:pk>/conflict/",
                self.admin_site.admin_view(partial(conflict_view, self)),
                name="editorial_article_conflict",
            ),
        ]
        return own + super().get_urls()

    # --- the change page --------------------------------------------------------------------------------

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        article = self._article(request, object_id)
        if request.method != "POST":
            suggested = text_with_suggestion(request, article)
            return self._change_page(request, article, TextForm.of(article.current, suggested))
        if not self.has_change_permission(request, article):
            raise PermissionDenied
        form = TextForm(request.POST)
        if form.is_valid() and "_preview" not in request.POST and self._save(request, article, form):
            return HttpResponseRedirect(article.get_desk_url())
        return self._change_page(request, article, form)

    def _save(self, request: HttpRequest, article: Article, form: TextForm) -> bool:
        based_on = article.revisions.filter(pk=form.cleaned_data["based_on"]).first()
        if based_on is None:
            form.add_error(None, "This page did not say which revision it shows. Copy your text and open it again.")
            return False
        text = form.text()
        if _lines(text.body) == _lines(based_on.body):  # a browser turns lone carriage returns into line ends
            text = replace(text, body=based_on.body)
        try:
            revision = correct(article, text, by=request.user, based_on=based_on, note=form.cleaned_data["note"])
        except WorkflowError as error:
            form.add_error(None, f"{error} Your text is kept below; nothing was saved.")
            return False
        if revision == based_on:
            messages.info(request, "Nothing was changed, so nothing was saved.")
        else:
            messages.success(request, f"Saved as revision {revision.number}.")
        return True

    def _change_page(self, request: HttpRequest, article: Article, form: TextForm) -> HttpResponse:
        current = article.current
        generated = _generated_text(article)
        status = Status(article.status)
        body = form["body"].value() or ""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": article.title,
            "article": article,
            "status": status,
            "current": current,
            "generated": generated,
            "form": form,
            "may_edit": status.may_be_edited and self.has_change_permission(request, article),
            "actions": available_actions(article, by=request.user),
            "needs_reason": [action for action, rule in TRANSITIONS.items() if rule.reason_required],
            "item": f"{article.pk}:{current.pk}",
            "preview": _preview(body),
            "changes": changes(generated.body, body.replace("\r\n", "\n")) if generated else [],
            "is_draft": form.is_bound,
            "language_name": LANGUAGES.get(article.language, "not known"),
            "source_texts": SourceText.objects.filter(generation=current.generation_id).defer("text"),
            "revisions": article.revisions.select_related("by").defer("body")[:20],
            "events": article.events.select_related("revision")[:20],
            "media": self.media,
        }
        return TemplateResponse(request, self.change_form_template, context)

    def _article(self, request: HttpRequest, object_id: str | int) -> Article:
        try:
            pk = int(object_id)
        except ValueError:
            raise Http404("There is no such article.") from None
        related = ("source", "current__by", "current__generation", "generation__batch", "proposal", "publication")
        article = get_object_or_404(Article.objects.select_related(*related), pk=pk)
        if not self.has_view_permission(request, article):
            raise PermissionDenied
        return article

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Django's own history knows nothing of us; the log has every step."""
        article = self._article(request, object_id)
        return HttpResponseRedirect(f"{reverse('admin:editorial_event_changelist')}?article__id__exact={article.pk}")

    # --- one revision -----------------------------------------------------------------------------------

    def revision_view(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        article = self._article(request, pk)
        revision = get_object_or_404(article.revisions.select_related("by", "generation"), number=number)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Revision {revision.number} of “{article.title}”",
            "article": article,
            "revision": revision,
            "preview": _preview(revision.body),
            "media": self.media,
        }
        return TemplateResponse(request, "admin/editorial/article/revision.html", context)

    # --- decisions --------------------------------------------------------------------------------------

    def decide_view(self, request: HttpRequest, action: str) -> HttpResponse:
        if action not in Action.values or request.method != "POST":
            raise Http404("There is no such step.")
        step = Action(action)
        if not request.user.has_perm(TRANSITIONS[step].permission):
            raise PermissionDenied
        items = " ".join(request.POST.getlist("item")).split()  # one field for all: forms have a limit of fields
        form = DecisionForm(request.POST, items=items)
        try:
            pairs = form.pairs()
        except ValueError:
            raise Http404("There is no such article.") from None
        if TRANSITIONS[step].reason_required and not request.POST.get("reason", "").strip():
            form.add_error("reason", f"“{step.label}” needs a reason. Write one sentence for whoever comes next.")
        if not pairs or not form.is_valid():
            return self.confirm(request, step, form)
        self._decide(request, step, pairs, form.cleaned_data)
        if len(pairs) == 1:
            return HttpResponseRedirect(reverse("admin:editorial_article_change", args=[pairs[0][0]]))
        return HttpResponseRedirect(reverse("admin:editorial_article_changelist"))

    def _decide(self, request: HttpRequest, step: Action, pairs: list[tuple[int, int]], words: dict[str, str]) -> None:
        revisions = Revision.objects.select_related("article__source", "article__publication").in_bulk(
            [revision for _, revision in pairs]
        )
        done: list[Article] = []
        for article_id, revision_id in pairs:
            revision = revisions.get(revision_id)
            if revision is None or revision.article_id != article_id:
                messages.error(request, f"Article {article_id} has no revision {revision_id}; nothing was done to it.")
                continue
            try:
                perform(revision.article, step, by=request.user, revision=revision, **words)
                done.append(revision.article)
            except WorkflowError as error:
                messages.error(request, str(error))
        if done:
            what = ngettext("“%(title)s” was %(done)s.", "%(count)d articles were %(done)s.", len(done))
            messages.success(request, what % {"title": done[0].title, "count": len(done), "done": step.done})

    def confirm(self, request: HttpRequest, action: Action, form: DecisionForm) -> HttpResponse:
        """The page that says what is about to happen, to which exact texts, and asks for the reason."""
        keys = [int(item.split(":")[0]) for item in form.items]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": action.label,
            "action": action,
            "form": form,
            "rows": zip(form.items, _in_order(keys), strict=True),
            "reason_required": TRANSITIONS[action].reason_required,
            "noted": action in NOTED,
            "media": self.media,
        }
        return TemplateResponse(request, "admin/editorial/article/decide.html", context)

    # --- a newer generated text -------------------------------------------------------------------------

    def proposal_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        article = self._article(request, pk)
        if not self.has_change_permission(request, article):
            raise PermissionDenied
        if article.proposal is None:
            messages.info(request, "No newer generated text is waiting.")
            return HttpResponseRedirect(article.get_desk_url())
        if request.method != "POST" and "whole" not in request.GET and both_changed(article):
            return HttpResponseRedirect(reverse("admin:editorial_article_conflict", args=[article.pk]))
        text = _text_of(article.proposal)
        if request.method == "POST" and text is not None:
            try:
                self._settle_proposal(request, article, text)
                return HttpResponseRedirect(article.get_desk_url())
            except WorkflowError as error:
                messages.error(request, str(error))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Newer generated text for “{article.title}”",
            "changes": changes(article.current.body, text.body) if text else [],
            "article": article,
            "current": article.current,
            "proposed": text,
            "may_take": Status(article.status).may_be_edited,
            "reason": request.POST.get("reason", ""),
            "media": self.media,
        }
        return TemplateResponse(request, "admin/editorial/article/proposal.html", context)

    def _settle_proposal(self, request: HttpRequest, article: Article, text: Any) -> None:
        article.proposal_id = _int(request.POST.get("proposal"))  # what the person saw; the workflow compares
        if "take" in request.POST:
            shown = get_object_or_404(article.revisions, pk=_int(request.POST.get("based_on")))
            revision = take_proposal(article, text, by=request.user, based_on=shown)
            messages.success(request, f"The newer generated text is revision {revision.number} now.")
        else:
            dismiss_proposal(article, by=request.user, reason=request.POST.get("reason", ""))
            messages.success(request, "The newer generated text was dismissed; the desk's text stays.")


def _lines(body: str) -> str:
    return body.replace("\r\n", "\n").replace("\r", "\n")


def _int(value: str | None) -> int:
    return int(value) if value and value.isdecimal() and len(value) < 19 else 0


def _in_order(keys: list[int]) -> Iterable[Article | None]:
    rows = Article.objects.select_related("current").in_bulk(keys)
    return [rows.get(key) for key in keys]


def _generated_text(article: Article) -> Revision | None:
    """The text as the generator last delivered it for this article."""
    return (
        Revision.objects.filter(article=article, generation=article.generation_id, origin=Origin.GENERATED)
        .order_by("number")
        .first()
        or article.revisions.filter(origin=Origin.GENERATED).order_by("-number").first()
    )


def _text_of(generation: Generation) -> Any:
    result = reading.read(IncomingFile(generation.path, bytes(generation.content)))
    return result.text if isinstance(result, reading.ReadFile) else None


def _preview(body: str) -> dict[str, str]:
    try:
        return {"html": render(body)}
    except RenderingError as error:
        return {"error": str(error)}
