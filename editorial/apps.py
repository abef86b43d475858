from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class EditorialConfig(AppConfig):
    name = "editorial"
    verbose_name = "Editorial desk"

    def ready(self) -> None:
        post_migrate.connect(guard_append_only_tables, sender=self)


def guard_append_only_tables(using: str, **kwargs: Any) -> None:
    """After every migration: SQLite rebuilds a table to alter it, and its triggers are gone then."""
    from .models.append_only import guard

    guard(connections[using])
