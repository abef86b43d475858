"""Archives of generated files: zips here, tars in `..streams`. Pure but for reading the stream that is given.

An archive is hostile until it is read: nothing is ever written to a disk, nothing that a header claims is believed,
and memory is bounded by one file and the list of entries."""

from .gate import ArchiveError, Limits
from .zips import read_zip

__all__ = ["ArchiveError", "Limits", "read_zip"]
