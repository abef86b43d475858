"""Frontmatter as it stands in a file: typed values with their places, and edits that change only what they name.

Pure. `read` raises FrontmatterError and nothing else; `decode`, `missing` and `problems` never raise."""

from .block import Entry, Frontmatter, FrontmatterError, position
from .checking import REQUIRED, FrontmatterProblem, missing, problems
from .decoding import Decoded, decode
from .editing import with_key, with_value
from .reading import read
from .values import LANGUAGE_TAGS, date_of, tags_of

__all__ = [
    "LANGUAGE_TAGS",
    "REQUIRED",
    "Decoded",
    "Entry",
    "Frontmatter",
    "FrontmatterError",
    "FrontmatterProblem",
    "date_of",
    "decode",
    "missing",
    "position",
    "problems",
    "read",
    "tags_of",
    "with_key",
    "with_value",
]
