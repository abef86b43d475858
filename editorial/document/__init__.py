"""Document: the text of a generated file as frontmatter, preamble, stories, parts, links and blocks.

Pure: no Django, no database. Parsing never raises, takes time linear in the text's length and loses no byte.
"""

from ..labels import LabelShape, PartKind
from .blocks import BlockKind
from .body import PROSE, Block, Body, parse_body
from .document import Document
from .links import Link, LinkKind
from .parts import Part, count_words
from .places import Place, Source
from .stories import Story

__all__ = [
    "PROSE",
    "Block",
    "BlockKind",
    "Body",
    "Document",
    "LabelShape",
    "Link",
    "LinkKind",
    "Part",
    "PartKind",
    "Place",
    "Source",
    "Story",
    "count_words",
    "parse_body",
]
