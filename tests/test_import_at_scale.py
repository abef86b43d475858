"""Many files: other processes that read, folders that are watched, runs that meet trouble, files in any order."""

import io
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, OperationalError, connection
from django.test.utils import CaptureQueriesContext
from hypothesis import example, given
from hypothesis import strategies as st

from editorial.importing import IncomingFile, find_files, import_files, plan, read_files, resuming
from editorial.importing import turns as turns_module
from editorial.importing.ahead import read_ahead
from editorial.importing.failures import explain
from editorial.importing.files import FoundFile
from editorial.importing.provenance import Provenance, ProvenanceError
from editorial.importing.reading import read
from editorial.importing.resuming import locks
from editorial.importing.running import CHUNK_BYTES, CHUNK_FILES, Run, chunks
from editorial.importing.turns import in_turn
from editorial.importing.watching import Watch
from editorial.inserting import insert, new_keys
from editorial.models import Article, Batch, BatchFile, Event, Generation, HeldFile, Outcome, Revision, SlugAlias
from editorial.text import count_words, storable
from editorial.workflow import Action, Conflict

from .texts import APOSTROPHE, act, bring_in, file_text, imported, incoming

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"
needs_corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real articles is not there")


def many(number, *, first=0):
    return [
        incoming(f"{n}.md", slug=f"herons-{n}", title=f"Herons {n}", hashtags=f"#generated #en #t{n % 3}")
        for n in range(first, first + number)
    ]


# --- chunks and queries ------------------------------------------------------------------------------------


