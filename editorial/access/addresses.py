"""From which network address a request comes, as far as it can be believed."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """The address that asks; None where the server names none (a Unix socket).

    With TRUST_PROXY_ADDRESS it is the last entry of X-Forwarded-For, which the proxy itself has added; all entries
    before it are what the client says. Without, nobody's header counts."""
    direct = _address(request.META.get("REMOTE_ADDR", ""))
    if not settings.TRUST_PROXY_ADDRESS:
        return direct
    return _address(request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2]) or direct


def _address(text: str) -> str | None:
    try:
        return str(ipaddress.ip_address(text.strip()))
    except ValueError:
        return None
