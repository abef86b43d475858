"""Exported files in a folder: nothing outside it, no file that somebody changed there, no half-written file."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import shutil
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from pathlib import Path, PurePosixPath

from django.db.models import QuerySet

from ..models import Generation, Revision
from .files import CHUNK, ExportedFile, bytes_of, exported
from .rewriting import CannotExport

FOR_ALL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)  # what stops one file from being written stops all
CHANGED = "The file on disk was changed since its import or last export. Import it first, or use --force to replace it."


class Result(StrEnum):
    """What became of one file."""

    WRITTEN = "written"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


class FolderError(Exception):
    """Nothing can be written to the folder; the message says why."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one exported file; `message` is a sentence where that is not simply fine."""

    file: ExportedFile
    result: Result
    message: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class _Target:
    """A file's place on disk, the hash of what stands there ("": nothing), or why it must not be touched."""

    file: ExportedFile
    location: Path
    sha256: str = ""
    error: str = ""

    @property
    def is_up_to_date(self) -> bool:
        return self.sha256 == _hash(self.file.data)

    @property
    def is_as_delivered(self) -> bool:
        return self.sha256 in ("", self.file.revision.generation.sha256)


def export_to_folder(
    revisions: QuerySet[Revision], folder: Path, *, force: bool = False, dry_run: bool = False
) -> Iterator[Outcome]:
    """Write each revision where its file came from, below `folder`; a dry run decides and writes nothing.

    A file on disk that is neither as it was imported nor as an earlier revision was exported is refused, unless
    forced. At most three queries per CHUNK of files. Raises FolderError when the folder can't be made, is full or
    read-only; what was written until then is whole."""
    if not dry_run:
        _make(folder)
    files = exported(revisions)
    while chunk := list(islice(files, CHUNK)):
        targets = [_target(folder, file) for file in chunk]
        strange = [target for target in targets if not (target.is_up_to_date or target.is_as_delivered)]
        refused = set() if force else set(strange) - _known(strange)
        for target in targets:
            yield _settled(target, is_refused=target in refused, dry_run=dry_run)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FolderError(f"The folder {folder} can't be made: {error.strerror}. Name another one.") from None


def _target(folder: Path, file: ExportedFile) -> _Target:
    """Look at the place of a file, without following a symbolic link below the folder."""
    at = folder
    if file.error:
        return _Target(file, at, error=file.error)
    try:
        for part in PurePosixPath(file.path).parts:
            at = at / part
            if at.is_symlink():
                return _Target(file, at, error=f"{at} is a symbolic link, and links are not followed. Replace it.")
        if at.exists() and not at.is_file():
            return _Target(file, at, error=f"{at} is no file. Move it away.")
        with at.open("rb") as stream:
            return _Target(file, at, hashlib.file_digest(stream, "sha256").hexdigest())
    except FileNotFoundError:
        return _Target(file, at)
    except OSError as error:
        return _Target(file, at, error=f"{at} can't be used: {error.strerror}. Check its name and its permissions.")


def _known(targets: Collection[_Target]) -> set[_Target]:
    """Those whose file on disk is what was once imported from that path, or what an earlier revision of the
    article was exported as: its bytes are kept, or can be made again."""
    if not targets:
        return set()
    imported = set(
        Generation.objects.filter(
            sha256__in={target.sha256 for target in targets},
            path__in={target.file.revision.generation.path for target in targets},
        ).values_list("path", "sha256")
    )
    known = {target for target in targets if (target.file.revision.generation.path, target.sha256) in imported}
    unknown = {target.file.revision.article_id: target for target in targets if target not in known}
    return known | set(_exported_before(unknown)) if unknown else known


def _exported_before(unknown: dict[int, _Target]) -> Iterator[_Target]:
    earlier = Revision.objects.filter(article__in=unknown).select_related("generation").order_by("-number")
    for revision in earlier.iterator(chunk_size=CHUNK):
        target = unknown[revision.article_id]
        with suppress(CannotExport):
            if target.sha256 in (revision.generation.sha256, _hash(bytes_of(revision))):
                yield target


def _settled(target: _Target, *, is_refused: bool, dry_run: bool) -> Outcome:
    file = target.file
    if target.error:
        return Outcome(file, Result.REFUSED, target.error)
    if target.is_up_to_date:
        return Outcome(file, Result.UNCHANGED, file.remark)
    if is_refused:
        return Outcome(file, Result.REFUSED, CHANGED)
    if not dry_run:
        try:
            _write(target.location, file.data)
        except OSError as error:
            reason = f"{target.location} can't be written: {error.strerror}."
            if error.errno in FOR_ALL:
                raise FolderError(f"{reason} Make room or name another folder, then run it again.") from None
            return Outcome(file, Result.REFUSED, f"{reason} Check its name and its permissions.")
    return Outcome(file, Result.WRITTEN, file.remark)


def _write(location: Path, data: bytes) -> None:
    """Put a whole file in place at once: a reader finds the old bytes or the new ones, never a part."""
    location.parent.mkdir(parents=True, exist_ok=True)
    temporary = location.with_name(f".digest-{secrets.token_hex(8)}.tmp")
    try:
        with temporary.open("xb") as stream:
            stream.write(data)
        if location.exists():
            shutil.copymode(location, temporary)
        os.replace(temporary, location)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
