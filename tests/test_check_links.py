"""check_links: what is due is looked at once, kept, told, and gone on with; and nothing happens while it is off."""

import datetime
import hashlib
import json
import os
import signal
import threading
import time
from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from editorial.checking import check
from editorial.checks import Result
from editorial.link_looking import running
from editorial.link_looking.known import as_look, looks_at, record
from editorial.link_looking.looking import Seen
from editorial.link_looking.running import Tally, run
from editorial.management.commands import check_links
from editorial.models import Article, ArticleLink, Finding, LinkLook
from editorial.workflow import Action

from .checks import GAUGE, changed
from .link_server import Site, looker, opened, resolves_here
from .texts import act, bring_in, imported, incoming

pytestmark = pytest.mark.django_db
MONTH = datetime.timedelta(days=30)


@pytest.fixture
def site():
    site = Site()
    yield site
    site.close()


@pytest.fixture
def article():
    return imported()


def link(article, *addresses, host="site.test"):
    ArticleLink.objects.bulk_create(
        ArticleLink(article=article, story=1, address=address, key=address[-32:], host=host) for address in addresses
    )


def look_at_all(site, *, again_after=MONTH, **options):
    """The addresses that a run looked at, in order, and its tally."""
    tally = Tally()
    asking = options.pop("looker", None) or looker(site)
    rows = run(asking, again_after=again_after, tally=tally, **options)
    return [row.address for row in rows], tally


def aged(days, **values):
    LinkLook.objects.update(looked_at=timezone.now() - datetime.timedelta(days=days), **values)


# --- what is written -------------------------------------------------------------------------------------


def test_each_link_is_looked_at_once_and_what_was_found_is_kept(site, article):
    site.page("/a", "A page")
    site.redirect("/b", "/a")
    link(article, site.at("/a"), site.at("/b"), site.at("/a"))
    addresses, tally = look_at_all(site)
    assert addresses == [site.at("/a"), site.at("/b")]
    assert (tally.results, tally.left) == ({Result.FINE: 2}, 0)
    row = LinkLook.objects.get(address=site.at("/b"))
    assert (row.result, row.http_code, row.final_address, row.permanent) == ("fine", 200, site.at("/a"), True)
    assert (row.title, row.host, row.sha256) == (
        "A page",
        "site.test",
        hashlib.sha256(site.at("/b").encode()).hexdigest(),
    )
    assert look_at_all(site)[0] == [], "what was seen holds"


def test_links_of_texts_that_nobody_works_on_are_left_alone(site, article, bea):
    link(article, site.at("/a"))
    act(article, Action.START_REVIEW, Action.REJECT, by=bea)
    assert look_at_all(site)[0] == []


@pytest.mark.parametrize(
    ("result", "days", "is_due"),
    [
        ("fine", 29, False),
        ("fine", 31, True),
        ("gone", 29, False),
        ("otherwise", 29, False),
        ("silent", 2, False),
        ("silent", 4, True),
        ("no-host", 2, False),
        ("no-host", 4, True),
    ],
)
def test_a_look_holds_for_its_days_and_what_may_have_been_our_own_trouble_for_fewer(
    site, article, result, days, is_due
):
    link(article, site.at("/a"))
    look_at_all(site)
    aged(days, result=result)
    assert look_at_all(site)[0] == ([site.at("/a")] if is_due else [])


def test_a_host_that_asked_to_wait_is_left_alone_by_later_runs_too(site, article):
    site.page("/a", code=429, **{"Retry-After": "86400"})
    site.page("/b")
    link(article, site.at("/a"), site.at("/b"))
    addresses, tally = look_at_all(site)
    assert (addresses, tally.left) == ([site.at("/a")], 1)
    aged(90)
    assert look_at_all(site)[0] == []
    LinkLook.objects.update(retry_at=timezone.now())
    assert look_at_all(site)[0] == [site.at("/a")], "and then it begins with what was asked for"


def test_no_such_host_counts_only_once_another_host_has_answered(site, article):
    site.page("/a")
    link(article, "http://nowhere.example/", host="nowhere.example")
    link(article, site.at("/a"))
    link(article, "http://zzz.example/", host="zzz.example")
    look_at_all(site, threads=1)
    assert list(LinkLook.objects.order_by("host").values_list("host", "result")) == [
        ("nowhere.example", "silent"),  # came first: it may be our own network
        ("site.test", "fine"),
        ("zzz.example", "no-host"),
    ]


