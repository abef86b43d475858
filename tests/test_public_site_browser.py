"""The public site in a real browser: accessible, of the right width, without JavaScript, nothing refused."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from .publications import published

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PATHS = ["/", "/pl/", "/articles/everything/", "/tags/birds/", "/no/such/page"]
BODY = """## A first story

**TLDR:** A text with all that a text can have, and `some_code_that_is_too_long_for_a_phone_to_show_in_one_line()`.

**Key takeaways:**
- one
- two
  - nested

| Engine | Reads | Notes |
|:--|--:|---|
| SQLite | 1,234 | a_very_long_identifier_without_any_space_in_it_at_all_to_make_this_wide |

```
a line of code that goes on and on and on and on and on and on and on and on and on and on and on and on and on
```

- [x] done

> A quotation.

https://example.org/a/very/long/address/that/goes/on/and/on/and/on/and/on/without/end

---

## A second story

### With a part

**Why do I care?** Because.
"""


@pytest.fixture
def site(live_server):
    published("everything", title="All that a text can have: Donaudampfschifffahrtsgesellschaft", body=BODY)
    published("polski", language="pl", title="Żółw i zając", tags=["birds", "żółw"])
    return live_server.url


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(site, browser_page, scheme):
    browser_page.emulate_media(color_scheme=scheme)
    for path in PATHS:
        browser_page.goto(site + path)
        results = Axe().run(browser_page, options={"rules": {"target-size": {"enabled": True}}})
        assert results.violations_count == 0, f"{path}: {results.generate_report()}"
        if path == "/no/such/page":  # the 404 that was asked for is an error to the console
            browser_page.console_errors[:] = [each for each in browser_page.console_errors if "404" not in each]


def test_no_page_scrolls_sideways(site, browser_page):
    for path in PATHS[:-1]:
        browser_page.goto(site + path)
        for width in (320, 390, 1280):
            browser_page.set_viewport_size({"width": width, "height": 800})
            assert browser_page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_dark_and_light_follow_the_readers_preference(site, browser_page):
    browser_page.goto(site)
    colours = []
    for scheme in ("light", "dark"):
        browser_page.emulate_media(color_scheme=scheme)
        colours.append(browser_page.evaluate("getComputedStyle(document.body).backgroundColor"))
    light, dark = ([int(part) for part in colour[4:-1].split(",")] for colour in colours)
    assert min(light) > 240
    assert max(dark) < 40


def test_lines_of_text_keep_the_measure(site, browser_page):
    browser_page.goto(f"{site}/articles/everything/")
    width, character = browser_page.evaluate(
        """() => { const text = document.querySelector('.text'), probe = document.createElement('span');
        probe.textContent = '0'.repeat(100); probe.style.whiteSpace = 'nowrap'; text.append(probe);
        const measured = probe.getBoundingClientRect().width / 100; probe.remove();
        return [text.getBoundingClientRect().width, measured]; }"""
    )
    assert 55 <= width / character <= 66


def test_the_keyboard_reaches_the_text_first_and_sees_where_it_is(site, browser_page):
    browser_page.goto(f"{site}/articles/everything/")
    browser_page.keyboard.press("Tab")
    skip = browser_page.locator(":focus")
    assert skip.inner_text() == "Skip to the text"
    assert skip.bounding_box()["x"] >= 0
    assert skip.evaluate("element => getComputedStyle(element).outlineStyle") == "solid"
    browser_page.keyboard.press("Enter")
    assert browser_page.evaluate("document.activeElement.id") == "main"


def test_the_print_sheet_drops_what_paper_has_no_use_for(site, browser_page):
    browser_page.goto(f"{site}/articles/everything/")
    browser_page.emulate_media(media="print")
    assert not browser_page.locator(".masthead nav").is_visible()
    assert not browser_page.locator(".piece > footer").is_visible()
    assert browser_page.locator(".disclosure").is_visible()
    assert browser_page.locator("table").is_visible()


def test_an_article_is_found_from_the_front_page_and_leads_to_its_tags(site, browser_page):
    browser_page.goto(site)
    browser_page.get_by_role("link", name="Żółw i zając").click()
    assert browser_page.get_by_role("heading", level=1).inner_text() == "Żółw i zając"
    browser_page.get_by_role("link", name="birds").click()
    assert browser_page.get_by_role("article").count() == 2
    assert browser_page.url == f"{site}/tags/birds/"


def test_a_page_sets_no_cookie_and_asks_nobody_else(site, browser_page):
    asked = []
    browser_page.on("request", lambda request: asked.append(request.url))
    browser_page.goto(f"{site}/articles/everything/")
    assert browser_page.context.cookies() == []
    assert asked
    assert all(url.startswith(site) for url in asked)
