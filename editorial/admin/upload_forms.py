"""The form that files are uploaded by: what was sent, told apart into Markdown files, sidecars and a zip."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings

from ..importing import IncomingFile, files
from ..importing.archives import Limits, read_zip
from ..importing.files import SUFFIXES
from ..importing.sources import is_sources

SIDECAR = "batch.json"
ACCEPTED = ",".join([*SUFFIXES, ".zip", ".json", "text/markdown", "application/zip"])


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One or more uploaded files, as a list."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        sent = (data if isinstance(data, list | tuple) else [data]) or [None]  # none: let the field say so
        return [super(FilesField, self).clean(file, initial) for file in sent]


class UploadForm(forms.Form):
    """Markdown files, perhaps with a `batch.json` that tells where they come from; or one zip of such."""

    files = FilesField(
        label="Markdown files, or one zip",
        allow_empty_file=True,
        widget=FilesInput(attrs={"multiple": True, "accept": ACCEPTED, "aria-describedby": "files_help"}),
        error_messages={"required": "Choose at least one .md file, or a zip of them."},
    )

    def clean_files(self) -> list[Any]:
        sent: list[Any] = self.cleaned_data["files"]
        zips = [file for file in sent if _ends(file, ".zip")]
        if zips and len(sent) > 1:
            raise forms.ValidationError("A zip comes alone. Send it by itself, or put the other files into it.")
        wrong = [file.name for file in sent if not (_ends(file, *SUFFIXES, ".zip") or _is_sidecar(file))]
        if wrong:
            raise forms.ValidationError(
                "Only .md and .markdown files, one batch.json and .sources.json files with them, or one .zip can be "
                "imported. "
                f"Leave out: {', '.join(wrong[:20])}{f' and {len(wrong) - 20} more' if len(wrong) > 20 else ''}."
            )
        if len(sent) > settings.UPLOAD_MAX_FILES:
            raise forms.ValidationError(
                f"{len(sent)} files are more than the {settings.UPLOAD_MAX_FILES} that one upload may bring. "
                "Pack them into one zip, or import them with the import_articles command."
            )
        for file in zips:
            if file.size > settings.ARCHIVE_MAX_BYTES:
                raise forms.ValidationError(
                    f"{file.name} has {file.size:,} bytes; {settings.ARCHIVE_MAX_BYTES:,} is the limit. "
                    "Divide it into several archives."
                )
        return sent

    @property
    def origin(self) -> str:
        """Where the files come from, for the batch. Only of a valid form."""
        sent = self.cleaned_data["files"]
        return f"upload of {sent[0].name}" if len(sent) == 1 else f"upload of {len(sent)} files"

    def incoming(self, sidecars: list[IncomingFile]) -> Iterator[IncomingFile]:
        """The files, one after the other; sidecars are put into the list. Only of a valid form.

        Raises ArchiveError for a zip that is refused as a whole."""
        for file in self.cleaned_data["files"]:
            if _ends(file, ".zip"):
                yield from read_zip(file.file, archive_limits(), on_sidecar=sidecars.append)
            elif _is_sidecar(file):
                sidecars.append(_read(file))
            else:
                yield _read(file)


def archive_limits() -> Limits:
    """How much one archive may hold, by the settings."""
    return Limits(
        max_file_bytes=settings.UPLOAD_MAX_BYTES,
        max_entries=settings.ARCHIVE_MAX_ENTRIES,
        max_total_bytes=settings.ARCHIVE_MAX_BYTES,
        max_ratio=settings.ARCHIVE_MAX_RATIO,
    )


def _read(file: Any) -> IncomingFile:
    if file.size > settings.UPLOAD_MAX_BYTES:
        return IncomingFile(file.name, error=files.too_large(file.size, settings.UPLOAD_MAX_BYTES))
    return IncomingFile(file.name, file.read())


def _ends(file: Any, *endings: str) -> bool:
    return bool(file.name.lower().endswith(endings))


def _is_sidecar(file: Any) -> bool:
    return bool(file.name.lower() == SIDECAR) or is_sources(file.name)
