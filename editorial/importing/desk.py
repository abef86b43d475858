"""What the database knows of the files of a plan: a handful of queries, whatever their number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property

from django.db.models import Q

from ..checking import House, load_house
from ..models import Article, Generation, HeldFile, Revision, SlugAlias
from ..text import Text
from .files import IncomingFile
from .reading import ReadFile, read
from .resemblance import resemble

SLUG_TWICE = "slug-twice"


def text_of(generation: Generation) -> Text | None:
    """The text that a generation reads as; None if it can't be read (any more)."""
    result = read(IncomingFile(generation.path, bytes(generation.content)))
    if not isinstance(result, ReadFile):
        return None
    return replace(result.text, slug=generation.slug) if generation.slug else result.text


class Desk:
    """Answers for one plan. `unchanged` maps the SHA-256 of files whose bytes an article came from last, or was
    repaired from, to that article. Of files that became no text, `kept` holds SHA-256 and cause, `dismissed` the
    SHA-256 of those that a person wanted none of."""

    def __init__(self, files: Iterable[IncomingFile]) -> None:
        hashes = {file.sha256 for file in files if file.data}
        # Hash and key come from the index alone; any other column lies behind the bytes of the file.
        known = dict(Generation.objects.filter(sha256__in=hashes).order_by().values_list("pk", "sha256"))
        held = list(
            HeldFile.objects.filter(generation__in=known, generation__batch__undone_at=None)
            .order_by()
            .values_list("generation_id", "cause", "state", "article_id")
        )
        self.kept = {(known[key], cause) for key, cause, state, _ in held if state != HeldFile.State.REPLACED}
        self.dismissed = {known[key] for key, _, state, _ in held if state == HeldFile.State.DISMISSED}
        repaired: dict[int, list[str]] = {}
        for key, _, _, repair in held:
            if repair:
                repaired.setdefault(repair, []).append(known[key])
        self.unchanged: dict[str, Article] = {}
        came = Q(generation__in=known) | Q(proposal__in=known) | Q(pk__in=repaired)
        for article in Article.objects.filter(came).order_by():
            newest = article.proposal_id or article.generation_id
            if newest in known:
                self.unchanged[known[newest]] = article
            for sha256 in repaired.get(article.pk, ()):
                self.unchanged.setdefault(sha256, article)

    @cached_property
    def house(self) -> House:
        """The rules of today, for the few texts that are fixed once more."""
        return load_house()

    def look_up(self, found: Sequence[tuple[IncomingFile, ReadFile]]) -> None:
        """Fetch all articles that these files may be about."""
        slugs = {slug for _, result in found for slug in (result.text.slug, *result.aliases)}
        ids = {result.external_id for _, result in found if result.external_id}
        self._aliases = dict(SlugAlias.objects.filter(slug__in=slugs).order_by().values_list("slug", "article_id"))
        named = Q(slug__in=slugs) | Q(pk__in=set(self._aliases.values())) | Q(external_id__in=ids)
        paths = {file.path for file, _ in found}
        self._settled, self._contested = _slugs_taken(paths)
        rows = {article.pk: article for article in [*_whole(named), *_whole(Q(generation__path__in=paths))]}
        rows |= {article.pk: article for article in _whole(Q(pk__in=set(self._settled.values()) - set(rows)))}
        self._by_slug = {article.slug: article for article in rows.values()}
        self._by_pk = rows
        self._by_id = {article.external_id: article for article in rows.values() if article.external_id}
        self._by_path: dict[str, list[Article]] = {}
        for article in rows.values():
            self._by_path.setdefault(article.generation.path, []).append(article)
        wordings = {result.wording for _, result in found}
        self._same = dict(
            Revision.objects.filter(wording__in=wordings, current_of__isnull=False)
            .order_by()
            .values_list("wording", "slug")
        )

    def find(self, file: IncomingFile, result: ReadFile) -> tuple[Article | None, str]:
        """The article that a file is about, and a remark if it was not found by its slug.

        By the generator's own id first; then by slug, by a slug it had before, and by the path that it came from
        last time (where just one article did, and the text resembles that one)."""
        slug = result.text.slug
        if result.external_id and result.external_id in self._by_id:
            article = self._by_id[result.external_id]
            return article, "" if article.slug == slug else f"Known by its id; its slug was “{article.slug}”."
        if slug in self._by_slug:
            article = self._by_slug[slug]
            return (article, "") if _may_be(article, result) else (None, "")
        for name in (slug, *result.aliases):
            if name in self._aliases and _may_be(self._by_pk[self._aliases[name]], result):
                article = self._by_pk[self._aliases[name]]
                return article, f"“{name}” is a former slug of “{article.slug}”."
        return self._find_by_path(file, result)

    def _find_by_path(self, file: IncomingFile, result: ReadFile) -> tuple[Article | None, str]:
        came_from_here = self._by_path.get(file.path, [])
        if len(came_from_here) != 1 or not _may_be(came_from_here[0], result):
            return None, ""
        article = came_from_here[0]
        if article.current is None or not resemble(article.current.text, result.text):
            remark = f"“{article.slug}” came from this path before; this is another text, so another article."
            return None, remark if file.is_located else ""
        if not file.is_located:
            return None, f"It looks like “{article.slug}” under another slug, but it comes as a new article."
        return article, f"This file was “{article.slug}” before; it has another slug now."

    def looks_like(self, file: IncomingFile, result: ReadFile) -> Article | None:
        """The article that a file of this name became, if the texts are alike; by an upload's name it is not found."""
        named = self._by_path.get(file.path, ()) if not file.is_located else ()
        return next((each for each in named if each.current and resemble(each.current.text, result.text)), None)

    def slug_given(self, file: IncomingFile, result: ReadFile) -> str:
        """The slug that an article was given when it was taken in from this path, its own being another's; "" if it
        was not."""
        article = self._by_pk.get(self._settled.get((file.path, result.text.slug), 0)) if file.is_located else None
        return article.slug if article and result.text.slug in self._by_slug and _may_be(article, result) else ""

    def is_contested(self, file: IncomingFile, slug: str) -> bool:
        """Whether a file from this path waits for another slug, as this one is another article's."""
        return file.is_located and (file.path, slug) in self._contested

    def owner_of(self, slug: str) -> Article | None:
        """The article that has this slug now."""
        return self._by_slug.get(slug)

    def same_wording(self, result: ReadFile, article: Article | None) -> str:
        """The slug of another article that has the same title and body, or ""."""
        slug = self._same.get(result.wording, "")
        return f"“{slug}”" if slug and (article is None or article.slug != slug) else ""


