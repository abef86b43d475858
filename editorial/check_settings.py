"""How the house sets its checks: which run, how grave they are, for all articles and for those of one source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count

from .checking import load_house, stale
from .checks import RULES, Rule, Severity
from .models import CheckSetting, Finding, Source, Status, Weight
from .models.log import record
from .workflow import NotAllowed, WorkflowError

USUAL, OFF = "", "off"
OPEN = (Status.NEW, Status.IN_REVIEW, Status.SENT_BACK)


@dataclass(frozen=True, slots=True)
class Standing:
    """One check as it is set: what it is, its severity for all (None: switched off), whether that is the house's own
    choice, what some sources have instead, and how many articles that wait for a decision it speaks of."""

    rule: Rule
    severity: Severity | None
    is_changed: bool
    exceptions: tuple[tuple[Source, Severity | None], ...]
    hits: int


def standings() -> list[Standing]:
    """All registered checks by group and code, with three queries."""
    house = load_house()
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
        )
        for code, rule in sorted(RULES.items(), key=lambda pair: (pair[1].group, pair[0]))
    ]


def _hits() -> Mapping[str, int]:
    """In how many articles that wait for a decision each check found something."""
    found = Finding.objects.filter(revision__current_of__status__in=OPEN).order_by()
    return dict(found.values_list("code").annotate(Count("revision", distinct=True)))


def change(code: str, choice: str, *, by: User, source: Source | None = None) -> int:
    """Set a check for all articles, or for those of a source: a severity, OFF, or USUAL for what the check says itself
    (for a source: what holds for all). How many articles must be looked at again.

    Raises WorkflowError for a check that there is none of, another choice, or without the right to it."""
    if not by.has_perm("editorial.change_checksetting"):
        raise NotAllowed("Your account may not change the checks. Ask someone whose role allows it.")
    if code not in RULES:
        raise WorkflowError("There is no such check. Look at the list once more.")
    if choice not in (USUAL, OFF, *Weight.values):
        raise WorkflowError("A finding blocks, warns or remarks, or the check is off. Choose one of these.")
    with transaction.atomic():
        rows = CheckSetting.objects.filter(code=code, source=source)
        was = choice_of(rows.select_for_update(of=("self",)).first())
        if choice == USUAL:
            rows.delete()
        else:
            values = {"enabled": choice != OFF, "severity": "" if choice == OFF else choice}
            CheckSetting.objects.update_or_create(code=code, source=source, defaults=values)
        if was != choice:
            facts = {"code": code, "source": source.name if source else "", "was": was, "now": choice}
            record("set_check", by=by, data=facts)
    return to_recheck()


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
