"""How long the desk's pages take of the server, beside an empty view with the same middleware, in the same run.

    DATABASE_URL=sqlite:////tmp/bench.sqlite3 python -m bench.desk --sizes 1000 100000

The database must be a new one, for this alone. Each size is filled up with articles, half of which wait in the queue,
with findings, tags, sources, people and a history of decisions. Pages are asked for by Django's test client, logged in;
the fastest of some answers is told, whole requests with session, rights and template, and their queries."""

import argparse
import os
import time
from collections.abc import Callable

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "digest.settings")
REPEATS = 15
EMPTY = "admin/empty/"  # the session is for the desk alone
DEEP = 40  # pages


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="*", default=[1_000, 100_000])
    options = parser.parse_args()
    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    from bench.desk_rows import fill

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.SECURE_SSL_REDIRECT = False
    settings.SECOND_FACTOR = "optional"
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    call_command("migrate", verbosity=0)
    add_empty_view()
    print(f"{connection.vendor}; fastest of {REPEATS} answers, in milliseconds\n")
    for size in options.sizes:
        began = time.perf_counter()
        made = fill(size)
        took = time.perf_counter() - began
        print(f"{size:,} articles ({made:,} made in {took:.0f} s)\n")
        print_table()


def add_empty_view() -> None:
    """An address that answers with nothing, behind the same middleware, to who is logged in."""
    from django.contrib.auth.decorators import login_required
    from django.http import HttpRequest, HttpResponse
    from django.urls import path

    from digest import urls

    @login_required
    def empty(request: HttpRequest) -> HttpResponse:
        return HttpResponse("hello")

    urls.urlpatterns.insert(0, path(EMPTY, empty))


def print_table() -> None:
    from django.contrib.auth import get_user_model
    from django.test import Client

    client = Client()
    client.force_login(get_user_model().objects.get(username="bench-0"))
    _, empty, _, _ = measured(client, f"/{EMPTY}")
    print("| page | ms | ms of the processor | queries | times the empty view | size |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for name, address in addresses():
        took, worked, queries, size = measured(client, address)
        print(f"| {name} | {took:.1f} | {worked:.1f} | {queries} | {worked / empty:.1f} | {size:.0f} kB |")
    print()


def addresses() -> list[tuple[str, str]]:
    """(name, address) of each page that is measured, on rows that are there."""
    from django.contrib.auth import get_user_model
    from django.urls import reverse

    from editorial.models import Article, Batch, Source
    from editorial.queueing import Filters, page_of

    queue = reverse("admin:editorial_article_queue")
    user, deep = get_user_model().objects.get(username="bench-0"), ""
    for _ in range(DEEP):
        deep = page_of(Filters(), by=user, after=deep).after or deep
    source, batch = Source.objects.first().pk, Batch.objects.last().pk
    article = Article.objects.filter(rank__isnull=False).order_by("rank", "created_at", "source_key", "id")[0]
    return [
        ("an empty view", f"/{EMPTY}"),
        ("front page", reverse("admin:index")),
        ("queue", queue),
        (f"queue, {DEEP} pages on", f"{queue}?after={deep}"),
        ("queue, in review", f"{queue}?state=in_review"),
        ("queue, what blocks", f"{queue}?severity=block"),
        ("queue, one source of thirty", f"{queue}?source={source}"),
        ("queue, one batch", f"{queue}?batch={batch}"),
        ("queue, a frequent check", f"{queue}?check=link-tracking"),
        ("queue, a rare check", f"{queue}?check=persona"),
        ("queue, a frequent tag", f"{queue}?tag=subject-0"),
        ("queue, a rare tag", f"{queue}?tag=subject-199"),
        ("queue, a frequent check and a rare tag", f"{queue}?check=link-tracking&tag=subject-199"),
        ("queue, one month", f"{queue}?since=2026-03-01&until=2026-03-31"),
        ("queue, assigned to me", f"{queue}?assignee=me"),
        ("queue, assigned to nobody", f"{queue}?assignee=nobody"),
        ("queue, due within a week", f"{queue}?due=week"),
        ("queue, needs a second person", f"{queue}?second=any"),
        ("queue, free", f"{queue}?holder=free"),
        ("queue, four filters", f"{queue}?source={source}&severity=warn&language=en&tag=subject-0"),
        ("review page", article.get_desk_url()),
        ("stock list of articles", reverse("admin:editorial_article_changelist")),
    ]


def measured(client, address: str) -> tuple[float, float, int, float]:  # type: ignore[no-untyped-def]
    """Of one answer: milliseconds and those of the processor (the fastest of some: what it takes where nothing else
    wants the processor), queries, kB."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    response = client.get(address)
    assert response.status_code == 200, (address, response.status_code)  # noqa: S101
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    count = len(queries)
    took, worked = timed(lambda: client.get(address))
    return took, worked, count, len(response.content) / 1_000


def timed(action: Callable[[], object]) -> tuple[float, float]:
    took, worked = [], []
    for _ in range(REPEATS):
        began, begun = time.perf_counter(), time.process_time()
        action()
        took.append(time.perf_counter() - began)
        worked.append(time.process_time() - begun)
    return min(took) * 1_000, min(worked) * 1_000


if __name__ == "__main__":
    main()
