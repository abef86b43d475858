"""One address is looked at: against a real server, with every hop judged, and within time and size."""

import gzip
import json
import socket
import ssl
import subprocess
import threading
from email.utils import formatdate
from shutil import which
from time import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editorial.checks import Result
from editorial.link_looking.guard import Guard
from editorial.link_looking.looking import HOPS_MAX, PLACE, Seen, _seconds
from editorial.link_looking.pace import PATIENCE, AskedToWait, Pace
from editorial.link_looking.page_titles import title_of

from .link_server import HTML, PAGE, Site, bomb, drip, looker, opened, raw, resolves_here, tls_context


@pytest.fixture
def site():
    site = Site()
    yield site
    site.close()


@pytest.fixture(scope="module")
def shared_site():
    site = Site()
    yield site
    site.close()


def look(site, path="/", *, host="site.test", **options):
    return looker(site, **options).look(site.at(path, host))


# --- what is there ---------------------------------------------------------------------------------------


def test_a_page_that_answers_is_fine_and_has_its_title(site):
    site.page("/a?b=1", "Herons &amp; weirs")
    assert look(site, "/a?b=1#part") == Seen(Result.FINE, 200, title="Herons & weirs")
    assert site.paths == ["/a?b=1"], "the part of the page is the reader's business"