def _may_be(article: Article, result: ReadFile) -> bool:
    """Two ids of the generator that differ are two articles, whatever else they share."""
    return not (article.external_id and result.external_id and article.external_id != result.external_id)


def _whole(condition: Q) -> Iterable[Article]:
    """Articles with their text. One table is asked at a time: no database uses its indexes for “this column of
    one table or that of another”, and would read all articles."""
    return Article.objects.filter(condition).select_related("current", "generation", "source").order_by()


def _slugs_taken(paths: Iterable[str]) -> tuple[dict[tuple[str, str], int], set[tuple[str, str]]]:
    """Of the files from these paths whose slug was another article's, by path and slug: the articles that were made of
    them under a slug of their own, and those that still wait for one."""
    rows = HeldFile.objects.filter(
        cause=SLUG_TWICE, generation__path__in=paths, generation__batch__undone_at=None
    ).select_related("generation")
    settled, waiting = dict[tuple[str, str], int](), set[tuple[str, str]]()
    for row in rows.order_by("pk"):
        text = text_of(row.generation)
        if text and row.article_id:
            settled[row.generation.path, text.slug] = row.article_id
        elif text and row.state == HeldFile.State.OPEN:
            waiting.add((row.generation.path, text.slug))
    return settled, waiting - set(settled)
