"""Safe fixes for many articles: a plan, a yes, and the work. All of it goes slice by slice, each slice one transaction
that notes how far it got: any process can go on, and no request takes long.

Only texts that nobody has decided on are swept: approved, rejected and retracted ones are left alone."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from digest.models import Tag

from .checking import House, check, load_house
from .checks import HouseLists
from .fixing import OPEN, Proposal, apply, brought_by, propose
from .models import Article, ArticleLink, Batch, HouseEntry, Sweep, SweptArticle
from .models.log import record
from .workflow import Conflict, NotAllowed, WorkflowError

SLICE_PLANNED, SLICE_FIXED = 100, 50  # articles of one transaction: about half a second
PLAN_LIFE = timedelta(days=1)  # a plan that nobody said yes to
TRIES = 5  # how often a slice is done anew when somebody else changes its articles just then

Stage = Sweep.Stage
AT_WORK = (Stage.PLANNING, Stage.RUNNING)
Outcome = SweptArticle.Outcome
# The checks whose fixes an entry of the house list makes.
FIXES_OF = {
    HouseEntry.Kind.TAG_ALIAS: ("tag-alias", "tag-duplicate"),
    HouseEntry.Kind.TRACKING_PARAMETER: ("link-tracking",),
}
Selection = dict[str, Any]


# --- what is asked for -----------------------------------------------------------------------------------


def of_articles(keys: Collection[int]) -> Selection:
    """These articles (primary keys)."""
    return {"articles": sorted(keys)}


def of_batch(batch: Batch) -> Selection:
    """What a batch brought."""
    return {"batch": batch.pk}


def unapproved(entry: HouseEntry | None = None) -> Selection:
    """All texts that nobody has decided on; with an entry of the house list those that it may concern."""
    return {"unapproved": True, **({"entry": entry.pk} if entry else {})}


def begin(selection: Selection, *, by: User, note: str, codes: Sequence[str] = ()) -> Sweep:
    """Start the plan of a sweep; `advance` makes it. Plans of yesterday that nobody said yes to are thrown away.

    Raises WorkflowError where there is nothing to sweep or no right to."""
    _require_permission(by)
    Sweep.objects.filter(stage__in=[Stage.PLANNING, Stage.PLANNED], created_at__lt=timezone.now() - PLAN_LIFE).delete()
    sweep = Sweep(by=by, selection=selection, codes=sorted(codes), note=note[:300])
    sweep.total = _count(sweep)
    if not sweep.total:
        raise WorkflowError("There is no article that this could change.")
    sweep.save()
    return sweep


def begin_for_entry(entry: HouseEntry, *, by: User) -> Sweep:
    """Start the plan of what an entry of the house list changes in the texts that nobody has decided on.

    Raises WorkflowError where its kind has no safe fix, or as `begin` does."""
    codes = FIXES_OF.get(HouseEntry.Kind(entry.kind))
    if codes is None:
        raise WorkflowError(f"A {entry.get_kind_display()} has no safe fix. It is marked in the texts for a person.")
    return begin(unapproved(entry), by=by, codes=codes, note=f"House list: {entry}")


def confirm(sweep: Sweep, *, by: User) -> None:
    """The yes to the plan; `advance` does the work then, in this person's name.

    Raises WorkflowError when there is no plan that waits, or nothing in it."""
    _require_permission(by)
    with transaction.atomic():
        row = _locked(sweep)
        if row.stage != Stage.PLANNED:
            raise WorkflowError(f"This sweep {row.get_stage_display()} already, so nothing about it was changed.")
        if not row.total:
            raise WorkflowError("There is nothing to fix in these articles.")
        row.stage, row.by, row.position, row.done = Stage.RUNNING, by, 0, 0
        row.save()


def cancel(sweep: Sweep, *, by: User) -> None:
    """Throw a plan away. Raises WorkflowError once the work has begun."""
    _require_permission(by)
    with transaction.atomic():
        row = _locked(sweep)
        if row.stage in (Stage.RUNNING, Stage.DONE):
            raise WorkflowError("This sweep has begun; what it fixed stays, as revisions of its articles.")
        row.delete()


def _require_permission(by: User) -> None:
    if not (by.has_perm("editorial.add_sweep") and by.has_perm("editorial.change_article")):
        raise NotAllowed("Your account may not fix many articles at once. Ask someone whose role allows it.")


def _locked(sweep: Sweep) -> Sweep:
    """The row as it is now, locked until the transaction ends (SQLite: the whole database is)."""
    row = Sweep.objects.select_for_update(of=("self",)).select_related("by").filter(pk=sweep.pk).first()
    if row is None:
        raise WorkflowError("This plan was thrown away meanwhile. Make it anew.")
    return row


# --- working ---------------------------------------------------------------------------------------------


def advance(sweep: Sweep, *, by: User) -> Sweep:
    """Do the next slice of what is under way, if anything is; the sweep as it is then. What is fixed is fixed in the
    name of whoever said yes. Raises WorkflowError when others change the same articles again and again."""
    _require_permission(by)
    for _ in range(TRIES):
        try:
            with transaction.atomic():
                return _step(_locked(sweep))
        except (IntegrityError, Conflict):
            continue
    raise WorkflowError("Others are changing the same articles just now. Wait a minute, then continue.")


def _step(sweep: Sweep) -> Sweep:
    if sweep.stage == Stage.PLANNING:
        _plan_slice(sweep)
    elif sweep.stage == Stage.RUNNING:
        _fix_slice(sweep)
    return sweep


def _plan_slice(sweep: Sweep) -> None:
    keys = _next_keys(sweep)
    is_open = Article.objects.filter(pk__in=keys, status__in=OPEN, current__isnull=False).order_by("pk")
    possible = list(is_open.values_list("pk", flat=True))
    found = [proposal for proposal in _propose(sweep, possible, load_house()) if proposal.changes]
    SweptArticle.objects.bulk_create(
        SweptArticle(
            sweep=sweep,
            article=proposal.article,
            codes=list(proposal.fixed.codes),
            before=proposal.revision.hash,
            after=proposal.fixed.text.hash,
        )
        for proposal in found
    )
    sweep.counts = _added(sweep.counts, found, decided=len(keys) - len(possible))
    sweep.position, sweep.done = (keys[-1] if keys else sweep.position), sweep.done + len(keys)
    if len(keys) < SLICE_PLANNED:
        sweep.stage, sweep.total, sweep.done = Stage.PLANNED, sweep.articles.count(), 0
    sweep.save()


def _added(counts: dict[str, Any], found: Sequence[Proposal], *, decided: int) -> dict[str, Any]:
    codes = Counter(counts.get("codes", {})) + Counter(code for proposal in found for code in proposal.fixed.codes)
    return {"codes": dict(sorted(codes.items())), "decided": counts.get("decided", 0) + decided}


def _fix_slice(sweep: Sweep) -> None:
    ahead = sweep.articles.filter(article__gt=sweep.position, outcome=Outcome.PLANNED).order_by("article_id")
    rows = {row.article_id: row for row in ahead[:SLICE_FIXED]}
    house = load_house()
    is_open = Article.objects.select_for_update(of=("self",)).filter(pk__in=rows, status__in=OPEN).order_by("pk")
    possible = set(is_open.values_list("pk", flat=True))
    planned = {proposal.article.pk: proposal for proposal in _propose(sweep, sorted(possible), house)}
    same = [proposal for key, proposal in planned.items() if _is_as_planned(rows[key], proposal)]
    apply(same, by=sweep.by, facts={"sweep": sweep.pk})
    fixed = {proposal.article.pk for proposal in same}
    check(sorted(fixed), house)
    for key, row in rows.items():
        row.outcome = Outcome.FIXED if key in fixed else Outcome.CHANGED if key in possible else Outcome.DECIDED
    SweptArticle.objects.bulk_update(rows.values(), ["outcome"])
    sweep.position, sweep.done = max(rows, default=sweep.position), sweep.done + len(rows)
    if len(rows) < SLICE_FIXED:
        _finish(sweep)
    sweep.save()


def _is_as_planned(row: SweptArticle, proposal: Proposal) -> bool:
    seen = (row.before, row.after, row.codes)
    return seen == (proposal.revision.hash, proposal.fixed.text.hash, list(proposal.fixed.codes))


def _finish(sweep: Sweep) -> None:
    sweep.stage, sweep.finished_at = Stage.DONE, timezone.now()
    facts = {"sweep": sweep.pk, "what": sweep.note, **outcomes(sweep)}
    record("sweep", by=sweep.by, data=facts)


def outcomes(sweep: Sweep) -> dict[str, int]:
    """How many of the planned articles came to which end."""
    return dict(sweep.articles.order_by().values_list("outcome").annotate(Count("pk")))


# --- which articles, and what would become of each -------------------------------------------------------


def proposal_of(row: SweptArticle) -> Proposal | None:
    """What the sweep would make of one article, None where the text or the house list is another by now."""
    found = _propose(row.sweep, [row.article_id], load_house())
    return found[0] if found and _is_as_planned(row, found[0]) else None


def _propose(sweep: Sweep, keys: Sequence[int], house: House) -> list[Proposal]:
    if not keys:
        return []
    entry = entry_of(sweep)
    row = {"kind": entry.kind, "value": entry.value, "replacement": entry.replacement} if entry else {}
    return propose(keys, house, codes=sweep.codes, lists=HouseLists.of([row]) if entry else None)


def entry_of(sweep: Sweep) -> HouseEntry | None:
    """The entry of the house list that a sweep is about, if it is about one. Raises WorkflowError if that is gone."""
    key = sweep.selection.get("entry")
    if key is None:
        return None
    entry = HouseEntry.objects.filter(pk=key).first()
    if entry is None:
        raise WorkflowError("The entry of the house list is gone. Throw this plan away.")
    return entry


def _count(sweep: Sweep) -> int:
    chosen = sweep.selection.get("articles")
    return len(chosen) if chosen is not None else _articles(sweep).count()


def _next_keys(sweep: Sweep) -> list[int]:
    """The next slice of the articles that the sweep is asked for."""
    chosen: list[int] | None = sweep.selection.get("articles")
    if chosen is not None:
        first = bisect_right(chosen, sweep.position)
        return chosen[first : first + SLICE_PLANNED]
    ahead = _articles(sweep).filter(pk__gt=sweep.position).order_by("pk")
    return list(ahead.values_list("pk", flat=True)[:SLICE_PLANNED])


def _articles(sweep: Sweep) -> QuerySet[Article]:
    if "batch" in sweep.selection:
        return brought_by(Batch(pk=sweep.selection["batch"]))
    articles = Article.objects.filter(status__in=OPEN)
    entry = entry_of(sweep)
    return concerned(articles, entry) if entry else articles


def concerned(articles: QuerySet[Article], entry: HouseEntry) -> QuerySet[Article]:
    """Those that an entry may change, by indexed rows: their tags, or their links (and those whose links nobody has
    noted yet)."""
    if entry.kind == HouseEntry.Kind.TAG_ALIAS:
        return articles.filter(tag_links__tag__in=Tag.objects.filter(name__iexact=entry.value))
    links = ArticleLink.objects.filter(article=OuterRef("pk"), address__icontains=entry.value.rstrip("*"))
    return articles.filter(Q(checked="") | Exists(links))
