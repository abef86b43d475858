"""What is known of the desk's links: the last look at each address, written and read."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from ..checks.looks import Look, Result
from ..models import Article, ArticleLink, LinkLook

if TYPE_CHECKING:
    from .looking import Seen

HASHES_AT_ONCE = 10_000  # parameters of one statement; a slice of real articles has some hundreds


def fingerprint(address: str) -> str:
    """What an address is found by: its SHA-256."""
    return hashlib.sha256(address.encode("utf-8", "surrogatepass")).hexdigest()


def record(address: str, host: str, seen: Seen) -> tuple[LinkLook, int]:
    """Write what was seen; the row, and how many articles have to be checked again because of it."""
    now = timezone.now()
    with transaction.atomic():
        before = LinkLook.objects.filter(sha256=fingerprint(address)).first()
        since = (before.missing_since if before else None) or now
        retry_at = now + datetime.timedelta(seconds=seen.retry_after) if seen.retry_after else None
        values = {
            "address": address,
            "host": host,
            "looked_at": now,
            "result": seen.result.value,
            "http_code": seen.code,
            "final_address": _storable(seen.final),
            "permanent": seen.permanent,
            "title": _storable(seen.title),
            "archived": _storable(seen.archived),
            "trouble": _storable(seen.trouble)[:300],
            "missing_since": since if seen.result in (Result.GONE, Result.NO_HOST) else None,
            "retry_at": retry_at,
        }
        row, _ = LinkLook.objects.update_or_create(sha256=fingerprint(address), defaults=values)
        is_same = before is not None and _what_counts(before) == _what_counts(row)
        return row, 0 if is_same else _unchecked(address, host)


def _storable(text: str) -> str:
    """Text that both databases take: no NUL, no half of a character."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def _what_counts(row: LinkLook) -> tuple[object, ...]:
    """What findings are made of: a look that differs in nothing of this changes none."""
    look = as_look(row)
    return look.result, look.is_dead, look.code, look.final, look.permanent, look.title, look.archived


def _unchecked(address: str, host: str) -> int:
    """Have every article with this link checked again; how many there are."""
    linked = ArticleLink.objects.filter(host=host, address=address).values("article")
    return Article.objects.filter(pk__in=linked).exclude(checked="").update(checked="")


def as_look(row: LinkLook) -> Look:
    """A row as the checks read it."""
    return Look(
        address=row.address,
        result=Result(row.result),
        day=timezone.localdate(row.looked_at),
        code=row.http_code,
        final=row.final_address,
        permanent=row.permanent,
        title=row.title,
        archived=row.archived,
        missing_since=timezone.localdate(row.missing_since) if row.missing_since else None,
        trouble=row.trouble,
    )


def looks_at(addresses: Iterable[str]) -> dict[str, Look]:
    """What is known of these addresses, by address; a query for each HASHES_AT_ONCE of them."""
    hashes = sorted({fingerprint(address) for address in addresses})
    found: dict[str, Look] = {}
    for start in range(0, len(hashes), HASHES_AT_ONCE):
        rows = LinkLook.objects.filter(sha256__in=hashes[start : start + HASHES_AT_ONCE])
        found |= {row.address: as_look(row) for row in rows}
    return found
