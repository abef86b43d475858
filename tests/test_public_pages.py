"""Stories, short forms, sources, archive, ways onward, and a database that is away."""

import datetime
import gettext
import json
import re

import pytest
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from digest.archive import last_day_of, months
from digest.models import Publication, PublicSource
from digest.onward import onward_from

from .publications import later, published, several
from .test_public_site import Elements, html_of, runs, slugs_in, words_of

pytestmark = pytest.mark.django_db
STORY = """## {title}

**TLDR:** The short of {title}.

**Summary:** The long of {title}, with `code`.

**Key takeaways:**
- One

**Link:** [The source](https://www.notes.example.org/{number})
"""
TITLES = ["Herons", "Weirs & locks", "Eels"]
THREE = "\n".join(STORY.format(title=title, number=number) for number, title in enumerate(TITLES))
PAGES = [
    *("/articles/herons-return/tldr/", "/tags/", "/sources/", "/sources/river-notes/", "/archive/", "/archive/2026/"),
    *("/archive/2026/04/", "/archive/2026/04/02/", "/corrections/", "/about/", "/pl/colophon/"),
    *("/sources/river-notes/feed.rss", "/sources/river-notes/feed.atom"),
]


# --- stories ----------------------------------------------------------------------------------------------


def test_an_article_of_several_stories_opens_with_its_contents(client):
    published(body=THREE)
    html = html_of(client, "/articles/herons-return/")
    contents = re.search(r'<nav class="contents".*?</nav>', html, re.DOTALL)[0]
    assert re.findall(r'<a href="#([^"]+)">([^<]+)</a>', contents) == [
        ("herons", "Herons"),
        ("weirs-locks", "Weirs &amp; locks"),
        ("eels", "Eels"),
    ]
    assert all(f'id="{anchor}"' in html for anchor in ("herons", "weirs-locks", "eels"))
    assert 'class="contents"' not in html_of(client, published("short").get_absolute_url())


def test_the_parts_of_a_story_are_set_apart(client):
    published(body=THREE)
    html = html_of(client, "/articles/herons-return/")
    stories = re.findall(r'<section class="story" aria-labelledby="([^"]+)">', html)
    assert stories == ["herons", "weirs-locks", "eels"]
    assert re.findall(r'<div class="(tldr|summary|takeaways|link)">', html) == [
        *("tldr", "summary", "takeaways", "link") * 3,
    ]


def test_a_source_link_is_followed_by_its_host(client):
    published(body=STORY.format(title="Eels", number=7))
    html = html_of(client, "/articles/herons-return/")
    assert ">The source</a> <span class=host>notes.example.org</span>" in html


def test_each_story_has_a_link_to_itself(client):
    published(body=THREE)
    html = html_of(client, "/articles/herons-return/")
    assert 'href="#weirs-locks"' in html and 'aria-label="Link to “Weirs &amp; locks”"' in html


def test_cards_of_articles_with_several_stories_name_them(client):
    published(body=THREE)
    html = html_of(client, "/")
    assert re.findall(r'<li><a href="/articles/herons-return/#([^"]+)">', html) == ["herons", "weirs-locks", "eels"]


def test_headings_go_down_by_one_at_a_time(client):
    published(body="# A\n\n#### Deep\n\ntext\n\n# B\n\n### Deeper\n\n###### Deepest\n\ntext\n")
    levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", html_of(client, "/articles/herons-return/"))]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))


def test_the_stories_are_kept_as_data(client):
    publication = Publication.objects.get(pk=published(body=THREE).pk)
    first = publication.stories[0]
    assert (first["title"], first["anchor"], first["tldr"]) == ("Herons", "herons", "The short of Herons.")
    assert first["links"] == [
        {"address": "https://www.notes.example.org/0", "host": "notes.example.org", "text": "The source"}
    ]
    assert [(link.number, link.host) for link in publication.story_links.all()] == [
        (number, "notes.example.org") for number in range(3)
    ]


# --- the short form ---------------------------------------------------------------------------------------


def test_the_short_form_has_the_tldrs_and_nothing_else_of_the_text(client):
    published(body=THREE)
    words = words_of(html_of(client, "/articles/herons-return/tldr/"))
    assert all(f"The short of {title.replace('&', '&amp;')}." in words for title in TITLES)
    assert "The long of" not in words and "One" not in words
    assert "notes.example.org" in words


def test_the_canonical_address_of_the_short_form_is_the_article(client):
    published()
    canonical = '<link rel="canonical" href="http://testserver/articles/herons-return/">'
    assert canonical in html_of(client, "/articles/herons-return/tldr/")
    assert 'href="/articles/herons-return/tldr/"' in html_of(client, "/articles/herons-return/")


