"""Rows that are written once: the ORM refuses to change or delete them, and so does the database (triggers)."""

from typing import Any, NoReturn

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

# Revisions are never changed either, but one that nobody decided on may go when its batch is undone.
GUARDED = {
    "editorial_event": ("UPDATE", "DELETE"),
    "editorial_generation": ("UPDATE", "DELETE"),
    "editorial_revision": ("UPDATE",),
    "editorial_sourcetext": ("UPDATE", "DELETE"),
}


class AppendOnlyError(TypeError):
    """Somebody tried to change or delete a row that is written once."""


class AppendOnlyQuerySet(models.QuerySet[Any]):
    def update(self, **kwargs: Any) -> NoReturn:
        raise AppendOnlyError(f"{self.model.__name__} rows are never changed.")

    def delete(self) -> NoReturn:
        raise AppendOnlyError(f"{self.model.__name__} rows are never deleted.")

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnlyError(f"{self.model.__name__} rows are never changed.")

    def bulk_create(self, objs: Any, *args: Any, update_conflicts: bool = False, **kwargs: Any) -> Any:
        if update_conflicts:
            raise AppendOnlyError(f"{self.model.__name__} rows are never changed.")
        return super().bulk_create(objs, *args, **kwargs)


class AppendOnlyManager(models.Manager[Any]):
    def get_queryset(self) -> AppendOnlyQuerySet:
        return AppendOnlyQuerySet(self.model, using=self._db)


class AppendOnlyModel(models.Model):
    objects = AppendOnlyManager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError(f"{type(self).__name__} rows are never changed.")
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnlyError(f"{type(self).__name__} rows are never deleted.")


def discard(rows: models.QuerySet[Any]) -> int:
    """Delete revisions that nobody ever decided on, for the undo of a batch; returns how many. The tables of events and
    generations refuse it by trigger. What points to the rows must go in the same transaction."""
    deleted: int = rows._raw_delete(rows.db)
    return deleted


def guard(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers on every append-only table that lacks them. Called after every `migrate` and `flush`."""
    _execute(connection, _GUARD[connection.vendor])


def unguard(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers off, for a test that empties its tables."""
    _execute(connection, _UNGUARD[connection.vendor])


def _execute(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        made = connection.introspection.table_names(cursor)  # a migration may stop before a table is made
        for table, operations in ((name, GUARDED[name]) for name in GUARDED if name in made):
            for operation in operations:
                for statement in statements:
                    cursor.execute(statement.format(table=table, operation=operation))


_GUARD = {
    "sqlite": [
        "CREATE TRIGGER IF NOT EXISTS {table}_no_{operation} BEFORE {operation} ON {table} "
        "BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
    ],
    "postgresql": [
        "CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'restrict_violation'; END $$",
        "CREATE OR REPLACE TRIGGER {table}_no_{operation} BEFORE {operation} ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION {table}_refuse()",
    ],
}
_UNGUARD = {
    "sqlite": ["DROP TRIGGER IF EXISTS {table}_no_{operation}"],
    "postgresql": ["DROP TRIGGER IF EXISTS {table}_no_{operation} ON {table}"],
}
