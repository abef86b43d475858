"""Several articles of the queue at once: assigning, due dates, priority, fixes, sending back, approving."""

import datetime
from dataclasses import replace

import pytest
from django.urls import reverse
from django.utils import timezone

from editorial.assigning import Arrangement, arrange
from editorial.bulk_approval import approve_many, candidates
from editorial.checking import check
from editorial.claim_marks import mark
from editorial.claims import claims_of
from editorial.models import Article, Event, Finding, Priority, Reading, SavedView, Status, Sweep, Waiver
from editorial.queueing import Filters
from editorial.review_facts import Statement
from editorial.saved_views import VIEWS_MAX, save_view
from editorial.story_marks import accept, undecided
from editorial.workflow import Action, NotAllowed, WorkflowError, correct

from .test_queue import QUEUE, desk
from .texts import BODY, act

pytestmark = pytest.mark.django_db
CHECKED = Statement(facts_checked=True, sources_opened=True)
STATED = {"facts_checked": "yes", "sources_opened": "yes"}
BULK, APPROVE = f"{QUEUE}_bulk", f"{QUEUE}_approve"


def items(*articles):
    return [f"{article.pk}:{article.current_id}" for article in articles]


def press(client, do, *articles, **fields):
    """Tick these articles and press a button."""
    return client.post(reverse(BULK), {"do": do, "item": items(*articles), **fields}, follow=True)


def said(response):
    return response.content.decode()


# --- assigning --------------------------------------------------------------------------------------------


def test_articles_are_assigned_and_the_log_says_by_whom_to_whom(bea, carl):
    one, other = desk("one", "other")
    assert arrange([one.pk, other.pk], Arrangement(to=(carl,)), by=bea) == 2
    assert {article.assignee for article in Article.objects.all()} == {carl}
    event = Event.objects.filter(action="assign", article=one).get()
    assert (event.actor, event.data, event.revision) == (bea, {"to": "Carl Weber", "to_id": carl.pk}, one.current)
    assert arrange([one.pk, other.pk], Arrangement(to=(carl,)), by=bea) == 0
    assert arrange([one.pk], Arrangement(to=(None,)), by=bea) == 1
    assert Event.objects.filter(action="assign").count() == 3


def test_due_date_and_priority_are_set_and_emptied(bea):
    (one,) = desk("one")
    day = datetime.date(2026, 12, 1)
    arrange([one.pk], Arrangement(due=(day,), priority=Priority.URGENT), by=bea)
    one.refresh_from_db()
    assert (one.due, one.priority, one.rank) == (day, Priority.URGENT, 2 - (2 if one.gravity == 2 else one.gravity))
    assert Event.objects.get(action="assign").data == {"due": "2026-12-01", "priority": "urgent"}
    arrange([one.pk], Arrangement(due=(None,)), by=bea)
    one.refresh_from_db()
    assert (one.due, one.priority) == (None, Priority.URGENT)


def test_assigning_takes_the_right_and_a_person_who_can_see_articles(bea, carl, django_user_model):
    (one,) = desk("one")
    with pytest.raises(NotAllowed):
        arrange([one.pk], Arrangement(to=(carl,)), by=carl)
    eve = django_user_model.objects.create_user("eve", is_staff=True)
    with pytest.raises(WorkflowError, match="eve can't see articles"):
        arrange([one.pk], Arrangement(to=(eve,)), by=bea)
    carl.is_active = False
    with pytest.raises(WorkflowError, match="Carl Weber can't see articles"):
        arrange([one.pk], Arrangement(to=(carl,)), by=bea)


def test_where_one_article_is_gone_none_is_changed(bea, carl):
    (one,) = desk("one")
    with pytest.raises(WorkflowError, match="not there any more"):
        arrange([one.pk, 999_999], Arrangement(to=(carl,)), by=bea)
    one.refresh_from_db()
    assert one.assignee is None


