"""How editors set checks: for all, for one source, and what that means for the articles."""

import pytest

from editorial.check_settings import OFF, USUAL, change, standings, to_recheck
from editorial.checking import check, check_all, load_house, stale
from editorial.checks import RULES, Severity
from editorial.models import Article, CheckSetting, Event, Finding, Source
from editorial.workflow import Action, NotAllowed, WorkflowError

from .checks import CLEAN
from .texts import act, bring_in, incoming

pytestmark = pytest.mark.django_db

CODE = "tag-placeholder"


@pytest.fixture
def article():
    bring_in(incoming("week.md", CLEAN.replace("#harbours", "#todo").encode()))
    article = Article.objects.get()
    check([article.pk])
    article.refresh_from_db()
    return article


def standing(code=CODE):
    return next(each for each in standings() if each.rule.code == code)


def test_every_registered_check_is_listed_by_group(article):
    listed = standings()
    assert {each.rule.code for each in listed} == set(RULES)
    assert [each.rule.group for each in listed] == sorted(each.rule.group for each in listed)
    assert all(each.rule.about for each in listed)


def test_a_check_says_in_how_many_articles_that_wait_it_found_something(article, bea):
    assert (standing().hits, standing("tag-alias").hits) == (1, 0)
    act(article, Action.REJECT, by=bea)
    assert standing().hits == 0


def test_what_is_set_is_logged_and_says_how_much_must_be_looked_at_again(article, ada):
    assert change(CODE, "warn", by=ada) == 1
    assert (standing().severity, standing().is_changed) == (Severity.WARN, True)
    event = Event.objects.get(action="set_check")
    assert event.data == {"code": CODE, "source": "", "was": USUAL, "now": "warn"}
    assert event.actor == ada
    house = load_house()
    assert check_all(stale(house), house) == 1
    article.refresh_from_db()
    assert (article.block_count, article.warn_count) == (0, 1)
    assert to_recheck() == 0


def test_a_check_is_switched_off_and_on_again(article, ada):
    change(CODE, OFF, by=ada)
    assert standing().severity is None
    check([article.pk])
    assert not Finding.objects.exists()
    assert change(CODE, USUAL, by=ada) == 1
    assert not CheckSetting.objects.exists()
    assert (standing().severity, standing().is_changed) == (Severity.BLOCK, False)
    assert [event.data["now"] for event in Event.objects.filter(action="set_check").order_by("id")] == [OFF, USUAL]


def test_a_source_has_its_own_setting_over_the_one_for_all(article, ada):
    quay, other = Source.objects.get(), Source.objects.create(name="Other", slug="other")
    change(CODE, OFF, by=ada)
    change(CODE, "warn", by=ada, source=quay)
    change(CODE, "info", by=ada, source=other)
    assert standing().severity is None
    assert standing().exceptions == ((other, Severity.INFO), (quay, Severity.WARN))
    check([article.pk])
    assert Finding.objects.get().severity == "warn"
    change(CODE, USUAL, by=ada, source=quay)
    check([article.pk])
    assert not Finding.objects.exists()


def test_choosing_what_is_chosen_already_is_no_event(article, ada):
    change(CODE, "warn", by=ada)
    change(CODE, "warn", by=ada)
    change("em-dash", USUAL, by=ada)
    assert Event.objects.filter(action="set_check").count() == 1


@pytest.mark.parametrize(("code", "choice"), [("no-such-check", "warn"), (CODE, "fatal"), ("", ""), (CODE, "BLOCK")])
def test_what_is_no_check_or_no_choice_is_refused(code, choice, ada):
    with pytest.raises(WorkflowError):
        change(code, choice, by=ada)


def test_only_publishers_set_checks(bea, carl):
    for person in (bea, carl):
        with pytest.raises(NotAllowed):
            change(CODE, "warn", by=person)


def test_a_setting_of_a_check_that_is_gone_disturbs_nobody(article):
    CheckSetting.objects.create(code="was-once", enabled=False)
    CheckSetting.objects.create(code="was-once", source=Source.objects.get(), severity="block")
    assert standing().severity is Severity.BLOCK
    check([article.pk])
    assert Finding.objects.get().code == CODE


def test_the_list_takes_the_same_queries_however_much_is_set(article, ada, django_assert_num_queries):
    for number in range(20):
        source = Source.objects.create(name=f"Letter {number}", slug=f"letter-{number}")
        change(CODE, "warn", by=ada, source=source)
    with django_assert_num_queries(6):
        assert len(standings()) == len(RULES)
