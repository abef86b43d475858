"""How long the review page takes: the server's part at several sizes of the archive, the diff of a long text, and the
first keystroke in a browser.

    DEBUG=on DATABASE_URL=sqlite:////tmp/bench.sqlite3 python -m bench.desk_review FOLDER --sizes 1000 100000

FOLDER holds Markdown articles. The database must be a new one, for this alone. Each size is filled up with articles
made of the real ones. Times are CPU times of this process (the fastest and the median of the repeats), beside those of
the desk's smallest page on the same machine: compare the ratios. Without Chromium the browser's part is left out."""

import argparse
import os
import re
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "digest.settings")
REPEATS = 15
SLICE = 2_000  # files that are imported at once
LONG = 60_000  # characters of a long text
AIMS = {"page": "60 ms, 20 queries", "diff of 60 kB": "150 ms", "first keystroke, 60 kB": "1,000 ms"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sizes", type=int, nargs="*", default=[1_000])
    options = parser.parse_args()
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    client = logged_in()
    print(f"{connection.vendor}; CPU of {REPEATS} runs: fastest, median, in milliseconds\n")
    for size in options.sizes:
        fill(options.folder, size)
        print_pages(client, size)
    print_diff(client)
    print_browser(client)


def logged_in() -> Any:
    from django.contrib.auth import get_user_model
    from django.contrib.auth.models import Group
    from django.test import Client

    from editorial.roles import PUBLISHERS

    user, _ = get_user_model().objects.get_or_create(username="bench", defaults={"is_staff": True})
    user.groups.add(Group.objects.get(name=PUBLISHERS))
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(user)
    return client


def fill(folder: Path, size: int) -> None:
    """Import variants of the articles in `folder` until the desk has `size`."""
    from bench.corpus import variant
    from editorial.importing import IncomingFile, import_files
    from editorial.models import Article

    texts = [path.read_bytes().decode("utf-8") for path in sorted(folder.glob("*.md"))]
    number = Article.objects.count()
    while Article.objects.count() < size:
        names = range(number, number + SLICE)
        files = (IncomingFile(f"{n}.md", variant(texts[n % len(texts)], n).encode()) for n in names)
        import_files(files, by=None, origin="bench")
        number += SLICE


def print_pages(client: Any, size: int) -> None:
    """The page and its parts for an article from the middle of the archive, read and corrected before."""
    from django.contrib.auth import get_user_model
    from django.urls import reverse

    from editorial.checking import check
    from editorial.models import Article
    from editorial.workflow import correct

    article = Article.objects.select_related("current").order_by("pk")[size // 2]
    check([article.pk])
    text = article.current.text
    by = get_user_model().objects.get(username="bench")
    correct(article, replace(text, body=edited(text.body)), by=by, based_on=article.current)
    article.refresh_from_db()
    sent = {"body": article.current.body, "title": text.title, "based_on": article.current_id, "date": str(text.date)}
    base = f"/admin/editorial/article/{article.pk}/"
    empty = timed(lambda: client.get(reverse("admin:password_change")))
    print(f"{size:,} articles, {article.current.findings.count()} findings; smallest page of the desk: {shown(empty)}")
    for name, ask in {
        "page": lambda: client.get(f"{base}change/"),
        "preview": lambda: client.get(f"{base}preview/"),
        "preview while typing": lambda: client.post(f"{base}preview/", sent),
        "rendered changes": lambda: client.get(f"{base}preview/?changes=generated"),
        "compare": lambda: client.get(f"{base}compare/"),
        "draft kept": lambda: client.post(f"{base}draft/", sent),
    }.items():
        print_row(name, timed(ask), queries_of(ask), empty)


def edited(body: str) -> str:
    """The text with a word changed in every fifth paragraph, one paragraph gone and one added."""
    parts = [part.replace(" the ", " that ", 1) if n % 5 == 0 else part for n, part in enumerate(body.split("\n\n"))]
    return "\n\n".join([*parts[:3], "A paragraph of the editor's.", *parts[4:]])


def print_diff(client: Any) -> None:
    """What comparing two texts of 60 kB takes, as words and rendered."""
    from digest.rendering import render
    from editorial.diffing import diff
    from editorial.rendered_diff import marked_changes

    old = long_text()
    new = edited(old)
    html = render(old), render(new)
    print_row("diff of 60 kB", timed(lambda: diff(old, new)))
    rewritten = re.sub(r"\b(\w{4,8})\b(?= \w+ \w+ \w+ \w)", r"\1 rather", old)
    print_row("diff, all paragraphs edited", timed(lambda: diff(old, rewritten)))
    reversed_words = re.sub(r"\S+ \S+", lambda two: " ".join(reversed(two[0].split())), old)
    print_row("diff, all words moved", timed(lambda: diff(old, reversed_words)))
    print_row("rendered diff of 60 kB", timed(lambda: marked_changes(*html)))


def long_text() -> str:
    """An article of 60,000 characters, made of the paragraphs of the desk's."""
    from editorial.models import Revision

    found = ""
    for body in Revision.objects.order_by("pk").values_list("body", flat=True)[:200]:
        found += body.replace("## ", f"## {len(found)} ") + "\n\n"
        if len(found) > LONG:
            break
    return found[:LONG]


def print_browser(client: Any) -> None:
    """From asking for the page of a text of 60 kB to the first letter standing in its editor."""
    from tests.conftest import CHROMIUM, CHROMIUM_ARGS

    if not CHROMIUM:
        print("first keystroke: left out, Chromium is not installed")
        return
    from playwright.sync_api import sync_playwright

    path = long_article()
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS)
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        cookie = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": address}])
        took = [keystroke(context, address + path) for _ in range(5)]
        browser.close()
    fastest, median = min(took), statistics.median(took)
    print(
        f"  {'first keystroke, 60 kB':28}{fastest:8.0f}{median:8.0f}   wall time; aim: {AIMS['first keystroke, 60 kB']}"
    )


def keystroke(context: Any, address: str) -> float:
    page = context.new_page()
    begun = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.wait_for_function("() => document.getElementById('editor')?.view", polling=10)
    page.evaluate("document.getElementById('editor').focusText()")
    page.keyboard.type("x")
    page.wait_for_function("() => document.getElementById('id_body').value.startsWith('x')", polling=10)
    took = (time.perf_counter() - begun) * 1000
    page.close(run_before_unload=False)
    return took


def long_article() -> str:
    from editorial.importing import IncomingFile, import_files
    from editorial.models import Article

    keys = {"title": "A long one", "publishedAt": "2026-01-02", "slug": "a-long-one", "hashtags": "#generated #en #x"}
    front = "".join(["---\n", *(f'{key}: "{value}"\n' for key, value in keys.items()), "---\n\n"])
    import_files([IncomingFile("long.md", (front + long_text()).encode())], by=None, origin="bench")
    return Article.objects.get(slug="a-long-one").get_desk_url()


class served:
    """The desk on a free port, from a thread of this process."""

    def __enter__(self) -> str:
        from django.contrib.staticfiles.handlers import StaticFilesHandler
        from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler, get_internal_wsgi_application

        class Quiet(WSGIRequestHandler):
            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet, allow_reuse_address=False)
        self.server.set_app(StaticFilesHandler(get_internal_wsgi_application()))
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self.server.server_port}"

    def __exit__(self, *error: object) -> None:
        self.server.shutdown()


def timed(ask: Callable[[], Any]) -> list[float]:
    """CPU milliseconds of each run, after one that warms up."""
    ask()
    return list(_times(ask))


def _times(ask: Callable[[], Any]) -> Iterator[float]:
    for _ in range(REPEATS):
        begun = time.process_time()
        answer = ask()
        yield (time.process_time() - begun) * 1000
        assert getattr(answer, "status_code", 200) == 200, answer  # noqa: S101  another page would be no measure


def queries_of(ask: Callable[[], Any]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        ask()
    return len(queries)


def shown(times: list[float]) -> str:
    return f"{min(times):.1f}, {statistics.median(times):.1f}"


def print_row(name: str, times: list[float], queries: int | None = None, empty: list[float] | None = None) -> None:
    ratio = f"{min(times) / min(empty):6.1f} x the smallest" if empty else ""
    asked = f"{queries:4} queries" if queries is not None else ""
    aim = f"   aim: {AIMS[name]}" if name in AIMS else ""
    print(f"  {name:28}{min(times):8.1f}{statistics.median(times):8.1f}{asked}{ratio}{aim}")


if __name__ == "__main__":
    main()
