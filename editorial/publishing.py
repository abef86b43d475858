"""From an approved revision to what readers get, and back. Called by the workflow inside its transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.contrib.auth.models import User
from django.db.models import prefetch_related_objects
from django.utils import timezone

from digest.announcing import announce, places_before
from digest.fragments import WRITTEN, render_fragments
from digest.models import (
    Correction,
    Publication,
    PublicationAlias,
    PublicSource,
    RetractedAddress,
    Retraction,
    StoryLink,
)
from digest.related import relate
from digest.rendering import render_document
from digest.search.indexing import index
from digest.stories import Story

from .models import Article, Revision, Source
from .models.log import name_of
from .public_stories import address_key, public_stories
from .review_facts import review_facts

RENDERED = ("html", "stories", *WRITTEN)
"""The columns of a publication that come from its other columns, and can be made again."""


def publish(article: Article, revision: Revision, *, by: User, public_note: str = "") -> Publication:
    """Write the public copy of a revision (the first, or in place of an earlier one). `public_note` tells readers what
    was corrected, if they have had the article before.

    Raises RenderingError when the body can't be rendered; the caller's transaction then takes all back."""
    now = timezone.now()
    facts = {
        "slug": revision.slug,
        "title": revision.title,
        "excerpt": revision.excerpt,
        "body": revision.body,
        "language": revision.language,
        "date": revision.date,
        "source": public_source(article.source),
        "source_name": article.source.name if article.source else "",
        "model_name": revision.generation.model_name,
        "word_count": revision.word_count,
        "revision_hash": revision.hash,
        "reviewed_by": name_of(by),
        "reviewed_at": now,
        "updated_at": now,
        **review_facts(revision, now=now),
    }
    before = Publication.objects.filter(uid=article.uid).values_list("slug", flat=True).first()
    shown_before = places_before(article.uid)
    publication, _ = Publication.objects.update_or_create(uid=article.uid, defaults=facts)
    _keep_addresses(publication, before)
    publication.tags.clear()
    publication.tags.add(*revision.tags, through_defaults={"date": revision.date})
    if public_note and before:
        Correction.objects.create(publication=publication, at=now, note=public_note)
    rerender([publication])
    relate(publication)
    index(publication)
    if article.publication_id != publication.pk:
        article.publication = publication
        article.save(update_fields=["publication"])
    announce(shown_before, publication=publication, due=max(now, publication.visible_from))
    return publication


def withdraw(article: Article, *, public_note: str = "") -> None:
    """Take an article's text from the readers; its revisions and its log stay on the desk. Its addresses say that it
    was taken back, and `public_note` why; one that no reader has seen goes without a trace."""
    publication = article.publication
    article.publication = None
    article.save(update_fields=["publication"])
    if publication is None:
        return
    if publication.visible_from <= timezone.now():
        _leave_note(publication, public_note)
    announce(places_before(publication.uid))
    publication.delete()


def rerender(publications: Sequence[Publication]) -> None:
    """Make HTML, stories and fragments of publications anew and save them, with five queries for any number.

    Raises RenderingError for the first one whose body can't be rendered; nothing is saved then."""
    keys = [publication.pk for publication in publications]
    notes = Correction.objects.filter(publication__in=[publication.uid for publication in publications])
    links = []
    _fetch_tags(publications)
    for publication in publications:
        rendered = render_document(publication.body)
        stories = public_stories(publication.body, rendered)
        publication.html = rendered.html
        publication.stories = [story.as_data() for story in stories]
        links += _links(publication, stories)
        tags = sorted((link.tag for link in publication.tag_links.all()), key=lambda tag: tag.name)
        corrections = [note for note in notes if note.publication_id == publication.uid]
        render_fragments(publication, tags=tags, corrections=corrections)
    Publication.objects.bulk_update(publications, RENDERED)
    StoryLink.objects.filter(publication__in=keys).delete()
    StoryLink.objects.bulk_create(links)


def _fetch_tags(publications: Sequence[Publication]) -> None:
    """Fetch tags and sources of all at once, anew where they were fetched before."""
    for publication in publications:
        getattr(publication, "_prefetched_objects_cache", {}).clear()
    prefetch_related_objects(list(publications), "tag_links__tag", "source")


def _links(publication: Publication, stories: Iterable[Story]) -> list[StoryLink]:
    return [
        StoryLink(
            publication=publication, number=number, address=link.address, host=link.host, key=address_key(link.address)
        )
        for number, story in enumerate(stories)
        for link in story.links
    ]


def public_source(source: Source | None) -> PublicSource | None:
    """The source as readers know it, made or renamed if need be."""
    if source is None:
        return None
    return PublicSource.objects.update_or_create(slug=source.slug, defaults={"name": source.name})[0]


def _keep_addresses(publication: Publication, before: str | None) -> None:
    """Former addresses lead to the current one, those from before a retraction too."""
    gone = RetractedAddress.objects.filter(retraction__uid=publication.uid)
    former = {before, *gone.values_list("slug", flat=True)} - {None, publication.slug}
    Retraction.objects.filter(uid=publication.uid).delete()
    RetractedAddress.objects.filter(slug=publication.slug).delete()
    PublicationAlias.objects.filter(slug=publication.slug).delete()
    taken = set(Publication.objects.filter(slug__in=former).values_list("slug", flat=True))
    for slug in sorted(str(slug) for slug in former - taken):
        PublicationAlias.objects.update_or_create(slug=slug, defaults={"publication": publication})


def _leave_note(publication: Publication, note: str) -> None:
    retraction = Retraction.objects.create(
        uid=publication.uid,
        title=publication.title if note else "",
        language=publication.language,
        note=note,
    )
    slugs = [publication.slug, *publication.aliases.values_list("slug", flat=True)]
    RetractedAddress.objects.filter(slug__in=slugs).delete()
    RetractedAddress.objects.bulk_create(RetractedAddress(slug=slug, retraction=retraction) for slug in slugs)
