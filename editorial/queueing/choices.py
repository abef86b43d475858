"""What the filters of the queue offer: sources, people, batches, and a person's saved views. Two queries."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, Concat, NullIf, Trim
from django.utils.formats import date_format
from django.utils.timezone import localtime

from ..models import Batch, SavedView, Source

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
    for kind, key, label, more in sorted(_names(by), key=lambda row: row[2].casefold()):
        if kind == "view":
            found.views[str(key)] = (label, more)
        else:
            (found.sources if kind == "source" else found.people)[str(key)] = label
    newest = Batch.objects.order_by("-started_at").values("pk")[:BATCHES_OFFERED]
    rows = Batch.objects.filter(pk__in=newest)
    if batch:
        rows |= Batch.objects.filter(pk=int(batch))
    for key, started, origin in rows.order_by("-started_at").values_list("pk", "started_at", "origin"):
        found.batches[str(key)] = f"{date_format(localtime(started), 'j M Y H:i')} {origin[:50]}"
    return found


def _names(by: User) -> QuerySet[Any, tuple[str, int, str, str]]:
    """(kind, key, name, query of a view) of three small tables at once."""
    full = NullIf(Trim(Concat("first_name", Value(" "), "last_name")), Value(""))
    people = get_user_model().objects.filter(is_active=True, is_staff=True).order_by()
    parts: tuple[tuple[QuerySet[Any], str, Any, Any], ...] = (
        (Source.objects.order_by(), "source", F("name"), Value("")),
        (people, "person", Coalesce(full, F("username")), Value("")),
        (SavedView.objects.filter(by=by).order_by(), "view", F("name"), F("query")),
    )
    text = CharField()
    first, *others = (
        rows.annotate(kind=Value(kind), label=Cast(label, text), more=Cast(more, text)).values_list(
            "kind", "pk", "label", "more"
        )
        for rows, kind, label, more in parts
    )
    names: QuerySet[Any, tuple[str, int, str, str]] = first.union(*others, all=True).order_by()
    return names
