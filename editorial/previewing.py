"""A text as readers would see it if it were approved now: the public page's own fragments, made of a publication that
is never saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.http import HttpResponse
from django.utils import timezone

from digest.fragments import chrome_language, render_fragments
from digest.models import Correction, Publication, PublicSource, Tag
from digest.public_pages import framed_page
from digest.rendering import render_document
from digest.rendering.outermost import elements

from .comparing import is_comparable
from .models import Article
from .models.log import name_of
from .public_stories import public_stories
from .review_facts import changed_percent
from .text import Text, count_words


@dataclass(frozen=True, slots=True)
class Preview:
    """The unsaved publication with its fragments, and where each outermost element of the body begins: (line of the
    Markdown from 1, its tag, "h" for any heading)."""

    publication: Publication
    places: tuple[tuple[int, str], ...]

    @property
    def speaks(self) -> str:
        return chrome_language(self.publication.language)

    def page(self, main: str) -> HttpResponse:
        """`main` in the public site's frame, with this article's head."""
        return framed_page(self.publication.head_html, main, speaks=self.speaks)


def preview(
    article: Article, text: Text, *, by: User, generated: Text | None, corrections: Sequence[Correction] = ()
) -> Preview:
    """`text` as readers would see it, with `by` as the one who checked it. `generated` is the text that the generator
    delivered, `corrections` are the article's so far, newest first. It asks nothing of the database beyond what
    `article` (with source, publication and generation) has with it.

    Raises RenderingError when the body can't be rendered."""
    now = timezone.now()
    before = article.publication
    is_changed = generated is None or generated != text
    is_counted = generated is not None and is_comparable(generated.body, text.body)
    publication = Publication(
        uid=article.uid,
        slug=text.slug,
        title=text.title,
        excerpt=text.excerpt,
        body=text.body,
        language=text.language,
        date=text.date,
        source=PublicSource(slug=article.source.slug, name=article.source.name) if article.source else None,
        source_name=article.source.name if article.source else "",
        model_name=article.generation.model_name,
        word_count=count_words(text.body),
        revision_hash=text.hash,
        corrected=is_changed,
        changed_percent=changed_percent(generated.body, text.body) if generated and is_counted else None,
        reviewed_by=name_of(by),
        reviewed_at=now,
        updated_at=now,
        first_published_at=before.first_published_at if before else now,
    )
    rendered = render_document(text.body)
    publication.html = rendered.html
    publication.stories = [story.as_data() for story in public_stories(text.body, rendered)]
    tags = [Tag(name=name, slug=Tag().slugify(name)) for name in sorted(text.tags)]
    render_fragments(publication, tags=tags, corrections=corrections)
    return Preview(publication, tuple(zip(rendered.lines, map(_tag, elements(rendered.html)), strict=False)))


def _tag(element: str) -> str:
    name = element[1 : min(at for at in (element.find(">"), element.find(" ")) if at > 0)]
    return "h" if name[0] == "h" and name != "hr" else name