def test_a_page_is_missing_since_the_first_look_in_a_row_that_did_not_find_it(article):
    gone, fine = Seen(Result.GONE, 404), Seen(Result.FINE, 200)
    record(GAUGE, "quay.example.org", gone)
    first = LinkLook.objects.get().missing_since
    record(GAUGE, "quay.example.org", Seen(Result.NO_HOST))
    assert first is not None and LinkLook.objects.get().missing_since == first
    record(GAUGE, "quay.example.org", fine)
    assert LinkLook.objects.get().missing_since is None
    record(GAUGE, "quay.example.org", gone)
    assert LinkLook.objects.get().missing_since > first


def test_a_host_is_dead_at_the_second_look_days_later(article):
    record(GAUGE, "quay.example.org", Seen(Result.NO_HOST))
    assert not looks_at([GAUGE])[GAUGE].is_dead
    earlier = timezone.now() - datetime.timedelta(days=3)
    LinkLook.objects.update(missing_since=earlier, looked_at=earlier)
    assert not looks_at([GAUGE])[GAUGE].is_dead
    row, _ = record(GAUGE, "quay.example.org", Seen(Result.NO_HOST))
    assert as_look(row).is_dead


def test_what_a_page_says_of_itself_is_kept_by_any_database(article):
    row, _ = record(GAUGE, "quay.example.org", Seen(Result.FINE, 200, title="a\x00b\ud800", trouble="x" * 900))
    row.refresh_from_db()
    assert (row.title, len(row.trouble)) == ("ab?", 300)


# --- findings --------------------------------------------------------------------------------------------


def codes(article):
    return sorted(Finding.objects.filter(revision=article.current).values_list("code", flat=True))


def test_what_was_found_is_in_the_findings_once_the_articles_are_checked_again(site):
    bring_in(incoming("week.md", changed((GAUGE, site.at("/gone"))).encode()))
    article = Article.objects.select_related("current").get()
    check([article.pk])
    assert (codes(article), ArticleLink.objects.filter(address=site.at("/gone"), host="site.test").count()) == ([], 1)
    look_at_all(site)
    article.refresh_from_db()
    assert article.checked == "", "recheck looks at it again"
    check([article.pk])
    assert codes(article) == ["link-dead"]


def test_a_look_that_finds_the_same_leaves_articles_as_they_are(article):
    link(article, GAUGE, host="quay.example.org")
    seen = Seen(Result.FINE, 200, title="A title")
    for other, articles in [
        (seen, 1),
        (seen, 0),
        (replace(seen, retry_after=7), 0),
        (replace(seen, title="Another"), 1),
        (replace(seen, final="https://quay.example.org/new"), 1),
        (Seen(Result.GONE, 404), 1),
        (Seen(Result.GONE, 404), 0),
        (Seen(Result.GONE, 404, archived="https://archive.example/"), 1),
    ]:
        Article.objects.update(checked="rules")
        assert record(GAUGE, "quay.example.org", other)[1] == articles, other
        assert Article.objects.filter(checked="").count() == articles


def test_only_articles_with_the_link_are_checked_again(article):
    other = imported(slug="other", title="Others return")
    link(article, GAUGE, host="quay.example.org")
    link(other, GAUGE + "/2", host="quay.example.org")
    Article.objects.update(checked="rules")
    record(GAUGE, "quay.example.org", Seen(Result.GONE, 404))
    assert list(Article.objects.filter(checked="").values_list("slug", flat=True)) == [article.slug]


# --- several hosts, and an end before the end ------------------------------------------------------------


def test_hosts_are_asked_at_once_and_each_of_them_one_question_at_a_time(site, article):
    meeting = threading.Barrier(3, timeout=10)

    def together(handler):
        meeting.wait()
        site.answer(handler, (200, {}, b""))

    for name in "abc":
        host = f"{name}.test"
        link(article, *(site.at(f"/{number}", host) for number in range(4)), host=host)
    site.pages = {f"/{number}": together for number in range(4)}
    addresses, tally = look_at_all(site, threads=3)
    assert tally.results == {Result.FINE: 12}
    assert set(site.busiest.values()) == {1}
    assert {host for host, _ in site.asked} == {"a.test", "b.test", "c.test"}


def test_a_run_that_is_cut_off_is_gone_on_with(site, article):
    link(article, *(site.at(f"/{number}") for number in range(6)))
    rows = run(looker(site), again_after=MONTH, threads=1)
    first = [next(rows).address, next(rows).address]
    rows.close()
    kept = list(LinkLook.objects.order_by("pk").values_list("address", flat=True))
    assert kept == first
    rest, _ = look_at_all(site)
    assert first + rest == [site.at(f"/{number}") for number in range(6)]


