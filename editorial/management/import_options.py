"""The options of import_articles: what they are called, what they mean, and the help that teaches them."""

import json
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, DjangoHelpFormatter

from editorial.importing.archives import Limits
from editorial.importing.provenance import SIDECAR, Provenance, ProvenanceError, of_batch

WRONG_USAGE = 2
EXAMPLES = """examples:
  import_articles articles/                     everything below a folder; again at any time, what is here stays
  import_articles articles/ --dry-run           what would become of each file, without writing
  import_articles run-42.zip --run 42           an archive; the run's name is kept with every text
  tar c articles | import_articles -            standard input: a tar, or one document
  import_articles articles/ --changed-since HEAD~1    what the last commit brought
  import_articles --watch articles/             whatever appears in a folder, until Ctrl-C

what the run ends with:
  0    every file is fine
  1    some files failed; each is named on stderr with line and reason, and waits on the desk
  2    wrong usage, nothing was read
  3    the database or the disk gave up
  130  Ctrl-C (143: SIGTERM)

Whatever stops a run, what was imported stays, and the same command goes on from there.
docs/importing.md tells the rest.
"""


class HelpFormatter(DjangoHelpFormatter, RawDescriptionHelpFormatter):
    """Django's, with the examples as they are written."""


def add_to(parser: ArgumentParser, *, many: int, many_checks: int) -> None:
    """The arguments; `many` files or `many_checks` articles are those from which on two processes are the default."""
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="a file, a folder, a zip, a tar or -")
    parser.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")
    parser.add_argument("--json", action="store_true", help="print the outcome as JSON")
    parser.add_argument("--no-checks", action="store_true", help="leave the checks to `manage.py recheck`")
    parser.add_argument("--by", metavar="USERNAME", help="the account that the log names for this import")
    parser.add_argument("--changed-since", metavar="REV", help="only what differs from this revision in git")
    parser.add_argument("--watch", metavar="DIR", type=Path, help="import what appears in this folder, until stopped")
    parser.add_argument(
        "--jobs",
        type=int,
        metavar="N",
        help=f"processes (default: 2 from {many} files on, and for checks from {many_checks} articles on, else 1)",
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


def limits() -> Limits:
    """What an archive may be, by the settings."""
    return Limits(
        max_file_bytes=settings.UPLOAD_MAX_BYTES,
        max_entries=settings.ARCHIVE_MAX_ENTRIES,
        max_total_bytes=settings.ARCHIVE_MAX_BYTES,
        max_ratio=settings.ARCHIVE_MAX_RATIO,
    )


def told(options: dict[str, Any]) -> Provenance:
    """What the command line says of the making of the files, by the rules of a batch.json."""
    keys = ("model", "agent", "prompt_version", "run", "language")
    try:
        return of_batch(json.dumps({key: options[key] for key in keys}).encode())
    except ProvenanceError as error:
        raise CommandError(str(error).replace(SIDECAR, "The command line"), returncode=WRONG_USAGE) from None
