"""Sessions of the desk: listed with browser and address, ended one by one or all, over after a working day."""

import time

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from editorial.access import sessions
from editorial.models import DeskSession, Event

from .test_second_factor import LIST, LOGIN, SECURITY, log_in

pytestmark = pytest.mark.django_db
SIGN_OUT = reverse("admin:sign_out")
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1"


def signed_in(name, *, agent=FIREFOX, address="192.0.2.7"):
    browser = Client(headers={"User-Agent": agent}, REMOTE_ADDR=address)
    log_in(browser, name)
    return browser


def aged(browser, **seconds):
    """The session of a browser, with notes that are so many seconds old."""
    session = browser.session
    session.update({note: int(time.time()) - age for note, age in seconds.items()})
    session.save()


def test_a_person_sees_where_they_are_signed_in_and_nobody_elses_sessions(bea, carl):
    here = signed_in("bea")
    signed_in("bea", agent=PHONE, address="198.51.100.9")
    signed_in("carl", agent="Carl's own", address="203.0.113.5")
    page = here.get(SECURITY).content.decode()
    assert "Firefox on Linux" in page and "192.0.2.7" in page
    assert "Safari on iPhone" in page and "198.51.100.9" in page
    assert "203.0.113.5" not in page
    assert page.count("This browser") == 1


def test_the_page_does_not_give_away_the_keys(bea):
    here = signed_in("bea")
    other = signed_in("bea", agent=PHONE)
    page = here.get(SECURITY).content.decode()
    assert other.session.session_key not in page
    assert here.session.session_key not in page


def test_one_session_is_ended_and_the_others_go_on(bea):
    here, other, third = (signed_in("bea", agent=agent) for agent in (FIREFOX, PHONE, "x"))
    handle = next(one.handle for one in sessions.sessions_of(bea) if one.browser == "Safari on iPhone")
    page = here.post(SIGN_OUT, {"session": handle}, follow=True).content.decode()
    assert "That session has ended." in page
    assert [browser.get(LIST).status_code for browser in (here, other, third)] == [200, 302, 200]
    assert "had ended before" in here.post(SIGN_OUT, {"session": handle}, follow=True).content.decode()


def test_nobody_ends_a_session_of_somebody_else(bea, carl):
    signed_in("bea")
    other = signed_in("carl")
    handle = sessions.sessions_of(bea)[0].handle
    other.post(SIGN_OUT, {"session": handle})
    assert DeskSession.objects.filter(user=bea).count() == 1


def test_signing_out_everywhere_ends_all_and_is_in_the_log(bea, carl):
    here, other, stranger = signed_in("bea"), signed_in("bea", agent=PHONE), signed_in("carl")
    assert here.post(SIGN_OUT, {"everywhere": "1"}).url == LOGIN
    assert [browser.get(LIST).status_code for browser in (here, other, stranger)] == [302, 302, 200]
    event = Event.objects.get()
    assert (event.action, event.actor_id, event.data) == ("sign_out_everywhere", bea.pk, {"sessions": 2})


def test_signing_out_takes_more_than_following_a_link(bea):
    here = signed_in("bea")
    assert here.get(SIGN_OUT).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = here.cookies
    assert strict.post(SIGN_OUT, {"everywhere": "1"}).status_code == 403
    assert here.get(LIST).status_code == 200


def test_a_request_under_way_does_not_bring_an_ended_session_back(bea):
    here = signed_in("bea")
    under_way = here.session
    under_way["seen"] = 0  # read, before it ends
    sessions.end_all(bea)
    with pytest.raises(UpdateError):
        under_way.save()
    assert DeskSession.objects.count() == 0


def test_a_session_ends_after_a_working_day_however_busy_it_was(bea, settings):
    settings.SESSION_MAX_HOURS = 12
    here = signed_in("bea")
    aged(here, started=12 * 3600 - 60, seen=10)
    assert here.get(LIST).status_code == 200
    aged(here, started=12 * 3600 + 60, seen=10)
    assert here.get(LIST).url.startswith(LOGIN)
    assert here.get(LIST).status_code == 302
    assert sessions.sessions_of(bea) == []


def test_a_session_in_use_goes_on_and_an_idle_one_ends(bea, settings):
    here = signed_in("bea")
    before = DeskSession.objects.get().expire_date
    aged(here, seen=sessions.NOTE_EVERY + 1)
    DeskSession.objects.update(expire_date=before)
    assert here.get(LIST).status_code == 200
    assert DeskSession.objects.get().expire_date > before
    assert settings.SESSION_COOKIE_AGE == settings.SESSION_IDLE_MINUTES * 60 == 7200


def test_use_is_noted_by_one_write_in_five_minutes_and_costs_nothing_between(bea):
    here = signed_in("bea")
    here.get(SECURITY)
    with CaptureQueriesContext(connection) as quiet:
        here.get(SECURITY)
    assert not [query for query in quiet if query["sql"].startswith("UPDATE")]
    aged(here, seen=sessions.NOTE_EVERY + 1)
    with CaptureQueriesContext(connection) as noted:
        here.get(SECURITY)
    assert len([query for query in noted if query["sql"].startswith("UPDATE")]) == 1


def test_the_account_page_takes_the_same_queries_for_1_and_for_20_sessions(bea):
    here = signed_in("bea")
    taken = []
    for more in (0, 19):
        for _ in range(more):
            signed_in("bea", agent=PHONE)
        with CaptureQueriesContext(connection) as queries:
            assert here.get(SECURITY).status_code == 200
        taken.append(len(queries))
    assert taken[0] == taken[1] <= 8


def test_public_pages_neither_read_nor_make_a_session(bea):
    here = signed_in("bea")
    for browser in (Client(), here):
        with CaptureQueriesContext(connection) as queries:
            answer = browser.get("/")
        assert "Cookie" not in answer.get("Vary", "")
        assert not answer.cookies
        assert not [query for query in queries if "session" in query["sql"].lower()]


@pytest.mark.parametrize("address", ["security", "second_factor", "second_factor_off", "recovery_codes", "sign_out"])
def test_nobody_without_an_account_sees_any_of_it(address, dan):
    assert dan.get(reverse(f"admin:{address}")).url.startswith(LOGIN)
    assert dan.post(reverse(f"admin:{address}"), {"everywhere": "1"}).url.startswith(LOGIN)


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("", "A browser"),
        ("curl/8", "A browser"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) AppleWebKit/605 Version/18 Safari/605", "Safari on macOS"),
        ("<script>alert(1)</script>" * 50, "A browser"),
    ],
)
def test_a_browser_is_told_in_two_words(agent, name, bea):
    signed_in("bea", agent=agent)
    assert sessions.sessions_of(bea)[0].browser == name
