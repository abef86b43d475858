"""Links of exported pages: relative, at any depth, and nothing but links is touched."""

import posixpath
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.static_site.links import file_of, linked, moved, newer_page, next_page, path_of, relative

SITE = "https://digest.example.org"
NAMES = st.text("abcż-9%", min_size=1, max_size=4)
PATHS = st.builds(
    lambda parts, slash: "/" + "/".join(parts) + ("/" if slash and parts else ""),
    st.lists(NAMES, max_size=4),
    st.booleans(),
)


@pytest.mark.parametrize(
    ("target", "at", "expected"),
    [
        ("/", "/", "./"),
        ("/tags/", "/", "tags/"),
        ("/", "/tags/", "../"),
        ("/tags/birds/", "/articles/herons/", "../../tags/birds/"),
        ("/feed.rss", "/tags/birds/", "../../feed.rss"),
        ("/articles/herons/#two", "/articles/herons/tldr/", "../#two"),
        ("/search/?q=tag:birds", "/articles/herons/", "../../search/?q=tag:birds"),
        ("/static/site.css", "/feed.rss", "static/site.css"),
    ],
)
def test_a_link_is_told_from_where_the_page_lies(target, at, expected):
    assert relative(target, at) == expected


@given(PATHS, PATHS)
def test_a_relative_link_leads_to_the_same_place(target, at):
    base = at if at.endswith("/") else posixpath.dirname(at).rstrip("/") + "/"
    found = relative(target, at)
    assert not found.startswith("/")
    assert posixpath.normpath(posixpath.join("/x", base[1:], found)) == posixpath.normpath(f"/x{target}")
    assert found.endswith("/") == target.endswith("/")


def test_pages_of_a_list_have_folders_of_their_own():
    assert path_of("/tags/birds/?before=2026-04-02.17") == "/tags/birds/before/2026-04-02.17/"
    assert path_of("/search/?q=before") == "/search/?q=before"
    assert file_of("/tags/birds/") == "tags/birds/index.html"
    assert file_of("/feed.rss") == "feed.rss"
    assert file_of("/") == "index.html"


def test_only_links_of_tags_are_touched():
    html = (
        '<p class=part>He wrote &lt;a href="/x"&gt; and href="/y".</p><a title="/etc" href="/tags/?a=1&amp;b=2">'
        '<img src="/static/a.png" alt="/b"><a href="https://example.org/z"><a href="//example.org/"><a href="#c">'
    )
    assert linked(html, at="/articles/herons/") == html.replace(
        'href="/tags/?a=1&amp;b=2"', 'href="../../tags/?a=1&amp;b=2"'
    ).replace('src="/static', 'src="../../static')


def test_a_page_for_any_depth_has_the_root_before_its_links():
    assert linked('<a href="/tags/">', at="/404.html", root="/sub") == '<a href="/sub/tags/">'


def test_the_newer_page_of_a_list_is_the_one_that_it_was_reached_from():
    html = '<a rel="prev" href="/?after=2026-04-01.4">Newer</a><a rel="next" href="/?before=2026-03-01.2">Older</a>'
    assert newer_page(html) == "/?after=2026-04-01.4"
    assert next_page(html) == "/?before=2026-03-01.2"
    shown = linked(html, at="/before/2026-04-02.9/", newer={"/?after=2026-04-01.4": "/"})
    assert shown.replace("./", "/") and 'href="../../"' in shown and 'href="../2026-03-01.2/"' in shown


@given(st.text())
def test_text_without_the_site_s_address_stays(text):
    if SITE not in text:
        assert moved(text, SITE, "https://other.example/sub") == text


def test_full_addresses_move_with_the_site_and_others_stay():
    text = f'{SITE}/tags/ "{SITE}" {SITE}.pl/ {SITE}:8000/ {SITE}er/ {SITE}/?before=2026-03-01.2"'
    new = "https://other.example/sub"
    assert moved(text, SITE, new) == (
        f'{new}/tags/ "{new}" {SITE}.pl/ {SITE}:8000/ {SITE}er/ {new}/before/2026-03-01.2/"'
    )


@given(st.lists(st.sampled_from(["<", ">", '"', "'", "a", ' href="/x"', "<a", "</a>", " ", "=", "&lt;"])))
def test_a_page_never_gains_an_absolute_link_or_loses_text(parts):
    html = "".join(parts)
    shown = linked(html, at="/a/")
    assert re.sub(r'href="[^"]*"', "", shown) == re.sub(r'href="[^"]*"', "", html)
