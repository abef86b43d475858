"""A person's word that a finding does not matter: it holds for that passage of that article only."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction

from .checking import recount
from .models import Article, Finding, Waiver
from .models.log import name_of, record
from .text import storable
from .workflow import NotAllowed, WorkflowError

PASSAGE_MAX = 1_000  # characters of a passage that the log keeps


def waive(article: Article, fingerprint: str, *, reason: str, by: User) -> Waiver:
    """Say, with a reason, that what has this fingerprint in the article's current text does not matter.

    Raises WorkflowError when the finding is not (or no longer) there, was waived already, or the reason is missing."""
    _require_permission(by, "waive a finding")
    reason = storable(reason).strip()
    if not reason:
        raise WorkflowError("Waiving a finding needs a reason. Write one sentence for whoever comes next.")
    with transaction.atomic():
        row = Article.objects.select_for_update(of=("self",)).select_related("current").get(pk=article.pk)
        finding = (
            Finding.objects.filter(revision=row.current_id, fingerprint=fingerprint).exclude(fingerprint="").first()
        )
        if finding is None:
            raise WorkflowError("This finding is not in the current text any more. Look at the article once more.")
        before = Waiver.objects.filter(article=row, fingerprint=fingerprint).select_related("by").first()
        if before:
            raise WorkflowError(f"{name_of(before.by)} waived this finding already: {before.reason}")
        waiver = Waiver.objects.create(article=row, code=finding.code, fingerprint=fingerprint, reason=reason, by=by)
        recount(row)
        record("waive", by=by, article=row, revision=row.current, reason=reason, data=_facts(finding, row))
    article.block_count, article.warn_count = row.block_count, row.warn_count
    return waiver


def take_back(article: Article, fingerprint: str, *, by: User, reason: str = "") -> None:
    """Let a waived finding count again. Raises WorkflowError when it is not waived."""
    _require_permission(by, "take back a waiver")
    with transaction.atomic():
        row = Article.objects.select_for_update(of=("self",)).select_related("current").get(pk=article.pk)
        waiver = Waiver.objects.filter(article=row, fingerprint=fingerprint).first()
        if waiver is None:
            raise WorkflowError("This finding is not waived any more. Look at the article once more.")
        waiver.delete()
        recount(row)
        facts = {"code": waiver.code, "fingerprint": fingerprint, "waived_because": waiver.reason}
        record("take_back_waiver", by=by, article=row, revision=row.current, reason=reason.strip(), data=facts)
    article.block_count, article.warn_count = row.block_count, row.warn_count


def _facts(finding: Finding, article: Article) -> dict[str, str]:
    """What the log keeps of a waived finding: what it was, and the text that it was about."""
    return {
        "code": finding.code,
        "fingerprint": finding.fingerprint,
        "message": finding.message,
        "passage": passage_of(finding, article)[:PASSAGE_MAX],
    }


def passage_of(finding: Finding, article: Article) -> str:
    """The lines of the body that a finding is about; the text concerned where it is about a field."""
    if finding.field or article.current is None:
        return finding.what
    body = article.current.body.encode()
    start = body.rfind(b"\n", 0, finding.offset) + 1
    end = body.find(b"\n", max(finding.offset, finding.end))
    return body[start : end if end >= 0 else len(body)].decode("utf-8", "replace").strip()


def _require_permission(by: User, what: str) -> None:
    if not by.has_perm("editorial.waive_finding"):
        raise NotAllowed(f"Your account may not {what}. Ask someone whose role allows it.")
