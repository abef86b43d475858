"""What the checks may know of other articles, from indexed rows: the same few queries for one article and for a slice,
and the same cost on a small desk and on a large one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from django.db.models import OuterRef, Subquery, Value

from ..checks import Neighbour, Neighbours
from ..models import Article, ArticleLink, Status

COMMON = 30  # links to one page from which on it is no source of a story: a newsletter's own pages, an advertiser
KEYS_AT_ONCE = 10_000  # parameters of one statement; a slice of real articles has some hundreds
GONE = (Status.REJECTED, Status.RETRACTED)


def neighbours_of(articles: Sequence[Article]) -> dict[int, Neighbours]:
    """What is known beside each of these articles, by primary key. Earlier ones are those that came to the desk before,
    and those that readers have; rejected and retracted ones are left out."""
    keys = [article.pk for article in articles]
    public = {article.pk for article in articles if article.publication_id}
    links: dict[int, dict[str, list[Neighbour]]] = {key: defaultdict(list) for key in keys}
    pages = _pages(keys)
    linking = _linking({key for _, key, is_common in pages if not is_common})
    for article, key, _ in pages:
        for other, is_public in linking.get(key, ()):
            if other.key < article or (is_public and other.key != article and article not in public):
                links[article][key].append(other)
    owners = _owners(articles)
    return {
        key: Neighbours({page: tuple(others) for page, others in links[key].items()}, owners.get(key)) for key in keys
    }


def _pages(keys: Sequence[int]) -> list[tuple[int, str, bool]]:
    """The pages that these articles link to, and whether very many do, so that it is none of a story's sources; the
    database gives up counting at COMMON rows of its index."""
    last = ArticleLink.objects.filter(key=OuterRef("key")).order_by("article").values("article")[COMMON : COMMON + 1]
    rows = ArticleLink.objects.filter(article__in=keys).exclude(key="").order_by("article", "id")
    found = rows.annotate(last=Subquery(last)).values_list("article_id", "key", "last")
    return list(dict.fromkeys((article, key, last_of is not None) for article, key, last_of in found))


def _linking(wanted: Collection[str]) -> dict[str, list[tuple[Neighbour, bool]]]:
    """The articles that link to these pages, oldest first, and whether readers have them."""
    pages = sorted(wanted)
    found: dict[str, list[tuple[Neighbour, bool]]] = defaultdict(list)
    columns = ("key", "article_id", "article__title", "article__date", "article__publication_id")
    for start in range(0, len(pages), KEYS_AT_ONCE):
        others = ArticleLink.objects.filter(key__in=pages[start : start + KEYS_AT_ONCE]).order_by("article_id")
        for key, article, title, date, publication in others.exclude(article__status__in=GONE).values_list(*columns):
            row = (Neighbour(article, title, date), publication is not None)
            if row not in found[key]:
                found[key].append(row)
    return found


def _owners(articles: Sequence[Article]) -> dict[int, Neighbour]:
    """The article that readers know at the address of each of these, or knew there, where it is another one."""
    by_slug = {article.slug: article.pk for article in articles}
    found: dict[int, Neighbour] = {}
    now, once = (
        Article.objects.filter(**{f"{name}__in": list(by_slug)})
        .order_by()
        .values_list(Value(order), name, "pk", "title", "date")
        for order, name in enumerate(("publication__slug", "publication__aliases__slug"))
    )
    for _, slug, key, title, date in sorted(now.union(once, all=True)):
        if by_slug.get(slug, key) != key:
            found.setdefault(by_slug[slug], Neighbour(key, title, date))
    return found
