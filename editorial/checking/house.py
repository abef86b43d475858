"""What the house says today: its lists, its settings of checks, its approved tags, and one short name for all of it."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from django.utils import timezone

from digest.models import Tag

from ..checks import RULES, ApprovedTags, HouseLists, Severity
from ..models import CheckSetting, HouseEntry

Overrides = Mapping[str, Severity | None]
Entry: TypeAlias = tuple[str, str, str]
Setting: TypeAlias = tuple[int | None, str, bool, str]


@dataclass(frozen=True)
class House:
    """`settings` are severities by code (None: switched off), by source and for all (None). `ruleset` names the
    versions of the checks, the settings and the lists; not the approved tags, which every approval may change."""

    lists: HouseLists
    settings: Mapping[int | None, Overrides]
    approved_tags: ApprovedTags
    today: datetime.date
    ruleset: str

    def overrides(self, source: int | None) -> Overrides:
        """What holds for an article of this source (a primary key): the setting for all, then that of the source."""
        return {**self.settings.get(None, {}), **(self.settings.get(source, {}) if source else {})}


def load_house() -> House:
    """The house as the database has it now: three queries. Load it once for a run, and anew for the next."""
    entries = tuple(HouseEntry.objects.order_by("kind", "value").values_list("kind", "value", "replacement"))
    rows = CheckSetting.objects.order_by("code", "source")
    settings: list[Setting] = list(rows.values_list("source_id", "code", "enabled", "severity"))
    approved = Tag.objects.filter(publication_tags__isnull=False).order_by("name").distinct()
    return House(
        _lists(entries),
        _by_source(settings),
        _tags(tuple(approved.values_list("name", flat=True))),
        timezone.localdate(),
        _name_of(entries, settings),
    )


def _by_source(rows: Iterable[Setting]) -> dict[int | None, dict[str, Severity | None]]:
    found: dict[int | None, dict[str, Severity | None]] = {}
    for source, code, enabled, severity in rows:
        if code in RULES:
            usual = RULES[code].severity
            found.setdefault(source, {})[code] = (Severity(severity) if severity else usual) if enabled else None
    return found


def _name_of(entries: tuple[Entry, ...], settings: Iterable[Setting]) -> str:
    rules = [
        (rule.code, rule.version, rule.severity, rule.languages, str(rule.since), str(rule.until))
        for rule in RULES.values()
    ]
    facts = json.dumps([sorted(rules), sorted(settings, key=str), entries], ensure_ascii=False)
    return hashlib.sha256(facts.encode("utf-8", "surrogatepass")).hexdigest()[:16]


# The values are made of the rows alone, so a process never holds on to an older list: other rows, another value.


@lru_cache(maxsize=4)
def _lists(entries: tuple[Entry, ...]) -> HouseLists:
    return HouseLists.of({"kind": kind, "value": value, "replacement": new} for kind, value, new in entries)


@lru_cache(maxsize=4)
def _tags(names: tuple[str, ...]) -> ApprovedTags:
    return ApprovedTags.of(names)
