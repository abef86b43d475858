"""The one interface over two databases: what each of them can do for search."""

from __future__ import annotations

from types import ModuleType
from typing import Protocol, cast

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from . import postgres, sqlite
from .plans import Plan


class Index(Protocol):
    """What `sqlite` and `postgres` have in common."""

    def prepare(self, connection: BaseDatabaseWrapper) -> None:
        """After every migration: make what is not there."""

    def tidy(self, connection: BaseDatabaseWrapper) -> None:
        """After a rebuild."""

    def candidates(self, connection: BaseDatabaseWrapper, plan: Plan, limit: int) -> list[tuple[int, float]]:
        """Ids and scores of the best publications for a plan, the best first; visible or not."""


_INDEXES: dict[str, ModuleType] = {"sqlite": sqlite, "postgresql": postgres}


def index_of(database: BaseDatabaseWrapper) -> Index:
    """The index of a database. Raises NotImplementedError for one that is neither SQLite nor PostgreSQL."""
    if database.vendor not in _INDEXES:
        raise NotImplementedError(f"Search works on SQLite and PostgreSQL; this database is {database.vendor}.")
    return cast(Index, _INDEXES[database.vendor])


def candidates(plan: Plan, limit: int) -> list[tuple[int, float]]:
    """Ids and scores of the best publications for a plan, the best first; visible or not."""
    return index_of(connection).candidates(connection, plan, limit)
