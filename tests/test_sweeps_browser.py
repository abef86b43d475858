"""Fixes in a real browser: an article's own, a sweep over many whose slices follow each other, an entry's effect."""

import pytest
from django.urls import reverse

from editorial import sweeping
from editorial.checking import check_all, load_house
from editorial.models import Article, HouseEntry, Origin

from .conftest import assert_accessible
from .test_desk_browser import log_in
from .test_fix_pages import LONG_TITLE, TRACKED
from .texts import bring_in, imported, incoming

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def tagged():
    """Four articles with a tracking parameter and a tag of the house list, checked; the entry of the tag."""
    HouseEntry.objects.create(kind="tracking_parameter", value="utm_*")
    entry = HouseEntry.objects.create(kind="tag_alias", value="birdies", replacement="birds")
    fields = {"body": TRACKED, "hashtags": "#generated #en #birdies"}
    bring_in(*(incoming(f"{n}.md", slug=f"s-{n}", title=f"Title {n}", **fields) for n in range(4)))
    check_all(Article.objects.all(), load_house())
    return entry


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_many_articles_are_planned_looked_at_and_fixed(scheme, browser_page, live_server, ada, tagged, monkeypatch):
    monkeypatch.setattr(sweeping, "SLICE_PLANNED", 1)
    monkeypatch.setattr(sweeping, "SLICE_FIXED", 1)
    page = browser_page
    page.emulate_media(color_scheme=scheme)
    log_in(page, live_server, "ada")
    page.goto(live_server.url + reverse("admin:editorial_sweep_changelist"))
    assert_accessible(page)
    page.get_by_role("button", name="Plan them …").click()

    page.get_by_text("4 articles would get a new revision").wait_for()
    assert_accessible(page)
    page.get_by_role("link", name="See the changes in Title 2").click()
    page.get_by_text("?utm_source=letter").wait_for()
    assert_accessible(page)
    page.get_by_role("link", name="Back to the plan").click()
    page.get_by_role("button", name="Fix 4 articles").click()

    page.get_by_text("4 articles: fixed").wait_for()
    assert_accessible(page)
    assert set(Article.objects.values_list("current__origin", flat=True)) == {Origin.FIX}


def test_without_javascript_a_button_goes_on(chromium, live_server, ada, tagged, monkeypatch):
    monkeypatch.setattr(sweeping, "SLICE_PLANNED", 2)
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    log_in(page, live_server, "ada")
    page.goto(live_server.url + reverse("admin:editorial_sweep_changelist"))
    page.get_by_role("button", name="Plan them …").click()
    page.get_by_text("Looking at the texts: 4 of 4.").wait_for()
    page.get_by_role("button", name="Continue").click()
    page.get_by_text("4 articles would get a new revision").wait_for()
    context.close()
    assert set(Article.objects.values_list("current__origin", flat=True)) == {Origin.GENERATED}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_article_shows_its_fixes_and_a_suggestion_goes_into_the_form(scheme, browser_page, live_server, ada, tagged):
    article = imported(slug="long", title=LONG_TITLE.strip(), body=TRACKED)
    page = browser_page
    page.emulate_media(color_scheme=scheme)
    log_in(page, live_server, "ada")
    page.goto(live_server.url + article.get_desk_url())
    page.get_by_role("link", name="Safe fixes and suggestions").click()
    page.get_by_role("heading", name="Suggestions").wait_for()
    assert_accessible(page)
    page.get_by_role("link", name="Put it into the form for title-long").click()
    title = page.get_by_label("Title", exact=False).first
    assert title.input_value() == "The herons of the weir return after the long winter"
    page.go_back()
    page.get_by_role("button", name="Apply safe fixes").click()
    page.get_by_text("The safe fixes were applied: revision 2.").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_entry_of_the_house_list_shows_its_effect_first(scheme, browser_page, live_server, ada, tagged):
    page = browser_page
    page.emulate_media(color_scheme=scheme)
    log_in(page, live_server, "ada")
    page.goto(live_server.url + reverse("admin:editorial_houseentry_changelist"))
    page.get_by_role("link", name="would change 4 articles").click()
    page.get_by_role("button", name="Plan it for all of them").wait_for()
    assert_accessible(page)
    page.get_by_role("button", name="Plan it for all of them").click()
    page.get_by_text("4 articles would get a new revision").wait_for()


def test_the_pages_fit_on_a_phone(browser_page, live_server, ada, tagged):
    page = browser_page
    page.set_viewport_size({"width": 390, "height": 844})
    log_in(page, live_server, "ada")
    article = Article.objects.first()
    sweep = sweeping.begin(sweeping.unapproved(), by=ada, note="A test")
    sweeping.advance(sweep, by=ada)
    for address in (
        reverse("admin:editorial_article_fixes", args=[article.pk]),
        reverse("admin:editorial_sweep_change", args=[sweep.pk]),
        reverse("admin:editorial_sweep_article", args=[sweep.pk, article.pk]),
        reverse("admin:editorial_houseentry_effect", args=[tagged.pk]),
    ):
        page.goto(live_server.url + address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
