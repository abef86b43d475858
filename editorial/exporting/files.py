"""Articles as files: which text of each is exported, under which path, with which bytes. Reads, never writes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import groupby, islice
from operator import itemgetter
from pathlib import PurePosixPath

from django.db.models import Exists, F, OuterRef, QuerySet

from digest.models import Publication

from ..checking import marks_given
from ..importing.desk import text_of
from ..models import Article, Origin, Revision
from .rewriting import CannotExport, rewritten

CHUNK = 50  # revisions, with their files, in memory at a time
_DRIVE = re.compile(r"[A-Za-z]:[/\\]")


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """One article as a file: path (relative, with /) and bytes, or the `error` that leaves it without.

    `remark` says why the path is not the one that it came from."""

    revision: Revision
    path: str
    data: bytes = b""
    remark: str = ""
    error: str = ""


def working_texts(articles: QuerySet[Article]) -> QuerySet[Revision]:
    """The revision that the desk works on, of each of these articles."""
    return _texts(articles).filter(pk=F("article__current"))


def public_texts(articles: QuerySet[Article]) -> QuerySet[Revision]:
    """The revision that readers see, of those articles that have one, whatever the desk has since made of it.

    Where a text was restored, two revisions have it; `exported` takes the newer."""
    seen = Publication.objects.visible().order_by().filter(uid=OuterRef("article__uid"), revision_hash=OuterRef("hash"))
    return _texts(articles).filter(Exists(seen))


def exported(revisions: QuerySet[Revision]) -> Iterator[ExportedFile]:
    """Each revision of `working_texts` or `public_texts` as a file, in the order of the articles: a query for the
    keys, then one for each CHUNK of rows, so that neither side holds more than that in memory."""
    taken: set[str] = set()
    keys = revisions.values_list("article_id", "pk").iterator()
    newest = (next(group)[1] for _, group in groupby(keys, key=itemgetter(0)))
    while chunk := list(islice(newest, CHUNK)):
        for revision in _rows(chunk):
            yield _exported(revision, taken)


def bytes_of(revision: Revision) -> bytes:
    """The file that a revision is exported as: as delivered where it is the delivered text, else that file with
    the edits in it. Raises CannotExport."""
    generation = revision.generation
    content = bytes(generation.content)
    if revision.origin == Origin.GENERATED and not (generation.cause or generation.slug):
        return content
    return rewritten(content, revision.text, path=generation.path, marks=marks_given(revision))


def _newest_with_this_text(revision: Revision) -> bytes | None:
    """The bytes of a later delivery that changed nothing of the text (an unknown key, say), so made no revision."""
    article = revision.article
    is_newest = article.current_id == revision.pk and revision.origin == Origin.GENERATED
    if not is_newest or article.generation_id == revision.generation_id:
        return None
    text = text_of(article.generation)
    return bytes(article.generation.content) if text and text.hash == revision.hash else None


def unsafe(path: str) -> str:
    """Why a path can't be used below a folder or in a zip, as a sentence; "" if it can."""
    parts = re.split(r"[/\\]", path)
    if not path.strip() or "\x00" in path or path.endswith("/"):
        return f"The path {path!r} names no file."
    if not parts[0] or _DRIVE.match(path):
        return f"The path {path!r} is absolute; only paths below the folder are written."
    if ".." in parts:
        return f"The path {path!r} leads out of the folder."
    return ""


def _texts(articles: QuerySet[Article]) -> QuerySet[Revision]:
    chosen = Revision.objects.filter(article__in=articles.order_by().values("pk"))
    ordered: QuerySet[Revision] = chosen.order_by("article_id", "-number")
    return ordered


def _rows(keys: Collection[int]) -> QuerySet[Revision]:
    """The revisions with these keys, with their files and whether an earlier article came from the same path."""
    earlier = Article.objects.filter(generation__path=OuterRef("generation__path"), pk__lt=OuterRef("article"))
    rows: QuerySet[Revision] = Revision.objects.filter(pk__in=keys).select_related("article", "generation")
    return rows.annotate(path_is_taken=Exists(earlier)).order_by("article_id")


def _exported(revision: Revision, taken: set[str]) -> ExportedFile:
    path = revision.generation.path
    if error := unsafe(path):
        return ExportedFile(revision, path, error=error)
    remark = ""
    if revision.path_is_taken or path in taken:  # type: ignore[attr-defined]
        remark = f"Another article came from {path}, so this one is named by its slug."
        path = _by_slug(path, revision.slug, taken)
    taken.add(path)
    try:
        return ExportedFile(revision, path, _newest_with_this_text(revision) or bytes_of(revision), remark)
    except CannotExport as error:
        return ExportedFile(revision, path, error=str(error))


def _by_slug(path: str, slug: str, taken: set[str]) -> str:
    """A name in the same folder that no other article of this run has."""
    folder, suffix = PurePosixPath(path).parent, PurePosixPath(path).suffix
    name, number = str(folder / f"{slug}{suffix}"), 1
    while name in taken:
        number += 1
        name = str(folder / f"{slug}-{number}{suffix}")
    return name
