"""An article for other programs: an item of a JSON Feed, and Markdown under front matter. Both carry what is said about
how the text came to be, under the names that `docs/for_programs.md` tells."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import frontmatter
from django.conf import settings
from django.urls import reverse

from . import disclosure
from .listings import site_address
from .models import Correction, Publication
from .stories import Story

EXTENSION = "_digest"
"""The name under which an item has what JSON Feed has no field for (extensions begin with an underscore)."""


def item_json(
    publication: Publication,
    *,
    html: str,
    tags: Sequence[str],
    stories: Sequence[Story],
    corrections: Sequence[Correction],
) -> str:
    """The article as an item of a JSON Feed 1.1 (https://jsonfeed.org/version/1.1); `html` is its full text."""
    address = site_address(publication.get_absolute_url())
    item = {
        "id": f"urn:uuid:{publication.uid}",
        "url": address,
        "title": publication.title,
        "summary": publication.excerpt,
        "content_html": html,
        "image": site_address(reverse("digest:card_image", args=[publication.slug])),
        "date_published": disclosure.first_seen(publication).isoformat(timespec="seconds"),
        "date_modified": disclosure.last_changed(publication).isoformat(timespec="seconds"),
        "authors": [{"name": settings.SITE_PUBLISHER, "url": f"{settings.SITE_URL}/"}],
        "tags": list(tags),
        "language": publication.language,
        EXTENSION: {
            "about": site_address(reverse("digest:page", args=["editorial-policy"])),
            **made(publication, corrections),
            "markdown_url": site_address(reverse("digest:article_markdown", args=[publication.slug])),
            "stories": [
                {"title": each.title, "url": f"{address}#{each.anchor}" if each.anchor else address, "tldr": each.tldr}
                | {"sources": [link.address for link in each.links]}
                for each in stories
            ],
        },
    }
    return json.dumps(disclosure.filled(item), ensure_ascii=False, separators=(",", ":"))


def front_matter(publication: Publication, *, tags: Sequence[str], corrections: Sequence[Correction]) -> str:
    """What stands before the text of the article as Markdown: YAML between dashes, and the headline."""
    facts = {
        "title": publication.title,
        "excerpt": publication.excerpt,
        "date": publication.date.isoformat(),
        "language": publication.language,
        "tags": list(tags),
        "id": f"urn:uuid:{publication.uid}",
        "url": site_address(publication.get_absolute_url()),
        "published": disclosure.first_seen(publication).isoformat(timespec="seconds"),
        "updated": disclosure.last_changed(publication).isoformat(timespec="seconds"),
        "publisher": settings.SITE_PUBLISHER,
        **made(publication, corrections),
    }
    post = frontmatter.Post("", **disclosure.filled(facts))
    written = frontmatter.dumps(post, allow_unicode=True, sort_keys=False, width=10_000)
    return f"{written.strip()}\n\n# {' '.join(publication.title.split())}\n\n"


def made(publication: Publication, corrections: Sequence[Correction]) -> dict[str, Any]:
    """How the text came to be: where it comes from, who answers, what was corrected."""
    return {
        "digital_source_type": disclosure.iptc_terms(publication),
        "model": publication.model_name,
        "source": publication.source_name,
        "reviewed_by": publication.reviewed_by,
        "last_reviewed": publication.reviewed_at.date().isoformat(),
        "changed_by_people": publication.corrected,
        "changed_percent": publication.changed_percent,
        "corrections": [{"date": each.at.date().isoformat(), "note": each.note} for each in corrections],
    }
