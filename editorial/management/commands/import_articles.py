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
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from editorial.checking import check_all, fresh, load_house
from editorial.fixing import brought_by, fix_all
from editorial.importing import Report
from editorial.importing.ahead import read_ahead
from editorial.importing.archives import Limits
from editorial.importing.failures import RUN_STOPPERS, explain
from editorial.importing.files import read_files
from editorial.importing.inputs import BrokenOffError, Input, InputError, open_input
from editorial.importing.planning import PlannedFile
from editorial.importing.provenance import SIDECAR, Provenance, ProvenanceError, of_batch
from editorial.importing.resuming import locks
from editorial.importing.running import Run, chunks
from editorial.importing.turns import tuned
from editorial.importing.watching import Watch
from editorial.models import Article, Batch, Outcome

SOME_FAILED, WRONG_USAGE, GIVEN_UP, INTERRUPTED, TERMINATED = 1, 2, 3, 130, 143
LOOK_EVERY = 1.0  # seconds, for --watch
REST = 10  # a look takes at most one part in so many of the time, however many files there are
MANY = 5_000  # files from which on a second process pays
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
        "Import Markdown files with frontmatter: files, folders (to the bottom), zips, tars, - for standard input. "
        "Ends with 0 when every file is fine, 1 when some failed (each is named on stderr), 2 on wrong usage, "
        "3 when the database or the disk gave up, 130 after Ctrl-C. What was imported stays; the same command "
        "goes on from there."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="a file, a folder, a zip, a tar or -")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")
        parser.add_argument("--json", action="store_true", help="print the outcome as JSON")
        parser.add_argument("--no-checks", action="store_true", help="leave the checks to `manage.py recheck`")
        parser.add_argument("--by", metavar="USERNAME", help="the account that the log names for this import")
        parser.add_argument("--changed-since", metavar="REV", help="only what differs from this revision in git")
        parser.add_argument(
            "--watch", metavar="DIR", type=Path, help="import what appears in this folder, until stopped"
        )
        parser.add_argument(
            "--jobs", type=int, metavar="N", help=f"processes that read files (default: 2 from {MANY} files on, else 1)"
        )
        parser.add_argument(
            "--fix",
            action="store_true",
            help="apply the safe fixes to what comes in (as `manage.py fix_articles` does)",
        )
        told = parser.add_argument_group("where the texts come from, unless the files or a batch.json say otherwise")
        told.add_argument("--model", default="", help="the model that wrote them")
        told.add_argument("--agent", default="", help="the agent or pipeline")
        told.add_argument("--prompt-version", default="", help="the version of the prompt")
        told.add_argument("--run", default="", help="the generator's own name for this run")
        told.add_argument("--language", default="", help="the language that was ordered, such as en or pl")

    def check(self, *args: Any, **options: Any) -> None:
        """Django's own checks, which since 6.1 open the database: one that isn't there is told in a sentence."""
        try:
            super().check(*args, **options)
        except RUN_STOPPERS as error:
            raise CommandError(f"Nothing was imported. {explain(error)}", returncode=GIVEN_UP) from None

    def handle(self, *args: Any, **options: Any) -> None:
        self.options = options
        self.told = _told(options)
        if options["jobs"] is not None and options["jobs"] < 1:
            raise CommandError("--jobs counts processes; give 1 or more.", returncode=WRONG_USAGE)
        if bool(options["watch"]) == bool(options["paths"]):
            raise CommandError("Name what to import: at least one PATH, or --watch DIR.", returncode=WRONG_USAGE)
        try:
            with _ending_on_signals(), tuned():
                self.by = _account(options["by"])
                status = self._watch(options["watch"]) if options["watch"] else self._import(options["paths"])
        except Stopped as stop:
            raise CommandError("Stopped before anything was imported.", returncode=stop.exit_status) from None
        except RUN_STOPPERS as error:
            raise CommandError(f"Nothing was imported. {explain(error)}", returncode=GIVEN_UP) from None
        if status:
            raise SystemExit(status)

    def _import(self, paths: list[Path]) -> int:
        since = self.options["changed_since"] or ""
        try:
            opened = open_input(paths, limits=_limits(), stream=sys.stdin.buffer, changed_since=since, told=self.told)
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
                done = _files(run.report.counts.total())
                message = f"Stopped: {explain(error)} {done} were done before and stay. {_AGAIN}"
                raise CommandError(message, returncode=GIVEN_UP) from None
        if opened.left_out:
            self.stderr.write(_left_out(opened.left_out))
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
        articles = fresh()
        try:
            with tqdm(total=articles.count(), desc="Checking", unit=" articles", disable=None, leave=False) as progress:
                self.checked = check_all(
                    articles, load_house(), on_progress=lambda count: progress.update(count) and None
                )
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
        ahead = read_ahead(chunks(opened.files), jobs=self.options["jobs"] or _jobs(opened.count))
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
            self._complain(str(error))
            return 0
        self._complaint = ""
        files = read_files(found, max_bytes=settings.UPLOAD_MAX_BYTES)
        return self._run(Input(files, len(found), self.told), origin) if found else 0

    def _complain(self, message: str) -> None:
        """Say once, not at every look, why nothing can be taken from the folder."""
        if message != self._complaint:
            self.stderr.write(f"{message} Nothing is imported until that is put right.")
        self._complaint = message

    def _tell(self, planned: PlannedFile) -> None:
        if planned.message:
            place = f"{planned.file.shown}:{planned.line}" if planned.line else planned.file.shown
            with tqdm.external_write_mode():
                self.stderr.write(f"{place}: {planned.outcome.value}: {planned.message}")

    def _print(self, report: Report) -> None:
        dry_run = self.options["dry_run"]
        if self.options["json"]:
            data = {**_as_data(report, dry_run=dry_run), "checked": self.checked, "fixed": self.fixed}
            self.stdout.write(json.dumps(data, indent=2, ensure_ascii=False))
        else:
            self.stdout.write(_summary(report, dry_run=dry_run))
            if self.fixed:
                self.stdout.write(f"Safe fixes were applied to {self.fixed} of them.")
            if self.checked and (count := _blocked(report)):
                self.stdout.write(f"The checks found what refuses approval in {count} of them.")


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


