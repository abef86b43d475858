"""The texts that an article has had, by the names under which they are compared: generated, approved, current, or a
number."""

from __future__ import annotations

from digest.models import Publication

from .models import Article, Event, Origin, Revision

GENERATED, APPROVED, CURRENT = "generated", "approved", "current"
NUMBER_DIGITS = 9


def generated_text(article: Article) -> Revision | None:
    """The text as the generator last delivered it for this article."""
    generated = article.revisions.filter(origin=Origin.GENERATED)
    found: Revision | None = (
        generated.filter(generation=article.generation_id).order_by("number").first()
        or generated.order_by("-number").first()
    )
    return found


def approved_text(article: Article) -> Revision | None:
    """The text that was approved last; the one that readers have, unless it was retracted."""
    last: Event | None = (
        article.events.filter(action="approve", revision__isnull=False)
        .select_related("revision")
        .order_by("-id")
        .first()
    )
    return last.revision if last else None


def named(article: Article, name: str) -> Revision | None:
    """The revision of that name or number; None where there is none."""
    if name == GENERATED:
        return generated_text(article)
    if name == APPROVED:
        return approved_text(article)
    if name == CURRENT:
        return article.current
    if name.isascii() and name.isdecimal() and len(name) <= NUMBER_DIGITS:
        found: Revision | None = article.revisions.filter(number=int(name)).first()
        return found
    return None


def public_text(article: Article) -> Revision | None:
    """The text that readers have now; None where they have none."""
    seen = Publication.objects.visible().filter(uid=article.uid).order_by().values("revision_hash")
    found: Revision | None = article.revisions.filter(hash__in=seen).order_by("-number").first()
    return found
