"""The review page in a real browser: typing, keeping, losing the network and the session, two people, keys."""

import re

import pytest

from digest.models import Publication
from editorial.checking import check
from editorial.models import Article, DeskSession, HouseEntry, Preference, Reading, Waiver, WorkingCopy
from editorial.workflow import Action

from .conftest import assert_accessible
from .test_desk_browser import log_in
from .texts import BODY, act, imported

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG = "".join(f"\n## Story {number}\n\nA bird came back, and {number} more.\n" for number in range(60))  # it scrolls
FOUND = BODY.replace("Two nests were counted", "It is important to note that two nests were counted")


def open_article(page, live_server, name="ada", **fields):
    """The review page of a fresh article, which somebody has in review, with its editor ready."""
    article = Article.objects.first() or imported(**fields)
    check([article.pk])
    log_in(page, live_server, name)
    show(page, live_server, article)
    return article


def show(page, live_server, article):
    page.goto(live_server.url + article.get_desk_url())
    page.get_by_role("textbox", name="Working text").wait_for()


def write(page, words):
    """Type at the end of the working text."""
    page.get_by_role("textbox", name="Working text").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(words)


def body_of(page):
    return page.evaluate("document.getElementById('id_body').value")


def kept(page):
    page.locator("#draft-state", has_text=re.compile(r"Draft kept \d")).wait_for()


def test_what_is_typed_is_kept_within_five_seconds_and_is_there_after_a_crash(browser_page, live_server, ada):
    page = browser_page
    article = open_article(page, live_server)
    write(page, "Herons wade.")
    kept(page)
    assert WorkingCopy.objects.get().fields["body"].endswith("Herons wade.")
    crashed = page.context.new_page()
    page.close(run_before_unload=False)
    show(crashed, live_server, article)
    assert body_of(crashed).endswith("Herons wade.")
    crashed.get_by_text("have not saved as a revision").wait_for()
    assert_after(crashed, live_server, article)


def test_one_can_type_while_the_rest_of_the_page_still_comes_and_that_is_kept_too(browser_page, live_server, ada):
    page, held = browser_page, []
    article = imported()
    log_in(page, live_server, "ada")
    page.context.route("**/review-*.js", lambda route: held.append(route))
    page.goto(live_server.url + article.get_desk_url(), wait_until="commit")
    write(page, "Herons wade.")
    assert page.evaluate("document.readyState") != "complete"
    for script in held:
        script.continue_()
    kept(page)
    assert WorkingCopy.objects.get().fields["body"].endswith("Herons wade.")


def assert_after(page, live_server, article):
    page.get_by_role("button", name="Save as a new revision").click()
    page.get_by_text("Saved as revision 2.").wait_for()
    assert not WorkingCopy.objects.exists()
    assert Article.objects.get().current.body.endswith("Herons wade.\n")


def test_typing_goes_on_while_the_network_is_cut_and_the_text_is_kept_when_it_is_back(browser_page, live_server, ada):
    page = browser_page
    article = open_article(page, live_server)
    page.context.set_offline(True)
    write(page, "Written without a network.")
    page.get_by_text("No connection. What you type is kept in this browser.").wait_for()
    page.get_by_role("button", name="Save as a new revision").click()
    page.get_by_text("save it when you are back").wait_for()
    assert not WorkingCopy.objects.exists()
    page.context.set_offline(False)
    kept(page)
    assert WorkingCopy.objects.get(article=article).fields["body"].endswith("Written without a network.")
    page.console_errors.clear()  # the browser reports that it was offline


def test_a_text_that_only_this_browser_has_is_there_when_the_page_opens_again(browser_page, live_server, ada):
    page = browser_page
    article = open_article(page, live_server)
    page.context.set_offline(True)
    write(page, "Only here.")
    page.get_by_text("No connection.").wait_for()
    again = page.context.new_page()
    page.close(run_before_unload=False)
    page.context.set_offline(False)
    page.console_errors.clear()
    show(again, live_server, article)
    again.get_by_text("in this browser and have not saved").wait_for()
    assert body_of(again).endswith("Only here.")


