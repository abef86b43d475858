"""Who has an article in hand: the next free one, renewing, giving back, taking over."""

import datetime
import os
import subprocess
import sys
from dataclasses import replace

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from editorial.assigning import Arrangement, arrange
from editorial.models import Article, Event, Hold
from editorial.queueing import Filters
from editorial.reserving import HeldByOther, give_back, hold_of, renew, reserve, take_next, take_over
from editorial.workflow import Action, NotAllowed, WorkflowError, correct

from .test_queue import QUEUE, change, desk
from .test_race import database_url
from .texts import act, imported

pytestmark = pytest.mark.django_db


def later(article, minutes):
    """Let the hold of an article end in so many minutes."""
    Hold.objects.filter(article=article).update(until=timezone.now() + datetime.timedelta(minutes=minutes))


def minutes_left(article):
    return round((Hold.objects.get(article=article).until - timezone.now()).total_seconds() / 60)


# --- the next one -----------------------------------------------------------------------------------------


def test_the_next_is_the_first_free_one_in_the_order_of_the_queue(bea, ada):
    one, other = desk("one", "other")
    change(other, block_count=3)
    change(one, block_count=0, warn_count=0)
    assert take_next(Filters(), by=bea) == other
    assert take_next(Filters(), by=ada) == one
    assert take_next(Filters(), by=ada) is None
    assert hold_of(other).by == bea
    assert minutes_left(other) == 45


def test_the_next_one_is_of_the_filtered_part_of_the_queue(bea):
    desk("one", "other")
    desk("polish", hashtags="#generated #pl #birds")
    assert take_next(Filters(language="pl"), by=bea).slug == "polish"
    assert take_next(Filters(language="pl"), by=bea) is None


def test_a_hold_that_ran_out_is_free_again(bea, ada):
    (article,) = desk("one")
    take_next(Filters(), by=bea)
    later(article, -1)
    assert hold_of(article) is None
    assert take_next(Filters(), by=ada) == article
    assert Hold.objects.get().by == ada


def test_what_is_sent_back_or_assigned_to_others_is_left_out_unless_it_is_asked_for(bea, ada):
    back, hers, mine = desk("back", "hers", "mine")
    act(back, Action.SEND_BACK, by=bea)
    arrange([hers.pk], Arrangement(to=(ada,)), by=ada)
    arrange([mine.pk], Arrangement(to=(bea,)), by=ada)
    assert take_next(Filters(), by=bea) == mine
    assert take_next(Filters(), by=bea) is None
    assert take_next(Filters(state="sent_back"), by=bea) == back
    assert take_next(Filters(assignee=str(ada.pk)), by=bea) == hers


def test_a_text_that_waits_for_another_persons_decision_is_left_out(bea, settings):
    settings.FOUR_EYES = True
    (article,) = desk("one")
    act(article, Action.START_REVIEW, by=bea)
    text = article.current.text
    correct(article, replace(text, title="Other"), by=bea, based_on=article.current)
    assert take_next(Filters(), by=bea) is None
    assert take_next(Filters(second="others"), by=bea) == article


def test_who_may_not_correct_texts_reserves_nothing(django_user_model):
    (article,) = desk("one")
    eve = django_user_model.objects.create_user("eve", is_staff=True)
    for step in (lambda: take_next(Filters(), by=eve), lambda: reserve(article, by=eve),
                 lambda: take_over(article, by=eve, seen=0)):  # fmt: skip
        with pytest.raises(NotAllowed):
            step()


