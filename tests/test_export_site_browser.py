"""An exported site in a real browser, on a host of files under a path of its own."""

import pytest

from digest.search.words import fold
from digest.static_site import export_site

from .conftest import assert_accessible
from .publications import published, several
from .static_host import StaticHost

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def host(tmp_path, settings):
    settings.PAGE_SIZE = 3
    several(7)
    published("turtle", title="Żółw wraca", language="pl", tags=("żółwie",), excerpt="Wrócił do stawu.")
    export_site(tmp_path / "site", site_url="https://other.example/sub")
    host = StaticHost(tmp_path / "site", "/sub")
    yield host
    host.close()


def test_one_can_walk_the_whole_site_without_a_server(host, browser_page):
    browser_page.goto(f"{host.address}/")
    browser_page.click("text=Older articles")
    assert "/sub/before/" in browser_page.url
    browser_page.click("text=Older articles")
    browser_page.click("text=Newer articles")
    browser_page.click("text=Newer articles")
    assert browser_page.url == f"{host.address}/"
    browser_page.click("article a >> nth=0")
    assert browser_page.locator("h1").inner_text()
    assert browser_page.evaluate("getComputedStyle(document.body).fontFamily") != ""
    browser_page.click("header.masthead a[href*='archive/']")
    browser_page.click("main a[href*='2026/04/']")
    assert_accessible(browser_page)
    assert host.missing == []


def test_a_search_finds_articles_in_the_browser(host, browser_page):
    browser_page.goto(f"{host.address}/search/?q=zolw")
    hit = browser_page.locator(".hit a")
    assert hit.inner_text() == "Żółw wraca"
    assert_accessible(browser_page)
    hit.click()
    assert browser_page.url == f"{host.address}/articles/turtle/"
    browser_page.go_back()
    for query, count in [("heron", 8), ("heron -tag:zolwie", 7), ("tag:zolwie lang:pl", 1), ("before:2026-03-30", 3)]:
        browser_page.fill("#search_q", query)
        browser_page.click("form.search button")
        browser_page.wait_for_function("n => document.querySelectorAll('.hit').length === n", arg=count)
    browser_page.fill("#search_q", "nosuchword")
    browser_page.keyboard.press("Enter")
    assert browser_page.wait_for_selector("text=Nothing was found.")
    host.missing.clear()


def test_the_browser_folds_letters_as_the_index_does(host, browser_page):
    letters = "".join(chr(code) for code in range(0x20, 0x2000) if chr(code).isalpha())
    browser_page.goto(f"{host.address}/search/")
    path = browser_page.locator("script[src$='search_in_browser.js']").get_attribute("src")
    folded = browser_page.evaluate(
        "async ([path, letters]) => { const { fold } = await import(new URL(path, location.href)); "
        "return [...letters].map(fold) }",
        [path, letters],
    )
    latin = [(letter, found) for letter, found in zip(letters, folded, strict=True) if ord(letter) < 0x250]
    assert [(letter, found) for letter, found in latin if found != fold(letter)] == []
