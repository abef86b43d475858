"""Queries whose SQL is made once in a process and then run with new values: Django takes longer to put a query into
words than the database takes to answer it, and the public site asks the same few all the time."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import QuerySet

Value = str | int | datetime.date | datetime.datetime
Row = tuple[Any, ...]


_PLACE = re.compile(r"(?<!%)%s")


class Prepared(NamedTuple):
    """SQL, and for each of its parameters the name of the value that belongs there (None: always the same value).
    `own_sql` is the same in SQLite's own words, with a ? where a parameter belongs."""

    sql: str
    own_sql: str
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
_unions: dict[tuple[str, ...], Prepared] = {}


def rows(build: Callable[..., QuerySet[Any, Any]], *shape: Hashable, **values: Value) -> Sequence[Row]:
    """The rows of the `values_list` query `build(*shape, **values)`. What the query looks like may depend on `shape`, a
    few different ones, never on the values."""
    return fetched(prepared(build, *shape, **values), values)


def union(*arms: Prepared) -> Prepared:
    """One query for the rows of several, each with its own order and limit. Their rows are not converted: they hold
    texts and numbers."""
    known = _unions.get(arms_key := tuple(arm.sql for arm in arms))
    if known is None:
        sql = " UNION ALL ".join(f"SELECT * FROM ({arm.sql}) AS arm_{number}" for number, arm in enumerate(arms))  # noqa: S608
        names = [name for arm in arms for name in arm.names]
        constants = [constant for arm in arms for constant in arm.constants]
        known = _unions[arms_key] = Prepared(sql, _in_sqlite(sql), names, constants, lambda found: found)
    return known


def fetched(query: Prepared, values: Mapping[str, Value]) -> Sequence[Row]:
    """The rows of a query with these values.

    SQLite is asked without the layers that Django puts around a cursor: they translate the SQL anew each time and take
    twice as long as the database. Where somebody listens to the queries (a test, a debugger), Django asks."""
    database = connections[DEFAULT_DB_ALIAS]  # itself: each look through `connection` costs a microsecond
    vendor = database.vendor
    parameters = query.parameters({name: _adapted(value, vendor) for name, value in values.items()})
    if vendor == "sqlite" and not database.queries_logged and not database.execute_wrappers:
        database.ensure_connection()
        with database.wrap_database_errors:
            return query.convert(database.connection.execute(query.own_sql, parameters).fetchall())
    with database.cursor() as cursor:
        cursor.execute(query.sql, parameters)
        return query.convert(cursor.fetchall())


def prepared(build: Callable[..., QuerySet[Any, Any]], *shape: Hashable, **values: Value) -> Prepared:
    """The SQL of a query, made where it is not known yet."""
    key = (build, shape, tuple(values), connections[DEFAULT_DB_ALIAS].vendor)
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

    return Prepared(sql, _in_sqlite(sql), names, list(parameters), convert)


def _in_sqlite(sql: str) -> str:
    return _PLACE.sub("?", sql).replace("%%", "%")


def _mark(value: Value, number: int) -> Value:
    """A value of the same type that no query has otherwise."""
    if isinstance(value, datetime.datetime):
        return datetime.datetime(1, 2, 3, 4, 5, number, tzinfo=datetime.UTC)
    if isinstance(value, datetime.date):
        return datetime.date(1, 2, number)
    return f"\ue000{number}" if isinstance(value, str) else -999_000_000_000 - number


def adapted(values: Mapping[str, Value]) -> dict[str, Any]:
    """The values as the database takes them."""
    return {name: _adapted(value, connection.vendor) for name, value in values.items()}


@lru_cache(maxsize=1024)
def _adapted(value: Value, vendor: str) -> Any:
    """The one moment of a request is in both of its queries."""
    if isinstance(value, datetime.datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, datetime.date):
        return connection.ops.adapt_datefield_value(value)
    return value
