"""What the checks need of some articles, fetched with a fixed number of queries; their links become rows on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..checks import Context, Piece
from ..frontmatter import LANGUAGE_TAGS, FrontmatterError, decode
from ..frontmatter import read as read_frontmatter
from ..link_looking.known import looks_at
from ..models import Article, Revision
from ..source_texts import sources_of
from .deliveries import delivered_on
from .house import House
from .neighbours import neighbours_of
from .rows import keep_links

MARKS = frozenset({"generated", *LANGUAGE_TAGS})


@dataclass(frozen=True, slots=True)
class Looked:
    """One article's current text, as the checks take it, and whether its links are others than were known."""

    article: Article
    revision: Revision
    piece: Piece
    context: Context
    has_new_links: bool


def look(keys: Sequence[int], house: House) -> list[Looked]:
    """The current texts of these articles (primary keys), in order of the key. Their link rows are brought up to date,
    since other articles are compared with them."""
    articles = list(
        Article.objects.filter(pk__in=keys, current__isnull=False)
        .select_related("current__generation")
        .only(*_COLUMNS)
        .order_by("pk")
    )
    pieces = {article.pk: _piece(article) for article in articles}
    relinked = keep_links(pieces, house.lists)
    neighbours = neighbours_of(articles)
    looks = looks_at(address.link.target for piece in pieces.values() for address in piece.addresses)
    sources = sources_of(articles)
    days = delivered_on({_current(article).generation.batch_id for article in articles})
    found = []
    for article in articles:
        revision = _current(article)
        context = Context(
            house.lists,
            house.today,
            overrides=house.overrides(article.source_id),
            neighbours=neighbours[article.pk],
            marks=_marks(revision),
            approved_tags=house.approved_tags,
            looks=looks,
            sources=sources.get(article.pk, {}),
            delivered=days.get(revision.generation.batch_id),
        )
        found.append(Looked(article, revision, pieces[article.pk], context, article.pk in relinked))
    return found


_ARTICLE = (
    "slug",
    "title",
    "date",
    "source_id",
    "publication_id",
    "uid",
    "current_id",
    "checked",
    "block_count",
    "warn_count",
)
_REVISION = (
    "article_id",
    "title",
    "excerpt",
    "body",
    "tags",
    "language",
    "date",
    "slug",
    "hash",
    "generation_id",
    "fixes",
)
_COLUMNS = (
    *_ARTICLE,
    *(f"current__{name}" for name in _REVISION),
    "current__generation__batch_id",
    "current__generation__path",
    "current__generation__content",
)


def _piece(article: Article) -> Piece:
    revision = _current(article)
    return replace(Piece.of(revision.text), name=revision.generation.path)  # its name may tell the day


def _current(article: Article) -> Revision:
    if article.current is None:
        raise ValueError("an article that is checked has a text")
    return article.current


def _marks(revision: Revision) -> frozenset[str] | None:
    """The tags of the file that name no subject, with those that safe fixes have given it; None where nobody knows."""
    try:
        tags = read_frontmatter(decode(bytes(revision.generation.content)).text).tags
    except FrontmatterError:
        return None
    return (MARKS & {tag.lower() for tag in tags}) | marks_given(revision)


def marks_given(revision: Revision) -> frozenset[str]:
    """The tags that name no subject and that safe fixes have given the file of a text."""
    marks = {"tag-generated-missing": "generated", "tag-language-missing": revision.language}
    return frozenset(marks[code] for code in revision.fixes if marks.get(code))
