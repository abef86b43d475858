"""python -m bench.importing FOLDER [--sizes 1500 15000] [--jobs 1] [--postgres URL]: what an import of full articles
costs, beside what cannot be saved.

The articles of FOLDER are multiplied with other slugs, titles and words into a temporary folder. Each size is measured
in processes of their own, start-up left out: reading the files only, writing rows of the same texts by one
`executemany` for each table, the first import, the same import again. Compare ratios within one run."""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from bench.corpus import multiply

STEPS = ("read only", "executemany", "first import", "unchanged")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="Markdown files to multiply")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_500, 15_000], help="files (default: 1500 15000)")
    parser.add_argument("--jobs", type=int, nargs="+", default=[1], help="processes that read (default: 1)")
    parser.add_argument("--postgres", default="postgres://127.0.0.1:5432/postgres", help="measured where it answers")
    parser.add_argument("--place", help="where files and databases go for the time (default: the system's)")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=chosen.place) as place:
        for size in chosen.sizes:
            folder = Path(place, "files")
            folder.mkdir(exist_ok=True)
            multiply(chosen.folder, folder, size)
            for name, url in _databases(Path(place), chosen.postgres):
                for jobs in chosen.jobs:
                    _measure(size, name, url, jobs, folder)


def _databases(place: Path, postgres: str) -> Iterator[tuple[str, str]]:
    yield "SQLite", f"sqlite:///{place}/bench.sqlite3"
    if answers(postgres):
        yield "PostgreSQL", urlsplit(postgres)._replace(path="/digest_bench").geturl()
    else:
        print("PostgreSQL is not there, so it was not measured (--postgres URL).")


def answers(postgres: str) -> bool:
    """Whether a PostgreSQL server answers there."""
    import psycopg

    try:
        psycopg.connect(postgres, connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


def _measure(size: int, name: str, url: str, jobs: int, folder: Path) -> None:
    """One table: each step in a process of its own, so that its peak memory is its own."""
    print(f"\n{size:,} files, {name}, jobs {jobs}: files/s, of the processor's time, peak memory", flush=True)
    _fresh(url)
    environment = {
        **os.environ,
        "ENV_FILE": "",
        "SECRET_KEY": "only-to-measure",
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "digest.settings",
    }
    for step in STEPS:
        # Our own module, our own arguments.
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-m", "bench.importing_step", step, str(folder), str(jobs)],
            env=environment,
            check=True,
            stdout=subprocess.PIPE,
        )
        found = json.loads(done.stdout)
        rate, work = found["files"] / found["seconds"], found["files"] / found["processor_seconds"]
        print(f"{step:14} {rate:9,.0f} {work:9,.0f} {found['peak_mb']:7,.0f} MB", flush=True)
    _fresh(url)


def _fresh(url: str) -> None:
    """No database of that name: a file is removed, a database of a server dropped and made anew."""
    if url.startswith("sqlite"):
        path = Path(url.removeprefix("sqlite:///"))
        for old in path.parent.glob(f"{path.name}*"):
            old.unlink()
        return
    import psycopg

    with psycopg.connect(urlsplit(url)._replace(path="/postgres").geturl(), autocommit=True) as server:
        server.execute("DROP DATABASE IF EXISTS digest_bench WITH (FORCE)")
        server.execute("CREATE DATABASE digest_bench")


def timed(step: Callable[[], int]) -> dict[str, float]:
    """What a step cost: files, seconds, seconds of the processor (other processes included), peak memory in MB."""
    started, worked = time.perf_counter(), _processor_seconds()
    files = step()
    return {
        "files": files,
        "seconds": time.perf_counter() - started,
        "processor_seconds": _processor_seconds() - worked,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _processor_seconds() -> float:
    own, others = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime


if __name__ == "__main__":
    main()
