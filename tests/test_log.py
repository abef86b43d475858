"""What is written once stays as it was written, and every event carries the hash of the one before."""

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction

from digest.models import Publication
from editorial.models import AppendOnlyError, Article, Event, Generation, Revision, SourceText
from editorial.models.append_only import GUARDED, guard, unguard
from editorial.models.log import record
from editorial.workflow import Action

from .texts import act, imported, published

pytestmark = pytest.mark.django_db


def test_each_event_carries_the_hash_of_the_one_before(ada):
    act(imported(), Action.START_REVIEW, Action.SEND_BACK, Action.START_REVIEW, Action.APPROVE, by=ada)
    events = list(Event.objects.order_by("id"))
    assert len(events) == 5  # the import and four steps
    assert events[0].previous == ""
    for before, event in zip(events, events[1:], strict=False):
        assert event.previous == before.hash
    assert [event.computed_hash() for event in events] == [event.hash for event in events]


def test_a_changed_event_no_longer_has_its_hash(ada):
    event = record("import", by=ada, reason="as it was")
    event.reason = "as somebody would like it to have been"
    assert event.computed_hash() != event.hash


def test_two_events_cannot_follow_the_same_one():
    first = record("import", by=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.create(action="import", actor_name="forger", previous=first.previous, hash="0" * 64)


@pytest.mark.parametrize("model", [Event, Generation, Revision])
def test_the_orm_refuses_to_change_or_delete_what_is_written_once(model, ada):
    published(by=ada)
    row = model.objects.first()
    for attempt in (
        row.save,
        row.delete,
        model.objects.all().delete,
        lambda: model.objects.update(id=1),
        lambda: model.objects.bulk_update([row], ["id"]),
        lambda: model.objects.bulk_create([row], update_conflicts=True, update_fields=["id"], unique_fields=["id"]),
    ):
        with pytest.raises(AppendOnlyError, match=model.__name__):
            attempt()


@pytest.mark.parametrize(
    ("table", "operation"), [(table, operation) for table, operations in GUARDED.items() for operation in operations]
)
def test_the_database_itself_refuses_too(table, operation, ada):
    published(by=ada)
    SourceText.objects.create(generation=Generation.objects.first(), address="https://example.org/", text="Herons.")
    statement = {"UPDATE": f"UPDATE {table} SET id = id", "DELETE": f"DELETE FROM {table}"}[operation]  # noqa: S608
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_the_triggers_come_back_when_a_migration_has_rebuilt_a_table(ada):
    published(by=ada)
    unguard(connection)
    call_command("migrate", verbosity=0)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM editorial_event")


@pytest.mark.django_db(transaction=True)
def test_a_migration_may_stop_before_the_guarded_tables_are_made():
    with connection.schema_editor() as editor:
        editor.execute("ALTER TABLE editorial_event RENAME TO elsewhere")
    guard(connection)
    with connection.schema_editor() as editor:
        editor.execute("ALTER TABLE elsewhere RENAME TO editorial_event")
    record("import", by=None)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM editorial_event")


def test_the_database_keeps_slugs_revision_numbers_and_publications_unique(ada):
    article = published(by=ada)
    copies = [
        lambda: Article.objects.create(
            slug=article.slug, title="Other", date=article.date, generation=article.generation
        ),
        lambda: Revision.objects.create(
            article=article, number=1, title="Other", body="x", date=article.date, generation=article.generation
        ),
        lambda: Publication.objects.create(
            uid=article.uid, slug="other", title="Other", date=article.date, reviewed_at=article.created_at
        ),
        lambda: Publication.objects.create(
            slug=article.slug, title="Other", date=article.date, reviewed_at=article.created_at
        ),
    ]
    for copy in copies:
        with pytest.raises(IntegrityError), transaction.atomic():
            copy()


def test_events_name_the_person_even_where_there_is_none():
    assert str(record("import", by=None)).endswith("command line: import")
