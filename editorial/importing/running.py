"""A whole run: files in, chunk by chunk planned and written, one Batch and one event out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from functools import partial

from django.contrib.auth.models import User
from django.db.models import Count
from django.utils import timezone

from ..models import Batch, BatchFile, Generation, Outcome
from ..models.log import record
from .ahead import Chunk, Results, read_ahead
from .applying import OutcomeRow, apply, note_outcomes, outcome_of
from .files import IncomingFile
from .inputs import BrokenOffError
from .planning import Claims, Plan, PlannedFile, plan
from .provenance import Provenance
from .resuming import BatchLocks, cut_off
from .turns import in_turn

CHUNK_FILES = 400
CHUNK_BYTES = 8_000_000
PENDING_MAX = 5_000  # files that brought nothing, remembered until it is clear whether there will be a batch


@dataclass(slots=True)
class Report:
    """What a run did (or, dry, would do): files by outcome, and every file that is not simply fine, without its
    text. `is_continued`: the batch is that of the same run, which was cut off before."""

    counts: Counter[Outcome] = field(default_factory=Counter)
    notable: list[PlannedFile] = field(default_factory=list)
    batch: Batch | None = None
    is_continued: bool = False

    @property
    def failed(self) -> list[PlannedFile]:
        return [planned for planned in self.notable if planned.outcome.is_failure]

    def add(self, planned: Plan) -> None:
        self.counts.update(planned.counts)
        self.notable += [_light(each) for each in planned.files if each.message]


def _light(planned: PlannedFile) -> PlannedFile:
    """Without what takes memory: the bytes, the texts, the article."""
    file = IncomingFile(planned.file.path, name=planned.file.name, error=planned.file.error)
    return replace(planned, file=file, read=None, text=None, article=None, proposal=None)


def import_files(
    files: Iterable[IncomingFile],
    *,
    by: User | None,
    origin: str,
    provenance: Provenance | None = None,
    dry_run: bool = False,
    on_progress: Callable[[int], None] = lambda count: None,
) -> Report:
    """Import any number of files. `on_progress` is told how many more are done. A run that finds nothing new
    writes nothing, not even a batch."""
    run = Run(by=by, origin=origin, provenance=provenance, dry_run=dry_run)
    for chunk, results in read_ahead(chunks(files)):
        run.take(chunk, results)
        on_progress(len(chunk))
    return run.finish()


class Run:
    """One import run, chunk by chunk. What `take` has written stays, whatever comes after.

    Given `locks`, the run is kept apart from others and goes on with the batch of the same run if that was cut off
    (killed, or its database went away): the outcome is that of one run that nobody disturbed."""

    def __init__(
        self,
        *,
        by: User | None,
        origin: str,
        provenance: Provenance | None = None,
        dry_run: bool = False,
        locks: BatchLocks | None = None,
    ) -> None:
        self.report = Report()
        self._by, self._origin, self._dry_run, self._locks = by, origin[:300], dry_run, locks
        self._provenance = asdict(provenance) if provenance else {}
        self._claims = Claims()
        self._pending: list[OutcomeRow] = []
        self._noted: Counter[str] = Counter()  # paths that the batch of the cut-off run tells of
        self._has_begun = False

    def take(self, chunk: Chunk, results: Results) -> Plan:
        """Plan a chunk and write it, all or nothing. `results`: what those of its files that are new read as.

        Raises IntegrityError or workflow.Conflict if editors were faster time and again."""
        self._go_on_where_it_was_cut_off(chunk)
        # Without new bytes there is most likely nothing to write, and so no need to keep others from writing.
        step = partial(self._plan, chunk, results)
        planned = step() if self._dry_run or not results else in_turn(partial(self._write, step))
        if not self._dry_run and not results and planned.writes:
            planned = in_turn(partial(self._write, step))
        self._settle(planned)
        return planned.plan

    def finish(self) -> Report:
        """Close the batch and log it. A run that brought nothing leaves no batch."""
        if self.report.batch:
            in_turn(self._finish)
        return self.report

    def _plan(self, chunk: Chunk, results: Results) -> _Step:
        claims = Claims(self._claims)
        planned = plan(chunk, claims=claims, results=results)
        return _Step(planned, claims, self._noted_before(planned))

    def _write(self, plan_chunk: Callable[[], _Step]) -> _Step:
        step = plan_chunk()
        if step.writes:
            step.batch = self._batch()
            note_outcomes(step.batch, self._pending)
            step.new = apply(step.plan, step.batch, skip=step.noted)
        return step

    def _settle(self, step: _Step) -> None:
        """Remember what is written, and what has still to be noted."""
        self.report.add(step.plan)
        if self._dry_run:
            step.claims.settle()
            return
        step.claims.settle_written(step.plan, step.new)
        for each in step.noted:
            self._noted[each.file.path] -= 1
        if step.batch:
            self.report.batch = step.batch
            self._pending = []
            return
        self._pending += [outcome_of(each) for each in step.plan.files if each not in step.noted]
        if self.report.batch or len(self._pending) > PENDING_MAX:
            self.report.batch = in_turn(self._note_pending)
            self._pending = []

    def _note_pending(self) -> Batch:
        batch = self._batch()
        note_outcomes(batch, self._pending)
        return batch

    def _batch(self) -> Batch:
        """The run's batch, made when the first thing is written."""
        if self.report.batch:
            return self.report.batch
        batch = Batch.objects.create(by=self._by, origin=self._origin, provenance=self._provenance)
        if self._locks:
            self._locks.take(batch)
        return batch

    def _finish(self) -> None:
        batch = self._batch()
        if not Generation.objects.filter(batch=batch).exists():
            batch.files.all()._raw_delete(batch.files.db)  # one statement, not an object of each row
            batch.delete()
            self.report.batch = None
            return
        note_outcomes(batch, self._pending)
        found = batch.files.order_by().values_list("outcome").annotate(number=Count("pk"))
        counts = dict(found)
        batch.counts = {outcome.value: counts[outcome] for outcome in Outcome if outcome.value in counts}
        batch.finished_at = timezone.now()
        batch.save(update_fields=["counts", "finished_at"])
        record("import", by=self._by, batch=batch, data=batch.counts)

    def _go_on_where_it_was_cut_off(self, chunk: Chunk) -> None:
        if self._has_begun or not self._locks or self._dry_run:
            return
        self._has_begun = True
        batch = cut_off(chunk[0], by=self._by, origin=self._origin, provenance=self._provenance, locks=self._locks)
        if batch:
            self.report.batch, self.report.is_continued = batch, True
            paths = BatchFile.objects.filter(batch=batch).order_by().values_list("path", flat=True)
            self._noted = Counter(paths.iterator())

    def _noted_before(self, planned: Plan) -> set[PlannedFile]:
        """The files that the cut-off run has noted and that bring nothing more."""
        left = {each.file.path: self._noted[each.file.path] for each in planned.files} if self._noted else {}
        found = set()
        for each in planned.files:
            if not each.writes and left.get(each.file.path, 0) > 0:
                left[each.file.path] -= 1
                found.add(each)
        return found


@dataclass(slots=True)
class _Step:
    """One chunk on its way: the plan, what its files took, which of them the batch tells of already; once something was
    written, the keys of new articles, and the batch."""

    plan: Plan
    claims: Claims
    noted: set[PlannedFile]
    new: dict[PlannedFile, int] = field(default_factory=dict)
    batch: Batch | None = None

    @property
    def writes(self) -> bool:
        return any(each.writes for each in self.plan.files)


def chunks(files: Iterable[IncomingFile]) -> Iterator[Chunk]:
    """Lists of files, bounded by number and by bytes, so that a run's memory is bounded too. What came before an
    archive broke off comes as a last chunk before the error."""
    chunk: Chunk = []
    size = 0
    broken_off = None
    try:
        for file in files:
            chunk.append(file)
            size += len(file.data) + len(file.sources)
            if len(chunk) >= CHUNK_FILES or size >= CHUNK_BYTES:
                yield chunk
                chunk, size = [], 0
    except BrokenOffError as error:
        broken_off = error
    if chunk:
        yield chunk
    if broken_off:
        raise broken_off
