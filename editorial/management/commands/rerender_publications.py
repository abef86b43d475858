"""manage.py rerender_publications: what readers get, made anew from the approved texts."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from editorial.rerendering import due, rerender_publications


class Command(BaseCommand):
    help = "Make pages and feed entries of published articles anew where an earlier version of Digest made them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="all published articles, not only those that are due")
        parser.add_argument("--dry-run", action="store_true", help="say how many are due and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dry_run"]:
            self.stdout.write(f"{due().count()} published articles are due.")
            return
        with tqdm(unit=" articles", disable=not sys.stderr.isatty()) as bar:
            result = rerender_publications(everything=options["all"], told=bar.update)
        self.stdout.write(f"{result.done} published articles were made anew.")
        for slug, reason in result.failed:
            self.stderr.write(f"{slug}: {reason} It stays as it was.")
        if result.failed:
            raise CommandError(f"{len(result.failed)} could not be made anew.", returncode=1)
