"""Exported files in one zip: the same paths and bytes as in a folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.db.models import QuerySet
from django.utils import timezone

from ..models import Article, Revision
from .files import ExportedFile, exported

LEFT_OUT = "not-exported.txt"  # the entry that names articles without a file


@dataclass(slots=True)
class Archive:
    """What a zip holds: how many articles, and those that could not be written into it."""

    count: int = 0
    left_out: list[ExportedFile] = field(default_factory=list)


def write_archive(
    revisions: QuerySet[Revision], stream: IO[bytes], *, may_view: Callable[[Article], bool] = lambda article: True
) -> Archive:
    """Write a zip of these revisions to `stream`, one after the other. Articles that `may_view` denies are passed
    over in silence; those that can't be exported are named in the entry LEFT_OUT, each with the reason."""
    archive = Archive()
    with ZipFile(stream, "w", ZIP_DEFLATED) as target:
        for file in exported(revisions):
            if not may_view(file.revision.article):
                continue
            if file.error:
                archive.left_out.append(file)
                continue
            target.writestr(_entry(file), file.data)
            archive.count += 1
        if archive.left_out:
            lines = [f"{file.revision.slug}: {file.error}\n" for file in archive.left_out]
            target.writestr(LEFT_OUT, "".join(lines))
    return archive


def _entry(file: ExportedFile) -> ZipInfo:
    """The head of an entry: its time is that of the revision, so that the same texts give the same zip."""
    entry = ZipInfo(file.path, timezone.localtime(file.revision.created_at).timetuple()[:6])
    entry.compress_type = ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry
