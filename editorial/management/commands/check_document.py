"""check_document FILE...: what Digest sees in a file and what is wrong with it, without a database."""

import datetime
import json
import sys
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ...checks import Context, HouseLists, run
from ...document.report import Report, as_json, as_lines, report

HOUSE_LIST = Path(settings.BASE_DIR) / "fixtures" / "house" / "house.csv"


class Command(BaseCommand):
    help = (
        "Print structure, languages, problems, findings of the checks and a possible repair of article files. Needs no "
        "database. Exit status: 0 all fine, 1 some file has a problem or a finding that blocks, 2 a file could not be "
        "read."
    )
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", metavar="FILE", help="a Markdown file with frontmatter")
        parser.add_argument("--json", action="store_true", help="print one JSON array instead of lines for people")
        parser.add_argument(
            "--house", metavar="CSV", type=Path, default=HOUSE_LIST, help="a house list (kind,value,replacement,note)"
        )

    def handle(self, *args, files, **options):
        reports, unreadable = _reports(files, _context(options["house"]))
        if options["json"]:
            self.stdout.write(json.dumps([as_json(each) for each in reports], ensure_ascii=True, indent=2))
        else:
            for each in reports:
                self.stdout.write("\n".join(as_lines(each)).encode("utf-8", "replace").decode("utf-8"))
        if unreadable:
            raise CommandError("\n".join(unreadable), returncode=2)
        if not all(each.is_fine for each in reports):
            sys.exit(1)


def _context(house: Path) -> Context:
    try:
        lists = HouseLists.of_csv(house.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        message = f"{house}: the house list cannot be read ({error}). Give a CSV file in UTF-8."
        raise CommandError(message, returncode=2) from error
    return Context(lists, datetime.date.today())


def _reports(files: list[str], context: Context) -> tuple[list[Report], list[str]]:
    """The reports of the files that can be read, and a sentence about each of the others."""
    reports, unreadable = [], []
    for name in files:
        try:
            reports.append(report(Path(name).read_bytes(), name=name, check=lambda document: run(document, context)))
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            unreadable.append(f"{name}: cannot be read ({reason}). Give the path of an article file.")
    return reports, unreadable
