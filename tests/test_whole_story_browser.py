"""A day at the desk in a real browser, with two people: a delivered file, readers, a correction, the end."""

import pytest

from editorial.models import Article, Event

from .test_desk_browser import log_in
from .texts import BODY, file_text

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HIDDEN = "\u200b"
FLAWED = BODY.replace("nest at", f"nest{HIDDEN} at")


@pytest.fixture
def pages(browser_page, chromium):
    """Two people, each with a browser of their own."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    yield browser_page, context.new_page()
    context.close()


def test_two_people_take_an_article_from_delivery_to_retraction(pages, live_server, ada, bea, settings, tmp_path):
    settings.FOUR_EYES = True
    hers, other = pages
    file = tmp_path / "herons.md"
    file.write_bytes(file_text(body=FLAWED))
    log_in(hers, live_server, "ada")
    log_in(other, live_server, "bea")
    import_by_upload(hers, live_server, file)
    public = f"{live_server.url}/articles/herons-return/"

    # Bea takes the next one, lets the machine fix what it can, and corrects the title.
    other.goto(f"{live_server.url}/admin/")
    other.get_by_role("button", name="Review next").click()
    other.get_by_text("Reserved for you until").wait_for()
    other.get_by_role("link", name="Safe fixes and suggestions").click()
    other.get_by_role("button", name="Apply safe fixes").click()
    other.get_by_text("The safe fixes were applied: revision 2.").wait_for()
    other.get_by_label("Title:").fill("Herons are back at the weir")
    other.get_by_role("button", name="Save as a new revision").click()
    other.get_by_text("Saved as revision 3.").wait_for()
    other.get_by_role("button", name="Start review").click()
    other.get_by_text("was put in review").wait_for()
    other.get_by_text("somebody else has to approve it").first.wait_for()
    assert other.goto(public).status == 404

    # Ada is the second person.
    approve(hers, live_server)
    assert hers.goto(public).status == 200
    hers.get_by_role("heading", name="Herons are back at the weir", level=1).wait_for()
    assert HIDDEN not in hers.content()

    # A correction reaches readers with its approval, and says so.
    desk = live_server.url + Article.objects.get().get_desk_url()
    other.goto(desk)
    other.get_by_label("Title:").fill("Herons return to nest")
    other.get_by_role("button", name="Save as a new revision").click()
    other.get_by_text("Saved as revision 4.").wait_for()
    hers.goto(public)
    hers.get_by_role("heading", name="Herons are back at the weir", level=1).wait_for()
    approve(hers, live_server, note="The title said too much.")
    hers.goto(public)
    hers.get_by_role("heading", name="Herons return to nest", level=1).wait_for()
    assert hers.get_by_text("The title said too much.").count()

    # And it is taken back.
    hers.goto(desk)
    hers.get_by_text("Reason and note to readers").click()
    hers.get_by_label("Reason", exact=True).fill("The survey was withdrawn.")
    hers.get_by_label("Note to readers").fill("The survey that this was about was withdrawn.")
    hers.get_by_role("button", name="Retract").click()
    hers.get_by_text("was retracted").wait_for()
    hers.console_errors.clear()
    assert hers.goto(public).status == 410
    hers.get_by_text("The survey that this was about was withdrawn.").wait_for()
    hers.console_errors.clear()  # the browser tells of the 410 as an error

    done = ["import", "fix", "correct", "start_review", "approve", "correct", "approve", "retract"]
    told = list(Event.objects.order_by("id").values_list("action", flat=True))
    assert [action for action in told if action in done] == done


def import_by_upload(page, live_server, file):
    page.goto(f"{live_server.url}/admin/editorial/article/import/")
    page.get_by_label("Markdown files").set_input_files(file)
    page.get_by_role("button", name="Upload and look").click()
    page.get_by_role("button", name="Import the ticked files").click()
    page.get_by_role("link", name="Herons return").wait_for()


def approve(page, live_server, note=""):
    page.goto(f"{live_server.url}/admin/editorial/article/{Article.objects.get().pk}/approve/")
    if page.get_by_label("I have read these stories").count():
        page.get_by_label("I have read these stories").check()
    for question in ("Did you check the facts?", "Did you open the sources?"):
        page.get_by_role("group", name=question).get_by_label("Yes").check()
    if note:
        page.get_by_label("Note to readers").fill(note)
    page.get_by_role("button", name="Approve and publish").click()
    page.get_by_text("was approved and published").wait_for()
