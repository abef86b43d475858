"""What readers see: front pages, articles, tags, errors."""

import datetime
import re
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import connection
from django.templatetags.static import static
from django.test.utils import CaptureQueriesContext
from django.views import defaults

from digest.listings import Cursor, everything, tagged
from digest.models import Publication, Tag
from digest.rendering.stored import stored_html
from digest.templatetags.site import reading_minutes

from .publications import later, published, refresh, several

pytestmark = pytest.mark.django_db
HOSTILE = """<script>alert(1)</script>"'><img src=x onerror=alert(1)>{{ 7 }}&amp;"""
PAGES = ["/", "/en/", "/articles/herons-return/", "/tags/birds/", "/feed.rss", "/feed.atom", "/robots.txt"]


class Elements(HTMLParser):
    """Start tags with their attributes; fails where an element is left open or an id stands twice."""

    VOID = {"meta", "link", "img", "br", "hr", "input"}

    def __init__(self, html):
        super().__init__()
        self.open, self.found = [], []
        self.feed(html)
        assert self.open == []
        ids = [attributes["id"] for _, attributes in self.found if "id" in attributes]
        assert len(ids) == len(set(ids))

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def all(self, tag):
        return [attributes for name, attributes in self.found if name == tag]


def runs(page):
    """The script elements that a browser runs; data for machines is none of them."""
    return [script for script in page.all("script") if script.get("type") != "application/ld+json"]


def html_of(client, path):
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def words_of(html):
    return " ".join(re.sub(r"<[^>]+>", "", html.split("<main", 1)[1]).split())


def slugs_in(html):
    return re.findall(r'href="/articles/([^/"]+)/"', html)


# --- one article -----------------------------------------------------------------------------------------


def test_an_article_page_has_headline_date_reading_time_text_and_tags(client):
    published()
    html = html_of(client, "/articles/herons-return/")
    words = words_of(html)
    assert "<h1" in html and "About herons-return" in words
    assert '<time datetime="2026-04-02">2 April 2026</time>' in html
    assert "3 min read" in words
    assert html.count("<li>") >= 2
    assert 'href="https://notes.example.org/2026/herons"' in html
    assert 'href="/tags/birds/"' in html and 'href="/tags/rivers/"' in html
    assert "**" not in words


def test_one_line_names_the_machine_the_reviewer_and_who_answers(client):
    published()
    expected = (
        "Written by a machine (model-x-7) from River Notes. Checked by Bea Nowak on 2 April 2026; "
        "published under the responsibility of the editors of Digest."
    )
    assert expected in words_of(html_of(client, "/articles/herons-return/"))


def test_the_line_says_corrected_where_a_person_changed_the_text(client):
    published(corrected=True)
    assert "Checked and corrected by Bea Nowak" in words_of(html_of(client, "/articles/herons-return/"))


def test_the_line_names_model_and_source_only_where_they_are_known(client):
    published(model_name="", source_name="")
    assert "Written by a machine. Checked by" in words_of(html_of(client, "/articles/herons-return/"))


def test_headline_and_text_carry_the_language_of_the_article(client):
    published(language="pl")
    page = Elements(html_of(client, "/articles/herons-return/"))
    assert page.all("html")[0]["lang"] == "pl"
    assert {"class": "piece", "lang": "pl"} in page.all("article")
    assert {"class": "card", "lang": "pl"} in Elements(html_of(client, "/")).all("article")


def test_an_unknown_language_is_not_guessed(client):
    published(language="")
    page = Elements(html_of(client, "/articles/herons-return/"))
    assert {"class": "piece"} in page.all("article")


def test_the_canonical_address_comes_from_the_settings_not_from_the_request(client):
    published()
    html = html_of(client, "/articles/herons-return/?utm_source=x")
    assert '<link rel="canonical" href="http://testserver/articles/herons-return/">' in html
    with_other_host = client.get("/articles/herons-return/", headers={"host": "localhost"}).content.decode()
    assert with_other_host == html


def test_an_unknown_or_withdrawn_article_is_not_found(client):
    publication = published()
    assert client.get("/articles/another/").status_code == 404
    publication.delete()
    assert client.get("/articles/herons-return/").status_code == 404


def test_an_address_without_its_last_slash_leads_to_the_one_with_it(client):
    published()
    response = client.get("/articles/herons-return")
    assert (response.status_code, response["Location"]) == (301, "/articles/herons-return/")


@pytest.mark.parametrize(("words", "minutes"), [(0, 1), (100, 1), (690, 3), (2300, 10)])
def test_reading_time_is_at_least_a_minute(words, minutes):
    assert reading_minutes(words) == minutes


