"""RSS and Atom: what a feed reader makes of them."""

import datetime
import uuid
from xml.etree import ElementTree

import feedparser
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from digest.feeds import ENTRIES
from digest.models import Publication

from .publications import MOMENT, later, published, refresh, several

pytestmark = pytest.mark.django_db
ALL = ["/feed.rss", "/feed.atom", "/en/feed.rss", "/en/feed.atom", "/tags/birds/feed.rss", "/tags/birds/feed.atom"]
ALL += ["/sources/river-notes/feed.rss", "/sources/river-notes/feed.atom"]
CONTROLS = "".join(map(chr, [*range(1, 32), 127, 0xFFFE, 0xFFFF]))


def read(client, path):
    """A feed as feedparser sees it; it must be sound XML of the right type."""
    response = client.get(path)
    assert response.status_code == 200
    kind = "rss" if path.endswith("rss") else "atom"
    assert response["Content-Type"] == f"application/{kind}+xml; charset=utf-8"
    ElementTree.fromstring(response.content)  # noqa: S314  our own
    feed = feedparser.parse(response.content, response_headers={"content-type": response["Content-Type"]})
    assert not feed.bozo, feed.get("bozo_exception")
    assert feed.version == {"rss": "rss20", "atom": "atom10"}[kind]
    return feed


@pytest.mark.parametrize("path", ALL)
def test_an_entry_has_title_address_full_text_and_tags(client, path):
    published()
    feed = read(client, path)
    (entry,) = feed.entries
    assert entry.title == "About herons-return"
    assert entry.link == "http://testserver/articles/herons-return/"
    assert entry.summary == "Two nests at the weir."
    assert "<li>Two nests were counted</li>" in entry.content[0].value
    assert [tag.term for tag in entry.tags] == ["birds", "rivers"]
    assert entry.get("author", feed.feed.get("author")) == "the editors of Digest"


@pytest.mark.parametrize("path", ALL)
def test_the_full_text_opens_with_the_line_about_machine_and_reviewer(client, path):
    published(corrected=True)
    text = read(client, path).entries[0].content[0].value
    assert text.startswith("<p><em>")
    assert "Written by a machine (model-x-7) from River Notes." in text
    assert "Checked and corrected by Bea Nowak" in text


@pytest.mark.parametrize("path", ALL)
def test_an_id_outlives_every_change_of_slug_title_and_text(client, path):
    publication = published()
    expected = f"urn:uuid:{publication.uid}"
    assert read(client, path).entries[0].id == expected
    Publication.objects.update(slug="other", title="Other", body="Other", updated_at=later(days=-1))
    refresh(*Publication.objects.all())
    assert read(client, path).entries[0].id == expected
    assert uuid.UUID(expected.removeprefix("urn:uuid:")).version == 4


def when(parsed):
    return datetime.datetime(*parsed[:6], tzinfo=datetime.UTC)


@pytest.mark.parametrize("path", ALL)
def test_a_correction_moves_updated_and_leaves_published(client, path):
    corrected = MOMENT + datetime.timedelta(days=3)
    published("untouched", date=datetime.date(2026, 4, 1))
    published(updated_at=corrected)
    feed = read(client, path)
    assert [when(entry.published_parsed) for entry in feed.entries] == [MOMENT, MOMENT]
    assert [when(entry.updated_parsed) for entry in feed.entries] == [corrected, MOMENT]
    assert when(feed.feed.updated_parsed) == corrected


@pytest.mark.parametrize("path", ["/feed.rss", "/feed.atom"])
def test_an_article_under_embargo_is_new_when_the_embargo_ends(client, path):
    end = MOMENT + datetime.timedelta(days=2)
    published(visible_from=end)
    (entry,) = read(client, path).entries
    assert when(entry.published_parsed) == when(entry.updated_parsed) == end


def test_a_feed_holds_the_newest_entries_only(client):
    slugs = [each.slug for each in several(ENTRIES + 2)]
    entries = read(client, "/feed.atom").entries
    assert [entry.link.rsplit("/", 2)[1] for entry in entries] == slugs[:ENTRIES]


