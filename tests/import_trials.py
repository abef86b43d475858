"""Imports in processes that can be killed: a database made once, copied for each trial, and compared by content.

`python -m tests.import_trials kill NUMBER SEED`, `... race` and `... trouble` print as JSON what went wrong (a list)
and what was done. Run by test_kill.py and bench/kills.py; forks, so it is a script of its own that has no connection
open meanwhile."""

import io
import json
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from functools import partial
from pathlib import Path

import django
import psycopg

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.contrib.auth.models import Group  # noqa: E402
from django.core.management import CommandError, call_command  # noqa: E402
from django.db import connection  # noqa: E402

from digest.models import Tag  # noqa: E402
from editorial.importing import running  # noqa: E402
from editorial.models import (  # noqa: E402
    Article,
    Batch,
    BatchFile,
    CheckRun,
    Event,
    Finding,
    Generation,
    HeldFile,
    Revision,
    SlugAlias,
    Source,
)
from editorial.workflow import Action, correct, perform  # noqa: E402

from .texts import APOSTROPHE, BODY, file_text  # noqa: E402

MIGRATED = os.environ.get("TRIALS_COPY")  # a database to copy instead of migrating an empty one
CHUNK_FILES = running.CHUNK_FILES = int(os.environ.get("TRIALS_CHUNK", running.CHUNK_FILES))
FILES = 2 * CHUNK_FILES + 20  # three chunks


# --- the files ---------------------------------------------------------------------------------------------


def article(number, **fields):
    names = {"title": f"Herons {number}", "slug": f"herons-{number}", "hashtags": f"#generated #en #t{number % 7}"}
    body = BODY.replace("two nests", f"{number} nests")
    return file_text(**{**names, "body": body, "more": f"source_pattern: Notes {number % 5}\n", **fields})


def write(folder, numbers):
    """New articles, newer texts of known and of edited ones, and every kind of file that is not simply fine."""
    folder.mkdir()
    for number in numbers:
        place = folder / f"{number % 3}"
        place.mkdir(exist_ok=True)
        (place / f"{number:04}.md").write_bytes(article(number))
    (folder / "batch.json").write_text('{"model": "gpt-5-mini", "run": "42"}')
    (folder / "0" / "batch.json").write_text('{"agent": "gatherer"}')
    (folder / "apostrophe.md").write_bytes(APOSTROPHE)
    (folder / "broken.md").write_bytes(b"nothing here")
    (folder / "z-broken.md").write_bytes(b"nothing here either")
    (folder / "empty.md").write_bytes(b"")
    (folder / "z-slug-twice.md").write_bytes(article(numbers[1], title="Another title"))
    (folder / "z-copy.md").write_bytes(article(numbers[2]))
    (folder / "z-same-words.md").write_bytes(article(numbers[3], slug="other-herons"))
    (folder / "unsafe.md").write_bytes(article(5000, slug="Żółw i Łoś!"))


def prepare(folder):
    """What the desk has before: articles of which some are edited and one is approved."""
    folder.mkdir()
    for number in range(0, 40, 4):
        (folder / f"{number}.md").write_bytes(article(number, excerpt="An older one."))
    call("import_articles", str(folder))
    ada = get_user_model().objects.create_superuser("ada")
    ada.groups.set(Group.objects.all())
    rows = list(Article.objects.select_related("current", "publication").order_by("slug"))
    for number, row in enumerate(rows[:4]):
        changes = {"title": f"{row.title}, edited"} if number % 2 else {"excerpt": "The desk's own."}
        correct(row, type(row.current.text)(**{**_fields(row.current.text), **changes}), by=ada, based_on=row.current)
    for action in (Action.START_REVIEW, Action.APPROVE):
        rows[5].refresh_from_db()
        perform(rows[5], action, by=ada, revision=rows[5].current, accept_rest=True)


def _fields(text):
    return {name: getattr(text, name) for name in ("title", "excerpt", "body", "tags", "language", "date", "slug")}


# --- databases and processes -------------------------------------------------------------------------------