def test_an_article_without_tldrs_has_no_short_form_and_no_link_to_one(client):
    published(body="## A story\n\nText.\n")
    assert client.get("/articles/herons-return/tldr/").status_code == 404
    assert "/tldr/" not in html_of(client, "/articles/herons-return/")


def test_an_old_address_of_the_short_form_leads_to_the_article(client):
    published(slug="herons-2026").aliases.create(slug="herons-return")
    response = client.get("/articles/herons-return/tldr/")
    assert (response.status_code, response["Location"]) == (301, "/articles/herons-2026/")


# --- tags and sources -------------------------------------------------------------------------------------


def test_the_indexes_name_what_a_visible_article_has_with_the_day_of_the_newest(client):
    published("old", date=datetime.date(2026, 3, 1))
    published("new", tags=["birds"])
    published("embargoed", tags=["merger"], source_name="Secret Letter", visible_from=later(days=1))
    tags, sources = html_of(client, "/tags/"), html_of(client, "/sources/")
    assert re.findall(r'<a href="/tags/([a-z]+)/">.*?<time datetime="([\d-]+)"', tags) == [
        ("birds", "2026-04-02"),
        ("rivers", "2026-03-01"),
    ]
    assert '<a href="/sources/river-notes/">River Notes</a> <time datetime="2026-04-02">' in sources
    assert "merger" not in tags and "Secret Letter" not in sources


def test_an_empty_index_says_so(client):
    for path in ("/tags/", "/sources/", "/archive/"):
        assert "Nothing has been published here yet." in words_of(html_of(client, path))


def test_a_source_page_shows_what_was_made_from_it(client):
    published("one")
    published("two", source_name="Another Letter")
    assert slugs_in(html_of(client, "/sources/river-notes/")) == ["one"]
    assert "From River Notes" in words_of(html_of(client, "/sources/river-notes/"))
    assert b"<title>Digest: Another Letter</title>" in client.get("/sources/another-letter/feed.atom").content


def test_a_source_that_no_reader_may_see_an_article_of_is_as_unknown_as_any_word(client):
    PublicSource.objects.create(name="Secret Letter", slug="secret-letter")
    published(source_name="Embargoed Letter", visible_from=later(days=1))
    answers = {client.get(f"/sources/{slug}/").content for slug in ("secret-letter", "embargoed-letter", "no-such")}
    assert len(answers) == 1
    assert client.get("/sources/embargoed-letter/feed.rss").status_code == 404


# --- the archive ------------------------------------------------------------------------------------------


@pytest.fixture
def three_years():
    for number, day in enumerate(["2024-12-31", "2026-01-01", "2026-01-31", "2026-04-02", "2026-04-02"]):
        published(f"article-{number}", date=datetime.date.fromisoformat(day), body="Text.")
    published("embargoed", date=datetime.date(2025, 6, 1), visible_from=later(days=1))


def test_the_archive_names_years_and_months_that_have_something_to_read(client, three_years):
    assert re.findall(r'"/archive/(\d{4}/(?:\d{2}/)?)"', html_of(client, "/archive/")) == [
        *("2026/", "2026/01/", "2026/04/", "2024/", "2024/12/"),
    ]


def test_a_year_a_month_and_a_day_show_theirs(client, three_years):
    def numbers(path):
        return [slug.removeprefix("article-") for slug in slugs_in(html_of(client, path))]

    assert numbers("/archive/2026/") == ["4", "3", "2", "1"]
    assert numbers("/archive/2026/01/") == ["2", "1"]
    assert numbers("/archive/2026/04/02/") == ["4", "3"]
    assert numbers("/archive/2024/12/31/") == ["0"]


@pytest.mark.parametrize(
    "path",
    [
        "2025/",
        "2025/06/",
        "2025/06/01/",
        "2026/02/",
        "2026/04/03/",
        "2026/02/30/",
        "1000/",
        "0026/",
        "2026/13/",
        "2026/1/",
    ],
)
def test_a_period_without_a_visible_article_is_not_found(client, three_years, path):
    assert client.get(f"/archive/{path}").status_code == 404


def test_months_are_found_by_steps_along_the_index():
    if connection.vendor != "sqlite":
        pytest.skip("reads SQLite's query plan")
    several(3)
    with CaptureQueriesContext(connection) as queries:
        assert months() == [datetime.date(2026, 4, 1), datetime.date(2026, 3, 1)]
    (query,) = queries
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
        plan = " ".join(row[3] for row in cursor.fetchall())
    assert "TEMP B-TREE" not in plan
    assert plan.count("SEARCH digest_publication USING INDEX publication_newest") == 2


