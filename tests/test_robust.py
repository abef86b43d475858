"""Whatever is asked, by whatever client, in whatever state of the machine: an answer that was meant."""

import datetime
from contextlib import contextmanager
from unittest.mock import patch
from urllib.parse import unquote

import pytest
from django.db import InterfaceError, OperationalError, ProgrammingError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from redis import RedisError

from digest.middleware import NOT_USED
from digest.public_pages import QUERY_MAX

from .public_addresses import ADDRESSES
from .publications import published

pytestmark = pytest.mark.django_db
MANY = hypothesis_settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
PATHS = sorted({address.partition("?")[0] for address in ADDRESSES})
NAMES = ["q", "page", "before", "after", "utm_source", "format", ""]
VALUES = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        ["2026-04-02.17", "9999-99-99.1", "-1", "1e9", "NaN", "\x00", "٣", '"', "tag:", "-", "*", "a" * 500]
    ),
    st.sampled_from(
        ['NEAR("a" "b")', "a AND OR NOT", "tag:birds lang:pl before:2026-13", "' OR 1=1 --", "{{7}}", "%s"]
    ),
)
QUERIES = st.one_of(
    st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=4).map(
        lambda pairs: "&".join(f"{name}={value}" for name, value in pairs)
    ),
    st.binary(max_size=60).map(lambda raw: raw.decode("latin-1")),
    st.sampled_from(["%", "%00", "%ff%fe=%c0%80", "&&&===", "q=%", "q[]=1&q[a][b]=2", "q=" + "%F0%9F%90%A2" * 30, ";"]),
)
HEADERS = st.dictionaries(
    st.sampled_from(
        ["accept", "accept-language", "accept-encoding", "if-none-match", "if-modified-since", "if-match", "range"]
        + ["if-unmodified-since", "cookie", "authorization", "referer", "user-agent", "x-forwarded-for", "origin"]
        + ["x-forwarded-host", "x-forwarded-proto", "content-type", "content-length", "x-http-method-override"]
    ),
    st.one_of(
        st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=40),
        st.sampled_from(['"', 'W/"', "*", "bytes=0-", "sessionid=x; csrftoken=y", "Thu, 99 Foo 2026", "\xff\xfe", "0"]),
    ),
    max_size=4,
)
SEGMENTS = st.one_of(
    st.sampled_from(
        ["articles", "tags", "sources", "archive", "en", "pl", "search", "feed.rss", "about", "..", ".", ""]
    ),
    st.sampled_from(["herons-return", "herons-return.md", "2026", "13", "02", "tldr", "żółw", "sitemap-0.xml", "%00"]),
    st.text(max_size=20),
)


@contextmanager
def database_away(error):
    """Whatever is asked of the database fails: the database, not our code."""

    def gone(*args):
        raise error

    with connection.execute_wrapper(gone):
        yield


def answer(path, query="", **headers):
    """What a fresh client gets; an exception in a view is a failure of the test."""
    client = Client(headers=headers)
    return client.generic("GET", "/", PATH_INFO=_as_wsgi(unquote(path)), QUERY_STRING=_as_wsgi(query))


def _as_wsgi(text):
    """Text as a WSGI server hands it on (PEP 3333): the bytes that came, each a character."""
    return text.encode("utf-8", "surrogatepass").decode("latin-1")


@MANY
@given(path=st.sampled_from(PATHS), query=QUERIES, headers=HEADERS)
def test_any_query_and_headers_get_an_answer_below_500(path, query, headers):
    response = answer(path, query, **headers)
    assert response.status_code < 500, (path, query, headers)
    assert not response.cookies


@MANY
@given(segments=st.lists(SEGMENTS, max_size=6), query=QUERIES)
def test_any_path_gets_an_answer_below_500(segments, query):
    path = "/" + "/".join(segments)
    if path.startswith("/admin"):
        return
    response = answer(path, query)
    assert response.status_code < 500, (path, query)
    assert not response.cookies


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "BREW"])
def test_readers_only_read(client, path, method):
    published()
    assert client.generic(method, path, b"x" * 100, "application/x-www-form-urlencoded").status_code in (404, 405)


@pytest.mark.parametrize("path", ["/", "/search/", "/articles/herons-return/", "/feed.json", "/sitemap.xml"])
def test_a_query_string_has_a_limit(client, path):
    published()
    assert client.get(path, QUERY_STRING="q=" + "a" * (QUERY_MAX - 2)).status_code == 200
    response = client.get(path, QUERY_STRING="q=" + "a" * QUERY_MAX)
    assert (response.status_code, response.content) == (414, b"The address is too long.\n")


@pytest.mark.parametrize(
    "host", ["evil.example.org", "testserver.evil.example.org", "testserver:x", "a b", "[::1", "x" * 3000, "é"]
)
def test_a_hostile_host_is_refused(client, host):
    response = client.get("/", headers={"host": host})
    assert response.status_code == 400
    assert host.encode() not in response.content


def test_the_host_that_a_proxy_names_is_not_believed(client):
    published()
    html = client.get("/", headers={"x-forwarded-host": "evil.example.org"}).content
    assert b"evil.example.org" not in html


