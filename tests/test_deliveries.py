"""The day on which a text was delivered: known for a day's work, unknown for an archive; and dates a year off it."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from editorial.checking import check_all, deliveries, load_house
from editorial.checking.deliveries import delivered_on
from editorial.models import Article, Batch, Finding

from .texts import bring_in, incoming

pytestmark = pytest.mark.django_db

DAY = datetime.date(2026, 11, 20)  # see conftest


def delivery(*dates, names="a-{}.md"):
    """A batch of so many articles with these dates."""
    files = (
        incoming(names.format(n), slug=f"s-{n}-{date}", title=f"Title {n} {date}", date=date)
        for n, date in enumerate(dates)
    )
    return bring_in(*files).batch


def told():
    """The slugs of the articles whose date is said to be a year off."""
    check_all(Article.objects.all(), load_house())
    found = Finding.objects.filter(code="date-year-off")
    return sorted(found.values_list("revision__article__slug", flat=True))


def test_one_date_a_year_off_in_a_days_delivery_is_found():
    batch = delivery("2026-11-19", "2026-11-18", "2026-11-20", "2025-11-20", "2026-11-02")
    assert delivered_on([batch.pk]) == {batch.pk: DAY}
    assert told() == ["s-3-2025-11-20"]
    assert "the file was delivered on 2026-11-20: a year off" in Finding.objects.get(code="date-year-off").message


def test_a_whole_delivery_with_the_wrong_year_is_found():
    delivery("2025-11-19", "2025-11-18")
    assert told() == ["s-0-2025-11-19", "s-1-2025-11-18"]


def test_an_archive_tells_nothing_of_its_articles_days():
    batch = delivery("2025-11-20", "2026-03-01", "2026-07-04", "2026-10-11", "2026-11-19")
    assert delivered_on([batch.pk]) == {}
    assert told() == []


def test_a_large_run_is_an_archive(monkeypatch):
    monkeypatch.setattr(deliveries, "FILES_MAX", 2)
    few, many = delivery("2026-11-19", "2025-11-19"), delivery("2026-11-18", "2025-11-18", "2026-11-17")
    assert delivered_on([few.pk, many.pk]) == {few.pk: DAY}


def test_what_the_name_of_the_file_says_goes_before_the_day_of_the_delivery():
    delivery("2025-11-19", names="2025-11-19-{}.md")
    assert told() == []


def test_a_batch_that_is_gone_or_brought_nothing_has_no_day():
    batch = Batch.objects.create(origin="empty")
    assert delivered_on([]) == delivered_on([batch.pk]) == delivered_on([batch.pk + 1]) == {}


def test_one_batch_takes_as_many_queries_as_twenty():
    batches = [delivery(f"2026-11-{day:02}") for day in range(1, 21)]
    counts = []
    for some in (batches[:1], batches):
        with CaptureQueriesContext(connection) as queries:
            assert len(delivered_on([batch.pk for batch in some])) == len(some)
        counts.append(len(queries))
    assert counts == [1, 1]
