"""A search index that a browser reads piece by piece: words by their first two letters, articles by hundreds.

`index/w-he.json` is {"heron": [postings], ...}; `index/tag-bi.json` and so on have the values of filters, and
`index/all.json` all articles. Postings are numbers: `id << 3 | weight`, ascending, each less the one before.
`index/a-7.json` is {id: [path, title, excerpt, date, language, source]} of the articles whose ids begin at
7 x `AT_ONCE`. Words are folded as in `digest.search.words`."""

from __future__ import annotations

import json
import re
from array import array
from collections import defaultdict
from collections.abc import Iterator

from ..addresses import path_to
from ..models import Publication
from ..search.indexing import WITH_TAGS
from ..search.plain import plain_text
from ..search.words import words

AT_ONCE = 100
"""Articles in one file, by their ids."""
IN_TITLE, IN_NAMES, IN_LEAD, IN_BODY = 7, 5, 3, 1
"""How much a word weighs by where it stands; the same order as the site's own search."""
LABEL = 1
_UNREAD = ("body", "card_html", "head_html", "article_html", "short_html", "rss_xml", "atom_xml")
_PLAIN = re.compile("[a-z0-9]{1,2}")

Postings = dict[str, "array[int]"]


def search_files(folder: str) -> Iterator[tuple[str, bytes]]:
    """Path and bytes of each file of the index of all visible articles, below `folder`. Ids are the publications', so
    that a new article changes few files of articles. The postings are held in memory, four bytes for each different
    word of an article."""
    postings: dict[str, Postings] = defaultdict(dict)
    articles: dict[str, list[str]] = {}
    number = -1
    rows = Publication.objects.visible().order_by("pk").defer(*_UNREAD).select_related("source")
    for row in rows.prefetch_related(WITH_TAGS).iterator(AT_ONCE):
        if row.pk // AT_ONCE != number:
            if articles:
                yield f"{folder}/index/a-{number}.json", _json(articles)
            number, articles = row.pk // AT_ONCE, {}
        articles[str(row.pk)] = _article(row)
        for shard, word, weight in _words(row):
            postings[shard].setdefault(word, array("Q")).append(row.pk << 3 | weight)
    if articles:
        yield f"{folder}/index/a-{number}.json", _json(articles)
    for shard, found in sorted(postings.items()):
        packed = {word: _differences(numbers) for word, numbers in sorted(found.items())}
        yield f"{folder}/index/{shard}.json", _json(packed)


def shard_of(word: str) -> str:
    """The file that a folded word is in."""
    match = _PLAIN.match(word)
    return f"w-{match[0]}" if match else "w-other"


def _article(row: Publication) -> list[str]:
    path = path_to("digest:article", row.slug)
    return [path.removeprefix("/"), row.title, row.excerpt, row.date.isoformat(), row.language, row.source_name]


def _words(row: Publication) -> Iterator[tuple[str, str, int]]:
    """The words of an article, each once with its greatest weight, and its labels."""
    tags = [link.tag for link in row.tag_links.all()]
    headings = " ".join(story["title"] for story in row.stories)
    weights: dict[str, int] = {}
    for text, weight in (
        (plain_text(row.html), IN_BODY),
        (f"{row.excerpt} {headings}", IN_LEAD),
        (" ".join([*(tag.name for tag in tags), row.source_name]), IN_NAMES),
        (row.title, IN_TITLE),
    ):
        weights |= dict.fromkeys(words(text), weight)
    yield from ((shard_of(word), word, weight) for word, weight in weights.items())
    labels = [("tag", tag.slug) for tag in tags] + [("lang", row.language)]
    labels += [("source", row.source.slug)] if row.source else []
    yield from ((f"{kind}-{shard_of(slug)[2:]}", slug, LABEL) for kind, slug in labels if slug)
    yield "all", "all", LABEL


def _differences(numbers: array[int]) -> list[int]:
    return [number - before for number, before in zip(numbers, [0, *numbers[:-1]], strict=True)]


def _json(data: object) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
