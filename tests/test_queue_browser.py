"""The front page and the queue in a real browser: with the keyboard alone, at three widths, light and dark."""

import pytest

from editorial.models import Article, Event, Hold
from editorial.reserving import reserve, take_over

from .conftest import assert_accessible
from .test_desk_browser import log_in
from .test_queue import change, desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
QUEUE = "/admin/editorial/article/queue/"


@pytest.fixture
def full(ada, bea):
    rows = desk(*(f"story-{number}" for number in range(8)), more='source_pattern: "River Notes"\n')
    change(rows[0], block_count=2, priority=2, assignee=bea)
    change(rows[1], warn_count=1, due="2026-01-01")
    reserve(rows[2], by=ada)
    reserve(rows[3], by=bea)
    return rows


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280, 1920])
def test_front_page_and_queue_are_accessible_and_fit(width, scheme, browser_page, live_server, ada, full):
    page = browser_page
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    log_in(page, live_server, "ada")
    for address in ("/admin/", QUEUE, f"{QUEUE}?state=new&severity=warn", f"{QUEUE}?tag=nothing"):
        page.goto(live_server.url + address)
        for details in page.locator("#content details").all():
            details.locator("summary").click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        assert_accessible(page)


def tab_to(page, name, *, most=80):
    """Press Tab until what has this accessible name has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        found = page.evaluate(
            "() => { const e = document.activeElement;"
            " const of = e.getAttribute('aria-labelledby');"
            " const label = of ? document.getElementById(of) : e.labels && e.labels[0];"
            " return (e.getAttribute('aria-label') || (label || e).textContent || e.value).trim(); }"
        )
        if found == name:
            return
    raise AssertionError(f"Tab never reached “{name}”")


def test_the_next_article_is_taken_and_given_back_by_keys_alone(browser_page, live_server, bea, full):
    page = browser_page
    log_in(page, live_server, "bea")
    tab_to(page, "Review next")
    page.keyboard.press("Enter")
    page.get_by_text("Reserved for you until").wait_for()
    assert Hold.objects.filter(by=bea).count() == 2
    assert_accessible(page)
    tab_to(page, "Give it back")
    page.keyboard.press("Enter")
    page.get_by_text("Anybody can take it now.").wait_for()
    assert Hold.objects.filter(by=bea).count() == 1


def test_articles_are_ticked_and_assigned_by_keys_alone(browser_page, live_server, bea, full):
    page = browser_page
    log_in(page, live_server, "bea")
    page.goto(live_server.url + QUEUE)
    tab_to(page, "Tick all articles of this page")
    page.keyboard.press("Space")
    page.get_by_text("With 8 ticked articles:").wait_for()
    tab_to(page, "Story-0", most=3)
    page.keyboard.press("Space")
    page.get_by_text("With 7 ticked articles:").wait_for()
    tab_to(page, "Assign to")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("7 articles were assigned.").wait_for()
    assert Article.objects.filter(assignee=bea).count() == 8
    assert Event.objects.filter(action="assign").count() == 7


def test_filters_are_set_kept_under_a_name_and_found_again(browser_page, live_server, bea, full):
    page = browser_page
    log_in(page, live_server, "bea")
    page.goto(live_server.url + QUEUE)
    page.get_by_text("Filters", exact=True).click()
    page.get_by_label("Severity").select_option("block")
    page.get_by_role("button", name="Show these").click()
    page.wait_for_url(f"**{QUEUE}?severity=block")
    assert page.get_by_role("rowheader").count() == 1
    page.get_by_label("Keep the filters").fill("Blocked")
    page.get_by_role("button", name="Save view").click()
    page.get_by_text("Saved as “Blocked”").wait_for()
    page.goto(live_server.url + QUEUE)
    page.get_by_role("link", name="Blocked", exact=True).click()
    page.wait_for_url(f"**{QUEUE}?severity=block")
    page.get_by_role("button", name="Remove the view “Blocked”").click()
    page.get_by_text("The view was removed.").wait_for()
    page.get_by_role("link", name="Severity:").click()
    page.wait_for_url(f"**{QUEUE}")


def test_who_works_keeps_the_article_and_is_told_when_somebody_takes_it(browser_page, live_server, ada, bea, full):
    page = browser_page
    log_in(page, live_server, "bea")
    page.clock.install()
    page.goto(live_server.url + full[3].get_desk_url())
    before = Hold.objects.get(article=full[3]).until
    page.clock.fast_forward(61_000)
    with page.expect_response(lambda answer: answer.url.endswith("/hold/")) as answer:
        page.keyboard.press("Shift")
    assert answer.value.status == 200
    assert Hold.objects.get(article=full[3]).until > before
    take_over(full[3], by=ada, seen=bea.pk)
    page.clock.fast_forward(61_000)
    page.keyboard.press("Shift")
    page.get_by_text("Ada Lis has this article until").wait_for()
    page.console_errors.clear()  # the browser itself reports the 409


def test_taking_over_warns_first(browser_page, live_server, bea, full):
    page = browser_page
    log_in(page, live_server, "bea")
    page.goto(live_server.url + full[2].get_desk_url())
    page.get_by_text("Ada Lis has this until").wait_for()
    page.get_by_role("link", name="Take over …").click()
    page.get_by_text("Better ask them first.").wait_for()
    assert_accessible(page)
    page.get_by_role("button", name="Take it over").click()
    page.get_by_text("You have it now").wait_for()
    assert Hold.objects.get(article=full[2]).by == bea


def test_the_queue_works_without_script(chromium, live_server, bea, full):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    log_in(page, live_server, "bea")
    page.goto(live_server.url + QUEUE)
    page.get_by_label("Story-5", exact=True).check()
    page.get_by_label("Priority", exact=True).last.select_option("2")
    page.get_by_role("button", name="Set the priority").click()
    assert page.get_by_text("1 article was given the priority “urgent”.").is_visible()
    page.get_by_role("button", name="Review next").click()
    assert page.get_by_text("Reserved for you until").is_visible()
    context.close()
