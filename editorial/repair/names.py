"""Key names: ours, those that other generators use for the same, and what a line with a key looks like."""

import re

from ..frontmatter import REQUIRED

OWN_KEYS = (*REQUIRED, "excerpt", "source_pattern")

# Names that Jekyll, Hugo, Astro, Hexo and others have for our keys; compared in small letters without - and _.
OTHER_NAMES = {
    "title": "title",
    "headline": "title",
    "slug": "slug",
    "date": "publishedAt",
    "published": "publishedAt",
    "publishedat": "publishedAt",
    "publishdate": "publishedAt",
    "publishedon": "publishedAt",
    "pubdate": "publishedAt",
    "excerpt": "excerpt",
    "description": "excerpt",
    "summary": "excerpt",
    "hashtags": "hashtags",
    "tags": "hashtags",
    "keywords": "hashtags",
    "categories": "hashtags",
    "category": "hashtags",
}
DRAFT = "draft"

_MARK = r"[\"'`*“”„‘’]{0,2}"
_NAME = r"[A-Za-z_][\w-]*"
KEY_LINE = re.compile(rf"(?P<before>{_MARK})(?P<name>{_NAME})(?P<after>{_MARK})[ \t]*:(?P<late>[`*]{{0,2}})(?=\s|\Z)")
_TIGHT_KEY = re.compile(rf"(?P<before>[\"']?)(?P<name>{_NAME})(?P<after>[\"']?):(?=[\"'#\[\w])")


def own_name(name: str) -> str:
    """Our key for a name that means the same, "" if none does."""
    return OTHER_NAMES.get(re.sub("[-_]", "", name.lower()), "")


def is_familiar(name: str) -> bool:
    return name in OWN_KEYS or bool(own_name(name)) or name.lower() == DRAFT


def is_written_as_key(name: str) -> bool:
    """A familiar name as keys are written ("summary"), not as a label of prose is ("Summary")."""
    return name in OWN_KEYS or (name.islower() and is_familiar(name))


def key_in(line: str) -> str:
    """The name of the key that the line begins with, "" if it begins with none.

    Without a space after the colon ("title:Foo") only a familiar name counts."""
    if match := KEY_LINE.match(line):
        return match["name"]
    tight = _TIGHT_KEY.match(line)
    return tight["name"] if tight and is_familiar(tight["name"]) else ""
