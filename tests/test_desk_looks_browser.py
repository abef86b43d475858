"""The looks of the desk where a rule can tell: lists on a phone, sizes of what is pressed, the room of a decision."""

import pytest
from django.urls import reverse

from editorial.models import Reason, Source
from editorial.workflow import Action

from .conftest import assert_accessible
from .test_desk_browser import log_in
from .texts import act, imported

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LISTS = [
    "article",
    "event",
    "batch",
    "batchfile",
    "generation",
    "reason",
    "source",
    "houseentry",
    "heldfile",
    "linklook",
]


def too_small(page):
    """What is pressed and smaller than 24 by 24 pixels, by axe."""
    from axe_playwright_python.sync_playwright import Axe

    report = Axe().run(page, options={"runOnly": ["target-size"]})
    return [node["html"] for each in report.response["violations"] for node in each["nodes"]]


@pytest.mark.parametrize("model", LISTS)
def test_a_list_on_a_phone_shows_each_row_as_a_block_that_can_be_pressed(model, browser_page, live_server, ada):
    imported(more='source_pattern: "River Notes"\n')
    Reason.objects.get_or_create(code="style", defaults={"name": "Style"})
    page = browser_page
    page.set_viewport_size({"width": 390, "height": 844})
    log_in(page, live_server, "ada")
    page.goto(live_server.url + reverse(f"admin:editorial_{model}_changelist"))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    results = page.locator("#result_list")
    if results.count():
        assert page.evaluate("list => list.scrollWidth <= innerWidth", results.element_handle())
    assert not too_small(page)
    assert_accessible(page)


def test_a_decision_takes_one_row_until_its_reasons_are_asked_for(browser_page, live_server, ada):
    article = act(imported(), Action.START_REVIEW, by=ada)
    page = browser_page
    log_in(page, live_server, "ada")
    page.goto(live_server.url + reverse("admin:editorial_article_change", args=[article.pk]))
    tops = {button.bounding_box()["y"] for button in page.locator(".review-decide .desk-actions .button").all()}
    assert len(tops) == 1
    assert page.locator(".review-decide").bounding_box()["height"] < 130
    assert not page.get_by_label("Reason", exact=True).is_visible()
    page.locator(".decide-why summary").click()
    page.get_by_label("Reason", exact=True).fill("Promotion.")
    page.get_by_role("button", name="Reject").click()
    page.get_by_text("was rejected").wait_for()


def test_a_source_is_changed_on_an_accessible_page(browser_page, live_server, ada):
    imported(more='source_pattern: "River Notes"\n')
    page = browser_page
    log_in(page, live_server, "ada")
    page.goto(live_server.url + reverse("admin:editorial_source_change", args=[Source.objects.get().pk]))
    assert_accessible(page)


def test_logging_in_has_a_heading(browser_page, live_server):
    page = browser_page
    page.goto(live_server.url + reverse("admin:login"))
    page.get_by_role("heading", name="Log in", level=1).wait_for()
    assert_accessible(page)
    assert not too_small(page)
