"""Publications for tests of the public site, written as the desk writes them."""

import datetime

from django.utils import timezone

from digest.models import Publication, PublicSource, Tag
from digest.related import relate
from digest.slugs import slugify
from editorial.publishing import rerender

BODY = """## Herons return to the weir

**TLDR:** Two herons nest at the weir again.

**Key takeaways:**
- Two nests were counted
- The water is clean enough

**Link:** [The survey](https://notes.example.org/2026/herons)
"""
MOMENT = datetime.datetime(2026, 4, 2, 9, 30, tzinfo=datetime.UTC)


def published(slug="herons-return", *, tags=("birds", "rivers"), body=BODY, **fields) -> Publication:
    """One publication that readers may see, with its tags."""
    facts = {
        "title": f"About {slug}",
        "excerpt": "Two nests at the weir.",
        "language": "en",
        "date": datetime.date(2026, 4, 2),
        "source_name": "River Notes",
        "model_name": "model-x-7",
        "word_count": 690,
        "revision_hash": "0" * 64,
        "reviewed_by": "Bea Nowak",
        "reviewed_at": MOMENT,
        "first_published_at": MOMENT,
        "visible_from": MOMENT,
        "updated_at": MOMENT,
    }
    facts["first_published_at"] = max(MOMENT, fields.get("visible_from", MOMENT))
    fields = facts | fields
    source = fields["source_name"] and PublicSource.objects.get_or_create(
        slug=slugify(fields["source_name"])[:90] or "source", defaults={"name": fields["source_name"]}
    )
    publication = Publication.objects.create(slug=slug, body=body, source=source[0] if source else None, **fields)
    for name in tags:
        tag, _ = Tag.objects.get_or_create(name=name)
        publication.tag_links.create(tag=tag, date=publication.date)
    refresh(publication)
    relate(publication)
    return publication


def refresh(*publications: Publication) -> None:
    """Make what pages show of publications anew, as the desk does after a change."""
    rerender(publications)


def several(count, **fields) -> list[Publication]:
    """Many, each a day older than the one before."""
    newest = datetime.date(2026, 4, 2)
    return [
        published(f"article-{number}", date=newest - datetime.timedelta(days=number), **fields)
        for number in range(count)
    ]


def later(**delta) -> datetime.datetime:
    """A moment that has not come yet."""
    return timezone.now() + datetime.timedelta(**delta)
