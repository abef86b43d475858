"""The texts that articles were made from, as they came beside the files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import CharField
from django.db.models.functions import Substr

from .checks.facts.sources import SOURCE_MAX
from .models import Article, SourceText


def sources_of(articles: Iterable[Article]) -> dict[int, dict[str, str]]:
    """What each article's current text was made from: address -> the text's first SOURCE_MAX characters, by the
    article's key; one query for all. Articles without sources are not in it."""
    generations = {
        article.current.generation_id: article.pk
        for article in articles
        if article.current and article.current.generation_id
    }
    rows = SourceText.objects.filter(generation__in=generations).order_by("pk")
    found: dict[int, dict[str, str]] = defaultdict(dict)
    first = Substr("text", 1, SOURCE_MAX, output_field=CharField())
    for generation, address, text in rows.values_list("generation_id", "address", first).iterator():
        found[generations[generation]][address] = text
    return dict(found)
