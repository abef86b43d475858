"""manage.py check_links: look at what the desk's links lead to, where the operator allows it."""

import datetime
import json
import signal
import sys
import threading
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db.models import QuerySet
from tqdm import tqdm

from editorial.checks import Result
from editorial.importing.failures import RUN_STOPPERS, explain
from editorial.link_looking.fetch import Manner
from editorial.link_looking.guard import Guard
from editorial.link_looking.known import as_look
from editorial.link_looking.looking import Looker
from editorial.link_looking.pace import Pace
from editorial.link_looking.running import Tally, run
from editorial.models import ArticleLink, LinkLook, LookResult

WRONG_USAGE, GIVEN_UP = 2, 3
DAYS_MAX = 36_500  # a hundred years
NAMED_MAX = 1_000  # missing pages that the JSON names
OFF = (
    "Links are not looked at: CHECK_LINKS is off, so nothing was asked for on the network. Set CHECK_LINKS=on in the "
    "environment or in .env to allow it."
)
_AGAIN = "What was seen is kept. Run the same command again to go on."


class Stopped(KeyboardInterrupt):
    """The process was asked to end: by Ctrl-C, or by SIGTERM (a supervisor, `kill`)."""

    def __init__(self, status: int) -> None:
        self.exit_status = status


class Command(BaseCommand):
    help = (
        "Look at what the links of the desk's texts lead to: is the page there, has it moved, what is its title. Asks "
        "each host politely and only machines on the public internet. Ends with 0 when all that was due was looked at, "
        "whatever was found, 2 on wrong usage or when CHECK_LINKS is off, 3 when the database gave up, 130 after "
        "Ctrl-C. What was seen is kept; the same command goes on from there."
    )
    guard: Guard | None = None  # None: as the settings say

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--limit", type=int, metavar="N", help="look at no more than N links")
        parser.add_argument("--article", action="append", metavar="SLUG", help="only the links of this article")
        parser.add_argument(
            "--older-than", type=int, metavar="DAYS", help="also what was looked at so many days ago; 0: everything"
        )
        parser.add_argument("--json", action="store_true", help="print the outcome as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.CHECK_LINKS:
            raise CommandError(OFF, returncode=WRONG_USAGE)
        self.options = options
        tally = Tally()
        try:
            with _ending_on_signals():
                status, missing = self._look(tally)
        except RUN_STOPPERS as error:
            message = f"Stopped after {_links(tally.looked_at)}: {explain(error)} {_AGAIN}"
            raise CommandError(message, returncode=GIVEN_UP) from None
        self.stdout.write(_as_json(tally, missing) if options["json"] else _summary(tally))
        if status:
            self.stderr.write(f"Stopped before the end. {_AGAIN}")
            raise SystemExit(status)

    def _look(self, tally: Tally) -> tuple[int, list[LinkLook]]:
        """The status to end with, and the first looks that found no page."""
        missing: list[LinkLook] = []
        days = self._number("older_than", 0, DAYS_MAX, min(settings.CHECK_LINKS_AGAIN_DAYS, DAYS_MAX))
        rows = run(
            _looker(self.guard),
            again_after=datetime.timedelta(days=days),
            threads=settings.CHECK_LINKS_HOSTS_AT_ONCE,
            limit=self._number("limit", 1, sys.maxsize, None),
            links=self._links(),
            tally=tally,
        )
        try:
            with closing(rows), tqdm(unit=" links", total=self.options["limit"], disable=None, leave=False) as progress:
                for row in rows:
                    progress.update()
                    if as_look(row).is_missing:
                        missing += [row] if len(missing) < NAMED_MAX else []
                        self._tell(row)
        except Stopped as stop:
            return stop.exit_status, missing
        return 0, missing

    def _tell(self, row: LinkLook) -> None:
        with tqdm.external_write_mode():
            code = f" ({row.http_code})" if row.http_code else ""
            self.stderr.write(f"{row.address}: {LookResult(row.result).label}{code}")

    def _number(self, name: str, least: int, most: int, otherwise: int | None) -> Any:
        """The number given for an option. Raises CommandError for one that makes no sense."""
        value, flag = self.options[name], "--" + name.replace("_", "-")
        if value is not None and value < least:
            raise CommandError(f"{flag} is {value}; it must be at least {least}.", returncode=WRONG_USAGE)
        if value is not None and value > most:
            raise CommandError(f"{flag} is {value}; it must be at most {most}.", returncode=WRONG_USAGE)
        return otherwise if value is None else value

    def _links(self) -> QuerySet[ArticleLink] | None:
        slugs = self.options["article"]
        if not slugs:
            return None
        links = ArticleLink.objects.filter(article__slug__in=slugs)
        if not links.exists():
            named = ", ".join(slugs)
            raise CommandError(f"There is no link of an article named {named}.", returncode=WRONG_USAGE)
        return links


def _looker(guard: Guard | None) -> Looker:
    guard = guard or Guard(ports=frozenset(settings.CHECK_LINKS_PORTS))
    manner = Manner(settings.CHECK_LINKS_USER_AGENT, settings.CHECK_LINKS_TIMEOUT, settings.CHECK_LINKS_MAX_BYTES)
    return Looker(manner, Pace(settings.CHECK_LINKS_DELAY), guard, settings.CHECK_LINKS_ARCHIVE)


@contextmanager
def _ending_on_signals() -> Iterator[None]:
    """Ctrl-C and SIGTERM raise Stopped wherever the run is; questions that are under way are let end."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: object) -> None:
        raise Stopped(128 + number)

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _links(count: int) -> str:
    return "1 link" if count == 1 else f"{count} links"


def _summary(tally: Tally) -> str:
    counts = ", ".join(f"{tally.results[each]} {LookResult(each).label}" for each in Result if each in tally.results)
    if not tally.looked_at and not tally.left:
        return "No link was due. Articles get their links when they are checked (manage.py recheck)."
    left = f" {_links(tally.left)} left for another run, as their hosts ask to wait." if tally.left else ""
    articles = "1 article" if tally.articles == 1 else f"{tally.articles} articles"
    again = f" {articles} to be checked again (manage.py recheck)." if tally.articles else ""
    return f"{_links(tally.looked_at)} looked at{': ' if counts else ''}{counts}.{left}{again}"


def _as_json(tally: Tally, missing: list[LinkLook]) -> str:
    values = {
        "looked_at": tally.looked_at,
        "results": {result.value: tally.results.get(result, 0) for result in Result},
        "left": tally.left,
        "articles": tally.articles,
        "missing": [
            {"address": row.address, "result": row.result, "code": row.http_code, "archived": row.archived}
            for row in missing
        ],
    }
    return json.dumps(values, indent=2, ensure_ascii=False)