def use(name):
    """Have the connection, closed now, lead to that database."""
    connection.close()
    connection.settings_dict["NAME"] = name


@contextmanager
def database(place):
    """The name of a fresh, migrated database that is gone afterwards."""
    if connection.vendor == "sqlite":
        use(f"{place}/start.sqlite3")
        if MIGRATED:
            shutil.copy(MIGRATED, f"{place}/start.sqlite3")
        else:
            call_command("migrate", verbosity=0)
        yield f"{place}/start.sqlite3"
        return
    server, name = connection.settings_dict["NAME"], f"digest_trials_{os.getpid()}"
    _sql(f"CREATE DATABASE {name} TEMPLATE {MIGRATED or 'template1'}")
    try:
        use(name)
        if not MIGRATED:
            call_command("migrate", verbosity=0)
        yield name
    finally:
        use(server)
        for made in (name, f"{name}_copy"):
            _sql(f"DROP DATABASE IF EXISTS {made} WITH (FORCE)")


def copied(name):
    """The name of a copy; there is one at a time."""
    if connection.vendor == "sqlite":
        copy = Path(name).with_name("copy.sqlite3")
        for old in copy.parent.glob("copy.sqlite3*"):
            old.unlink()
        shutil.copy(name, copy)
        return str(copy)
    server = connection.settings_dict["NAME"]
    use("postgres")
    _sql(f"DROP DATABASE IF EXISTS {name}_copy WITH (FORCE)")
    _sql(f"CREATE DATABASE {name}_copy TEMPLATE {name}")
    use(server)
    return f"{name}_copy"


