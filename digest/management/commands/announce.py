"""manage.py announce: tell hub and CDN what changed and could not be told at once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from digest.announcing import is_wanted, note, send_due
from digest.places import ALL


class Command(BaseCommand):
    help = (
        "Tell the WebSub hub and the CDN of what changed for readers and was not told yet: where the end of an embargo "
        "has come, or where they were away. Run it every minute; it does nothing where there is nothing to tell."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--everything", action="store_true", help="have the CDN drop every page, after a release")

    def handle(self, *args: Any, **options: Any) -> None:
        if not is_wanted():
            self.stdout.write("Nobody is to be told: WEBSUB_HUB and PURGE_URL are empty.")
            return
        if options["everything"]:
            note([ALL])
        sent = send_due()
        self.stdout.write(f"{sent.done} changes were told.")
        if sent.failed:
            raise CommandError(f"{sent.failed} could not be told; they are tried again later.", returncode=1)
