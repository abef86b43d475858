"""How the house sets its checks: which run, how grave they are, for all articles and for those of one source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, QuerySet

from .checking import SLICE, check, load_house, stale
from .checks import RULES, Rule, Severity
from .models import Article, CheckSetting, Finding, Source, Status, Weight
from .models.log import record
from .workflow import NotAllowed, WorkflowError

USUAL, OFF = "", "off"
OPEN = (Status.NEW, Status.IN_REVIEW, Status.SENT_BACK)


@dataclass(frozen=True, slots=True)
class Standing:
    """One check as it is set: what it is, its severity for all (None: switched off), whether that is the house's own
    choice, what some sources have instead, how many articles that wait for a decision it speaks of, and what is chosen
    for all or for the one source that was asked about, as `change` takes it."""

    rule: Rule
    severity: Severity | None
    is_changed: bool
    exceptions: tuple[tuple[Source, Severity | None], ...]
    hits: int
    choice: str = USUAL


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person chose for a check, and what they saw chosen before."""

    code: str
    chosen: str
    seen: str


def standings(source: Source | None = None) -> list[Standing]:
    """All registered checks by group and code, with a fixed number of queries; `choice` is that for the source."""
    house = load_house()
    choices = {row.code: choice_of(row) for row in CheckSetting.objects.filter(source=source)}
    rows = CheckSetting.objects.exclude(source=None).select_related("source").order_by("source__name")
    exceptions: dict[str, list[tuple[Source, Severity | None]]] = {}
    for row in rows:
        if row.source and row.code in RULES:
            exceptions.setdefault(row.code, []).append((row.source, house.settings[row.source.pk][row.code]))
    hits = _hits()
    for_all = house.overrides(None)
    return [
        Standing(
            rule,
            for_all.get(code, rule.severity),
            code in for_all,
            tuple(exceptions.get(code, ())),
            hits.get(code, 0),
            choices.get(code, USUAL),
        )
        for code, rule in sorted(RULES.items(), key=lambda pair: (pair[1].group, pair[0]))
    ]


def _hits() -> Mapping[str, int]:
    """In how many articles that wait for a decision each check found something."""
    found = Finding.objects.filter(revision__current_of__status__in=OPEN).order_by()
    return dict(found.values_list("code").annotate(Count("revision", distinct=True)))


def found_by(code: str) -> QuerySet[Finding]:
    """What a check has found in the articles that wait for a decision, the newest texts first."""
    found = Finding.objects.filter(code=code, revision__current_of__status__in=OPEN)
    return found.select_related("revision__article").order_by("-revision_id", "id")


def change(code: str, choice: str, *, by: User, source: Source | None = None, seen: str | None = None) -> int:
    """Set a check for all articles, or for those of a source: a severity, OFF, or USUAL for what the check says itself
    (for a source: what holds for all). How many articles must be looked at again.

    Raises WorkflowError for a check that there is none of, another choice, without the right to it, or where something
    else than what was `seen` is chosen by now."""
    _require_permission(by)
    with transaction.atomic():
        _set(code, choice, by=by, source=source, seen=seen)
    return to_recheck()


def change_many(choices: Iterable[Choice], *, by: User, source: Source | None = None) -> list[str]:
    """Set those checks for which something else is chosen than was seen, all or none; their codes.

    Raises WorkflowError as `change` does."""
    _require_permission(by)
    wanted = [each for each in choices if each.chosen != each.seen]
    with transaction.atomic():
        for each in wanted:
            _set(each.code, each.chosen, by=by, source=source, seen=each.seen)
    return [each.code for each in wanted]


def _require_permission(by: User) -> None:
    if not by.has_perm("editorial.change_checksetting"):
        raise NotAllowed("Your account may not change the checks. Ask someone whose role allows it.")


def _set(code: str, choice: str, *, by: User, source: Source | None, seen: str | None) -> None:
    if code not in RULES:
        raise WorkflowError("There is no such check. Look at the list once more.")
    if choice not in (USUAL, OFF, *Weight.values):
        raise WorkflowError("A finding blocks, warns or remarks, or the check is off. Choose one of these.")
    rows = CheckSetting.objects.filter(code=code, source=source)
    was = choice_of(rows.select_for_update(of=("self",)).first())
    if seen is not None and seen != was:
        raise WorkflowError(f"Somebody else has set {code} meanwhile, so nothing was changed. Look at it once more.")
    if choice == USUAL:
        rows.delete()
    else:
        values = {"enabled": choice != OFF, "severity": "" if choice == OFF else choice}
        CheckSetting.objects.update_or_create(code=code, source=source, defaults=values)
    if was != choice:
        facts = {"code": code, "source": source.name if source else "", "was": was, "now": choice}
        record("set_check", by=by, data=facts)


def choice_of(row: CheckSetting | None) -> str:
    """What was chosen, as `change` takes it."""
    if row is None:
        return USUAL
    if not row.enabled:
        return OFF
    return row.severity or (RULES[row.code].severity.value if row.code in RULES else USUAL)


def to_recheck() -> int:
    """How many articles were not looked at under today's rules."""
    return stale(load_house()).count()


def look_again(articles: QuerySet[Article]) -> int:
    """Have the checks run over these articles anew, whatever they were looked at under; how many they are. `go_on`
    does it."""
    return articles.filter(current__isnull=False).update(checked="")


def go_on(*, by: User) -> int:
    """Check the next slice of the articles that were not looked at under today's rules; how many are left.

    Raises WorkflowError without the right to it."""
    if not by.has_perm("editorial.add_sweep"):
        raise NotAllowed("Your account may not have many articles checked. Ask someone whose role allows it.")
    house = load_house()
    waiting = stale(house)
    check(list(waiting.order_by("pk").values_list("pk", flat=True)[:SLICE]), house)
    return waiting.count()
