"""Deciding what becomes of each file, without writing anything: the one object that the command's summary, its
dry run and the desk's preview and result pages show. A fixed number of queries for any number of files."""

from __future__ import annotations

from collections import ChainMap, Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..fixing import fixed_alike
from ..merging import merge
from ..models import Article, Origin, Outcome, Revision, Status
from ..text import Text
from .desk import SLUG_TWICE, Desk, text_of
from .files import IncomingFile
from .reading import BrokenFile, ReadFile, read

# The desk has not decided on these yet, so a newer text may still become their next revision.
OPEN = (Status.NEW, Status.IN_REVIEW, Status.SENT_BACK)
DISMISSED = "This very file was dismissed by a person; its bytes are kept."


@dataclass(frozen=True, slots=True, eq=False)
class PlannedFile:
    """One file and what is to become of it. `message` is a sentence for the operator; `line` counts from 1.

    `text` is what the article's next revision will say, where there will be one."""

    file: IncomingFile
    outcome: Outcome
    message: str = ""
    cause: str = ""
    line: int | None = None
    read: ReadFile | None = None
    text: Text | None = None
    article: Article | None = None
    proposal: bytes | None = None
    is_known: bool = False  # these very bytes have been kept with this outcome before
    resembles: Article | None = None  # a new file that may be another version of this article all the same

    @property
    def writes(self) -> bool:
        """Whether applying it changes anything but the record of the run."""
        passed_over = self.outcome in (Outcome.UNCHANGED, Outcome.DUPLICATE)
        return not passed_over and not self.is_known and bool(self.file.data)


@dataclass(slots=True)
class Plan:
    files: list[PlannedFile] = field(default_factory=list)

    @property
    def counts(self) -> Counter[Outcome]:
        return Counter(planned.outcome for planned in self.files)


class Claims:
    """What the files of a run so far have taken: slug, wording and article, each with the path that was first.

    A child sees what its parent holds and keeps its own apart, until `settle` gives it to the parent."""

    def __init__(self, parent: Claims | None = None) -> None:
        self._parent = parent
        self.slugs: ChainMap[str, str] = parent.slugs.new_child() if parent else ChainMap()
        self.wordings: ChainMap[str, str] = parent.wordings.new_child() if parent else ChainMap()
        self.articles: ChainMap[int, str] = parent.articles.new_child() if parent else ChainMap()
        self.ids: ChainMap[str, str] = parent.ids.new_child() if parent else ChainMap()
        self.kept: set[tuple[str, str]] = set(parent.kept) if parent else set()  # broken files: SHA-256 and cause

    def take(
        self, slug: str, path: str, *, wording: str = "", article: Article | None = None, external_id: str | None = None
    ) -> None:
        self.slugs.setdefault(slug, path)
        if external_id:
            self.ids.setdefault(external_id, path)
        if wording:
            self.wordings.setdefault(wording, path)
        if article:
            self.articles.setdefault(article.pk, path)

    def settle(self) -> None:
        """Give the parent what this child took, as nothing else remembers it: the run is a dry one."""
        if self._parent:
            self._parent.slugs.update(self.slugs.maps[0])
            self._parent.wordings.update(self.wordings.maps[0])
            self._parent.articles.update(self.articles.maps[0])
            self._parent.ids.update(self.ids.maps[0])
            self._parent.kept |= self.kept

    def settle_written(self, plan: Plan, new: Mapping[PlannedFile, int]) -> None:
        """Give the parent what the desk does not tell of this child's files, now that they are written: which
        articles they were about (`new`: the keys of new ones), and all about texts that wait beside. A run of any
        length needs little memory so."""
        if not self._parent:
            return
        self._parent.articles.update(self.articles.maps[0])
        self._parent.articles.update({key: planned.file.path for planned, key in new.items()})
        for planned in plan.files:
            if planned.read and planned.outcome in (Outcome.PROPOSAL, Outcome.CONFLICT):
                read = planned.read
                self._parent.take(read.text.slug, planned.file.path, wording=read.wording, external_id=read.external_id)


def plan(
    files: Sequence[IncomingFile],
    *,
    claims: Claims | None = None,
    results: Mapping[IncomingFile, ReadFile | BrokenFile] | None = None,
) -> Plan:
    """Decide on every file. `claims` holds what earlier files of the same run took; it is added to. `results` are
    those of files that were read already."""
    claims = Claims() if claims is None else claims
    desk = Desk(files)
    unchanged = {file: desk.unchanged[file.sha256] for file in files if file.sha256 in desk.unchanged}
    for file, article in unchanged.items():  # before all others: an older text beside the newest one is held
        claims.take(article.slug, file.path, article=article)
    changed = {file: _result(file, results) for file in files if file not in unchanged}
    desk.look_up([(file, result) for file, result in changed.items() if isinstance(result, ReadFile)])
    return Plan(
        [
            PlannedFile(file, Outcome.UNCHANGED, article=unchanged[file])
            if file in unchanged
            else _with_remark(_decide(file, changed[file], desk, claims))
            for file in files
        ]
    )


def _with_remark(planned: PlannedFile) -> PlannedFile:
    """The same, saying so where the sources beside the file can't be taken; the file itself comes in without them."""
    remark = planned.file.told_sources[1] if planned.writes else ""
    return replace(planned, message=f"{planned.message} {remark}".strip()) if remark else planned


def _result(file: IncomingFile, results: Mapping[IncomingFile, ReadFile | BrokenFile] | None) -> ReadFile | BrokenFile:
    found = results.get(file) if results else None
    return read(file) if found is None else found


