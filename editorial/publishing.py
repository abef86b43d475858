"""From an approved revision to what readers get, and back. Called by the workflow inside its transaction."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence

from django.contrib.auth.models import User
from django.db.models import QuerySet, prefetch_related_objects
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
from .refusals import WorkflowError
from .review_facts import Statement, review_facts

RENDERED = ("html", "stories", *WRITTEN)
"""The columns of a publication that come from its other columns, and can be made again."""


def publish(
    article: Article,
    revision: Revision,
    *,
    by: User,
    public_note: str = "",
    at: datetime.datetime | None = None,
    statement: Statement | None = None,
) -> Publication:
    """Write the public copy of a revision: the first, or in place of an earlier one. With `at`, a moment to come,
    readers keep what they have until then. `public_note` tells them what was corrected, if they have had the article
    before; `statement` is what who approved it says to have done.

    Raises WorkflowError where another public article has the address, RenderingError when the body can't be rendered;
    the caller's transaction then takes all back."""
    now = timezone.now()
    begins = at if at and at > now else now
    rows = list(Publication.objects.filter(uid=article.uid))
    shown_before = places_before(article.uid)
    _require_free_address(article, revision.slug)
    facts = {**_facts_of(article, revision), **review_facts(revision, now=now), **stated(statement)}
    facts |= {"reviewed_by": name_of(by), "reviewed_at": now, "updated_at": begins}
    former = _aliases_of(rows) | {row.slug for row in rows if row.visible_from <= now}
    publication, had_before = _row_for(article, rows, facts, now=now, begins=begins)
    _keep_addresses(publication, former, now=now)
    publication.tags.clear()
    publication.tags.add(*revision.tags, through_defaults={"date": revision.date})
    Correction.objects.filter(uid=article.uid, at__gt=now).delete()  # of a coming text that this one replaces
    if public_note and had_before:
        Correction.objects.create(uid=article.uid, at=begins, note=public_note)
    rerender([publication])
    relate(publication)
    index(publication)
    _point_to(article, publication)
    announce(shown_before, publication=publication, due=begins)
    return publication


def stated(statement: Statement | None) -> dict[str, bool | None]:
    """A review statement as columns of a publication."""
    if statement is None:
        return {"facts_checked": None, "sources_opened": None}
    return {"facts_checked": statement.facts_checked, "sources_opened": statement.sources_opened}


def unschedule(article: Article) -> bool:
    """Take back a text that readers do not have yet; they keep the one that they have. Whether there was one."""
    now = timezone.now()
    coming = Publication.objects.filter(uid=article.uid, visible_from__gt=now)
    if not coming:
        return False
    former = Publication.objects.filter(uid=article.uid, visible_from__lte=now).order_by("-visible_from").first()
    _point_to(article, former)
    coming.delete()
    Correction.objects.filter(uid=article.uid, at__gt=now).delete()
    Publication.objects.filter(uid=article.uid, visible_until__gt=now).update(visible_until=None)
    return True


def withdraw(article: Article, *, public_note: str = "") -> None:
    """Take an article's text from the readers; its revisions and its log stay on the desk. Its addresses say that it
    was taken back, and `public_note` why; one that no reader has seen goes without a trace."""
    now = timezone.now()
    rows = list(Publication.objects.filter(uid=article.uid).order_by("visible_from"))
    _point_to(article, None)
    seen = [row for row in rows if row.visible_from <= now]
    if seen:
        _leave_note(seen[-1], {row.slug for row in seen} | _aliases_of(rows), public_note)
    Correction.objects.filter(uid=article.uid, at__gt=now).delete()
    announce(places_before(article.uid))
    for row in rows:
        row.delete()


def _facts_of(article: Article, revision: Revision) -> dict[str, object]:
    """The columns of a publication that say what the text is."""
    return {
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
    }