def test_a_slip_of_ours_at_one_address_does_not_end_the_run(site, article, caplog):
    def resolve(host, port):
        if host == "bad.test":
            raise RuntimeError("a slip")
        return resolves_here(host, port)

    link(article, site.at("/a", "bad.test"), host="bad.test")
    link(article, site.at("/b"))
    _, tally = look_at_all(site, looker=looker(site, guard=opened(site, resolve=resolve)))
    assert tally.results == {Result.SILENT: 1, Result.GONE: 1}
    assert "Looking at http://bad.test" in caplog.text


def test_a_held_host_elsewhere_does_not_end_the_lane_of_this_one(site, article):
    asking = looker(site)
    asking.pace.hold("held.test", 500)
    site.redirect("/a", site.at("/", "held.test"))
    site.page("/b")
    link(article, site.at("/a"), site.at("/b"))
    addresses, tally = look_at_all(site, looker=asking)
    assert (addresses, tally.left) == ([site.at("/b")], 1)


def test_reading_what_is_due_takes_the_same_queries_for_one_link_and_for_twenty(site, article):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert look_at_all(site)[0] == []
        return len(captured)

    link(article, site.at("/0"))
    look_at_all(site)
    one = queries()
    link(article, *(site.at(f"/{number}") for number in range(1, 20)))
    look_at_all(site)
    assert queries() == one


def test_a_desk_with_more_links_than_a_page_holds_is_read_to_its_end(article, monkeypatch):
    monkeypatch.setattr(running, "PAGE", 3)
    for name in "abcdefg":
        link(article, *(f"http://{name}.test/{number}" for number in range(7)), host=f"{name}.test")
    link(article, "mailto:nobody", host="")
    lanes = {lane.host: list(lane.addresses) for lane in running._lanes(running._waiting(), MONTH)}
    assert list(lanes) == [f"{name}.test" for name in "abcdefg"]
    assert all(len(addresses) == 7 for addresses in lanes.values())


# --- the command -----------------------------------------------------------------------------------------


@pytest.fixture
def on(settings):
    settings.CHECK_LINKS = True
    settings.CHECK_LINKS_DELAY = 0


def told(site, capsys, *arguments):
    """Run the command against the site; its status, what it printed, and what it said besides."""
    command = check_links.Command()
    command.guard = opened(site)
    status = 0
    try:
        call_command(command, *arguments)
    except SystemExit as error:
        status = error.code
    except CommandError as error:
        return error.returncode, "", str(error)
    said = capsys.readouterr()
    return status, said.out, said.err


def test_nothing_happens_while_it_is_off(site, article, capsys, django_assert_num_queries):
    link(article, site.at("/a"))
    with django_assert_num_queries(0):
        status, _, said = told(site, capsys)
    assert (status, said) == (2, check_links.OFF)
    assert "CHECK_LINKS is off" in said and site.asked == [] and not LinkLook.objects.exists()


def test_it_tells_what_it_found_and_names_what_is_missing(on, site, article, capsys):
    site.page("/a")
    site.page("/busy", code=503)
    link(article, site.at("/a"), site.at("/gone"), site.at("/other"))
    link(article, site.at("/busy", "z.test"), site.at("/idle", "z.test"), host="z.test")
    Article.objects.update(checked="rules")
    status, out, said = told(site, capsys)
    assert status == 0
    assert out == (
        "4 links looked at: 1 answers, 2 the page is gone, 1 answers otherwise. 1 link left for another run, as their "
        "hosts ask to wait. 1 article to be checked again (manage.py recheck).\n"
    )
    assert said.splitlines() == [f"{site.at(path)}: the page is gone (404)" for path in ("/gone", "/other")]
    assert told(site, capsys)[1].startswith("No link was due.")


def test_it_prints_json_for_machines(on, site, article, capsys):
    link(article, site.at("/gone"))
    status, out, _ = told(site, capsys, "--json")
    assert status == 0
    assert json.loads(out) == {
        "looked_at": 1,
        "results": {**dict.fromkeys(map(str, Result), 0), "gone": 1},
        "left": 0,
        "articles": 0,
        "missing": [{"address": site.at("/gone"), "result": "gone", "code": 404, "archived": ""}],
    }


def test_it_looks_at_as_many_as_it_is_told_at_one_article_and_again(on, site, article, capsys):
    other = imported(slug="other", title="Others return")
    link(article, site.at("/a"), site.at("/b"))
    link(other, site.at("/c"))
    assert told(site, capsys, "--limit", "1")[1].startswith("1 link looked at")
    assert told(site, capsys, "--article", "other")[1].startswith("1 link looked at")
    assert site.paths == ["/a", "/c"]
    assert told(site, capsys, "--older-than", "0")[1].startswith("3 links looked at")


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--limit", "0"], "--limit is 0; it must be at least 1."),
        (["--older-than", "-1"], "--older-than is -1; it must be at least 0."),
        (["--older-than", "9" * 9], "--older-than is 999999999; it must be at most 36500."),
        (["--article", "no-such"], "There is no link of an article named no-such."),
    ],
)
def test_what_makes_no_sense_is_wrong_usage(on, site, capsys, arguments, why):
    assert told(site, capsys, *arguments) == (2, "", why)