def test_a_session_that_ended_is_told_and_the_text_is_there_after_logging_in(browser_page, live_server, ada):
    page = browser_page
    open_article(page, live_server)
    DeskSession.objects.all().delete()
    write(page, "Longer than the session.")
    page.get_by_text("Your session has ended. Nothing is lost").wait_for()
    page.get_by_role("button", name="Log in here").click()
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password").fill("ada-password")
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("textbox", name="Working text").wait_for()
    page.get_by_text("have not saved").wait_for()
    assert body_of(page).endswith("Longer than the session.")
    page.get_by_role("button", name="Save as a new revision").click()
    page.get_by_text("Saved as revision 2.").wait_for()
    page.console_errors.clear()


def test_saving_in_a_session_that_ended_swallows_nothing(browser_page, live_server, ada):
    page = browser_page
    article = open_article(page, live_server)
    write(page, "Not swallowed.")
    DeskSession.objects.all().delete()
    page.get_by_role("button", name="Save as a new revision").click()
    page.get_by_text("Your session has ended. Nothing is lost").wait_for()
    assert body_of(page).endswith("Not swallowed.")
    assert page.url.endswith(article.get_desk_url())
    page.console_errors.clear()


def test_of_two_people_in_two_browsers_the_second_puts_both_texts_together(
    browser_page, chromium, live_server, ada, bea
):
    page = browser_page
    article = open_article(page, live_server, "bea")
    context = chromium.new_context()
    other = context.new_page()
    log_in(other, live_server, "ada")
    show(other, live_server, article)
    page.get_by_label("Title:").fill("Bea's herons")
    write(page, "Bea was here.")
    other.get_by_label("Title:").fill("Ada's herons")
    other.get_by_role("button", name="Save as a new revision").click()
    other.get_by_text("Saved as revision 2.").wait_for()
    context.close()

    write(page, " And again.")
    page.get_by_text("Ada Lis saved revision 2 while you were writing").wait_for()
    page.get_by_role("button", name="Save as a new revision").click()
    page.get_by_role("heading", name="Two people changed").wait_for()
    assert_accessible(page)
    page.get_by_role("radio", name="What you typed").check()
    page.get_by_role("button", name="Save the result").click()
    page.get_by_text("Saved as revision 3, made of both texts.").wait_for()
    article.refresh_from_db()
    assert article.title == "Bea's herons"
    assert article.current.body.rstrip().endswith("Bea was here. And again.")
    assert not WorkingCopy.objects.exists()


def test_the_same_person_in_two_windows_is_asked_which_text_to_go_on_with(browser_page, live_server, ada):
    page = browser_page
    article = open_article(page, live_server)
    second = page.context.new_page()
    show(second, live_server, article)
    write(second, "From the second window.")
    kept(second)
    write(page, "From the first window.")
    page.get_by_text("in another window").wait_for()
    page.get_by_role("button", name="Go on with this text").click()
    kept(page)
    assert WorkingCopy.objects.get().fields["body"].endswith("From the first window.")
    page.console_errors.clear()  # the browser reports the 409


def test_leaving_with_text_that_is_no_revision_asks(browser_page, live_server, ada):
    page = browser_page
    open_article(page, live_server)
    write(page, "Half a sen")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_role("link", name="Articles").first.click()
    page.get_by_role("heading", name="Articles").wait_for()
    assert asked == ["beforeunload"]


def test_a_change_is_taken_back_by_one_click(browser_page, live_server, ada):
    page = browser_page
    article = open_article(page, live_server)
    before = body_of(page)
    write(page, "A change.")
    page.get_by_role("button", name="Take back this change").click()
    assert body_of(page) == before
    page.get_by_role("button", name="Inline").click()
    write(page, "Another.")
    page.get_by_role("button", name="Take back this change").click()
    assert body_of(page) == before
    for layout in ("Inline", "Side by side"):  # and by keys alone
        page.get_by_role("button", name=layout).click()
        write(page, "One more.")
        page.keyboard.press("Alt+u")
        assert body_of(page) == before
    write(page, "The last.")
    page.get_by_role("button", name="Take back this change").press("Enter")
    assert body_of(page) == before
    page.get_by_role("button", name="Inline").click()
    page.wait_for_timeout(300)
    assert Preference.objects.get(person=ada).layout == "inline"
    assert article.revisions.count() == 1


