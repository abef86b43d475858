"""manage.py export_articles --to DIR: write articles as the files they came from."""

import datetime
import json
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q, QuerySet

from digest.models import LANGUAGES, Tag
from editorial.exporting import FolderError, Outcome, Result, export_to_folder, public_texts, working_texts
from editorial.models import Article, Revision, Source, Status

WRONG_USAGE, SOME_FAILED, INTERRUPTED = 2, 1, 130


class Command(BaseCommand):
    help = (
        "Write articles to the paths they came from, below a folder: byte for byte where nobody edited, else with the "
        "edits and nothing but them. Without --status and --all: every article that readers see, in the text they "
        "see; otherwise the text that the desk has now. Ends with 0 when every file is fine, 1 when some were "
        "refused (each is named on stderr), 2 on wrong usage."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        add = parser.add_argument
        add("--to", required=True, type=Path, metavar="DIR", help="the folder; it is made where it is missing")
        add("--status", action="append", choices=Status.values, help="only articles in this state; may be repeated")
        add("--all", action="store_true", help="articles in every state")
        add("--source", metavar="NAME", help="only from this source, by name, other spelling or slug")
        add("--language", choices=[*LANGUAGES, "none"], help="only in this language")
        add("--tag", metavar="NAME", help="only with this tag, by name or slug")
        add("--since", type=_day, metavar="DATE", help="only dated on this day or later: 2026-05-31")
        add("--until", type=_day, metavar="DATE", help="only dated on this day or earlier")
        add(
            "--slug",
            action="append",
            metavar="SLUG",
            help="only this article, by its slug or an older one; may be repeated",
        )
        add("--force", action="store_true", help="replace files that were changed on disk since their import")
        add("--dry-run", action="store_true", help="say what would happen, write nothing")
        add("--json", action="store_true", help="print the outcome as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["all"] and options["status"]:
            raise _wrong("--all takes articles in every state; leave out --status.")
        folder: Path = options["to"]
        if folder.exists() and not folder.is_dir():
            raise _wrong(f"{folder} is a file. Name a folder after --to.")
        outcomes = export_to_folder(_texts(options), folder, force=options["force"], dry_run=options["dry_run"])
        counts: Counter[Result] = Counter()
        notable: list[dict[str, str]] = []
        status = 0
        try:
            for outcome in outcomes:
                counts[outcome.result] += 1
                self._print(outcome, options)
                if outcome.message:
                    notable.append(_as_data(outcome))
        except FolderError as error:
            self.stderr.write(str(error))
            status = SOME_FAILED
        except KeyboardInterrupt:
            self.stderr.write("Stopped. What is written is whole; run it again for the rest.")
            status = INTERRUPTED
        self._sum_up(counts, notable, options)
        if status or counts[Result.REFUSED]:
            raise SystemExit(status or SOME_FAILED)

    def _print(self, outcome: Outcome, options: dict[str, Any]) -> None:
        path = outcome.file.path
        if outcome.message:
            self.stderr.write(f"{path}: {outcome.result}: {outcome.message}")
        elif not options["json"] and (outcome.result is Result.WRITTEN or options["verbosity"] > 1):
            self.stdout.write(f"{path}: {outcome.result}")

    def _sum_up(self, counts: Counter[Result], notable: list[dict[str, str]], options: dict[str, Any]) -> None:
        if options["json"]:
            tally = {result.value: counts[result] for result in Result}
            data = {"dry_run": options["dry_run"], "files": counts.total(), "counts": tally, "notable": notable}
            self.stdout.write(json.dumps(data, indent=2, ensure_ascii=False))
        else:
            self.stdout.write(_summary(counts, dry_run=options["dry_run"]))
        if not counts and not options["all"]:
            self.stderr.write("No article fits. Without --status only public ones are taken; --all takes every state.")


def _texts(options: dict[str, Any]) -> QuerySet[Revision]:
    """The revisions that the options ask for."""
    articles = Article.objects.filter(*_conditions(options))
    if options["all"]:
        return working_texts(articles)
    if options["status"] in (None, [Status.APPROVED]):
        return public_texts(articles)
    return working_texts(articles.filter(status__in=options["status"]))


def _conditions(options: dict[str, Any]) -> Iterable[Q]:
    if name := options["source"]:
        yield Q(source=_found(Source, "source", Q(name=name) | Q(slug=name) | Q(aliases__name=name), name))
    if name := options["tag"]:
        yield Q(tag_links__tag=_found(Tag, "tag", Q(name__iexact=name) | Q(slug=name), name))
    if language := options["language"]:
        yield Q(language="" if language == "none" else language)
    if options["since"]:
        yield Q(date__gte=options["since"])
    if options["until"]:
        yield Q(date__lte=options["until"])
    if slugs := options["slug"]:
        named = [_found(Article, "article with the slug", Q(slug=slug) | Q(aliases__slug=slug), slug) for slug in slugs]
        yield Q(pk__in=[article.pk for article in named])


def _found(model: Any, what: str, condition: Q, name: str) -> Any:
    row = model.objects.filter(condition).first()
    if row is None:
        raise _wrong(f"There is no {what} {name!r}.")
    return row


def _day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


_day.__name__ = "date"  # what argparse calls it in its message


def _wrong(message: str) -> CommandError:
    return CommandError(message, returncode=WRONG_USAGE)


def _summary(counts: Counter[Result], *, dry_run: bool) -> str:
    total = counts.total()
    files = "1 file" if total == 1 else f"{total} files"
    tally = ", ".join(f"{counts[result]} {result}" for result in Result if counts[result] or result is Result.WRITTEN)
    return f"{files}: would be {tally}. Nothing was written." if dry_run else f"{files}: {tally}."


def _as_data(outcome: Outcome) -> dict[str, str]:
    return {"file": outcome.file.path, "outcome": outcome.result.value, "message": outcome.message}
