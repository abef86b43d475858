"""Writes the export: asks the site for each of its pages, makes links work without a server, and writes what is new."""

from __future__ import annotations

import hashlib
import os
import re
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from ..public_pages import render_page, site_settings
from .addresses import addresses, former_addresses
from .answers import Answer, answer
from .hosting import headers_file, policy, redirects_file
from .links import file_of, linked, moved, newer_page, next_page, path_of
from .search_index import search_files
from .state import FILE, State
from .static_files import static_files

_HEAD = re.compile(r"<meta charset=\"utf-8\">")


class ExportError(Exception):
    """The export can't be written; the message is a sentence that says why and what to do."""


@dataclass
class Result:
    """How many files an export wrote, left as they were, and took away."""

    written: int = 0
    unchanged: int = 0
    removed: int = 0


def export_site(folder: Path, *, site_url: str = "", told: Callable[[str], object] = lambda path: None) -> Result:
    """Write the public site as it is now into `folder`, which is new, empty, or holds an earlier export.

    `site_url` is the address under which the files will lie, perhaps with a path (https://example.org/digest), by
    default that of the settings. `told` is called with the path of every file that was looked at. Killed at any point,
    the next run finishes the work. Raises ExportError where the folder, the address or the database won't do."""
    site_url = (site_url or settings.SITE_URL).rstrip("/")
    parts = urlsplit(site_url)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise ExportError(f"“{site_url}” is no web address. Write one such as https://example.org/digest.")
    _require_ours(folder)
    try:
        state = State(folder, _version(site_url))
    except sqlite3.OperationalError as error:
        raise ExportError(f"{folder} can't be written: another export is under way there ({error}).") from error
    except sqlite3.DatabaseError as error:
        raise ExportError(f"{FILE} in {folder} is damaged ({error}). Export into a new folder.") from error
    try:
        return _Export(folder, site_url, state, told).run()
    except OSError as error:
        raise ExportError(f"{error.filename or folder} can't be written: {error.strerror}.") from error
    finally:
        state.close()


def _require_ours(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()) and not (folder / FILE).exists():
            raise ExportError(f"{folder} holds files that no export wrote. Name a new or empty folder.")
    except OSError as error:
        raise ExportError(f"{folder} can't be used as a folder: {error.strerror}.") from error


def _version(site_url: str) -> str:
    """Changes with whatever the files are made of besides the site's answers."""
    made_with = hashlib.sha256(repr((site_url, *site_settings(), policy())).encode())
    for file in sorted(Path(__file__).parent.glob("*.py")):
        made_with.update(file.read_bytes())
    return made_with.hexdigest()


class _Export:
    def __init__(self, folder: Path, site_url: str, state: State, told: Callable[[str], object]) -> None:
        self.folder, self.site_url, self.state, self.told = folder, site_url, state, told
        self.root = urlsplit(site_url).path
        self.result = Result()

    def run(self) -> Result:
        for path in addresses():
            self._list_or_page(path)
        for path in former_addresses():
            self._former(path)
        for name, content in self._others():
            self._write(name, content)
        for name in self.state.gone():
            self._remove(name)
        return self.result

    # --- pages ------------------------------------------------------------------------------------------

    def _list_or_page(self, path: str) -> None:
        """A page, and where it is a list, the pages that it goes on with."""
        before: str | None = None
        address: str | None = path
        while address:
            known = self.state.known(_file(address))
            fresh = known and known.etag and before is None and (self.folder / _file(address)).is_file()
            found = answer(address, known=known.etag if known and fresh else "")
            if found.code == 304:
                self._kept(_file(address))
                return
            if found.code == 404:
                return  # taken back since it was listed
            if found.code != 200:
                raise ExportError(f"The site answers {found.code} at {address}; nothing was taken away. Try again.")
            text = found.body.decode() if found.content_type.startswith("text/html") else ""
            following = next_page(text)
            newer = newer_page(text)
            places = {newer: before} if newer and before else {}
            is_list = bool(following or before)
            self._write(_file(address), self._made(found, path_of(address), places), "" if is_list else found.etag)
            before, address = path_of(address), following

    def _made(self, found: Answer, at: str, newer: dict[str, str]) -> bytes:
        """The bytes of a file: those of the answer, with its addresses as they are in the export."""
        kind = found.content_type.partition(";")[0]
        if kind == "text/html":
            return self._page(found.body.decode(), at, newer).encode()
        if kind.startswith(("text/", "application/")):
            return moved(found.body.decode(), settings.SITE_URL, self.site_url).encode()
        return found.body

    def _page(self, html: str, at: str, newer: dict[str, str] | None = None, root: str | None = None) -> str:
        html = linked(html, at=at, newer=newer, root=root)
        html = moved(html, settings.SITE_URL, self.site_url, newer)
        return _HEAD.sub(
            lambda head: f'{head[0]}\n<meta http-equiv="Content-Security-Policy" content="{policy()}">', html, count=1
        )

    def _former(self, path: str) -> None:
        """What stands where an article was: the way to its new place, or that it was taken back."""
        found = answer(path)
        if found.code == 410:
            self._write(_file(path), self._page(found.body.decode(), path).encode())
        elif found.code == 301:
            context = {"target": f"{self.site_url}{found.location}", "path": found.location}
            response = render_page("digest/moved.html", context)
            self._write(_file(path), self._page(response.content.decode(), path).encode())

    # --- all the rest -----------------------------------------------------------------------------------

    def _others(self) -> Iterator[tuple[str, bytes]]:
        yield "404.html", self._page(render_to_string("404.html"), "/404.html", root=self.root).encode()
        path = reverse("digest:search")
        context = {"section": "search", "canonical": path}
        page = render_page("digest/search_in_browser.html", context).content.decode()
        yield file_of(path), self._page(page, path).encode()
        yield from search_files(file_of(path).rpartition("/")[0])
        yield from static_files()
        yield "_redirects", redirects_file(self.root, former_addresses(), answer)
        yield "_headers", headers_file(self.root)
        yield ".nojekyll", b""

    def _write(self, name: str, content: bytes, etag: str = "") -> None:
        """Put a file in its place, whole or not at all, unless the same bytes are there."""
        sha256 = hashlib.sha256(content).hexdigest()
        known = self.state.known(name)
        target = self.folder / name
        if known and known.sha256 == sha256 and target.is_file():
            self.state.wrote(name, etag, sha256)
            self._kept(name)
            return
        self.state.about_to_write(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_name(f".{hashlib.sha256(name.encode()).hexdigest()[:16]}.part")
        temporary.write_bytes(content)
        os.replace(temporary, target)
        self.state.wrote(name, etag, sha256)
        self.result.written += 1
        self.told(name)

    def _kept(self, name: str) -> None:
        self.state.keep(name)
        self.result.unchanged += 1
        self.told(name)

    def _remove(self, name: str) -> None:
        """Take away a file whose page is gone, and the folders that it leaves empty."""
        target = self.folder / name
        target.unlink(missing_ok=True)
        self.state.forget(name)
        for parent in target.parents:
            if parent == self.folder or not parent.is_dir() or any(parent.iterdir()):
                break
            parent.rmdir()
        self.result.removed += 1


def _file(address: str) -> str:
    return unquote(file_of(path_of(address)))