def test_ctrl_c_ends_it_with_what_was_seen_kept(on, site, article, capsys):
    link(article, *(site.at(f"/{number}") for number in range(4)))
    asked = threading.Event()

    def slow(handler):
        asked.set()
        time.sleep(0.2)
        site.answer(handler, (200, {}, b""))

    def interrupt():
        asked.wait(10)
        os.kill(os.getpid(), signal.SIGINT)

    site.page("/0")
    site.pages["/1"] = slow
    threading.Thread(target=interrupt).start()
    status, out, said = told(site, capsys)
    assert (status, out.splitlines()[0]) == (130, "1 link looked at: 1 answers.")
    assert "Run the same command again to go on." in said
    assert list(LinkLook.objects.values_list("address", flat=True)) == [site.at("/0")]


def test_a_database_that_gives_up_is_told_in_a_sentence(on, site, article, capsys, monkeypatch):
    def full(*args):
        raise DatabaseError("database or disk is full")

    link(article, site.at("/a"))
    monkeypatch.setattr(running, "record", full)
    status, _, said = told(site, capsys)
    assert status == 3
    assert said.startswith("Stopped after 0 links: The database has no room to grow")


def test_the_settings_decide_whom_it_asks_and_how(on, settings):
    settings.CHECK_LINKS_PORTS = [443]
    settings.CHECK_LINKS_TIMEOUT = 3.5
    settings.CHECK_LINKS_ARCHIVE = "https://archive.example/?url={address}"
    asking = check_links._looker(None)
    assert asking.guard.ports == {443}
    assert (asking.manner.timeout, asking.archive) == (3.5, settings.CHECK_LINKS_ARCHIVE)
    assert asking.manner.user_agent == "DigestLinkLook/1.0 (+http://testserver)"


# --- the desk --------------------------------------------------------------------------------------------

LIST = "admin:editorial_linklook_changelist"


@pytest.fixture
def looks(article):
    link(article, GAUGE, host="quay.example.org")
    record(GAUGE, "quay.example.org", Seen(Result.GONE, 404, trouble="<b>", archived="javascript:alert(1)"))
    record(
        "https://b.example.org/", "b.example.org", Seen(Result.FINE, 200, title="<script>", final="https://c.example/")
    )
    return list(LinkLook.objects.order_by("pk"))


def test_everybody_on_the_desk_sees_what_was_found_and_nobody_changes_it(client, carl, ada, looks):
    for person in (carl, ada):
        client.force_login(person)
        page = client.get(reverse(LIST))
        assert page.status_code == 200
        assert page.content.count(b'class="field-short_address"') == 2
        one = reverse("admin:editorial_linklook_change", args=[looks[0].pk])
        text = client.get(one).content.decode()
        assert "Herons return" in text and f'href="{GAUGE}"' in text and 'href="javascript' not in text
        assert client.post(one, {"address": "x"}).status_code == 403
        assert client.get(reverse("admin:editorial_linklook_add")).status_code == 403


def test_who_has_no_account_sees_no_look(dan, looks):
    assert dan.get(reverse(LIST)).status_code == 302
    assert dan.get(reverse("admin:editorial_linklook_change", args=[looks[0].pk])).status_code == 302


@pytest.mark.parametrize(
    ("query", "rows"),
    [("", 2), ("?result__exact=gone", 1), ("?q=gauge", 1), ("?q=%00", 2), ("?permanent__exact=1", 0), ("?o=9.-9.x", 2)],
)
def test_the_list_is_filtered_and_takes_whatever_is_typed(client, carl, looks, query, rows):
    client.force_login(carl)
    page = client.get(reverse(LIST) + query, follow=True)
    assert page.status_code == 200
    assert page.content.count(b'class="field-short_address"') == rows


def test_the_list_takes_the_same_queries_for_one_look_and_for_twenty(client, carl, looks):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse(LIST)).status_code == 200
        return len(captured)

    client.force_login(carl)
    queries()
    LinkLook.objects.filter(pk=looks[0].pk).delete()
    one = queries()
    for number in range(20):
        record(f"{GAUGE}/{number}", "quay.example.org", Seen(Result.GONE, 404))
    assert queries() == one