def _sql(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


def fork(step):
    """A process that does `step`; its number."""
    connection.close()
    child = os.fork()
    if child:
        return child
    status = 70
    try:
        step()
        connection.close()  # SQLite: what is in the log goes to the file that is copied
        status = 0
    finally:
        if status:
            traceback.print_exc()
        os._exit(status)


def ended(child):
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def call(*arguments):
    """The command as from a shell: exit status, and what it said."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            call_command(*arguments, stdout=out, stderr=err)
        except SystemExit as end:
            return end.code, out.getvalue() + err.getvalue()
        except CommandError as error:
            return error.returncode, f"{out.getvalue()}{err.getvalue()}{error}"
    return 0, out.getvalue() + err.getvalue()


def asked(step):
    """What `step` returns, as JSON has it, from a process of its own."""
    with tempfile.TemporaryFile("w+") as answer:
        status = ended(fork(lambda: (json.dump(step(), answer, default=str), answer.flush())))
        answer.seek(0)
        text = answer.read()
    if status:
        raise SystemExit(f"A step of the trials ended with {status}.")
    return json.loads(text)


# --- contents ----------------------------------------------------------------------------------------------


def contents():
    """Every table that an import writes, by what is in it, without keys and times."""
    return {
        "articles": rows(
            Article,
            *("slug", "status", "title", "language", "date", "source__name", "current__number", "current__hash"),
            *("generation__sha256", "proposal__sha256", "waiting", "external_id"),
        ),
        "tags": rows(Article, "slug", "tags__name"),
        "all tags": rows(Tag, "name", "slug"),
        "sources": rows(Source, "name", "slug"),
        "aliases": rows(SlugAlias, "slug", "article__slug"),
        "revisions": rows(
            Revision, "article__slug", "number", "origin", "hash", "wording", "word_count", "generation__sha256"
        ),
        "generations": rows(
            Generation, "sha256", "path", "cause", "line", "reason", "model_name", "agent", "run", "batch__origin"
        ),
        "held": rows(HeldFile, "generation__sha256", "cause", "has_repair", "state"),
        "batches": [[b.origin, b.counts, b.provenance, bool(b.finished_at)] for b in Batch.objects.order_by("pk")],
        "files": [
            list(row)
            for row in BatchFile.objects.order_by("batch", "pk").values_list(
                "batch__origin", "path", "outcome", "message", "generation__sha256", "article__slug"
            )
        ],
        "checked": rows(CheckRun, "revision__article__slug", "revision__number", "ruleset"),
        "findings": rows(Finding, "revision__article__slug", "revision__number", "code", "line", "message"),
        "events": [[event.action, event.data] for event in Event.objects.order_by("pk")],
    }


def rows(model, *names):
    return sorted([str(value) for value in row] for row in model.objects.order_by().values_list(*names))


def differences(found, expected, *, names=None):
    return [
        f"{name}: {[row for row in found[name] if row not in expected[name]][:3]} instead of "
        f"{[row for row in expected[name] if row not in found[name]][:3]}; {len(found[name])} for {len(expected[name])}"
        for name in names or expected
        if found[name] != expected[name]
    ]


# --- trials ------------------------------------------------------------------------------------------------


def disturbed(arguments, effect, *, at, after=False):
    """Run a command and let something happen at its n-th statement; exit status and what it said."""
    left = at

    def count(execute, *statement):
        nonlocal left
        left -= 1
        if left == 0 and not after:
            effect()
        result = execute(*statement)
        if left == 0 and after:
            effect()
        return result

    with connection.execute_wrapper(count):
        return call(*arguments)


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def counted(arguments):
    """How many statements a command takes, and how many seconds."""
    number = 0

    def count(execute, *rest):
        nonlocal number
        number += 1
        return execute(*rest)

    started = time.monotonic()
    with connection.execute_wrapper(count):
        call(*arguments)
    return number, time.monotonic() - started


def kill_trials(place, number, seed):
    """Stop the same import at random moments, finish it each time, and compare with one that nobody stopped.

    Every other trial names a statement, every other a time; one in five reads with a second process. Two kills in
    three come while files are brought in, one in three at any time up to the end of the checks that follow. The tally
    says how many kills hit a run at work, and what they left: nothing yet, a part, or a whole batch, whose checks may
    have been cut off."""
    moments = random.Random(seed)  # noqa: S311  a dice, not a secret
    folder = place / "new"
    write(folder, list(range(FILES)))
    arguments = ["import_articles", str(folder)]
    with database(place) as start:
        asked(lambda: prepare(place / "before"))
        use(copied(start))
        whole = asked(lambda: counted(arguments))
        expected = asked(contents)
        use(copied(start))
        brought_in = asked(lambda: counted([*arguments, "--no-checks"]))
        wrong, tally = [], Counter(trials=0, kills=0)
        for trial in range(int(number)):
            use(copied(start))
            killed = [*arguments, "--jobs", "2"] if trial % 5 == 3 else arguments
            for _ in range(moments.choice([1, 1, 2])):  # now and then the second run is killed too
                statements, seconds = whole if trial % 3 == 2 else brought_in
                if trial % 2:
                    at, after = moments.randint(1, statements), moments.random() < 0.5
                    what = f"statement {at} of {statements}{', after it' if after else ''}"
                    child = fork(partial(disturbed, killed, die, at=at, after=after))
                else:
                    at = moments.uniform(0, seconds)
                    what = f"{at:.3f} of {seconds:.3f} s"
                    child = fork(partial(call, *killed))
                    time.sleep(at)
                    os.kill(child, signal.SIGKILL)
                tally["kills"] += ended(child) == -signal.SIGKILL
                tally[f"left {asked(left)}"] += 1
            said = asked(lambda: call(*arguments))
            tally["finished by going on"] += "cut off" in said[1]
            wrong += [f"killed at {what}: {each}" for each in differences(asked(contents), expected)]
            again = asked(lambda: call(*arguments))
            wrong += [f"killed at {what}, then: {again}"] if "Nothing changed" not in str(again) else []
            tally["trials"] += 1
        return wrong, tally


def left():
    """What a killed run left of its batch."""
    batch = Batch.objects.order_by("pk").last()
    if batch is None or batch.finished_at and "new" not in batch.origin.rpartition("/")[2]:
        return "nothing"
    return "a part" if batch.finished_at is None else "all"


def race(place):
    """Two imports of overlapping sets at one moment: nobody fails, and what is there is what one after the other
    leaves."""
    write(place / "left", list(range(0, FILES)))
    write(place / "right", list(range(FILES // 2, FILES + FILES // 2)))
    for side in ("left", "right"):  # a chunk that no slug, unique as it is, keeps from coming twice
        (place / side / "!").mkdir()
        for number in range(CHUNK_FILES):
            (place / side / "!" / f"{number:03}.md").write_bytes(b"nothing here, number %d" % number)
    with database(place) as start:
        asked(lambda: prepare(place / "before"))
        use(copied(start))
        for side in ("left", "right"):
            asked(lambda side=side: call("import_articles", str(place / side)))
        expected = asked(contents)
        use(copied(start))
        moment = time.monotonic() + 0.3
        children = [fork(lambda side=side: racer(place, side, moment)) for side in ("left", "right")]
        statuses = [ended(child) for child in children]
        wrong = [] if statuses == [0, 0] else [f"ended with {statuses}"]
        said = [json.loads((place / f"{side}.json").read_text()) for side in ("left", "right")]
        wrong += [f"status {status}: {text}" for status, text in said if status != 1]
        # The last of the two takes no part in who was first, so neither do paths and messages.
        found = asked(contents)
        same = ("articles", "tags", "sources", "aliases", "revisions")
        wrong += differences(found, expected, names=same)
        wrong += differences(*({"bytes": sorted(row[0] for row in each["generations"])} for each in (found, expected)))
        return wrong, {"imports": 2}


def racer(place, side, moment):
    while time.monotonic() < moment:
        pass
    (place / f"{side}.json").write_text(json.dumps(call("import_articles", str(place / side))))


def fill_up():
    connection.connection.execute("PRAGMA max_page_count = 1")  # SQLite takes the present size instead


def write_protect():
    connection.connection.execute("PRAGMA query_only = 1")


def limit_files():
    size = max(path.stat().st_size for path in Path(connection.settings_dict["NAME"]).parent.glob("copy.sqlite3*"))
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def end_connection():
    own = connection.connection.info
    with psycopg.connect(own.dsn, password=own.password) as second:
        second.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])


def press_ctrl_c():
    os.kill(os.getpid(), signal.SIGINT)


def terminate():
    os.kill(os.getpid(), signal.SIGTERM)


TROUBLES = {
    "sqlite": (
        (fill_up, 3, "no room to grow"),
        (write_protect, 3, "can only be read"),
        (limit_files, 3, "disk"),
        (press_ctrl_c, 130, "Run the same command again"),
        (terminate, 143, "Run the same command again"),
    ),
    "postgresql": (
        (end_connection, 3, "The database went away"),
        (press_ctrl_c, 130, "Run the same command again"),
    ),
}


def trouble(place):
    """What can happen to a run besides being killed: it says so, ends with the right status, leaves nothing half
    done, and is finished by the same command."""
    folder = place / "new"
    write(folder, list(range(FILES)))
    arguments = ["import_articles", str(folder)]
    with database(place) as start:
        asked(lambda: prepare(place / "before"))
        use(copied(start))
        statements, _ = asked(lambda: counted(arguments))
        expected = asked(contents)
        wrong, tally = [], Counter()
        for effect, status, words in TROUBLES[connection.vendor]:
            for at in (statements // 3, statements * 2 // 3):
                use(copied(start))
                ended_with, said = asked(lambda effect=effect, at=at: disturbed(arguments, effect, at=at))
                what = f"{effect.__name__} at statement {at}"
                if ended_with != status or words not in said or "Traceback" in said:
                    wrong.append(f"{what}: {ended_with}, {said}")
                asked(lambda: call(*arguments))
                # What Ctrl-C ended is a batch of its own, as somebody meant it to end.
                names = None if status == 3 else ("articles", "tags", "sources", "aliases", "revisions", "held")
                wrong += [f"{what}: {each}" for each in differences(asked(contents), expected, names=names)]
                tally[effect.__name__] += 1
        return wrong, tally


TRIALS = {"kill": kill_trials, "race": race, "trouble": trouble}

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        wrong, done = TRIALS[sys.argv[1]](Path(folder), *sys.argv[2:])
    sys.stdout.write(json.dumps({"wrong": wrong, "done": done}))