@pytest.mark.parametrize(
    ("day", "last"), [("2024-02-03", 29), ("2026-02-28", 28), ("2026-12-31", 31), ("9999-12-01", 31)]
)
def test_the_last_day_of_a_month(day, last):
    assert last_day_of(datetime.date.fromisoformat(day)).day == last


# --- onward -----------------------------------------------------------------------------------------------


def ways(publication):
    onward = onward_from(publication.pk)
    beside = [way and way.slug for way in (onward.older, onward.newer)]
    return beside, [way.slug for way in onward.related]


def test_before_and_after_are_the_neighbours_by_day_in_the_same_language():
    day = datetime.date(2026, 4, 2)
    first, second, third = (published(slug, date=day, tags=[]) for slug in ("first", "second", "third"))
    published("polski", language="pl", date=day, tags=[])
    published("hidden", date=day, tags=[], visible_from=later(days=1))
    assert [ways(each)[0] for each in (first, second, third)] == [
        [None, "second"],
        ["first", "third"],
        ["second", None],
    ]


def test_related_are_those_that_share_the_most():
    subject = published("subject", tags=["birds", "rivers", "counts"], body=STORY.format(title="A", number=1))
    published("one-tag", tags=["birds"], body="Text.")
    published("two-tags", tags=["birds", "rivers"], body="Text.")
    published("same-link", tags=[], body=STORY.format(title="B", number=1))
    published("nothing", tags=["cooking"], body="Text.")
    assert ways(subject)[1] == ["two-tags", "same-link", "one-tag"]
    assert ways(Publication.objects.get(slug="same-link"))[1] == ["subject"]


def test_what_is_retracted_or_under_embargo_is_no_way_onward(client):
    subject = published("subject")
    gone = published("gone")
    published("hidden", visible_from=later(days=1))
    gone.delete()
    assert ways(subject) == ([None, None], [])
    assert 'class="onward"' not in html_of(client, "/articles/subject/")


def test_titles_of_ways_onward_are_words(client):
    published("subject")
    published("other", title='<b>& "x"</b>')
    html = html_of(client, "/articles/subject/")
    assert "&lt;b&gt;&amp; &quot;x&quot;&lt;/b&gt;</a>" in html


def test_relatives_are_looked_for_among_the_newest_only(monkeypatch):
    monkeypatch.setattr("digest.related.LOOKED_AT", 3)
    several(6, body="Text.")
    subject = published("subject", tags=["birds"], body="Text.")
    assert sorted(ways(subject)[1]) == ["article-0", "article-1", "article-2"]


# --- all of them ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES)
def test_a_page_takes_as_many_queries_for_20_articles_as_for_one(client, path):
    published(body=THREE)
    with CaptureQueriesContext(connection) as for_one:
        html_of(client, path)
    several(20)
    with CaptureQueriesContext(connection) as for_twenty:
        html_of(client, path)
    assert len(for_one) == len(for_twenty) <= 2


@pytest.mark.parametrize("path", [path for path in PAGES if "feed" not in path])
def test_a_page_is_sound_html_with_an_own_title_and_canonical_address(client, path):
    published(body=THREE)
    html = html_of(client, path)
    page = Elements(html)
    assert [len(page.all(tag)) for tag in ("main", "h1", "title")] == [1, 1, 1]
    assert html.count('rel="canonical"') == 1
    assert all(script["src"].startswith("/static/") for script in runs(page))
    assert page.all("style") == []


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_kept_and_asked_about_and_sets_no_cookie(client, path):
    published(body=THREE)
    first = client.get(path)
    assert first["Cache-Control"] == "public, no-cache"
    assert client.get(path, headers={"if-none-match": first["ETag"]}).status_code == 304
    assert not first.cookies
    assert client.post(path).status_code == 405


@pytest.mark.parametrize("path", PAGES[:8] + PAGES[-2:])
def test_nothing_of_an_article_under_embargo_is_on_a_page(client, path):
    published(title="Quiet merger", tags=["merger"], visible_from=later(days=1), source_name="River Notes")
    response = client.get(path)
    assert response.status_code in (200, 404)
    assert b"merger" not in response.content and b"River Notes" not in response.content


