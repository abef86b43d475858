"""Three-way merge of texts: base is the last generation, theirs the new one, ours the desk's text.

Pure: no Django, no database. Merging never raises; what both sides changed differently is a conflict, and nothing that
either side wrote is lost without one. The rules are in docs/merging.md.
"""

from .bodies import MergedBlock, merge_bodies
from .conflicts import Cause, Conflict, Edited, Origin
from .texts import Merge, MergedField, merge, resolve

__all__ = [
    "Cause",
    "Conflict",
    "Edited",
    "Merge",
    "MergedBlock",
    "MergedField",
    "Origin",
    "merge",
    "merge_bodies",
    "resolve",
]
