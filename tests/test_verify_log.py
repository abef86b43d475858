"""manage.py verify_log: finds what somebody with the database's password did to the log, and says which row it was."""

import io
import re
import tracemalloc

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from editorial.models import Event, Revision
from editorial.models.append_only import unguard
from editorial.models.log import record
from editorial.verifying import Anchor, Verification

from .texts import published

pytestmark = pytest.mark.django_db(transaction=True)  # the triggers come off, as a forger would take them off


@pytest.fixture
def log(ada):
    """Ten events, and a table without its guard; the ids."""
    published(by=ada)
    while Event.objects.count() < 10:
        record("import", by=ada, reason="As it was.", data={"files": 3})
    unguard(connection)
    return list(Event.objects.order_by("id").values_list("pk", flat=True))


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def verify(**options):
    """What the command prints, and its exit status."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("verify_log", stdout=out, stderr=err, no_progress=True, **options)
    except CommandError as error:
        return f"{err.getvalue()}{error}", error.returncode
    return out.getvalue(), 0


def anchor():
    return re.search(r"Anchor: (\S+)", verify()[0])[1]


def test_a_log_that_nobody_touched_is_in_order_and_gives_its_anchor(log):
    said, status = verify()
    assert status == 0
    assert "10 events, each as it was written and in its place." in said
    assert anchor() == f"10:{Event.objects.first().hash}"
    assert verify(expect=anchor())[1] == 0


def test_an_empty_log_is_in_order():
    if connection.vendor == "sqlite":
        sql("DELETE FROM sqlite_sequence WHERE name = 'editorial_event'")  # of the tests before
    assert verify()[1] == 0
    assert anchor() == "0:"
    assert verify(expect="0:")[1] == 0


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("reason", "As somebody would like it."),
        ("actor_name", "Somebody Else"),
        ("action", "approve"),
        ("at", "2020-01-01 00:00:00+00:00"),
        ("data", '{"files": 4}'),
        ("article_id", None),
    ],
)
def test_a_changed_row_is_named(column, value, log):
    row = log[4] if column != "article_id" else Event.objects.exclude(article=None).first().pk
    sql(f"UPDATE editorial_event SET {column} = %s WHERE id = %s", value, row)  # noqa: S608
    said, status = verify()
    assert status == 1
    assert f"Event {row} was changed: its facts no longer give its hash." in said


def test_a_changed_row_with_a_hash_made_anew_is_found_by_the_one_after_it(log):
    event = Event.objects.get(pk=log[4])
    event.reason = "As somebody would like it."
    sql("UPDATE editorial_event SET reason = %s, hash = %s WHERE id = %s", event.reason, event.computed_hash(), log[4])
    said, status = verify()
    assert status == 1
    assert f"Event {log[4]} was changed and given a new hash" in said


def test_a_text_that_was_changed_under_an_event_is_found(log):
    event = Event.objects.exclude(revision=None).first()
    sql("UPDATE editorial_revision SET hash = %s WHERE id = %s", "0" * 64, event.revision_id)
    assert f"Event {event.pk} was changed" in verify()[0]
    assert Revision.objects.filter(hash="0" * 64).exists()


def test_a_removed_row_is_told_by_its_neighbours(log):
    sql("DELETE FROM editorial_event WHERE id = %s", log[4])
    said, status = verify()
    assert status == 1
    assert f"Between event {log[3]} and event {log[5]} something was removed (1 ids are not there)." in said


def test_a_removed_beginning_is_told(log):
    sql("DELETE FROM editorial_event WHERE id <= %s", log[2])
    said, status = verify()
    assert (status, f"Everything before event {log[3]} was removed." in said) == (1, True)


def test_rows_that_changed_places_are_named(log):
    for old, new in ((log[4], 900), (log[6], log[4]), (900, log[6])):
        sql("UPDATE editorial_event SET id = %s WHERE id = %s", new, old)
    said, status = verify()
    assert status == 1
    assert f"Event {log[4]} was moved: it follows event {log[5]}, and stands after event {log[3]}." in said
    assert f"Event {log[6]} was moved: it follows event {log[3]}, and stands after event {log[5]}." in said


def test_a_row_that_was_slipped_in_is_found(log):
    facts = "action, actor_name, reason, data, previous, hash, at"
    values = ("approve", "Forger", "", "{}", "f" * 64, "e" * 64, "2026-01-01 00:00:00+00:00")
    sql(f"INSERT INTO editorial_event ({facts}) VALUES ({', '.join(['%s'] * 7)})", *values)  # noqa: S608
    said, status = verify()
    assert status == 1
    assert said.count("was changed: its facts no longer give its hash.") == 1


def test_a_log_whose_end_was_cut_off_is_found_with_its_anchor(log):
    kept = anchor()
    sql("DELETE FROM editorial_event WHERE id > %s", log[6])
    said, status = verify(expect=kept)
    assert status == 1
    assert "The end is missing: 3 of the 10 events of the anchor." in said


def test_an_end_that_was_cut_off_and_written_anew_is_found_with_its_anchor(log, ada):
    kept = anchor()
    sql("DELETE FROM editorial_event WHERE id > %s", log[6])
    for _ in range(5):
        record("import", by=ada, reason="Another story.")
    said, status = verify(expect=kept)
    assert status == 1
    assert "stands where the anchor has another one, as number 10." in said


def test_sqlite_tells_of_a_cut_off_end_without_an_anchor(log):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL's counters go on when a transaction is taken back, so they prove nothing")
    sql("DELETE FROM editorial_event WHERE id > %s", log[6])
    said, status = verify()
    assert (status, f"nothing is left after event {log[6]}" in said) == (1, True)


def test_events_that_came_since_the_anchor_are_fine(log, ada):
    kept = anchor()
    record("import", by=ada)
    assert verify(expect=kept)[1] == 0


@pytest.mark.parametrize("typed", ["x", "12", "12:abc", "-1:", f"1:{'g' * 64}"])
def test_what_is_no_anchor_is_wrong_usage(typed):
    said, status = verify(expect=typed)
    assert (status, "is no anchor" in said) == (2, True)


def test_many_breaks_are_counted_and_the_first_are_shown(log, ada):
    for _ in range(120):
        record("import", by=ada)
    sql("UPDATE editorial_event SET actor_name = 'Somebody Else'")
    said, status = verify()
    assert status == 1
    assert "130 places are wrong. The first 100 are above." in said
    assert said.count("was changed") == 100


def add_events(count, *, by):
    """Many at once, each with the hash of the one before."""
    last, new = Event.objects.values_list("hash", flat=True).first() or "", []
    for _ in range(count):
        event = Event(action="import", actor=by, actor_name="Ada Lis", data={"words": "w" * 500}, previous=last)
        event.hash = last = event.computed_hash()
        new.append(event)
    Event.objects.bulk_create(new, batch_size=500)


def test_memory_does_not_grow_with_the_log(ada):
    peaks = []
    for count in (2_500, 5_000):
        add_events(count, by=ada)
        tracemalloc.start()
        assert list(Verification().breaks()) == []
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.5


def test_an_anchor_reads_as_it_is_written():
    assert str(Anchor.parse(f" 12:{'a' * 64}\n")) == f"12:{'a' * 64}"
