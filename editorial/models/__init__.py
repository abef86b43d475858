"""The desk's records: what came in (intake), what the desk makes of it (articles), and who did what (log)."""

from .access import DeskSession
from .append_only import AppendOnlyError
from .articles import Article, ArticleTag, Origin, Priority, Revision, SlugAlias, Status, Waiting
from .comments import Comment, Mention, PreviewLink
from .desk import Hold, Preference, SavedView, WorkingCopy
from .findings import CheckRun, CheckSetting, Finding, Waiver, Weight
from .held import Draft, DraftFile, HeldFile
from .house import HouseEntry
from .intake import Batch, BatchFile, Generation, Outcome, Source, SourceAlias, SourceText
from .links import ArticleLink, LinkLook, LookResult
from .log import Event
from .review import ClaimMark, Reading, Reason, StoryMark
from .sweeps import Sweep, SweptArticle

__all__ = [
    "AppendOnlyError",
    "Article",
    "ArticleLink",
    "ArticleTag",
    "Batch",
    "BatchFile",
    "CheckRun",
    "CheckSetting",
    "ClaimMark",
    "Comment",
    "DeskSession",
    "Draft",
    "DraftFile",
    "Event",
    "Finding",
    "Generation",
    "HeldFile",
    "Hold",
    "HouseEntry",
    "LinkLook",
    "LookResult",
    "Mention",
    "Origin",
    "Outcome",
    "Preference",
    "PreviewLink",
    "Priority",
    "Reading",
    "Reason",
    "Revision",
    "SavedView",
    "SlugAlias",
    "Source",
    "SourceAlias",
    "SourceText",
    "Status",
    "StoryMark",
    "Sweep",
    "SweptArticle",
    "Waiting",
    "Waiver",
    "Weight",
    "WorkingCopy",
]
