"""An upload in a real browser: dropped files, a plan, slices that follow each other, the result, the queue."""

import pytest

from editorial import drafts
from editorial.models import Article, HeldFile

from .conftest import assert_accessible
from .test_desk_browser import log_in
from .test_held_files import apostrophe
from .test_upload import zipped
from .texts import APOSTROPHE, BODY, file_text, imported

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DROP = """([files, target]) => {
    const transfer = new DataTransfer();
    for (const [name, text] of files) transfer.items.add(new File([text], name));
    for (const name of ["dragenter", "dragover", "drop"])
        target.dispatchEvent(new DragEvent(name, {dataTransfer: transfer, bubbles: true, cancelable: true}));
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_files_are_dropped_looked_at_imported_and_a_broken_one_is_repaired(scheme, browser_page, live_server, ada):
    imported()
    page = browser_page
    page.emulate_media(color_scheme=scheme)
    log_in(page, live_server, "ada")
    page.goto(f"{live_server.url}/admin/editorial/article/import/")
    assert_accessible(page)

    newer = file_text(title="Herons are back", body=BODY.replace("Two nests were", "Three nests were"))
    files = {
        "newer.md": newer,
        "bad.md": APOSTROPHE,
        "other.md": file_text(slug="other", title="Storks"),
        "junk.md": b"x",
    }
    drop = page.query_selector("[data-drop]")
    page.evaluate(DROP, [[[name, data.decode()] for name, data in files.items()], drop])
    page.get_by_text("4 files, 2 kB").wait_for()
    page.get_by_role("button", name="Upload and look").click()

    page.get_by_role("heading", name="What would be imported").wait_for()
    assert_accessible(page)
    page.get_by_role("checkbox", name="other.md").uncheck()
    page.get_by_role("button", name="1 updated").click()
    page.get_by_text("3 of 4 ticked").wait_for()
    page.get_by_role("link", name="Look at newer.md").click()
    page.get_by_text("Three", exact=True).wait_for()
    assert_accessible(page)
    page.get_by_role("link", name="Back to the plan").click()
    page.get_by_role("link", name="Look at bad.md").click()
    page.get_by_role("heading", name="The proposed repair").wait_for()
    assert_accessible(page)
    page.get_by_role("link", name="Back to the plan").click()
    page.get_by_role("button", name="Import the ticked files").click()

    page.get_by_role("heading", name="What was imported").wait_for()
    assert_accessible(page)
    assert sorted(Article.objects.values_list("title", flat=True)) == ["Herons are back"]
    page.get_by_role("link", name="Settle bad.md").click()
    page.get_by_role("button", name="Accept repair").wait_for()
    assert_accessible(page)
    page.get_by_role("button", name="Accept repair").click()
    page.get_by_text("The file bad.md was taken in").wait_for()
    assert_accessible(page)

    page.get_by_role("link", name="junk.md").click()
    page.get_by_label("The whole file").fill(APOSTROPHE.decode())
    page.get_by_role("button", name="Try again").click()
    page.get_by_text("What you typed is kept below").wait_for()
    assert_accessible(page)
    page.get_by_label("The whole file").fill(file_text(slug="junk", title="By hand").decode())
    page.get_by_role("button", name="Try again").click()
    page.get_by_text("The file junk.md was taken in").wait_for()
    assert Article.objects.filter(title="By hand").exists()


def test_a_large_zip_goes_on_by_itself_and_its_repairs_are_accepted_together(
    browser_page, live_server, ada, tmp_path, monkeypatch
):
    monkeypatch.setattr(drafts, "SLICE_FILES", 4)
    files = [(f"{n:02}.md", file_text(slug=f"h-{n}", title=f"H {n}")) for n in range(24)]
    archive = tmp_path / "run.zip"
    archive.write_bytes(zipped(*files, *[(f"bad-{n}.md", apostrophe(n)) for n in range(3)]))
    page = browser_page
    log_in(page, live_server, "ada")
    page.goto(f"{live_server.url}/admin/editorial/article/import/")
    page.get_by_label("Markdown files, or one zip").set_input_files(archive)
    page.get_by_text("run.zip, ").wait_for()
    page.get_by_role("button", name="Upload and look").click()
    page.get_by_role("heading", name="What would be imported").wait_for()
    page.get_by_role("button", name="Import the ticked files").click()
    page.get_by_role("heading", name="What was imported").wait_for()
    assert Article.objects.count() == 24

    held = HeldFile.objects.first()
    page.goto(f"{live_server.url}/admin/editorial/heldfile/{held.pk}/change/")
    page.get_by_role("link", name="Accept for all 3 files with this cause").click()
    assert_accessible(page)
    page.get_by_role("button", name="Accept all 3").click()
    page.get_by_text("3 files were taken in").wait_for()
    assert Article.objects.count() == 27


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_progress_page_is_accessible_and_stops_with_a_sentence(scheme, browser_page, live_server, ada, monkeypatch):
    monkeypatch.setattr(drafts, "SLICE_FILES", 1)
    files = [drafts.IncomingFile(f"{n}.md", file_text(slug=f"h-{n}", title=f"H {n}")) for n in range(3)]
    draft = drafts.keep(files, by=ada, origin="upload of run.zip")
    page = browser_page
    page.emulate_media(color_scheme=scheme)
    page.route("**/continue/", lambda route: route.fulfill(status=409, json={"sentence": "Wait a minute."}))
    log_in(page, live_server, "ada")
    page.route("**/import.js", lambda route: route.abort())
    page.goto(f"{live_server.url}/admin/editorial/article/import/{draft.pk}/")
    assert not page.locator("[data-error]").is_visible()
    page.console_errors.clear()  # of the script that was kept away
    page.unroute("**/import.js")
    page.reload()
    page.get_by_text("Wait a minute.").wait_for()
    assert_accessible(page)
    page.console_errors.clear()  # the browser tells of the 409 itself
    page.unroute("**/continue/")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("heading", name="What would be imported").wait_for()


def test_an_upload_works_without_javascript_and_on_a_phone(chromium, live_server, ada, tmp_path, monkeypatch):
    monkeypatch.setattr(drafts, "SLICE_FILES", 1)
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    paths = []
    for n in range(4):
        paths.append(tmp_path / f"a-rather-long-name-of-a-file-that-some-generator-made-{n}.md")
        paths[-1].write_bytes(file_text(slug=f"h-{n}", title=f"H {n}"))
    log_in(page, live_server, "ada")
    page.goto(f"{live_server.url}/admin/editorial/article/import/")
    page.get_by_label("Markdown files").set_input_files(paths)
    page.get_by_role("button", name="Upload and look").click()
    while page.get_by_role("button", name="Continue").count():
        page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Import the ticked files").click()
    while page.get_by_role("button", name="Continue").count():
        page.get_by_role("button", name="Continue").click()
    page.get_by_role("heading", name="What was imported").wait_for()
    assert Article.objects.count() == 4
    context.close()


def test_the_pages_fit_a_phone(browser_page, live_server, ada):
    row = drafts.keep([drafts.IncomingFile(f"{'x' * 90}.md", APOSTROPHE)], by=ada, origin="upload of x.md")
    draft = drafts.advance(row, by=ada)
    drafts.confirm(draft, by=ada)
    page = browser_page
    page.set_viewport_size({"width": 390, "height": 844})
    log_in(page, live_server, "ada")
    desk = f"{live_server.url}/admin/editorial"
    number = draft.files.get().pk
    addresses = [f"article/import/{draft.pk}/files/{number}/", f"article/import/{draft.pk}/", "article/import/"]
    for address in addresses:
        page.goto(f"{desk}/{address}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
    page.goto(f"{desk}/article/import/{draft.pk}/result/")
    page.get_by_role("heading", name="What was imported").wait_for()
    for address in (f"article/import/{draft.pk}/result/", f"heldfile/{HeldFile.objects.get().pk}/change/"):
        page.goto(f"{desk}/{address}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
