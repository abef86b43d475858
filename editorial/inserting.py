"""Rows written straight into their tables, one statement for all of them: what `bulk_create` does, without making
an object of each row first. For the tables that an import fills; on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import connection, models

Row = tuple[Any, ...]


def new_keys(model: type[models.Model], count: int) -> list[int]:
    """Primary keys for `count` rows to come, so that rows can point at each other before they are written.

    Call it in a transaction that writes; on SQLite nobody else can use them until it ends."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
            )
            return sorted(key for (key,) in cursor.fetchall())
        cursor.execute("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = %s", [table])
        (last,) = cursor.fetchone()
        return list(range(last + 1, last + 1 + count))


def insert(model: type[models.Model], columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Append rows of values in the order of `columns` (names of model fields, `id` among them if it is known).

    Columns that are not named get their field's default. Values are checked by the database alone."""
    rows = list(rows)
    if not rows:
        return
    by_name = {field.name: field for field in model._meta.concrete_fields if not field.generated}
    named = [by_name[name] for name in columns]
    others = [field for field in by_name.values() if field not in named and not field.primary_key]
    fields = [*named, *others]
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({places})"  # noqa: S608  our own names
    adapt = [_adapter(field) for field in named]
    defaults = [_default(field) for field in others]
    with connection.cursor() as cursor:
        cursor.executemany(
            statement,
            [
                (
                    *[value if to is None else to(value) for to, value in zip(adapt, row, strict=True)],
                    *[default() if callable(default) else default for default in defaults],
                )
                for row in rows
            ],
        )


# Columns whose values the databases take as Python has them; all others go through their field.
_PLAIN = (models.CharField, models.TextField, models.IntegerField, models.ForeignKey)


def _adapter(field: Any) -> Callable[[Any], Any] | None:
    if isinstance(field, _PLAIN):
        return None
    return lambda value: field.get_db_prep_save(value, connection)


def _default(field: Any) -> Any:
    """The default as the database takes it: one for all rows, but for what has to differ a maker of it."""

    def make() -> Any:
        return field.get_db_prep_save(field.get_default(), connection)

    return make if field.unique else make()
