"""Decisions in a real browser: approve for later and see it in the calendar, give reasons, pass on a preview."""

import datetime
from dataclasses import replace

import pytest
from django.utils import timezone

from digest.models import Publication
from editorial.models import Event, Reading
from editorial.workflow import Action, correct

from .conftest import assert_accessible
from .test_desk_browser import log_in
from .texts import act, imported, published

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def answer(page):
    for question in ("Did you check the facts?", "Did you open the sources?"):
        page.get_by_role("group", name=question).get_by_label("Yes").check()


def test_an_article_is_approved_for_later_and_stands_in_the_calendar(browser_page, live_server, ada):
    article = act(imported(), Action.START_REVIEW, by=ada)
    page = browser_page
    log_in(page, live_server, "ada")
    page.goto(f"{live_server.url}/admin/editorial/article/{article.pk}/approve/")
    page.frame_locator("iframe").get_by_role("heading", name="Herons return", level=1).wait_for()
    assert page.get_by_label("Day and time").is_hidden()
    answer(page)
    page.get_by_label("I have read these stories").check()
    page.get_by_label("Later").check()
    at = timezone.localtime(timezone.now() + datetime.timedelta(days=1)).replace(second=0, microsecond=0)
    page.get_by_label("Day and time").fill(f"{at:%Y-%m-%dT%H:%M}")
    assert_accessible(page)
    page.get_by_role("button", name="Approve for then").click()
    page.get_by_text("is approved; readers get it on").wait_for()
    assert Publication.objects.get().visible_from == at
    for view in (f"?month={at:%Y-%m}", "?view=list"):
        page.goto(f"{live_server.url}/admin/editorial/article/calendar/{view}")
        page.get_by_role("link", name="Herons return").wait_for()
        assert_accessible(page)


def test_opening_what_changed_is_noted(browser_page, live_server, ada):
    article = published(by=ada)
    correct(article, replace(article.current.text, title="Herons, counted"), by=ada, based_on=article.current)
    page = browser_page
    log_in(page, live_server, "ada")
    page.goto(f"{live_server.url}/admin/editorial/article/{article.pk}/approve/")
    page.get_by_text("Compare with revision 1").click()
    page.get_by_label("Note to readers").fill("They were counted.")
    answer(page)
    page.get_by_role("button", name="Approve and publish").click()
    page.get_by_text("was approved and published").wait_for()
    assert Reading.objects.get(revision__number=2).diff_opened
    assert Event.objects.first().data["diff_opened"] is True


def test_a_preview_link_is_made_opened_by_a_stranger_and_taken_back(browser_page, chromium, live_server, bea, settings):
    settings.SITE_URL = live_server.url
    article = imported()
    page = browser_page
    log_in(page, live_server, "bea")
    page.goto(f"{live_server.url}/admin/editorial/article/{article.pk}/previews/")
    page.get_by_label("For whom").fill("For the lawyer")
    page.get_by_role("button", name="Make a link").click()
    address = page.get_by_label("Copy the new link now").input_value()
    assert_accessible(page)
    stranger = chromium.new_context().new_page()
    stranger.goto(address)
    stranger.get_by_text("Nobody has approved this text").wait_for()
    stranger.get_by_role("heading", name="Herons return", level=1).wait_for()
    page.get_by_role("button", name="Take back").click()
    page.get_by_text("The link was taken back").wait_for()
    stranger.reload()
    stranger.get_by_role("heading", name="This preview is closed").wait_for()
    stranger.context.close()
