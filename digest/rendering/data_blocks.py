"""Data for machines inside a page. A script element whose type is no script is never run, so the policy against inline
scripts lets it be; what could end the element early is written as an escape."""

from __future__ import annotations

import json
from typing import Any

from django.utils.safestring import SafeString, mark_safe

_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def json_ld(data: dict[str, Any]) -> SafeString:
    """`data` (JSON-LD 1.1, section 7: https://www.w3.org/TR/json-ld11/) as an element for the head of a page. Whatever
    its strings say, they stay strings."""
    written = json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{written}</script>')  # noqa: S308
