"""The links of the desk's texts as rows: what tells which articles speak of the same page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from django.db import transaction

from ..checks import HouseLists, Piece, link_key
from ..models import Article, ArticleLink

HOST_MAX = 255  # characters of a name in the DNS; longer ones are none
LINKS_MAX = 1_000  # rows of one article; no real text comes near

Row = tuple[int, str, str, str]


def keep_links(pieces: Mapping[int, Piece], house: HouseLists) -> set[int]:
    """Make the link rows of these articles (by primary key) those of their texts; the articles that had others. Writes
    nothing where they are the same."""
    known: dict[int, set[Row]] = defaultdict(set)
    columns = ("article_id", "story", "address", "key", "host")
    for article, *row in ArticleLink.objects.filter(article__in=pieces).order_by().values_list(*columns):
        known[article].add((row[0], row[1], row[2], row[3]))
    wanted = {article: links_of(piece, house) for article, piece in pieces.items()}
    changed = {article for article, rows in wanted.items() if set(rows) != known[article]}
    if changed:
        with transaction.atomic():
            list(Article.objects.select_for_update().filter(pk__in=changed).order_by("pk").values_list("pk"))  # in turn
            gone = ArticleLink.objects.filter(article__in=changed)
            gone._raw_delete(gone.db)
            ArticleLink.objects.bulk_create(
                ArticleLink(article_id=article, story=story, address=address, key=key, host=host)
                for article in changed
                for story, address, key, host in wanted[article]
            )
    return changed


def links_of(piece: Piece, house: HouseLists) -> list[Row]:
    """Each address of each story once: number of the story (0 before the first), address, key, host. Links of a
    disclaimer are left out."""
    starts = [story.start for story in piece.titled]
    found: dict[Row, None] = {}
    for address in piece.addresses:
        if len(found) >= LINKS_MAX:
            break
        if not piece.in_disclaimer(address.link.start):
            story = sum(start <= address.link.start for start in starts)
            found[(story, address.link.target, link_key(address.url, house), address.host[:HOST_MAX])] = None
    return list(found)
