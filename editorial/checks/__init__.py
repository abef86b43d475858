"""Checks: what a machine got wrong in a text, and what a machine can put right. Pure: no Django, no database.

Each module of this package is one subject; a check is one registered function in it.
"""

from . import (  # noqa: F401  they register
    duplicates,
    facts,
    frontmatter,
    language,
    layout,
    leakage,
    links,
    looked_at,
    structure,
    style,
    tags,
)
from .approved_tags import ApprovedTags
from .fixing import FixedText, apply_fixes, fix_text, take_fix
from .house import HouseLists
from .looks import Look, Result
from .neighbours import Neighbour, Neighbours, link_key
from .piece import Piece
from .registry import RULES, Check, Context, Finding, Fix, Rule, Severity, register, run, versions

__all__ = [
    "RULES",
    "ApprovedTags",
    "Check",
    "Context",
    "Finding",
    "Fix",
    "FixedText",
    "HouseLists",
    "Look",
    "Neighbour",
    "Neighbours",
    "Piece",
    "Result",
    "Rule",
    "Severity",
    "apply_fixes",
    "link_key",
    "fix_text",
    "register",
    "run",
    "take_fix",
    "versions",
]
