"""Writing what a plan decided: one transaction, a fixed number of statements for any number of new files."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import fields
from typing import TypeAlias

from django.db import transaction
from django.utils import timezone

from digest.models import Tag
from digest.slugs import slugify

from ..inserting import insert, new_keys
from ..models import (
    Article,
    ArticleTag,
    Batch,
    BatchFile,
    Generation,
    HeldFile,
    Origin,
    Outcome,
    Revision,
    SlugAlias,
    Source,
    SourceText,
    Waiting,
)
from ..models.intake import SourceAlias
from ..text import Text
from ..workflow import Conflict, add_revision, fields_of
from .desk import SLUG_TWICE
from .planning import OPEN, Plan, PlannedFile
from .provenance import Provenance
from .reading import ReadFile


def apply(plan: Plan, batch: Batch, *, skip: Collection[PlannedFile] = ()) -> dict[PlannedFile, int]:
    """Write the plan's files and their outcomes to the batch, all or nothing; the keys of the new articles. Of the
    files in `skip` the outcome is in the batch already.

    Raises IntegrityError or workflow.Conflict when the desk has changed since the plan was made: make a new
    plan then."""
    with transaction.atomic():
        generations = _keep_bytes(plan, batch)
        sources = _sources({p.read.source_name for p in plan.files if p.read and p.read.source_name})
        new = [p for p in plan.files if p.outcome is Outcome.NEW]
        articles = _create_articles(new, generations, sources)
        outcomes = [outcome_of(p, generations.get(p), articles.get(p)) for p in plan.files if p not in skip]
        for planned in plan.files:
            if planned.article and planned.outcome in _KNOWN_ARTICLE:
                generation = Generation(pk=generations[planned])
                _KNOWN_ARTICLE[planned.outcome](planned, planned.article, generation, sources)
        _hold(generations)
        note_outcomes(batch, outcomes)
    return articles


def _hold(generations: Mapping[PlannedFile, int]) -> None:
    """Let the files wait that became no text. What waits of earlier files from the same places has been replaced."""
    places = {planned.file.path for planned in generations if planned.file.is_located}
    earlier = HeldFile.objects.filter(state=HeldFile.State.OPEN, generation__path__in=places)
    if keys := list(earlier.exclude(generation__in=generations.values()).values_list("pk", flat=True)):
        HeldFile.objects.filter(pk__in=keys).update(state=HeldFile.State.REPLACED, closed_at=timezone.now())
    insert(
        HeldFile,
        ("generation", "cause", "has_repair"),
        (
            (generation, planned.cause, planned.proposal is not None or planned.cause == SLUG_TWICE)
            for planned, generation in generations.items()
            if planned.outcome.is_failure
        ),
    )


OutcomeRow: TypeAlias = tuple[str, str, str, int | None, int | None, int | None, int | None]


def outcome_of(planned: PlannedFile, generation: int | None = None, article: int | None = None) -> OutcomeRow:
    """What a batch tells of a file, before it is written: path, outcome, message, the keys of the generation and of
    the article; and of the generations that the article rested on and that waited beside it, where that changes."""
    before = planned.article if planned.outcome in _KNOWN_ARTICLE else None
    return (
        planned.file.path,
        planned.outcome.value,
        planned.message,
        generation,
        planned.article.pk if planned.article else article,
        before.generation_id if before else None,
        before.proposal_id if before else None,
    )


def note_outcomes(batch: Batch, rows: Iterable[OutcomeRow]) -> None:
    columns = ("path", "outcome", "message", "generation", "article", "rested_on", "waited", "batch")
    insert(BatchFile, columns, ((*row, batch.pk) for row in rows))


def _keep_bytes(plan: Plan, batch: Batch) -> dict[PlannedFile, int]:
    """A Generation for every file that brought something, with the sources that came beside it; their keys."""
    kept = [planned for planned in plan.files if planned.writes]
    keys = new_keys(Generation, len(kept))
    told = Provenance(**batch.provenance)
    insert(
        Generation,
        (
            *("id", "sha256", "content", "path", "batch", "cause", "line", "reason"),
            *("extra", "slug", "source_name", "external_id", *_PROVENANCE),
        ),
        (
            (
                key,
                planned.file.sha256,
                planned.file.data,
                planned.file.path,
                batch.pk,
                planned.cause,
                planned.line,
                planned.message if planned.cause else "",
                planned.read.extra if planned.read else {},
                planned.read.goes_by if planned.read else "",
                planned.read.source_name if planned.read else "",
                planned.read.external_id if planned.read else None,
                *_provenance(planned, told),
            )
            for key, planned in zip(keys, kept, strict=True)
        ),
    )
    insert(
        SourceText,
        ("generation", "address", "title", "text", "retrieved_at"),
        (
            (key, source.address, source.title, source.text, source.retrieved_at)
            for key, planned in zip(keys, kept, strict=True)
            for source in planned.file.told_sources[0]
        ),
    )
    return dict(zip(kept, keys, strict=True))


_PROVENANCE = ("model_name", "agent", "prompt_version", "run")


def _provenance(planned: PlannedFile, told: Provenance) -> tuple[str, ...]:
    """What is known of the making of a file, `told` being what the person who started the run said."""
    if planned.read:
        known = planned.read.provenance.merged_over(told).merged_over(planned.read.disclaimer)
    else:
        known = planned.file.given.merged_over(told)
    return tuple(getattr(known, name) for name in _PROVENANCE)


def _sources(names: set[str]) -> dict[str, Source]:
    """The source of each name, by its own name or one of its other spellings; unknown ones are created."""
    known = {source.name: source for source in Source.objects.filter(name__in=names)}
    for alias in SourceAlias.objects.filter(name__in=names).select_related("source"):
        known.setdefault(alias.name, alias.source)
    for name in sorted(names - set(known)):
        known[name] = Source.objects.create(name=name, slug=_free_slug(name))
    return known


def _free_slug(name: str) -> str:
    slug = stem = slugify(name)[:190] or "source"
    number = 1
    while Source.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{stem}-{number}"
    return slug


# --- new articles ----------------------------------------------------------------------------------------


def _create_articles(
    new: Sequence[PlannedFile], generations: Mapping[PlannedFile, int], sources: Mapping[str, Source]
) -> dict[PlannedFile, int]:
    """The articles of the new files, each with its first revision, tags and aliases; their keys."""
    reads = [(planned, planned.read) for planned in new if planned.read]
    keys = new_keys(Article, len(reads))
    revisions = new_keys(Revision, len(reads))
    insert(
        Article,
        ("id", "slug", "title", "language", "date", "source", "external_id", "generation", "current"),
        (
            (
                key,
                read.text.slug,
                read.text.title,
                read.text.language,
                read.text.date,
                sources[read.source_name].pk if read.source_name else None,
                read.external_id,
                generations[planned],
                revision,
            )
            for key, revision, (planned, read) in zip(keys, revisions, reads, strict=True)
        ),
    )
    insert(
        Revision,
        ("id", "article", "number", "origin", "hash", "wording", "word_count", "generation", *_TEXT),
        (
            (
                revision,
                key,
                1,
                Origin.GENERATED.value,
                read.hash,
                read.wording,
                read.word_count,
                generations[planned],
                *_values(read.text),
            )
            for key, revision, (planned, read) in zip(keys, revisions, reads, strict=True)
        ),
    )
    pairs = [(key, read) for key, (_, read) in zip(keys, reads, strict=True)]
    _tag(pairs)
    _alias(pairs)
    return {planned: key for key, (planned, _) in zip(keys, reads, strict=True)}


_TEXT = tuple(field.name for field in fields(Text))


def _values(text: Text) -> tuple[object, ...]:
    columns = fields_of(text)
    return tuple(columns[name] for name in _TEXT)


def _tag(articles: Sequence[tuple[int, ReadFile]]) -> None:
    """Join articles and tags."""
    known = _tags({name.lower(): name for _, read in articles for name in read.text.tags})
    insert(
        ArticleTag,
        ("content_object", "tag"),
        (
            (article, known[key])
            for article, read in articles
            for key in dict.fromkeys(name.lower() for name in read.text.tags)
        ),
    )


def _tags(names: Mapping[str, str]) -> dict[str, int]:
    """The keys of tags by lower-case name. Most are known by that spelling; the rest is looked for more closely, and
    made where it is missing."""
    known = dict(Tag.objects.filter(name__in=names).order_by().values_list("name", "pk"))
    unknown = [name for key, name in names.items() if key not in known]
    return known | ({key: tag.pk for key, tag in Tag.named(unknown).items()} if unknown else {})


def _alias(articles: Sequence[tuple[int, ReadFile]]) -> None:
    """Keep the slugs that files came with where they could not be used; a taken one stays with its article."""
    SlugAlias.objects.bulk_create(
        [SlugAlias(article_id=article, slug=slug) for article, read in articles for slug in read.aliases],
        ignore_conflicts=True,
    )


# --- articles that the desk has --------------------------------------------------------------------------


def _next_revision(planned: PlannedFile, article: Article, generation: Generation, sources: dict[str, Source]) -> None:
    """The file's text, or what merging made of it, becomes the article's next revision."""
    read, text, current = planned.read, planned.text, article.current
    if read is None or text is None or current is None:
        raise ValueError("an article's next revision needs a text and one before it")
    article.generation = generation
    article.source = sources.get(read.source_name, article.source)
    still_open = Article.objects.filter(pk=article.pk, current=current, status__in=OPEN).update(
        generation=generation,
        source=article.source,
        external_id=read.external_id or article.external_id,
        proposal=None,
        waiting=Waiting.NOTHING,
    )
    _alias([(article.pk, read)])
    if not still_open:
        raise Conflict(f"“{article.title}” was decided or changed since the plan was made.")
    if text.hash != current.hash:
        origin = Origin.MERGE if planned.outcome is Outcome.MERGED else Origin.GENERATED
        add_revision(article, text, origin=origin, by=None, based_on=current)


def _wait_beside(planned: PlannedFile, article: Article, generation: Generation, sources: dict[str, Source]) -> None:
    """The file waits for a person; the desk's text stays."""
    conflict = planned.outcome is Outcome.CONFLICT
    Article.objects.filter(pk=article.pk).update(
        proposal=generation, waiting=Waiting.CONFLICT if conflict else Waiting.PROPOSAL
    )


_KNOWN_ARTICLE: dict[Outcome, Callable[[PlannedFile, Article, Generation, dict[str, Source]], None]] = {
    Outcome.UPDATED: _next_revision,
    Outcome.MERGED: _next_revision,
    Outcome.CONFLICT: _wait_beside,
    Outcome.PROPOSAL: _wait_beside,
}