def test_the_server_learns_who_asks_and_nothing_else(site, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9/")
    site.page("/", "Home", **{"Set-Cookie": "a=b"})
    site.page("/again", "Again")
    asking = looker(site)
    assert asking.look(site.at("/")).code == 200
    assert asking.look(site.at("/again")).code == 200
    assert site.headers == {
        "Host": f"site.test:{site.port}",
        "User-Agent": "DigestLinkLook/1.0 (+http://testserver)",
        "Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5",
        "Accept-Encoding": "gzip",
        "Connection": "close",
    }


@pytest.mark.parametrize(
    ("code", "result"),
    [(204, Result.FINE), (404, Result.GONE), (410, Result.GONE)]
    + [(code, Result.OTHERWISE) for code in (304, 400, 401, 403, 405, 406, 429, 451, 500, 502, 503, 999)],
)
def test_only_not_found_and_gone_mean_that_a_page_is_gone(site, code, result):
    site.page("/", "Something", code=code)
    assert (look(site).result, look(site).code) == (result, code)


def test_a_host_without_an_address_and_a_machine_that_takes_no_connection_are_told_apart(site):
    unknown = look(site, host="nowhere.example")
    assert (unknown.result, unknown.trouble) == (Result.NO_HOST, "There is no host named nowhere.example.")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    guard = Guard(ports=frozenset({port}), is_allowed=lambda ip: True, resolve=resolves_here)
    silent = looker(site, guard=guard).look(f"http://site.test:{port}/")
    assert (silent.result, silent.trouble) == (Result.SILENT, "site.test takes no connection.")


# --- redirects -------------------------------------------------------------------------------------------


def test_redirects_are_followed_to_the_final_address(site):
    site.redirect("/old", "newer?x=1", 308)
    site.redirect("/newer?x=1", f"//other.test:{site.port}/new#part")
    site.page("/new", "New")
    seen = look(site, "/old")
    assert seen == Seen(Result.FINE, 200, site.at("/new", "other.test"), permanent=True, title="New")


@pytest.mark.parametrize("code", [302, 303, 307])
def test_one_redirect_that_is_for_now_makes_the_whole_way_for_now(site, code):
    site.redirect("/old", "/newer")
    site.redirect("/newer", "/new", code)
    site.page("/new")
    assert look(site, "/old") == Seen(Result.FINE, 200, site.at("/new"))


def test_a_redirect_in_a_circle_and_one_without_end_are_given_up(site):
    site.redirect("/a", "/b")
    site.redirect("/b", "/a")
    assert look(site, "/a") == Seen(Result.OTHERWISE, trouble="site.test redirects in a circle.")
    for number in range(30):
        site.redirect(f"/{number}", f"/{number + 1}")
    site.asked.clear()
    assert look(site, "/0").trouble == f"There are more than {HOPS_MAX} redirects."
    assert len(site.paths) == HOPS_MAX + 1


@pytest.mark.parametrize(
    "to",
    [
        *("http://127.0.0.2/", "http://10.0.0.1/", "http://169.254.169.254/latest/meta-data/", "http://[::1]/"),
        *("file:///etc/passwd", "ftp://site.test/", "javascript:alert(1)", "http://user:word@site.test/", "http://["),
        *("http://site.test:22/", "//site.test:22/", "http://site.test:99999/", "/a b", "http://\\evil/"),
    ],
)
def test_a_redirect_to_where_nobody_may_ask_is_not_followed(site, to):
    site.redirect("/", to)
    seen = look(site)
    assert seen.result is Result.UNSAFE
    assert seen.trouble.startswith("It redirects")
    assert site.paths == ["/"]


def test_a_redirect_to_a_page_that_is_gone_is_gone(site):
    site.redirect("/", "/gone")
    assert look(site) == Seen(Result.GONE, 404, site.at("/gone"), permanent=True)


def test_the_guard_itself_refuses_this_machine(site):
    site.page("/")
    seen = look(site, host="127.0.0.1", guard=Guard(ports=frozenset({site.port})))
    assert seen.result is Result.UNSAFE
    assert site.asked == []


def test_a_name_that_leads_elsewhere_the_second_time_changes_nothing(site):
    """Rebinding: the name is public when it is judged and this machine when it is connected to."""
    answers = iter(["127.0.0.1", "127.0.0.1", "127.0.0.2"])
    asked = []

    def rebinding(host, port):
        asked.append(host)
        return [next(answers)]

    site.page("/a", "Judged")
    site.page("/b", "Never")
    asking = looker(site, guard=opened(site, resolve=rebinding))
    assert asking.look(site.at("/a")).title == "Judged"  # one for the page, one for robots.txt
    assert asked == ["site.test"] * 2, "connecting resolves nothing"
    assert asking.look(site.at("/b")).result is Result.UNSAFE
    assert site.paths == ["/a"]


# --- time and size ---------------------------------------------------------------------------------------


def test_a_server_that_does_not_answer_is_given_up_in_time(site):
    done = threading.Event()
    site.pages["/robots.txt"] = lambda handler: done.wait(10)
    seen = look(site, timeout=0.2)
    done.set()
    assert seen == Seen(Result.SILENT, trouble="site.test did not answer within 0.2 seconds.")


def test_headers_that_drip_are_given_up_in_time_however_they_drip(site):
    site.pages["/line"] = raw(b"H", times=500, pause=0.02)
    site.pages["/lines"] = raw(b"HTTP/1.0 200 OK\r\nX: y\r\n", times=90, pause=0.05)
    late = Seen(Result.SILENT, trouble="site.test did not answer within 0.4 seconds.")
    assert look(site, "/line", timeout=0.4) == late
    assert look(site, "/lines", timeout=0.4) == late


def test_a_body_that_never_ends_is_read_as_far_as_time_and_size_allow(site):
    page = PAGE.format("Endless").encode()
    sent = []
    site.pages["/slow"] = drip(page, sent=sent)
    site.pages["/fast"] = drip(page * 100, pause=0)
    assert look(site, "/slow", timeout=0.4) == Seen(Result.FINE, 200, title="Endless")
    assert len(sent) * len(page) < 2_000, "time ended it, not size"
    assert look(site, "/fast", max_bytes=1_000) == Seen(Result.FINE, 200, title="Endless")


def test_a_bomb_is_unpacked_to_the_limit_only(site):
    packed = bomb(20_000_000)
    assert len(packed) < 30_000
    site.pages["/"] = (200, {**HTML, "Content-Encoding": "gzip"}, packed)
    asking = looker(site, max_bytes=30_000)
    followed = asking._follow(site.at("/"))
    assert len(followed.answer.body) == 30_000
    assert asking.look(site.at("/")).title == "A bomb"


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate", "gzip, gzip", "żółw"])
def test_what_can_not_be_unpacked_has_no_title_and_is_there(site, encoding):
    site.pages["/"] = (200, {**HTML, "Content-Encoding": encoding.encode().decode("latin-1")}, b"no such thing")
    assert look(site) == Seen(Result.FINE, 200)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\x00\xff\xfe",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 abc Not a number\r\n\r\n",
        b"HTTP/1.1 99999999999999999999 Too much\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X" * 70_000,
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1_000 + b"\r\n",
    ],
)
def test_an_answer_that_is_none_is_no_answer(site, answer):
    site.pages["/"] = raw(answer)
    seen = look(site)
    assert seen.result is Result.SILENT
    assert seen.trouble.startswith("site.test gave an answer that can't be read")


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: minus\r\n\r\n<title>Odd</title>",
        b"HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n<title>Odd</title>",
        b"HTTP/1.1 200 OK\r\nNo colon here\r\n: no name\r\nX: \xff\xfe\r\n\r\n<title>Odd</title>",
        b"HTTP/1.0 200\r\n\r\n<title>Odd</title>",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n12\r\n<title>Odd</title>\r\nzz\r\nrubbish",
    ],
)
def test_an_answer_with_odd_headers_is_read_as_far_as_it_goes(site, answer):
    site.pages["/"] = raw(answer)
    assert look(site).code == 200


