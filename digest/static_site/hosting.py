"""What hosts of files can be told about them: the policy of pages, headers and redirects, in the form that several
of them read (`_headers`, `_redirects`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import cast
from urllib.parse import unquote

from csp.constants import NONCE
from django.conf import settings

from .answers import Answer

_NOT_IN_A_PAGE = ("frame-ancestors",)  # browsers heed it in a header only


def policy() -> str:
    """The site's Content-Security-Policy for a `<meta>` in a page, without nonces, as a file can't have a new one."""
    directives = cast(Mapping[str, Sequence[object]], settings.CONTENT_SECURITY_POLICY["DIRECTIVES"])
    parts = []
    for name, sources in directives.items():
        allowed = [str(source) for source in sources if source != NONCE]
        if name not in _NOT_IN_A_PAGE and allowed:
            parts.append(f"{name} {' '.join(allowed)}")
    return "; ".join(parts)


def headers_file(root: str) -> bytes:
    """Headers for every file below `root`, the path under which the export lies."""
    lines = [
        f"{root}/*",
        "  X-Content-Type-Options: nosniff",
        "  X-Frame-Options: DENY",
        f"  Referrer-Policy: {settings.SECURE_REFERRER_POLICY}",
        "  Content-Security-Policy: frame-ancestors 'none'",
        f"{root}{settings.STATIC_URL}*",
        "  Cache-Control: public, max-age=3600",
    ]
    return ("\n".join(lines) + "\n").encode()


def redirects_file(root: str, former: Iterable[str], ask: Callable[[str], Answer]) -> bytes:
    """A line for each former address of an article: where it is now (301), or that it was taken back (410)."""
    lines = []
    for path in former:
        found = ask(path)
        if found.code == 301:
            lines.append(f"{root}{unquote(path)} {root}{unquote(found.location)} 301")
        elif found.code == 410:
            lines.append(f"{root}{unquote(path)} {root}{unquote(path)}index.html 410")
    return "".join(f"{line}\n" for line in lines).encode()
