"""python -m bench.importing FOLDER [--sizes 1500 15000 100000] [--rounds 3] [--jobs 1] [--postgres URL]: what an import
of full articles costs, beside what cannot be saved and beside what others would take.

The articles of FOLDER are multiplied with other slugs, titles and words into a temporary folder. Each step is measured
in processes of their own, start-up left out: reading the files; reading and parsing them; writing the parsed rows to
one table by `executemany`, by COPY and by django-import-export; the first import; the same import again. The rounds
take turns at the steps, and the median counts. Prints a table in Markdown; compare ratios within one run."""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from bench.corpus import multiply
from bench.processes import peak_of

STEPS = ("read", "read and parse", "executemany", "COPY", "import-export", "first import", "unchanged")
MEASURED_OFTEN = 15_000  # files: so many at most are imported in the rounds of one size
HEAD = "| files | database | step | files/s | files per CPU second | CPU time, first import = 1 | peak memory |"

Cost = dict[str, float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="Markdown files to multiply")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_500, 15_000, 100_000], help="numbers of files")
    parser.add_argument("--rounds", type=int, default=3, help="of sizes for which that does not take too long (3)")
    parser.add_argument("--jobs", type=int, default=1, help="processes that read (default: 1)")
    parser.add_argument("--steps", nargs="+", choices=STEPS, default=STEPS, help="only these, in this order")
    parser.add_argument("--postgres", default="postgres://127.0.0.1:5432/postgres", help="measured where it answers")
    parser.add_argument("--place", help="where files and databases go for the time (default: the system's)")
    chosen = parser.parse_args()
    print(f"{HEAD}\n|{'---|' * 3}{'---:|' * 4}", flush=True)
    imports: dict[str, dict[int, Cost]] = {}
    with tempfile.TemporaryDirectory(dir=chosen.place) as place:
        for size in chosen.sizes:
            folder = Path(place, "files")
            multiply(chosen.folder, folder, size)
            rounds = max(1, min(chosen.rounds, MEASURED_OFTEN // size))
            for name, url in _databases(Path(place), chosen.postgres):
                steps = [step for step in chosen.steps if step != "COPY" or name == "PostgreSQL"]
                found = _measured(url, folder, steps, rounds, chosen.jobs)
                _print(size, name, found)
                imports.setdefault(name, {})[size] = found.get("first import", {})
    _compare(imports)


def _databases(place: Path, postgres: str) -> Iterator[tuple[str, str]]:
    yield "SQLite", f"sqlite:///{place}/bench.sqlite3"
    if answers(postgres):
        yield "PostgreSQL", urlsplit(postgres)._replace(path="/digest_bench").geturl()


def answers(postgres: str) -> bool:
    """Whether a PostgreSQL server answers there."""
    import psycopg

    try:
        psycopg.connect(postgres, connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


def _measured(url: str, folder: Path, steps: list[str], rounds: int, jobs: int) -> dict[str, Cost]:
    """What each step costs: the median of its rounds, and the highest peak of memory."""
    found: dict[str, list[Cost]] = {step: [] for step in steps}
    for _ in range(rounds):
        fresh(url)
        for step in steps:
            found[step].append(_run(step, url, folder, jobs))
    fresh(url)
    return {
        step: {
            name: (max if name == "peak_mb" else statistics.median)([cost[name] for cost in costs]) for name in costs[0]
        }
        for step, costs in found.items()
    }


def _run(step: str, url: str, folder: Path, jobs: int) -> Cost:
    """One step in a process of its own, so that its peak memory is its own."""
    environment = {
        **os.environ,
        "ENV_FILE": "",
        "SECRET_KEY": "only-to-measure",
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "digest.settings",
    }
    # Our own module, our own arguments.
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "bench.importing_step", step, str(folder), str(jobs)],
        env=environment,
        stdout=subprocess.PIPE,
    )
    peak = peak_of(process)
    said, _ = process.communicate()
    if process.returncode:
        raise SystemExit(f"{step} ended with {process.returncode}.")
    return {**json.loads(said), "peak_mb": peak}


def fresh(url: str) -> None:
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


def _print(size: int, name: str, found: dict[str, Cost]) -> None:
    whole = found.get("first import", {}).get("cpu_seconds", 0)
    for step, cost in found.items():
        part = f"{cost['cpu_seconds'] / whole:.2f}" if whole else ""
        rates = f"{cost['files'] / cost['seconds']:,.0f} | {cost['files'] / cost['cpu_seconds']:,.0f}"
        print(f"| {size:,} | {name} | {step} | {rates} | {part} | {cost['peak_mb']:,.0f} MB |", flush=True)
    print(f"<!-- load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores -->", flush=True)


def _compare(imports: dict[str, dict[int, Cost]]) -> None:
    """How the rate of the first import at each size stands to that at the smallest."""
    for name, by_size in imports.items():
        smallest, *others = sorted(size for size, cost in by_size.items() if cost)
        for size in others:
            parts = [_rate(by_size[size], of) / _rate(by_size[smallest], of) for of in ("cpu_seconds", "seconds")]
            print(f"{name}: first import of {size:,} at {parts[0]:.2f} of the rate of {smallest:,} by CPU time", end="")
            print(f" ({parts[1]:.2f} by the clock)")


def _rate(cost: Cost, of: str) -> float:
    return cost["files"] / cost[of]


if __name__ == "__main__":
    main()