def test_a_location_in_another_script_is_followed(site):
    site.redirect("/", "/żółw".encode().decode("latin-1"))
    site.page("/%C5%BC%C3%B3%C5%82w", "Turtle")
    assert look(site).title == "Turtle"


@given(data=st.binary(max_size=300))
def test_no_answer_whatever_raises(shared_site, data):
    shared_site.pages["/"] = raw(b"HTTP/1.1 200 OK\r\n" + data)
    assert isinstance(look(shared_site).result, Result)


# --- TLS -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for site.test that nobody trusts, and its key."""
    if not which("openssl"):
        pytest.skip("the openssl command is not installed")
    folder = tmp_path_factory.mktemp("tls")
    paths = folder / "certificate.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=site.test"]
    names = ["-addext", "subjectAltName=DNS:site.test", "-out", str(paths[0]), "-keyout", str(paths[1])]
    subprocess.run([*command, *names], check=True, capture_output=True)  # noqa: S603
    return paths


@pytest.fixture
def secret_site(certificate):
    site = Site(tls_context(*certificate))
    yield site
    site.close()


def test_a_certificate_that_nobody_trusts_is_no_answer_and_not_the_end_of_the_page(secret_site):
    secret_site.page("/", "Secret")
    seen = look(secret_site)
    assert seen.result is Result.SILENT
    assert seen.trouble.startswith("The certificate of site.test can't be trusted")
    assert secret_site.asked == []


def test_a_trusted_certificate_is_checked_against_the_name_although_a_number_is_connected_to(secret_site, certificate):
    secret_site.page("/", "Secret")
    tls = ssl.create_default_context(cafile=str(certificate[0]))
    assert look(secret_site, tls=tls).title == "Secret"
    assert "can't be trusted" in look(secret_site, host="other.test", tls=tls).trouble


def test_a_server_that_speaks_no_tls_is_no_answer(site):
    assert looker(site).look(site.at("/").replace("http:", "https:")).result is Result.SILENT


# --- robots.txt ------------------------------------------------------------------------------------------


def with_rules(site, text, code=200):
    site.pages["/robots.txt"] = (code, {"Content-Type": "text/plain"}, text.encode())


@pytest.mark.parametrize(
    ("rules", "path", "is_asked"),
    [
        ("User-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\nDisallow: /private/", "/private/a", False),
        ("User-agent: *\nDisallow: /private/", "/a", True),
        ("User-agent: *\nDisallow: /*?print=", "/a?print=1", False),
        ("User-agent: *\nDisallow: /\nAllow: /a$", "/a", True),
        ("User-agent: digestlinklook\nDisallow: /\n\nUser-agent: *\nAllow: /", "/a", False),
        ("User-agent: otherbot\nDisallow: /", "/a", True),
        ("<html>no rules at all", "/a", True),
        ("", "/a", True),
    ],
)
def test_what_a_site_asks_of_robots_is_done(site, rules, path, is_asked):
    with_rules(site, rules)
    site.page(path, "A page")
    seen = look(site, path)
    assert seen.result is (Result.FINE if is_asked else Result.KEPT_OUT)
    assert site.paths == ([path] if is_asked else [])


def test_rules_are_read_once_a_site_and_asked_at_every_hop(site):
    site.redirect("/a", site.at("/closed", "other.test"))
    site.page("/b")
    with_rules(site, "User-agent: *\nDisallow: /closed")
    asking = looker(site)
    assert asking.look(site.at("/a")).trouble == "The robots.txt of other.test asks not to look at this address."
    assert asking.look(site.at("/b")).code == 200
    assert [host for host, path in site.asked if path == "/robots.txt"] == ["site.test", "other.test"]
    assert site.paths == ["/a", "/b"]


