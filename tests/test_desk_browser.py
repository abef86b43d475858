"""The main job in a real browser: import, correct, approve, read, retract."""

import pytest

from editorial.models import Article

from .conftest import assert_accessible
from .texts import file_text, imported

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def log_in(page, live_server, name):
    page.goto(f"{live_server.url}/admin/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(f"{name}-password")
    page.get_by_role("button", name="Log in").click()


def test_an_editor_imports_corrects_approves_and_retracts(browser_page, live_server, ada, tmp_path):
    page = browser_page
    file = tmp_path / "herons.md"
    file.write_bytes(file_text())
    log_in(page, live_server, "ada")

    page.goto(f"{live_server.url}/admin/editorial/article/")
    page.get_by_role("link", name="Import files").click()
    page.get_by_label("Markdown files").set_input_files(file)
    assert_accessible(page)
    page.get_by_role("button", name="Upload and look").click()
    page.get_by_role("button", name="Import the ticked files").click()
    page.get_by_role("link", name="Herons return").click()

    page.get_by_label("Title:").fill("Herons are back")
    page.get_by_role("tab", name="Preview").click()
    page.frame_locator("#preview-frame").get_by_role("heading", name="Herons are back", level=1).wait_for()
    assert_accessible(page)
    page.get_by_role("button", name="Save as a new revision").click()
    page.get_by_text("Saved as revision 2.").wait_for()

    page.get_by_role("button", name="Start review").click()
    page.get_by_text("was put in review").wait_for()
    page.get_by_role("button", name="Approve and publish").click()
    page.get_by_text("Stories that nobody has decided on yet").wait_for()
    assert_accessible(page)
    page.get_by_label("I have read these stories").check()
    for question in ("Did you check the facts?", "Did you open the sources?"):
        page.get_by_role("group", name=question).get_by_label("Yes").check()
    page.get_by_role("button", name="Approve and publish").click()
    page.get_by_text("was approved and published").wait_for()
    assert_accessible(page)

    page.get_by_role("tab", name="History").click()
    page.get_by_role("link", name="The public page").click()
    page.get_by_role("heading", name="Herons are back", level=1).wait_for()
    assert page.get_by_role("listitem").filter(has_text="Two nests were counted").count() == 1
    page.go_back()

    page.get_by_role("button", name="Retract").click()
    page.get_by_text("needs a reason").wait_for()
    assert_accessible(page)
    page.get_by_label("Reason").fill("The survey was withdrawn.")
    page.get_by_role("button", name="Retract").click()
    page.get_by_text("was retracted").wait_for()
    assert Article.objects.get().status == "retracted"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_list_and_the_log_are_accessible(scheme, browser_page, live_server, ada):
    imported(more='source_pattern: "River Notes"\n')
    page = browser_page
    page.emulate_media(color_scheme=scheme)
    log_in(page, live_server, "ada")
    for address in ("article/", "article/1/", "event/", "batch/"):
        pk = Article.objects.get().pk
        page.goto(f"{live_server.url}/admin/editorial/{address.replace('1', str(pk))}")
        assert_accessible(page)


def test_the_change_page_is_one_usable_column_on_a_phone(browser_page, live_server, ada):
    article = imported()
    page = browser_page
    page.set_viewport_size({"width": 390, "height": 844})
    log_in(page, live_server, "ada")
    page.goto(live_server.url + article.get_desk_url())
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
