"""A second factor: set up with an app, asked for at login, recovery codes good for once, reset by a superuser."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from editorial.access import second_factor
from editorial.access.second_factor import SecondFactorError, TooSoon
from editorial.models import DeskSession, Event

from .authenticator import code_of, wrong_code_of

pytestmark = pytest.mark.django_db
LOGIN, CODE, DESK = reverse("admin:login"), reverse("admin:login_code"), reverse("admin:index")
SECURITY, SET_UP = reverse("admin:security"), reverse("admin:second_factor")
LIST = reverse("admin:editorial_article_changelist")


def enrolled(user):
    """A person with an app in use; gives the recovery codes. The app's codes are all unused."""
    second_factor.begin(user)
    codes = second_factor.switch_on(user, code_of(user))
    TOTPDevice.objects.filter(user=user).update(last_t=-1, drift=0)
    return codes


def waited(user):
    """Let the pause after a wrong code be over."""
    TOTPDevice.objects.filter(user=user).update(throttling_failure_count=0, throttling_failure_timestamp=None)


def log_in(client, name, **more):
    return client.post(LOGIN, {"username": name, "password": f"{name}-password", "next": LIST, **more})


def actions():
    return list(Event.objects.order_by("id").values_list("action", flat=True))


# --- signing in -------------------------------------------------------------------------------------------


def test_without_a_second_factor_the_password_is_enough(client, bea):
    assert log_in(client, "bea").url == LIST
    assert client.get(LIST).status_code == 200


def test_with_one_the_password_alone_opens_nothing_and_the_code_leads_where_one_was_going(client, bea):
    enrolled(bea)
    half_way = log_in(client, "bea")
    assert half_way.url.startswith(CODE)
    for address in (DESK, LIST, SECURITY, SET_UP):
        assert client.get(address).url.startswith(LOGIN)

    done = client.post(half_way.url, {"code": code_of(bea), "next": LIST})
    assert done.url == LIST
    assert client.get(LIST).status_code == 200
    assert client.get(SECURITY).status_code == 200


def test_a_code_typed_with_blanks_is_taken(client, bea):
    enrolled(bea)
    log_in(client, "bea")
    code = code_of(bea)
    assert client.post(CODE, {"code": f" {code[:3]} {code[3:]} "}).url == DESK


def test_a_wrong_code_is_told_and_opens_nothing(client, bea):
    enrolled(bea)
    log_in(client, "bea")
    page = client.post(CODE, {"code": wrong_code_of(bea)})
    assert "This code is not right" in page.content.decode()
    assert client.get(LIST).status_code == 302


@pytest.mark.parametrize("code", ["", "x", "12345", "1234567", "١٢٣٤٥٦", "\x00", "é" * 40, "a" * 10_000, "-"])
def test_whatever_is_typed_for_a_code_gets_a_sentence(code, client, bea):
    enrolled(bea)
    log_in(client, "bea")
    page = client.post(CODE, {"code": code})
    assert page.status_code == 200
    assert 'role="alert"' in page.content.decode()


def test_a_code_is_good_for_once(client, bea):
    enrolled(bea)
    code = code_of(bea)
    log_in(client, "bea")
    client.post(CODE, {"code": code})
    other = Client()
    log_in(other, "bea")
    assert "used already" in other.post(CODE, {"code": code}).content.decode()


def test_after_a_wrong_code_there_is_a_pause_in_which_no_code_is_looked_at(bea):
    enrolled(bea)
    with pytest.raises(SecondFactorError):
        second_factor.verify(bea, wrong_code_of(bea))
    with pytest.raises(TooSoon, match="Wait a second"):
        second_factor.verify(bea, code_of(bea))
    waited(bea)
    assert second_factor.verify(bea, code_of(bea))


def test_the_code_page_is_nothing_without_a_right_password_a_short_while_ago(client, bea, monkeypatch):
    enrolled(bea)
    assert client.get(CODE).url.startswith(LOGIN)
    log_in(client, "bea")
    assert client.get(CODE).status_code == 200
    now = second_factor.sessions.time.time
    monkeypatch.setattr("editorial.admin.login.time.time", lambda: now() + 601)
    assert client.post(CODE, {"code": code_of(bea)}).url.startswith(LOGIN)


def test_a_password_that_was_changed_meanwhile_is_asked_for_again(client, bea):
    enrolled(bea)
    log_in(client, "bea")
    bea.set_password("another one")
    bea.save()
    assert client.post(CODE, {"code": code_of(bea)}).url.startswith(LOGIN)
    assert client.get(LIST).status_code == 302


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_nobody_is_led_to_another_site(onward, client, bea):
    enrolled(bea)
    assert log_in(client, "bea", next=onward).url == f"{CODE}?next={DESK.replace('/', '%2F')}"
    assert client.post(f"{CODE}?next={onward}", {"code": code_of(bea), "next": onward}).url == DESK