# --- lists -----------------------------------------------------------------------------------------------


def test_the_front_page_shows_the_newest_first_by_day(client):
    published("old", date=datetime.date(2026, 3, 1))
    published("morning", date=datetime.date(2026, 4, 2))
    published("evening", date=datetime.date(2026, 4, 2))
    html = html_of(client, "/")
    assert slugs_in(html) == ["evening", "morning", "old"]
    assert re.findall(r'<h2 id="day-([\d-]+)">', html) == ["2026-04-02", "2026-03-01"]


def test_an_empty_site_says_so(client):
    assert "Nothing has been published here yet." in words_of(html_of(client, "/"))


def test_a_language_page_shows_that_language_only(client):
    published("english")
    published("polski", language="pl")
    assert slugs_in(html_of(client, "/")) == ["polski", "english"]
    assert slugs_in(html_of(client, "/en/")) == ["english"]
    html = html_of(client, "/pl/")
    assert slugs_in(html) == ["polski"]
    assert '<a href="/pl/" lang="pl" hreflang="pl" aria-current="page">Polski</a>' in html
    assert client.get("/de/").status_code == 404


def test_a_tag_page_shows_what_has_the_tag(client):
    published("birds-only", tags=["birds"])
    published("both", tags=["birds", "rivers"])
    assert slugs_in(html_of(client, "/tags/birds/")) == ["both", "birds-only"]
    assert slugs_in(html_of(client, "/tags/rivers/")) == ["both"]


def test_a_tag_that_no_reader_may_see_an_article_of_is_as_unknown_as_any_word(client):
    Tag.objects.create(name="secret plan")
    published("embargoed", tags=["merger"], visible_from=later(hours=1))
    answers = {client.get(f"/tags/{slug}/").content for slug in ("secret-plan", "merger", "no-such-tag")}
    assert len(answers) == 1
    assert client.get("/tags/merger/").status_code == 404


def test_a_tag_in_any_script_has_a_page(client):
    tag = Tag.objects.create(name="東京", slug="東京")
    publication = published(tags=[])
    publication.tag_links.create(tag=tag, date=publication.date)
    assert slugs_in(html_of(client, tag.get_absolute_url())) == ["herons-return"]


def test_a_tag_without_a_slug_breaks_no_page(client):
    tag = Tag.objects.create(name="🐢", slug="x")
    Tag.objects.filter(pk=tag.pk).update(slug="")
    publication = published(tags=[])
    publication.tag_links.create(tag=tag, date=publication.date)
    refresh(publication)
    assert "🐢" in html_of(client, "/")
    assert "🐢" in html_of(client, "/articles/herons-return/")


def test_an_article_under_embargo_is_on_no_page_until_its_time(client):
    publication = published(title="Quiet merger", visible_from=later(hours=1))
    for path in ["/", "/en/", "/feed.rss", "/feed.atom"]:
        assert "Quiet merger" not in html_of(client, path)
    for path in ["/articles/herons-return/", "/tags/birds/", "/tags/birds/feed.atom"]:
        assert client.get(path).status_code == 404
    Publication.objects.filter(pk=publication.pk).update(visible_from=later(hours=-1))
    for path in PAGES[:-1]:
        assert "Quiet merger" in html_of(client, path)


def walk(client, path, rel):
    """The slugs of every page from `path` on, following one kind of link."""
    seen = []
    while path:
        html = html_of(client, path)
        seen.append(slugs_in(html))
        link = re.search(rf'<a rel="{rel}" href="([^"]+)"', html)
        path = link and link[1]
    return seen


@pytest.mark.parametrize("start", ["/", "/en/", "/tags/birds/"])
def test_following_older_shows_every_article_once(client, start, settings):
    settings.PAGE_SIZE = 3
    day = datetime.date(2026, 4, 2)
    expected = [published(f"article-{number}", date=day).slug for number in range(5)][::-1]
    expected += [each.slug for each in several_older(3)]
    pages = walk(client, start, "next")
    assert [len(page) for page in pages] == [3, 3, 2]
    assert sum(pages, []) == expected


def several_older(count):
    first = datetime.date(2026, 3, 1)
    return [published(f"older-{number}", date=first - datetime.timedelta(days=number)) for number in range(count)]


