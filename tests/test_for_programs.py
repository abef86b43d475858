"""What other programs read: JSON Feed, articles as Markdown and JSON, sitemaps, llms.txt, pictures for sharing."""

import datetime
import io
import json
from xml.etree import ElementTree

import frontmatter
import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from PIL import Image

from digest import sitemaps
from digest.cards import SIZE, TITLE_BOX, Words, _fitted, _font, draw, words_of
from digest.feeds import ENTRIES
from digest.models import Correction, Publication

from .publications import MOMENT, later, published, refresh, several

pytestmark = pytest.mark.django_db
JSON_FEEDS = ["/feed.json", "/en/feed.json", "/tags/birds/feed.json", "/sources/river-notes/feed.json"]
FORMS = ["/articles/herons-return.md", "/articles/herons-return.json", "/articles/herons-return.png"]
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"


def json_at(client, path):
    response = client.get(path)
    assert response.status_code == 200, path
    return json.loads(response.content)


# --- JSON Feed --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", JSON_FEEDS)
def test_a_json_feed_has_what_version_1_1_demands(client, path):
    publication = published()
    response = client.get(path)
    assert response["Content-Type"] == "application/feed+json; charset=utf-8"
    feed = json.loads(response.content)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == f"http://testserver{path}"
    assert feed["home_page_url"] == f"http://testserver{path.removesuffix('feed.json')}"
    (item,) = feed["items"]
    assert item["id"] == f"urn:uuid:{publication.uid}"
    assert item["url"] == "http://testserver/articles/herons-return/"
    assert item["tags"] == ["birds", "rivers"]
    assert item["language"] == "en"
    assert "<li>Two nests were counted</li>" in item["content_html"]
    assert "Written by a machine (<bdi>model-x-7</bdi>) from" in item["content_html"]
    assert item["image"] == "http://testserver/articles/herons-return.png"
    assert datetime.datetime.fromisoformat(item["date_published"]) == MOMENT


def test_a_json_item_tells_machines_how_the_text_came_to_be(client):
    publication = published(corrected=True, changed_percent=4)
    Correction.objects.create(uid=publication.uid, note="Two, not three.", at=MOMENT)
    refresh(publication)
    made = json_at(client, "/feed.json")["items"][0]["_digest"]
    assert made["digital_source_type"] == [
        "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia",
        "http://cv.iptc.org/newscodes/digitalsourcetype/humanEdits",
    ]
    assert (made["model"], made["source"], made["reviewed_by"]) == ("model-x-7", "River Notes", "Bea Nowak")
    assert (made["last_reviewed"], made["changed_by_people"], made["changed_percent"]) == ("2026-04-02", True, 4)
    assert made["corrections"] == [{"date": "2026-04-02", "note": "Two, not three."}]
    assert made["stories"] == [
        {
            "title": "Herons return to the weir",
            "url": "http://testserver/articles/herons-return/#herons-return-to-the-weir",
            "tldr": "Two herons nest at the weir again.",
            "sources": ["https://notes.example.org/2026/herons"],
        }
    ]


def test_entries_of_rss_and_atom_name_reviewer_kind_of_source_and_sources(client):
    published()
    for path in ("/feed.rss", "/feed.atom"):
        entry = ElementTree.fromstring(client.get(path).content)  # noqa: S314  our own
        told = {
            name: [each.text for each in entry.iter(f"{{http://purl.org/dc/elements/1.1/}}{name}")]
            for name in ("contributor", "type", "source")
        }
        assert told == {
            "contributor": ["Bea Nowak"],
            "type": ["http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"],
            "source": ["https://notes.example.org/2026/herons"],
        }


def test_a_correction_moves_date_modified_and_leaves_id_and_date_published(client):
    publication = published()
    before = json_at(client, "/feed.json")["items"][0]
    publication.updated_at, publication.title = MOMENT + datetime.timedelta(days=3), "Corrected"
    publication.save()
    refresh(publication)
    after = json_at(client, "/feed.json")["items"][0]
    assert [after[name] == before[name] for name in ("id", "date_published", "date_modified", "title")] == [
        *(True, True, False, False),
    ]


def test_an_empty_json_feed_is_a_sound_feed(client):
    assert json_at(client, "/feed.json")["items"] == []
    assert client.get("/tags/unknown/feed.json").status_code == 404


def test_a_json_feed_holds_the_newest_entries_only(client):
    several(ENTRIES + 2, body="Text.")
    assert len(json_at(client, "/feed.json")["items"]) == ENTRIES


@pytest.mark.parametrize("text", ['"@@entries@@"', "</script>\u2028", '\\"; {"a": 1}', "\x00\x1f\ud7ff", "ż 🐢 東京"])
def test_hostile_words_break_no_json(client, text):
    text = text.replace("\x00", "")  # no database holds it, and no import lets it in
    published(tags=[text], title=text, excerpt=text, body=text, model_name=text, source_name=text)
    assert json_at(client, "/feed.json")["items"][0]["title"] == text
    assert json_at(client, "/articles/herons-return.json")["tags"] == [text]


