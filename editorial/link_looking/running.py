"""All links of the desk, looked at a few hosts at a time. Threads ask the hosts; the database is read and written by
the thread that calls `run`, a row at a time, and those rows are how a run that was cut off goes on."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace

from django.db.models import QuerySet
from django.utils import timezone

from ..checks.looks import DAYS_APART, Result
from ..models import ArticleLink, LinkLook, Status
from .known import fingerprint, record
from .looking import Looker, Seen
from .pace import AskedToWait

LOG = logging.getLogger(__name__)
PAGE = 200  # rows that are read at once
IDLE = (Status.REJECTED, Status.RETRACTED)  # nobody works on these texts
SOON = (Result.NO_HOST, Result.SILENT)  # looked at again after DAYS_APART days: it may have been between us and them


@dataclass
class Lane:
    """One host and its addresses that are due; one of them at a time is asked for."""

    host: str
    addresses: Iterator[str]


@dataclass
class Tally:
    """What a run did: addresses by result, how many were left for another run, and how many articles have other
    findings now."""

    results: dict[Result, int] = field(default_factory=dict)
    left: int = 0
    articles: int = 0

    @property
    def looked_at(self) -> int:
        return sum(self.results.values())


def run(
    looker: Looker,
    *,
    again_after: datetime.timedelta,
    threads: int = 4,
    limit: int | None = None,
    links: QuerySet[ArticleLink] | None = None,
    tally: Tally | None = None,
) -> Iterator[LinkLook]:
    """Look at every link that is due, and give each as it is written; `tally` counts along. `again_after` is how long
    a look holds; `links` are all of the desk unless others are named. Raises nothing about a link."""
    tally = Tally() if tally is None else tally
    lanes = _lanes(_waiting() if links is None else links, again_after)
    heard = False  # whether any host has answered: until then, "no such host" may be our own network
    with ThreadPoolExecutor(threads, thread_name_prefix="look") as pool:
        asked: dict[Future[Seen], tuple[Lane, str]] = {}
        begun = 0

        def go_on(lane: Lane) -> bool:
            nonlocal begun
            address = next(lane.addresses, None) if limit is None or begun < limit else None
            if address is not None:
                begun += 1
                asked[pool.submit(looker.look, address)] = (lane, address)
            return address is not None

        try:
            while True:
                while len(asked) < threads and (lane := next(lanes, None)):
                    go_on(lane)
                if not asked:
                    return
                for future in wait(asked, return_when=FIRST_COMPLETED).done:
                    lane, address = asked.pop(future)
                    try:
                        seen = future.result()
                    except AskedToWait as error:
                        tally.left += 1
                        if error.host.removeprefix("www.") != lane.host.removeprefix("www."):
                            go_on(lane)
                        continue
                    except Exception:  # one page that we stumble over must not end the run
                        LOG.exception("Looking at %s failed", address)
                        seen = Seen(Result.SILENT, trouble="Digest failed at this address. Tell the operator.")
                    heard = heard or seen.code is not None
                    row, changed = record(address, lane.host, seen if heard else _unheard(seen))
                    result = Result(row.result)
                    tally.results[result] = tally.results.get(result, 0) + 1
                    tally.articles += changed
                    yield row
                    go_on(lane)
        finally:
            looker.pace.stop()
            pool.shutdown(cancel_futures=True)


def _unheard(seen: Seen) -> Seen:
    """The same, but with no word about the host while no other host has answered either."""
    return replace(seen, result=Result.SILENT) if seen.result is Result.NO_HOST else seen


# --- what is due -----------------------------------------------------------------------------------------


def _waiting() -> QuerySet[ArticleLink]:
    return ArticleLink.objects.exclude(article__status__in=IDLE)


def _lanes(links: QuerySet[ArticleLink], again_after: datetime.timedelta) -> Iterator[Lane]:
    """The hosts that have an address which is due, page by page; those that asked to wait are left out."""
    last = ""
    while True:
        page = list(
            links.filter(host__gt=last).order_by("host").values_list("host", flat=True).distinct()[:PAGE]
        )  # "" is no host, and so not after ""
        if not page:
            return
        last = page[-1]
        resting = LinkLook.objects.filter(host__in=page, retry_at__gt=timezone.now())
        held = set(resting.values_list("host", flat=True))
        for host in page:
            if host not in held:
                yield Lane(host, _due(links.filter(host=host), again_after))


def _due(links: QuerySet[ArticleLink], again_after: datetime.timedelta) -> Iterator[str]:
    """The addresses of one host that nobody looked at lately, page by page."""
    last = ""
    while True:
        page = list(
            links.filter(address__gt=last).order_by("address").values_list("address", flat=True).distinct()[:PAGE]
        )
        if not page:
            return
        last = page[-1]
        now = timezone.now()
        known = {row.sha256: row for row in LinkLook.objects.filter(sha256__in=map(fingerprint, page))}
        for address in page:
            row = known.get(fingerprint(address))
            if row is None or is_due(row, now, again_after):
                yield address


def is_due(row: LinkLook, now: datetime.datetime, again_after: datetime.timedelta) -> bool:
    """Whether an address is to be looked at again."""
    if row.retry_at is not None:
        return row.retry_at <= now
    is_soon = row.result in SOON
    held = min(again_after, datetime.timedelta(days=DAYS_APART)) if is_soon else again_after
    return row.looked_at + held <= now
