"""Taking articles out again, as the files they came from: byte for byte where nobody edited, else with the edits
and nothing but the edits. Reading an exported file gives exactly the text that was exported."""

from .archive import Archive, write_archive
from .files import ExportedFile, bytes_of, exported, public_texts, working_texts
from .folder import FolderError, Outcome, Result, export_to_folder
from .rewriting import CannotExport, rewritten

__all__ = [
    "Archive",
    "CannotExport",
    "ExportedFile",
    "FolderError",
    "Outcome",
    "Result",
    "bytes_of",
    "export_to_folder",
    "exported",
    "public_texts",
    "rewritten",
    "working_texts",
    "write_archive",
]
