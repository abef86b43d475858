"""Checking the desk's texts: the pure checks run over articles, what they found is kept and counted.

`Article.checked` names the ruleset that its current text was looked at under; "" after every change of the text. It
still holds if it is `load_house().ruleset`.
"""

from .findings import Known, count_open, findings_of, open_findings, recount
from .house import House, load_house
from .looking import Looked, look, marks_given
from .running import SLICE, check, check_all, fresh, stale, unsettle

__all__ = [
    "SLICE",
    "House",
    "Known",
    "Looked",
    "check",
    "check_all",
    "count_open",
    "findings_of",
    "fresh",
    "load_house",
    "look",
    "marks_given",
    "open_findings",
    "recount",
    "stale",
    "unsettle",
]
