"""import_articles --fix and fix_articles: safe fixes from the command line."""

import json

import pytest
from django.core.management import CommandError, call_command

from editorial.models import Article, Batch, Event, HouseEntry, Origin

from .texts import BODY, bring_in, file_text, incoming, published

pytestmark = pytest.mark.django_db

ADDRESS = "https://notes.example.org/2026/herons"
TRACKED = BODY.replace(ADDRESS, f"{ADDRESS}?utm_source=letter")


@pytest.fixture(autouse=True)
def house():
    """What the house says in these tests."""
    HouseEntry.objects.all().delete()
    HouseEntry.objects.create(kind="tracking_parameter", value="utm_*")


@pytest.fixture
def folder(tmp_path):
    """Two files, one of them with something to fix."""
    (tmp_path / "a.md").write_bytes(file_text(slug="a", title="A", body=TRACKED))
    (tmp_path / "b.md").write_bytes(file_text(slug="b", title="B", body=BODY.replace("2026/herons", "2026/b")))
    return tmp_path


def origins():
    return dict(Article.objects.values_list("slug", "current__origin"))


def test_what_an_import_brings_is_fixed_at_once_if_asked(folder, capsys, ada):
    call_command("import_articles", str(folder), "--fix", "--by", "ada")
    assert "Safe fixes were applied to 1 of them." in capsys.readouterr().out
    assert origins() == {"a": Origin.FIX, "b": Origin.GENERATED}
    event = Event.objects.get(action="sweep")
    assert (event.actor, event.batch, event.data["codes"]) == (ada, Batch.objects.get(), ["link-tracking"])
    assert not Article.objects.filter(checked="").exists()
    call_command("import_articles", str(folder), "--fix")
    assert "2 unchanged" in capsys.readouterr().out
    assert Article.objects.get(slug="a").revisions.count() == 2


def test_without_the_option_nothing_is_fixed_and_a_dry_run_fixes_nothing(folder, capsys):
    call_command("import_articles", str(folder), "--fix", "--dry-run")
    assert not Article.objects.exists()
    call_command("import_articles", str(folder), "--json", "--no-checks")
    assert json.loads(capsys.readouterr().out.partition("written.\n")[2])["fixed"] == 0
    assert set(origins().values()) == {Origin.GENERATED}


def test_a_batch_is_fixed_later_and_again_changes_nothing(capsys):
    batch = bring_in(incoming("a.md", slug="a", title="A", body=TRACKED)).batch
    bring_in(incoming("b.md", slug="b", title="B", body=TRACKED))
    call_command("fix_articles", "--batch", str(batch.pk))
    assert capsys.readouterr().out == "1 article was fixed.\n"
    assert origins() == {"a": Origin.FIX, "b": Origin.GENERATED}
    call_command("fix_articles", "--unapproved")
    call_command("fix_articles", "--unapproved")
    assert capsys.readouterr().out == "1 article was fixed.\n0 articles were fixed.\n"


def test_approved_texts_are_left_alone(ada, capsys):
    published(body=TRACKED, by=ada)
    call_command("fix_articles", "--unapproved")
    assert capsys.readouterr().out == "0 articles were fixed.\n"


@pytest.mark.parametrize("options", [["--batch", "99"], ["--batch", "9" * 30], ["--unapproved", "--by", "nobody"], []])
def test_wrong_usage_is_told_in_a_sentence(options):
    with pytest.raises(CommandError) as error:
        call_command("fix_articles", *options)
    assert error.value.returncode in (1, 2) and str(error.value)
