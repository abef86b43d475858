"""A page of a list costs the same wherever it lies: the database takes about as many steps to it as to the first."""

import datetime
import uuid

import pytest
from django.db import connection

from digest.listings import Cursor, between, everything, from_source, in_language, tagged
from digest.models import Publication, PublicationTag

from .publications import published

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="counts the steps of SQLite's virtual machine"),
]
NEWEST = datetime.date(2026, 12, 30)
ROWS, SIZE = 1_500, 20
JANUARY_1, DECEMBER_31 = datetime.date(2026, 1, 1), datetime.date(2026, 12, 31)
LISTINGS = {
    "front": everything,
    "language": lambda: in_language("en"),
    "tag": lambda: tagged("birds"),
    "source": lambda: from_source("river-notes"),
    "year": lambda: between("/archive/2026/", JANUARY_1, DECEMBER_31),
}


@pytest.fixture
def a_year():
    """Five articles a day, all of them alike."""
    first = published(tags=["birds"], date=NEWEST)
    alike = {
        field.attname: getattr(first, field.attname)
        for field in Publication._meta.concrete_fields
        if not field.primary_key
    }
    rows = Publication.objects.bulk_create(
        Publication(
            **{**alike, "slug": f"a-{n}", "uid": uuid.uuid4(), "date": NEWEST - datetime.timedelta(days=n // 5)}
        )
        for n in range(ROWS)
    )
    tag = first.tag_links.get().tag
    PublicationTag.objects.bulk_create(PublicationTag(tag=tag, content_object=row, date=row.date) for row in rows)


def steps(action):
    """How many instructions SQLite carries out for what an action asks of it."""
    taken = 0

    def count():
        nonlocal taken
        taken += 1

    connection.connection.set_progress_handler(count, 1)
    action()
    connection.connection.set_progress_handler(None, 1)
    return taken


@pytest.mark.parametrize("name", LISTINGS)
def test_the_last_pages_of_a_list_take_about_as_many_steps_as_the_first(name, a_year):
    listing = LISTINGS[name]()
    early, late = (Cursor(NEWEST - datetime.timedelta(days=days), 1) for days in (2, 280))
    first = steps(lambda: listing.page(size=SIZE))
    for places in ({"before": early}, {"before": late}, {"after": early}, {"after": late}):
        assert steps(lambda places=places: listing.page(size=SIZE, **places)) < first * 2, places


def test_all_pages_of_a_year_together_are_the_year(a_year):
    listing = LISTINGS["year"]()
    found, page = [], listing.page(size=SIZE)
    while page:
        found += [(card.date, card.pk) for card in page.cards]
        page = listing.page(before=page.older, size=SIZE) if page.older else None
    assert len(found) == ROWS + 1
    assert found == sorted(set(found), reverse=True)
