"""manage.py export_site DIR: the public site as files."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from digest.static_site import ExportError, export_site


class Command(BaseCommand):
    help = (
        "Write the whole public site as files into DIR, for any host of files. Run it again after every approval or "
        "retraction (or every few minutes): it writes what is new and takes away what is gone."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path, help="new, empty, or with an earlier export")
        parser.add_argument(
            "--site-url",
            default="",
            metavar="URL",
            help="the address that the files will have, perhaps with a path (default: SITE_URL)",
        )

    def handle(self, *args: Any, folder: Path, site_url: str, **options: Any) -> None:
        with tqdm(unit=" files", disable=not sys.stderr.isatty()) as bar:
            try:
                result = export_site(folder, site_url=site_url, told=lambda name: bar.update())
            except ExportError as error:
                raise CommandError(str(error), returncode=1) from error
        self.stdout.write(
            f"{result.written} files written, {result.unchanged} unchanged, {result.removed} taken away: {folder}"
        )
