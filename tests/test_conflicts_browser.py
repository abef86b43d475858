"""The page where a conflict is solved, in a real browser: by keyboard alone, without script, on a phone, by axe."""

import pytest

from editorial.models import Origin

from .conftest import assert_accessible
from .test_conflicts import fresh, in_conflict
from .test_desk_browser import log_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def open_conflict(page, live_server, article, name="ada"):
    log_in(page, live_server, name)
    page.goto(f"{live_server.url}/admin/editorial/article/{article.pk}/conflict/")


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def said(page, words):
    """Wait until a screen reader was told so."""
    page.locator("#conflict-said").filter(has_text=words).wait_for(state="attached")


def focus_of(page):
    return page.evaluate("document.activeElement.closest('.conflict')?.dataset.label ?? document.activeElement.value")


def tab_to(page, value):
    """Press Tab until the button of that name has the focus."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.value") == value:
            return
    pytest.fail(f"no way to “{value}” by Tab")


def test_an_editor_solves_a_conflict_by_keyboard_alone(browser_page, live_server, ada):
    article = in_conflict(ada)
    page = browser_page
    open_conflict(page, live_server, article)
    press(page, "n")
    assert focus_of(page) == "Conflict 1 of 3: Title"
    press(page, "2")
    said(page, "Conflict 1 of 3: Title: Newer generated text. 1 of 3 decided.")
    press(page, "4")
    said(page, "There is no such text to pick here.")
    press(page, "j", "j", "j")
    said(page, "This is the last conflict.")
    press(page, "k")
    assert focus_of(page).startswith("Conflict 2 of 3: Text under")
    press(page, "4")
    said(page, "Both put together. 2 of 3 decided.")
    press(page, "n", "2", "e")
    page.keyboard.press("End")
    page.keyboard.type(", in 1 or 2 years")
    press(page, "Escape")
    assert focus_of(page).startswith("Conflict 3 of 3: Text under")
    assert page.locator("#conflict-count").inner_text() == "3 of 3 decided"
    tab_to(page, "Preview")
    press(page, "Enter")
    page.get_by_role("heading", name="Preview, not saved").wait_for()
    page.locator("#preview:focus").wait_for()
    assert page.get_by_role("listitem").filter(has_text="The water is clean again, in 1 or 2 years").count() == 1
    tab_to(page, "Save the result")
    press(page, "Enter")
    page.get_by_text("Saved as revision 3, made of both texts.").wait_for()
    revision = fresh(article).current
    assert (revision.title, revision.origin) == ("Herons, anew", Origin.MERGE)
    assert "A survey counted two nests in May." in revision.body
    assert "- The water is clean again, in 1 or 2 years\n" in revision.body


def test_what_is_missing_is_announced_and_reached_by_its_link(browser_page, live_server, ada):
    page = browser_page
    open_conflict(page, live_server, in_conflict(ada))
    press(page, "n", "1")
    tab_to(page, "Save the result")
    press(page, "Enter")
    page.get_by_role("alert").filter(has_text="Nothing was saved.").wait_for()
    page.locator("[role=alert]:focus").wait_for()
    assert_accessible(page)
    press(page, "Tab", "Enter")
    page.locator("#conflict-2:focus").wait_for()
    assert page.get_by_role("radio", checked=True).count() == 1


def test_keys_are_explained_and_can_be_switched_off_for_good(browser_page, live_server, ada):
    page = browser_page
    open_conflict(page, live_server, in_conflict(ada))
    press(page, "?")
    page.get_by_role("dialog", name="Keys on this page").wait_for()
    assert_accessible(page)
    press(page, "1")
    page.get_by_label("Use these keys").uncheck()
    press(page, "Escape", "n", "1")
    assert page.get_by_role("radio", checked=True).count() == 0
    page.reload()
    press(page, "n", "1")
    assert page.get_by_role("radio", checked=True).count() == 0
    page.get_by_role("button", name="Keys (?)").click()
    page.get_by_label("Use these keys").check()
    page.get_by_role("button", name="Close").click()
    press(page, "n", "1")
    assert page.get_by_role("radio", checked=True).count() == 1


def test_typing_picks_ones_own_text_and_what_is_left_out_on_purpose_is_not_asked_about(browser_page, live_server, ada):
    article = in_conflict(ada)
    page = browser_page
    open_conflict(page, live_server, article)
    box = page.get_by_label("My own text for conflict 1: Title")
    box.fill("Mine, with n, 1 and ?")
    assert page.get_by_role("radio", name="My own text").first.is_checked()
    for number in range(3):
        page.locator(".conflict").nth(number).get_by_role("radio", name="The desk's text").check()
    assert box.input_value() == "Mine, with n, 1 and ?"
    page.get_by_role("button", name="Save the result").click()
    page.get_by_text("Saved as revision 3").wait_for()
    assert fresh(article).title == "Herons, corrected"


def test_leaving_with_choices_that_are_not_saved_is_asked_about(browser_page, live_server, ada):
    page = browser_page
    open_conflict(page, live_server, in_conflict(ada))
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_role("radio", name="The desk's text").first.click()
    page.get_by_role("link", name="take or dismiss the newer text as a whole").click()
    page.wait_for_timeout(200)
    assert asked == ["beforeunload"]
    assert page.get_by_role("radio", checked=True).count() == 1


@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_is_accessible_and_fits_the_window_in_light_and_in_dark(width, browser_page, live_server, ada):
    page = browser_page
    page.set_viewport_size({"width": width, "height": 844})
    open_conflict(page, live_server, in_conflict(ada, excerpt="Newer excerpt."))
    page.get_by_role("radio", name="Newer generated text").first.check()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        with page.expect_navigation():
            page.get_by_role("button", name="Preview").click()
        for summary in page.locator("summary").all():
            summary.click()
        assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_what_has_the_focus_is_not_hidden_by_the_bar(browser_page, live_server, ada):
    page = browser_page
    page.set_viewport_size({"width": 1280, "height": 500})
    open_conflict(page, live_server, in_conflict(ada))
    bar = page.locator(".conflict-bar")
    for _ in range(25):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('.conflict-bar') !== null"):
            break
        if page.evaluate("document.activeElement.matches('.conflict input, .conflict textarea')"):
            box = page.evaluate("document.activeElement.getBoundingClientRect().top")
            assert box < bar.bounding_box()["y"]
    else:
        pytest.fail("Tab never came to the bar")


def test_without_script_the_page_is_a_plain_form(chromium, live_server, ada):
    article = in_conflict(ada)
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    open_conflict(page, live_server, article)
    assert not page.get_by_role("button", name="Keys (?)").is_visible()
    page.get_by_role("button", name="Save the result").click()
    page.get_by_text("Nothing was saved.").wait_for()
    for number, side in enumerate(("My own text", "Both put together", "Newer generated text")):
        page.locator(".conflict").nth(number).get_by_role("radio", name=side).check()
    page.get_by_label("My own text for conflict 1: Title").fill("Herons, by hand")
    page.get_by_role("button", name="Preview").click()
    page.get_by_text("Herons, by hand", exact=True).wait_for()
    page.get_by_role("button", name="Save the result").click()
    page.get_by_text("Saved as revision 3").wait_for()
    context.close()
    assert fresh(article).title == "Herons, by hand"
