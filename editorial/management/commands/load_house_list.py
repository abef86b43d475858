"""manage.py load_house_list: add the entries of the house list that Digest ships."""

from typing import Any

from django.core.management.base import BaseCommand

from editorial.house_list import load_shipped


class Command(BaseCommand):
    help = (
        "Add the shipped entries (fixtures/house/house.csv) that the house list does not have. What the editors wrote "
        "stays as it is; what they removed comes back. A new database has the list from the start."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        added = load_shipped()
        self.stdout.write("1 entry was added." if added == 1 else f"{added} entries were added.")
