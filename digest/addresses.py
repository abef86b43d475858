"""Addresses of many things of one kind, without asking Django's resolver about each."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import quote

from django.urls import reverse
from django.utils.http import RFC3986_SUBDELIMS

_SAFE = RFC3986_SUBDELIMS + "/~:@"
"""What Django's own `reverse` leaves as it is."""


@lru_cache(maxsize=4096)
def path_to(name: str, slug: str) -> str:
    """What `reverse(name, args=[slug])` gives, for an address that holds the slug as it is."""
    before, after = _around(name)
    return f"{before}{quote(slug, safe=_SAFE)}{after}"


@lru_cache(maxsize=32)
def _around(name: str) -> tuple[str, str]:
    before, _, after = reverse(name, args=["SLUG"]).partition("SLUG")
    return before, after