# --- setting it up ----------------------------------------------------------------------------------------


def test_an_app_is_set_up_with_its_first_code_and_the_recovery_codes_are_shown_once(client, bea):
    log_in(client, "bea")
    key = client.session.session_key
    page = client.get(SET_UP).content.decode()
    assert "<svg" in page and "otpauth" not in page
    assert not second_factor.is_on(bea)

    shown = client.post(SET_UP, {"code": code_of(bea), "password": "bea-password"}).content.decode()
    codes = re.findall(r"<code>([a-z2-7]{4}(?:-[a-z2-7]{4}){3})</code>", shown)
    assert len(set(codes)) == 10
    assert second_factor.is_on(bea)
    assert client.get(LIST).status_code == 200  # this session goes on, and counts as one with a code
    assert client.session.session_key != key
    assert "10 recovery codes left" in client.get(SECURITY).content.decode()
    assert not any(code in client.get(SECURITY).content.decode() for code in codes)
    assert actions() == ["second_factor_on"]


def test_the_database_does_not_know_the_recovery_codes(bea):
    codes = enrolled(bea)
    stored = set(StaticToken.objects.values_list("token", flat=True))
    assert len(stored) == 10
    assert not stored & {code.replace("-", "") for code in codes}


def test_it_is_not_set_up_with_a_wrong_code_or_password(client, bea):
    log_in(client, "bea")
    client.get(SET_UP)
    page = client.post(SET_UP, {"code": code_of(bea), "password": "guessed"}).content.decode()
    assert "This is not your password" in page
    page = client.post(SET_UP, {"code": wrong_code_of(bea), "password": "bea-password"}).content.decode()
    assert "This code is not right" in page
    assert not second_factor.is_on(bea)
    assert actions() == []


def test_the_key_stays_the_same_until_it_is_used(client, bea):
    log_in(client, "bea")
    client.get(SET_UP)
    before = TOTPDevice.objects.get().key
    client.get(SET_UP)
    assert TOTPDevice.objects.get().key == before


def test_a_second_app_is_refused(client, bea):
    enrolled(bea)
    log_in(client, "bea")
    client.post(CODE, {"code": code_of(bea)})
    assert "already" in client.get(SET_UP, follow=True).content.decode()
    with pytest.raises(SecondFactorError, match="already"):
        second_factor.switch_on(bea, code_of(bea, later=1))


def test_setting_one_up_signs_out_all_other_browsers(client, bea):
    other = Client()
    for browser in (client, other):
        log_in(browser, "bea")
    client.get(SET_UP)
    client.post(SET_UP, {"code": code_of(bea), "password": "bea-password"})
    assert client.get(LIST).status_code == 200
    assert other.get(LIST).status_code == 302


# --- recovery codes, and switching it off -----------------------------------------------------------------


def test_a_recovery_code_lets_in_once(client, bea):
    code = enrolled(bea)[0]
    log_in(client, "bea")
    assert client.post(CODE, {"code": code.upper()}).url == DESK
    assert second_factor.codes_left(bea) == 9
    other = Client()
    log_in(other, "bea")
    assert other.post(CODE, {"code": code}).status_code == 200
    assert actions() == ["second_factor_on", "use_recovery_code"]


def test_with_few_codes_left_one_is_led_to_where_new_ones_are_made(client, bea):
    codes = enrolled(bea)
    for code in codes[:6]:
        second_factor.verify(bea, code)
    log_in(client, "bea")
    assert client.post(CODE, {"code": codes[6]}).url == SECURITY
    assert "Make new ones soon" in client.get(SECURITY).content.decode()


def test_new_recovery_codes_void_the_old_ones(client, bea):
    old = enrolled(bea)
    log_in(client, "bea")
    client.post(CODE, {"code": code_of(bea)})
    page = client.post(reverse("admin:recovery_codes"), {"code": old[0]}).content.decode()
    new = re.findall(r"<code>([a-z2-7-]{19})</code>", page)
    assert len(new) == 10
    with pytest.raises(SecondFactorError):
        second_factor.verify(bea, old[1])
    assert "new_recovery_codes" in actions()


