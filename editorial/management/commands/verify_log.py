"""manage.py verify_log: whether every event of the log is as it was written, and in its place."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from editorial.models import Event
from editorial.verifying import Anchor, Verification

SHOWN = 100


class Command(BaseCommand):
    help = (
        "Say whether any event of the log was changed, removed or moved, and which. Ends with 0 if not, 1 if so, 2 for "
        "wrong usage. Prints an anchor: keep it elsewhere and give it with --expect next time, so a cut-off end shows."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--expect", metavar="COUNT:HASH", help="the anchor that an earlier run printed")
        parser.add_argument("--no-progress", action="store_true", help="print no progress bar")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            expected = Anchor.parse(options["expect"]) if options["expect"] else None
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from None
        found = 0
        total = Event.objects.count()
        quiet = None if not options["no_progress"] else True  # None: silent where nobody watches
        with tqdm(total=total, unit=" events", disable=quiet) as bar:
            verification = Verification(expected, told=bar.update)
            for found, broken in enumerate(verification.breaks(), 1):  # noqa: B007  counted past what is shown
                if found <= SHOWN:
                    self.stderr.write(broken.sentence)
        if found:
            more = f" The first {SHOWN} are above." if found > SHOWN else ""
            raise CommandError(f"The log is not as it was written: {found} places are wrong.{more}", returncode=1)
        self.stdout.write(f"{verification.anchor.count} events, each as it was written and in its place.")
        self.stdout.write(f"Anchor: {verification.anchor}")
