"""The checks in the admin: how grave each is, for all articles and for those of one source, what it has found, and
having the texts looked at again."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from ..check_settings import (
    OFF,
    USUAL,
    Choice,
    Standing,
    change_many,
    found_by,
    go_on,
    look_again,
    standings,
    to_recheck,
)
from ..checks import RULES, Fix, Rule, Severity
from ..models import Article, CheckSetting, Source
from ..workflow import WorkflowError
from .fixes import key_of
from .read_only import ReadOnlyAdmin

PER_PAGE = 50
NAMES = {Severity.BLOCK: "blocks approval", Severity.WARN: "warning", Severity.INFO: "remark", None: "off"}
GROUPS = {
    "duplicates": "Duplicates",
    "facts": "Facts",
    "frontmatter": "Frontmatter",
    "language": "Language",
    "layout": "Layout",
    "leakage": "What leaked from the generator",
    "links": "Links",
    "looked_at": "What was found at the links",
    "structure": "Stories and their parts",
    "style": "Style",
    "tags": "Tags",
}
LANGUAGES = {"en": "English texts", "pl": "Polish texts"}


@admin.action(description="Check again", permissions=["sweep"])
def check_selected(model_admin: Any, request: HttpRequest, queryset: QuerySet[Article]) -> HttpResponse:
    """Have the checks run over the selected articles anew."""
    look_again(Article.objects.filter(pk__in=list(queryset.order_by().values_list("pk", flat=True))))
    return HttpResponseRedirect(reverse("admin:editorial_checksetting_recheck"))


@admin.register(CheckSetting)
class CheckSettingAdmin(ReadOnlyAdmin):
    """One page for all checks in place of a list of rows: a check without a row is set, too."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("recheck/", view(self.recheck_view), name="editorial_checksetting_recheck"),
            path("found/<slug:code>/", view(self.found_view), name="editorial_checksetting_found"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """All checks by group, each with its choice; POST sets those for which something else was chosen."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        source = _source(request)
        may_change = request.user.has_perm("editorial.change_checksetting")
        if request.method == "POST":
            if not may_change:
                raise PermissionDenied
            return self._changed(request, source)
        groups = [
            (GROUPS.get(group, group.capitalize()), [_row(each, source) for each in rows])
            for group, rows in groupby(standings(source), key=lambda each: each.rule.group)
        ]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Checks",
            "groups": groups,
            "sources": Source.objects.order_by("name"),
            "source": source,
            "may_change": may_change,
            "may_recheck": may_recheck(request),
            "stale": to_recheck(),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/editorial/checksetting/change_list.html", context)

    def _changed(self, request: HttpRequest, source: Source | None) -> HttpResponse:
        chosen = [
            Choice(code, request.POST[f"choice-{code}"], request.POST.get(f"seen-{code}", USUAL))
            for code in RULES
            if f"choice-{code}" in request.POST
        ]
        try:
            changed = change_many(chosen, by=request.user, source=source)
        except WorkflowError as error:
            messages.error(request, str(error))
        else:
            if changed:
                messages.success(request, f"Set: {', '.join(changed)}.")
            else:
                messages.info(request, "Nothing else was chosen, so nothing was changed.")
        return HttpResponseRedirect(_address(source))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The row of one setting is on the page of all checks."""
        setting = CheckSetting.objects.filter(pk=key_of(object_id)).first()
        return HttpResponseRedirect(_address(setting.source if setting else None))

    def found_view(self, request: HttpRequest, code: str) -> HttpResponse:
        """What one check has found in the texts that wait for a decision."""
        if not (self.has_view_permission(request) and request.user.has_perm("editorial.view_finding")):
            raise PermissionDenied
        if code not in RULES:
            raise Http404("There is no such check.")
        rule = RULES[code]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"What {code} found",
            "rule": rule,
            "notes": _notes(rule),
            "page": Paginator(found_by(code), PER_PAGE).get_page(request.GET.get("page")),
        }
        return TemplateResponse(request, "admin/editorial/checksetting/found.html", context)

    def recheck_view(self, request: HttpRequest) -> HttpResponse:
        """How far the checks have got under today's rules; POST does the next slice (JSON for the page's script)."""
        if not may_recheck(request):
            raise PermissionDenied
        by_script = "application/json" in request.headers.get("Accept", "")
        left = go_on(by=request.user) if request.method == "POST" else to_recheck()
        total = max(left, key_of(request.POST.get("total")) or left)
        standing = {"title": "Checking the texts", "done": total - left, "total": total}
        if by_script:
            return JsonResponse({"finished": not left, **standing})
        if not left:
            messages.success(request, "All texts were looked at under today's rules.")
            return HttpResponseRedirect(_address())
        context = {**self.admin_site.each_context(request), "opts": self.opts, **standing}
        return TemplateResponse(request, "admin/editorial/checksetting/progress.html", context)


def may_recheck(request: HttpRequest) -> bool:
    """Whether this person may have many articles checked."""
    return request.user.has_perm("editorial.add_sweep")


def _source(request: HttpRequest) -> Source | None:
    """The source that the address or the form names; None for all."""
    given = request.POST.get("source") or request.GET.get("source") or ""
    if not given:
        return None
    source = Source.objects.filter(pk=key_of(given)).first()
    if source is None:
        raise Http404("There is no such source.")
    return source


def _row(standing: Standing, source: Source | None) -> dict[str, Any]:
    """One check as the page shows it."""
    usual = standing.severity if source else standing.rule.severity
    usual_name = f"as for all: {NAMES[usual]}" if source else f"as it comes: {NAMES[usual]}"
    choices = [(USUAL, usual_name), *((each.value, NAMES[each]) for each in Severity), (OFF, NAMES[None])]
    return {
        "rule": standing.rule,
        "notes": _notes(standing.rule),
        "hits": standing.hits,
        "choice": standing.choice,
        "choices": choices,
        "chosen": dict(choices)[standing.choice],
        "exceptions": [(each, NAMES[severity]) for each, severity in standing.exceptions],
    }


def _notes(rule: Rule) -> list[str]:
    """When and for what a check holds, and what can be done about its findings, where that is not the same for all."""
    fixes = {Fix.SAFE: "safe fix", Fix.SUGGESTION: "suggestion"}
    notes = [LANGUAGES.get(language, language) for language in rule.languages]
    if rule.since:
        notes.append(f"since {rule.since}")
    if rule.until:
        notes.append(f"until {rule.until}")
    return [*notes, fixes[rule.fix]] if rule.fix else notes


def _address(source: Source | None = None) -> str:
    address = reverse("admin:editorial_checksetting_changelist")
    return f"{address}?source={source.pk}" if source else address
