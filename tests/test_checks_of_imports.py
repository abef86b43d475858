"""Whatever brings texts in has them checked: the command, an upload, a repaired file; what was cut off comes later."""

import json
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.urls import reverse

from editorial import drafts
from editorial.checking import fresh, load_house
from editorial.holding import take_in
from editorial.importing import IncomingFile
from editorial.management.commands import import_articles
from editorial.models import Article, Draft, Finding, HeldFile

from .checks import CLEAN
from .texts import APOSTROPHE, bring_in, file_text

pytestmark = pytest.mark.django_db


def week(number, tag="harbours"):
    text = CLEAN.replace("quiet-week-two-harbours", f"week-{number}").replace("A quiet week", f"Week {number}")
    return text.replace("org/letters/", f"org/{number}/").replace("#harbours", f"#{tag}").encode()


@pytest.fixture
def folder(tmp_path):
    for number, tag in enumerate(["harbours", "todo", "harbours"]):
        (tmp_path / f"week-{number}.md").write_bytes(week(number, tag))
    return tmp_path


def run(*args):
    out, err = StringIO(), StringIO()
    call_command("import_articles", *map(str, args), stdout=out, stderr=err)
    return out.getvalue()


def all_checked():
    return not fresh().exists() and set(Article.objects.values_list("checked", flat=True)) == {load_house().ruleset}


def test_the_command_checks_what_it_brought_in(folder):
    assert run(folder).splitlines() == ["3 files: 3 new.", "The checks found what refuses approval in 1 of them."]
    assert all_checked()
    assert Article.objects.get(block_count=1).slug == "week-1"
    assert run(folder) == "3 files: 0 new, 3 unchanged. Nothing changed.\n"


def test_the_outcome_as_json_says_how_many_were_checked(folder):
    assert json.loads(run(folder, "--json"))["checked"] == 3
    assert json.loads(run(folder, "--json"))["checked"] == 0


def test_checks_can_be_left_for_later(folder):
    assert run(folder, "--no-checks") == "3 files: 3 new.\n"
    assert fresh().count() == 3
    assert not Finding.objects.exists()
    call_command("recheck", stdout=StringIO())
    assert all_checked()


def test_a_dry_run_checks_nothing(folder):
    run(folder, "--no-checks")
    run(folder, "--dry-run")
    assert fresh().count() == 3


def test_what_a_run_left_unchecked_is_checked_by_the_next(folder, monkeypatch):
    def stopped(*args, **kwargs):
        raise import_articles.Stopped(130)

    monkeypatch.setattr(import_articles, "check_all", stopped)
    with pytest.raises(SystemExit) as caught:
        run(folder)
    assert caught.value.code == 130
    assert (Article.objects.count(), fresh().count()) == (3, 3)
    monkeypatch.undo()
    run(folder)
    assert all_checked()


def test_a_database_that_goes_away_during_the_checks_is_told_with_what_to_do(folder, monkeypatch):
    def gone(*args, **kwargs):
        raise OperationalError("the database is gone")

    monkeypatch.setattr(import_articles, "check_all", gone)
    with pytest.raises(
        CommandError, match="Imported, but not checked: .* Run `manage.py recheck` to finish."
    ) as caught:
        run(folder)
    assert caught.value.returncode == 3
    assert Article.objects.count() == 3


def test_an_upload_is_checked_before_it_is_done(client, ada):
    client.force_login(ada)
    files = [SimpleUploadedFile(f"week-{number}.md", week(number, "todo")) for number in range(3)]
    client.post(reverse("admin:editorial_article_import"), {"files": files})
    draft = Draft.objects.get()
    rows = list(draft.files.values_list("pk", flat=True))
    client.post(reverse("admin:editorial_draft", args=[draft.pk]), {"shown": rows, "chosen": rows, "_confirm": "1"})
    draft.refresh_from_db()
    assert draft.stage == Draft.Stage.DONE
    assert all_checked()
    assert Article.objects.filter(block_count=1).count() == 3


def test_a_large_upload_is_checked_slice_by_slice(client, ada, monkeypatch):
    monkeypatch.setattr(drafts, "SLICE", 2)
    files = [IncomingFile(f"week-{number}.md", week(number)) for number in range(5)]
    draft = drafts.keep(files, by=ada, origin="a test")
    draft = drafts.advance(draft, by=ada)
    drafts.confirm(draft, by=ada)
    standing = []
    client.force_login(ada)
    while draft.stage != Draft.Stage.DONE:
        draft = drafts.advance(draft, by=ada)
        page = client.get(reverse("admin:editorial_draft", args=[draft.pk]))
        standing.append((page.context["title"], page.context["done"], page.context["total"]) if page.context else ())
    assert standing == [
        ("Importing the files", 0, 5),
        ("Checking the texts", 2, 5),
        ("Checking the texts", 4, 5),
        (),
    ]
    assert all_checked()


def test_a_repaired_file_is_checked_as_it_comes_in(ada):
    bring_in(IncomingFile("a-heron.md", APOSTROPHE))
    article = take_in(HeldFile.objects.get(), file_text(slug="a-heron", hashtags="#todo #generated #en"), by=ada)
    article.refresh_from_db()
    assert all_checked()
    assert article.block_count == 1