@pytest.mark.parametrize(("code", "result"), [(404, Result.FINE), (403, Result.FINE), (500, Result.KEPT_OUT)])
def test_no_rules_close_nothing_and_a_server_in_trouble_is_left_alone(site, code, result):
    with_rules(site, "User-agent: *\nDisallow: /", code)
    site.page("/")
    assert look(site).result is result


def test_rules_that_are_hostile_do_no_harm(site):
    with_rules(site, "User-agent: *\nDisallow: /" + "*a" * 2_000 + "$\nCrawl-delay: 1e400\n" + "Allow: /*x*y\n" * 500)
    site.page("/" + "a" * 200)
    assert look(site, "/" + "a" * 200, max_bytes=1_000_000).result is Result.FINE


# --- turns -----------------------------------------------------------------------------------------------


class Clock:
    def __init__(self):
        self.now = 1_000.0

    def __call__(self):
        return self.now


def test_a_host_has_a_turn_every_few_seconds_and_other_hosts_do_not_wait_for_it():
    clock = Clock()
    pace = Pace(100, clock=clock)
    pace.wait("a.test")
    pace.wait("b.test")
    with pytest.raises(AskedToWait) as caught:
        pace.wait("a.test")
    assert (caught.value.host, caught.value.seconds) == ("a.test", 100)
    clock.now += 100
    pace.wait("a.test", delay=500)
    clock.now += 100
    with pytest.raises(AskedToWait):
        pace.wait("a.test")


def test_a_short_wait_is_waited_for():
    clock = Clock()
    pace = Pace(0.01, clock=clock)
    pace.wait("a.test")
    pace.wait("a.test")
    assert pace._free_at["a.test"] == pytest.approx(1_000.02)


def test_a_stopped_run_waits_for_nothing():
    pace = Pace(PATIENCE)
    pace.wait("a.test")
    threading.Timer(0.05, pace.stop).start()
    with pytest.raises(AskedToWait):
        pace.wait("a.test")
    with pytest.raises(AskedToWait):
        pace.wait("b.test")


def test_a_site_that_asks_robots_to_be_slower_is_asked_more_slowly(site):
    with_rules(site, "User-agent: *\nCrawl-delay: 500")
    site.page("/a")
    asking = looker(site)
    assert asking.look(site.at("/a")).code == 200
    with pytest.raises(AskedToWait):
        asking.look(site.at("/b"))
    assert site.paths == ["/a"]


@pytest.mark.parametrize("code", [429, 503])
def test_a_host_that_is_busy_is_left_alone_for_as_long_as_it_says(site, code):
    site.page("/a", code=code, **{"Retry-After": "1200"})
    asking = looker(site)
    assert asking.look(site.at("/a")) == Seen(Result.OTHERWISE, code, retry_after=1200)
    with pytest.raises(AskedToWait) as caught:
        asking.look(site.at("/b"))
    assert caught.value.seconds == pytest.approx(1200, abs=5)
    assert asking.look(site.at("/b", "other.test")).code == 404


def test_when_to_come_back_is_read_as_seconds_or_a_date_and_is_never_beyond_a_month():
    assert _seconds("17") == 17
    assert _seconds(formatdate(time() + 600, usegmt=True)) == pytest.approx(600, abs=5)
    assert _seconds(formatdate(time() - 600)) == 0
    assert _seconds("9" * 400) == _seconds("Fri, 31 Dec 9999 23:59:59 GMT") == 30 * 86_400


@given(st.text(max_size=40))
def test_no_word_about_coming_back_raises(value):
    assert 0 <= _seconds(value) <= 30 * 86_400


