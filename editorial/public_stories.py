"""From an article's Markdown and what was rendered of it to its structure as readers' pages use it. Pure."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Sequence
from urllib.parse import urlsplit

from digest.rendering import Rendered
from digest.rendering.outermost import anchor, elements, without_label, words
from digest.stories import SourceLink, StoryPart
from digest.stories import Story as PublicStory

from .document import Link, Part, PartKind, Story, parse_body

ADDRESS_MAX = 2000
"""Characters; no address of the corpus has more than 600."""
LINKS_MAX = 20
"""Sources of one story that are kept as data; the text keeps all."""


def public_stories(body: str, rendered: Rendered) -> list[PublicStory]:
    """The stories of `body`, whose rendering is `rendered`, in order. One story without a title where it has none."""
    document = parse_body(body)
    blocks = elements(rendered.html)
    if len(blocks) != len(rendered.lines):  # the sanitiser took an element away: nobody can say what stands where
        return [PublicStory("", "", 0, len(blocks))]
    lines = rendered.lines
    starts = [_first(lines, story.place.line) for story in document.stories]
    ends = [*starts[1:], len(blocks)]
    return [_story(*each, blocks, lines) for each in zip(document.stories, starts, ends, strict=True)]


def address_key(address: str) -> str:
    """SHA-1 (hex) of an address without scheme, www., last slash, fragment and utm_ parameters: the same for its
    spellings."""
    parts = urlsplit(address)
    query = "&".join(pair for pair in parts.query.split("&") if not pair.startswith("utm_"))
    spelled = f"{host_of(address)}{parts.path.rstrip('/')}?{query}"
    return hashlib.sha1(spelled.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()


def host_of(address: str) -> str:
    """The host of an address in small letters, without www. and port; "" where there is none."""
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _story(story: Story, start: int, end: int, blocks: Sequence[str], lines: Sequence[int]) -> PublicStory:
    first = start + bool(story.title and start < end)
    parts = _parts(story.parts, first, end, lines)
    tldr = next((part for part in parts if part.kind == PartKind.TLDR), None)
    return PublicStory(
        title=story.title,
        anchor=anchor(blocks[start]) if story.title and start < end else "",
        start=start,
        end=end,
        tldr=_tldr(tldr, blocks) if tldr else "",
        parts=tuple(parts),
        links=_sources(story),
    )


def _parts(parts: Sequence[Part], first: int, end: int, lines: Sequence[int]) -> list[StoryPart]:
    """The parts that have an element; what stands between two of them, a line of dashes, belongs to neither."""
    found = []
    for part in parts:
        begin = max(first, _first(lines, part.place.line))
        last = part.source.place(max(part.start, part.end - 1), part.end).line
        after = min(end, bisect_right(lines, last))
        if begin < after:
            found.append(StoryPart(part.kind.value, part.label, begin, after))
    return found


def _first(lines: Sequence[int], line: int) -> int:
    """The first element that begins in `line` or later."""
    return bisect_right(lines, line - 1)


def _tldr(part: StoryPart, blocks: Sequence[str]) -> str:
    texts = list(blocks[part.start : part.end])
    if anchor(texts[0]):
        texts = texts[1:]
    bare = [without_label(texts[0]), *texts[1:]] if texts else []
    plain = words("\n".join(bare))
    label = f"{part.label}:"
    return plain.removeprefix(label).strip() if part.label else plain


def _sources(story: Story) -> tuple[SourceLink, ...]:
    """What the story's "Link" parts link to, each address once."""
    links = [link for part in story.parts if part.kind is PartKind.LINK for link in part.links]
    wanted = {link.target: link for link in reversed(links) if _is_source(link)}
    return tuple(
        SourceLink(link.target, host_of(link.target), link.text[:500])
        for link in list(wanted.values())[::-1][:LINKS_MAX]
    )


def _is_source(link: Link) -> bool:
    return (
        not link.is_image
        and link.target.lower().startswith(("https://", "http://"))
        and len(link.target) <= ADDRESS_MAX
        and 0 < len(host_of(link.target)) <= 255
    )
