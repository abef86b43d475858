"""The articles of a zip file, one after the other. Pure but for reading the file that is given."""

from collections.abc import Iterator
from typing import BinaryIO

from ..files import IncomingFile
from ..sources import article_of, is_sources
from .gate import ArchiveError, Gate, Limits, OnSidecar, is_article, is_sidecar, refused, taken, without_sidecars
from .zip_layout import EntryError, ZipEntry, directory, unpack


def read_zip(data: BinaryIO, limits: Limits, *, on_sidecar: OnSidecar | None = None) -> Iterator[IncomingFile]:
    """The Markdown files of a zip in its own order; `data` must be seekable.

    One bad entry fails alone and comes as an IncomingFile with an `error`: a name that leads outside or can't be
    one here, a link, a special file, an archive in the archive, a file over the limit, one that is damaged or
    packed by another method than Deflate. Other kinds of files, folders and what macOS adds are passed over, not
    even unpacked. `on_sidecar` is given `batch.json` files, all of them before the first article comes,
    and `*.sources.json` files, each right before its article.

    Raises ArchiveError when iterated, for the archive as a whole: no zip, a broken or encrypted one, a bomb (too
    many entries, too many bytes, too high a ratio, shared bytes). It may come after some files have: whoever
    must have all or nothing reads to the end first."""
    entries = directory(data, max_entries=limits.max_entries)
    if any(entry.is_encrypted for entry in entries):
        raise ArchiveError("This zip is locked with a password. Pack the files again without one.")
    gate = Gate(limits)
    files = (_read_entry(data, entry, gate) for entry in _in_order(entries))
    yield from without_sidecars((file for file in files if file), on_sidecar)


def _in_order(entries: list[ZipEntry]) -> list[ZipEntry]:
    """What tells of a run first, then each article behind what tells of it."""
    articles = {article_of(entry.name): at for at, entry in enumerate(entries) if is_article(entry.name)}

    def place(numbered: tuple[int, ZipEntry]) -> tuple[int, int]:
        at, entry = numbered
        if is_sources(entry.name):
            return articles.get(article_of(entry.name), -1), 0
        return (-1, 0) if is_sidecar(entry.name) else (at, 1)

    return [entry for _, entry in sorted(enumerate(entries), key=place)]


def _read_entry(data: BinaryIO, entry: ZipEntry, gate: Gate) -> IncomingFile | None:
    path = gate.admit(entry.name, entry.kind)
    if not isinstance(path, str):
        return path
    limits = gate.limits
    try:
        content = unpack(data, entry, max_bytes=limits.max_file_bytes, count=gate.count)
    except EntryError as error:
        return refused(path, str(error), path)
    return taken(path, content, limits)
