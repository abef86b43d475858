"""Files that became no text: what is wrong with them, what would mend them, and taking the mended file in."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import models, transaction
from django.utils import timezone

from digest.slugs import slugify

from .checking import check
from .comparing import line_diff
from .frontmatter import FrontmatterError, decode, read, with_value
from .importing import IncomingFile, files, import_files, plan
from .importing.desk import SLUG_TWICE
from .importing.reading import SLUG_MAX
from .importing.sources import GivenSource, written_sources
from .models import Article, Batch, HeldFile, SlugAlias, SourceText
from .models.log import record
from .repair import Diagnosis, diagnose
from .workflow import NotAllowed, WorkflowError

SLICE = 50  # files whose repair one request accepts


@dataclass(frozen=True, slots=True)
class Mending:
    """A held file as it is and, if one is known, as it could be: both as text, and the bytes to take in."""

    text: str
    diagnosis: Diagnosis
    proposal: bytes | None

    @property
    def proposed_text(self) -> str:
        return decode(self.proposal).text if self.proposal is not None else ""

    @property
    def diff(self) -> str:
        """The unified diff of the repair, "" without one."""
        if self.proposal is None:
            return ""
        return (
            self.diagnosis.diff
            if self.proposal == self.diagnosis.proposal
            else line_diff(self.text, self.proposed_text)
        )


def mending(held: HeldFile) -> Mending:
    """What is known of a held file, found anew each time from its bytes."""
    data = bytes(held.generation.content)
    found = diagnose(data, name=held.generation.path)
    proposal = _with_free_slug(data) if held.cause == SLUG_TWICE else found.proposal
    return Mending(decode(data).text, found, proposal)


def accept_repair(held: HeldFile, *, by: User) -> Article:
    """Take in the proposed repair. Raises WorkflowError with a sentence where there is none or it does not help."""
    proposal = mending(held).proposal
    if proposal is None:
        raise WorkflowError(f"No repair is known for {held.generation.path}. Edit it by hand.")
    return take_in(held, proposal, by=by)


@dataclass(frozen=True, slots=True)
class Accepted:
    """What accepting many repairs did: the articles, a sentence for each file that failed, and the key of the last
    file that was tried; None when there is none after it."""

    articles: tuple[Article, ...]
    failures: tuple[str, ...]
    last: int | None


def with_repair(cause: str) -> models.QuerySet[HeldFile]:
    """The open files with this cause that a repair is known for."""
    return HeldFile.objects.filter(state=HeldFile.State.OPEN, cause=cause, has_repair=True)


def accept_all(cause: str, *, by: User, after: int = 0, limit: int = SLICE) -> Accepted:
    """Accept the repair of open files with this cause, the ones after a key, at most `limit` of them."""
    _require_permission(by)
    rows = with_repair(cause).filter(pk__gt=after).select_related("generation").order_by("pk")
    done: list[Article] = []
    failed: list[str] = []
    tried = list(rows[: limit + 1])
    for held in tried[:limit]:
        try:
            done.append(accept_repair(held, by=by))
        except WorkflowError as error:
            failed.append(str(error))
    return Accepted(tuple(done), tuple(failed), tried[limit - 1].pk if len(tried) > limit else None)


def edited(held: HeldFile, typed: str, *, max_bytes: int) -> bytes:
    """The bytes of a held file after somebody edited its text, in the encoding and with the line ends that it has.

    Raises WorkflowError for more bytes than that."""
    decoded = decode(bytes(held.generation.content))
    text = typed.replace("\r\n", "\n").replace("\r", "\n")
    if decoded.text.count("\r\n") * 2 > decoded.text.count("\n"):
        text = text.replace("\n", "\r\n")
    data = decoded.encode(text) if decoded.encoding == "utf-8" else text.encode("utf-8", "surrogatepass")
    if len(data) > max_bytes:
        raise WorkflowError(files.too_large(len(data), max_bytes))
    return data


def take_in(held: HeldFile, data: bytes, *, by: User) -> Article:
    """Import a mended file in place of the held one. Nothing is written if it is still no text.

    Raises WorkflowError that says what is wrong with it, and where."""
    _require_permission(by)
    path = held.generation.path
    incoming = IncomingFile(path, data, sources=written_sources(_sources_of(held.generation_id)))
    (planned,) = plan([incoming]).files
    if planned.outcome.is_failure or planned.article is None and planned.text is None:
        line = f" (line {planned.line})" if planned.line else ""
        raise WorkflowError(f"{path}{line}: {planned.message}")
    with transaction.atomic():
        _close(held, HeldFile.State.REPAIRED, by)
        report = import_files([incoming], by=by, origin=f"repair of {path}")
        article = _article_of(report.batch)
        if article is None:
            raise WorkflowError(f"{path}: the mended file brings nothing new.")
        HeldFile.objects.filter(pk=held.pk).update(article=article)
        check([article.pk])
        record("repair", by=by, article=article, data={"generation": held.generation_id})
    return article


def dismiss(held: HeldFile, *, by: User, reason: str) -> None:
    """Close a held file without a text; its bytes are kept."""
    _require_permission(by)
    if not reason.strip():
        raise WorkflowError("Dismissing a file needs a reason. Write one sentence.")
    with transaction.atomic():
        _close(held, HeldFile.State.DISMISSED, by)
        record("dismiss_file", by=by, reason=reason.strip(), data={"generation": held.generation_id})


def _require_permission(by: User) -> None:
    if not by.has_perm("editorial.import_article"):
        raise NotAllowed("Your account may not import files. Ask someone whose role allows it.")


def _close(held: HeldFile, state: str, by: User) -> None:
    """One conditional UPDATE: of two people at once, one closes it."""
    closed = HeldFile.objects.filter(pk=held.pk, state=HeldFile.State.OPEN).update(
        state=state, closed_at=timezone.now(), closed_by=by
    )
    if not closed:
        raise WorkflowError(f"{held.generation.path} was settled by somebody else meanwhile.")


def _article_of(batch: Batch | None) -> Article | None:
    return Article.objects.filter(batch_files__batch=batch).first() if batch else None


def _with_free_slug(data: bytes) -> bytes | None:
    """The file under the next free slug: name-2, name-3."""
    decoded = decode(data)
    try:
        stem = (slugify(read(decoded.text).slug) or "article")[: SLUG_MAX - 10].strip("-")
        number = 2
        while _is_taken(f"{stem}-{number}"):
            number += 1
        return decoded.encode(with_value(decoded.text, "slug", f"{stem}-{number}"))
    except FrontmatterError:
        return None


def _is_taken(slug: str) -> bool:
    return Article.objects.filter(slug=slug).exists() or SlugAlias.objects.filter(slug=slug).exists()


def _sources_of(key: int) -> list[GivenSource]:
    """The sources that came beside one file, whole."""
    rows = SourceText.objects.filter(generation=key).order_by("pk")
    return [GivenSource(row.address, row.title, row.text, row.retrieved_at) for row in rows]
