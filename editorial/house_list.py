"""The house list at work: which texts its entries concern, and the list that Digest ships."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from .fixing import OPEN
from .models import Article, ArticleLink, ArticleTag, Finding, HouseEntry
from .models.log import record
from .sweeping import FIXES_OF, concerned

SHIPPED = Path(__file__).resolve().parent.parent / "fixtures" / "house" / "house.csv"
Kind = HouseEntry.Kind
HOSTS = (Kind.AGGREGATOR, Kind.REDIRECTOR)
# The checks that find what an entry names, where no row but their findings tells of it.
FOUND_BY = {Kind.PHRASE: "stock-phrase", Kind.PERSONA: "persona"}


def has_fix(entry: HouseEntry) -> bool:
    """Whether an entry changes texts; the others mark them for a person."""
    return Kind(entry.kind) in FIXES_OF


def usage(entries: Sequence[HouseEntry]) -> dict[int, int]:
    """How many texts that nobody has decided on some entries concern, by primary key: a fixed number of queries.
    Tags and hosts only; of other kinds, and of hosts with a path, `articles_of` tells for one entry."""
    tags = {entry.pk: entry.value for entry in entries if entry.kind == Kind.TAG_ALIAS}
    hosts = {entry.pk: entry.value for entry in entries if entry.kind in HOSTS and "/" not in entry.value}
    return _by_tag(tags) | _by_host(hosts)


def _by_tag(values: dict[int, str]) -> dict[int, int]:
    if not values:
        return {}
    links = ArticleTag.objects.filter(content_object__status__in=OPEN).annotate(name=Lower("tag__name"))
    rows = links.filter(name__in=set(values.values())).order_by().values_list("name").annotate(Count("content_object"))
    counts = dict(rows)
    return {key: counts.get(value, 0) for key, value in values.items()}


def _by_host(values: dict[int, str]) -> dict[int, int]:
    if not values:
        return {}
    covered = _covered(values.values())
    links = ArticleLink.objects.filter(host__in={host for hosts in covered.values() for host in hosts})
    articles: dict[str, set[int]] = defaultdict(set)
    for host, article in links.filter(article__status__in=OPEN).order_by().values_list("host", "article").distinct():
        articles[host].add(article)
    return {key: len(set().union(*(articles[host] for host in covered[value]))) for key, value in values.items()}


def _covered(values: Iterable[str]) -> dict[str, list[str]]:
    """The hosts that texts link to, by the entry that covers them: itself and all below it."""
    found: dict[str, list[str]] = {value: [] for value in values}
    for host in ArticleLink.objects.order_by().values_list("host", flat=True).distinct():
        labels = host.split(".")
        for name in {".".join(labels[at:]) for at in range(len(labels))} & found.keys():
            found[name].append(host)
    return found


def articles_of(entry: HouseEntry) -> QuerySet[Article]:
    """The texts that nobody has decided on and that an entry concerns, newest first; of tracking parameters those that
    it may concern. What a phrase or a persona concerns, the findings tell: recheck first where the entry is new."""
    kind, articles = Kind(entry.kind), Article.objects.filter(status__in=OPEN)
    if kind in FOUND_BY:
        stem = entry.value.rstrip("*")
        found = Finding.objects.filter(revision=OuterRef("current"), code=FOUND_BY[kind], what__icontains=stem)
        return articles.filter(Exists(found))
    if kind in HOSTS:
        links = ArticleLink.objects.filter(_leads_to(entry.value), article=OuterRef("pk"))
        return articles.filter(Exists(links))
    return concerned(articles, entry)


def _leads_to(value: str) -> Q:
    host, slash, _ = value.partition("/")
    return (
        Q(address__icontains=f"//{value}") | Q(address__icontains=f".{value}")
        if slash
        else (Q(host=host) | Q(host__endswith=f".{host}"))
    )


# --- changing it -----------------------------------------------------------------------------------------


def load_shipped() -> int:
    """Add the entries that Digest ships and that are not there; those of the editors stay as they are. How many were
    added."""
    known = set(HouseEntry.objects.values_list("kind", "value"))
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        rows = [HouseEntry(**row) for row in csv.DictReader(file) if (row["kind"], row["value"]) not in known]
    return len(HouseEntry.objects.bulk_create(rows))


def record_change(what: str, *, by: User, entries: Sequence[HouseEntry] = (), **facts: Any) -> None:
    """Write to the log that somebody changed the house list: `what` was done (added, changed, removed, took in a
    table). Call it inside the transaction of the change."""
    told = [{"kind": entry.kind, "value": entry.value, "replacement": entry.replacement} for entry in entries]
    record("house_list", by=by, data={"what": what, "entries": told, **facts})


def remove(entries: QuerySet[HouseEntry], *, by: User) -> None:
    """Remove some entries, with their event."""
    with transaction.atomic():
        record_change("removed", by=by, entries=list(entries))
        entries.delete()
