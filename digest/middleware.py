"""What every answer keeps to, whoever made it: headers for safety, and 503 instead of a crash while the database is
away."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views import defaults

from .public_pages import unavailable

DESK = "/admin/"
"""Where people are logged in: nowhere else is a cookie read or set."""
NOT_USED = (
    *("accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen"),
    *("geolocation", "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer", "microphone", "midi"),
    *("payment", "publickey-credentials-get", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking"),
)
"""What a browser can do that neither site nor desk ever asks for."""
HEADERS = {
    "Permissions-Policy": ", ".join(f"{name}=()" for name in NOT_USED),
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
}
"""Beside those of Django (HSTS, nosniff, Referrer-Policy, Cross-Origin-Opener-Policy, X-Frame-Options) and the
Content-Security-Policy."""
_log = logging.getLogger(__name__)


class SafeAnswers:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(DESK):
            request.COOKIES.clear()  # readers have none; a browser that sends one gets no answer about it either
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return _unless_it_answers(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """The page for what nobody foresaw, and where the database failed a middleware, 503."""
    return _unless_it_answers(request, sys.exc_info()[1]) or defaults.server_error(request)


def _unless_it_answers(request: HttpRequest, exception: BaseException | None) -> HttpResponse | None:
    if not isinstance(exception, OperationalError | InterfaceError):
        return None
    _log.error("The database did not answer %s: %s", request.path, exception)
    return unavailable()
