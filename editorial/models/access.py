"""Sessions of the desk: whoever is signed in, where."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models


class DeskSession(AbstractBaseSession):
    """One browser's session. Without a user it belongs to somebody who is just signing in."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")

    class Meta(AbstractBaseSession.Meta):
        default_permissions = ()  # nobody handles them in the admin

    @classmethod
    def get_session_store_class(cls) -> Any:
        from ..access.session_store import SessionStore

        return SessionStore