def test_following_newer_leads_back_to_the_front(client, settings):
    settings.PAGE_SIZE = 2
    slugs = [each.slug for each in several(6)]
    last = f"/?before={Cursor.of(Publication.objects.get(slug=slugs[3]))}"
    html = html_of(client, last)
    assert slugs_in(html) == slugs[4:]
    newer = re.search(r'<a rel="prev" href="([^"]+)"', html)[1]
    html = html_of(client, newer)
    assert slugs_in(html) == slugs[2:4]
    newer = re.search(r'<a rel="prev" href="([^"]+)"', html)[1]
    response = client.get(newer)
    assert (response.status_code, response["Location"]) == (302, "/")


def test_a_page_holds_its_place_when_something_newer_is_published(client, settings):
    settings.PAGE_SIZE = 2
    several(4)
    older = re.search(r'<a rel="next" href="([^"]+)"', html_of(client, "/"))[1]
    before = slugs_in(html_of(client, older))
    published("breaking", date=datetime.date(2026, 4, 3))
    assert slugs_in(html_of(client, older)) == before


def test_behind_the_last_article_a_page_says_so_and_a_tag_page_is_not_found(client):
    published()
    assert "There is nothing older." in words_of(html_of(client, "/?before=1999-01-01.1"))
    assert client.get("/tags/birds/?before=1999-01-01.1").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        *("page=garbage", "page=-1", "page=99999999999999999999", "before=", "before=x", "after=0", "before=.1"),
        *("before=2026-13-45.1", "before=0000-00-00.0", "before=2026-04-02." + "9" * 30, "before=2026-04-02.-1"),
        *("before=%00", "after=%ff%fe", "before[]=1", "before=2026-04-02.%D9%A1", "%", "&&&==", "a=" + "b" * 3000),
    ],
)
def test_a_query_that_means_nothing_shows_the_first_page(client, query):
    published()
    assert slugs_in(html_of(client, f"/?{query}")) == ["herons-return"]
    assert slugs_in(html_of(client, f"/tags/birds/?{query}")) == ["herons-return"]
    assert '<link rel="canonical" href="http://testserver/">' in html_of(client, f"/?{query}")


def test_a_page_further_back_is_its_own_canonical_address(client):
    published()
    html = html_of(client, "/?utm=x&before=2026-05-01.7")
    assert '<link rel="canonical" href="http://testserver/?before=2026-05-01.7">' in html


def test_the_largest_place_that_an_address_can_name_is_within_the_database(client):
    published()
    assert slugs_in(html_of(client, "/?before=9999-12-31.999999999999999999")) == ["herons-return"]
    for path in ("/", "/pl/", "/tags/birds/"):
        response = client.get(f"{path}?after=9999-12-31.999999999999999999")
        assert (response.status_code, response["Location"]) == (302, path)


@pytest.mark.parametrize(
    "path", ["/articles/%00/", "/tags/%00/", "/tags/%ff/", "/articles/a%0a/", "/tags/" + "x" * 5000 + "/"]
)
def test_no_path_is_an_error(client, path):
    assert client.get(path).status_code == 404


# --- what every page keeps to ----------------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES)
def test_a_page_takes_as_many_queries_for_20_articles_as_for_one(client, path):
    published()
    with CaptureQueriesContext(
        connection,
    ) as for_one:
        html_of(client, path)
    several(20)
    with CaptureQueriesContext(connection) as for_twenty:
        html_of(client, path)
    assert len(for_one) == len(for_twenty) <= 2


@pytest.mark.parametrize("listing", [everything, lambda: tagged("birds")], ids=["front", "tag"])
def test_a_page_far_back_is_read_off_an_index_without_sorting(listing):
    if connection.vendor != "sqlite":
        pytest.skip("reads SQLite's query plan")
    several(3)
    with CaptureQueriesContext(connection) as queries:
        listing().page(before=Cursor(datetime.date(2026, 4, 1), 5), size=20)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {queries[0]['sql']}")
        plan = " ".join(row[3] for row in cursor.fetchall())
    assert "TEMP B-TREE" not in plan
    assert "SCAN" not in plan
    assert re.search(r"USING (COVERING )?INDEX publication_(tag_)?newest", plan)


