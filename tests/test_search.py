"""What readers find, and that nothing they may not see shows in results, counts, facets, excerpts or suggestions."""

import datetime
import json
import re
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from protego import Protego

from digest.models import Publication, SearchEntry
from digest.search.indexing import index
from digest.search.queries import parse
from digest.search.searching import facets, find, hits
from digest.search.suggesting import respelled, titles
from editorial.workflow import Action

from . import texts
from .publications import later, published
from .test_search_query import TYPED

pytestmark = pytest.mark.django_db
HOSTILE = """<script>alert(1)</script> "'><img src=x onerror=alert(1)> heron {{ 7 }}"""


def indexed(slug="herons-return", **fields):
    publication = published(slug, **fields)
    index(publication)
    return publication


def found(text, **options):
    matches = find(parse(text), **options)
    return [hit.publication.slug for hit in hits(matches, 1)]


def page(client, query="", **more):
    response = client.get("/search/", {"q": query, **more})
    assert response.status_code == 200
    return response.content.decode()


def words_of(html):
    return " ".join(re.sub(r"<[^>]+>", "", html.split("<main", 1)[1]).split())


# --- the order -------------------------------------------------------------------------------------------


def test_of_two_that_match_as_well_the_newer_comes_first():
    today = timezone.localdate()
    indexed("old", title="Herons", date=today - datetime.timedelta(days=900))
    indexed("new", title="Herons", date=today)
    assert found("herons") == ["new", "old"]


def test_an_old_title_beats_a_new_mention():
    today = timezone.localdate()
    indexed("title", title="The kingfisher", date=today - datetime.timedelta(days=900), body="Nothing.")
    indexed("mention", title="Something", body="A kingfisher, somewhere.", date=today)
    assert found("kingfisher") == ["title", "mention"]


def test_filters_alone_give_the_newest_first():
    indexed("old", date=datetime.date(2026, 1, 1))
    indexed("new", date=datetime.date(2026, 5, 1))
    indexed("mid", date=datetime.date(2026, 3, 1))
    assert found("tag:birds") == ["new", "mid", "old"]


def test_an_unfinished_word_finds_what_it_begins():
    indexed(body="The kingfisher waits.")
    assert found("kingf") == ["herons-return"]
    assert found("kingf ") == []
    assert found('"kingf"') == []


def test_an_empty_query_finds_nothing_and_asks_nothing(django_assert_num_queries):
    indexed()
    with django_assert_num_queries(0):
        assert len(find(parse("  "))) == 0


# --- nothing but what is visible -------------------------------------------------------------------------


def test_an_embargo_hides_from_results_counts_facets_and_suggestions_until_it_ends(client):
    indexed("open", title="The open heron", tags=("birds",), source_name="River Notes")
    hidden = {"title": "The secret heronry", "tags": ("confidential",), "source_name": "Inside", "language": "pl"}
    indexed("hidden", body="A clandestine word.", date=datetime.date(2025, 1, 1), visible_from=later(days=1), **hidden)
    words = ("heronry", "clandestine", "secret", "confidential", "inside", "polish", "2025")
    for query in ("heron", "heronry", "clandestin", "secret", "tag:confidential", "lang:pl", "secert", "clandestne"):
        answers = page(client, query) + client.get("/search/suggest.json", {"q": query}).content.decode()
        assert [word for word in words if word not in query and word in answers.lower()] == [], query
        assert "The open heron" in answers or found(query) == []
    assert sorted(found("heron", at=later(days=2))) == ["hidden", "open"]


def test_a_misspelt_word_that_only_a_hidden_text_has_is_answered_as_one_that_none_has():
    indexed("open", title="The open heron")
    assert respelled(parse("clandestne")) is None
    indexed("hidden", body="A clandestine word.", visible_from=later(days=1))
    assert respelled(parse("clandestne")) is None
    assert respelled(parse("clandestne"), at=later(days=2)) == "clandestine"


def test_search_follows_approval_correction_and_retraction(ada, client):
    article = texts.imported()
    assert "Nothing was found" in page(client, "survey")
    article = texts.act(article, Action.START_REVIEW, Action.APPROVE, by=ada)
    assert "/articles/herons-return/" in page(client, "survey")
    texts.act(article, Action.RETRACT, by=ada)
    assert "Nothing was found" in page(client, "survey")
    assert SearchEntry.objects.count() == 0
    assert respelled(parse("surveey")) is None