def test_the_ticked_articles_are_assigned_from_the_page(client, bea, carl):
    one, other = desk("one", "other")
    client.force_login(bea)
    response = press(client, "assign", one, other, to=carl.pk, queue="state=new")
    assert "2 articles were assigned." in said(response)
    assert response.redirect_chain[-1][0] == f"{reverse(QUEUE)}?state=new"
    assert "They were so already" in said(press(client, "assign", one, to=carl.pk))
    assert "1 article was given to nobody." in said(press(client, "assign", one, to="nobody"))
    for nonsense in ("", "x", "9" * 40, "999999"):
        assert "Choose to whom the articles go" in said(press(client, "assign", one, to=nonsense))


def test_due_date_and_priority_are_set_from_the_page(client, bea):
    (one,) = desk("one")
    client.force_login(bea)
    assert "made due on 01 December 2026" in said(press(client, "due", one, due="2026-12-01"))
    assert "“soon” is no day." in said(press(client, "due", one, due="soon"))
    assert "freed of a due date" in said(press(client, "due", one, due=""))
    assert "given the priority “high”" in said(press(client, "priority", one, priority="1"))
    assert "Choose a priority" in said(press(client, "priority", one, priority="7"))


# --- the other steps --------------------------------------------------------------------------------------


def test_nothing_ticked_unknown_steps_and_nonsense_get_a_clear_answer(client, bea):
    client.force_login(bea)
    assert "No article was ticked." in said(press(client, "assign"))
    assert client.post(reverse(BULK), {"do": "dance"}).status_code == 404
    assert client.post(reverse(BULK), {"do": "due", "item": "nonsense"}).status_code == 404


def test_sending_back_and_rejecting_ask_for_a_reason_about_exactly_these_texts(client, bea):
    one, other = desk("one", "other")
    client.force_login(bea)
    page = press(client, "reject", one, other)
    assert "This is about exactly these texts" in said(page)
    assert " ".join(items(one, other)) in said(page)
    assert "Send back" in said(press(client, "send_back", one))


def test_safe_fixes_become_a_plan_for_the_ticked_articles(client, bea):
    one, other = desk("one", "other")
    client.force_login(bea)
    press(client, "fix", one, other)
    assert Sweep.objects.get().selection == {"articles": sorted([one.pk, other.pk])}


@pytest.mark.parametrize("step", ["assign", "due", "priority", "fix", "send_back", "reject", "approve"])
def test_a_writer_may_do_none_of_it_and_is_offered_none_of_it(step, client, carl):
    (one,) = desk("one")
    client.force_login(carl)
    assert client.post(reverse(BULK), {"do": step, "item": items(one), "due": "2026-12-01", "priority": 1,
                                       "to": carl.pk}).status_code == 403  # fmt: skip
    assert "With the ticked articles" not in said(client.get(reverse(QUEUE)))
    assert not Event.objects.filter(action="assign").exists()


# --- approving several ------------------------------------------------------------------------------------


ONE_OF = {"block": "foreign-script", "warn": "excerpt-short"}
"""A check of each severity that finds something in the texts below."""


@pytest.fixture
def clean(ada):
    """Two texts in review that Ada has opened; whatever the checks found in them was waived."""
    rows = desk("one", "other", body=BODY.replace("nest at", "n\N{CYRILLIC SMALL LETTER IE}st at"))
    check([article.pk for article in rows])
    for article in rows:
        waive_all(article, by=ada)
        Reading.objects.create(revision=article.current, by=ada, seconds=90)
        accept_all(article, by=ada)
    assert set(ONE_OF.values()) < {waiver.code for waiver in Waiver.objects.all()}
    return [act(article, Action.START_REVIEW, by=ada) for article in rows]


def waive_all(article, *, by):
    for finding in Finding.objects.filter(revision=article.current_id):
        Waiver.objects.get_or_create(
            article=article, fingerprint=finding.fingerprint, defaults={"code": finding.code, "reason": "ok", "by": by}
        )


def accept_all(article, *, by):
    for story in undecided(article, article.current):
        accept(article, story.hash, by=by)


def take_back_waiver(article, severity):
    """One finding is open again."""
    Waiver.objects.get(article=article, code=ONE_OF[severity]).delete()


def pairs(*articles):
    return [(article.pk, article.current_id) for article in articles]


