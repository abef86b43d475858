"""Writes what search knows of publications, in the transaction that writes or deletes them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Prefetch

from ..models import Publication, PublicationTag, Tag
from . import postgres
from .indexes import index_of
from .models import SearchEntry, SearchWord
from .plain import plain_text
from .plans import Stems, label
from .stemming import stem
from .words import words

MAX_NEW_WORDS = 3_000
"""Different words of one article that enter the vocabulary; the longest real one has about 1,500."""
WORD_LENGTHS = range(3, 31)
"""Letters of a word in the vocabulary; nobody needs help with shorter ones, and longer ones are no words."""
_AT_ONCE = 200  # publications between two steps of a rebuild
WITH_TAGS = Prefetch("tag_links", PublicationTag.objects.select_related("tag"))
_UNREAD = (
    "body",
    "front_matter",
    "card_html",
    "head_html",
    "article_html",
    "short_html",
    "rss_xml",
    "atom_xml",
    "item_json",
)
_FIELDS = [field.name for field in SearchEntry._meta.concrete_fields if not field.primary_key]


def index(publication: Publication) -> None:
    """Make a publication findable as it is now; the caller's transaction already holds it with its tags."""
    links = PublicationTag.objects.filter(content_object=publication).select_related("tag")
    entry, found = _entry(publication, [link.tag for link in links])
    _write([entry])
    _learn(Counter(found))


def remove(uid: UUID) -> None:
    """Forget a publication. Deleting it does the same."""
    SearchEntry.objects.filter(publication__uid=uid).delete()


def rebuild(said: Callable[[int], object] = lambda done: None) -> int:
    """Write every entry and the vocabulary anew, from the publications alone; returns how many publications there are.

    Readers find all the while and editors can publish, since each step is a short transaction. `said` is told after
    each how many are done."""
    vocabulary: Counter[str] = Counter()
    last = done = 0
    while True:
        with transaction.atomic():
            rows = Publication.objects.filter(pk__gt=last).order_by("pk").select_for_update()
            batch = list(rows.defer(*_UNREAD).prefetch_related("source", WITH_TAGS)[:_AT_ONCE])
            if not batch:
                break
            made = [_entry(row, [link.tag for link in row.tag_links.all()]) for row in batch]
            _write([entry for entry, _ in made])
        vocabulary.update(word for _, found in made for word in found)
        last, done = batch[-1].pk, done + len(batch)
        said(done)
    with transaction.atomic():
        SearchWord.objects.all().delete()
        counted = (SearchWord(word=word, count=count) for word, count in sorted(vocabulary.items()))
        SearchWord.objects.bulk_create(counted, batch_size=1_000)
    index_of(connection).tidy(connection)
    return done


def _write(entries: Sequence[SearchEntry]) -> None:
    SearchEntry.objects.bulk_create(
        entries, update_conflicts=True, unique_fields=["publication"], update_fields=_FIELDS
    )


def _entry(publication: Publication, tags: Sequence[Tag]) -> tuple[SearchEntry, Sequence[str]]:
    """The entry of a publication (unsaved), and its words for the vocabulary, each once."""
    text = plain_text(publication.html)
    headings = " ".join(story["title"] for story in publication.stories)
    in_title, in_lead, in_body = words(publication.title), words(f"{publication.excerpt} {headings}"), words(text)
    in_names = words(" ".join([*(tag.name for tag in tags), publication.source_name]))
    parts = (in_title, in_names, in_lead, in_body)
    title, names, lead, body = (tuple(stem(word, publication.language) for word in part) for part in parts)
    stems = Stems(title, names, lead, body, _labels(publication, tags))
    entry = SearchEntry(publication=publication, date=publication.date, text=text)
    if connection.vendor == "postgresql":
        entry.short_vector, entry.vector = postgres.vectors(stems)
    else:
        for name in ("title", "names", "lead", "body", "labels"):
            setattr(entry, name, " ".join(getattr(stems, name)))
    different = dict.fromkeys(word for part in parts for word in part)
    known = (word for word in different if len(word) in WORD_LENGTHS and word.isalpha())
    return entry, list(islice(known, MAX_NEW_WORDS))


def _labels(publication: Publication, tags: Iterable[Tag]) -> tuple[str, ...]:
    labels = ["all", *(label("tag", tag.slug) for tag in tags)]
    if publication.language:
        labels.append(label("lang", publication.language))
    if publication.source:
        labels.append(label("source", publication.source.slug))
    return tuple(labels)


def _learn(found: Counter[str]) -> None:
    """Add words to the vocabulary. They are locked in one order, so that two who write can't wait for each other."""
    known = SearchWord.objects.filter(word__in=list(found))
    names = set(known.select_for_update().order_by("word").values_list("word", flat=True))
    SearchWord.objects.filter(word__in=names).update(count=F("count") + 1)
    new = [SearchWord(word=word) for word in sorted(found.keys() - names)]
    SearchWord.objects.bulk_create(new, ignore_conflicts=True)
