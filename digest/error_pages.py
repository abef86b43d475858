"""The pages for what can't be answered. They ask nothing of the database, and speak the language that the address is in
(/pl/...), as nothing else is known."""

from __future__ import annotations

import logging
import sys

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from .models import LANGUAGES
from .public_pages import RETRY_AFTER, render_page

_log = logging.getLogger(__name__)


def not_understood(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return render_page("400.html", {}, speaks=_language_of(request), status=400)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return render_page("404.html", {}, speaks=_language_of(request), status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500 for what nobody foresaw, and where the database failed a middleware, 503."""
    away = unavailable(request, sys.exc_info()[1])
    return away or HttpResponse(_plain("500.html", request), status=500)


def unavailable(request: HttpRequest, exception: BaseException | None) -> HttpResponse | None:
    """503 if the exception says that the database does not answer; else None."""
    if not isinstance(exception, OperationalError | InterfaceError):
        return None
    _log.error("The database did not answer %s: %s", request.path, exception)
    headers = {"Retry-After": str(RETRY_AFTER), "Cache-Control": "no-store"}
    return HttpResponse(_plain("503.html", request), status=503, headers=headers)


def _plain(name: str, request: HttpRequest) -> str:
    """A page that needs nothing to work, not even a catalogue of translations: there is one for each language."""
    speaks = _language_of(request)
    return render_to_string(name if speaks == settings.LANGUAGE_CODE else f"{speaks}/{name}")


def _language_of(request: HttpRequest) -> str:
    first = request.path_info.split("/", 2)[1:2]
    return first[0] if first and first[0] in LANGUAGES else settings.LANGUAGE_CODE
