"""How fast the public site answers, beside a hello behind the same middleware: the tables of docs/speed.md.

    DATABASE_URL=sqlite:////tmp/bench.sqlite3 python -m bench.http FOLDER --sizes 1500 15000 100000

FOLDER holds Markdown articles. The database must be a new one, for this alone. `wrk` (Debian: wrk) asks, from one
processor; granian, then gunicorn, answer with one process on another. Each page is asked in turns with the hello, and
the medians of the turns are told. CPU is what the server's processes took, for each request."""

import argparse
import datetime
import itertools
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from bench.processes import tree_cpu_seconds

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.http_settings"
os.environ.setdefault("SECRET_KEY", "only-to-measure")
os.environ.setdefault("DEBUG", "off")
TURNS, SECONDS, CONNECTIONS = 3, 3, 4
AT_ONCE = 500
PORT = 8765
_QUIET = ("--log-level", "warning")
SERVERS = {
    "granian": [
        "granian",
        "--interface",
        "wsgi",
        "--workers",
        "1",
        "--blocking-threads",
        "1",
        "--port",
        str(PORT),
        *_QUIET,
    ],
    "gunicorn": ["gunicorn", "--workers", "1", "--bind", f"127.0.0.1:{PORT}", *_QUIET],
}


class Load(NamedTuple):
    """What one turn told: requests a second, p50 and p99 in ms, CPU of the server in ms for each request."""

    rate: float
    p50: float
    p99: float
    cpu: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sizes", type=int, nargs="*", default=[1_500, 15_000, 100_000])
    parser.add_argument("--servers", nargs="*", default=list(SERVERS), choices=list(SERVERS))
    options = parser.parse_args()
    if not shutil.which("wrk"):
        sys.exit("wrk is not installed (Debian: apt-get install wrk).")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["BENCH_STATIC"] = folder
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection

        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        print(f"{connection.vendor}, Python {sys.version.split()[0]}, Django {django.__version__}")
        for size in options.sizes:
            fill(options.folder, size)
            pages = paths()
            for name in options.servers:
                print_table(name, size, pages)


# --- what is served ---------------------------------------------------------------------------------------


def fill(folder: Path, size: int) -> None:
    """Publications until there are `size` of them: the real articles first, then copies of these under other names."""
    from django.db import transaction

    from digest.models import Publication

    if not Publication.objects.exists():
        publish_originals(folder)
    originals = list(Publication.objects.prefetch_related("tag_links").order_by("pk")[: originals_count(folder)])
    have = Publication.objects.count()
    for begin in range(have, size, AT_ONCE):
        with transaction.atomic():
            add_copies(originals, range(begin, min(begin + AT_ONCE, size)))


def originals_count(folder: Path) -> int:
    from digest.models import Publication

    return Publication.objects.exclude(slug__regex=r"--\d+$").count()


def publish_originals(folder: Path) -> None:
    from django.utils import timezone

    from digest.models import Publication, PublicSource, Tag
    from editorial.importing import IncomingFile, reading
    from editorial.publishing import rerender

    now, seen, rows = timezone.now(), set(), []
    for path in sorted(folder.rglob("*.md")):
        read = reading.read(IncomingFile(path.name, path.read_bytes()))
        if not isinstance(read, reading.ReadFile) or read.text.slug in seen:
            continue
        seen.add(read.text.slug)
        source = PublicSource.objects.get_or_create(
            slug=re.sub(r"\W+", "-", read.source_name.lower())[:90] or "none",
            defaults={"name": read.source_name or "None"},
        )[0]
        row = Publication.objects.create(
            slug=read.text.slug,
            title=read.text.title,
            excerpt=read.text.excerpt,
            language=read.text.language,
            date=read.text.date,
            source=source,
            source_name=source.name,
            body=read.text.body,
            html="",
            word_count=read.word_count,
            revision_hash=read.hash,
            reviewed_by="Ada Lis",
            reviewed_at=now,
            visible_from=now,
        )
        for tag in Tag.named(read.text.tags).values():
            row.tag_links.create(tag=tag, date=row.date)
        rows.append(row)
    rerender(rows)


