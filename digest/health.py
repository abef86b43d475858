"""Whether the process lives, and whether it can serve readers: for whatever watches it. Plain words, nothing secret."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable

from django.core.cache import cache
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from redis import RedisError

from .public_pages import RETRY_AFTER

_log = logging.getLogger(__name__)


@csrf_exempt
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Alive: the process answers. It asks nothing of the database."""
    return _plain("ok\n")


@csrf_exempt
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Ready to serve: 200, or 503 with the names of what is not, one in a line."""
    found = {name: _is_fine(name, check) for name, check in CHECKS.items()}
    text = "".join(f"{name}: {'ok' if fine else 'not ready'}\n" for name, fine in found.items())
    if all(found.values()):
        return _plain(text)
    response = _plain(text, status=503)
    response["Retry-After"] = str(RETRY_AFTER)
    return response


def database_answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone() == (1,))


def migrations_are_applied() -> bool:
    """Whether the tables are those of this code."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def cache_answers() -> bool:
    word = secrets.token_hex(8)
    cache.set("readyz", word, 10)
    return cache.get("readyz") is not None  # another process may have written since


CHECKS: dict[str, Callable[[], bool]] = {
    "database": database_answers,
    "migrations": migrations_are_applied,
    "cache": cache_answers,
}


def _is_fine(name: str, check: Callable[[], bool]) -> bool:
    try:
        return check()
    except (Error, RedisError, OSError) as error:
        _log.error("Not ready: %s: %s", name, error)
        return False


def _plain(text: str, status: int = 200) -> HttpResponse:
    headers = {"Cache-Control": "no-store"}
    return HttpResponse(text, content_type="text/plain; charset=utf-8", status=status, headers=headers)