# --- excerpts --------------------------------------------------------------------------------------------


def test_found_words_are_marked_in_title_and_excerpt_whatever_their_form(client):
    indexed(title="Złożoność systemów", body="O złożoności żółwi.", language="pl")
    html = page(client, "zlozonosc zolw")
    assert "<mark>Złożoność</mark> systemów" in html
    assert "O <mark>złożoności</mark> <mark>żółwi</mark>." in html


def test_a_hostile_text_stays_text(client):
    indexed(title=f"{HOSTILE} title", body=HOSTILE, excerpt=HOSTILE)
    html = page(client, "heron")
    assert "<script>alert" not in html and "<img" not in html
    assert "&lt;script&gt;" in html and "<mark>heron</mark>" in html


@pytest.mark.parametrize("query", [HOSTILE, '"><script>alert(1)</script>', "tag:<b> before:<i>"])
def test_a_hostile_query_stays_text(client, query):
    html = page(client, query)
    assert "<script>alert" not in html and "<img" not in html


# --- facets ----------------------------------------------------------------------------------------------


def test_facets_count_what_was_found_and_lead_to_it():
    indexed("one", tags=("birds", "rivers"), language="en", source_name="River Notes")
    indexed("two", tags=("birds",), language="pl", source_name="Field Notebook", date=datetime.date(2025, 5, 5))
    indexed("three", tags=("birds", "rivers"), language="en", source_name="River Notes")
    query = parse("weir")
    by_kind = {facet.kind: facet.values for facet in facets(query, find(query))}
    assert [(value.name, value.articles) for value in by_kind["lang"]] == [("en", 2), ("pl", 1)]
    assert [(value.name, value.articles) for value in by_kind["tag"]] == [("rivers", 2)]  # all have birds
    assert [(value.name, value.articles) for value in by_kind["source"]] == [("River Notes", 2), ("Field Notebook", 1)]
    assert [(value.name, value.articles) for value in by_kind["year"]] == [("2026", 2), ("2025", 1)]
    for values in by_kind.values():
        for value in values:
            assert len(find(parse(value.query))) == value.articles, value


def test_a_filter_in_use_can_be_taken_away(client):
    indexed()
    html = page(client, "heron tag:birds")
    assert '<a href="?q=heron">' in html


# --- spelling --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "suggested"),
    [
        ("zlozonsoc", "złożoność"),
        ("kingfihser", "Kingfisher"),
        ("herrons  otter", "herons otter"),
        ("kingfissherr", "Kingfisher"),
    ],
)
def test_a_misspelt_word_is_suggested_as_a_text_spells_it(typed, suggested):
    indexed("en", title="Kingfisher", body="Two herons and an otter.")
    indexed("pl", title="Rzecz", body="Ta złożoność.", language="pl")
    assert respelled(parse(typed)) == suggested


def test_nothing_is_suggested_where_it_would_find_nothing():
    indexed("en", title="Kingfisher", body="Two herons.")
    assert respelled(parse("kingfihser zebra")) is None
    assert respelled(parse("heron tag:none")) is None
    assert respelled(parse("tag:none")) is None


def test_the_page_offers_the_other_spelling(client):
    indexed(title="Kingfisher")
    html = page(client, "kingfihser")
    assert "Did you mean" in html and '<a href="?q=Kingfisher">' in html


# --- the page --------------------------------------------------------------------------------------------


def test_the_page_explains_itself_without_a_query(client):
    html = page(client)
    assert "What can be asked" in html
    assert 'name="q"' in html and "<form" in html


ROBOTS = {
    "/": True,
    "/search/": True,
    "/search/opensearch.xml": True,
    "/search/?q=herons": False,
    "/search/suggest.json?q=her": False,
    "/admin/": False,
}
"""What crawlers may ask for."""


def test_search_engines_may_know_the_page_and_none_of_its_answers(client):
    assert '<link rel="canonical" href="http://testserver/search/">' in page(client) and "noindex" not in page(client)
    assert '<meta name="robots" content="noindex">' in page(client, "herons")
    rules = Protego.parse(client.get("/robots.txt").content.decode())
    allowed = {path: rules.can_fetch(f"http://testserver{path}", "AnyBot") for path in ROBOTS}
    assert allowed == ROBOTS


