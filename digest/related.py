"""Which publications belong together: pairs that share story links, tags or the source, found when one is published."""

from __future__ import annotations

from collections import Counter

from .models import Publication, PublicationTag, Related, StoryLink

LINK, TAG, LANGUAGE, SOURCE = 12, 4, 3, 1
"""What a shared story link, tag, language and source count, where there is a link or tag. A rare tag counts
up to twice."""
LOOKED_AT = 40
"""Newest publications looked at for each link and tag: the cost does not grow with the archive."""
KEPT = 12
"""Pairs that a new publication makes."""


def relate(publication: Publication) -> None:
    """Pair a publication with the closest others, in place of its pairs so far. One short query for each of its tags
    and links."""
    Related.objects.filter(publication=publication).delete()
    Related.objects.filter(other=publication).delete()
    closest = _scores(publication).most_common(KEPT)
    Related.objects.bulk_create(
        Related(publication_id=one, other_id=two, score=score)
        for other, score in closest
        for one, two in ((publication.pk, other), (other, publication.pk))
    )


def _scores(publication: Publication) -> Counter[int]:
    scores: Counter[int] = Counter()
    for tag in publication.tag_links.values_list("tag", flat=True):
        found = list(_with_tag(publication, tag))
        for other in found:
            scores[other] += TAG + TAG * (LOOKED_AT - len(found)) // LOOKED_AT
    for key in set(publication.story_links.values_list("key", flat=True)):
        for other in _with_link(publication, key):
            scores[other] += LINK
    own = Publication.objects.filter(uid=publication.uid).values_list("pk", flat=True)  # two while one of them waits
    for other in own:
        scores.pop(other, None)
    for other, source, language in Publication.objects.filter(pk__in=scores).values_list("pk", "source", "language"):
        scores[other] += SOURCE * (source is not None and source == publication.source_id)
        scores[other] += LANGUAGE * (language == publication.language)
    return scores


def _with_tag(publication: Publication, tag: int) -> list[int]:
    rows = PublicationTag.objects.filter(tag=tag).exclude(content_object=publication)
    newest = rows.order_by("-date", "-content_object_id")
    return list(newest.values_list("content_object_id", flat=True)[:LOOKED_AT])


def _with_link(publication: Publication, key: str) -> set[int]:
    rows = StoryLink.objects.filter(key=key).exclude(publication=publication)
    return set(rows.order_by("-publication_id").values_list("publication_id", flat=True)[:LOOKED_AT])
