"""Uploads that wait for a yes: their files are kept for a day, looked at, shown, looked at once more when the yes
comes, and imported. The work goes slice by slice, each one transaction that notes how far it got: any process can go
on, after a crash too, and no request takes long."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterable, Iterator, MutableSequence, Sequence
from dataclasses import asdict
from datetime import timedelta
from itertools import islice
from pathlib import PurePosixPath

from django.contrib.auth.models import User
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from .checking import SLICE, check, fresh
from .importing import IncomingFile, Plan, PlannedFile, apply, plan
from .importing.planning import Claims
from .importing.provenance import Provenance, ProvenanceError, covering, of_batch
from .importing.sources import article_of, is_sources
from .models import Article, Batch, Draft, DraftFile, Outcome
from .models.held import DRAFT_LIFE
from .models.log import record
from .workflow import Conflict, NotAllowed, WorkflowError

SLICE_FILES = 300
SLICE_BYTES = 8_000_000
TRIES = 5  # how often a slice is planned anew when another import gets in between
REMEMBERED = timedelta(days=30)  # how long an upload without its files is known, to say that it has expired

Stage = Draft.Stage
AT_WORK = (Stage.PLANNING, Stage.CHECKING, Stage.IMPORTING)
CLAIMING = [outcome for outcome in Outcome if outcome is not Outcome.DUPLICATE and not outcome.is_failure]
EXPIRED = "This upload is older than a day and has expired; nothing of it was imported. Send the files again."


# --- receiving -------------------------------------------------------------------------------------------


def keep(
    files: Iterable[IncomingFile], *, by: User, origin: str, sidecars: MutableSequence[IncomingFile] | None = None
) -> Draft:
    """Keep uploaded files for a look at their plan; `sidecars` are the `batch.json` and `.sources.json` files that came
    with them, and may be added to while the files are read; the latter go from the list when they are stored. The
    files of uploads that have expired are thrown away on the way.

    Raises WorkflowError for a sidecar that is of no use, and whatever reading the files raises; nothing is kept
    then."""
    _require_permission(by)
    _sweep()
    sidecars = [] if sidecars is None else sidecars
    draft = Draft.objects.create(by=by, origin=origin[:300])
    try:
        folder = _receive(draft, files, sidecars)
        draft.provenance = asdict(_provenance(sidecars, folder))
        draft.stage = Stage.PLANNING
        draft.save(update_fields=["provenance", "stage"])
    except Exception:
        draft.delete()
        raise
    return draft


def _receive(draft: Draft, files: Iterable[IncomingFile], sidecars: MutableSequence[IncomingFile]) -> PurePosixPath:
    """Store the files in short steps; the folder that all readable ones lie in."""
    common: list[str] | None = None
    rest = iter(files)
    while chunk := list(islice(rest, 50)):
        sources = _taken_sources(sidecars, {article_of(file.path) for file in chunk})
        DraftFile.objects.bulk_create(_row(draft, file, sources.get(article_of(file.path))) for file in chunk)
        folders = [list(PurePosixPath(file.path).parent.parts) for file in chunk if not file.error]
        common = list(os.path.commonprefix(folders if common is None else [common, *folders])) if folders else common
    _keep_late_sources(draft, sidecars)
    if not draft.files.exists():
        raise WorkflowError("There is no Markdown file in it. Choose .md files, or a zip that holds some.")
    return PurePosixPath(*common or [])


def _row(draft: Draft, file: IncomingFile, sources: IncomingFile | None) -> DraftFile:
    row = DraftFile(draft=draft, path=file.path[:1000], content=file.data, error=file.error)
    if sources:
        row.sources, row.sources_error = sources.data, sources.error
    return row


def _taken_sources(sidecars: MutableSequence[IncomingFile], articles: Collection[str]) -> dict[str, IncomingFile]:
    """The sources of these articles (`article_of` their paths), taken off the list."""
    found = {key: file for file in sidecars if is_sources(file.path) and (key := article_of(file.path)) in articles}
    for file in found.values():
        sidecars.remove(file)
    return found


def _keep_late_sources(draft: Draft, sidecars: MutableSequence[IncomingFile]) -> None:
    """Store the sources that came after their articles."""
    if not any(is_sources(file.path) for file in sidecars):
        return
    rows = {article_of(path): key for key, path in draft.files.values_list("pk", "path").iterator()}
    for article, file in _taken_sources(sidecars, rows).items():
        draft.files.filter(pk=rows[article]).update(sources=file.data, sources_error=file.error)


def _provenance(sidecars: Sequence[IncomingFile], folder: PurePosixPath) -> Provenance:
    """What the sidecars say of all files of the run. One that is about a part of them is refused: a batch has one
    provenance."""
    found: dict[str, Provenance] = {}
    inside = [folder, *folder.parents]
    for sidecar in sidecars:
        path = PurePosixPath(sidecar.path)
        if path.name.lower() != "batch.json":
            continue
        if path.parent not in inside:
            raise WorkflowError(f"{path} is about a part of the files only. Upload each folder by itself.")
        if sidecar.error:
            raise WorkflowError(f"{path}: {sidecar.error}")
        try:
            found[str(path.parent)] = of_batch(sidecar.data)
        except ProvenanceError as error:
            raise WorkflowError(f"{error}" if path.parent == PurePosixPath(".") else f"{path}: {error}") from None
    return covering(str(folder / "article.md"), found)


def _sweep() -> None:
    """Throw away what expired; an import that was left half-way is ended as it stands."""
    expired = Draft.objects.filter(created_at__lt=timezone.now() - DRAFT_LIFE)
    for left in expired.filter(stage=Stage.IMPORTING):
        with transaction.atomic():
            draft = Draft.objects.select_for_update().get(pk=left.pk)
            _finish(draft)
            draft.save()
    DraftFile.objects.filter(draft__in=expired).delete()
    Draft.objects.filter(created_at__lt=timezone.now() - REMEMBERED).delete()


# --- choosing --------------------------------------------------------------------------------------------


def is_expired(draft: Draft) -> bool:
    """Whether the day is over without a yes."""
    begun = draft.stage in (Stage.IMPORTING, Stage.DONE)
    return not begun and timezone.now() >= draft.expires_at


def progress(draft: Draft) -> tuple[int, int]:
    """How many files the present stage has done, and how many there are to do."""
    rows = _rows_of_stage(draft)
    return rows.filter(pk__lte=draft.position).count(), rows.count()


def choose(draft: Draft, shown: Collection[int], chosen: Collection[int]) -> None:
    """Tick the chosen ones among the files that were shown, untick the others (keys of DraftFile)."""
    with transaction.atomic():
        rows = _waiting(draft).files.filter(pk__in=shown)
        rows.filter(pk__in=chosen, ticked=False).update(ticked=True)
        rows.filter(ticked=True).exclude(pk__in=chosen).update(ticked=False)


def choose_all(draft: Draft, *, ticked: bool, outcome: str = "") -> None:
    """Tick or untick all files, or those of one outcome."""
    with transaction.atomic():
        rows = _waiting(draft).files.all()
        (rows.filter(outcome=outcome) if outcome else rows).update(ticked=ticked)


def confirm(draft: Draft, *, by: User) -> None:
    """The yes to the files that are ticked; `advance` does the work then.

    Raises WorkflowError when the upload has expired or was confirmed already, or nothing is ticked."""
    _require_permission(by)
    with transaction.atomic():
        row = _waiting(draft)
        if not row.files.filter(ticked=True).exists():
            raise WorkflowError("No file was chosen. Tick at least one.")
        row.files.exclude(was="").update(was="")
        row.stage, row.position = Stage.CHECKING, 0
        row.save(update_fields=["stage", "position"])


def cancel(draft: Draft) -> None:
    """Throw the upload away. Raises WorkflowError once its import has begun."""
    with transaction.atomic():
        if (row := _locked(draft)).stage in (Stage.IMPORTING, Stage.DONE):
            raise WorkflowError("The import of this upload has begun. See its batch, which can be taken back.")
        row.delete()


def _waiting(draft: Draft) -> Draft:
    row = _locked(draft)
    if is_expired(row):
        raise WorkflowError(EXPIRED)
    if row.stage != Stage.WAITING:
        raise WorkflowError(f"This upload {row.get_stage_display()} already, so nothing about it was changed.")
    return row


def _locked(draft: Draft) -> Draft:
    """The row as it is now, locked until the transaction ends (SQLite: the whole database is)."""
    row = Draft.objects.select_for_update().filter(pk=draft.pk).first()
    if row is None:
        raise WorkflowError("This upload was thrown away meanwhile. Send the files again.")
    return row


def _require_permission(by: User) -> None:
    if not by.has_perm("editorial.import_article"):
        raise NotAllowed("Your account may not import files. Ask someone whose role allows it.")


# --- working ---------------------------------------------------------------------------------------------


def advance(draft: Draft, *, by: User) -> Draft:
    """Do the next slice of what is under way, if anything is; the draft as it is then.

    Before the import begins every ticked file is looked at once more; if what would become of one is not what was
    shown, the upload goes back to waiting. Raises WorkflowError when it has expired, or when other imports get in
    between again and again."""
    _require_permission(by)
    for _ in range(TRIES):
        try:
            with transaction.atomic():
                return _step(_locked(draft), by)
        except (IntegrityError, Conflict):
            continue
    raise WorkflowError("Other imports are changing the same articles just now. Wait a minute, then continue.")


def _step(draft: Draft, by: User) -> Draft:
    if draft.stage not in AT_WORK:
        return draft
    if is_expired(draft):
        raise WorkflowError(EXPIRED)
    rows = list(_next_rows(draft))
    planned = plan([incoming(row) for row in rows], claims=_claims(draft)).files
    if draft.stage == Stage.IMPORTING and draft.batch:
        apply(Plan([file for row, file in zip(rows, planned, strict=True) if row.ticked]), draft.batch)
        check(list(unchecked(draft).order_by("pk").values_list("pk", flat=True)[:SLICE]))
    _note(draft, rows, planned)
    draft.position = rows[-1].pk if rows else draft.position
    if not _rows_of_stage(draft).filter(pk__gt=draft.position).exists() and not unchecked(draft).exists():
        _end_stage(draft, by)
    draft.save()
    return draft


def unchecked(draft: Draft) -> models.QuerySet[Article]:
    """The articles that an upload has brought and that the checks have still to look at."""
    is_importing = draft.stage == Stage.IMPORTING and draft.batch
    return fresh().filter(generation__batch=draft.batch) if is_importing else Article.objects.none()


def incoming(row: DraftFile) -> IncomingFile:
    """An uploaded file as the import takes it."""
    return IncomingFile(
        row.path,
        bytes(row.content),
        error=row.error,
        sources=bytes(row.sources),
        sources_error=row.sources_error,
    )


def _rows_of_stage(draft: Draft) -> models.QuerySet[DraftFile]:
    """All files at first, the ticked ones later; and with them always those the desk has already, as another file
    about the same article must know of them."""
    if draft.stage == Stage.PLANNING:
        return draft.files.all()
    return draft.files.filter(models.Q(ticked=True) | models.Q(outcome=Outcome.UNCHANGED))


def _next_rows(draft: Draft) -> Iterator[DraftFile]:
    """The next slice, bounded by number and by bytes."""
    size = 0
    ahead = _rows_of_stage(draft).filter(pk__gt=draft.position).order_by("pk")
    for row in ahead[:SLICE_FILES].iterator(chunk_size=25):
        yield row
        size += len(row.content)
        if size >= SLICE_BYTES:
            break


def _claims(draft: Draft) -> Claims:
    """What the files of the slices before have taken."""
    claims = Claims()
    before = _rows_of_stage(draft).filter(pk__lte=draft.position, outcome__in=CLAIMING).order_by("pk")
    columns = ("path", "slug", "wording", "external_id", "article_id")
    for path, slug, wording, external_id, article in before.values_list(*columns):
        claims.take(slug, path, wording=wording, external_id=external_id)
        if article:
            claims.articles.setdefault(article, path)
    return claims


def _note(draft: Draft, rows: Sequence[DraftFile], planned: Sequence[PlannedFile]) -> None:
    """Write down what the look found, where it is not what is known."""
    changed = []
    for row, file in zip(rows, planned, strict=True):
        known = (row.outcome, row.message, row.shown)
        shown = _shown(file)
        if draft.stage == Stage.CHECKING and (row.outcome, row.shown) != (file.outcome, shown):
            row.was = row.outcome
        row.shown = shown
        row.ticked = file.writes if draft.stage == Stage.PLANNING else row.ticked
        row.outcome, row.message, row.line, row.article = file.outcome, file.message, file.line, file.article
        row.sha256, row.resembles = file.file.sha256, file.resembles
        if file.read:
            row.slug, row.wording = file.read.text.slug, file.read.wording
            row.external_id = file.read.external_id
        if known != (row.outcome, row.message, row.shown):
            changed.append(row)
    noted = ["was", "ticked", "outcome", "message", "line", "slug", "wording", "article"]
    noted += ["shown", "sha256", "external_id", "resembles"]
    DraftFile.objects.bulk_update(changed, noted, batch_size=50)


def _shown(planned: PlannedFile) -> str:
    """Stands for the two texts that a look at the plan shows: the desk's, and the one that it would become."""
    new = planned.text or (planned.read.text if planned.read else None)
    if not (new and planned.article and (current := planned.article.current)):
        return ""
    return hashlib.sha256(f"{current.hash} {new.hash}".encode()).hexdigest()


def _end_stage(draft: Draft, by: User) -> None:
    if draft.stage == Stage.PLANNING:
        draft.stage = Stage.WAITING
    elif draft.stage == Stage.IMPORTING:
        _finish(draft)
    elif draft.files.filter(ticked=True).exclude(was="").exists():
        draft.stage = Stage.WAITING
    else:
        draft.batch = Batch.objects.create(by=by, origin=draft.origin, provenance=draft.provenance)
        draft.stage, draft.position = Stage.IMPORTING, 0


def _finish(draft: Draft) -> None:
    """Close the batch as the command does: one that brought nothing goes, and leaves the files for the result."""
    batch, draft.stage = draft.batch, Stage.DONE
    if batch and not batch.generations.exists():
        draft.batch = None
        draft.save()
        batch.delete()
    elif batch:
        counts = dict(batch.files.order_by().values_list("outcome").annotate(models.Count("pk")))
        batch.counts = {outcome.value: counts[outcome] for outcome in Outcome if outcome in counts}
        batch.finished_at = timezone.now()
        batch.save(update_fields=["counts", "finished_at"])
        record("import", by=batch.by, batch=batch, data=batch.counts)
        draft.files.all().delete()
