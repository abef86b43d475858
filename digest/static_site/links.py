"""Links of a page, made to work where there are files and no server: relative ones within the site, at any depth and
under any sub-path. Pure."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from html import escape, unescape

_TAG = re.compile(r"<[a-zA-Z](?:[^<>\"']|\"[^\"]*\"|'[^']*')*>")
_LINK = re.compile(r"(?<=\s)(href|src|action|poster)=\"(/(?!/)[^\"]*)\"")
_CONTINUED = re.compile(r"(/[^?#]*)\?before=([0-9-]+\.[0-9]+)")
_HOST_GOES_ON = r"(?![\w.:-])"


def file_of(path: str) -> str:
    """The file that a web server without any programs shows at a path of the site ("/tags/" is "tags/index.html")."""
    return f"{path}index.html".removeprefix("/") if path.endswith("/") else path.removeprefix("/")


def path_of(address: str) -> str:
    """Where the export keeps what the site has at a path, perhaps with a query: pages of a list beyond the first have
    folders of their own ("/tags/x/?before=2026-04-02.17" is "/tags/x/before/2026-04-02.17/")."""
    return _CONTINUED.sub(r"\1before/\2/", address)


def relative(target: str, at: str) -> str:
    """How the page at the path `at` names the path `target`, which may end with a query or an anchor."""
    path, mark, rest = _split(target)
    found = posixpath.relpath(path, posixpath.dirname(at) if not at.endswith("/") else at.rstrip("/") or "/")
    return f"{found}{'/' if path.endswith('/') else ''}{mark}{rest}"


def linked(html: str, *, at: str, newer: Mapping[str, str] | None = None, root: str | None = None) -> str:
    """The HTML of the page at the path `at`, with every link to a path of the site made relative. `newer` gives the
    paths of pages that the site finds by what they come after. A `root` is put before the paths instead: for a page
    that is shown at any depth."""

    def link(match: re.Match[str]) -> str:
        address = unescape(match[2])
        target = path_of((newer or {}).get(address, address))
        named = f"{root}{target}" if root is not None else relative(target, at)
        return f'{match[1]}="{escape(named)}"'

    return _TAG.sub(lambda tag: _LINK.sub(link, tag[0]) if '="/' in tag[0] else tag[0], html)


def moved(text: str, old: str, new: str, newer: Mapping[str, str] | None = None) -> str:
    """The text of any file with the site's full addresses as they are where the export lies: `old` and `new` are the
    beginnings, such as https://digest.example.org, and pages of lists have the paths that the export gives them."""
    if old not in text:
        return text
    for address, path in (newer or {}).items():
        text = text.replace(f"{old}{address}", f"{old}{path}")
    at_old = re.escape(old)
    text = re.sub(rf"{at_old}(/[^?#\s\"'<>]*)\?before=([0-9-]+\.[0-9]+)", rf"{old}\1before/\2/", text)
    return re.sub(rf"{at_old}{_HOST_GOES_ON}", lambda _: new, text) if old != new else text


def next_page(html: str) -> str | None:
    """The address of the page that a list goes on with, as `<a rel="next">` names it."""
    found = re.search(r'<a rel="next" href="(/[^"]*\?before=[^"]*)"', html)
    return unescape(found[1]) if found else None


def newer_page(html: str) -> str | None:
    """The address of the page that comes before one of a list, as `<a rel="prev">` names it."""
    found = re.search(r'<a rel="prev" href="(/[^"]*\?after=[^"]*)"', html)
    return unescape(found[1]) if found else None


def _split(target: str) -> tuple[str, str, str]:
    found = re.search(r"[?#]", target)
    if not found:
        return target, "", ""
    return target[: found.start()], found[0], target[found.end() :]
