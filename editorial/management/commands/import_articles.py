"""manage.py import_articles PATH...: bring generated articles to the desk, any number of them."""

import json
import os
import signal
import sys
import threading
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from tqdm import tqdm

from editorial.checking import check_all, fresh, load_house
from editorial.fixing import brought_by, fix_all
from editorial.importing import Report, telling
from editorial.importing.ahead import read_ahead
from editorial.importing.failures import RUN_STOPPERS, explain
from editorial.importing.files import read_files
from editorial.importing.inputs import BrokenOffError, Input, InputError, open_input
from editorial.importing.planning import PlannedFile
from editorial.importing.provenance import ProvenanceError
from editorial.importing.resuming import locks
from editorial.importing.running import Run, chunks
from editorial.importing.turns import patiently, tuned
from editorial.importing.watching import Watch
from editorial.management import import_options as options
from editorial.models import Article, Batch

SOME_FAILED, WRONG_USAGE, GIVEN_UP, INTERRUPTED, TERMINATED = 1, 2, 3, 130, 143
LOOK_EVERY = 1.0  # seconds, for --watch
REST = 10  # a look takes at most one part in so many of the time, however many files there are
MANY = 5_000  # files from which on a second process pays
MANY_CHECKS = 500  # articles from which on a second process pays for their checks
_AGAIN = "Run the same command again to finish."


class Stopped(KeyboardInterrupt):
    """The process was asked to end: by Ctrl-C, or by SIGTERM (a supervisor, `kill`)."""

    def __init__(self, status: int) -> None:
        self.exit_status = status


