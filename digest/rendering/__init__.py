"""The body of an article as HTML that is safe to show: blocks and inlines as GitHub renders them, raw HTML as text, the
result sanitised. Nothing else in the project marks HTML as safe."""

from __future__ import annotations

from typing import NamedTuple

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from markdown import Markdown

from digest.rendering.anchors import Heading
from digest.rendering.characters import clean
from digest.rendering.extension import GitHubExtension
from digest.rendering.limits import RenderingError
from digest.rendering.sanitising import sanitise

__all__ = ["Heading", "Rendered", "RenderingError", "headings", "render", "render_document"]


class Rendered(NamedTuple):
    """An article body: its HTML, its headings in order, and for each element that is in no other one (see
    `digest.rendering.stored.elements`) the line of the text, from 1, in which it begins."""

    html: SafeString
    headings: tuple[Heading, ...]
    lines: tuple[int, ...] = ()


def render(text: str) -> SafeString:
    """The article body `text` (Markdown) as safe HTML.

    Raises `RenderingError`, with a sentence for an editor, for a text over `settings.RENDER_MAX_CHARS` characters and
    for one that could not be rendered in half a second (see `digest.rendering.limits`); nothing else, whatever the
    text."""
    return render_document(text).html


def headings(text: str) -> tuple[Heading, ...]:
    """The headings of `text` in order, with the anchors that `render` gives them. Raises as `render` does."""
    return render_document(text).headings


def render_document(text: str) -> Rendered:
    """HTML and headings of `text` in one go. Raises as `render` does."""
    if len(text) > settings.RENDER_MAX_CHARS:
        raise RenderingError(
            f"This text has {len(text):,} characters, more than the {settings.RENDER_MAX_CHARS:,} that one article may "
            "have. Split it, or raise RENDER_MAX_CHARS in the settings."
        )
    extension = GitHubExtension()
    html = Markdown(extensions=[extension]).convert(clean(text))
    return Rendered(mark_safe(sanitise(html)), tuple(extension.headings), tuple(extension.lines))  # noqa: S308
