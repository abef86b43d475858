"""Fragments: what pages and feeds show of a publication, rendered once when it is published and kept with it.

A page is then one row, joined with the frame around it. What the fragments were made with (templates, this code, the
settings that they name) has a version; `rerender_publications` brings older ones up to date."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString

from . import disclosure, stories
from .models import FRAGMENTS, LANGUAGES, Correction, Publication, Tag
from .public_pages import site_settings
from .rendering.data_blocks import json_ld
from .rendering.outermost import elements, inside, nested
from .rendering.stored import stored_html, stored_sources
from .stories import Story
from .texts import front_matter, item_json
from .xml_text import xml_text

WRITTEN = (*FRAGMENTS, "fragments_version")
"""The columns that `render_fragments` fills."""
CONTENTS_FROM = 3
"""Stories from which on an article opens with a table of contents."""
_MADE_WITH = (
    *("digest/fragments.py", "digest/disclosure.py", "digest/stories.py", "digest/reading_time.py", "digest/texts.py"),
    "digest/breadcrumbs.py",
    *("digest/rendering", "digest/locale", "digest/templatetags/site.py", "templates/digest/fragments"),
    *("templates/digest/_disclosure.html", "templates/digest/_tags.html"),
)


class ShownPart(NamedTuple):
    """A part of a story, ready to be shown; `kind` is its class."""

    kind: str
    html: SafeString


class ShownStory(NamedTuple):
    """A story, ready to be shown: what stands in its heading, its parts and its TLDR alone (None if it has none)."""

    story: Story
    heading: SafeString
    parts: list[ShownPart]
    tldr: ShownPart | None


def fragments_version() -> str:
    """16 hexadecimal digits that change with whatever fragments are made of besides the publication."""
    return _version(*site_settings())


def render_fragments(publication: Publication, *, tags: Sequence[Tag], corrections: Sequence[Correction]) -> None:
    """Fill the fragments of a publication, whose other columns are set; the caller saves `WRITTEN`. `tags` by name,
    `corrections` newest first. It asks nothing of the database."""
    told = stories.from_data(publication.stories)
    names = [tag.name for tag in tags]
    lead, shown = shown_stories(publication.html, told)
    context: dict[str, Any] = {
        "publication": publication,
        "tags": tags,
        "corrections": corrections,
        "stories": told,
        "lead": lead,
        "shown": shown,
        "has_contents": len(told) >= CONTENTS_FROM,
        "has_short": any(story.tldr for story in told),
        "labelled": disclosure.is_labelled(publication),
        "source_types": disclosure.iptc_terms(publication),
        "based_on": list(dict.fromkeys(link.address for story in told for link in story.links)),
        "data": json_ld(disclosure.page_data(publication, tags=names, stories=told, corrections=corrections)),
    }
    with translation.override(chrome_language(publication.language)):
        publication.card_html = _rendered("card.html", context)
        publication.head_html = _rendered("head.html", context)
        publication.article_html = _rendered("article.html", context)
        publication.short_html = _rendered("short.html", context) if context["has_short"] else ""
        context["feed_text"] = text = f"{_rendered('_feed_text.html', context)}{publication.html}"
        publication.rss_xml = xml_text(_rendered("item.rss", context))
        publication.atom_xml = xml_text(_rendered("entry.atom", context))
        publication.item_json = item_json(publication, html=text, tags=names, stories=told, corrections=corrections)
        publication.front_matter = front_matter(publication, tags=names, corrections=corrections)
    publication.fragments_version = fragments_version()


def shown_stories(html: str, told: Sequence[Story]) -> tuple[SafeString, list[ShownStory]]:
    """The lead, which is what stands before the first story, and the stories of an article's HTML."""
    blocks = elements(html)
    first = told[0].start if told else len(blocks)
    lead = nested("\n".join(blocks[:first]), below=1)
    return stored_html(lead), [_shown(story, blocks) for story in told]


def chrome_language(code: str) -> str:
    """The language that a page around a text in language `code` speaks."""
    return code if code in LANGUAGES else settings.LANGUAGE_CODE


def _shown(story: Story, whole: Sequence[str]) -> ShownStory:
    """A story of the article with the outermost elements `whole`; its heading is one of level two on the page."""
    own = elements(nested("\n".join(whole[story.start : story.end]), below=1))
    blocks = [*whole[: story.start], *own]
    parts: list[ShownPart] = []
    position = story.start + bool(story.title)
    heading = stored_html(inside(own[0])) if story.title and own else stored_html("")
    tldr = None
    for part in story.parts:
        _add_between(parts, blocks[position : part.start])
        text = "\n".join(blocks[part.start : part.end])
        shown = ShownPart(part.kind, stored_sources(text) if part.kind == "link" else stored_html(text))
        parts.append(shown)
        tldr = tldr or (shown if part.kind == "tldr" else None)
        position = part.end
    _add_between(parts, blocks[position : story.end])
    return ShownStory(story, heading, parts, tldr)


def _add_between(parts: list[ShownPart], blocks: Sequence[str]) -> None:
    """What belongs to no part; a line of dashes between two parts says only what their looks say anyway."""
    text = "\n".join(block for block in blocks if block != "<hr>")
    if text:
        parts.append(ShownPart("other", stored_html(text)))


def _rendered(template: str, context: dict[str, Any]) -> str:
    return str(render_to_string(f"digest/fragments/{template}", context))


@lru_cache(maxsize=8)
def _version(*values: str) -> str:
    made_with = hashlib.sha256(repr(values).encode())
    for name in _MADE_WITH:
        path = Path(settings.BASE_DIR) / name
        for file in sorted(path.rglob("*.*")) if path.is_dir() else [path]:
            if file.suffix in (".py", ".html", ".rss", ".atom", ".po"):
                made_with.update(file.read_bytes())
    return made_with.hexdigest()[:16]
