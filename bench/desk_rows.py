"""A desk full of rows for `bench.desk`: written in bulk, past the import and the workflow, which would take hours."""

from __future__ import annotations

import datetime
import random
from typing import Any

BATCH, SOURCES, TAGS, PEOPLE = 500, 30, 200, 8
BODY = "## A story\n\n**TLDR:** Two herons nest at the weir.\n\n**Summary:** " + "The survey counted two nests. " * 200
WAITING = ("new", "new", "in_review", "sent_back")
DECIDED = ("approved", "approved", "approved", "rejected")
FREQUENT = (("link-tracking", "warn"), ("excerpt-long", "warn"), ("link-aggregator", "warn"))
RARE = (("persona", "block"), ("foreign-script", "block"), ("language-title", "block"))


def fill(size: int) -> int:
    """Add articles until there are `size` of them; how many were added. Every other one waits in the queue."""
    from django.db import connection, transaction

    from editorial.models import Article

    have = Article.objects.count()
    people, sources, tags = _people(), _sources(), _tags()
    for start in range(have, size, BATCH):
        with transaction.atomic():
            _batch(range(start, min(start + BATCH, size)), people, sources, tags)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM ANALYZE")  # what its own daemon does soon after
    return size - have


def _people() -> list[Any]:
    from django.contrib.auth import get_user_model
    from django.contrib.auth.models import Group

    from editorial.roles import PUBLISHERS

    people = []
    for number in range(PEOPLE):
        person, _ = get_user_model().objects.get_or_create(
            username=f"bench-{number}", defaults={"first_name": "Bench", "last_name": f"{number}", "is_staff": True}
        )
        person.groups.add(Group.objects.get(name=PUBLISHERS))
        people.append(person)
    return people


def _sources() -> list[Any]:
    from editorial.models import Source

    return [Source.objects.get_or_create(slug=f"s-{n}", defaults={"name": f"Source {n}"})[0] for n in range(SOURCES)]


def _tags() -> list[Any]:
    from digest.models import Tag

    return list(Tag.named([f"subject {number}" for number in range(TAGS)]).values())


def _batch(numbers: range, people: list[Any], sources: list[Any], tags: list[Any]) -> None:
    from django.utils import timezone

    from editorial.models import Article, ArticleTag, Batch, Finding, Generation, Revision

    came = timezone.now() - datetime.timedelta(hours=7 * (numbers.start // BATCH + 1))
    batch = Batch.objects.create(origin=f"bench {numbers.start}", counts={"new": len(numbers)}, started_at=came)
    generations = Generation.objects.bulk_create(
        Generation(sha256=f"{n:064}", content=b"-", path=f"{n}.md", batch=batch) for n in numbers
    )
    chance = random.Random(numbers.start)
    articles = Article.objects.bulk_create(
        _article(n, generation, came, chance, people, sources)
        for n, generation in zip(numbers, generations, strict=True)
    )
    revisions = Revision.objects.bulk_create(_revision(article, tags, chance, people) for article in articles)
    for article, revision in zip(articles, revisions, strict=True):
        article.current = revision
    Article.objects.bulk_update(articles, ["current"], batch_size=BATCH)
    by_name = {tag.name: tag for tag in tags}
    ArticleTag.objects.bulk_create(
        ArticleTag(tag=by_name[name], content_object=article)
        for article, revision in zip(articles, revisions, strict=True)
        for name in revision.tags
    )
    Finding.objects.bulk_create(
        finding
        for article, revision in zip(articles, revisions, strict=True)
        for finding in _findings(article, revision, chance)
    )
    _decisions([article for article in articles if article.status in DECIDED], people[0])


def _article(
    number: int, generation: Any, came: Any, chance: random.Random, people: list[Any], sources: list[Any]
) -> Any:
    from editorial.models import Article

    waits = number % 2 == 0
    return Article(
        slug=f"bench-{number}",
        status=chance.choice(WAITING if waits else DECIDED),
        title=f"Herons return to the weir, part {number}",
        language=chance.choice(("en", "en", "pl")),
        date=datetime.date(2026, 6, 1) - datetime.timedelta(days=chance.randrange(300)),
        source=chance.choice(sources),
        generation=generation,
        checked="bench",
        block_count=chance.random() < 0.09,
        warn_count=chance.choice((0, 0, 1, 2, 3)),
        assignee=chance.choice(people) if chance.random() < 0.01 else None,
        priority=chance.choice((0,) * 50 + (1, 2)),
        created_at=came,
    )


def _revision(article: Any, tags: list[Any], chance: random.Random, people: list[Any]) -> Any:
    from editorial.models import Revision

    by = chance.choice(people) if chance.random() < 0.05 else None
    frequent = [tags[0]] if chance.random() < 0.4 else []
    return Revision(
        article=article,
        number=1,
        origin="correction" if by else "generated",
        title=article.title,
        excerpt="Two herons nest at the weir again.",
        body=BODY,
        tags=[tag.name for tag in {*frequent, *chance.sample(tags[1:], 3)}],
        language=article.language,
        date=article.date,
        slug=article.slug,
        hash=f"{article.slug:_>64}",
        word_count=1_000,
        generation=article.generation,
        by=by,
    )


def _findings(article: Any, revision: Any, chance: random.Random) -> list[Any]:
    from editorial.models import Finding

    told = [chance.choice(FREQUENT) for _ in range(article.warn_count)]
    told += [chance.choice(RARE) for _ in range(article.block_count)]
    return [
        Finding(
            revision=revision,
            code=code,
            version=1,
            severity=severity,
            message="Something is wrong here. Correct it.",
            fingerprint=f"{chance.getrandbits(60):015x}",
        )
        for code, severity in told
    ]


def _decisions(articles: list[Any], by: Any) -> None:
    """Their events, with a chain of hashes that names each once and proves nothing."""
    from editorial.models import Event

    actions = {"approved": "approve", "rejected": "reject"}
    Event.objects.bulk_create(
        Event(
            action=actions[article.status],
            actor=by,
            actor_name="Bench",
            article=article,
            revision=article.current,
            at=article.created_at,
            previous=f"{article.pk:p>64}",
            hash=f"{article.pk:h>64}",
        )
        for article in articles
    )
