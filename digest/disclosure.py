"""What readers are told about how a text came to be: said in words, and in the terms that machines read.

Everything comes from facts that the desk's log gave when the text was approved, and from the settings."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse

from .breadcrumbs import Crumb, breadcrumb_list
from .listings import site_address
from .models import Correction, Publication
from .reading_time import reading_minutes
from .stories import Story

ALWAYS, COMPUTED = "always", "computed"
UNNAMED = "the editors of Digest"
"""The default of SITE_PUBLISHER: nobody has said yet who answers."""
IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype"
"""IPTC's vocabulary; schema.org's property digitalSourceType takes its terms."""


def is_labelled(publication: Publication) -> bool:
    """Whether the text must carry the label "written by a machine".

    EU AI Act, Art. 50(4): not where a person reviewed it and a named party answers for it. A glance is no review, so
    one counts if the person changed words, or took at least as long as reading the text takes."""
    if settings.DISCLOSURE == ALWAYS:
        return True
    named = bool(settings.SITE_PUBLISHER) and settings.SITE_PUBLISHER != UNNAMED
    return not (named and is_reviewed(publication))


def is_reviewed(publication: Publication) -> bool:
    """Whether a person's review was more than a click. Who says not to have checked the facts has not reviewed."""
    if publication.facts_checked is False:
        return False
    seconds = publication.review_seconds or 0
    took_time = seconds >= 60 * reading_minutes(publication.word_count)
    return bool(publication.reviewed_by) and (bool(publication.changed_percent) or took_time)


def source_types(publication: Publication) -> list[str]:
    """The terms for the text's origin, IPTC's and schema.org's: a trained model; with a person's edits where there are
    some."""
    terms = [f"{IPTC}/trainedAlgorithmicMedia", "https://schema.org/TrainedAlgorithmicMediaDigitalSource"]
    return [*terms, f"{IPTC}/humanEdits"] if publication.corrected else terms


def first_seen(publication: Publication) -> datetime.datetime:
    """When readers first got the article, in whatever words."""
    return publication.first_published_at


def last_changed(publication: Publication) -> datetime.datetime:
    """When readers got these words."""
    return max(publication.first_published_at, publication.visible_from, publication.updated_at)


def iptc_terms(publication: Publication) -> list[str]:
    """The terms of IPTC's vocabulary alone."""
    return [term for term in source_types(publication) if term.startswith(IPTC)]


def page_data(
    publication: Publication, *, tags: Sequence[str], stories: Sequence[Story], corrections: Sequence[Correction]
) -> dict[str, Any]:
    """The article's page in schema.org's terms (JSON-LD): a WebPage that a person reviewed, about a NewsArticle."""
    address = site_address(publication.get_absolute_url())
    publisher = {"@type": "Organization", "name": settings.SITE_PUBLISHER, "url": f"{settings.SITE_URL}/"}
    principles = site_address(reverse("digest:page", args=["editorial-policy"]))
    article = {
        "@type": "NewsArticle",
        "@id": f"urn:uuid:{publication.uid}",
        "headline": publication.title,
        "description": publication.excerpt,
        "url": address,
        "mainEntityOfPage": address,
        "image": site_address(reverse("digest:card_image", args=[publication.slug])),
        "isAccessibleForFree": True,
        "inLanguage": publication.language,
        "datePublished": first_seen(publication).isoformat(),
        "dateModified": last_changed(publication).isoformat(),
        "wordCount": publication.word_count,
        "keywords": list(tags),
        "digitalSourceType": source_types(publication),
        "author": publisher,
        "publisher": publisher,
        "publishingPrinciples": principles,
        "isBasedOn": [link.address for story in stories for link in story.links],
        "correction": [
            {"@type": "CorrectionComment", "text": each.note, "datePublished": each.at.isoformat()}
            for each in corrections
        ],
        "creditText": f"{publication.model_name or 'A language model'}; {publication.reviewed_by}",
    }
    page = {
        "@context": "https://schema.org",
        "@type": "WebPage",
        "@id": address,
        "url": address,
        "name": publication.title,
        "inLanguage": publication.language,
        "reviewedBy": {"@type": "Person", "name": publication.reviewed_by},
        "lastReviewed": publication.reviewed_at.date().isoformat(),
        "publishingPrinciples": principles,
        "breadcrumb": _breadcrumb(publication),
        "mainEntity": filled(article),
    }
    return filled(page)


def _breadcrumb(publication: Publication) -> dict[str, Any]:
    day = publication.date
    return breadcrumb_list(
        [
            Crumb(settings.SITE_NAME, reverse("digest:front")),
            Crumb(f"{day.year:04}", reverse("digest:year", args=[day.year])),
            Crumb(f"{day.year:04}-{day.month:02}", reverse("digest:month", args=[day.year, day.month])),
            Crumb(publication.title, publication.get_absolute_url()),
        ]
    )


def filled(facts: dict[str, Any]) -> dict[str, Any]:
    """Only what is known: an empty value would claim that there is none."""
    return {name: value for name, value in facts.items() if value not in ("", [], None)}
