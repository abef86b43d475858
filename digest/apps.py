from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class DigestConfig(AppConfig):
    name = "digest"
    verbose_name = "Public site"

    def ready(self) -> None:
        from . import checks  # noqa: F401  registers the system checks

        post_migrate.connect(prepare_search, sender=self)


def prepare_search(using: str, plan: Any = (), **kwargs: Any) -> None:
    """After every migration: the search index is made of what no model can name, and SQLite loses its triggers."""
    from .search.indexes import index_of
    from .search.models import SearchEntry

    connection = connections[using]
    if SearchEntry._meta.db_table in connection.introspection.table_names():
        index_of(connection).prepare(connection)
