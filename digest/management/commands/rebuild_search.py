from typing import Any

from django.core.management.base import BaseCommand

from digest.models import Publication
from digest.search.indexing import rebuild


class Command(BaseCommand):
    help = "Write the search index anew from what is published: once after an update that says so, or when in doubt."

    def handle(self, *args: Any, **options: Any) -> None:
        count = Publication.objects.count()
        loud = options["verbosity"] > 1
        done = rebuild(lambda done: self.stdout.write(f"{done} of {count}") if loud else None)
        self.stdout.write(f"The search index holds {done} publications.")