def test_it_is_switched_off_with_a_code_and_not_without(client, bea):
    enrolled(bea)
    log_in(client, "bea")
    client.post(CODE, {"code": code_of(bea)})
    off = reverse("admin:second_factor_off")
    client.get(off)
    client.post(off, {"code": wrong_code_of(bea)})
    assert second_factor.is_on(bea)
    waited(bea)
    page = client.post(off, {"code": code_of(bea, later=1)}, follow=True)
    assert "Your second factor is off" in page.content.decode()
    assert not second_factor.is_on(bea)
    assert second_factor.codes_left(bea) == 0
    assert actions()[-1] == "second_factor_off"
    assert client.get(off).url == SECURITY


# --- who has to have one ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "required"),
    [("optional", set()), ("publishers", {"ada", "root"}), ("all", {"ada", "bea", "carl", "root"})],
)
def test_a_setting_says_who_has_to_have_one(policy, required, settings, ada, bea, carl):
    settings.SECOND_FACTOR = policy
    root = get_user_model().objects.create_superuser("root", password="root-password")
    assert {user.username for user in (ada, bea, carl, root) if second_factor.is_required(user)} == required


def test_who_has_to_have_one_sets_it_up_before_anything_else(client, ada, settings):
    settings.SECOND_FACTOR = "publishers"
    log_in(client, "ada")
    asked = client.get(client.get(LIST).url)
    assert asked.url.startswith(SET_UP)
    page = client.get(asked.url).content.decode()
    assert "has to have a second factor" in page
    shown = client.post(asked.url, {"code": code_of(ada), "password": "ada-password", "next": LIST})
    assert f'href="{LIST}"' in shown.content.decode()
    assert client.get(LIST).status_code == 200


def test_who_switches_off_what_is_required_has_to_set_it_up_again(client, ada, settings):
    settings.SECOND_FACTOR = "publishers"
    enrolled(ada)
    log_in(client, "ada")
    client.post(CODE, {"code": code_of(ada)})
    off = reverse("admin:second_factor_off")
    assert "set up another app" in client.get(off).content.decode()
    client.post(off, {"code": code_of(ada, later=1)})
    assert client.get(LIST).status_code == 302
    assert client.get(SECURITY).status_code == 200


def test_a_session_from_before_is_asked_for_a_code_when_one_becomes_required(client, ada, settings):
    client.force_login(ada)
    enrolled_elsewhere = enrolled(ada)
    client.force_login(ada)  # as a session would be that has outlived the change
    settings.SECOND_FACTOR = "all"
    asked = client.get(client.get(LIST).url)
    assert asked.url.startswith(CODE)
    assert client.post(asked.url, {"code": enrolled_elsewhere[0], "next": LIST}).url == LIST
    assert client.get(LIST).status_code == 200


def test_who_cannot_set_it_up_now_can_sign_out(client, ada, settings):
    settings.SECOND_FACTOR = "publishers"
    log_in(client, "ada")
    assert client.post(reverse("admin:sign_out"), {"here": "1"}).url == LOGIN
    assert client.get(SECURITY).status_code == 302


def test_asking_for_it_costs_the_desk_no_query(client, ada, settings):
    enrolled(ada)
    log_in(client, "ada")
    client.post(CODE, {"code": code_of(ada)})
    taken = []
    for policy in ("optional", "publishers"):
        settings.SECOND_FACTOR = policy
        client.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(LIST).status_code == 200
        taken.append(len(queries))
    assert taken[0] == taken[1]


# --- lost -------------------------------------------------------------------------------------------------


def test_a_superuser_resets_a_lost_one_and_the_log_says_so(client, bea, capsys):
    get_user_model().objects.create_superuser("root", password="root-password")
    enrolled(bea)
    log_in(client, "bea")
    client.post(CODE, {"code": code_of(bea)})
    call_command("reset_second_factor", "bea", "--by", "root")
    assert capsys.readouterr().out == "bea has no second factor any more; 1 session ended.\n"
    assert client.get(LIST).status_code == 302
    assert not second_factor.is_on(bea)
    event = Event.objects.order_by("id").last()
    assert (event.action, event.actor_name, event.data) == (
        "reset_second_factor",
        "root",
        {"of": "bea", "sessions_ended": 1},
    )
    assert DeskSession.objects.filter(user=bea).count() == 0


@pytest.mark.parametrize(
    ("arguments", "says", "status"),
    [
        (["nobody"], "no account named 'nobody'", 2),
        (["bea", "--by", "nobody"], "no account named 'nobody'", 2),
        (["bea", "--by", "ada"], "ada is no superuser", 2),
        (["bea"], "bea has no second factor", 1),
    ],
)
def test_what_cannot_be_reset_is_told(arguments, says, status, ada, bea):
    with pytest.raises(CommandError, match=says) as refused:
        call_command("reset_second_factor", *arguments)
    assert refused.value.returncode == status
    assert actions() == []