def test_clean_texts_that_the_approver_has_opened_are_approved_together(ada, clean):
    done, refusals = approve_many(pairs(*clean), by=ada, statement=CHECKED)
    assert (done, refusals) == (clean, [])
    assert {article.status for article in Article.objects.all()} == {Status.APPROVED}
    assert Event.objects.filter(action="approve", actor=ada).count() == 2


@pytest.mark.parametrize("severity", ["block", "warn"])
def test_an_open_finding_that_blocks_or_warns_keeps_a_text_back(severity, ada, clean):
    take_back_waiver(clean[0], severity)
    done, refusals = approve_many(pairs(*clean), by=ada, statement=CHECKED)
    assert done == [clean[1]]
    assert refusals == [f"“One” was not approved: it has open findings (1 that {severity})."]


def test_a_text_that_the_approver_has_not_opened_is_kept_back_whoever_else_has(ada, bea, clean):
    Reading.objects.filter(revision=clean[0].current).update(by=bea)
    done, refusals = approve_many(pairs(*clean), by=ada, statement=CHECKED)
    assert done == [clean[1]]
    assert refusals == ["“One” was not approved: you have not opened this text."]


def test_a_text_with_a_story_that_nobody_decided_on_is_kept_back(ada, clean):
    clean[0].story_marks.all().delete()
    done, refusals = approve_many(pairs(*clean), by=ada, statement=CHECKED)
    assert done == [clean[1]]
    assert refusals == ["“One” was not approved: 1 of its stories is not decided on."]


def test_a_text_with_a_claim_that_is_wrong_or_not_checked_is_kept_back(ada, clean, settings):
    (story,) = claims_of(clean[0].current.text)
    mark(clean[0], story.claims[-1].hash, "wrong", by=ada)
    why_not = [each.why_not for each in candidates(pairs(*clean), by=ada)]
    assert why_not == ["1 of its claims is said to be wrong.", ""]
    mark(clean[0], story.claims[-1].hash, "verified", by=ada)
    settings.CLAIMS_REQUIRED = "all"
    why_not = [each.why_not for each in candidates(pairs(*clean), by=ada)]
    assert why_not == [f"{len(story.claims) - 1} of its claims must be checked first."] + [
        f"{len(story.claims)} of its claims must be checked first."
    ]


def test_a_text_that_needs_a_second_person_is_kept_back_from_the_first(ada, clean, settings):
    settings.FOUR_EYES = True
    one = clean[0]
    correct(one, replace(one.current.text, title="First"), by=ada, based_on=one.current)
    one.refresh_from_db()
    waive_all(one, by=ada)
    Reading.objects.create(revision=one.current, by=ada, seconds=90)
    done, refusals = approve_many(pairs(*clean), by=ada, statement=CHECKED)
    assert done == [clean[1]]
    assert refusals == ["“First” was not approved: you changed it last, so somebody else has to approve it."]


def test_an_opened_earlier_text_does_not_count_for_the_current_one(ada, clean):
    article = clean[0]
    seen = pairs(article)
    correct(article, replace(article.current.text, title="Other"), by=ada, based_on=article.current)
    article.refresh_from_db()
    assert [each.why_not for each in candidates(seen, by=ada)] == ["there is a newer text than the list showed."]
    waive_all(article, by=ada)
    assert [each.why_not for each in candidates(pairs(article), by=ada)] == ["you have not opened this text."]


def test_what_is_not_in_review_is_kept_back(ada):
    (new,) = desk("one")
    Reading.objects.create(revision=new.current, by=ada)
    assert candidates(pairs(new), by=ada)[0].why_not == "it is new; only an article in review can be approved."


def test_it_takes_the_permission(bea, clean):
    with pytest.raises(NotAllowed, match="several articles at once"):
        approve_many(pairs(*clean), by=bea, statement=CHECKED)


def test_the_page_says_which_can_be_approved_and_why_the_others_can_not(client, ada, clean):
    take_back_waiver(clean[0], "warn")
    client.force_login(ada)
    page = said(press(client, "approve", *clean))
    assert "you have not opened" not in page
    assert "Approve and publish 1" in page
    assert "it has open findings" in page
    response = client.post(reverse(APPROVE), {"item": items(*clean), "queue": "state=in_review", **STATED}, follow=True)
    assert "“Other” was approved." in said(response)
    assert "“One” was not approved" in said(response)
    assert response.redirect_chain[-1][0] == f"{reverse(QUEUE)}?state=in_review"