def test_chunks_are_bounded_by_number_and_by_bytes():
    assert [len(chunk) for chunk in chunks(many(CHUNK_FILES * 2 + 1))] == [CHUNK_FILES, CHUNK_FILES, 1]
    large = [IncomingFile("a.md", b"x" * (CHUNK_BYTES // 2)) for _ in range(5)]
    assert [len(chunk) for chunk in chunks(large)] == [2, 2, 1]


@pytest.mark.django_db
def test_an_unchanged_chunk_takes_the_same_few_queries_for_1_and_for_200_files():
    files = many(200)
    bring_in(*files)
    taken = []
    for number in (1, 200):
        run = Run(by=None, origin="a test")
        ((chunk, results),) = read_ahead(chunks(files[:number]))
        with CaptureQueriesContext(connection) as queries:
            assert set(run.take(chunk, results).counts) == {Outcome.UNCHANGED}
            run.finish()
        taken.append(len(queries))
    assert taken[0] == taken[1] <= 7
    assert not any(query["sql"].startswith(("INSERT", "UPDATE", "DELETE")) for query in queries)


@pytest.mark.django_db
def test_only_files_whose_bytes_are_unknown_are_read():
    files = many(5)
    bring_in(*files)
    ((_, results),) = read_ahead([[*files, *many(2, first=5)]])
    assert [file.path for file in results] == ["5.md", "6.md"]


@pytest.mark.django_db
def test_new_files_take_the_same_number_of_queries_whatever_the_size_of_the_desk():
    bring_in(*many(3))
    taken = []
    for first in (100, 300):
        run = Run(by=None, origin="a test")
        ((chunk, results),) = read_ahead(chunks(many(20, first=first)))
        with CaptureQueriesContext(connection) as queries:
            run.take(chunk, results)
        taken.append(len(queries))
        bring_in(*many(100, first=1000))
    assert taken[0] == taken[1] <= 35


@pytest.mark.django_db
def test_no_query_of_a_plan_reads_all_articles():
    """Each condition finds its rows by an index, also where a file may be known in several ways."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL plans by the number of rows, and here are few")
    bring_in(*many(3))
    files = [IncomingFile(file.path, file.data + b"\nMore.\n", is_located=True) for file in many(3)]
    with CaptureQueriesContext(connection) as queries:
        plan(files)
    assert len(queries) >= 5
    with connection.cursor() as cursor:
        for query in queries:
            cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
            steps = [row[3] for row in cursor.fetchall()]
            assert not [step for step in steps if step.startswith("SCAN")], (query["sql"], steps)


# --- rows ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_keys_that_were_given_out_are_not_given_again():
    first, second = new_keys(SlugAlias, 2)
    article = imported()
    insert(SlugAlias, ("id", "article", "slug"), [(first, article.pk, "old"), (second, article.pk, "older")])
    assert SlugAlias.objects.create(article=article, slug="oldest").pk > second > first
    assert new_keys(SlugAlias, 0) == []
    insert(SlugAlias, ("id", "article", "slug"), [])


@pytest.mark.django_db
def test_rows_written_at_once_are_what_the_models_would_write():
    article = imported(more="source_pattern: River Notes\nmood: odd\nscores: [1]\nid: 77\n")
    again = Article.objects.get(pk=article.pk)
    assert (again.uid.version, again.waiting, again.external_id) == (4, "", "77")
    assert again.created_at.tzinfo is not None
    generation = Generation.objects.get()
    assert generation.extra == {"mood": "odd", "scores": [1], "id": 77}
    assert generation.created_at.tzinfo is not None
    revision = Revision.objects.get()
    assert (revision.text.hash, revision.word_count) == (revision.hash, revision.text.word_count)
    assert Article.objects.filter(uid=again.uid, date=revision.date).exists()


@given(st.text(st.sampled_from("ab1_'’.- \n—ąŁ\u200be\u0301٣²\ud800"), max_size=30))
@example("a-b-c.d’e")
def test_words_are_counted_as_the_pattern_for_them_says(text):
    assert count_words(text) == len(re.findall(r"\w+(?:['’.-]\w+)*", text))


def test_what_no_column_takes_becomes_a_replacement_character_and_all_else_stays():
    assert [storable(text) for text in ("plain ąŁ\n", "a\0b", "a\ud800b")] == ["plain ąŁ\n", "a\ufffdb", "a\ufffdb"]


# --- unchanged files and batches -----------------------------------------------------------------------------


@pytest.mark.django_db
def test_unchanged_files_are_noted_in_their_order_once_something_is_written():
    files = many(CHUNK_FILES + 10)
    bring_in(*files[:CHUNK_FILES])
    report = import_files(files, by=None, origin="a test")
    assert report.batch.counts == {"new": 10, "unchanged": CHUNK_FILES}
    assert list(report.batch.files.order_by("pk").values_list("path", flat=True)) == [file.path for file in files]


@pytest.mark.django_db
def test_unchanged_files_after_the_first_new_one_are_noted_too():
    files = many(CHUNK_FILES * 2)
    bring_in(*files[10:])
    assert import_files(files, by=None, origin="a test").batch.counts == {"new": 10, "unchanged": CHUNK_FILES * 2 - 10}


@pytest.mark.django_db
def test_a_run_of_many_unchanged_files_leaves_no_batch(monkeypatch):
    monkeypatch.setattr("editorial.importing.running.PENDING_MAX", 50)
    files = many(CHUNK_FILES + 20)
    bring_in(*files)
    before = Batch.objects.count(), BatchFile.objects.count(), Event.objects.count()
    report = bring_in(*files)
    assert (report.batch, report.counts) == (None, {Outcome.UNCHANGED: CHUNK_FILES + 20})
    assert (Batch.objects.count(), BatchFile.objects.count(), Event.objects.count()) == before


@pytest.mark.django_db
def test_a_report_holds_no_texts():
    files = [incoming("bad.md", data=APOSTROPHE), *many(2), incoming("9.md", slug="herons-1", title="Another")]
    for planned in bring_in(*files).notable:
        assert (planned.file.data, planned.read, planned.text, planned.proposal) == (b"", None, None, None)


@pytest.mark.django_db
def test_a_broken_file_that_comes_twice_is_kept_once_and_told_twice():
    report = bring_in(*(incoming(f"{n}.md", data=APOSTROPHE) for n in range(3)))
    assert report.counts == {Outcome.REPAIRABLE: 3}
    assert (Generation.objects.count(), HeldFile.objects.count(), BatchFile.objects.count()) == (1, 1, 3)


@pytest.mark.django_db
def test_what_a_file_took_holds_for_the_chunks_that_come_later(ada):
    act(imported(more="id: 77\n"), Action.START_REVIEW, Action.APPROVE, by=ada)
    files = [
        incoming("first.md", slug="herons-again", title="Herons again", more="id: 77\n"),  # waits beside the text
        *many(CHUNK_FILES),
        incoming("new.md", slug="herons-3", title="Another"),
        incoming("waits.md", slug="herons-again", title="A third"),
        incoming("same-id.md", slug="herons-once-more", title="A fourth", more="id: 77\n"),
        incoming("same-words.md", slug="herons-again", title="Herons again"),
    ]
    for dry_run in (True, False):
        report = import_files(files, by=None, origin="a test", dry_run=dry_run)
        said = {each.file.path: (each.outcome, each.message.split(" in this run")[0]) for each in report.notable[1:]}
        assert said == {
            "new.md": (Outcome.HELD, "3.md"),
            "waits.md": (Outcome.HELD, "first.md"),
            "same-id.md": (Outcome.HELD, "first.md"),
            "same-words.md": (Outcome.DUPLICATE, "first.md"),
        }


@pytest.mark.django_db
def test_an_older_text_beside_the_newest_is_held_wherever_it_comes():
    old, new = incoming("old.md"), incoming("new.md", title="Herons return again")
    bring_in(old)
    bring_in(new)
    for files in ([old, new], [new, old]):
        assert import_files(files, by=None, origin="x", dry_run=True).counts == {Outcome.UNCHANGED: 1, Outcome.HELD: 1}


@pytest.mark.django_db
def test_an_older_text_that_comes_alone_is_the_next_revision():
    old, new = incoming("old.md"), incoming("new.md", title="Herons return again")
    bring_in(old)
    bring_in(new)
    assert bring_in(old).counts == {Outcome.UPDATED: 1}
    assert Article.objects.get().title == "Herons return"


# --- runs that were cut off ------------------------------------------------------------------------------------


def cut_off_run(files, *, after=1, **facts):
    """A run whose process ended without a word after so many chunks; its batch."""
    with locks() as held:
        run = Run(**{"by": None, "origin": "a test", "locks": held, **facts})
        for chunk, results in list(read_ahead(chunks(files)))[:after]:
            run.take(chunk, results)
    return run.report.batch


def whole_run(files, **facts):
    with locks() as held:
        run = Run(**{"by": None, "origin": "a test", "locks": held, **facts})
        for chunk, results in read_ahead(chunks(files)):
            run.take(chunk, results)
        return run.finish()


@pytest.mark.django_db
def test_the_same_run_goes_on_in_the_batch_that_was_cut_off():
    files = [*many(CHUNK_FILES - 1), incoming("bad.md", data=APOSTROPHE), *many(5, first=1000)]
    batch = cut_off_run(files)
    assert batch.finished_at is None
    report = whole_run(files)
    assert (report.batch, report.is_continued) == (batch, True)
    assert report.batch.counts == {"new": CHUNK_FILES + 4, "repairable": 1}
    assert [file.path for file in batch.files.order_by("pk")] == [file.path for file in files]
    assert Event.objects.get().batch == batch
    assert whole_run(files).batch is None


@pytest.mark.django_db
def test_a_file_that_changed_while_the_run_was_cut_off_is_told_of_twice():
    files = many(CHUNK_FILES + 1)
    cut_off_run(files)
    files[3] = incoming("3.md", slug="herons-3", title="Herons, again")
    assert whole_run(files).batch.counts == {"new": CHUNK_FILES + 1, "updated": 1}


@pytest.mark.django_db
@pytest.mark.parametrize("other", [{"origin": "elsewhere"}, {"provenance": Provenance(run="42")}, {"locks": None}])
def test_another_command_does_not_go_on_with_it(other):
    files = many(CHUNK_FILES + 1)
    batch = cut_off_run(files)
    report = whole_run(files, **other)
    assert not report.is_continued
    assert report.batch != batch


@pytest.mark.django_db
def test_a_run_over_other_files_under_the_same_words_does_not_go_on_with_it():
    batch = cut_off_run(many(CHUNK_FILES + 1))
    assert whole_run(many(3, first=5000)).batch != batch
    assert whole_run([incoming("0.md", slug="herons-0", title="Another text")]).batch != batch


@pytest.mark.django_db
def test_a_batch_that_another_process_is_at_is_left_alone(tmp_path):
    files = many(CHUNK_FILES + 1)
    batch = cut_off_run(files)
    with somebody_holds(batch, tmp_path):
        assert whole_run(files).batch != batch


@contextmanager
def somebody_holds(batch, tmp_path):
    """Another process has the lock on a batch."""
    if connection.vendor == "postgresql":
        own = connection.connection.info
        with psycopg.connect(own.dsn, password=own.password) as other:
            other.execute("SELECT pg_advisory_lock(%s, %s)", [resuming._CLASS, batch.pk])
            yield
        return
    # The database of the tests is in memory; the locks are on a file beside one that is not.
    database = tmp_path / "desk.sqlite3"
    database.touch()
    holder = subprocess.Popen(  # noqa: S603  our own words
        [sys.executable, "-c", HOLDER, f"{database}-imports", str(batch.pk)],
        stdout=subprocess.PIPE,
        stdin=subprocess.PIPE,
    )
    before = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = str(database)
    try:
        assert holder.stdout.read(1) == b"x"
        yield
    finally:
        connection.settings_dict["NAME"] = before
        holder.communicate()
    with locks() as held:
        assert held.take(batch)


HOLDER = """
import fcntl, sys
file = open(sys.argv[1], "ab")
fcntl.lockf(file, fcntl.LOCK_EX, 1, int(sys.argv[2]))
print("x", flush=True)
sys.stdin.read()
"""


# --- turns -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("error", [IntegrityError("slug"), Conflict("Somebody was faster.")])
def test_a_step_that_an_editor_got_in_between_of_is_taken_anew_a_few_times(error):
    taken = []

    def step(failures):
        taken.append(1)
        if len(taken) <= failures:
            raise error
        return "done"

    assert in_turn(lambda: step(2)) == "done"
    taken.clear()
    with pytest.raises(type(error)):
        in_turn(lambda: step(100))
    assert len(taken) == turns_module.TRIES


@pytest.mark.django_db
def test_a_locked_database_is_waited_for_but_not_for_ever(monkeypatch):
    left = [3]

    def step():
        left[0] -= 1
        if left[0]:
            raise OperationalError("database is locked")
        return "done"

    assert in_turn(step) == "done"
    monkeypatch.setattr(turns_module, "PATIENCE", 0.0)
    left[0] = 1_000
    with pytest.raises(OperationalError):
        in_turn(step)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (OperationalError("attempt to write a readonly database"), "can only be read"),
        (OperationalError("database or disk is full"), "no room to grow"),
        (OperationalError("disk I/O error"), "does not take what the database writes"),
        (OperationalError("database is locked"), "Another program"),
        (OperationalError("no such table: editorial_batch"), "manage.py migrate"),
        (DatabaseError("database disk image is malformed"), "is damaged"),
        (OperationalError("server closed the connection unexpectedly"), "went away"),
        (DatabaseError("something else\nand more"), "refused what was to be written. (something else)"),
        (DatabaseError(""), "refused what was to be written."),
        (IntegrityError("x"), "Somebody changed the same articles"),
        (Conflict("x"), "Somebody changed the same articles"),
    ],
)
def test_what_a_database_says_is_put_in_a_sentence_that_says_what_to_do(said, sentence):
    assert sentence in explain(said)


# --- other processes ---------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_files_read_by_other_processes_are_what_this_one_reads_in_the_same_order():
    files = [*many(70), incoming("bad.md", data=APOSTROPHE), incoming("empty.md", data=b"")]
    parallel = list(read_ahead(chunks(files), jobs=2))
    assert [file for chunk, _ in parallel for file in chunk] == files
    assert {file: result for _, results in parallel for file, result in results.items()} == {
        file: read(file) for file in files
    }


@pytest.mark.django_db
def test_a_run_goes_on_when_the_system_ends_the_processes_that_read():
    import multiprocessing

    before = set(multiprocessing.active_children())
    ahead = read_ahead(([file] for file in many(12)), jobs=2)
    found = [next(ahead)]
    for process in set(multiprocessing.active_children()) - before:
        os.kill(process.pid, signal.SIGKILL)
    found += ahead
    assert len(found) == 12
    assert all(results[chunk[0]].text.slug.startswith("herons-") for chunk, results in found)


# --- as a process --------------------------------------------------------------------------------------------------


@pytest.fixture
def database(migrated, tmp_path):
    """The environment of a process with a SQLite database of its own, migrated."""
    if connection.vendor != "sqlite":
        pytest.skip("one database is enough for what happens outside of it")
    path = shutil.copy(migrated, tmp_path / "desk.sqlite3")
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "TEST_DATABASE_URL": f"sqlite:///{path}",
        "PYTHONUNBUFFERED": "1",
    }


MANAGE = (sys.executable, "manage.py")


def command(environment, *arguments, **options):
    return subprocess.Popen(  # noqa: S603  our own command
        [*MANAGE, "import_articles", *map(str, arguments)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def wait_until_it_hears(process):
    """Until the run handles SIGTERM (and SIGINT as it does), however long Python takes to start."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        status = Path(f"/proc/{process.pid}/status").read_text()
        if int(re.search(r"SigCgt:\s*(\w+)", status)[1], 16) >> (signal.SIGTERM - 1) & 1:
            break
        time.sleep(0.05)
    time.sleep(0.5)


def test_ctrl_c_ends_a_run_that_waits_for_input_and_the_processes_that_read(database, tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "a.md").write_bytes(file_text())
    reading, writing = os.pipe()
    process = command(database, folder, "-", "--jobs", "2", stdin=reading, start_new_session=True)
    try:
        wait_until_it_hears(process)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all processes of the group
        out, err = process.communicate(timeout=20)
    finally:
        os.close(writing)
        os.close(reading)
        process.kill()
    assert process.returncode == 130, err
    assert "Traceback" not in err
    with pytest.raises(ProcessLookupError):  # nobody of the group is left
        for _ in range(50):
            os.killpg(process.pid, 0)
            time.sleep(0.1)


def test_a_watched_folder_is_imported_as_files_come_and_ctrl_c_ends_it(database, tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "a.md").write_bytes(file_text())
    process = command(database, "--watch", folder)
    try:
        assert process.stdout.readline() == f"Watching {folder}. Ctrl-C ends it.\n"
        assert process.stdout.readline() == "1 file: 1 new.\n"
        (folder / "batch.json").write_text("{")
        assert "Nothing is imported until that is put right." in process.stderr.readline()
        (folder / "b.md").write_bytes(file_text(slug="storks", title="Storks"))
        (folder / "batch.json").write_text('{"model": "gpt-5-mini"}')
        assert process.stdout.readline() == "1 file: 1 new.\n"
        (folder / "batch.json").write_text("{")  # told at the next look, when what came is checked
        assert "Nothing is imported until that is put right." in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    finally:
        process.kill()
    assert (process.returncode, out, err) == (0, "", "")


@pytest.mark.parametrize("arguments", [(), ("--by", "ada")])
def test_a_database_that_was_never_migrated_is_told_in_a_sentence(tmp_path, arguments):
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "TEST_DATABASE_URL": f"sqlite:///{tmp_path}/empty.sqlite3",
    }
    (tmp_path / "a.md").write_bytes(file_text())
    process = command(environment, tmp_path / "a.md", *arguments)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 3
    assert "manage.py migrate" in err
    assert "Traceback" not in err


@pytest.mark.parametrize("url", ["sqlite:////no/such/folder/desk.sqlite3", "postgres://127.0.0.1:1/desk"])
def test_a_database_that_is_not_there_is_told_in_a_sentence(tmp_path, url):
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "TEST_DATABASE_URL": url}
    (tmp_path / "a.md").write_bytes(file_text())
    process = command(environment, tmp_path / "a.md")
    out, err = process.communicate(timeout=60)
    assert (process.returncode, "Traceback" in err) == (3, False)
    assert "Look whether" in err


# --- watching --------------------------------------------------------------------------------------------------


def names(found):
    return [file.path for file in found]


def test_a_file_is_taken_when_it_has_come_to_rest_and_again_when_it_changes(tmp_path):
    watch = Watch(tmp_path)
    assert watch.look() == []
    (tmp_path / "a.md").write_text("first")
    assert watch.look() == []  # it may still be written
    (tmp_path / "a.md").write_text("longer")
    assert watch.look() == []
    assert names(watch.look()) == ["a.md"]
    assert watch.look() == []
    (tmp_path / "a.md").write_text("longer still")
    (tmp_path / "b.md").write_text("another")
    assert watch.look() == []
    assert names(watch.look()) == ["a.md", "b.md"]


def test_a_watched_folder_that_is_gone_or_has_a_broken_sidecar_loses_nothing(tmp_path):
    folder = tmp_path / "files"
    watch = Watch(folder)
    with pytest.raises(FileNotFoundError):
        watch.look()
    folder.mkdir()
    (folder / "a.md").write_text("text")
    (folder / "gone.md").symlink_to(folder / "nowhere.md")
    watch.look()
    (folder / "batch.json").write_text("{")
    with pytest.raises(ProvenanceError):
        watch.look()
    (folder / "batch.json").write_text('{"run": "7"}')
    (found,) = watch.look()
    assert isinstance(found, FoundFile)
    assert (found.path, found.given.run) == ("a.md", "7")


# --- any files in any order ----------------------------------------------------------------------------------------

SHUFFLES = int(os.environ.get("SHUFFLES", "2"))  # random orders besides a fixed one


def shuffled(place, seed):
    """The whole corpus under new names in random order, some files twice, some cut short."""
    dice = random.Random(seed)  # noqa: S311  a dice, not a secret
    originals = sorted(CORPUS.rglob("*.md"))
    picked = [*originals, *dice.sample(originals, 40), *dice.sample(originals, 40)]
    dice.shuffle(picked)
    for number, original in enumerate(picked):
        data = original.read_bytes()
        cut = dice.randrange(len(data)) if data and number % 6 == 0 else len(data)
        folder = place / f"{dice.randrange(4)}"
        folder.mkdir(exist_ok=True)
        (folder / f"{number:04}.md").write_bytes(data[:cut])


@needs_corpus
@pytest.mark.django_db
@pytest.mark.parametrize("seed", ["fixed", *(f"random {number}" for number in range(SHUFFLES))])
def test_the_whole_corpus_in_random_order_repeated_renamed_and_cut_short_loses_nothing(seed, tmp_path):
    seed = 1 if seed == "fixed" else random.randrange(10**9)  # noqa: S311  a dice, not a secret
    print(f"shuffled with {seed}")  # noqa: T201  seen when the test fails
    shuffled(tmp_path, seed)
    found = find_files([tmp_path])
    report = import_files(read_files(found, max_bytes=1_000_000), by=None, origin="shuffled")
    assert report.counts.total() == len(found)
    assert report.counts[Outcome.NEW] == Article.objects.count() > 150
    wordings = set(Revision.objects.values_list("wording", flat=True))
    kept = set(Generation.objects.values_list("sha256", flat=True))
    for file in read_files(found, max_bytes=1_000_000):
        if file.data and file.sha256 not in kept:
            assert read(file).wording in wordings, file.path  # left out because the same text is here
    assert Generation.objects.count() == len(kept)
    assert HeldFile.objects.count() == Generation.objects.exclude(cause="").count() > 20
    before = {model: model.objects.count() for model in (Article, Revision, Generation, Batch, BatchFile, Event)}
    again = import_files(read_files(found, max_bytes=1_000_000), by=None, origin="shuffled")
    assert again.batch is None
    assert before == {model: model.objects.count() for model in before}


@needs_corpus
@pytest.mark.django_db
def test_the_corpus_imported_exported_and_imported_again_is_byte_for_byte_the_same_and_nothing_new(tmp_path):
    call_command("import_articles", str(CORPUS / "articles"), stdout=io.StringIO(), stderr=io.StringIO())
    call_command("export_articles", "--all", "--to", str(tmp_path / "out"), stdout=io.StringIO())
    before, after = (
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        for folder in (CORPUS / "articles", tmp_path / "out")
    )
    assert before == after
    out = io.StringIO()
    call_command("import_articles", str(tmp_path / "out"), stdout=out)
    assert out.getvalue() == f"{len(before)} files: 0 new, {len(before)} unchanged. Nothing changed.\n"


@needs_corpus
@pytest.mark.django_db
def test_the_dry_run_of_the_whole_corpus_foretells_the_run(tmp_path):
    shuffled(tmp_path, 3)
    said = []
    for arguments in (["--dry-run"], []):
        out = io.StringIO()
        with pytest.raises(SystemExit):
            call_command("import_articles", str(tmp_path), "--json", *arguments, stdout=out, stderr=io.StringIO())
        said.append(json.loads(out.getvalue())["counts"])
    foretold, done = said
    # A file whose bytes came in an earlier chunk is “unchanged” once that is written, and “duplicate” before.
    for counts in said:
        counts["unchanged or duplicate"] = counts.pop("unchanged") + counts.pop("duplicate")
    assert foretold == done
    shutil.rmtree(tmp_path)
