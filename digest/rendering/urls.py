"""What an article may link to and which images it may show: http, https, mailto and the site's own addresses; images by
https from the site itself and from `settings.IMAGE_HOSTS`."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from django.conf import settings

LINK_SCHEMES = frozenset({"http", "https", "mailto"})
OUTSIDE_REL = "noopener nofollow ugc"

_URL_SAFE = "-_.+!*'(),%#@?=;:/,+&$~"
"""Characters cmark leaves as they are in an address (houdini_href_e.c); all others are percent-encoded."""
_SCHEME = re.compile(r"([^:/?#]*):")
"""What stands before a colon in the first segment, a scheme or not: no address of the site's own needs one there."""
_HOST = re.compile(
    r"(?:https?:)?//(?:[^/?#]*@)?((?:[A-Za-z0-9.\-_~]|%[89A-F][0-9A-F])+)(?::[0-9]{0,5})?(?:[/?#]|$)", re.IGNORECASE
)
_IMAGE_HOST = re.compile(r"https://([^/?#@]+)(?:[/?#]|$)", re.IGNORECASE)


def encode(url: str) -> str:
    """The address with what an attribute or a browser could read in another way percent-encoded."""
    return quote(url.strip(), safe=_URL_SAFE)


def link_attributes(url: str, title: str = "") -> dict[str, str] | None:
    """The attributes of a link to `url`, None when articles may not link there (`javascript:`, `data:`, ...)."""
    address = encode(url)
    scheme = _SCHEME.match(address)
    if scheme and scheme[1].lower() not in LINK_SCHEMES:
        return None
    attributes = {"href": address}
    if title:
        attributes["title"] = title
    if address.startswith("//") or (scheme and scheme[1].lower() != "mailto"):
        host = _HOST.match(address)
        if not host:
            return None
        if host[1].lower() != _own_host():
            attributes["rel"] = OUTSIDE_REL
    return attributes


def image_address(url: str) -> str | None:
    """The address of an image that articles may show, None for all others."""
    address = encode(url)
    if not _SCHEME.match(address) and not address.startswith("//"):
        return address or None
    host = _IMAGE_HOST.match(address)
    allowed = {_own_host(), *(name.lower() for name in settings.IMAGE_HOSTS)}
    return address if host and host[1].lower() in allowed else None


def _own_host() -> str:
    return urlsplit(settings.SITE_URL).hostname or ""