def test_a_publication_that_was_not_made_anew_yet_breaks_no_feed(client):
    published("old", date=datetime.date(2026, 4, 1))
    published()
    Publication.objects.filter(slug="old").update(item_json="", front_matter="")
    assert [item["title"] for item in json_at(client, "/feed.json")["items"]] == ["About herons-return"]
    assert client.get("/articles/old.json").status_code == client.get("/articles/old.md").status_code == 404


# --- one article ------------------------------------------------------------------------------------------


def test_an_article_as_markdown_has_its_facts_in_front_and_the_text_as_approved(client):
    publication = published(title='A "quoted": title', corrected=True)
    response = client.get("/articles/herons-return.md")
    assert response["Content-Type"] == "text/markdown; charset=utf-8"
    post = frontmatter.loads(response.content.decode())
    assert post["title"] == 'A "quoted": title'
    assert post["id"] == f"urn:uuid:{publication.uid}"
    assert (post["model"], post["reviewed_by"], post["changed_by_people"]) == ("model-x-7", "Bea Nowak", True)
    assert post.content.startswith('# A "quoted": title\n\n## Herons return to the weir')
    assert response.content.decode().endswith(publication.body)


def test_an_article_as_json_is_its_item_of_the_feed(client):
    published()
    response = client.get("/articles/herons-return.json")
    assert response["Content-Type"] == "application/json; charset=utf-8"
    assert json.loads(response.content) == json_at(client, "/feed.json")["items"][0]


@pytest.mark.parametrize("path", FORMS[:2])
def test_documents_say_where_the_page_is_and_the_page_where_they_are(client, path):
    published()
    assert client.get(path)["Link"] == '<http://testserver/articles/herons-return/>; rel="canonical"'
    assert f'href="http://testserver{path}">' in client.get("/articles/herons-return/").content.decode()


@pytest.mark.parametrize("path", FORMS)
def test_a_form_of_an_article_is_seen_by_whoever_sees_its_page(client, path):
    publication = published()
    first = client.get(path)
    assert (first.status_code, first["Cache-Control"]) == (200, "public, no-cache")
    assert client.get(path, headers={"if-none-match": first["ETag"]}).status_code == 304
    Publication.objects.update(visible_from=later(hours=1))
    assert client.get(path).status_code == 404
    publication.delete()
    assert client.get(path).status_code == 404


def test_former_addresses_of_documents_lead_to_the_current_ones(client):
    published(slug="herons-2026").aliases.create(slug="herons-return")
    for ending in ("md", "json"):
        response = client.get(f"/articles/herons-return.{ending}")
        assert (response.status_code, response["Location"]) == (301, f"/articles/herons-2026.{ending}")


def test_documents_are_dated(client):
    published()
    for path in FORMS[:2]:
        assert client.get(path)["Last-Modified"] == "Thu, 02 Apr 2026 09:30:00 GMT"


# --- sitemaps ---------------------------------------------------------------------------------------------


def addresses(client, path):
    response = client.get(path)
    assert response.status_code == 200, path
    root = ElementTree.fromstring(response.content)  # noqa: S314  our own
    return root.tag.removeprefix(SITEMAP), [each.text for each in root.iter(f"{SITEMAP}loc")]


def test_the_sitemap_has_every_article_and_page_that_answers(client):
    published(tags=[])
    published("zolw", language="pl", tags=[])
    root, found = addresses(client, "/sitemap.xml")
    assert root == "urlset"
    assert {"http://testserver/", "http://testserver/articles/herons-return/", "http://testserver/pl/about/"} <= set(
        found
    )
    assert len(found) == len(set(found))
    for address in found:
        assert client.get(address.removeprefix("http://testserver")).status_code == 200, address


def test_an_empty_site_has_a_sitemap_of_its_pages(client):
    root, found = addresses(client, "/sitemap.xml")
    assert root == "urlset" and "http://testserver/" in found


def test_beyond_one_block_of_ids_the_sitemap_is_an_index(client, monkeypatch):
    monkeypatch.setattr(sitemaps, "BLOCK", 3)
    slugs = [each.slug for each in several(8, body="Text.")]
    root, maps = addresses(client, "/sitemap.xml")
    assert root == "sitemapindex" and maps[0] == "http://testserver/sitemap-pages.xml"
    found = [address for each in maps[1:] for address in addresses(client, each.removeprefix("http://testserver"))[1]]
    assert sorted(found) == sorted(f"http://testserver/articles/{slug}/" for slug in slugs)


def test_a_block_of_hidden_articles_is_in_no_index(client, monkeypatch):
    monkeypatch.setattr(sitemaps, "BLOCK", 1)
    shown = [published("one", tags=[]), published("three", tags=[])]
    hidden = published("hidden", tags=[], visible_from=later(days=1))
    _, maps = addresses(client, "/sitemap.xml")
    assert [each.rsplit("-", 1)[1] for each in maps[1:]] == [f"{each.pk}.xml" for each in shown]
    assert client.get(f"/sitemap-{hidden.pk}.xml").status_code == 404


