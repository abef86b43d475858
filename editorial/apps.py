from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.db import connections
from django.db.models.signals import post_migrate


class EditorialConfig(AppConfig):
    name = "editorial"
    verbose_name = "Editorial desk"

    def ready(self) -> None:
        from .access import sessions, throttle

        post_migrate.connect(guard_append_only_tables, sender=self)
        user_logged_in.connect(sessions.begin)
        user_logged_in.connect(throttle.forget_failures)


def guard_append_only_tables(using: str, **kwargs: Any) -> None:
    """After every migration: SQLite rebuilds a table to alter it, and its triggers are gone then."""
    from .models.append_only import guard

    guard(connections[using])
