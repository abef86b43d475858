"""Queries whose SQL is made once in a process and then run with new values: Django takes longer to put a query into
words than the database takes to answer it, and the public site asks the same few all the time."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet

Value = str | int | datetime.date | datetime.datetime
Row = tuple[Any, ...]


class Prepared(NamedTuple):
    """SQL, and for each of its parameters the name of the value that belongs there (None: always the same value)."""

    sql: str
    names: list[str | None]
    constants: list[Any]
    convert: Callable[[Sequence[Row]], Sequence[Row]]

    def parameters(self, adapted: Mapping[str, Any]) -> list[Any]:
        """The parameters with these values, which are as the database takes them."""
        return [
            constant if name is None else adapted[name]
            for name, constant in zip(self.names, self.constants, strict=True)
        ]


_prepared: dict[Hashable, Prepared] = {}


def rows(build: Callable[..., QuerySet[Any, Any]], *shape: Hashable, **values: Value) -> Sequence[Row]:
    """The rows of the `values_list` query `build(*shape, **values)`. What the query looks like may depend on `shape`, a
    few different ones, never on the values."""
    query = prepared(build, *shape, **values)
    with connection.cursor() as cursor:
        cursor.execute(query.sql, query.parameters(adapted(values)))
        return query.convert(cursor.fetchall())


def prepared(build: Callable[..., QuerySet[Any, Any]], *shape: Hashable, **values: Value) -> Prepared:
    """The SQL of a query, made where it is not known yet."""
    key = (build.__module__, build.__qualname__, shape, tuple(values), connection.vendor)
    known = _prepared.get(key)
    if known is None:
        known = _prepared[key] = _prepare(build, shape, values)
    return known


def _prepare(
    build: Callable[..., QuerySet[Any, Any]], shape: Sequence[Hashable], values: Mapping[str, Value]
) -> Prepared:
    marks = {name: _mark(value, number) for number, (name, value) in enumerate(values.items(), 1)}
    query = build(*shape, **marks).query
    compiler = query.get_compiler(connection.alias)
    sql, parameters = compiler.as_sql()
    converters = compiler.get_converters([column[0] for column in compiler.select])
    known = {value: name for name, value in adapted(marks).items()}
    names = [known.get(parameter) for parameter in parameters]
    if set(names) - {None} != set(marks):
        raise ValueError(f"{build.__qualname__} does not ask for all of {sorted(marks)}.")

    def convert(found: Sequence[Row]) -> Sequence[Row]:
        return [tuple(row) for row in compiler.apply_converters(found, converters)] if converters else found

    return Prepared(sql, names, list(parameters), convert)


def _mark(value: Value, number: int) -> Value:
    """A value of the same type that no query has otherwise."""
    if isinstance(value, datetime.datetime):
        return datetime.datetime(1, 2, 3, 4, 5, number, tzinfo=datetime.UTC)
    if isinstance(value, datetime.date):
        return datetime.date(1, 2, number)
    return f"\ue000{number}" if isinstance(value, str) else -999_000_000_000 - number


def adapted(values: Mapping[str, Value]) -> dict[str, Any]:
    """The values as the database takes them."""
    return {name: _adapted(value) for name, value in values.items()}


def _adapted(value: Value) -> Any:
    if isinstance(value, datetime.datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, datetime.date):
        return connection.ops.adapt_datefield_value(value)
    return value
