"""The desk's records: what came in (intake), what the desk makes of it (articles), and who did what (log)."""

from .append_only import AppendOnlyError
from .articles import Article, ArticleTag, Origin, Revision, SlugAlias, Status, Waiting
from .held import Draft, DraftFile, HeldFile
from .house import HouseEntry
from .intake import Batch, BatchFile, Generation, Outcome, Source, SourceAlias
from .log import Event

__all__ = [
    "AppendOnlyError",
    "Article",
    "ArticleTag",
    "Batch",
    "BatchFile",
    "Draft",
    "DraftFile",
    "Event",
    "Generation",
    "HeldFile",
    "HouseEntry",
    "Origin",
    "Outcome",
    "Revision",
    "SlugAlias",
    "Source",
    "SourceAlias",
    "Status",
    "Waiting",
]
