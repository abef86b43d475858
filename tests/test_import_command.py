"""manage.py import_articles, as an operator meets it."""

import io
import json
import os
import signal
import subprocess
import tarfile
import zipfile

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from editorial.management.commands import import_articles
from editorial.models import Article, Batch, Event, Generation, Status
from editorial.workflow import Action

from .texts import APOSTROPHE, act, file_text

pytestmark = pytest.mark.django_db


def run(*args, command="import_articles"):
    """(exit status, stdout, stderr) of the command."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command(command, *map(str, args), stdout=out, stderr=err)
    except SystemExit as end:
        return end.code, out.getvalue(), err.getvalue()
    except CommandError as error:
        return error.returncode, out.getvalue(), f"{err.getvalue()}{error}"
    return 0, out.getvalue(), err.getvalue()


@pytest.fixture
def folder(tmp_path):
    """Three good files in two folders, one of them with the longer ending, and a text file to pass over."""
    (tmp_path / "deep").mkdir()
    (tmp_path / "a.md").write_bytes(file_text())
    (tmp_path / "deep" / "b.MARKDOWN").write_bytes(file_text(slug="storks", title="Storks"))
    (tmp_path / "deep" / "c.md").write_bytes(file_text(slug="cranes", title="Cranes"))
    (tmp_path / "notes.txt").write_text("no article")
    return tmp_path


def test_folders_are_searched_to_the_bottom(folder):
    status, out, err = run(folder)
    assert (status, out, err) == (0, "3 files: 3 new.\n", "")
    assert {article.generation.path for article in Article.objects.all()} == {"a.md", "deep/b.MARKDOWN", "deep/c.md"}


def test_a_second_run_changes_nothing_and_says_so(folder):
    run(folder)
    assert run(folder) == (0, "3 files: 0 new, 3 unchanged. Nothing changed.\n", "")
    assert Batch.objects.count() == 1


def test_a_dry_run_says_what_would_happen_and_writes_nothing(folder):
    status, out, err = run(folder, "--dry-run")
    assert (status, out) == (0, "3 files: would be 3 new. Nothing was written.\n")
    assert not Article.objects.exists()
    assert not Batch.objects.exists()


def test_a_file_named_twice_is_read_once(folder):
    assert run(folder / "a.md", folder, folder / "a.md")[1] == "3 files: 3 new.\n"


def test_failed_files_are_named_on_stderr_with_line_and_reason_and_the_status_is_1(folder):
    (folder / "bad.md").write_bytes(APOSTROPHE)
    status, out, err = run(folder)
    assert (status, out) == (1, "4 files: 3 new, 1 repairable.\n")
    assert err.startswith(f"{folder / 'bad.md'}:2: repairable: ")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_fails_alone(folder):
    (folder / "a.md").chmod(0)
    status, out, err = run(folder)
    assert (status, out) == (1, "3 files: 2 new, 1 broken.\n")
    assert "Permission denied" in err


def test_a_file_that_vanishes_while_the_run_goes_on_fails_alone(folder):
    (folder / "gone.md").symlink_to(folder / "nowhere.md")
    status, out, err = run(folder)
    assert (status, out) == (0, "3 files: 3 new.\n")  # a link to nothing is no file
    status, out, err = run(folder / "gone.md")
    assert (status, "there is no such file" in err) == (2, True)


def test_a_file_over_the_limit_is_refused_with_both_sizes(folder, settings):
    settings.UPLOAD_MAX_BYTES = 100
    status, out, err = run(folder)
    assert status == 1
    assert "100 is the limit" in err


def test_json_is_for_machines(folder):
    (folder / "bad.md").write_bytes(b"nothing here")
    status, out, err = run(folder, "--json")
    data = json.loads(out)
    assert status == 1
    assert data["counts"]["new"] == 3
    assert data["batch"] == Batch.objects.get().pk
    assert [(row["file"], row["outcome"]) for row in data["notable"]] == [(str(folder / "bad.md"), "broken")]


def test_a_path_that_is_not_there_is_wrong_usage():
    status, out, err = run("no/such/place")
    assert status == 2
    assert "no/such/place: there is no such file or folder" in err


def test_the_log_names_the_account_that_imported(folder, ada):
    run(folder, "--by", "ada")
    assert Batch.objects.get().by == ada
    status, out, err = run(folder, "--by", "nobody")
    assert (status, "no account named 'nobody'" in err) == (2, True)


def test_a_progress_bar_is_shown_on_a_terminal_only(folder, monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    terminal, pipe = Terminal(), io.StringIO()
    monkeypatch.setattr("sys.stderr", terminal)
    call_command("import_articles", str(folder), stdout=io.StringIO())
    assert "/3 [" in terminal.getvalue()
    monkeypatch.setattr("sys.stderr", pipe)
    call_command("import_articles", str(folder), stdout=io.StringIO())
    assert pipe.getvalue() == ""


# --- folders ---------------------------------------------------------------------------------------------


def test_a_link_to_a_file_that_is_read_anyway_is_passed_over(folder):
    (folder / "0-link.md").symlink_to(folder / "a.md")
    (folder / "deep" / "again.md").symlink_to(folder / "a.md")
    assert run(folder)[1] == "3 files: 3 new.\n"
    assert Article.objects.get(slug="herons-return").generation.path == "a.md"


def test_a_link_out_of_the_folder_is_read_once(folder, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "d.md"
    outside.write_bytes(file_text(slug="geese", title="Geese"))
    (folder / "x.md").symlink_to(outside)
    (folder / "y.md").symlink_to(outside)
    assert run(folder)[1] == "4 files: 4 new.\n"
    assert Article.objects.get(slug="geese").generation.path == "x.md"


def test_folders_inside_each_other_give_each_file_once(folder):
    assert run(folder / "deep", folder, folder / "deep")[1] == "3 files: 3 new.\n"


def test_a_file_with_another_ending_is_taken_where_it_is_named_itself(folder):
    (folder / "odd.txt").write_bytes(file_text(slug="odd", title="Odd"))
    assert run(folder, folder / "odd.txt")[1] == "4 files: 4 new.\n"


def test_a_name_that_is_no_text_is_shown_with_a_replacement_character(folder):
    with open(os.fsencode(folder) + b"/\xff.md", "wb") as file:
        file.write(file_text(slug="odd", title="Odd"))
    assert run(folder)[0] == 0
    assert Article.objects.get(slug="odd").generation.path == "\ufffd.md"


def test_an_unreadable_folder_is_named_and_the_others_are_read(folder, monkeypatch):
    real = os.scandir

    def scandir(path):  # root may read every folder, so this one is refused here
        if str(path).endswith("deep"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr("os.scandir", scandir)
    status, out, err = run(folder)
    assert (status, out) == (1, "2 files: 1 new, 1 broken.\n")
    assert "deep" in err
    assert "The folder can't be read: Permission denied." in err


# --- archives and streams ----------------------------------------------------------------------------------


def zipped(path, files):
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def tarred(files):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return stream.getvalue()


def piped(monkeypatch, data):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))


TWO = {"x/a.md": file_text(), "x/batch.json": b'{"model": "gpt-5-mini"}', "b.md": file_text(slug="storks", title="S")}


def models():
    return dict(Generation.objects.values_list("path", "model_name"))


def test_a_zip_is_imported_with_what_its_sidecars_say(tmp_path):
    assert run(zipped(tmp_path / "run.zip", TWO))[:2] == (0, "2 files: 2 new.\n")
    assert models() == {"x/a.md": "gpt-5-mini", "b.md": ""}


def test_a_bad_entry_is_named_with_the_archive(tmp_path):
    place = zipped(tmp_path / "run.ZIP", {**TWO, "../up.md": file_text(slug="up", title="Up")})
    status, out, err = run(place)
    assert (status, out) == (1, "3 files: 2 new, 1 broken.\n")
    assert err.startswith(f"{place}/../up.md:")


def test_a_file_that_is_no_zip_is_refused_with_a_sentence(tmp_path):
    (tmp_path / "run.zip").write_bytes(b"no zip at all")
    status, out, err = run(tmp_path / "run.zip")
    assert (status, out) == (1, "0 files: 0 new. Nothing changed.\n")
    assert err.startswith(f"{tmp_path / 'run.zip'}: ")


def test_a_tar_is_imported_from_a_file_and_from_standard_input(tmp_path, monkeypatch):
    (tmp_path / "run.tar.gz").write_bytes(tarred(TWO))
    assert run(tmp_path / "run.tar.gz")[:2] == (0, "2 files: 2 new.\n")
    piped(monkeypatch, tarred(TWO))
    assert run("-")[:2] == (0, "2 files: 0 new, 2 unchanged. Nothing changed.\n")


def test_a_single_document_comes_from_standard_input(monkeypatch):
    piped(monkeypatch, file_text())
    assert run("-")[:2] == (0, "1 file: 1 new.\n")


def test_a_tar_that_ends_too_early_keeps_what_came_before(monkeypatch):
    many = {f"{n}.md": file_text(slug=f"s-{n}", title=f"S {n}") for n in range(3)}
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, data in many.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    piped(monkeypatch, stream.getvalue()[:2700])
    status, out, err = run("-")
    assert status == 1
    assert "standard input: The tar ends too early" in err
    assert out == "2 files: 2 new.\n"


def test_standard_input_that_nothing_is_piped_into_is_wrong_usage(monkeypatch):
    class Keyboard(io.BytesIO):
        def isatty(self):
            return True

    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(Keyboard()))
    status, out, err = run("-")
    assert (status, "nothing is piped into it" in err) == (2, True)


# --- provenance ----------------------------------------------------------------------------------------------


def test_the_file_counts_more_than_the_sidecar_that_more_than_the_command_line_and_the_disclaimer_least(folder):
    note = "\n\n**Disclaimer:** generated, powered by claude-sonnet-4-20250514 LLM.\n"
    (folder / "batch.json").write_text('{"run": "42", "agent": "above"}')
    (folder / "deep" / "batch.json").write_text('{"agent": "near"}')
    (folder / "a.md").write_bytes(file_text(more="agent: own\n") + note.encode())
    run(folder, "--agent", "told", "--prompt-version", "7", "--run", "told", "--language", "Polish")
    assert {(g.path, g.agent, g.run, g.prompt_version, g.model_name) for g in Generation.objects.all()} == {
        ("a.md", "own", "42", "7", "claude-sonnet-4-20250514"),
        ("deep/b.MARKDOWN", "near", "42", "7", ""),
        ("deep/c.md", "near", "42", "7", ""),
    }
    assert Batch.objects.get().provenance == {
        "model_name": "",
        "agent": "above",
        "prompt_version": "7",
        "run": "42",
        "language": "pl",
    }


def test_a_model_on_the_command_line_counts_more_than_a_disclaimer(folder):
    (folder / "a.md").write_bytes(file_text() + b"\n**Disclaimer:** made with it, powered by gpt-4o LLM.\n")
    run(folder, "--model", "gpt-5-mini")
    assert set(models().values()) == {"gpt-5-mini"}


@pytest.mark.parametrize("place", [".", "deep"])
def test_a_sidecar_that_cannot_be_read_stops_the_run_before_anything_is_written(folder, place):
    (folder / place / "batch.json").write_text("{model: gpt}")
    status, out, err = run(folder)
    assert (status, Batch.objects.count()) == (2, 0)
    assert f"{(folder / place).resolve()}: batch.json is not JSON" in err


def test_a_sidecar_in_a_zip_that_cannot_be_read_stops_the_run(tmp_path):
    status, out, err = run(zipped(tmp_path / "run.zip", {**TWO, "batch.json": b"[]"}))
    assert (status, Article.objects.count()) == (1, 0)
    assert "batch.json has to be one object" in err


def test_a_language_that_is_none_is_wrong_usage(folder):
    status, out, err = run(folder, "--language", "the usual")
    assert (status, "The command line: “language” is “the usual”" in err) == (2, True)


# --- git -----------------------------------------------------------------------------------------------------


def git(folder, *arguments):
    account = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
    subprocess.run(["git", "-C", folder, *account, *arguments], check=True, capture_output=True)  # noqa: S603, S607


def test_only_what_changed_since_a_revision_is_imported(folder):
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "First")
    (folder / "deep" / "batch.json").write_text('{"run": "2"}')
    (folder / "deep" / "c.md").write_bytes(file_text(slug="cranes", title="Cranes, again"))
    (folder / "d.md").write_bytes(file_text(slug="geese", title="Geese"))
    assert run(folder, "--changed-since", "HEAD")[:2] == (0, "2 files: 2 new.\n")
    assert dict(Generation.objects.values_list("path", "run")) == {"deep/c.md": "2", "d.md": ""}
    assert Batch.objects.get().origin.endswith("--changed-since HEAD")


def test_changed_since_needs_a_working_tree_and_a_revision(folder, tmp_path):
    assert "in no git working tree" in run(folder, "--changed-since", "HEAD")[2]
    git(folder, "init", "-q")
    status, out, err = run(folder, "--changed-since", "no-such-thing")
    assert (status, "names no commit" in err) == (2, True)
    place = zipped(tmp_path / "run.zip", TWO)
    assert "is none" in run(place, "--changed-since", "HEAD")[2]


# --- usage -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("count", "jobs"), [(None, 1), (4_999, 1), (5_000, 2)])
def test_a_second_process_reads_where_there_are_files_enough_to_pay_for_it(count, jobs, monkeypatch):
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    assert import_articles._jobs(count, import_articles.MANY) == jobs
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    assert import_articles._jobs(count, import_articles.MANY) == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "Name what to import"),
        (("--watch", ".", "x.md"), "Name what to import"),
        (("--watch", "no/such/place"), "there is no such folder to watch"),
        ((".", "--jobs", "0"), "give 1 or more"),
    ],
)
def test_what_makes_no_sense_is_wrong_usage(arguments, says):
    status, out, err = run(*arguments)
    assert (status, says in err) == (2, True)


def test_the_summary_counts_the_same_with_other_processes_reading(folder):
    (folder / "bad.md").write_bytes(APOSTROPHE)
    assert run(folder, "--jobs", "2")[:2] == (1, "4 files: 3 new, 1 repairable.\n")


# --- undo ------------------------------------------------------------------------------------------------------


def test_a_batch_is_taken_back_after_a_look_at_what_that_does(folder, ada):
    run(folder)
    number = Batch.objects.get().pk
    status, out, err = run(number, "--dry-run", command="undo_batch")
    assert (status, out.startswith(f"Batch {number} would be taken back: 3 removed")) == (0, True)
    assert Article.objects.count() == 3
    status, out, err = run(number, "--by", "ada", "--reason", "Wrong folder.", command="undo_batch")
    assert (status, out.startswith(f"Batch {number} is taken back: 3 removed")) == (0, True)
    assert not Article.objects.exists()
    event = Event.objects.get(action="undo")
    assert (event.actor, event.reason) == (ada, "Wrong folder.")
    assert run(number, "--dry-run", command="undo_batch")[0] == 1
    assert run(number, "--by", "ada", command="undo_batch")[0] == 1


def test_a_batch_with_an_approved_article_is_not_taken_back_and_the_article_is_named(folder, ada):
    run(folder)
    article = act(Article.objects.get(slug="storks"), Action.START_REVIEW, Action.APPROVE, by=ada)
    assert article.status == Status.APPROVED
    number = Batch.objects.get().pk
    for arguments in ((number, "--dry-run"), (number, "--by", "ada")):
        status, out, err = run(*arguments, command="undo_batch")
        assert status == 1
        assert "storks: is public" in err
        assert "can't be taken back" in err
    assert Article.objects.count() == 3


@pytest.mark.parametrize(
    ("arguments", "says"),
    [((999,), "no batch number 999"), ((), "--by USERNAME"), (("--by", "nobody"), "no account named 'nobody'")],
)
def test_taking_back_needs_a_batch_and_an_account(folder, arguments, says):
    run(folder)
    number = () if arguments == (999,) else (Batch.objects.get().pk,)
    status, out, err = run(*number, *arguments, command="undo_batch")
    assert (status, says in err) == (2, True)


def test_an_account_that_may_not_import_may_not_take_back_either(folder, bea):
    run(folder)
    status, out, err = run(Batch.objects.get().pk, "--by", "bea", command="undo_batch")
    assert (status, "may not take back an import" in err) == (1, True)


# --- what stops a run ------------------------------------------------------------------------------------------


def happening(effect, *, at):
    """Let something happen at the n-th statement that writes."""
    left = at

    def count(execute, sql, *rest):
        nonlocal left
        left -= sql.startswith("INSERT")
        if left == 0:
            left = -1
            effect()
        return execute(sql, *rest)

    return connection.execute_wrapper(count)


@pytest.mark.parametrize(("signal_number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_run_that_is_stopped_says_what_is_done_and_how_to_finish(folder, signal_number, status):
    with happening(lambda: os.kill(os.getpid(), signal_number), at=3):
        found, out, err = run(folder)
    assert (found, out) == (status, "0 files: 0 new. Nothing changed.\n")
    assert "Run the same command again to finish." in err
    assert not Generation.objects.exists()
    assert run(folder)[1] == "3 files: 3 new.\n"


def test_a_run_that_is_stopped_before_it_begins_says_so(folder, monkeypatch):
    monkeypatch.setattr("editorial.importing.inputs.survey", lambda paths: os.kill(os.getpid(), signal.SIGINT))
    status, out, err = run(folder)
    assert (status, out, err) == (130, "", "Stopped before anything was imported.")


def test_a_database_that_can_only_be_read_is_told_in_a_sentence(folder):
    protect = {"sqlite": "PRAGMA query_only = 1", "postgresql": "SET TRANSACTION READ ONLY"}[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(protect)
    try:
        status, out, err = run(folder)
    finally:
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA query_only = 0")
    assert (status, out) == (3, "")
    assert "The database can only be read." in err
    assert "0 files were done before and stay. Run the same command again to finish." in err


# --- watching --------------------------------------------------------------------------------------------------


def sleeping(monkeypatch, *steps):
    """Between two looks of a watch something happens; after the last step Ctrl-C."""
    left = list(steps)

    def sleep(seconds):
        if left:
            left.pop(0)()
        else:
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr("time.sleep", sleep)


def nothing():
    pass


def test_what_appears_in_a_watched_folder_is_imported_once_it_has_come_to_rest(folder, monkeypatch):
    (folder / "batch.json").write_text('{"run": "42"}')
    more = folder / "d.md"
    sleeping(monkeypatch, nothing, nothing, lambda: more.write_bytes(file_text(slug="geese", title="Geese")), nothing)
    status, out, err = run("--watch", folder, "--run", "told", "--agent", "told")
    assert (status, err) == (0, "")
    assert out == f"Watching {folder}. Ctrl-C ends it.\n3 files: 3 new.\n1 file: 1 new.\n"
    assert set(Generation.objects.values_list("run", "agent")) == {("42", "told")}
    assert {batch.origin for batch in Batch.objects.all()} == {f"--watch {folder}"}


def test_a_broken_sidecar_in_a_watched_folder_is_complained_of_once_and_then_waited_for(folder, monkeypatch):
    sidecar = folder / "batch.json"
    sidecar.write_text("{")
    sleeping(monkeypatch, nothing, nothing, lambda: sidecar.write_text("{}"), nothing)
    status, out, err = run("--watch", folder)
    assert err.count("Nothing is imported until that is put right.") == 1
    assert out.endswith("3 files: 3 new.\n")


def test_ctrl_c_while_a_watch_imports_is_told_apart_from_one_while_it_waits(folder, monkeypatch):
    sleeping(monkeypatch, nothing)
    with happening(lambda: os.kill(os.getpid(), signal.SIGINT), at=3):
        assert run("--watch", folder)[0] == 130


def test_failed_files_do_not_end_a_watch(folder, monkeypatch):
    (folder / "bad.md").write_bytes(APOSTROPHE)
    sleeping(monkeypatch, nothing, nothing)
    status, out, err = run("--watch", folder)
    assert (status, "1 repairable" in out, "bad.md:2" in err) == (0, True, True)
