"""What changed for readers is told to a hub and to a CDN: after the commit, once, never in the way of publishing."""

import datetime
import json
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import feedparser
import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, transaction
from django.utils import timezone

from digest.announcing import ATTEMPTS, Sent, _send_alone, _turns, announce, note, send_due, topics_of
from digest.models import Announcement, Publication, SitePage
from digest.places import ALL, FRONT, PAGES, Place, places_of
from editorial.models import Article
from editorial.site_pages import save_page
from editorial.workflow import Action, correct

from .publications import published as shown
from .test_robust import database_away
from .test_settings import manage
from .texts import BODY, act, imported, published

pytestmark = pytest.mark.django_db
LEFT_OPEN = pytest.mark.filterwarnings(
    "ignore:unclosed database:ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
"""Django never closes a database in memory, not even in a thread that ends."""


class Hearer:
    """A hub and a CDN in one: keeps what it is told, and answers with `status`."""

    def __init__(self):
        self.heard, self.status = [], 204
        self.event = threading.Event()
        hearer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                hearer.heard.append((self.path, dict(self.headers), body))
                self.send_response(hearer.status)
                self.end_headers()
                hearer.event.set()

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def hearer(settings):
    """Hub and CDN that listen; the settings name them."""
    hearer = Hearer()
    settings.WEBSUB_HUB, settings.PURGE_URL = f"{hearer.url}/hub", f"{hearer.url}/purge"
    settings.PURGE_HEADER = "Authorization: Bearer secret"
    yield hearer
    hearer.close()


def told_keys(hearer):
    return {key for path, _, body in hearer.heard if path == "/purge" for key in json.loads(body)["tags"]}


def told_topics(hearer):
    topics = [topic for path, _, body in hearer.heard if path == "/hub" for topic in parse_qs(body)["hub.url"]]
    return {topic.removeprefix("http://testserver") for topic in topics}


def test_with_neither_hub_nor_cdn_nothing_is_written_down(ada):
    published(by=ada)
    assert Announcement.objects.count() == 0


def test_an_approval_is_told_to_the_cdn_by_keys_and_to_the_hub_by_feeds(ada, hearer):
    article = published(by=ada, more='source_pattern: "River Notes"\n')
    assert send_due() == Sent(1, 0)
    assert told_keys(hearer) == {
        *("front", "site", "year-2026", "language-en", "tag-birds", "tag-rivers", "source-river-notes"),
        f"article-{article.publication_id}",
    }
    assert {"/feed.rss", "/feed.atom", "/feed.json", "/en/feed.json", "/tags/birds/feed.rss"} <= told_topics(hearer)
    assert "/sources/river-notes/feed.atom" in told_topics(hearer)
    (path, headers, body) = next(each for each in hearer.heard if each[0] == "/hub")
    assert parse_qs(body)["hub.mode"] == ["publish"]
    assert "Authorization" not in headers
    (_, headers, body) = next(each for each in hearer.heard if each[0] == "/purge")
    assert headers["Authorization"] == "Bearer secret"
    assert headers["Surrogate-Key"].split() == json.loads(body)["tags"]
    assert Announcement.objects.count() == 0


def test_the_cdn_is_told_before_the_hub(ada, hearer):
    published(by=ada)
    send_due()
    assert [path for path, _, _ in hearer.heard] == ["/purge", "/hub"]


def test_a_retraction_is_told_with_all_places_where_the_article_showed(ada, hearer):
    other = published(by=ada, slug="other", title="Storks return", body=BODY.replace("eron", "tork"))
    article = published(by=ada, hashtags="#generated #en #birds #otters")
    key = article.publication_id
    send_due()
    hearer.heard.clear()
    act(article, Action.RETRACT, by=ada)
    assert send_due() == Sent(1, 0)
    assert {f"article-{key}", f"article-{other.publication_id}", "tag-otters", "front"} <= told_keys(hearer)


def test_a_correction_is_told_with_the_tags_from_before_and_after(ada, hearer):
    article = published(by=ada, hashtags="#generated #en #birds #rivers")
    send_due()
    hearer.heard.clear()
    article.refresh_from_db()
    correct(article, replace(article.current.text, tags=("birds", "weirs")), by=ada, based_on=article.current)
    act(Article.objects.get(pk=article.pk), Action.APPROVE, by=ada)
    send_due()
    assert {"tag-birds", "tag-rivers", "tag-weirs"} <= told_keys(hearer)


def test_nothing_is_told_of_what_was_taken_back_with_its_transaction(ada, hearer):
    article = act(imported(), Action.START_REVIEW, by=ada)
    with pytest.raises(LookupError), transaction.atomic():
        act(article, Action.APPROVE, by=ada)
        raise LookupError
    assert send_due() == Sent(0, 0)


def test_the_end_of_an_embargo_is_told_when_it_has_come(hearer):
    publication = shown(visible_from=timezone.now() + datetime.timedelta(hours=1))
    note([], publication=publication, due=publication.visible_from)
    assert send_due() == Sent(0, 0)
    Announcement.objects.update(due=timezone.now())
    Publication.objects.update(visible_from=timezone.now())
    assert send_due() == Sent(1, 0)
    assert "front" in told_keys(hearer)


def test_who_is_away_is_told_later_and_later_and_then_no_more(hearer, caplog):
    hearer.status = 500
    note([FRONT])
    before = timezone.now()
    assert send_due() == Sent(0, 1)
    assert send_due() == Sent(0, 0)  # not due again yet
    row = Announcement.objects.get()
    assert (row.attempts, row.due - before > datetime.timedelta(seconds=50)) == (1, True)
    assert "did not take what changed" in caplog.text and "secret" not in caplog.text
    Announcement.objects.update(attempts=ATTEMPTS - 1, due=timezone.now())
    assert send_due() == Sent(0, 1)
    assert Announcement.objects.count() == 0


def test_two_processes_tell_a_thing_once(hearer):
    note([FRONT])
    stale = list(Announcement.objects.all())
    assert send_due() == Sent(1, 0)
    note([FRONT])
    Announcement.objects.update(attempts=1)  # as another process does that took it
    assert stale[0].attempts == 0
    assert len(hearer.heard) == 2


@LEFT_OPEN
@pytest.mark.django_db(transaction=True)
def test_an_approval_is_told_by_itself_after_its_commit(ada, hearer):
    published(by=ada)
    assert hearer.event.wait(20)
    for thread in threading.enumerate():
        if thread.name == "announcing":
            thread.join(20)
    assert {path for path, _, _ in hearer.heard} == {"/purge", "/hub"}
    assert Announcement.objects.count() == 0


@LEFT_OPEN
@pytest.mark.django_db(transaction=True)
def test_a_hub_that_does_not_listen_stops_no_approval(ada, settings):
    settings.WEBSUB_HUB = "http://127.0.0.1:9/"
    assert published(by=ada).publication is not None
    for thread in threading.enumerate():
        if thread.name == "announcing":
            thread.join(20)
    assert Announcement.objects.get().attempts == 1


def test_many_keys_go_in_requests_that_a_cdn_takes(hearer):
    note([Place("tag", f"żółw {number}") for number in range(70)])
    send_due()
    sizes = [len(json.loads(body)["tags"]) for path, _, body in hearer.heard if path == "/purge"]
    assert sizes == [30, 30, 10]
    assert all(key.isascii() and " " not in key and "," not in key for key in told_keys(hearer))


def test_a_page_of_the_publishers_is_told(ada, hearer):
    save_page(SitePage(kind="about", title="About", body="Us."), by=ada)
    send_due()
    assert told_keys(hearer) == {"pages"}
    assert told_topics(hearer) == set()


def test_the_command_tells_what_is_due_and_can_drop_everything(hearer, capsys):
    note([PAGES])
    call_command("announce")
    call_command("announce", "--everything")
    assert capsys.readouterr().out == "1 changes were told.\n" * 2
    assert told_keys(hearer) == {"pages", ALL.key}
    hearer.status = 503
    note([PAGES])
    with pytest.raises(CommandError, match="1 could not be told"):
        call_command("announce")


def test_the_command_says_so_where_nobody_is_to_be_told(capsys):
    call_command("announce")
    assert "WEBSUB_HUB and PURGE_URL are empty" in capsys.readouterr().out


def test_only_places_with_feeds_are_topics():
    assert topics_of([PAGES, Place("article", "7"), Place("year", "2026"), Place("language", "de")]) == []
    assert len(topics_of([FRONT, Place("tag", "birds")])) == 6


@pytest.mark.parametrize("name", ["WEBSUB_HUB", "PURGE_URL"])
def test_an_address_that_is_none_stops_the_start_with_a_sentence(name):
    result = manage("check", SECRET_KEY="x" * 50, **{name: "hub.example.org"})
    assert result.returncode != 0
    assert f"{name} is 'hub.example.org'; it must be a web address" in result.stderr


def test_a_header_that_is_none_stops_the_start_without_being_told():
    result = manage("check", SECRET_KEY="x" * 50, PURGE_HEADER="token-abc")
    assert result.returncode != 0
    assert "PURGE_HEADER can't be read" in result.stderr and "token-abc" not in result.stderr


# --- what pages and feeds say ---------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/feed.rss", "/feed.atom", "/feed.json", "/tags/birds/feed.atom"])
def test_feeds_name_their_hub_and_themselves(client, settings, path):
    settings.WEBSUB_HUB = "https://hub.example.org/"
    shown()
    response = client.get(path)
    assert response["Link"] == f'<https://hub.example.org/>; rel="hub", <http://testserver{path}>; rel="self"'
    if path.endswith("json"):
        assert json.loads(response.content)["hubs"] == [{"type": "WebSub", "url": "https://hub.example.org/"}]
    else:
        feed = feedparser.parse(response.content)
        assert not feed.bozo
        assert "https://hub.example.org/" in [link.href for link in feed.feed.links if link.rel == "hub"]


def keys_at(client, path):
    return set(client.get(path)["Surrogate-Key"].split())


def test_without_a_cdn_answers_carry_no_keys(client):
    shown()
    assert not {"Surrogate-Key", "Cache-Tag", "CDN-Cache-Control"} & set(client.get("/").headers)


def test_a_cdn_is_told_how_long_to_keep_a_page_and_by_what_keys_to_drop_it(client, settings):
    settings.CDN_MAX_AGE = 600
    publication = shown()
    near = shown("near", date=datetime.date(2026, 4, 1))
    response = client.get("/articles/herons-return/")
    assert response["Cache-Control"] == "public, no-cache"  # browsers go on asking
    assert response["CDN-Cache-Control"] == "public, max-age=600"
    assert response["Surrogate-Control"] == "max-age=600"
    assert response["Cache-Tag"].split(",") == response["Surrogate-Key"].split()
    assert keys_at(client, "/articles/herons-return/") == {"all", f"article-{publication.pk}", f"article-{near.pk}"}
    for path, key in {
        "/": "front",
        "/en/": "language-en",
        "/tags/birds/": "tag-birds",
        "/tags/birds/feed.json": "tag-birds",
        "/sources/river-notes/": "source-river-notes",
        "/archive/2026/04/": "year-2026",
        "/archive/": "site",
        "/search/?q=herons": "site",
        "/sitemap.xml": "site",
        "/about/": "pages",
        "/articles/herons-return.md": f"article-{publication.pk}",
        "/articles/herons-return.png": f"article-{publication.pk}",
    }.items():
        assert keys_at(client, path) == {"all", key}, path


def test_an_error_is_nothing_to_keep(client, settings):
    settings.CDN_MAX_AGE = 600
    assert "CDN-Cache-Control" not in client.get("/articles/unknown/").headers


def test_every_page_that_shows_an_article_is_dropped_with_it(client, settings):
    settings.CDN_MAX_AGE = 600
    publication = shown(title="Zorblax", excerpt="Zorblax")
    shown("near", date=datetime.date(2026, 4, 1))
    shown("far", language="pl", tags=["birds"])
    dropped = {place.key for place in places_of(publication)}
    for path in ("/", "/en/", "/tags/birds/", "/archive/2026/04/02/", "/articles/near/", "/articles/far/", "/llms.txt"):
        response = client.get(path)
        assert b"Zorblax" in response.content, path
        assert dropped & set(response["Surrogate-Key"].split()), path


def test_announcing_takes_the_same_queries_however_many_articles_there_are(django_assert_max_num_queries, hearer):
    publication = shown()
    for _ in range(2):
        with django_assert_max_num_queries(6):
            announce(places_of(publication), publication=publication)
        [shown(f"more-{number}", body="Text.") for number in range(12)]
        Publication.objects.exclude(pk=publication.pk).delete()


@pytest.mark.django_db(transaction=True)  # a thread closes its connection
def test_a_thread_that_finds_the_database_away_says_so_and_leaves_the_row(hearer, caplog):
    note([FRONT])
    with database_away(OperationalError("gone")):
        _send_alone()
    assert "`manage.py announce` does it later" in caplog.text
    assert Announcement.objects.count() == 1


def test_where_one_sends_and_one_waits_a_third_has_nothing_to_do(hearer):
    note([FRONT])
    assert _turns.acquire(blocking=False) and _turns.acquire(blocking=False)
    try:
        _send_alone()
        assert hearer.heard == []
    finally:
        _turns.release()
        _turns.release()