def _row_for(
    article: Article,
    rows: Sequence[Publication],
    facts: Mapping[str, object],
    *,
    now: datetime.datetime,
    begins: datetime.datetime,
) -> tuple[Publication, bool]:
    """The row that the approved text goes into, saved, and whether readers have had the article before. `rows` are
    those that the article has: one that readers have, one that comes later, and perhaps one whose time is over."""
    live = next((row for row in rows if _is_live(row, now)), None)
    coming = next((row for row in rows if row.visible_from > now), None)
    keep = coming if begins > now or live is None else live
    for row in rows:
        if row not in (live, keep):
            row.delete()
    if live:
        live.visible_until = begins if begins > now else None
        live.save(update_fields=["visible_until"])
    if keep is None:
        first = live.first_published_at if live else begins
        keep = Publication(uid=article.uid, first_published_at=first)
    if keep is not live:
        keep.visible_from = begins
        keep.first_published_at = live.first_published_at if live else begins
    for name, value in facts.items():
        setattr(keep, name, value)
    keep.save()
    return keep, live is not None


def _is_live(row: Publication, now: datetime.datetime) -> bool:
    return row.visible_from <= now and (row.visible_until is None or row.visible_until > now)


def _require_free_address(article: Article, slug: str) -> None:
    """Another article may have left its address on the desk and not yet for readers."""
    taken = Publication.objects.filter(slug=slug).exclude(uid=article.uid)
    other = taken.exclude(visible_until__lte=timezone.now()).first()
    if other:
        raise WorkflowError(
            f"Readers still find “{other.title}” at the address “{slug}”. Approve that article under its new address, "
            "or choose another one here."
        )


def _point_to(article: Article, publication: Publication | None) -> None:
    """Name the text that was approved last, which readers have or will have."""
    key = publication.pk if publication else None
    if article.publication_id != key:
        article.publication = publication
        article.save(update_fields=["publication"])


def rerender(publications: Sequence[Publication]) -> None:
    """Make HTML, stories and fragments of publications anew and save them, with five queries for any number.

    Raises RenderingError for the first one whose body can't be rendered; nothing is saved then."""
    keys = [publication.pk for publication in publications]
    notes = list(Correction.objects.filter(uid__in={publication.uid for publication in publications}))
    links = []
    _fetch_tags(publications)
    for publication in publications:
        rendered = render_document(publication.body)
        stories = public_stories(publication.body, rendered)
        publication.html = rendered.html
        publication.stories = [story.as_data() for story in stories]
        links += _links(publication, stories)
        tags = sorted((link.tag for link in publication.tag_links.all()), key=lambda tag: tag.name)
        ends = publication.visible_until
        corrections = [note for note in notes if note.uid == publication.uid and (ends is None or note.at < ends)]
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


def _aliases_of(rows: Sequence[Publication]) -> set[str]:
    return set(_slugs(PublicationAlias.objects.filter(publication__in=rows)))


def _slugs(rows: QuerySet[PublicationAlias] | QuerySet[RetractedAddress]) -> list[str]:
    return list(rows.values_list("slug", flat=True))


def _keep_addresses(publication: Publication, former: set[str], *, now: datetime.datetime) -> None:
    """Former addresses lead to the current one. What stood at the new address before goes at once, or is hidden from
    the moment on when the article is public: an article comes before an alias, and that before a note."""
    gone = Retraction.objects.filter(uid=publication.uid)
    former |= set(_slugs(RetractedAddress.objects.filter(retraction__in=gone)))
    if publication.visible_from <= now:
        gone.delete()
        RetractedAddress.objects.filter(slug=publication.slug).delete()
        PublicationAlias.objects.filter(slug=publication.slug).delete()
    former -= {publication.slug}
    others = Publication.objects.filter(slug__in=former).exclude(uid=publication.uid)
    publication.aliases.all().delete()
    PublicationAlias.objects.bulk_create(
        PublicationAlias(slug=slug, publication=publication)
        for slug in sorted(former - set(others.values_list("slug", flat=True)))
    )


def _leave_note(publication: Publication, slugs: set[str], note: str) -> None:
    facts = {"title": publication.title if note else "", "language": publication.language, "note": note}
    Retraction.objects.filter(uid=publication.uid).delete()
    retraction = Retraction.objects.create(uid=publication.uid, **facts)
    PublicationAlias.objects.filter(slug__in=slugs).delete()
    RetractedAddress.objects.filter(slug__in=slugs).delete()
    RetractedAddress.objects.bulk_create(RetractedAddress(slug=slug, retraction=retraction) for slug in sorted(slugs))
