"""manage.py recheck: all that is stale, or a selection; cut off and resumed; in bounded memory."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from editorial.checking import fresh, running
from editorial.models import Article, Batch, CheckRun, CheckSetting, Finding, Source

from .checks import CLEAN
from .texts import bring_in, incoming

pytestmark = pytest.mark.django_db


def week(number, *, source="Quay Letter", more=""):
    """A clean article of its own, with a tag that blocks where `more` says so."""
    text = CLEAN.replace("quiet-week-two-harbours", f"week-{number}").replace("A quiet week", f"Week {number}")
    text = text.replace("org/letters/", f"org/{number}/").replace("Quay Letter", source)
    return incoming(f"week-{number}.md", text.replace("#harbours", f"#harbours {more}").encode())


@pytest.fixture
def five():
    bring_in(*(week(number) for number in range(3)))
    bring_in(week(3, source="Tide Table", more="#todo"), week(4, source="Tide Table", more="#todo"))
    return list(Article.objects.order_by("pk"))


def recheck(*args):
    out, err = StringIO(), StringIO()
    call_command("recheck", *args, stdout=out, stderr=err)
    return out.getvalue()


def checked():
    return set(Article.objects.exclude(checked="").values_list("slug", flat=True))


def test_all_that_nobody_looked_at_is_checked_and_counted(five):
    assert recheck() == "5 articles checked. Of 5 articles the checks have 2 open findings that block and 0 warnings.\n"
    assert not fresh().exists()
    assert recheck().startswith("0 articles checked.")


def test_the_outcome_comes_as_json(five):
    assert json.loads(recheck("--json")) == {
        "checked": 5,
        "articles": 5,
        "blocks": 2,
        "warnings": 0,
        "articles_by_code": {"tag-placeholder": 2},
    }


def test_what_was_checked_under_other_rules_is_checked_again(five):
    recheck()
    CheckSetting.objects.create(code="tag-placeholder", severity="warn")
    assert recheck() == "5 articles checked. Of 5 articles the checks have 0 open findings that block and 2 warnings.\n"


def test_some_articles_are_named_by_slug_or_number(five):
    assert recheck("week-1", str(five[3].pk)).startswith("2 articles checked. Of 2 articles")
    assert checked() == {"week-1", "week-3"}


def test_articles_of_a_source_of_a_batch_or_with_findings_of_a_check(five):
    recheck("--source", "Tide Table")
    assert checked() == {"week-3", "week-4"}
    first = Batch.objects.order_by("pk").first()
    recheck("--batch", str(first.pk))
    assert checked() == {"week-0", "week-1", "week-2", "week-3", "week-4"}
    before = dict(CheckRun.objects.values_list("revision__slug", "ran_at"))
    assert recheck("--check", "tag-placeholder").startswith("0 articles checked. Of 2 articles")
    assert recheck("--check", "tag-placeholder", "--again").startswith("2 articles checked.")
    after = dict(CheckRun.objects.values_list("revision__slug", "ran_at"))
    assert {slug for slug in after if after[slug] != before[slug]} == {"week-3", "week-4"}


def test_a_source_is_found_by_another_spelling(five):
    Source.objects.get(name="Tide Table").aliases.create(name="TT")
    assert recheck("--source", "TT").startswith("2 articles checked.")


@pytest.mark.parametrize(
    ("args", "why"),
    [
        (["no-such-article"], "no article named 'no-such-article'"),
        (["9" * 18], "no article named"),
        (["9" * 40], "no article named"),
        (["--source", "Nobody's"], "no source named"),
        (["--check", "no-such-check"], "no check named 'no-such-check'. See docs/checks.md"),
    ],
)
def test_a_selection_of_nothing_known_is_wrong_usage(args, why, five):
    with pytest.raises(CommandError, match=why) as caught:
        recheck(*args)
    assert caught.value.returncode == 2
    assert checked() == set()


def test_cut_off_it_goes_on_where_it_was(five, monkeypatch):
    monkeypatch.setattr(running, "SLICE", 2)
    slices = []

    settle = running._settle

    def interrupted(looked, found, house):
        if len(slices) == 1:
            raise KeyboardInterrupt
        slices.append(looked)
        settle(looked, found, house)

    monkeypatch.setattr(running, "_settle", interrupted)
    with pytest.raises(SystemExit) as caught:
        recheck()
    assert caught.value.code == 130
    assert len(checked()) == 2
    monkeypatch.undo()
    assert recheck().startswith("3 articles checked. Of 5 articles")
    assert Finding.objects.count() == 2


def test_each_slice_is_fetched_for_itself(five, monkeypatch):
    monkeypatch.setattr(running, "SLICE", 2)
    looked = []
    look = running.look
    monkeypatch.setattr(running, "look", lambda keys, house: looked.append(list(keys)) or look(keys, house))
    recheck()
    assert [len(keys) for keys in looked] == [2, 2, 1]
