"""One step of bench.importing in a process of its own; prints what it cost as JSON."""

import json
import sys
from pathlib import Path

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from bench.importing import timed  # noqa: E402
from editorial.importing.ahead import read_ahead  # noqa: E402
from editorial.importing.files import read_files, survey, walk  # noqa: E402
from editorial.importing.reading import ReadFile, read  # noqa: E402
from editorial.importing.running import Run, chunks  # noqa: E402
from editorial.importing.turns import tuned  # noqa: E402


def files():
    return read_files(walk([folder]), max_bytes=1_000_000)


def read_only() -> int:
    return sum(1 for file in files() if file.sha256)


def executemany() -> dict[str, float]:
    """The least that a database can do for these texts: their columns and bytes in two tables with the indexes that
    identity needs, no tags, no batch, nothing asked. Reading and parsing are not counted."""
    costs = [timed(lambda rows=rows: _write(rows)) for rows in parsed_rows()]
    return {name: (max if name == "peak_mb" else sum)(cost[name] for cost in costs) for name in costs[0]}


def _write(rows) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany("INSERT INTO bench_bytes VALUES (%s, %s, %s)", [row[:3] for row in rows])
        cursor.executemany("INSERT INTO bench_text VALUES (%s, %s, %s, %s, %s, %s)", [row[3:] for row in rows])
    return len(rows)


def parsed_rows():
    for chunk in chunks(files()):
        found = [(file, read(file)) for file in chunk]
        yield [
            (f.sha256, f.path, f.data, r.text.slug, r.text.title, r.text.excerpt, r.text.body, r.wording, r.word_count)
            for f, r in found
            if isinstance(r, ReadFile)
        ]


def run() -> int:
    survey([folder])
    run = Run(by=None, origin="bench")
    for chunk, results in read_ahead(chunks(files()), jobs=jobs):
        run.take(chunk, results)
    return run.finish().counts.total()


def prepare() -> None:
    if step == "executemany":
        kind = "bytea" if connection.vendor == "postgresql" else "blob"
        columns = "slug text PRIMARY KEY, title text, excerpt text, body text, wording text, words int"
        _execute(
            f"CREATE TABLE bench_bytes (sha256 text PRIMARY KEY, path text, data {kind})",
            f"CREATE TABLE bench_text ({columns})",
            "CREATE INDEX bench_wording ON bench_text (wording)",
        )
    elif step == "first import":
        _execute("DROP TABLE bench_bytes", "DROP TABLE bench_text")
        call_command("migrate", verbosity=0)


def _execute(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


STEPS = {"read only": read_only, "first import": run, "unchanged": run}

if __name__ == "__main__":
    step, folder, jobs = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    prepare()
    with tuned():
        cost = executemany() if step == "executemany" else timed(STEPS[step])
    sys.stdout.write(json.dumps(cost))
