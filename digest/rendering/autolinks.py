"""Bare addresses in text: `https://...`, `www...` and `name@host`, found as cmark-gfm's extension does."""

from __future__ import annotations

import re
from collections.abc import Iterator

_HOST = re.compile(r"[^\s!-,/:-@\[-^`{-~]*")
_TO_SPACE = re.compile(r"[^\s<]*")
_ENTITY_END = re.compile(r"&[A-Za-z]+;$")
_LAST_ENTITY = 40
_NOTHING = ("", "<")
_MAX_LABELS_STRICT = 10
_NAME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.+-_")
_MAIL_HOST = re.compile(r"[A-Za-z0-9_\-]+(?:\.[A-Za-z0-9_\-]+)+")


def address_end(text: str, start: int, host_start: int) -> int | None:
    """The end of the bare address whose host begins at `host_start`; None when that is no host name."""
    match = _HOST.match(text, host_start)
    host = match[0] if match else ""
    behind = host_start + len(host)
    if text[behind : behind + 1] in _NOTHING or text[behind].isspace():  # `_www.example.org_`
        host = host.rstrip("_")
    if not host or not _is_host(host, needs_dot=start == host_start):
        return None
    rest = _TO_SPACE.match(text, behind)  # only now: it may be as long as the text
    return start + len(_trimmed(text[start : rest.end() if rest else behind]))


def _is_host(host: str, needs_dot: bool) -> bool:
    labels = host.split(".")
    if needs_dot and len(labels) < 3 and not labels[-1]:
        return False
    return len(labels) > _MAX_LABELS_STRICT + 1 or "_" not in "".join(labels[-2:])


def _trimmed(address: str) -> str:
    """Without the punctuation that belongs to the sentence around the address."""
    surplus = address.count(")") - address.count("(")
    end = len(address)
    while end:
        last = address[end - 1]
        if last == ")" and surplus > 0:
            surplus -= 1
            end -= 1
        elif last == ";":
            entity = _ENTITY_END.search(address, max(0, end - _LAST_ENTITY), end)
            end = entity.start() if entity else end - 1
        elif last in "?!.,:*_~'\"":
            end -= 1
        else:
            break
    return address[:end]


def mail_addresses(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each bare mail address in `text`."""
    done = 0
    at = text.find("@")
    while at >= 0:
        start = at
        while start > done and text[start - 1] in _NAME:
            start -= 1
        host = _MAIL_HOST.match(text, at + 1)
        done = at + 1
        if host and start < at and host[0][-1].isalpha() and not text.startswith("@", host.end()):
            done = host.end()
            yield start, done
        at = text.find("@", done)
