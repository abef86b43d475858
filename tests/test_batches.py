"""What can be done with a whole import run: one decision for all, and taking it back."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from editorial.batches import decide
from editorial.models import Article, Event, Generation, HeldFile, Origin, Revision, Status, Waiting
from editorial.undoing import plan_undo, undo
from editorial.workflow import Action, NotAllowed, WorkflowError, correct

from .texts import APOSTROPHE, act, bring_in, incoming

pytestmark = pytest.mark.django_db


def storks(number=3, **more):
    return [incoming(f"{n}.md", slug=f"storks-{n}", title=f"Storks {n}", **more) for n in range(number)]


def test_a_whole_batch_is_rejected_with_one_reason(bea):
    batch = bring_in(*storks()).batch
    other = bring_in(incoming()).batch
    decided = decide(batch, Action.REJECT, by=bea, reason="Wrong language.")
    assert (decided.done, decided.refusals) == (3, [])
    assert Article.objects.filter(status=Status.REJECTED).count() == 3
    assert Event.objects.filter(action="reject", reason="Wrong language.").count() == 3
    assert Article.objects.get(current__generation__batch=other).status == Status.NEW


def test_an_article_that_was_corrected_since_is_not_decided_with_its_batch(bea, ada):
    batch = bring_in(*storks()).batch
    article = Article.objects.first()
    bring_in(incoming("0.md", slug=article.slug, title="Newer storks"))
    assert decide(batch, Action.SEND_BACK, by=bea, reason="Look again.").done == 2
    article.refresh_from_db()
    assert article.status == Status.NEW


def test_a_batch_is_never_approved_as_a_whole(ada, carl):
    batch = bring_in(*storks()).batch
    with pytest.raises(WorkflowError, match="article by article"):
        decide(batch, Action.APPROVE, by=ada)
    with pytest.raises(NotAllowed):
        decide(batch, Action.REJECT, by=carl, reason="x")
    with pytest.raises(WorkflowError, match="needs a reason"):
        decide(batch, Action.REJECT, by=ada, reason=" ")


def test_undo_says_first_what_it_would_do_and_writes_nothing(ada):
    batch = bring_in(*storks(), incoming("bad.md", data=APOSTROPHE)).batch
    planned = plan_undo(batch)
    assert (len(planned.removed), planned.restored, planned.cleared, planned.closed) == (3, [], [], 1)
    assert planned.is_possible
    assert Article.objects.count() == 3


def test_undo_takes_new_articles_away_keeps_their_bytes_and_is_an_event(ada):
    batch = bring_in(*storks(), incoming("bad.md", data=APOSTROPHE)).batch
    undo(batch, by=ada, reason="A bad run.")
    assert not Article.objects.exists()
    assert not Revision.objects.exists()
    assert Generation.objects.count() == 4
    assert HeldFile.objects.get().state == HeldFile.State.DISMISSED
    event = Event.objects.first()
    assert (event.action, event.actor, event.batch, event.reason) == ("undo", ada, batch, "A bad run.")
    assert event.data == {"removed": 3, "restored": 0, "cleared": 0}
    with pytest.raises(WorkflowError, match="taken back on"):
        undo(batch, by=ada)


def test_after_undo_the_same_files_are_new_again(ada):
    undo(bring_in(*storks()).batch, by=ada)
    assert bring_in(*storks()).counts == {"new": 3}


def test_undo_gives_an_updated_article_its_former_text_as_a_new_revision(ada):
    bring_in(*storks(1))
    batch = bring_in(incoming("0.md", slug="storks-0", title="Newer storks")).batch
    undo(batch, by=ada)
    article = Article.objects.get()
    assert (article.title, article.current.number, article.current.origin) == ("Storks 0", 3, Origin.RESTORE)
    assert article.generation == article.revisions.get(number=1).generation
    assert bring_in(*storks(1)).counts == {"unchanged": 1}


def test_undo_takes_away_a_text_that_waits(ada):
    bring_in(*storks(1))
    article = act(Article.objects.get(), Action.REJECT, by=ada)
    batch = bring_in(incoming("0.md", slug="storks-0", title="Newer storks")).batch
    undo(batch, by=ada)
    article.refresh_from_db()
    assert (article.proposal, article.waiting) == (None, Waiting.NOTHING)


@pytest.mark.parametrize(
    ("meanwhile", "why"),
    [
        (lambda article, ada: act(article, Action.START_REVIEW, Action.APPROVE, by=ada), "is public"),
        (lambda article, ada: act(article, Action.REJECT, by=ada), "was worked on since"),
        (
            lambda article, ada: correct(
                article, replace(article.current.text, title="Mine"), by=ada, based_on=article.current
            ),
            "was edited since",
        ),
        (lambda article, ada: bring_in(incoming("0.md", slug="storks-0", title="Newer storks")), "has changed since"),
    ],
)
def test_undo_is_refused_once_something_was_approved_or_edited(meanwhile, why, ada):
    batch = bring_in(*storks()).batch
    meanwhile(Article.objects.select_related("current").get(slug="storks-0"), ada)
    planned = plan_undo(batch)
    assert [reason for _, reason in planned.refusals] == [why]
    with pytest.raises(WorkflowError, match=why):
        undo(batch, by=ada)
    assert Article.objects.count() == 3


def test_undo_takes_the_right_to_import(bea):
    batch = bring_in(*storks()).batch
    with pytest.raises(WorkflowError, match="may not take back"):
        undo(batch, by=bea)


# --- the pages --------------------------------------------------------------------------------------------


def test_the_batch_page_shows_each_file_and_takes_one_decision_for_all(client, bea):
    batch = bring_in(*storks(), incoming("bad.md", data=APOSTROPHE)).batch
    client.force_login(bea)
    page = client.get(reverse("admin:editorial_batch_change", args=[batch.pk])).content.decode()
    assert "bad.md" in page
    assert "Storks 2" in page
    assert "Take it back" not in page
    address = reverse("admin:editorial_batch_decide", args=[batch.pk, "reject"])
    assert "needs a reason" in client.post(address, {"reason": ""}).content.decode()
    page = client.post(address, {"reason": "Wrong language."}, follow=True).content.decode()
    assert "3 articles were rejected." in page


def test_the_undo_page_says_what_would_happen_and_does_it(client, ada):
    batch = bring_in(*storks()).batch
    client.force_login(ada)
    address = reverse("admin:editorial_batch_undo", args=[batch.pk])
    assert "remove 3 new articles" in client.get(address).content.decode()
    assert Article.objects.count() == 3
    assert "was taken back" in client.post(address, {"reason": "Bad."}, follow=True).content.decode()
    assert not Article.objects.exists()
    assert "already" in client.post(address).content.decode()


def test_each_of_the_cast_gets_what_the_role_allows(client, dan, carl, bea, ada):
    batch = bring_in(*storks()).batch
    undo_page = reverse("admin:editorial_batch_undo", args=[batch.pk])
    decide_page = reverse("admin:editorial_batch_decide", args=[batch.pk, "reject"])
    assert dan.get(undo_page).status_code == dan.post(decide_page).status_code == 302
    for person, undo_status, decide_status in ((carl, 403, 403), (bea, 403, 200), (ada, 200, 200)):
        client.force_login(person)
        assert client.get(undo_page).status_code == undo_status
        assert client.post(decide_page).status_code == decide_status
        assert client.get(decide_page).status_code == 404
    assert client.post(reverse("admin:editorial_batch_decide", args=[batch.pk, "approve"])).status_code == 404
    assert client.get(reverse("admin:editorial_batch_change", args=["9" * 30])).status_code == 404


def test_the_batch_page_takes_the_same_number_of_queries_for_1_and_for_20_files(client, ada):
    client.force_login(ada)
    taken = []
    for number in (1, 20):
        files = [incoming(f"{n}.md", slug=f"cranes-{number}-{n}", title=f"Cranes {number} {n}") for n in range(number)]
        batch = bring_in(*files).batch
        for address in ("change", "undo"):
            with CaptureQueriesContext(connection) as queries:
                client.get(reverse(f"admin:editorial_batch_{address}", args=[batch.pk]))
            taken.append(len(queries))
    assert taken[:2] == taken[2:]
    assert max(taken) <= 12


def newer(number):
    return bring_in(incoming("0.md", slug="storks-0", title=f"Storks, text {number}")).batch


def test_batches_are_taken_back_one_after_the_other(ada):
    bring_in(*storks(1))
    second, third = newer(2), newer(3)
    undo(third, by=ada)
    assert Article.objects.get().title == "Storks, text 2"
    undo(second, by=ada)
    assert Article.objects.get().title == "Storks 0"


def test_a_batch_that_an_editor_worked_on_is_not_taken_back_behind_a_later_one(ada):
    bring_in(*storks(1))
    second = newer(2)
    article = Article.objects.select_related("current").get()
    correct(article, replace(article.current.text, excerpt="Ours."), by=ada, based_on=article.current)
    third = newer(3)
    undo(third, by=ada)
    assert [why for _, why in plan_undo(second).refusals] == ["was edited since"]


def test_a_corrected_article_is_not_decided_with_its_batch(ada):
    batch = bring_in(*storks(2)).batch
    article = Article.objects.select_related("current").first()
    correct(article, replace(article.current.text, excerpt="Ours."), by=ada, based_on=article.current)
    assert decide(batch, Action.REJECT, by=ada, reason="Wrong language.").done == 1


def test_files_that_were_held_are_held_again_after_an_undo(ada):
    files = [incoming("a.md"), incoming("b.md", title="Another text")]
    undo(bring_in(*files).batch, by=ada)
    bring_in(*files)
    assert HeldFile.objects.filter(state=HeldFile.State.OPEN).count() == 1


def test_runs_are_filtered_by_what_became_of_a_file(client, ada):
    bring_in(*storks())
    broken = bring_in(incoming("bad.md", data=APOSTROPHE)).batch
    client.force_login(ada)
    address = reverse("admin:editorial_batch_changelist")
    page = client.get(address, {"outcome": "repairable"})
    assert list(page.context["cl"].queryset) == [broken]
    assert client.get(address, {"outcome": "made up"}).context["cl"].result_count == 2
    assert client.get(address, {"undone_at__isempty": "1"}).context["cl"].result_count == 2