def test_results_are_counted_and_paged(client):
    for number in range(23):
        indexed(f"article-{number}", title="Herons")
    html = page(client, "herons")
    assert "23 articles" in html and html.count('class="hit"') == 10
    assert '<a rel="next" href="?q=herons&amp;page=2">' in html
    last = page(client, "herons", page=3)
    assert last.count('class="hit"') == 3 and 'rel="next"' not in last and "page 3 of 3" in words_of(last)
    for odd in ("0", "-1", "99", "9999999999", "x", "²", ""):
        assert 'class="hit"' in page(client, "herons", page=odd)


def test_what_was_not_understood_and_what_was_cut_is_told(client):
    indexed()
    assert "Not understood and left out: after:soon" in words_of(page(client, "weir after:soon"))
    assert "only its beginning was looked for" in page(client, "weir " * 60)


def test_a_search_sets_no_cookie_and_is_answered_by_304_when_nothing_is_new(client):
    indexed()
    for path in ("/search/?q=heron", "/search/suggest.json?q=heron", "/search/opensearch.xml"):
        response = client.get(path)
        assert response.status_code == 200
        assert not response.cookies and "Cookie" not in response.get("Vary", "")
        assert client.get(path, headers={"If-None-Match": response["ETag"]}).status_code == 304
        assert client.post(path).status_code == 405


@pytest.mark.parametrize("path", ["/search/", "/search/suggest.json"])
def test_one_result_and_twenty_take_the_same_queries(client, path):
    def taken():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path, {"q": "heron wei"}).status_code == 200
        return len(queries)

    indexed("other", tags=("other",), source_name="Other", language="pl", title="heron", date=datetime.date(2025, 1, 1))
    indexed("first")
    one = taken()
    for number in range(20):
        indexed(f"article-{number}", title=f"heron {number}")
    assert taken() == one <= 6


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(text=TYPED)
def test_no_query_whatever_gives_an_error(client, text):
    if not Publication.objects.exists():
        indexed()
    typed = text.encode("utf-8", "replace").decode()
    assert client.get("/search/", {"q": typed}).status_code == 200
    assert client.get("/search/suggest.json", {"q": typed}).status_code == 200


@pytest.mark.parametrize(
    "query", ["q=%ff%fe", "q=%00heron", "q[]=1", "q=a&q=b", "page=1", "q=%ED%A0%80", "q=" + "%22" * 500]
)
def test_any_query_string_is_answered(client, query):
    assert client.get(f"/search/?{query}").status_code == 200
    assert client.get(f"/search/suggest.json?{query}").status_code == 200


# --- while typing ----------------------------------------------------------------------------------------


def test_titles_are_suggested_as_browsers_ask_for_them(client):
    indexed(title="The Kingfisher waits")
    response = client.get("/search/suggest.json", {"q": "kingf"})
    assert response["Content-Type"].startswith("application/x-suggestions+json")
    assert json.loads(response.content) == [
        "kingf",
        ["The Kingfisher waits"],
        [""],
        ["http://testserver/articles/herons-return/"],
    ]


def test_few_titles_are_suggested_the_best_first():
    for number in range(9):
        indexed(f"mention-{number}", title=f"Number {number}", body="A kingfisher.")
    indexed("best", title="Kingfisher")
    suggested = titles(parse("kingfish"))
    assert len(suggested) == 6
    assert suggested[0].title == "Kingfisher"


def test_browsers_can_add_the_search(client, settings):
    settings.SITE_NAME = "Rivers & <Weirs>, long enough"
    root = ElementTree.fromstring(client.get("/search/opensearch.xml").content)  # noqa: S314  our own
    space = "{http://a9.com/-/spec/opensearch/1.1/}"
    assert len(root.findtext(f"{space}ShortName")) <= 16
    templates = [url.get("template") for url in root.findall(f"{space}Url")]
    assert templates[0] == "http://testserver/search/?q={searchTerms}"
    assert 'type="application/opensearchdescription+xml"' in page(client)