def add_copies(originals: list[Any], numbers: range) -> None:
    from digest.models import Publication, PublicationTag, Related

    rows, links = [], []
    for number, original in zip(numbers, itertools.cycle(originals), strict=False):
        slug, uid = f"{original.slug}--{number}", uuid.uuid4()
        facts = {
            field.attname: getattr(original, field.attname)
            for field in Publication._meta.concrete_fields
            if field.name != "id"
        }
        for name, value in facts.items():
            if isinstance(value, str) and name.endswith(("_html", "_xml")):
                facts[name] = value.replace(original.slug, slug).replace(str(original.uid), str(uid))
        facts |= {"slug": slug, "uid": uid, "date": original.date - datetime.timedelta(days=number % 2_900)}
        rows.append(Publication(**facts))
        links.append([link.tag_id for link in original.tag_links.all()])
    rows = Publication.objects.bulk_create(rows)
    PublicationTag.objects.bulk_create(
        PublicationTag(tag_id=tag, content_object=row, date=row.date)
        for row, tags in zip(rows, links, strict=True)
        for tag in tags
    )
    Related.objects.bulk_create(
        Related(publication=row, other=other, score=5)
        for place, row in enumerate(rows)
        for other in rows[max(0, place - 5) : place]
    )


def paths() -> dict[str, str]:
    """The pages that are measured: articles of the median length, lists of the newest, and one deep in the archive."""
    from django.db.models import Count

    from digest.models import Publication, Tag

    rows = Publication.objects.order_by("word_count", "pk")
    middle = rows[rows.count() // 2]
    tag = Tag.objects.annotate(uses=Count("publication_tags")).order_by("-uses").first()
    deep = Publication.objects.visible()[rows.count() * 9 // 10]
    return {
        "hello": "/bench/empty/",
        "bare row and template": f"/bench/bare/{middle.slug}/",
        "article": f"/articles/{middle.slug}/",
        "front page": "/",
        "front page, far down": f"/?before={deep.date}.{deep.pk}",
        "tag": f"/tags/{tag.slug if tag else 'none'}/",
        "archive of a month": f"/archive/{deep.date:%Y/%m}/",
        "feed (Atom)": "/feed.atom",
    }


# --- how it is measured -----------------------------------------------------------------------------------


def print_table(server: str, size: int, pages: dict[str, str]) -> None:
    turns: dict[str, list[Load]] = {name: [] for name in pages}
    with serving(server) as process:
        for path in pages.values():
            load(process, path, seconds=1)  # to warm up
        for _ in range(TURNS):
            for name, path in pages.items():
                turns[name].append(load(process, path))
    columns = ["requests/s", "p50 ms", "p99 ms", "CPU ms", "to the hello", "queries", "bytes"]
    print(f"\n| {server}, {size:,} publications | {' | '.join(columns)} |\n| --- |{' ---: |' * len(columns)}")
    hello = statistics.median(turn.cpu for turn in turns["hello"])
    for name, path in pages.items():
        rate, p50, p99, cpu = (statistics.median(values) for values in zip(*turns[name], strict=True))
        queries, length = asked(path)
        figures = [
            f"{rate:,.0f}",
            f"{p50:.2f}",
            f"{p99:.2f}",
            f"{cpu:.3f}",
            f"{cpu / hello:.2f}",
            queries,
            f"{length:,}",
        ]
        print(f"| {name} | {' | '.join(map(str, figures))} |", flush=True)


@contextmanager
def serving(name: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [str(Path(sys.executable).with_name(SERVERS[name][0])), *SERVERS[name][1:], "digest.wsgi:application"]
    process = subprocess.Popen(["taskset", "-c", "0", *command])  # noqa: S603, S607
    try:
        wait_for(f"http://127.0.0.1:{PORT}/bench/empty/")
        yield process
    finally:
        process.terminate()
        process.wait(20)


def wait_for(address: str) -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(address, timeout=2).close()  # noqa: S310
            return
        except OSError:
            time.sleep(0.1)
    sys.exit(f"The server does not answer at {address}.")


def load(process: subprocess.Popen[bytes], path: str, *, seconds: int = SECONDS) -> Load:
    command = ["taskset", "-c", "1", "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency"]
    before = tree_cpu_seconds(process.pid)
    told = subprocess.run(  # noqa: S603
        [*command, f"http://127.0.0.1:{PORT}{path}"], check=True, capture_output=True, text=True
    ).stdout
    took = tree_cpu_seconds(process.pid) - before
    if "Non-2xx" in told:
        sys.exit(f"{path} is not answered with 200:\n{told}")
    requests = int(re.search(r"(\d+) requests in", told)[1])  # type: ignore[index]
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", told)[1])  # type: ignore[index]
    return Load(rate, latency(told, "50"), latency(told, "99"), took / max(requests, 1) * 1_000)


def latency(told: str, percent: str) -> float:
    value, unit = re.search(rf"{percent}%\s+([\d.]+)(us|ms|s)", told).groups()  # type: ignore[union-attr]
    return float(value) * {"us": 0.001, "ms": 1, "s": 1_000}[unit]


def asked(path: str) -> tuple[int, int]:
    """Queries and bytes of a page."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(path)
    return len(queries), len(response.content)


if __name__ == "__main__":
    main()
