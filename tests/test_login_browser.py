"""Signing in with a second factor in a real browser, with and without scripts, light and dark, also on a phone."""

import pytest
from django.urls import reverse

from editorial.access import second_factor

from .authenticator import code_of, wrong_code_of
from .conftest import assert_accessible
from .test_desk_browser import log_in
from .test_second_factor import enrolled, waited

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_publisher_sets_up_a_second_factor_and_signs_in_with_it(scheme, browser_page, live_server, ada, settings):
    settings.SECOND_FACTOR = "publishers"
    page = browser_page
    page.emulate_media(color_scheme=scheme)
    log_in(page, live_server, "ada")
    page.get_by_role("heading", name="Set up a second factor").wait_for()
    page.get_by_role("img", name="QR code with the key").wait_for()
    assert_accessible(page)
    page.get_by_label("Code of the app").fill(code_of(ada))
    page.get_by_label("Password").fill("ada-password")
    page.get_by_role("button", name="Take it into use").click()

    page.get_by_role("heading", name="Your recovery codes").wait_for()
    recovery = page.locator(".security-codes code").first.inner_text()
    assert_accessible(page)
    page.get_by_role("link", name="I have kept them, go on").click()
    page.get_by_role("link", name="Signing in").click()
    page.get_by_text("10 recovery codes left").wait_for()
    assert_accessible(page)
    page.get_by_role("button", name="Log out").click()

    log_in(page, live_server, "ada")
    code = page.get_by_label("Code of your app")
    assert code.evaluate("field => field === document.activeElement")
    assert_accessible(page)
    code.fill(recovery)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("link", name="Signing in").click()
    page.get_by_text("9 recovery codes left").wait_for()
    page.get_by_role("link", name="Switch it off").click()
    assert_accessible(page)
    page.get_by_role("link", name="Leave it as it is").click()
    page.get_by_role("button", name="Sign out everywhere").click()
    page.get_by_label("Username").wait_for()


@pytest.mark.parametrize("width", [1280, 390])
def test_a_wrong_code_is_told_where_it_was_typed(width, browser_page, live_server, bea):
    enrolled(bea)
    page = browser_page
    page.set_viewport_size({"width": width, "height": 800})
    log_in(page, live_server, "bea")
    page.get_by_label("Code of your app").fill(wrong_code_of(bea))
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("alert").wait_for()
    assert "This code is not right" in page.get_by_role("alert").inner_text()
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    waited(bea)
    page.get_by_label("Code of your app").fill(code_of(bea))
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Log out").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_who_is_locked_out_is_told_for_how_long(scheme, browser_page, live_server, bea, settings):
    settings.AXES_FAILURE_LIMIT = 1
    page = browser_page
    page.emulate_media(color_scheme=scheme)
    page.goto(live_server.url + reverse("admin:login"))
    page.get_by_label("Username").fill("bea")
    page.get_by_label("Password").fill("guessed")
    page.get_by_role("button", name="Log in").click()
    page.get_by_text("Wait 15 minutes").wait_for()
    page.console_errors[:] = [error for error in page.console_errors if "429" not in error]  # the answer's status
    assert_accessible(page)


def test_it_all_works_without_javascript(chromium, live_server, bea):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    log_in(page, live_server, "bea")
    page.goto(live_server.url + reverse("admin:second_factor"))
    page.get_by_label("Code of the app").fill(code_of(bea))
    page.get_by_label("Password").fill("bea-password")
    page.get_by_role("button", name="Take it into use").click()
    page.get_by_role("link", name="I have kept them, go on").click()
    page.get_by_role("button", name="Log out").wait_for()
    context.close()
    assert second_factor.is_on(bea)
