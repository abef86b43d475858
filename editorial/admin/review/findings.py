"""What the checks found in the current text, each with its place and what can be done about it: fix, take a suggestion,
waive with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import URLPattern, path

from ...checking import Known, findings_of
from ...checks import Finding as Found
from ...checks import Severity, take_fix
from ...document import Place
from ...models import Article, Finding, Waiver, Weight
from ...models.log import name_of
from ...text import storable
from ...waiving import take_back, waive
from ...workflow import WorkflowError
from ..fixes import key_of
from ..forms import TextForm
from .drafts import keep_typed

if TYPE_CHECKING:
    from ..articles import ArticleAdmin

FIELDS = {"hashtags": "tags", "publishedAt": "date"}
"""Keys of a file under the names that they have on the desk; the others are called alike."""
PASSAGE_MAX = 2_000
SIGNS = {Weight.BLOCK: "✕", Weight.WARN: "!", Weight.INFO: "i"}


@dataclass(frozen=True, slots=True)
class Card:
    """A finding as the page shows it: `start` is its place in the body in UTF-16 units, as a browser counts, `passage`
    what stands there. For a finding about a field 0 and ""."""

    finding: Finding
    waiver: Waiver | None
    start: int = 0
    passage: str = ""

    @property
    def sign(self) -> str:
        return SIGNS[Weight(self.finding.severity)]

    @property
    def field(self) -> str:
        return FIELDS.get(self.finding.field, self.finding.field)

    @property
    def fixes(self) -> bool:
        return self.finding.fix is not None and not self.waiver


def urls(desk: ArticleAdmin) -> list[URLPattern]:
    view = desk.admin_site.admin_view(partial(waive_view, desk))
    return [path("<int:pk>/waive/", view, name="editorial_article_waive")]


def panel(request: HttpRequest, article: Article) -> dict[str, Any]:
    cards = cards_of(findings_of(article.current), article.current.body)
    still_open = [card for card in cards if card.waiver is None]
    return {
        "findings": still_open,
        "waived": [card for card in cards if card.waiver],
        "may_waive": request.user.has_perm("editorial.waive_finding"),
        "safe_fixes": sum(card.finding.fix_kind == "safe" for card in still_open),
    }


def cards_of(known: Sequence[Known], body: str) -> list[Card]:
    """Findings in the order of the text (those about fields first), with their places in `body`."""
    data = body.encode("utf-8", "surrogatepass")
    cards, last, units = [], 0, 0
    for each in sorted(known, key=lambda each: (not each.finding.field, each.finding.offset, each.finding.pk)):
        found = each.finding
        if found.field:
            cards.append(Card(found, each.waiver))
            continue
        units += _utf16(data[last : found.offset])
        last = found.offset
        passage = data[found.offset : found.end].decode("utf-8", "replace")[:PASSAGE_MAX]
        cards.append(Card(found, each.waiver, units, passage))
    return cards


def _utf16(data: bytes) -> int:
    """How many UTF-16 units some UTF-8 has."""
    return len(data.decode("utf-8", "replace").encode("utf-16-le")) // 2


def fixed(request: HttpRequest, article: Article, form: TextForm) -> TextForm:
    """The form with the fix of the finding that its button names, in the text as it was typed. Nothing is saved yet."""
    row = Finding.objects.filter(revision=article.current_id, pk=key_of(request.POST.get("_fix"))).first()
    if not form.is_valid():
        return form
    before = form.text()
    after = take_fix(before, _found(row)) if row else before
    if before == after:
        messages.error(request, "This finding is not in the text as it stands now. Save the text to check it anew.")
        return form
    messages.success(request, "Fixed in the text below. It is not saved yet.")
    values = {"title": after.title, "excerpt": after.excerpt, "body": after.body, "tags": ", ".join(after.tags)}
    values |= {"language": after.language, "date": str(after.date), "slug": after.slug}
    return TextForm({**request.POST.dict(), **values})


def _found(row: Finding) -> Found:
    """A kept finding as the checks made it."""
    return Found(
        message=row.message,
        place=Place(row.line, row.column, row.offset, row.end),
        what=row.what,
        field=row.field,
        fix=row.fix,
        code=row.code,
        severity=Severity(row.severity),
        fingerprint=row.fingerprint,
        version=row.version,
    )


def waive_view(desk: ArticleAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Waive a finding (`waive`: its fingerprint, `reason-` and it: why), or take a waiver back (`unwaive`). What was
    typed in the text meanwhile is kept. Answers a script with JSON, a form with the way back."""
    if request.method != "POST":
        raise Http404("Waiving is a button.")
    article = desk.get_article(request, pk)
    if not request.user.has_perm("editorial.waive_finding"):
        raise PermissionDenied
    by_script = request.headers.get("Accept") == "application/json"
    if not by_script and desk.has_change_permission(request, article):
        keep_typed(request, article)
    try:
        said = _waive(request, article)
    except WorkflowError as error:
        if by_script:
            return JsonResponse({"error": str(error)}, status=409)
        messages.error(request, str(error))
    else:
        if by_script:
            return JsonResponse({"said": said, "blocks": article.block_count, "warnings": article.warn_count})
        messages.success(request, said)
    return HttpResponseRedirect(f"{article.get_desk_url()}#findings")


def _waive(request: HttpRequest, article: Article) -> str:
    if fingerprint := storable(request.POST.get("unwaive", "")):
        take_back(article, fingerprint, by=request.user)
        return "The finding counts again."
    fingerprint = storable(request.POST.get("waive", ""))
    waiver = waive(article, fingerprint, reason=request.POST.get(f"reason-{fingerprint}", ""), by=request.user)
    return f"Waived by {name_of(request.user)}: {waiver.reason}"
