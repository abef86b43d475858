"""The page of all checks: what is set, for all and for one source; what a check found; looking again."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from editorial.check_settings import change, to_recheck
from editorial.checking import check_all, load_house
from editorial.checks import RULES
from editorial.models import Article, CheckSetting, Event, Finding, Source

from .checks import CLEAN
from .conftest import assert_accessible
from .test_desk_browser import log_in
from .test_recheck import week
from .texts import bring_in, incoming

CODE = "tag-placeholder"
pytestmark = pytest.mark.django_db


@pytest.fixture
def article():
    bring_in(incoming("week.md", CLEAN.replace("#harbours", "#todo").encode()))
    check_all(Article.objects.all(), load_house())
    return Article.objects.get()


def address(name="changelist", *args, query=""):
    return reverse(f"admin:editorial_checksetting_{name}", args=args) + query


def page(client, where):
    response = client.get(where, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def choose(client, choice, *, seen="", source="", code=CODE):
    data = {f"choice-{code}": choice, f"seen-{code}": seen, "source": source}
    return client.post(address(), data, follow=True).content.decode()


def test_every_check_is_on_the_page_with_its_severity_and_in_how_many_texts_it_found_something(client, carl, article):
    client.force_login(carl)
    text = page(client, address())
    for code, rule in RULES.items():
        assert f"<code>{code}</code>" in text
        assert rule.about.replace("'", "&#x27;") in text
    assert f'{address("found", CODE)}">1 text</a>' in text
    assert "as it comes: blocks approval" in text
    assert "until 2026-02-28" in text and "since 2026-03-14" in text and "English texts" in text


def test_a_severity_is_chosen_and_the_page_says_what_must_be_looked_at_again(client, ada, article):
    client.force_login(ada)
    text = choose(client, "warn")
    assert f"Set: {CODE}." in text
    assert "1 text was not looked at under today’s rules yet" in text
    assert CheckSetting.objects.get().severity == "warn"
    assert Event.objects.get(action="set_check").actor == ada


def test_one_source_has_a_setting_of_its_own(client, ada, article):
    source = Source.objects.get()
    client.force_login(ada)
    assert "as for all: blocks approval" in page(client, address(query=f"?source={source.pk}"))
    choose(client, "off", source=source.pk)
    assert CheckSetting.objects.get().source == source
    assert f"{source.name}: off</a>" in page(client, address())
    choose(client, "", seen="off", source=source.pk)
    assert not CheckSetting.objects.exists()


def test_what_somebody_else_has_set_meanwhile_is_not_undone(client, ada, article):
    change(CODE, "off", by=ada)
    client.force_login(ada)
    text = choose(client, "info", seen="")
    assert f"Somebody else has set {CODE} meanwhile" in text
    assert not CheckSetting.objects.get().enabled


def test_all_choices_of_a_form_are_set_or_none(client, ada, article):
    client.force_login(ada)
    data = {"choice-em-dash": "warn", "seen-em-dash": "", "choice-story-none": "fatal", "seen-story-none": ""}
    assert "A finding blocks, warns or remarks" in client.post(address(), data, follow=True).content.decode()
    assert not CheckSetting.objects.exists()
    assert "Nothing else was chosen" in choose(client, "")


def test_only_those_with_the_right_see_and_set_checks(client, dan, bea, carl, article):
    for where in (address(), address("found", CODE), address("recheck")):
        assert dan.get(where).status_code == 302
    client.force_login(carl)
    assert '<select id="choice-' not in page(client, address())
    assert client.post(address(), {f"choice-{CODE}": "off"}).status_code == 403
    assert client.post(address("recheck")).status_code == 403
    assert client.get(address("recheck")).status_code == 403
    client.force_login(bea)
    assert client.post(address(), {f"choice-{CODE}": "off"}).status_code == 403
    assert not CheckSetting.objects.exists()


@pytest.mark.parametrize("query", ["?source=x", "?source=%00", "?source=999", "?source=" + "9" * 30])
def test_a_source_that_there_is_none_of_is_not_found(client, ada, query):
    client.force_login(ada)
    assert client.get(address(query=query)).status_code == 404


def test_no_address_gives_a_server_error(client, ada, article):
    client.force_login(ada)
    setting = CheckSetting.objects.create(code=CODE, source=Source.objects.get(), severity="info")
    assert client.get(address("change", setting.pk)).url == address(query=f"?source={setting.source_id}")
    assert client.get(address("change", "9" * 30)).url == address()
    assert client.get(address("found", "no-such-check")).status_code == 404
    assert client.get(address("found", CODE, query="?page=x")).status_code == 200
    assert client.get(address("add")).status_code == 403


def test_what_a_check_found_is_listed_with_its_articles(client, carl, article):
    client.force_login(carl)
    text = page(client, address("found", CODE))
    assert article.title in text and Finding.objects.get(code=CODE).message in text
    assert "found nothing" in page(client, address("found", "body-stub"))


def test_texts_are_looked_at_again_slice_by_slice(client, bea, ada, monkeypatch):
    bring_in(*(week(number) for number in range(3)))
    monkeypatch.setattr("editorial.check_settings.SLICE", 2)
    client.force_login(bea)
    assert "Checking the texts: 0 of 3." in page(client, address("recheck"))
    first = client.post(address("recheck"), {"total": 3}, headers={"Accept": "application/json"})
    assert first.json() == {"finished": False, "title": "Checking the texts", "done": 2, "total": 3}
    last = client.post(address("recheck"), {"total": "x"}, follow=True).content.decode()
    assert "All texts were looked at under today" in last
    assert to_recheck() == 0


def test_selected_articles_are_looked_at_again(client, bea, article):
    Finding.objects.all().delete()
    client.force_login(bea)
    data = {"action": "check_selected", "_selected_action": [article.pk]}
    response = client.post(reverse("admin:editorial_article_changelist"), data)
    assert response.url == address("recheck")
    client.post(response.url, {"total": 1})
    assert Finding.objects.get().code == CODE


def test_a_person_who_may_not_have_many_checked_is_not_offered_it(client, carl, article):
    client.force_login(carl)
    change_list = page(client, reverse("admin:editorial_article_changelist"))
    assert "Check again" not in change_list
    CheckSetting.objects.create(code=CODE, severity="info")
    assert "Look at it now" not in page(client, address())


def test_the_pages_take_the_same_queries_for_one_and_for_twenty(client, ada):
    bring_in(week(0, more="#todo"))
    check_all(Article.objects.all(), load_house())
    client.force_login(ada)
    places = (address(), address("found", CODE))
    few = [_queries(client, where) for where in places]
    bring_in(*(week(number, more="#todo", source=f"Letter {number}") for number in range(1, 21)))
    check_all(Article.objects.all(), load_house())
    for source in Source.objects.all():
        CheckSetting.objects.create(code="em-dash", source=source, enabled=False)
    assert [_queries(client, where) for where in places] == few


def _queries(client, where):
    with CaptureQueriesContext(connection) as queries:
        page(client, where)
    return len(queries)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_check_is_switched_off_in_a_browser_and_the_texts_are_looked_at_again(
    scheme, browser_page, live_server, ada, article, monkeypatch
):
    bring_in(*(week(number) for number in range(3)))
    monkeypatch.setattr("editorial.check_settings.SLICE", 1)
    browser_page.emulate_media(color_scheme=scheme)
    log_in(browser_page, live_server, "ada")
    browser_page.goto(live_server.url + address())
    assert_accessible(browser_page)
    browser_page.get_by_label(CODE).select_option("off")
    browser_page.get_by_role("button", name="Save").click()
    browser_page.get_by_text("4 texts were not looked at").wait_for()
    browser_page.get_by_role("button", name="Look at them now").click()
    browser_page.get_by_text("Checks", exact=True).first.wait_for()
    browser_page.wait_for_url(live_server.url + address())
    assert to_recheck() == 0 and not Finding.objects.filter(code=CODE).exists()
    browser_page.goto(live_server.url + address("found", "em-dash"))
    assert_accessible(browser_page)