def test_a_sitemap_tells_when_an_article_last_changed(client):
    published(updated_at=MOMENT + datetime.timedelta(days=1))
    assert b"<lastmod>2026-04-03T09:30:00+00:00</lastmod>" in client.get("/sitemap.xml").content


def test_the_news_sitemap_has_what_came_out_in_the_last_two_days(client):
    today = later(hours=-1).date()
    facts = {"first_published_at": later(hours=-1), "visible_from": later(hours=-1)}
    published("fresh", title="Fish & chips <today>", date=today, **facts)
    published("old")
    published("old-text-new-here", **facts)
    published("hidden", date=today, visible_from=later(days=1), first_published_at=later(hours=-1))
    root = ElementTree.fromstring(client.get("/news-sitemap.xml").content)  # noqa: S314  our own
    assert [each.text for each in root.iter(f"{NEWS}title")] == ["Fish & chips <today>"]
    assert [each.text for each in root.iter(f"{NEWS}language")] == ["en"]


@pytest.mark.parametrize("path", ["/sitemap.xml", "/news-sitemap.xml", "/llms.txt", *FORMS, *JSON_FEEDS])
def test_it_takes_as_many_queries_for_20_articles_as_for_one(client, path):
    published()
    with CaptureQueriesContext(connection) as for_one:
        client.get(path)
    several(20, body="Text.")
    with CaptureQueriesContext(connection) as for_twenty:
        client.get(path)
    assert len(for_one) == len(for_twenty) <= 2


@pytest.mark.parametrize("number", ["01", "-1", "999999999999999999999", "x"])
def test_a_sitemap_of_another_number_is_not_found(client, number):
    assert client.get(f"/sitemap-{number}.xml").status_code == 404


def test_llms_txt_names_the_texts_and_who_answers_for_them(client):
    published(title="Herons [two]\nreturn")
    text = client.get("/llms.txt").content.decode()
    assert text.startswith("# Digest\n\n> ")
    assert "- [Herons (two) return](http://testserver/articles/herons-return.md): Two nests at the weir." in text
    assert "http://testserver/editorial-policy/" in text and "&" not in text


# --- pictures ---------------------------------------------------------------------------------------------

WORDS = Words("Herons return", "2", "April 2026", "River Notes", "Written by a machine. Checked by Bea", "Digest")


def test_an_articles_picture_has_the_size_that_its_page_tells(client):
    published()
    response = client.get("/articles/herons-return.png")
    assert response["Content-Type"] == "image/png"
    image = Image.open(io.BytesIO(response.content))
    assert image.size == SIZE == (1200, 630)
    assert image.info.keys() <= {"transparency"}  # nothing written beside the picture
    html = client.get("/articles/herons-return/").content.decode()
    assert '<meta property="og:image" content="http://testserver/articles/herons-return.png?v=00000000">' in html
    assert '<meta property="og:image:width" content="1200">' in html


def test_a_picture_tells_title_day_source_and_who_checked_in_the_language_of_the_text():
    words = words_of(published(title="Żółw\n i zając", language="pl", corrected=True))
    assert words == Words(
        title="Żółw i zając",
        day="2",
        month="kwietnia 2026",
        source="River Notes",
        made="Napisane przez maszynę. Sprawdzone i poprawione przez: Bea Nowak",
        site="Digest",
    )


def test_a_picture_is_drawn_once_and_again_when_its_words_change(client, monkeypatch):
    cache.clear()
    drawn = []
    monkeypatch.setattr("digest.cards.draw", lambda words: drawn.append(words) or b"a picture")
    published()
    for _ in range(2):
        client.get("/articles/herons-return.png")
    Publication.objects.update(title="Another")
    client.get("/articles/herons-return.png")
    assert [words.title for words in drawn] == ["About herons-return", "Another"]
    cache.clear()


@pytest.mark.parametrize("letter", "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ„”–…ß")
def test_the_fonts_have_the_letters_of_both_languages(letter):
    assert draw(WORDS._replace(title=letter)) != draw(WORDS._replace(title=""))
    assert draw(WORDS._replace(title=letter)) != draw(WORDS._replace(title="東"))


def test_letters_that_the_fonts_lack_leave_no_boxes():
    assert draw(WORDS._replace(title="Herons 🐢 return 東京")) == draw(WORDS)


@hypothesis_settings(max_examples=40, deadline=None)
@given(st.text(max_size=600), st.text(max_size=80))
def test_a_picture_is_drawn_of_any_words(title, name):
    draw(Words(title, "31", name, name, name, name))
    lines, size = _fitted(title)
    assert all(_font("bold", size).getlength(line) <= TITLE_BOX[0] for line in lines)
