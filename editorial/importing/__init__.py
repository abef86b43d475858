"""Bringing files in: `plan()` reads and decides, `apply()` writes what was decided, `import_files()` does both
in short steps for any number of files. An import never undoes an editor."""

from .applying import apply
from .files import IncomingFile, find_files, read_files
from .planning import Plan, PlannedFile, plan
from .running import Report, import_files

__all__ = [
    "IncomingFile",
    "Plan",
    "PlannedFile",
    "Report",
    "apply",
    "find_files",
    "import_files",
    "plan",
    "read_files",
]