class Command(BaseCommand):
    _complaint = ""
    fixed = 0
    checked = 0
    help = (
        "Bring generated articles to the desk: Markdown files with frontmatter, folders of them (to the bottom),\n"
        "zips, tars, - for standard input. An import never undoes an editor, and one bad file fails alone."
    )

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        told = {"epilog": options.EXAMPLES, "formatter_class": options.HelpFormatter}
        return super().create_parser(prog_name, subcommand, **{**told, **kwargs})

    def add_arguments(self, parser: ArgumentParser) -> None:
        options.add_to(parser, many=MANY, many_checks=MANY_CHECKS)

    def check(self, *args: Any, **given: Any) -> None:
        """Django's own checks, which since 6.1 open the database: one that isn't there is told in a sentence."""
        try:
            super().check(*args, **given)
        except RUN_STOPPERS as error:
            raise CommandError(f"Nothing was imported. {explain(error)}", returncode=GIVEN_UP) from None

    def handle(self, *args: Any, **given: Any) -> None:
        self.options = given
        self.told = options.told(given)
        if given["jobs"] is not None and given["jobs"] < 1:
            raise CommandError("--jobs counts processes; give 1 or more.", returncode=WRONG_USAGE)
        if bool(given["watch"]) == bool(given["paths"]):
            raise CommandError("Name what to import: at least one PATH, or --watch DIR.", returncode=WRONG_USAGE)
        try:
            with _ending_on_signals(), tuned():
                self.by = _account(given["by"])
                status = self._watch(given["watch"]) if given["watch"] else self._import(given["paths"])
        except Stopped as stop:
            raise CommandError("Stopped before anything was imported.", returncode=stop.exit_status) from None
        except RUN_STOPPERS as error:
            raise CommandError(f"Nothing was imported. {explain(error)}", returncode=GIVEN_UP) from None
        if status:
            raise SystemExit(status)

    def _import(self, paths: list[Path]) -> int:
        since = self.options["changed_since"] or ""
        try:
            opened = open_input(
                paths, limits=options.limits(), stream=sys.stdin.buffer, changed_since=since, told=self.told
            )
        except InputError as error:
            raise CommandError(str(error), returncode=WRONG_USAGE) from None
        return self._run(opened, " ".join(map(str, paths)) + (f" --changed-since {since}" if since else ""))

    def _run(self, opened: Input, origin: str) -> int:
        """One run, as far as it comes; the status to end with."""
        with locks() as held:
            dry_run = self.options["dry_run"]
            run = Run(by=self.by, origin=origin, provenance=opened.provenance, dry_run=dry_run, locks=held)
            try:
                status = self._take_all(run, opened)
                report = run.finish()
            except RUN_STOPPERS as error:
                done = telling.files(run.report.counts.total())
                message = f"Stopped: {explain(error)} {done} were done before and stay. {_AGAIN}"
                raise CommandError(message, returncode=GIVEN_UP) from None
        if opened.left_out:
            self.stderr.write(telling.left_out(opened.left_out))
        self._say(telling.summary(report, dry_run=dry_run))  # before the checks, which take several times as long
        if not (status or dry_run or self.options["no_checks"]):
            status = self._check()
        if self.options["fix"] and report.batch and not (status or dry_run):
            status = self._fix(report.batch)
        self._print(report)
        if status in (INTERRUPTED, TERMINATED):
            self.stderr.write(f"Stopped before the end. What is imported stays. {_AGAIN}")
        return status or (SOME_FAILED if report.failed else 0)

    def _check(self) -> int:
        """Check what is new, whoever brought it; the status to end with. What a run that was cut off left unchecked is
        checked by the next one."""
        self.checked = 0
        try:
            count = fresh().count()
            jobs = self.options["jobs"] or _jobs(count, MANY_CHECKS)
            with tqdm(total=count, desc="Checking", unit=" articles", disable=None, leave=False) as progress:

                def tell(more: int) -> None:
                    self.checked += more
                    progress.update(more)

                patiently(lambda: check_all(fresh(), load_house(), on_progress=tell, jobs=jobs))
        except Stopped as stop:
            return stop.exit_status
        except RUN_STOPPERS as error:
            message = f"Imported, but not checked: {explain(error)} Run `manage.py recheck` to finish."
            raise CommandError(message, returncode=GIVEN_UP) from None
        return 0

    def _fix(self, batch: Batch) -> int:
        """Apply the safe fixes to what the run brought; the status to end with."""
        articles = brought_by(batch)
        try:
            with tqdm(total=articles.count(), desc="Fixing", unit=" articles", disable=None, leave=False) as progress:
                self.fixed = fix_all(
                    articles, by=self.by, batch=batch, on_progress=lambda count: progress.update(count) and None
                )
        except Stopped as stop:
            self.stderr.write(f"Not all is fixed. Run `manage.py fix_articles --batch {batch.pk}` to finish.")
            return stop.exit_status
        except RUN_STOPPERS as error:
            message = (
                f"Imported, but not all is fixed: {explain(error)} Run `manage.py fix_articles --batch {batch.pk}`."
            )
            raise CommandError(message, returncode=GIVEN_UP) from None
        return 0

    def _take_all(self, run: Run, opened: Input) -> int:
        ahead = read_ahead(chunks(opened.files), jobs=self.options["jobs"] or _jobs(opened.count, MANY))
        try:
            with closing(ahead), tqdm(total=opened.count, unit=" files", disable=None, leave=False) as progress:
                for chunk, results in ahead:
                    for planned in run.take(chunk, results).files:
                        self._tell(planned)
                    progress.update(len(chunk))
        except BrokenOffError as error:
            self.stderr.write(str(error))
            return SOME_FAILED
        except Stopped as stop:
            return stop.exit_status
        return 0

    def _watch(self, folder: Path) -> int:
        if not folder.is_dir():
            raise CommandError(f"{folder}: there is no such folder to watch.", returncode=WRONG_USAGE)
        self.stdout.write(f"Watching {folder}. Ctrl-C ends it.")
        watch = Watch(folder)
        try:
            while True:
                started = time.monotonic()
                status = self._look(watch, f"--watch {folder}")
                if status in (INTERRUPTED, TERMINATED):
                    return status
                time.sleep(max(LOOK_EVERY, REST * (time.monotonic() - started)))
        except Stopped:
            return 0

    def _look(self, watch: Watch, origin: str) -> int:
        try:
            found = watch.look()
        except (FileNotFoundError, ProvenanceError) as error:
            self._complain(f"{error} Nothing is imported until that is put right.")
            return 0
        files = read_files(found, max_bytes=settings.UPLOAD_MAX_BYTES)
        try:
            status = self._run(Input(files, len(found), self.told), origin) if found else 0
        except CommandError as error:  # the database or the disk gave up: it may be back at the next look
            watch.forget(found)
            connection.close_if_unusable_or_obsolete()
            self._complain(f"{error} The watch goes on.")
            return 0
        self._complaint = "" if found else self._complaint
        return status

    def _complain(self, message: str) -> None:
        """Say once, not at every look, why nothing can be taken from the folder."""
        if message != self._complaint:
            self.stderr.write(message)
        self._complaint = message

    def _tell(self, planned: PlannedFile) -> None:
        if planned.message:
            place = f"{planned.file.shown}:{planned.line}" if planned.line else planned.file.shown
            with tqdm.external_write_mode():
                self.stderr.write(f"{place}: {planned.outcome.value}: {planned.message}")

    def _say(self, sentence: str) -> None:
        """Print a sentence, unless the outcome is asked for as JSON."""
        if not self.options["json"]:
            self.stdout.write(sentence)
            self.stdout.flush()

    def _print(self, report: Report) -> None:
        if self.options["json"]:
            data = telling.as_data(report, dry_run=self.options["dry_run"])
            self.stdout.write(
                json.dumps({**data, "checked": self.checked, "fixed": self.fixed}, indent=2, ensure_ascii=False)
            )
            return
        if self.fixed:
            self._say(f"Safe fixes were applied to {self.fixed} of them.")
        if self.checked and (count := _blocked(report)):
            self._say(f"The checks found what refuses approval in {count} of them.")
        if self.stdout.isatty() and not self.options["dry_run"]:
            for line in telling.what_next(report, site=settings.SITE_URL):
                self._say(line)


@contextmanager
def _ending_on_signals() -> Iterator[None]:
    """Ctrl-C and SIGTERM raise Stopped wherever the run is; what is being written is taken back."""
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


def _jobs(count: int | None, many: int) -> int:
    """A second process takes as long to start as some 1,500 files take to read."""
    return 2 if (count or 0) >= many and (os.cpu_count() or 1) > 1 else 1


def _account(username: str | None) -> Any:
    """The account of that name, None for none. Raises CommandError when there is no such account."""
    if not username:
        return None
    user = get_user_model().objects.filter(username=username).first()
    if user is None:
        raise CommandError(f"There is no account named {username!r} for --by.", returncode=WRONG_USAGE)
    return user


def _blocked(report: Report) -> int:
    """How many articles of the run can't be approved as they are."""
    brought = Article.objects.filter(batch_files__batch=report.batch, block_count__gt=0).distinct()
    return brought.count() if report.batch else 0