def test_the_preview_is_the_public_page_and_follows_what_is_typed(browser_page, live_server, ada):
    page = browser_page
    article = open_article(page, live_server)
    page.get_by_role("tab", name="Preview").click()
    frame = page.frame_locator("#preview-frame")
    frame.get_by_role("link", name="The survey").wait_for()
    page.get_by_label("Title:").fill("Herons, herons")
    write(page, "A last word.")
    frame.get_by_text("A last word.").wait_for()
    frame.get_by_role("heading", name="Herons, herons", level=1).wait_for()
    page.get_by_role("button", name="Save as a new revision").click()
    page.get_by_text("Saved as revision 2.").wait_for()
    act(article, Action.START_REVIEW, Action.APPROVE, by=ada)
    show(page, live_server, article)
    page.get_by_role("tab", name="Preview").click()
    seen = page.frame_locator("#preview-frame").locator("#preview .text").inner_text()
    public = page.context.new_page()
    public.goto(live_server.url + Publication.objects.get().get_absolute_url())
    assert public.locator(".text").inner_text() == seen


def test_a_click_in_the_preview_leads_to_the_line(browser_page, live_server, ada):
    page = browser_page
    open_article(page, live_server)
    page.get_by_role("tab", name="Preview").click()
    page.frame_locator("#preview-frame").get_by_text("The survey counted two nests").click()
    page.keyboard.press("Home")
    page.keyboard.type("Look: ")
    assert "Look: **Summary:** The survey counted" in body_of(page)


def test_everything_is_done_by_keys(browser_page, live_server, ada):
    page = browser_page
    article = open_article(page, live_server, body=FOUND.replace("1998", "1989"))
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keys on this page").wait_for()
    assert_accessible(page)
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    assert page.evaluate("document.activeElement.className").startswith("finding-card")
    first = page.evaluate("document.activeElement.id")
    page.keyboard.press("n")
    page.keyboard.press("p")
    assert page.evaluate("document.activeElement.id") == first
    page.keyboard.press("w")
    page.keyboard.type("Our house style.")
    page.keyboard.press("Enter")
    page.get_by_text("Waived by Ada Lis: Our house style.").first.wait_for()
    assert Waiver.objects.get().reason == "Our house style."
    assert page.evaluate("document.activeElement !== document.body")
    page.keyboard.press("e")
    page.keyboard.press("Control+End")
    page.keyboard.type("By keys alone.")
    page.keyboard.press("Escape")
    page.keyboard.press("2")
    page.get_by_role("button", name="Inline", pressed=True).wait_for()
    page.keyboard.press("e")
    page.keyboard.press("Control+s")
    page.get_by_text("Saved as revision 2.").wait_for()
    page.wait_for_function("() => document.activeElement.id === 'editor'")  # back where it was
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    assert page.evaluate("document.activeElement.textContent").strip() == "Start review"
    page.keyboard.press("Enter")
    page.get_by_text("was put in review").wait_for()
    page.keyboard.press("t")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "tab"
    article.refresh_from_db()
    assert article.status == "in_review"


def test_a_fix_goes_into_the_text_and_can_be_undone(browser_page, live_server, ada):
    page = browser_page
    HouseEntry.objects.create(kind="tracking_parameter", value="utm_*")
    tracked = BODY.replace("2026/herons)", "2026/herons?utm_source=a)")
    open_article(page, live_server, body=tracked)
    card = page.locator(".finding-card", has_text="link-tracking")
    card.get_by_role("button", name="Fix").click()
    assert "utm_source" not in body_of(page)
    card.get_by_text("Fixed in the text, not saved yet.").wait_for()
    page.get_by_role("textbox", name="Working text").click()
    page.keyboard.press("Control+z")
    assert "utm_source" in body_of(page)


