"""What import_articles says to a person at a terminal: its help, what to do next, and a watch that outlives trouble."""

import io
import os
import signal
from contextlib import nullcontext

import pytest
from django.core.management import call_command
from django.db import OperationalError

from editorial.importing import running
from editorial.importing.turns import patiently
from editorial.management.commands import import_articles
from editorial.models import Article, Batch, Finding
from editorial.workflow import Action

from .texts import APOSTROPHE, act, file_text, imported

pytestmark = pytest.mark.django_db


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "a.md").write_bytes(file_text())
    return tmp_path


def seen(*args):
    """What a person at a terminal reads, line by line."""
    out = Terminal()
    with pytest.raises(SystemExit) if "bad.md" in os.listdir(args[0]) else nullcontext():
        call_command("import_articles", *map(str, args), stdout=out, stderr=io.StringIO())
    return out.getvalue().splitlines()


def test_the_help_teaches_by_examples_and_names_every_exit_status(capsys):
    with pytest.raises(SystemExit):
        import_articles.Command().create_parser("manage.py", "import_articles").parse_args(["--help"])
    text = capsys.readouterr().out
    assert "tar c articles | import_articles -" in text
    for status in ("0 ", "1 ", "2 ", "3 ", "130 "):
        assert f"\n  {status}" in text


def test_a_person_is_told_where_to_go_on_and_a_pipe_is_not(folder, ada, settings):
    act(imported(slug="storks", title="Storks"), Action.REJECT, by=ada)
    (folder / "bad.md").write_bytes(APOSTROPHE)
    (folder / "storks.md").write_bytes(file_text(slug="storks", title="More storks"))
    lines = seen(folder)
    assert lines[0] == "3 files: 1 new, 1 proposal, 1 repairable."
    batch = Batch.objects.latest("pk")
    assert lines[-3:] == [
        f"1 file waits for a repair: {settings.SITE_URL}/admin/editorial/heldfile/",
        f"1 newer text waits beside the desk's: {settings.SITE_URL}/admin/editorial/article/",
        f"All of it, to look at or take back: {settings.SITE_URL}/admin/editorial/batch/{batch.pk}/change/",
    ]


def test_the_outcome_is_said_before_the_checks_begin(folder, monkeypatch):
    out = io.StringIO()
    before = []
    monkeypatch.setattr(import_articles, "check_all", lambda *args, **more: before.append(out.getvalue()))
    call_command("import_articles", str(folder), stdout=out)
    assert before == ["1 file: 1 new.\n"]


def test_checks_wait_for_a_database_that_another_program_has_locked(folder, monkeypatch):
    check_all, errors = import_articles.check_all, [OperationalError("database is locked")] * 2

    def busy(*args, **more):
        if errors:
            raise errors.pop()
        return check_all(*args, **more)

    monkeypatch.setattr(import_articles, "check_all", busy)
    call_command("import_articles", str(folder), stdout=io.StringIO())
    assert Article.objects.exclude(checked="").count() == 1
    with pytest.raises(OperationalError, match="gone"):
        patiently(lambda: (_ for _ in ()).throw(OperationalError("gone")))


def test_checks_by_several_processes_find_the_same_in_the_same_order(folder):
    for number in range(30):
        body = f"## Story {number}\n\nIt’s [a link](https://example.org/{number % 7}) TODO\n"
        (folder / f"{number}.md").write_bytes(file_text(slug=f"story-{number}", title=f"Story {number}", body=body))
    call_command("import_articles", str(folder), "--jobs", "2", stdout=io.StringIO())
    columns = ("revision", "code", "message", "line", "fix", "other", "fingerprint")
    shared = list(Finding.objects.order_by("pk").values_list(*columns))
    call_command("recheck", "--again", stdout=io.StringIO())
    assert list(Finding.objects.order_by("pk").values_list(*columns)) == shared != []


@pytest.mark.django_db(transaction=True)  # the watch lets go of a connection that may be lost, and the test's with it
def test_a_watch_outlives_a_database_that_is_away_for_a_while(folder, monkeypatch):
    left, away = [1, 1, 1, 1, 1], [OperationalError("connection refused")] * 2
    in_turn = running.in_turn

    def turn(step):
        if away:
            raise away.pop()
        return in_turn(step)

    def sleep(seconds):
        if left:
            left.pop()
        else:
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(running, "in_turn", turn)
    monkeypatch.setattr("time.sleep", sleep)
    out, err = io.StringIO(), io.StringIO()
    call_command("import_articles", "--watch", str(folder), stdout=out, stderr=err)
    assert err.getvalue().count("The watch goes on.") == 1
    assert out.getvalue().endswith("1 file: 1 new.\n")
    assert Article.objects.count() == 1
