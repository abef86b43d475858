"""Passwords and codes can't be guessed: failures count by account and by address, in the database."""

import datetime

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.urls import reverse

from editorial.access.addresses import client_address
from editorial.models import DeskSession

from .authenticator import code_of, wrong_code_of
from .test_second_factor import CODE, LIST, LOGIN, enrolled, log_in, waited

pytestmark = pytest.mark.django_db
HOME, ELSEWHERE = "192.0.2.7", "198.51.100.9"


@pytest.fixture(autouse=True)
def limits(settings):
    settings.AXES_FAILURE_LIMIT = 3
    settings.AXES_COOLOFF_TIME = datetime.timedelta(minutes=15)


def guess(name="bea", *, address=HOME, password="guessed", **headers):  # noqa: S107
    return Client().post(LOGIN, {"username": name, "password": password}, REMOTE_ADDR=address, **headers)


def let_pass(minutes):
    AccessAttempt.objects.update(
        attempt_time=AccessAttempt.objects.first().attempt_time - datetime.timedelta(minutes=minutes)
    )


def test_after_too_many_wrong_passwords_the_right_one_opens_nothing_for_a_while(bea):
    assert [guess().status_code for _ in range(3)] == [200, 200, 429]
    refused = guess(password="bea-password")
    assert refused.status_code == 429
    assert refused["Retry-After"] == "900"
    assert "Wait 15 minutes" in refused.content.decode()
    let_pass(16)
    assert guess(password="bea-password").status_code == 302


def test_trying_on_does_not_prolong_the_wait(bea):
    for _ in range(3):
        guess()
    let_pass(10)
    assert guess().status_code == 429
    let_pass(6)
    assert guess(password="bea-password").status_code == 302


def test_one_account_is_guarded_against_many_addresses(bea):
    for last in range(1, 4):
        guess(address=f"192.0.2.{last}")
    assert guess(address=ELSEWHERE, password="bea-password").status_code == 429


def test_all_accounts_are_guarded_against_one_address(bea, carl):
    for name in ("bea", "carl", "nobody"):
        guess(name)
    assert guess("carl", password="carl-password").status_code == 429
    assert guess("carl", password="carl-password", address=ELSEWHERE).status_code == 302


def test_an_unknown_account_is_answered_as_a_known_one(bea):
    assert guess("nobody").content.count(b"errornote") == guess("bea", address=ELSEWHERE).content.count(b"errornote")


def test_an_account_of_ones_own_does_not_reset_what_was_tried_on_others(bea, carl):
    for _ in range(2):
        guess("bea")
    assert guess("carl", password="carl-password").status_code == 302
    assert guess("bea").status_code == 429


def test_who_gets_in_may_mistype_again_later(bea):
    for _ in range(3):
        guess()
        assert guess(password="bea-password").status_code == 302


def test_wrong_codes_count_as_wrong_passwords_do(bea):
    enrolled(bea)
    browser = Client()
    log_in(browser, "bea")
    answers = []
    for _ in range(3):
        answers.append(browser.post(CODE, {"code": wrong_code_of(bea)}).status_code)
        waited(bea)
    assert answers == [200, 200, 429]
    assert browser.post(CODE, {"code": code_of(bea)}).status_code == 429
    assert browser.get(LIST).status_code == 302


def test_a_password_alone_does_not_forget_wrong_codes(bea):
    enrolled(bea)
    for _ in range(2):
        browser = Client()
        log_in(browser, "bea")
        browser.post(CODE, {"code": wrong_code_of(bea)})
        waited(bea)
    browser = Client()
    log_in(browser, "bea")
    assert browser.post(CODE, {"code": wrong_code_of(bea)}).status_code == 429


def test_passwords_are_not_guessed_on_the_page_that_sets_up_a_second_factor(client, bea):
    log_in(client, "bea")
    page = reverse("admin:second_factor")
    client.get(page)
    answers = [client.post(page, {"code": "1", "password": "guessed"}).status_code for _ in range(3)]
    assert answers == [200, 200, 429]


def test_codes_are_not_guessed_where_it_is_switched_off(client, bea):
    enrolled(bea)
    log_in(client, "bea")
    client.post(CODE, {"code": code_of(bea)})
    page = reverse("admin:second_factor_off")
    for _ in range(3):
        client.post(page, {"code": wrong_code_of(bea)})
        waited(bea)
    assert client.post(page, {"code": code_of(bea, later=1)}).status_code == 429


@pytest.mark.parametrize(
    ("trusted", "direct", "forwarded", "address"),
    [
        (False, HOME, "", HOME),
        (False, HOME, ELSEWHERE, HOME),
        (False, "", ELSEWHERE, None),
        (True, "127.0.0.1", ELSEWHERE, ELSEWHERE),
        (True, "127.0.0.1", f"203.0.113.1, {ELSEWHERE}", ELSEWHERE),
        (True, "127.0.0.1", "", "127.0.0.1"),
        (True, "127.0.0.1", "nonsense", "127.0.0.1"),
        (True, "", "2001:db8::1", "2001:db8::1"),
    ],
)
def test_only_a_proxy_that_is_trusted_names_the_address_and_only_its_own_entry(
    trusted, direct, forwarded, address, settings, rf
):
    settings.TRUST_PROXY_ADDRESS = trusted
    more = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    assert client_address(rf.get("/", REMOTE_ADDR=direct, **more)) == address


def test_a_header_of_ones_own_making_does_not_get_around_the_count(bea):
    for last in range(3):
        guess(HTTP_X_FORWARDED_FOR=f"203.0.113.{last}")
    assert guess("carl", HTTP_X_FORWARDED_FOR="203.0.113.99").status_code == 429


def test_without_any_address_the_account_is_guarded_still(bea):
    assert [guess(address="").status_code for _ in range(3)] == [200, 200, 429]
    assert DeskSession.objects.count() == 0
