"""What the filters of the queue offer: sources, people, batches, and a person's saved views. Two queries."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.utils.formats import date_format
from django.utils.timezone import localtime

from digest.prepared import rows

from ..models import Batch, SavedView, Source
from .names import shown_name

BATCHES_OFFERED = 30  # the newest; any other can be put into the address


@dataclass(slots=True)
class Choices:
    """By primary key as text: names, and for views (name, query)."""

    sources: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    batches: dict[str, str] = field(default_factory=dict)
    views: dict[str, tuple[str, str]] = field(default_factory=dict)


def choices_for(by: User, *, batch: str = "") -> Choices:
    """What this person can choose from, in order of the names; `batch` is a key that is offered whatever its age."""
    found = Choices()
    for kind, key, label, more in sorted(rows(_names, by=by.pk), key=lambda row: row[2].casefold()):
        if kind == "view":
            found.views[str(key)] = (label, more)
        else:
            (found.sources if kind == "source" else found.people)[str(key)] = label
    for key, started, origin in rows(_batches, also=int(batch or 0)):
        found.batches[str(key)] = f"{date_format(localtime(started), 'j M Y H:i')} {origin[:50]}"
    return found


def _batches(also: int) -> QuerySet[Any, tuple[int, datetime.datetime, str]]:
    """The newest ones and another."""
    newest = Batch.objects.order_by("-started_at").values("pk")[:BATCHES_OFFERED]
    offered = Batch.objects.filter(Q(pk__in=newest) | Q(pk=also)).order_by("-started_at")
    return offered.values_list("pk", "started_at", "origin")


def _names(by: int) -> QuerySet[Any, tuple[str, int, str, str]]:
    """(kind, key, name, query of a view) of three small tables at once."""
    people = get_user_model().objects.filter(is_active=True, is_staff=True).order_by()
    parts: tuple[tuple[QuerySet[Any], str, Any, Any], ...] = (
        (Source.objects.order_by(), "source", F("name"), Value("")),
        (people, "person", shown_name(), Value("")),
        (SavedView.objects.filter(by=by).order_by(), "view", F("name"), F("query")),
    )
    text = CharField()
    first, *others = (
        each.annotate(kind=Value(kind), label=Cast(label, text), more=Cast(more, text)).values_list(
            "kind", "pk", "label", "more"
        )
        for each, kind, label, more in parts
    )
    names: QuerySet[Any, tuple[str, int, str, str]] = first.union(*others, all=True).order_by()
    return names