def _decide(file: IncomingFile, result: ReadFile | BrokenFile, desk: Desk, claims: Claims) -> PlannedFile:
    if isinstance(result, BrokenFile):
        return _broken(file, result, desk, claims)
    if given := desk.slug_given(file, result):
        result = _under(given, result)
    elif desk.is_contested(file, result.text.slug):
        return _held(file, result, desk, claims, "Another article has the slug")
    article, how = desk.find(file, result)
    owner = desk.owner_of(result.text.slug)
    if owner and (article is None or owner.pk != article.pk):
        return _held(file, result, desk, claims, f"Another article, “{owner.title}”, has the slug")
    first = (
        claims.slugs.get(result.text.slug)
        or claims.ids.get(result.external_id or "")
        or (claims.articles.get(article.pk) if article else None)
    )
    if first:
        return _second(file, result, desk, first, claims)
    same = desk.same_wording(result, article) or claims.wordings.get(result.wording)
    if same and article is None:
        return PlannedFile(
            file, Outcome.DUPLICATE, f"Title and text are those of {same}. Nothing was imported.", read=result
        )
    claims.take(result.text.slug, file.path, wording=result.wording, article=article, external_id=result.external_id)
    if article is None:
        remark = f"{result.remark} {how}".strip()
        like = desk.looks_like(file, result)
        return PlannedFile(file, Outcome.NEW, remark, read=result, text=result.text, resembles=like)
    return _for_known_article(file, result, article, desk, f"{result.remark} {how}".strip())


def _under(slug: str, result: ReadFile) -> ReadFile:
    """The same text under the slug that the article goes by, as the file's own is another article's."""
    text = replace(result.text, slug=slug)
    return replace(result, text=text, hash=text.hash, goes_by=slug)


def _broken(file: IncomingFile, result: BrokenFile, desk: Desk, claims: Claims) -> PlannedFile:
    if file.sha256 in desk.dismissed:
        return PlannedFile(file, Outcome.UNCHANGED, DISMISSED)
    return PlannedFile(
        file,
        Outcome.REPAIRABLE if result.proposal is not None else Outcome.BROKEN,
        result.reason,
        result.cause,
        result.line,
        proposal=result.proposal,
        is_known=_is_known(file, result.cause, desk, claims),
    )


def _is_known(file: IncomingFile, cause: str, desk: Desk, claims: Claims) -> bool:
    """Whether these bytes were kept for this cause before, in this run or an earlier one; they are from now on."""
    key = (file.sha256, cause)
    known = key in desk.kept or key in claims.kept
    claims.kept.add(key)
    return known


def _second(file: IncomingFile, result: ReadFile, desk: Desk, first: str, claims: Claims) -> PlannedFile:
    """A file whose slug or article another file of this run has taken."""
    if claims.wordings.get(result.wording) == first or desk.same_wording(result, None):
        return PlannedFile(file, Outcome.DUPLICATE, f"{first} in this run has the same title and text.", read=result)
    return _held(file, result, desk, claims, f"{first} in this run is about the same article or has the slug")


def _held(file: IncomingFile, result: ReadFile, desk: Desk, claims: Claims, why: str) -> PlannedFile:
    if file.sha256 in desk.dismissed:
        return PlannedFile(file, Outcome.UNCHANGED, DISMISSED)
    return PlannedFile(
        file,
        Outcome.HELD,
        f"{why} “{result.text.slug}”. Give one of them another slug.",
        SLUG_TWICE,
        1,
        is_known=_is_known(file, SLUG_TWICE, desk, claims),
    )


def _for_known_article(file: IncomingFile, result: ReadFile, article: Article, desk: Desk, remark: str) -> PlannedFile:
    if _is_edited(article) and article.current and result.text.hash == article.current.hash:
        # The desk's own words have come back, from an export say. They are no generation: as the base of the next
        # merge they would let the generator take the edits back.
        return PlannedFile(file, Outcome.UNCHANGED, remark, read=result, article=article)
    if article.status not in OPEN:
        why = f"The article is {article.get_status_display().lower()}; the new text waits beside it."
        return PlannedFile(file, Outcome.PROPOSAL, f"{why} {remark}".strip(), read=result, article=article)
    current = article.current
    if current is None or not _is_edited(article):
        return PlannedFile(file, Outcome.UPDATED, remark, read=result, text=result.text, article=article)
    merged = _merged(article, result.text, current, desk)
    if merged is None:
        why = "It changes what the desk changed too; the new text waits for you to choose."
        return PlannedFile(file, Outcome.CONFLICT, f"{why} {remark}".strip(), read=result, article=article)
    return PlannedFile(file, Outcome.MERGED, remark, read=result, text=merged, article=article)


def _merged(article: Article, theirs: Text, current: Revision, desk: Desk) -> Text | None:
    """What the desk's text and a newer generated one make together, None where they conflict. What safe fixes changed
    is the desk's, but where only they stand in the way they are applied to the generator's texts too."""
    base = text_of(article.generation)
    if base is None:
        return None
    text = merge(base, theirs, current.text).text
    if text is None and current.fixes:
        text = merge(
            *fixed_alike((base, theirs), current.fixes, desk.house, source=article.source_id), current.text
        ).text
    return text


def _is_edited(article: Article) -> bool:
    """Whether the desk's text is more than what the article's generation says."""
    current = article.current
    return current is not None and (
        current.origin != Origin.GENERATED or current.generation_id != article.generation_id
    )
