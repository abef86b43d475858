"""What waits on the desk, in numbers: each with the address of exactly the rows that it counts."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse

from .models import Article, Batch, HeldFile, Status, Waiting

BATCHES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Number:
    """A count, what it counts, and where its rows are listed."""

    label: str
    count: int
    address: str


@dataclass(frozen=True, slots=True)
class Overview:
    numbers: tuple[Number, ...]
    oldest: Article | None
    batches: tuple[Batch, ...]


def overview() -> Overview:
    """Four queries, whatever the size of the desk."""
    counts = Article.objects.aggregate(
        **{status.value: Count("pk", filter=Q(status=status)) for status in (Status.NEW, Status.IN_REVIEW)},
        sent_back=Count("pk", filter=Q(status=Status.SENT_BACK)),
        conflict=Count("pk", filter=Q(waiting=Waiting.CONFLICT)),
        proposal=Count("pk", filter=Q(waiting=Waiting.PROPOSAL)),
    )
    held = HeldFile.objects.filter(state=HeldFile.State.OPEN).count()
    numbers = (
        Number("new", counts["new"], _articles(status__exact=Status.NEW)),
        Number("in review", counts["in_review"], _articles(status__exact=Status.IN_REVIEW)),
        Number("sent back", counts["sent_back"], _articles(status__exact=Status.SENT_BACK)),
        Number("conflicts to solve", counts["conflict"], _articles(waiting__exact=Waiting.CONFLICT)),
        Number("newer texts waiting", counts["proposal"], _articles(waiting__exact=Waiting.PROPOSAL)),
        Number("files to mend", held, _list("heldfile", state__exact=HeldFile.State.OPEN)),
    )
    waiting = Article.objects.filter(status__in=[Status.NEW, Status.IN_REVIEW])
    oldest = waiting.order_by("created_at", "id").first()
    return Overview(numbers, oldest, tuple(Batch.objects.select_related("by")[:BATCHES_SHOWN]))


def _articles(**query: str) -> str:
    return _list("article", **query)


def _list(model: str, **query: str) -> str:
    return f"{reverse(f'admin:editorial_{model}_changelist')}?{urlencode(query)}"
