"""Checking the desk's texts: the pure checks run over articles, what they found is kept and counted.

`Article.checked` names the ruleset that its current text was looked at under; "" after every change of the text. It
still holds if it is `load_house().ruleset`.
"""

from .findings import count_open, findings_of, open_findings
from .house import House, load_house
from .looking import Looked, look
from .running import SLICE, check, check_all, fresh, stale, unsettle

__all__ = [
    "SLICE",
    "House",
    "Looked",
    "check",
    "check_all",
    "count_open",
    "findings_of",
    "fresh",
    "load_house",
    "look",
    "open_findings",
    "stale",
    "unsettle",
]
