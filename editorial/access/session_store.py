"""Django's sessions in the database, with the person beside each, so that one's own can be listed and ended."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore


class SessionStore(DatabaseStore):
    """What SESSION_ENGINE names."""

    @classmethod
    def get_model_class(cls) -> Any:
        from ..models import DeskSession

        return DeskSession

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row: Any = super().create_model_instance(data)
        row.user_id = data.get(SESSION_KEY)
        return row
