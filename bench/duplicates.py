"""What the checks against other articles cost on a small desk and on a large one, and which indexes answer them.

    DATABASE_URL=sqlite:////tmp/bench-duplicates.sqlite3 python -m bench.duplicates [--sizes 1000 100000]

The database must be a new one, for this alone. Each size is filled up with articles of eight links, two of which
others have too; one page in fifty is linked to by very many, as a newsletter's own pages are."""

import argparse
import datetime
import os
import random
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "digest.settings")
LINKS, PASSES, SLICE = 8, 9, 100
FIRST_DAY = datetime.date(2024, 1, 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="*", default=[1_000, 100_000])
    options = parser.parse_args()
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    print(f"{connection.vendor}; the fastest of {PASSES} runs, CPU and waiting, in milliseconds\n")
    print("| articles | links | one article | a slice of 100 | of it an article |\n| --- | --- | --- | --- | --- |")
    for size in options.sizes:
        fill(size)
        one, many = cost(1), cost(SLICE)
        print(f"| {size:,} | {size * LINKS:,} | {one:.2f} | {many:.1f} | {many / SLICE:.3f} |")
    print("\n".join(["", *plans()]))


def fill(size: int) -> None:
    """Add articles with links until there are `size` of them."""
    from django.db import connection, transaction

    from editorial.models import Article, ArticleLink, Batch, Generation

    batch = Batch.objects.create(origin="bench.duplicates")
    made_of = Generation.objects.create(sha256="0" * 64, content=b"", path="bench.md", batch=batch)
    have = Article.objects.count()
    while have < size:
        with transaction.atomic():
            rows = Article.objects.bulk_create(
                Article(title=f"Article {n}", slug=f"a-{n}", language="en", date=_day(n), generation=made_of)
                for n in range(have, min(have + 1_000, size))
            )
            ArticleLink.objects.bulk_create(link for row in rows for link in links_of(row))
        have += len(rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _day(number: int) -> datetime.date:
    return FIRST_DAY + datetime.timedelta(number % 900)


def links_of(article):  # type: ignore[no-untyped-def]
    from editorial.models import ArticleLink

    chance = random.Random(article.pk)
    for number in range(LINKS):
        common = f"common{chance.randrange(20)}" if chance.random() < 0.02 else ""
        shared = f"shared{article.pk // 3}" if number < 2 else ""
        page = common or shared or f"own{article.pk}-{number}"
        host = f"host{chance.randrange(500)}.example"
        yield ArticleLink(article=article, story=number, address=f"https://{host}/{page}", key=page[:32], host=host)


def cost(articles: int) -> float:
    """Milliseconds of `neighbours_of` for so many of the newest articles, whose others are all before them."""
    from editorial.checking.neighbours import neighbours_of
    from editorial.models import Article

    chosen = list(Article.objects.order_by("-pk")[:articles])
    passes = []
    for _ in range(PASSES):
        started = time.perf_counter()
        found = neighbours_of(chosen)
        passes.append(time.perf_counter() - started)
    if not any(each.links for each in found.values()):
        raise SystemExit("No article has a neighbour: there is nothing to measure.")
    return min(passes) * 1000


def plans() -> list[str]:
    """How the database says that it answers, query by query."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from editorial.checking.neighbours import neighbours_of
    from editorial.models import Article

    with CaptureQueriesContext(connection) as queries:
        neighbours_of(list(Article.objects.order_by("-pk")[:3]))
    told = []
    explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    with connection.cursor() as cursor:
        for query in queries.captured_queries[1:]:
            cursor.execute(f"{explain} {query['sql']}")  # our own query, as it was asked
            told += [f"{query['sql'][:90]}…", *(f"    {row[-1]}" for row in cursor.fetchall())]
    return told


if __name__ == "__main__":
    main()
