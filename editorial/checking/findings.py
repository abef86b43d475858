"""What was found in a text and is still open: not waived for that passage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, QuerySet

from ..models import Article, Finding, Revision, Waiver, Weight


@dataclass(frozen=True, slots=True)
class Known:
    """A finding and, if a person waived it, the waiver."""

    finding: Finding
    waiver: Waiver | None


def findings_of(revision: Revision) -> list[Known]:
    """All findings of a revision, the gravest first, then by place: two queries."""
    waivers = {
        each.fingerprint: each for each in Waiver.objects.filter(article=revision.article_id).select_related("by")
    }
    found = Finding.objects.filter(revision=revision).select_related("other").order_by("id")
    return [Known(finding, waivers.get(finding.fingerprint)) for finding in found]


def open_findings(revision: Revision, severity: str = "") -> QuerySet[Finding]:
    """The findings of a revision that nobody waived; those of one severity, or all."""
    found = not_waived(Finding.objects.filter(revision=revision)).order_by("id")
    return found.filter(severity=severity) if severity else found


def not_waived(found: QuerySet[Finding]) -> QuerySet[Finding]:
    return found.filter(~_waived())


def with_waived(found: QuerySet[Finding]) -> QuerySet[Finding]:
    """Findings with `is_waived`."""
    return found.annotate(is_waived=_waived())


def _waived() -> Exists:
    return Exists(Waiver.objects.filter(article=OuterRef("revision__article"), fingerprint=OuterRef("fingerprint")))


def count_open(keys: Sequence[int]) -> dict[int, tuple[int, int]]:
    """How many findings of the current texts of these articles block and how many warn, by primary key."""
    counts = {key: [0, 0] for key in keys}
    rows = not_waived(Finding.objects.filter(revision__current_of__in=keys, severity__in=[Weight.BLOCK, Weight.WARN]))
    columns = ("revision__article_id", "severity")
    for article, severity, number in rows.order_by().values_list(*columns).annotate(number=Count("pk")):
        counts[article][severity != Weight.BLOCK] = number
    return {key: (blocks, warns) for key, (blocks, warns) in counts.items()}


def recount(article: Article) -> None:
    """Write down anew how many findings of an article are open."""
    article.block_count, article.warn_count = count_open([article.pk])[article.pk]
    Article.objects.filter(pk=article.pk).update(block_count=article.block_count, warn_count=article.warn_count)
