"""Queries whose SQL is made once in a process and then run with new values: Django takes longer to put a query into
words than the database takes to answer it, and the public site asks the same few all the time."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import DateField, Func, QuerySet, TextField

Value = str | int | datetime.date | datetime.datetime
Row = tuple[Any, ...]


_PLACE = re.compile(r"(?<!%)%s")
_NAMED = re.compile(r"%\((\w+)\)s")


class Prepared(NamedTuple):
    """SQL, and for each of its parameters the name of the value that belongs there (None: always the same value).
    `own_sql` is the same in SQLite's own words, with a ? where a parameter belongs."""

    sql: str
    own_sql: str
    names: list[str | None]
    constants: list[Any]
    convert: Callable[[Sequence[Row]], Sequence[Row]]


class Utf8(Func):
    """A text column on its way to a reader's bytes. SQLite hands these over as they are, so that nothing is decoded and
    encoded again; PostgreSQL hands over text. `as_bytes` takes either."""

    template = "%(expressions)s"

    def as_sqlite(self, compiler: Any, connection: BaseDatabaseWrapper, **context: Any) -> tuple[str, Any]:
        return self.as_sql(compiler, connection, template="CAST(%(expressions)s AS BLOB)", **context)


class Day(Func):
    """A day, in SQLite as the text that it keeps. `as_day` takes either."""

    template = "%(expressions)s"
    output_field = TextField()

    def as_sqlite(self, compiler: Any, connection: BaseDatabaseWrapper, **context: Any) -> tuple[str, Any]:
        return self.as_sql(compiler, connection, template="CAST(%(expressions)s AS TEXT)", **context)


@lru_cache(maxsize=4096)
def as_day(day: str | datetime.date) -> datetime.date:
    """What a `Day` column holds."""
    return datetime.date.fromisoformat(day) if isinstance(day, str) else day


def as_bytes(text: str | bytes) -> bytes:
    """What a `Utf8` column holds."""
    return text if isinstance(text, bytes) else text.encode()


_prepared: dict[Hashable, Prepared] = {}


def rows(build: Callable[..., QuerySet[Any, Any]], *shape: Hashable, **values: Value) -> Sequence[Row]:
    """The rows of the `values_list` query `build(*shape, **values)`. What the query looks like may depend on `shape`, a
    few different ones, never on the values."""
    database = connections[DEFAULT_DB_ALIAS]  # itself: each look through `connection` costs a microsecond
    key = (build, shape, tuple(values), database.vendor)
    known = _prepared.get(key)
    if known is None:
        known = _prepared[key] = _prepare(build, shape, values)
    return _fetched(database, known, values)


def fetched(query: Prepared, values: Mapping[str, Value]) -> Sequence[Row]:
    """The rows of a query with these values."""
    return _fetched(connections[DEFAULT_DB_ALIAS], query, values)


def _fetched(database: BaseDatabaseWrapper, query: Prepared, values: Mapping[str, Value]) -> Sequence[Row]:
    """SQLite is asked without the layers that Django puts around a cursor: they translate the SQL anew each time and
    take twice as long as the database. Where somebody listens to the queries (a test, a debugger), Django asks."""
    vendor = database.vendor
    known = {
        name: _adapted(value, vendor) if isinstance(value, datetime.date) else value for name, value in values.items()
    }
    parameters = [
        constant if name is None else known[name] for name, constant in zip(query.names, query.constants, strict=True)
    ]
    if vendor == "sqlite" and not database.execute_wrappers and not database.queries_logged:
        database.ensure_connection()
        with database.wrap_database_errors:
            return query.convert(database.connection.execute(query.own_sql, parameters).fetchall())
    with database.cursor() as cursor:
        cursor.execute(query.sql, parameters)
        return query.convert(cursor.fetchall())


def written(sql: str) -> Prepared:
    """A query in SQL of our own, with %(name)s where a value belongs. Its rows come as the database gives them."""
    names: list[str | None] = list(_NAMED.findall(sql))
    plain = _NAMED.sub("%s", sql)
    return Prepared(plain, _in_sqlite(plain), names, [None] * len(names), _as_they_are)


def _prepare(
    build: Callable[..., QuerySet[Any, Any]], shape: Sequence[Hashable], values: Mapping[str, Value]
) -> Prepared:
    marks = {name: _mark(value, number) for number, (name, value) in enumerate(values.items(), 1)}
    query = build(*shape, **marks).query
    compiler = query.get_compiler(connection.alias)
    sql, parameters = compiler.as_sql()
    known = {_adapted(value, connection.vendor): name for name, value in marks.items()}
    names = [known.get(parameter) for parameter in parameters]
    if set(names) - {None} != set(marks):
        raise ValueError(f"{build.__qualname__} does not ask for all of {sorted(marks)}.")
    converters = compiler.get_converters([column[0] for column in compiler.select])
    return Prepared(sql, _in_sqlite(sql), names, list(parameters), _converting(converters))


def _as_they_are(found: Sequence[Row]) -> Sequence[Row]:
    return found


def _converting(converters: Mapping[int, tuple[Sequence[Any], Any]]) -> Callable[[Sequence[Row]], Sequence[Row]]:
    """What makes rows of the database rows of Python."""
    if not converters:
        return _as_they_are
    columns = [(position, _converter(*how)) for position, how in converters.items()]

    def convert(found: Sequence[Row]) -> Sequence[Row]:
        converted = []
        for row in found:
            values = list(row)
            for position, function in columns:
                values[position] = function(values[position])
            converted.append(tuple(values))
        return converted

    return convert


def _converter(functions: Sequence[Callable[..., Any]], expression: Any) -> Callable[[Any], Any]:
    """What makes values of one column those of Python. The same few days stand in many rows."""

    def convert(value: Any) -> Any:
        for function in functions:
            value = function(value, expression, connection)
        return value

    return lru_cache(maxsize=4096)(convert) if isinstance(expression.output_field, DateField) else convert


def _in_sqlite(sql: str) -> str:
    return _PLACE.sub("?", sql).replace("%%", "%")


def _mark(value: Value, number: int) -> Value:
    """A value of the same type that no query has otherwise."""
    if isinstance(value, datetime.datetime):
        return datetime.datetime(1, 2, 3, 4, 5, number, tzinfo=datetime.UTC)
    if isinstance(value, datetime.date):
        return datetime.date(1, 2, number)
    return f"\ue000{number}" if isinstance(value, str) else -999_000_000_000 - number


@lru_cache(maxsize=1024)
def _adapted(value: Value, vendor: str) -> Any:
    """A value as the database takes it."""
    if isinstance(value, datetime.datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, datetime.date):
        return connection.ops.adapt_datefield_value(value)
    return value
