"""The style sheets, scripts and pictures of the public site, under the names that pages give them."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage

_OURS = "digest"
_PACKED = (".gz", ".br")


def static_files() -> Iterator[tuple[str, bytes]]:
    """Path in the export and bytes of each: what `collectstatic` made where names carry hashes, else the sources."""
    prefix = settings.STATIC_URL.lstrip("/")
    if getattr(staticfiles_storage, "manifest_strict", None) is not None:
        for name in sorted(_stored(_OURS)):
            with staticfiles_storage.open(name) as file:
                yield f"{prefix}{name}", file.read()
        return
    for finder in finders.get_finders():
        for name, storage in finder.list([]):
            if name.startswith(f"{_OURS}/"):
                with storage.open(name) as file:
                    yield f"{prefix}{name}", file.read()


def _stored(folder: str) -> Iterator[str]:
    folders, files = staticfiles_storage.listdir(folder)
    yield from (f"{folder}/{file}" for file in files if not file.endswith(_PACKED))
    for each in folders:
        yield from _stored(f"{folder}/{each}")
