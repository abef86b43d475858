"""manage.py export_articles, as an operator meets it."""

import io
import json
import os
from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command

from editorial.exporting import folder as folder_module
from editorial.models import Article, Source
from editorial.models.intake import SourceAlias
from editorial.workflow import Action, correct

from .texts import act, bring_in, file_text, imported, incoming, published

pytestmark = pytest.mark.django_db


def run(*args, **options):
    """(exit status, stdout, stderr) of the command."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("export_articles", *map(str, args), stdout=out, stderr=err, **options)
    except SystemExit as end:
        return end.code, out.getvalue(), err.getvalue()
    except CommandError as error:
        return error.returncode, out.getvalue(), f"{err.getvalue()}{error}"
    return 0, out.getvalue(), err.getvalue()


def files_in(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def desk(ada):
    """Herons are public, storks are rejected, a Polish turtle of last year and cranes are new."""
    published(by=ada, more="source_pattern: River Notes\n")
    act(imported(slug="storks", title="Storks"), Action.REJECT, by=ada)
    imported(slug="zolw", title="Turtle", hashtags="#generated #pl #zwierzęta", date="2025-12-31")
    imported(slug="cranes", title="Cranes", hashtags="#generated #birds", body="Ok.\n")
    Article.objects.get(slug="storks").aliases.create(slug="old-storks")
    SourceAlias.objects.create(source=Source.objects.get(), name="RN")


def test_what_readers_see_is_exported_unless_something_else_is_asked_for(desk, tmp_path):
    assert run("--to", tmp_path) == (0, "herons-return.md: written\n1 file: 1 written.\n", "")
    assert (tmp_path / "herons-return.md").read_bytes() == file_text(more="source_pattern: River Notes\n")
    assert run("--to", tmp_path) == (0, "1 file: 0 written, 1 unchanged.\n", "")
    assert run("--to", tmp_path, verbosity=2)[1].startswith("herons-return.md: unchanged\n")


@pytest.mark.parametrize(
    ("options", "slugs"),
    [
        (["--all"], "cranes herons-return storks zolw"),
        (["--status", "rejected"], "storks"),
        (["--status", "new", "--status", "approved"], "cranes herons-return zolw"),
        (["--status", "approved"], "herons-return"),
        (["--all", "--source", "River Notes"], "herons-return"),
        (["--source", "RN"], "herons-return"),
        (["--source", "river-notes"], "herons-return"),
        (["--all", "--language", "pl"], "zolw"),
        (["--all", "--language", "none"], "cranes"),
        (["--all", "--tag", "BIRDS"], "cranes herons-return storks"),
        (["--all", "--tag", "zwierzeta"], "zolw"),
        (["--all", "--since", "2026-04-02"], "cranes herons-return storks"),
        (["--all", "--until", "2026-04-01"], "zolw"),
        (["--all", "--since", "2025-12-31", "--until", "2025-12-31"], "zolw"),
        (["--all", "--slug", "zolw", "--slug", "storks"], "storks zolw"),
        (["--all", "--slug", "old-storks"], "storks"),
        (["--all", "--slug", "zolw", "--language", "en"], ""),
    ],
)
def test_articles_are_chosen_by_state_source_language_tag_date_and_slug(desk, tmp_path, options, slugs):
    status, out, err = run("--to", tmp_path, *options)
    assert status == 0
    assert files_in(tmp_path) == {f"{slug}.md" for slug in slugs.split()}


def test_readers_text_is_exported_even_while_a_correction_waits(tmp_path, ada):
    article = published(by=ada)
    correct(article, replace(article.current.text, title="Waiting"), by=ada, based_on=article.current)
    for options in ([], ["--status", "approved"]):
        (tmp_path / "herons-return.md").unlink(missing_ok=True)
        run("--to", tmp_path, *options)
        assert (tmp_path / "herons-return.md").read_bytes() == file_text()
    run("--to", tmp_path, "--status", "in_review")
    assert (tmp_path / "herons-return.md").read_bytes() == file_text(title="Waiting")


def test_an_empty_choice_says_what_is_taken_by_default(tmp_path):
    imported()
    status, out, err = run("--to", tmp_path, "--slug", "herons-return")
    assert (status, out) == (0, "0 files: 0 written.\n")
    assert "--all takes every state" in err
    assert run("--to", tmp_path, "--all", "--language", "pl")[2] == ""


def test_a_refused_file_is_named_on_stderr_with_its_reason_and_the_status_is_1(desk, tmp_path):
    (tmp_path / "herons-return.md").write_text("mine")
    status, out, err = run("--to", tmp_path, "--all")
    assert (status, out.splitlines()[-1]) == (1, "4 files: 3 written, 1 refused.")
    assert err.startswith("herons-return.md: refused: The file on disk was changed")
    assert (tmp_path / "herons-return.md").read_text() == "mine"
    status, out, err = run("--to", tmp_path, "--all", "--force")
    assert (status, out, err) == (0, "herons-return.md: written\n4 files: 1 written, 3 unchanged.\n", "")


def test_a_second_article_of_one_path_is_said_to_have_another_name(tmp_path):
    bring_in(incoming("index.md"))
    bring_in(incoming("index.md", slug="storks", title="Storks"))
    status, out, err = run("--to", tmp_path, "--all")
    assert (status, out) == (0, "index.md: written\n2 files: 2 written.\n")
    assert err.startswith("storks.md: written: Another article came from index.md")


def test_a_dry_run_says_what_would_happen(desk, tmp_path):
    status, out, err = run("--to", tmp_path / "new", "--all", "--dry-run")
    assert (status, out.splitlines()[-1]) == (0, "4 files: would be 4 written. Nothing was written.")
    assert not (tmp_path / "new").exists()


def test_json_is_for_machines(desk, tmp_path):
    (tmp_path / "storks.md").write_text("mine")
    status, out, err = run("--to", tmp_path, "--all", "--json")
    data = json.loads(out)
    assert status == 1
    assert data["counts"] == {"written": 3, "unchanged": 0, "refused": 1}
    assert (data["files"], data["dry_run"]) == (4, False)
    assert [(row["file"], row["outcome"]) for row in data["notable"]] == [("storks.md", "refused")]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--all", "--status", "new"], "leave out --status"),
        (["--source", "Nobody"], "There is no source 'Nobody'."),
        (["--tag", "nonsense"], "There is no tag 'nonsense'."),
        (["--slug", "nonsense"], "There is no article with the slug 'nonsense'."),
    ],
)
def test_wrong_usage_ends_with_2_and_a_sentence(desk, tmp_path, options, sentence):
    status, out, err = run("--to", tmp_path / "new", *options)
    assert (status, sentence in err) == (2, True)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("options", [["--since", "yesterday"], ["--status", "good"], ["--language", "de"]])
def test_a_misspelt_value_is_wrong_usage_too(tmp_path, options):
    with pytest.raises(CommandError, match="invalid"):
        call_command("export_articles", "--to", str(tmp_path), *options)


def test_a_file_in_place_of_the_folder_is_wrong_usage(tmp_path):
    (tmp_path / "file").write_text("")
    status, out, err = run("--to", tmp_path / "file")
    assert (status, "is a file. Name a folder after --to." in err) == (2, True)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_said(desk, tmp_path):
    (tmp_path / "closed").mkdir(mode=0o500)
    status, out, err = run("--to", tmp_path / "closed")
    assert (status, "Permission denied" in err) == (1, True)


@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [
        (OSError(28, "No space left on device"), 1, "No space left on device. Make room"),
        (KeyboardInterrupt(), 130, "Stopped. What is written is whole; run it again for the rest."),
    ],
)
def test_a_full_disk_and_ctrl_c_end_with_a_sentence_and_a_summary(desk, tmp_path, monkeypatch, error, status, sentence):
    written = []
    write = folder_module._write

    def fail_at_the_third(location, data):
        if len(written) == 2:
            raise error
        written.append(location)
        write(location, data)

    monkeypatch.setattr(folder_module, "_write", fail_at_the_third)
    ended, out, err = run("--to", tmp_path, "--all")
    assert (ended, sentence in err) == (status, True)
    assert out.splitlines()[-1] == "2 files: 2 written."
    assert len(files_in(tmp_path)) == 2
    monkeypatch.undo()
    assert run("--to", tmp_path, "--all")[1].splitlines()[-1] == "4 files: 2 written, 2 unchanged."
    assert Article.objects.count() == 4