@pytest.mark.parametrize("layout", ["Side by side", "Inline", "Rendered changes", "Preview only"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_layout_is_accessible(layout, scheme, browser_page, live_server, ada):
    page = browser_page
    page.emulate_media(color_scheme=scheme)
    article = open_article(page, live_server, body=FOUND + LONG)
    page.get_by_role("button", name=layout).click()
    assert_accessible(page)
    page.get_by_role("tab", name="History").click()
    assert_accessible(page)
    page.goto(f"{live_server.url}/admin/editorial/article/{article.pk}/compare/")
    assert_accessible(page)


def test_what_changed_since_is_one_step_away_on_a_phone_too(browser_page, live_server, ada):
    page = browser_page
    page.set_viewport_size({"width": 390, "height": 844})
    open_article(page, live_server, body=FOUND + LONG)
    page.get_by_role("link", name="Since generated").click()
    page.get_by_role("heading", name="What changed in", exact=False).first.wait_for()
    assert_accessible(page)


def test_a_source_opens_in_a_window_beside_the_text(browser_page, live_server, ada):
    page = browser_page
    address = f"{live_server.url}/about/"
    open_article(page, live_server, body=BODY.replace("https://notes.example.org/2026/herons", address))
    page.get_by_role("tab", name="Claims").click()
    with page.context.expect_page() as opened:
        page.locator("a[target=source]").first.click()
    opened.value.wait_for_load_state()
    assert opened.value.evaluate("outerWidth") < page.evaluate("screen.availWidth")
    assert opened.value.evaluate("opener === null")


@pytest.mark.parametrize("width", [390, 1280, 1920])
def test_the_page_fits_its_window(width, browser_page, live_server, ada):
    page = browser_page
    page.set_viewport_size({"width": width, "height": 900})
    open_article(page, live_server, body=FOUND)
    for layout in ("Inline", "Rendered changes", "Preview only", "Side by side"):
        page.get_by_role("button", name=layout).click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_script_it_is_a_form(chromium, live_server, ada):
    HouseEntry.objects.create(kind="tracking_parameter", value="utm_*")
    article = imported(body=BODY.replace("2026/herons)", "2026/herons?utm_source=a)"))
    check([article.pk])
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    log_in(page, live_server, "ada")
    page.goto(live_server.url + article.get_desk_url())
    page.get_by_label("Body:").fill("A heron, and no script.")
    page.get_by_role("button", name="Inline").click()
    assert page.get_by_label("Body:").input_value() == "A heron, and no script."
    page.get_by_role("button", name="Forget it, show the saved text").click()
    page.get_by_role("button", name="Fix").first.click()
    page.get_by_text("Fixed in the text below.").wait_for()
    assert "utm_source" not in page.get_by_label("Body:").input_value()
    page.get_by_role("button", name="Save as a new revision").click()
    page.get_by_text("Saved as revision 2.").wait_for()
    context.close()


@pytest.mark.parametrize("looks", [True, False])
def test_the_time_that_a_text_was_read_is_noted_and_whether_its_changes_were_looked_at(
    browser_page, live_server, ada, looks
):
    page = browser_page
    article = open_article(page, live_server)
    page.wait_for_timeout(2500)
    if looks:
        page.locator("#editor .cm-content").last.click()
    page.goto(f"{live_server.url}/admin/")
    page.get_by_role("heading", name="The desk").first.wait_for()
    for _ in range(50):
        if Reading.objects.filter(revision=article.current, by=ada, seconds__gte=1):
            break
        page.wait_for_timeout(100)
    reading = Reading.objects.get(revision=article.current, by=ada)
    assert reading.seconds >= 1
    assert reading.diff_opened is looks


def test_tags_are_completed_from_approved_ones(browser_page, live_server, ada):
    act(
        imported(slug="storks", title="Storks", hashtags="#generated #en #wetlands"),
        Action.START_REVIEW,
        Action.APPROVE,
        by=ada,
    )
    article = imported()
    page = browser_page
    log_in(page, live_server, "ada")
    show(page, live_server, article)
    page.get_by_label("Tags:").fill("birds, wet")
    page.get_by_role("option", name="wetlands").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.get_by_label("Tags:").input_value() == "birds, wetlands, "