def _left_out(paths: list[str]) -> str:
    named = ", ".join(paths[:5]) + (", …" if len(paths) > 5 else "")
    verb = "was" if len(paths) == 1 else "were"
    return f"{named} {verb} left out: no article follows, or stands right before it. Pack each beside its article."


def _jobs(count: int | None) -> int:
    """A second process takes as long to start as some 1,500 files take to read."""
    return 2 if (count or 0) >= MANY and (os.cpu_count() or 1) > 1 else 1


def _limits() -> Limits:
    return Limits(
        max_file_bytes=settings.UPLOAD_MAX_BYTES,
        max_entries=settings.ARCHIVE_MAX_ENTRIES,
        max_total_bytes=settings.ARCHIVE_MAX_BYTES,
        max_ratio=settings.ARCHIVE_MAX_RATIO,
    )


def _told(options: dict[str, Any]) -> Provenance:
    """What the command line says of the making of the files, by the rules of a batch.json."""
    keys = ("model", "agent", "prompt_version", "run", "language")
    try:
        return of_batch(json.dumps({key: options[key] for key in keys}).encode())
    except ProvenanceError as error:
        raise CommandError(str(error).replace(SIDECAR, "The command line"), returncode=WRONG_USAGE) from None


def _account(username: str | None) -> Any:
    """The account of that name, None for none. Raises CommandError when there is no such account."""
    if not username:
        return None
    user = get_user_model().objects.filter(username=username).first()
    if user is None:
        raise CommandError(f"There is no account named {username!r} for --by.", returncode=WRONG_USAGE)
    return user


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count} files"


def _summary(report: Report, *, dry_run: bool) -> str:
    counts = report.counts
    by_outcome = ", ".join(
        f"{counts[outcome]} {outcome.value}" for outcome in Outcome if counts[outcome] or outcome is Outcome.NEW
    )
    files = _files(counts.total())
    if dry_run:
        return f"{files}: would be {by_outcome}. Nothing was written."
    continued = " This went on with a run that was cut off." if report.is_continued else ""
    return f"{files}: {by_outcome}.{continued}" + ("" if report.batch else " Nothing changed.")


def _blocked(report: Report) -> int:
    """How many articles of the run can't be approved as they are."""
    brought = Article.objects.filter(batch_files__batch=report.batch, block_count__gt=0).distinct()
    return brought.count() if report.batch else 0


def _as_data(report: Report, *, dry_run: bool) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        "batch": report.batch.pk if report.batch else None,
        "continued": report.is_continued,
        "files": report.counts.total(),
        "counts": {outcome.value: report.counts[outcome] for outcome in Outcome},
        "notable": [
            {
                "file": planned.file.shown,
                "outcome": planned.outcome.value,
                "line": planned.line,
                "cause": planned.cause,
                "message": planned.message,
            }
            for planned in report.notable
        ],
    }