# --- headers ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [*PATHS, "/no/such/page", "/static/digest/site.css", "/admin/login/"])
def test_every_answer_has_the_headers_that_observatories_look_for(client, path, settings):
    settings.SECURE_HSTS_SECONDS = 31_536_000
    published()
    response = client.get(path, secure=True)
    response.close()
    headers = response.headers
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] in ("strict-origin-when-cross-origin", "no-referrer")
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] in ("same-origin", "cross-origin")
    assert "camera=()" in headers["Permissions-Policy"]
    if not path.startswith("/static/"):
        assert headers["X-Frame-Options"] == "DENY"
        policy = headers["Content-Security-Policy"]
        for directive in ("default-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"):
            assert directive in policy
        assert "unsafe" not in policy and "*" not in policy


def test_only_feeds_documents_and_pictures_for_sharing_may_be_read_by_other_sites(client):
    published()
    for path in PATHS:
        response = client.get(path)
        if response.status_code != 200:
            continue
        kind = response["Content-Type"].partition(";")[0]
        allowed = kind.endswith(("rss+xml", "atom+xml", "feed+json", "application/json", "markdown", "image/png"))
        assert (response["Cross-Origin-Resource-Policy"] == "cross-origin") == allowed, path
        assert ("Access-Control-Allow-Origin" in response.headers) == (allowed and kind != "image/png"), path


@pytest.mark.parametrize("path", ["/", "/tags/?q=a", "/admin/login/", "/no/such/page", "/static/digest/site.css"])
def test_http_leads_to_https_on_the_same_host(client, path, settings):
    settings.SECURE_SSL_REDIRECT = True
    response = client.get(path)
    assert (response.status_code, response["Location"]) == (301, f"https://testserver{path}")


def test_no_answer_names_software_or_versions(client):
    published()
    headers = client.get("/").headers
    assert not {"Server", "X-Powered-By"} & set(headers)


def test_copying_a_link_is_left_allowed():
    assert not {"clipboard-write", "web-share"} & set(NOT_USED)


# --- health -----------------------------------------------------------------------------------------------


def test_healthz_asks_nothing_of_anything(client):
    with CaptureQueriesContext(connection) as queries:
        response = client.get("/healthz")
    assert (response.status_code, response.content, len(queries)) == (200, b"ok\n", 0)
    assert response["Cache-Control"] == "no-store"


def test_readyz_says_what_is_ready(client):
    response = client.get("/readyz")
    assert (response.status_code, response["Cache-Control"]) == (200, "no-store")
    assert response.content == b"database: ok\nmigrations: ok\ncache: ok\n"


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_readyz_is_not_ready_without_a_database_and_keeps_the_reason_to_itself(client, error):
    with database_away(error("secret.example.org refused")):
        response = client.get("/readyz")
    assert (response.status_code, response["Retry-After"]) == (503, "30")
    assert response.content == b"database: not ready\nmigrations: not ready\ncache: ok\n"


def test_readyz_is_not_ready_before_migrations(client):
    newest = MigrationLoader(connection).graph.leaf_nodes("digest")[0]
    MigrationRecorder(connection).record_unapplied(*newest)
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (503, b"database: ok\nmigrations: not ready\ncache: ok\n")


def test_readyz_is_not_ready_without_its_cache(client):
    with patch("django.core.cache.backends.locmem.LocMemCache.set", side_effect=RedisError("gone")):
        response = client.get("/readyz")
    assert (response.status_code, response.content) == (503, b"database: ok\nmigrations: ok\ncache: not ready\n")


def test_a_picture_is_drawn_where_the_cache_is_away(client):
    published()
    with patch("django.core.cache.backends.locmem.LocMemCache.get", side_effect=RedisError("gone")):
        response = client.get("/articles/herons-return.png")
    assert (response.status_code, response["Content-Type"]) == (200, "image/png")


def test_what_nobody_foresaw_is_still_a_500(client):
    client.raise_request_exception = False
    with database_away(ProgrammingError("no such column")):
        response = client.get("/")
    assert response.status_code == 500
    assert "Something broke on our side" in response.content.decode()


@pytest.mark.parametrize("path", ["/", "/admin/login/", "/sitemap.xml", "/feed.json", "/search/?q=herons"])
def test_while_the_database_is_away_every_page_says_when_to_come_back(client, path, caplog):
    client.cookies["sessionid"] = "x" * 32  # the desk looks who that is before any page does
    client.raise_request_exception = False
    with database_away(OperationalError("gone")):
        response = client.get(path)
    assert (response.status_code, response["Retry-After"]) == (503, "30")
    assert "The database did not answer" in caplog.text


def test_an_article_of_the_first_day_of_the_calendar_is_no_error(client):
    published(date=datetime.date(1, 1, 1))
    for path in ("/", "/archive/", "/archive/0001/01/01/", "/articles/herons-return/", "/sitemap.xml"):
        assert client.get(path).status_code == 200, path
    assert client.get("/archive/0000/").status_code == 404


@pytest.mark.parametrize("path", ["/archive/9999/", "/archive/9999/12/", "/archive/9999/12/31/", "/archive/0001/01/"])
def test_the_first_and_the_last_month_of_the_calendar_are_no_error(client, path):
    assert client.get(path).status_code == 404
    published("first", date=datetime.date(1, 1, 1))
    published("last", date=datetime.date(9999, 12, 31))
    assert client.get(path).status_code == 200
