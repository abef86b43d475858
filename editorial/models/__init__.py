"""The desk's records: what came in (intake), what the desk makes of it (articles), and who did what (log)."""

from .append_only import AppendOnlyError
from .articles import Article, ArticleTag, Origin, Revision, SlugAlias, Status, Waiting
from .findings import CheckRun, CheckSetting, Finding, Waiver, Weight
from .held import Draft, DraftFile, HeldFile
from .house import HouseEntry
from .intake import Batch, BatchFile, Generation, Outcome, Source, SourceAlias, SourceText
from .links import ArticleLink, LinkLook
from .log import Event
from .sweeps import Sweep

__all__ = [
    "AppendOnlyError",
    "Article",
    "ArticleLink",
    "ArticleTag",
    "Batch",
    "BatchFile",
    "CheckRun",
    "CheckSetting",
    "Draft",
    "DraftFile",
    "Event",
    "Finding",
    "Generation",
    "HeldFile",
    "HouseEntry",
    "LinkLook",
    "Origin",
    "Outcome",
    "Revision",
    "SlugAlias",
    "Source",
    "SourceAlias",
    "SourceText",
    "Status",
    "Sweep",
    "Waiting",
    "Waiver",
    "Weight",
]