def test_many_are_not_approved_without_a_statement_or_in_less_time_than_reading_takes(ada, clean, settings):
    done, refusals = approve_many(pairs(*clean), by=ada, statement=None)
    assert (done, len(refusals)) == ([], 2)
    assert "Say whether you checked the facts" in refusals[0]
    settings.REVIEW_WORDS_PER_MINUTE = 1
    done, refusals = approve_many(pairs(*clean), by=ada, statement=CHECKED)
    assert done == []
    assert "scanning it takes at least" in refusals[0]


def test_where_none_can_be_approved_the_page_offers_no_button(client, ada):
    (new,) = desk("one")
    client.force_login(ada)
    page = said(press(client, "approve", new))
    assert "None of these can be approved together" in page
    assert "Approve and publish" not in page


def test_the_list_of_articles_approves_several_only_so_too(client, ada, bea, clean):
    take_back_waiver(clean[0], "warn")
    client.force_login(ada)
    address = reverse("admin:editorial_article_decide", args=["approve"])
    response = client.post(address, {"item": items(*clean), **STATED}, follow=True)
    assert "“One” was not approved" in said(response)
    assert {article.slug: article.status for article in Article.objects.all()} == {
        "one": Status.IN_REVIEW,
        "other": Status.APPROVED,
    }
    client.force_login(bea)
    assert client.post(address, {"item": items(*clean)}).status_code == 403


def test_pairs_that_name_nothing_are_left_out(ada, clean):
    one, other = pairs(*clean)
    assert candidates([(one[0], other[1]), (999_999, 999_999)], by=ada) == []


# --- saved views ------------------------------------------------------------------------------------------


def test_filters_are_kept_under_a_name_and_removed_again(client, bea, ada):
    desk("one")
    client.force_login(bea)
    response = client.post(reverse(f"{QUEUE}_save"), {"name": " Blocked  Polish ", "queue": "language=pl"}, follow=True)
    assert "Saved as “Blocked Polish”." in said(response)
    view = SavedView.objects.get()
    assert (view.by, view.query) == (bea, "language=pl")
    assert f'href="{reverse(QUEUE)}?language=pl" aria-current="page">Blocked Polish</a>' in said(response)
    client.force_login(ada)
    assert "Blocked Polish" not in said(client.get(reverse(QUEUE)))
    remove = reverse(f"{QUEUE}_remove", args=[view.pk])
    assert "There is no such view of yours any more." in said(client.post(remove, follow=True))
    client.force_login(bea)
    assert "The view was removed." in said(client.post(remove, follow=True))
    assert not SavedView.objects.exists()
    assert client.post(reverse(f"{QUEUE}_remove", args=[2**64]), follow=True).status_code == 200


def test_a_view_of_the_same_name_gets_the_new_filters(bea):
    save_view("Mine", Filters(assignee="me"), by=bea)
    save_view("Mine", Filters(language="pl"), by=bea)
    assert SavedView.objects.get().query == "language=pl"


@pytest.mark.parametrize(
    ("name", "query", "says"),
    [
        ("", "language=pl", "Give the view a name"),
        ("x" * 101, "language=pl", "has 101 characters"),
        ("All", "", "This is the whole queue."),
    ],
)
def test_a_view_that_can_not_be_saved_gets_a_sentence(name, query, says, client, bea):
    client.force_login(bea)
    assert says in said(client.post(reverse(f"{QUEUE}_save"), {"name": name, "queue": query}, follow=True))
    assert not SavedView.objects.exists()


def test_there_is_a_limit_to_the_views_of_one_person(bea):
    for number in range(VIEWS_MAX):
        save_view(f"View {number}", Filters(language="pl"), by=bea)
    with pytest.raises(WorkflowError, match=f"You have {VIEWS_MAX} views already"):
        save_view("One more", Filters(language="pl"), by=bea)
    save_view("View 1", Filters(language="en"), by=bea)
    assert SavedView.objects.filter(query="language=en", created_at__lte=timezone.now()).count() == 1