# --- titles ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "content_type", "title"),
    [
        (PAGE.format("A  title\n on two lines").encode(), "text/html", "A title on two lines"),
        (PAGE.format("Żółw").encode("iso-8859-2"), "text/html; charset=ISO-8859-2", "Żółw"),
        ('<meta charset="windows-1250"><title>Żółw</title>'.encode("cp1250"), "text/html", "Żółw"),
        (PAGE.format("Żółw").encode("utf-16"), "text/html", "Żółw"),
        (PAGE.format("Żółw").encode("utf-8-sig"), "text/html; charset=ascii", "Żółw"),
        (PAGE.format("Café “x”").encode("cp1252"), "text/html; charset=iso-8859-1", "Café “x”"),
        (PAGE.format("Café").encode("cp1252"), "", "Café"),
        (PAGE.format("海の家").encode("shift_jis"), "text/html; charset=Shift_JIS", "海の家"),
        (PAGE.format("Żółw").encode(), "text/html; charset=base64", "Żółw"),
        (PAGE.format("Żółw").encode(), "text/html; charset=undefined", "Żółw"),
        (PAGE.format("Żółw").encode(), "text/html; charset=unicode_escape", "Żółw"),
        (PAGE.format("Żółw").encode(), "text/html; charset=no-such-thing", "Żółw"),
        (PAGE.format("a\x00b").encode(), "", "ab"),
        (b"<title></title><meta property='og:title' content='Shared &amp; read'>", "", "Shared & read"),
        (b"<svg><path/></svg><TITLE lang=en>Loud</TITLE><title>No</title>", "", "Loud"),
        (b"<title>never ends" + b" x" * 5_000, "", ""),
        (b"<titles>no</titles>", "", ""),
        (b"%PDF-1.7 <title>No</title>", "application/pdf", ""),
        (b"", "", ""),
    ],
)
def test_the_title_is_read_in_the_page_s_own_characters(data, content_type, title):
    assert title_of(data, content_type) == title


def test_a_page_that_is_cut_within_a_character_is_still_utf_8():
    assert title_of(PAGE.format("Żółw").encode() + "ż".encode()[:1]) == "Żółw"


@given(st.binary(max_size=300), st.text(max_size=30))
def test_no_page_raises_and_a_title_is_short_and_on_one_line(data, charset):
    title = title_of(b"<title>" + data + b"</title>" * 2, f"text/html; charset={charset}")
    assert len(title) <= 300 and "\n" not in title and "\x00" not in title


# --- archived copies -------------------------------------------------------------------------------------

COPY = "https://archive.example/web/2026/http://site.test/gone"


def archive(site, found):
    body = found if isinstance(found, bytes) else json.dumps(found).encode()
    site.pages["/find?url=http%3A%2F%2Fsite.test%3A" + str(site.port) + "%2Fgone"] = (200, {}, body)
    return site.at(f"/find?url={PLACE}", "archive.test")


def test_an_archive_is_asked_for_a_page_that_is_gone_and_for_no_other(site):
    lookup = archive(site, {"archived_snapshots": {"closest": {"available": True, "url": COPY}}})
    site.page("/there")
    asking = looker(site, archive=lookup)
    assert asking.look(site.at("/gone")).archived == COPY
    assert asking.look(site.at("/there")).archived == ""
    assert [host for host, _ in site.asked].count("archive.test") == 1


def test_no_archive_is_asked_unless_the_operator_names_one(site):
    assert look(site, "/gone") == Seen(Result.GONE, 404)
    assert {host for host, _ in site.asked} == {"site.test"}


@pytest.mark.parametrize(
    "found",
    [
        *(
            {},
            [],
            None,
            7,
            {"archived_snapshots": {}},
            {"archived_snapshots": {"closest": []}},
            b"no json",
            b"[" * 15_000,
        ),
        {"archived_snapshots": {"closest": {"available": False, "url": COPY}}},
        {"archived_snapshots": {"closest": {"available": True, "url": "javascript:alert(1)"}}},
        {"archived_snapshots": {"closest": {"available": True, "url": ""}}},
        {"archived_snapshots": {"closest": {"available": True}}},
    ],
)
def test_an_archive_that_has_nothing_or_says_something_else_gives_no_copy(site, found):
    assert look(site, "/gone", archive=archive(site, found)).archived == ""


def test_an_archive_inside_is_not_asked(site):
    assert look(site, "/gone", archive="http://10.0.0.1/find?url={address}") == Seen(Result.GONE, 404)


def test_a_packed_page_has_its_title(site):
    site.pages["/"] = (200, {**HTML, "Content-Encoding": "gzip"}, gzip.compress(PAGE.format("Packed").encode()))
    assert look(site).title == "Packed"