@pytest.mark.parametrize("path", ["/tags/", "/sources/", "/archive/", "/corrections/", "/about/", "/archive/2026/"])
@pytest.mark.parametrize("query", ["before=x", "after=9999-12-31.1", "%", "a=" + "b" * 3000, "page=%00"])
def test_whatever_is_asked_of_a_page_is_no_error(client, path, query):
    published()
    assert client.get(f"{path}?{query}").status_code in (200, 302)


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
@pytest.mark.parametrize("path", ["/", "/articles/herons-return/", "/tags/", "/archive/", "/feed.rss", "/about/"])
def test_while_the_database_is_away_a_plain_page_says_when_to_come_back(client, path, error):
    def gone(*args):
        raise error("gone")

    with connection.execute_wrapper(gone):  # the database, not our code
        response = client.get(path)
    assert response.status_code == 503
    assert response["Retry-After"] == "30"
    assert response["Cache-Control"] == "no-store"
    assert "Try again in half a minute" in response.content.decode()


def test_the_chrome_of_a_polish_page_says_that_it_is_polish(client):
    published(language="pl")
    assert '<html lang="pl">' in html_of(client, "/articles/herons-return/")
    assert '<html lang="pl">' in html_of(client, "/pl/")
    assert '<html lang="en">' in html_of(client, "/")


def test_the_pages_around_polish_texts_speak_polish(client):
    published(language="pl", body=THREE)
    words = words_of(html_of(client, "/articles/herons-return/"))
    for said in ("Napisane przez maszynę", "Sprawdzone przez:", "2 kwietnia 2026", "3 tematy", "tylko skróty TLDR"):
        assert said in words
    assert "Artykuły po polsku" in words_of(html_of(client, "/pl/"))
    assert "Tagi" in html_of(client, "/pl/") and "Tags" in html_of(client, "/")
    assert "Zasady redakcyjne" in words_of(html_of(client, "/pl/editorial-policy/"))


def test_the_compiled_catalogue_is_that_of_its_source():
    folder = settings.BASE_DIR / "digest" / "locale" / "pl" / "LC_MESSAGES"
    with (folder / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)._catalog
    source = (folder / "django.po").read_text()
    written = re.findall(r'^msgstr(?:\[\d\])? "(.+)"$', source, re.MULTILINE)
    assert {text.replace('\\"', '"') for text in written} <= set(compiled.values())
    assert len(written) > 80


def test_front_pages_name_each_other_as_translations(client):
    html = html_of(client, "/pl/")
    for code, path in (("x-default", "/"), ("en", "/en/"), ("pl", "/pl/")):
        assert f'<link rel="alternate" hreflang="{code}" href="http://testserver{path}">' in html


def test_the_moment_of_a_correction_moves_no_article_in_the_lists(client):
    published("first", date=datetime.date(2026, 4, 1))
    published("second")
    Publication.objects.filter(slug="first").update(updated_at=timezone.now())
    assert slugs_in(html_of(client, "/")) == ["second", "first"]


def way_to(html):
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    steps = json.loads(block)["itemListElement"]
    return [(step["name"], step["item"].removeprefix("http://testserver")) for step in steps]


@pytest.mark.parametrize(
    ("path", "way"),
    [
        ("/tags/birds/", [("Tags", "/tags/"), ("birds", "/tags/birds/")]),
        ("/sources/river-notes/", [("Sources", "/sources/"), ("River Notes", "/sources/river-notes/")]),
        ("/archive/2026/", [("Archive", "/archive/"), ("2026", "/archive/2026/")]),
        (
            "/archive/2026/04/02/",
            [
                *[("Archive", "/archive/"), ("2026", "/archive/2026/"), ("April", "/archive/2026/04/")],
                ("2 April 2026", "/archive/2026/04/02/"),
            ],
        ),
    ],
)
def test_a_page_says_where_it_stands_to_people_and_machines(client, path, way):
    published()
    html = html_of(client, path)
    assert way_to(html) == [("Digest", "/"), *way]
    crumbs = re.search(r'<nav class="crumbs".*?</nav>', html, re.DOTALL)[0]
    assert re.findall(r'<a href="([^"]+)">([^<]+)</a>', crumbs) == [("/", "Digest"), *((p, n) for n, p in way[:-1])]


@pytest.mark.parametrize("path", ["/", "/pl/", "/tags/birds/", "/archive/2026/"])
def test_a_list_that_is_shared_says_what_it_is(client, path):
    published()
    page = Elements(html_of(client, path))
    told = {each["property"]: each["content"] for each in page.all("meta") if "property" in each}
    assert told["og:type"] == "website" and told["og:title"]
    assert told["og:url"] == f"http://testserver{path}"
