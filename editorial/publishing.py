"""From an approved revision to what readers get, and back. Called by the workflow inside its transaction."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.utils import timezone

from digest.models import Publication, PublicationAlias
from digest.rendering import render

from .models import Article, Origin, Revision
from .models.log import name_of


def publish(article: Article, revision: Revision, *, by: User) -> Publication:
    """Write the public copy of a revision (the first, or in place of an earlier one).

    Raises RenderingError when the body can't be rendered; the caller's transaction then takes all back."""
    now = timezone.now()
    facts = {
        "slug": revision.slug,
        "title": revision.title,
        "excerpt": revision.excerpt,
        "body": revision.body,
        "html": render(revision.body),
        "language": revision.language,
        "date": revision.date,
        "source_name": article.source.name if article.source else "",
        "model_name": revision.generation.model_name,
        "word_count": revision.word_count,
        "revision_hash": revision.hash,
        "corrected": revision_is_corrected(revision),
        "reviewed_by": name_of(by),
        "reviewed_at": now,
        "updated_at": now,
    }
    before = Publication.objects.filter(uid=article.uid).values_list("slug", flat=True).first()
    publication, _ = Publication.objects.update_or_create(uid=article.uid, defaults=facts)
    PublicationAlias.objects.filter(slug=publication.slug).delete()
    if before and before != publication.slug:
        PublicationAlias.objects.create(slug=before, publication=publication)
    publication.tags.clear()
    publication.tags.add(*revision.tags, through_defaults={"date": revision.date})
    if article.publication_id != publication.pk:
        article.publication = publication
        article.save(update_fields=["publication"])
    return publication


def withdraw(article: Article) -> None:
    """Take an article's text from the readers; its revisions and its log stay on the desk."""
    publication = article.publication
    article.publication = None
    article.save(update_fields=["publication"])
    if publication:
        publication.delete()


def revision_is_corrected(revision: Revision) -> bool:
    """Whether a person's text differs from what the generator last delivered for it."""
    generated = (
        Revision.objects.filter(article=revision.article_id, generation=revision.generation_id, origin=Origin.GENERATED)
        .order_by("number")
        .values_list("hash", flat=True)
        .first()
    )
    return generated != revision.hash
