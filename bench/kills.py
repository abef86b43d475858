"""python -m bench.kills [--moments 50] [--seed WORD] [--postgres URL]: an import killed at random moments and finished
by the same command, against one that nobody disturbed.

The trials are those of the suite (tests/import_trials.py, which takes a handful): a run of three chunks over a desk
that has articles, edits and an approval is ended with SIGKILL, the same command is run again, and every table that an
import writes is compared row by row, keys and times apart. Prints what was done and every difference; ends with 1 if
there is one."""

import argparse
import json
import os
import subprocess
import sys
import time

from bench.importing import answers


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--moments", type=int, default=50, help="trials on each database (default: 50)")
    parser.add_argument("--seed", default="herons", help="a word that the moments are drawn with (default: herons)")
    parser.add_argument("--postgres", default="postgres://127.0.0.1:5432/postgres", help="measured where it answers")
    chosen = parser.parse_args()
    urls = {"SQLite": "sqlite:///unused.sqlite3"}
    if answers(chosen.postgres):
        urls["PostgreSQL"] = chosen.postgres
    else:
        print("PostgreSQL is not there, so it was not tried (--postgres URL).")
    return max([_try(name, url, chosen.moments, chosen.seed) for name, url in urls.items()])


def _try(name: str, url: str, moments: int, seed: str) -> int:
    """All trials on one database; 1 if anything was lost or came twice."""
    started = time.monotonic()
    # Our own module, our own arguments.
    trials = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "tests.import_trials", "kill", str(moments), seed],
        env={**os.environ, "TEST_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        check=True,
        stdout=subprocess.PIPE,
    )
    said = json.loads(trials.stdout)
    done = ", ".join(f"{number} {what}" for what, number in said["done"].items())
    print(f"{name}, seed {seed!r}: {done}; {time.monotonic() - started:.0f} s")
    for each in said["wrong"]:
        print(f"  {each}")
    print(f"  {len(said['wrong'])} differences from a run that nobody disturbed", flush=True)
    return 1 if said["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
