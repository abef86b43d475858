"""Who has an article in hand: a hold of some minutes that others see, renewed while its person works. It keeps two
people from reading the same text; it locks nothing, and can be taken over."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from .models import Article, Hold, Status
from .models.log import name_of, record
from .queueing import Filters, queue_of, second_person
from .queueing.pages import ORDER
from .workflow import NotAllowed, WorkflowError

TRIES = 20  # of taking the next one, each time that somebody else was faster


class HeldByOther(WorkflowError):
    """Somebody else has the article in hand; `hold` says who, and until when."""

    def __init__(self, hold: Hold) -> None:
        self.hold = hold
        super().__init__(f"{name_of(hold.by)} has this article until {_clock(hold.until)}.")


def hold_of(article: Article) -> Hold | None:
    """The hold on an article that is valid now, if there is one."""
    return Hold.objects.select_related("by").filter(article=article.pk, until__gt=timezone.now()).first()


def take_next(filters: Filters, *, by: User) -> Article | None:
    """Reserve the first free article that these filters leave for a person, None where there is none. Two people never
    get the same one. Left out are those that somebody has in hand (this person too), those that wait for another
    person's decision and, unless the filters ask for them, those that are sent back or assigned to somebody else.

    Raises NotAllowed without the right to correct texts."""
    _require_permission(by)
    free = _free(filters, by)
    for _ in range(TRIES):
        with transaction.atomic():
            article = free.select_for_update(of=("self",), skip_locked=True).order_by(*ORDER).first()
            if article is None:
                return None
            if _reserve(article, by):
                return article
    raise WorkflowError("Others took every article just before you. Try again in a moment.")


def _free(filters: Filters, by: User) -> QuerySet[Article]:
    rows = queue_of(filters, by=by).exclude(pk__in=Hold.objects.filter(until__gt=timezone.now()).values("article"))
    if not filters.state:
        rows = rows.exclude(status=Status.SENT_BACK)
    if not filters.assignee:
        rows = rows.filter(Q(assignee__isnull=True) | Q(assignee=by))
    return rows if filters.second else rows.exclude(second_person(by))


def reserve(article: Article, *, by: User) -> Hold:
    """Take an article that nobody has, or keep one's own for longer. Raises HeldByOther, NotAllowed."""
    _require_permission(by)
    with transaction.atomic():
        _lock(article)
        hold = _reserve(article, by)
    if hold is None:
        other = hold_of(article)
        if other:
            raise HeldByOther(other)
        raise WorkflowError("Somebody else was faster. Open the article again.")
    return hold


def renew(article: Article, *, by: User) -> datetime.datetime:
    """Keep one's own hold for longer, as its person works; until when. One that ran out is renewed if nobody took it.

    Raises HeldByOther where somebody did, WorkflowError where there is nothing to renew."""
    until = timezone.now() + hold_length()
    if Hold.objects.filter(article=article.pk, by=by).update(until=until):
        return until
    other = hold_of(article)
    if other:
        raise HeldByOther(other)
    raise WorkflowError("You do not have this article reserved any more.")


def take_over(article: Article, *, by: User, seen: int) -> Hold:
    """Take an article out of somebody's hand; it goes to the log. `seen` is the key of the person whom the page named.

    Raises WorkflowError where somebody else has it by now, NotAllowed."""
    _require_permission(by)
    with transaction.atomic():
        _lock(article)
        other = hold_of(article)
        if other and other.by_id not in (seen, by.pk):
            raise HeldByOther(other)
        Hold.objects.filter(article=article.pk).delete()
        hold = _reserve(article, by)
        if hold is None:  # pragma: no cover  the row was deleted above, under the lock
            raise WorkflowError("Somebody else was faster. Open the article again.")
        if other and other.by_id != by.pk:
            facts = {"from": name_of(other.by), "from_id": other.by_id}
            record("take_over", by=by, article=article, revision=article.current, data=facts)
    return hold


def give_back(article: Article, *, by: User) -> bool:
    """Let go of an article; whether there was anything to let go of."""
    return bool(Hold.objects.filter(article=article.pk, by=by).delete()[0])


def hold_length() -> datetime.timedelta:
    """How long a hold lasts without a sign of work (setting HOLD_MINUTES)."""
    return datetime.timedelta(minutes=settings.HOLD_MINUTES)


def _reserve(article: Article, by: User) -> Hold | None:
    """Write the hold unless somebody else has a valid one. The article's row is locked, so this question comes after
    whatever others wrote (PostgreSQL asks every statement anew, SQLite has one writer)."""
    hold = Hold.objects.select_for_update().filter(article=article.pk).first()
    now = timezone.now()
    if hold and hold.until > now and hold.by_id != by.pk:
        return None
    if hold and hold.by_id == by.pk and hold.until > now:
        hold.until = now + hold_length()
        hold.save(update_fields=["until"])
        return hold
    fresh, _ = Hold.objects.update_or_create(
        article=article, defaults={"by": by, "since": now, "until": now + hold_length()}
    )
    return fresh


def _lock(article: Article) -> None:
    Article.objects.select_for_update(of=("self",)).get(pk=article.pk)


def _require_permission(by: User) -> None:
    if not by.has_perm("editorial.change_article"):
        raise NotAllowed("Your account may not reserve articles. Ask someone whose role allows it.")


def _clock(moment: datetime.datetime) -> str:
    return date_format(timezone.localtime(moment), "H:i")