@pytest.mark.parametrize("path", [*PAGES, "/articles/unknown/", "/healthz"])
def test_readers_get_no_cookie_and_no_session(client, path):
    published()
    client.cookies["sessionid"] = "of-an-editor"
    with CaptureQueriesContext(connection) as queries:
        response = client.get(path)
    assert "Set-Cookie" not in response.headers
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    assert not [query for query in queries if "session" in query["sql"] or "auth_" in query["sql"]]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_that_has_not_changed_is_not_sent_again(client, path):
    publication = published()
    first = client.get(path)
    assert first["Cache-Control"] == "public, no-cache"
    again = client.get(path, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    if path == "/robots.txt":
        return
    publication.title = "Herons, corrected"
    publication.save()
    refresh(publication)
    changed = client.get(path, headers={"if-none-match": first["ETag"]})
    assert (changed.status_code, changed["ETag"] == first["ETag"]) == (200, False)


def test_an_article_answers_if_modified_since(client):
    published()
    first = client.get("/articles/herons-return/")
    assert first["Last-Modified"] == "Thu, 02 Apr 2026 09:30:00 GMT"
    same = client.get("/articles/herons-return/", headers={"if-modified-since": first["Last-Modified"]})
    older = client.get("/articles/herons-return/", headers={"if-modified-since": "Wed, 01 Apr 2026 09:30:00 GMT"})
    broken = client.get("/articles/herons-return/", headers={"if-modified-since": "yesterday"})
    assert [same.status_code, older.status_code, broken.status_code] == [304, 200, 200]


@pytest.mark.parametrize("path", ["/", "/tags/birds/", "/feed.atom"])
def test_a_list_names_no_date_that_a_retraction_would_turn_back(client, path):
    published()
    assert "Last-Modified" not in client.get(path).headers


def test_a_retracted_article_is_gone_from_everywhere_at_the_next_request(client):
    published("stays", title="Staying", tags=["birds"])
    gone = published("goes", title="Going away", tags=["birds", "only here"])
    etags = {path: client.get(path)["ETag"] for path in PAGES if path != "/articles/herons-return/"}
    gone.delete()
    for path, etag in etags.items():
        response = client.get(path, headers={"if-none-match": etag})
        assert b"Going away" not in response.content
        assert response.status_code == (304 if path == "/robots.txt" else 200)
    assert client.get("/articles/goes/").status_code == 404
    assert client.get("/tags/only-here/").status_code == 404


@pytest.mark.parametrize("path", PAGES)
def test_only_get_and_head_are_answered(client, path):
    published()
    assert [client.post(path).status_code, client.delete(path).status_code] == [405, 405]
    head = client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head["ETag"] == client.get(path)["ETag"]


@pytest.mark.parametrize("path", ["/", "/pl/", "/articles/herons-return/", "/tags/birds/", "/?before=1999-01-01.1"])
def test_a_page_is_sound_html_with_landmarks_and_a_way_past_the_header(client, path):
    published(language="pl")
    page = Elements(html_of(client, path))
    assert [len(page.all(tag)) for tag in ("main", "h1", "title")] == [1, 1, 1]
    assert {"class": "skip", "href": "#main"} in page.all("a")
    assert all(link.get("href") for link in page.all("a"))
    assert all(script.get("src", "").startswith("/static/") for script in runs(page))
    assert page.all("style") == []
    assert not [attributes for _, attributes in page.found if "style" in attributes]


def test_nothing_is_loaded_from_elsewhere_and_the_policy_forbids_it(client):
    published()
    response = client.get("/articles/herons-return/")
    page = Elements(response.content.decode())
    loaded = [link["href"] for link in page.all("link") if link["rel"] not in ("canonical", "alternate")]
    loaded += [script["src"] for script in runs(page)]
    assert loaded and all(address.startswith("/") for address in loaded)
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy and "nonce" not in policy


def test_hostile_words_are_words(client):
    fields = ("title", "excerpt", "source_name", "model_name", "reviewed_by")
    published(tags=[HOSTILE[:90]], body=HOSTILE, **dict.fromkeys(fields, HOSTILE))
    tag = Tag.objects.get()
    for path in ["/", "/articles/herons-return/", tag.get_absolute_url()]:
        html = html_of(client, path)
        page = Elements(html)
        assert len(runs(page)) <= 2 and page.all("img") == []
        assert not [attributes for _, attributes in page.found if any(name.startswith("on") for name in attributes)]
        assert "{{ 7 }}" in html


def test_a_stored_text_cannot_break_out_of_an_attribute():
    html = '<p><a href="/x" title="<pre><p><strong>a:</strong><table><script>alert(1)</script>">x</a></p>'
    dressed = Elements(f"{stored_html(html)}")
    assert [tag for tag, _ in dressed.found] == ["p", "a"]


def test_labels_that_open_a_paragraph_are_marked_and_bold_words_are_not():
    html = (
        "<p><strong>TLDR:</strong> Short.</p><p><strong>Why care?</strong> So.</p>"
        "<p><strong>Summary</strong>: Long.</p>"
        "<p><strong>Key takeaways:</strong></p><p><strong>Important</strong> words.</p><p>A <strong>b:</strong></p>"
    )
    assert stored_html(html) == (
        "<p class=part><strong>TLDR:</strong> Short.</p><p class=part><strong>Why care?</strong> So.</p>"
        "<p class=part><strong>Summary:</strong> Long.</p><p class=label><strong>Key takeaways:</strong></p>"
        "<p><strong>Important</strong> words.</p><p>A <strong>b:</strong></p>"
    )


def test_tables_and_code_scroll_in_boxes_that_the_keyboard_reaches(client):
    published(body="| a | b |\n|---|--:|\n| 1 | 2 |\n\n```\ncode\n```\n")
    page = Elements(html_of(client, "/articles/herons-return/"))
    boxes = [each for each in [*page.all("div"), *page.all("pre")] if each.get("tabindex") == "0"]
    assert [box["aria-label"] for box in boxes] == ["Table", "Code"]
    assert [cell.get("class") for cell in page.all("td")] == [None, "right"]
    assert not [attributes for _, attributes in page.found if "align" in attributes]


# --- the rest of the house -------------------------------------------------------------------------------


def test_robots_are_kept_off_the_desk_and_answers_of_the_search_only(client):
    response = client.get("/robots.txt")
    assert response.content.startswith(b"User-agent: *\nDisallow: /admin/\nDisallow: /search/?\n")
    assert b"\nSitemap: http://testserver/sitemap.xml\n" in response.content
    assert response["Content-Type"] == "text/plain; charset=utf-8"


def test_healthz_asks_nothing_of_the_database(client):
    with CaptureQueriesContext(connection) as queries:
        response = client.get("/healthz")
    assert (response.status_code, response.content, len(queries)) == (200, b"ok\n", 0)


def test_an_unknown_address_gets_the_sites_own_page_without_a_query(client):
    with CaptureQueriesContext(connection) as queries:
        response = client.get("/no/such/page")
    assert response.status_code == 404
    assert "There is no page at this address" in words_of(response.content.decode())
    assert len(queries) == 0


def test_error_pages_need_no_context_and_look_like_the_site(rf):
    request = rf.get("/")
    answers = [
        defaults.bad_request(request, SuspiciousOperation()),
        defaults.permission_denied(request, PermissionDenied()),
        defaults.page_not_found(request, LookupError()),
        defaults.server_error(request),
    ]
    assert [answer.status_code for answer in answers] == [400, 403, 404, 500]
    for answer in answers:
        page = Elements(answer.content.decode())
        assert len(page.all("h1")) == 1
        assert static("digest/site.css") in [link["href"] for link in page.all("link")]


def test_the_style_sheet_is_small_and_loads_the_reading_face_and_nothing_else():
    sheet = (settings.BASE_DIR / "digest/static/digest/site.css").read_text()
    assert len(sheet) < 20_000
    loaded = re.findall(r"url\(([^)]*)\)", sheet)
    assert loaded == [f'"fonts/literata-{face}.woff2"' for face in ("regular", "italic", "bold")]
    assert sum((settings.BASE_DIR / f"digest/static/digest/{each[1:-1]}").stat().st_size for each in loaded) < 80_000
    assert sheet.count("font-display: optional") == len(loaded)  # nothing moves when they come late
    assert "@import" not in sheet
    assert {"prefers-color-scheme: dark", "print", "forced-colors: active"} <= set(
        re.findall(r"@media \(?([^){]+?)\)? \{", sheet)
    )


def test_a_former_address_leads_to_the_current_one_while_the_article_is_public(client):
    publication = published(slug="herons-2026")
    publication.aliases.create(slug="herons-return")
    response = client.get("/articles/herons-return/")
    assert (response.status_code, response["Location"]) == (301, "/articles/herons-2026/")
    publication.visible_from = later(days=1)
    publication.save()
    assert client.get("/articles/herons-return/").status_code == 404
    publication.delete()
    assert client.get("/articles/herons-return/").status_code == 404


@pytest.mark.parametrize(
    "path", ["/", "/pl/", "/tags/", "/tags/birds/", "/archive/", "/archive/2026/", "/about/", "/corrections/"]
)
def test_every_page_describes_itself_in_one_line(client, path):
    published()
    published("other", language="pl", tags=("birds",))
    page = html_of(client, path)
    assert page.count('<meta name="description" content="') == 1
    assert ("sprawdził człowiek" if path == "/pl/" else "checked by a person") in page.partition("</head>")[0]
