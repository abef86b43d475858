"""One step of bench.importing in a process of its own; prints what it cost as JSON."""

import json
import sys
from pathlib import Path

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, models, transaction  # noqa: E402
from import_export.resources import ModelResource  # noqa: E402
from tablib import Dataset  # noqa: E402

from bench.processes import timed  # noqa: E402
from editorial.importing.ahead import read_ahead  # noqa: E402
from editorial.importing.files import read_files, survey, walk  # noqa: E402
from editorial.importing.reading import ReadFile, read  # noqa: E402
from editorial.importing.running import Run, chunks  # noqa: E402
from editorial.importing.turns import tuned  # noqa: E402

COLUMNS = ("sha256", "path", "data", "slug", "title", "excerpt", "body", "tags", "wording", "words")


class Row(models.Model):
    """The least that a database can keep of a text: its columns and bytes in one table, with the indexes that identity
    needs, no tag, no batch, no revision, nothing asked."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    path = models.TextField()
    data = models.BinaryField()
    slug = models.CharField(max_length=200, unique=True)
    title = models.TextField()
    excerpt = models.TextField()
    body = models.TextField()
    tags = models.TextField()
    wording = models.CharField(max_length=64, db_index=True)
    words = models.IntegerField()

    class Meta:
        app_label = "bench"

    def __str__(self) -> str:
        return self.slug


class RowResource(ModelResource):
    """django-import-export at its fastest: in bulk, without looking for known rows and without a report of changes."""

    class Meta:
        model = Row
        fields = COLUMNS
        import_id_fields = ("sha256",)
        use_bulk = True
        batch_size = 400
        force_init_instance = True
        skip_diff = True
        use_transactions = True


# --- the steps -----------------------------------------------------------------------------------------------


def files():
    return read_files(walk([folder]), max_bytes=1_000_000)


def read_bytes() -> int:
    return sum(1 for file in files() if file.sha256)


def parse() -> int:
    return sum(1 for file in files() if file.sha256 and read(file))


def run() -> int:
    survey([folder])
    run = Run(by=None, origin="bench")
    for chunk, results in read_ahead(chunks(files()), jobs=jobs):
        run.take(chunk, results)
    return run.finish().counts.total()


def of_parsed_rows(write) -> dict[str, float]:
    """What writing the rows costs; reading and parsing are not counted."""
    costs = [timed(lambda rows=rows: write(rows) or len(rows)) for rows in parsed_rows()]
    return {name: sum(cost[name] for cost in costs) for name in costs[0]}


def parsed_rows():
    for chunk in chunks(files()):
        found = [(file, read(file)) for file in chunk]
        yield [
            (f.sha256, f.path, f.data, *_texts(r.text), r.wording, r.word_count)
            for f, r in found
            if isinstance(r, ReadFile)
        ]


def _texts(text):
    return text.slug, text.title, text.excerpt, text.body, " ".join(text.tags)


def executemany(rows) -> None:
    places = ", ".join(["%s"] * len(COLUMNS))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO bench_row ({', '.join(COLUMNS)}) VALUES ({places})", rows)  # noqa: S608


def copy(rows) -> None:
    statement = f"COPY bench_row ({', '.join(COLUMNS)}) FROM STDIN"
    with transaction.atomic(), connection.cursor() as cursor, cursor.copy(statement) as target:
        for row in rows:
            target.write_row(row)


def import_export(rows) -> None:
    RowResource().import_data(Dataset(*rows, headers=COLUMNS), raise_errors=True)


WRITERS = {"executemany": executemany, "COPY": copy, "import-export": import_export}
STEPS = {"read": read_bytes, "read and parse": parse, "first import": run, "unchanged": run}


def prepare() -> None:
    """A table for rows, empty, where one is written; all tables of the project before the first import."""
    if step in WRITERS:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS bench_row")
        with connection.schema_editor() as schema:
            schema.create_model(Row)
    elif step == "first import":
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS bench_row")
        call_command("migrate", verbosity=0)


if __name__ == "__main__":
    step, folder, jobs = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    prepare()
    with tuned():
        cost = of_parsed_rows(WRITERS[step]) if step in WRITERS else timed(STEPS[step])
    sys.stdout.write(json.dumps(cost))