@pytest.mark.django_db(transaction=True)
def test_two_people_who_press_review_next_at_once_never_get_the_same_article(ada, bea, tmp_path):
    desk(*(f"a-{number}" for number in range(30)))
    environment = {
        **os.environ,
        "TEST_DATABASE_URL": database_url(tmp_path),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }
    contestants = [
        subprocess.Popen(  # noqa: S603  our own script, our own arguments
            [sys.executable, "-m", "tests.hold_contestant", name],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in ("ada", "bea")
    ]
    assert [contestant.stdout.readline() for contestant in contestants] == ["ready\n"] * 2
    for contestant in contestants:
        contestant.stdin.write("go\n")
        contestant.stdin.flush()
    said = [contestant.communicate(timeout=90) for contestant in contestants]
    assert [errors for _, errors in said] == ["", ""]
    got = [out.split() for out, _ in said]
    assert sorted(map(int, got[0] + got[1])) == sorted(Article.objects.values_list("pk", flat=True))
    assert all(got), "one of the two began after the other had ended; it was no race"


# --- keeping it, and letting go ---------------------------------------------------------------------------


def test_a_hold_is_renewed_while_its_person_works_and_even_after_it_ran_out_if_nobody_took_it(bea, ada):
    (article,) = desk("one")
    reserve(article, by=bea)
    later(article, 1)
    renew(article, by=bea)
    assert minutes_left(article) == 45
    later(article, -5)
    renew(article, by=bea)
    assert hold_of(article).by == bea
    later(article, -5)
    reserve(article, by=ada)
    with pytest.raises(HeldByOther, match="Ada Lis has this article until"):
        renew(article, by=bea)


def test_nothing_is_renewed_that_was_given_back(bea):
    (article,) = desk("one")
    reserve(article, by=bea)
    assert give_back(article, by=bea)
    assert not give_back(article, by=bea)
    with pytest.raises(WorkflowError, match="You do not have this article reserved any more"):
        renew(article, by=bea)


def test_reserving_ones_own_again_keeps_when_it_began(bea):
    (article,) = desk("one")
    first = reserve(article, by=bea)
    assert reserve(article, by=bea).since == first.since


def test_what_somebody_has_is_not_reserved_by_another_and_is_not_theirs_to_give_back(bea, ada):
    (article,) = desk("one")
    reserve(article, by=ada)
    with pytest.raises(HeldByOther):
        reserve(article, by=bea)
    assert not give_back(article, by=bea)
    assert hold_of(article).by == ada


@pytest.mark.parametrize(
    ("actions", "is_held"),
    [
        ([Action.START_REVIEW], True),
        ([Action.SEND_BACK], False),
        ([Action.REJECT], False),
        ([Action.START_REVIEW, Action.APPROVE], False),
    ],
)
def test_a_decision_lets_go_of_the_article(actions, is_held, bea):
    article = imported()
    reserve(article, by=bea)
    act(article, *actions, by=bea)
    assert bool(hold_of(article)) == is_held


# --- taking over ------------------------------------------------------------------------------------------


def test_taking_over_is_logged_and_names_whom_it_was_taken_from(bea, ada):
    (article,) = desk("one")
    reserve(article, by=bea)
    take_over(article, by=ada, seen=bea.pk)
    assert hold_of(article).by == ada
    event = Event.objects.get(action="take_over")
    assert (event.actor, event.article, event.data["from"]) == (ada, article, "Bea Nowak")


def test_an_article_is_not_taken_from_somebody_whom_the_page_did_not_name(bea, ada, carl):
    (article,) = desk("one")
    reserve(article, by=carl)
    with pytest.raises(HeldByOther, match="Carl Weber has this article"):
        take_over(article, by=ada, seen=bea.pk)
    assert not Event.objects.filter(action="take_over").exists()


def test_taking_over_what_nobody_has_any_more_is_no_event(bea, ada):
    (article,) = desk("one")
    reserve(article, by=bea)
    later(article, -1)
    take_over(article, by=ada, seen=bea.pk)
    assert hold_of(article).by == ada
    assert not Event.objects.filter(action="take_over").exists()


# --- the pages --------------------------------------------------------------------------------------------


def hold_page(article, name="hold"):
    return reverse(f"admin:editorial_article_{name}", args=[article.pk])


def test_review_next_opens_the_article_and_carries_the_filters_along(client, bea):
    (article,) = desk("one")
    client.force_login(bea)
    response = client.post(reverse(f"{QUEUE}_next"), {"queue": "language=en"})
    assert response["Location"] == f"{article.get_desk_url()}?queue=language%3Den"
    page = client.get(response["Location"]).content.decode()
    assert "Reserved for you until" in page
    assert 'name="queue" value="language=en"' in page
    response = client.post(reverse(f"{QUEUE}_next"), {"queue": "language=en"}, follow=True)
    assert "No article that these filters leave is free for you." in response.content.decode()
    assert "No article is free for you just now." in client.post(
        reverse(f"{QUEUE}_next"), {"queue": "nonsense=%00"}, follow=True
    ).content.decode()  # fmt: skip


def test_after_a_decision_the_next_one_is_still_of_the_same_part_of_the_queue(client, bea):
    desk("one", hashtags="#generated #pl #birds")
    client.force_login(bea)
    opened = client.post(reverse(f"{QUEUE}_next"), {"queue": "language=pl"})["Location"]
    article = act(Article.objects.get(slug="one"), Action.REJECT, by=bea)
    assert opened.startswith(article.get_desk_url())
    page = client.get(article.get_desk_url()).content.decode()
    assert "This article waits for nobody." in page
    assert 'name="queue" value="language=pl"' in page
    assert "Next article" in page


def test_who_may_not_correct_sees_no_banner(client, bea, ada, django_user_model):
    (article,) = desk("one")
    eve = django_user_model.objects.create_user("eve", is_staff=True)
    eve.user_permissions.add(Permission.objects.get(codename="view_article"))
    client.force_login(eve)
    page = client.get(article.get_desk_url()).content.decode()
    assert "Herons" in page
    assert "Who has this article" not in page


def test_the_banner_says_who_has_it_and_leads_to_the_warning(client, bea, ada):
    (article,) = desk("one")
    reserve(article, by=ada)
    client.force_login(bea)
    page = client.get(article.get_desk_url()).content.decode()
    assert "<strong>Ada Lis</strong> has this until" in page
    assert hold_page(article, "take_over") in page
    warning = client.get(hold_page(article, "take_over")).content.decode()
    assert "Better ask them first." in warning
    response = client.post(hold_page(article, "take_over"), {"seen": ada.pk}, follow=True)
    assert "You have it now" in response.content.decode()
    assert client.get(hold_page(article, "take_over"))["Location"] == article.get_desk_url()


def test_the_warning_tells_of_text_that_is_not_saved(client, bea, ada):
    (article,) = desk("one")
    reserve(article, by=ada)
    article.working_copies.create(by=ada, based_on=article.current, fields={"title": "x"})
    client.force_login(bea)
    assert "not saved as a revision yet" in client.get(hold_page(article, "take_over")).content.decode()


def test_somebody_else_by_now_is_told_and_nothing_is_taken(client, bea, ada, carl):
    (article,) = desk("one")
    reserve(article, by=carl)
    client.force_login(bea)
    for seen in (str(ada.pk), "", "x", "9" * 40):
        page = client.post(hold_page(article, "take_over"), {"seen": seen}).content.decode()
        assert "Carl Weber has this article until" in page
    assert hold_of(article).by == carl


def test_an_article_is_reserved_and_given_back_from_its_page(client, bea):
    (article,) = desk("one")
    client.force_login(bea)
    assert "Nobody has this article." in client.get(article.get_desk_url()).content.decode()
    page = client.post(hold_page(article), {"do": "take"}, follow=True).content.decode()
    assert "Reserved for you until" in page
    response = client.post(hold_page(article), {"do": "give_back", "queue": "state=new"}, follow=True)
    assert "Anybody can take it now." in response.content.decode()
    assert response.redirect_chain[-1][0] == f"{reverse(QUEUE)}?state=new"
    assert client.post(hold_page(article), {"do": "dance"}).status_code == 404


def test_reserving_what_somebody_has_gets_a_sentence(client, bea, ada):
    (article,) = desk("one")
    reserve(article, by=ada)
    client.force_login(bea)
    page = client.post(hold_page(article), {"do": "take"}, follow=True).content.decode()
    assert "Ada Lis has this article until" in page


def test_the_script_renews_and_is_told_when_somebody_took_it(client, bea, ada):
    (article,) = desk("one")
    reserve(article, by=bea)
    later(article, 1)
    client.force_login(bea)
    answer = client.post(hold_page(article), {"do": "renew"})
    assert answer.status_code == 200
    assert minutes_left(article) == 45
    take_over(article, by=ada, seen=bea.pk)
    answer = client.post(hold_page(article), {"do": "renew"})
    assert answer.status_code == 409
    assert "Ada Lis has this article" in answer.json()["sentence"]


@pytest.mark.parametrize("name", ["hold", "take_over"])
def test_the_addresses_of_a_hold_are_refused_to_who_may_not_correct(name, client, django_user_model, bea):
    (article,) = desk("one")
    address = hold_page(article, name)
    assert client.post(address, {"do": "take"})["Location"].startswith("/admin/login/")
    client.force_login(django_user_model.objects.create_user("eve", is_staff=True))
    assert client.post(address, {"do": "take"}).status_code == 403
    client.force_login(bea)
    assert client.post(address.replace(f"/{article.pk}/", f"/{2**63}/"), {"do": "take"}).status_code == 404
    assert not Hold.objects.exists()
