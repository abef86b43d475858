"""What waits on the desk, in numbers: each with the address of exactly the rows that it counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from digest.models import Publication

from .activity import Activity, last_days
from .four_eyes import waiting_for_second
from .models import Article, Batch, HeldFile, Hold, Mention, Outcome, Status, Waiting
from .models.articles import IN_QUEUE
from .queueing.conditions import touched

BATCHES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Number:
    """A count, what it counts, and where its rows are listed."""

    label: str
    count: int
    address: str


@dataclass(frozen=True, slots=True)
class Run:
    """An import and its files by outcome."""

    batch: Batch
    outcomes: Sequence[Number]


@dataclass(frozen=True, slots=True)
class Overview:
    """`mine` is about the person who looks, `desk` about everybody, `intake` about what is no text of the desk yet."""

    mine: Sequence[Number]
    desk: Sequence[Number]
    intake: Sequence[Number]
    oldest: Article | None
    runs: Sequence[Run]
    activity: Activity

    @property
    def numbers(self) -> list[Number]:
        return [*self.mine, *self.desk, *self.intake]


def overview(by: User) -> Overview:
    """The front page of this person, by the same number of queries whatever the size of the desk."""
    queue = Article.objects.filter(rank__isnull=False)
    second = _second(by)
    oldest = queue.order_by("created_at", "id").first()
    runs = [_run(batch) for batch in Batch.objects.select_related("by")[:BATCHES_SHOWN]]
    return Overview(_mine(by, second), _desk(second), _intake(), oldest, runs, last_days())


def _mine(by: User, second: dict[str, int]) -> list[Number]:
    today = timezone.localdate()
    assigned = Article.objects.filter(assignee=by, rank__isnull=False).aggregate(
        all=Count("pk"), over=Count("pk", filter=Q(due__lt=today))
    )
    held = Hold.objects.filter(by=by, until__gt=timezone.now(), article__rank__isnull=False).count()
    called = Mention.objects.filter(person=by, seen_at=None).count()
    return [
        Number("assigned to you", assigned["all"], _queue(assignee="me")),
        Number("assigned to you, over due", assigned["over"], _queue(assignee="me", due="overdue")),
        Number("in your hand", held, _queue(holder="me")),
        Number("you may be the second person", second["all"] - second["own"], _queue(second="me")),
        Number("changed by you, another decides", second["own"], _queue(second="others")),
        Number("unread comments that call you", called, _list("mention", new="1")),
    ]


def _desk(second: dict[str, int]) -> list[Number]:
    rows = Article.objects.filter(status__in=IN_QUEUE).order_by().values_list("status").annotate(Count("pk"))
    standing = dict(rows)
    later = Publication.objects.filter(visible_from__gt=timezone.now()).order_by().values("uid")
    return [
        Number("new", standing.get(Status.NEW, 0), _queue(state=Status.NEW)),
        Number("in review", standing.get(Status.IN_REVIEW, 0), _queue(state=Status.IN_REVIEW)),
        Number("sent back", standing.get(Status.SENT_BACK, 0), _queue(state=Status.SENT_BACK)),
        Number("wait for a second person", second["all"], _queue(second="any")),
        Number("approved for later", Article.objects.filter(uid__in=later).count(), _list("article", readers="later")),
    ]


def _intake() -> list[Number]:
    rows = Article.objects.filter(waiting__in=[Waiting.CONFLICT, Waiting.PROPOSAL]).order_by()
    waiting = dict(rows.values_list("waiting").annotate(Count("pk")))
    held = HeldFile.objects.filter(state=HeldFile.State.OPEN).count()
    conflict, proposal = Waiting.CONFLICT.value, Waiting.PROPOSAL.value
    return [
        Number("files to mend", held, _list("heldfile", state__exact=HeldFile.State.OPEN)),
        Number("conflicts to solve", waiting.get(conflict, 0), _list("article", waiting__exact=conflict)),
        Number("newer texts waiting", waiting.get(proposal, 0), _list("article", waiting__exact=proposal)),
    ]


def _second(by: User) -> dict[str, int]:
    """How many articles need a second person, and how many of them this person changed last."""
    waiting = waiting_for_second(touched().order_by())
    return waiting.aggregate(all=Count("pk"), own=Count("pk", filter=Q(last_changer=by.pk)))


def _run(batch: Batch) -> Run:
    labels = dict(Outcome.choices)
    return Run(
        batch,
        [
            Number(
                str(labels.get(outcome, outcome)).partition(":")[0],
                count,
                _list("batchfile", batch__id__exact=batch.pk, outcome__exact=outcome),
            )
            for outcome, count in batch.counts.items()
        ],
    )


def _queue(**query: str) -> str:
    return f"{reverse('admin:editorial_article_queue')}?{urlencode(query)}"


def _list(model: str, **query: Any) -> str:
    return f"{reverse(f'admin:editorial_{model}_changelist')}?{urlencode(query)}"