@pytest.mark.parametrize("kind", ["rss", "atom"])
def test_language_and_tag_have_feeds_of_their_own(client, kind):
    published("english", tags=["birds"])
    published("polski", language="pl", tags=["ptaki"])
    assert [entry.title for entry in read(client, f"/pl/feed.{kind}").entries] == ["About polski"]
    assert [entry.title for entry in read(client, f"/tags/birds/feed.{kind}").entries] == ["About english"]
    assert read(client, f"/feed.{kind}").feed.title == "Digest"
    assert read(client, f"/pl/feed.{kind}").feed.title == "Digest: Articles in Polish"
    assert read(client, f"/tags/birds/feed.{kind}").feed.title == "Digest: birds"
    assert client.get(f"/tags/unknown/feed.{kind}").status_code == 404


def test_an_atom_entry_names_its_language_and_where_its_links_start(client):
    published(language="pl", body="[inside](/articles/other/)")
    root = ElementTree.fromstring(client.get("/feed.atom").content)  # noqa: S314  our own
    entry = root.find("{http://www.w3.org/2005/Atom}entry")
    xml = "{http://www.w3.org/XML/1998/namespace}"
    assert entry.get(f"{xml}lang") == "pl"
    content = entry.find("{http://www.w3.org/2005/Atom}content")
    assert content.get(f"{xml}base") == "http://testserver/articles/herons-return/"


@pytest.mark.parametrize("path", ["/feed.rss", "/feed.atom", "/pl/feed.rss", "/pl/feed.atom"])
def test_an_empty_feed_is_a_sound_feed_that_stays_the_same(client, path):
    assert read(client, path).entries == []
    assert when(read(client, path).feed.updated_parsed) == datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


@pytest.mark.parametrize("path", ["/feed.rss", "/feed.atom"])
def test_a_feed_names_its_own_address(client, path):
    assert {"rel": "self", "href": f"http://testserver{path}"}.items() <= next(
        link for link in read(client, path).feed.links if link.rel == "self"
    ).items()


@pytest.mark.parametrize("path", ["/feed.rss", "/feed.atom"])
@pytest.mark.parametrize(
    "text",
    [f"a{CONTROLS}b", "]]><script>alert(1)</script>", "&lt;b&gt; & <b>", "\u202egnp.exe", "ż 🐢 東京", "&#0; &#x1F;"],
    ids=["controls", "cdata", "entities", "bidi", "scripts", "references"],
)
def test_hostile_words_break_no_feed(client, path, text):
    fields = dict.fromkeys(["title", "excerpt", "source_name", "model_name", "reviewed_by", "body"], text)
    published(tags=[text], **fields, language="en")
    (entry,) = read(client, path).entries
    assert entry.summary_detail.type == "text/plain" or "<script" not in entry.summary
    assert entry.title


def test_words_that_look_like_markup_arrive_as_words(client):
    published(title="Use <b> & <i>", excerpt="Not <b>bold</b> & not &amp;")
    atom = read(client, "/feed.atom").entries[0]
    assert (atom.title, atom.summary) == ("Use <b> & <i>", "Not <b>bold</b> & not &amp;")
    rss = ElementTree.fromstring(client.get("/feed.rss").content).find("channel/item")  # noqa: S314  our own
    assert rss.findtext("title") == "Use <b> & <i>"
    assert rss.findtext("description") == "Not &lt;b&gt;bold&lt;/b&gt; &amp; not &amp;amp;"  # HTML, by RSS's rules


@pytest.mark.parametrize("path", ALL)
def test_a_feed_takes_as_many_queries_for_20_articles_as_for_one(client, path):
    published()
    with CaptureQueriesContext(connection) as for_one:
        read(client, path)
    several(20)
    with CaptureQueriesContext(connection) as for_twenty:
        read(client, path)
    assert len(for_one) == len(for_twenty) == 1


def test_pages_say_where_their_feeds_are(client):
    published()
    for page, feeds in {
        "/": ["/feed.atom", "/feed.rss"],
        "/en/": ["/feed.atom", "/feed.rss", "/en/feed.atom", "/en/feed.rss"],
        "/tags/birds/": ["/feed.atom", "/feed.rss", "/tags/birds/feed.atom", "/tags/birds/feed.rss"],
    }.items():
        html = client.get(page).content.decode()
        for feed in feeds:
            assert f'href="{feed}">' in html
