"""Approving by a person: the page that says what goes public, and the one function that no page gets around."""

import ast
import datetime
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from digest.disclosure import is_reviewed
from digest.models import Publication
from editorial.approving import StatementMissing, TooQuick, approve, statement_of
from editorial.models import Article, Event, Reading, Status
from editorial.readings import least_seconds, note_reading, time_told
from editorial.review_facts import Statement
from editorial.workflow import Action, WorkflowError, correct

from .texts import BODY, act, imported, published

pytestmark = pytest.mark.django_db
CHECKED = Statement(facts_checked=True, sources_opened=True)
STATED = {"facts_checked": "yes", "sources_opened": "yes"}
LONG = BODY + "".join(f"\n## Story {n}\n\n**TLDR:** {'word ' * 100}\n" for n in range(9))


@pytest.fixture
def pace(settings):
    settings.REVIEW_WORDS_PER_MINUTE = 600


def in_review(by, **fields):
    return act(imported(**fields), Action.START_REVIEW, by=by)


def page_of(article):
    return reverse("admin:editorial_article_approve", args=[article.pk])


def send(client, article, **said):
    article.refresh_from_db()
    form = {"item": f"{article.pk}:{article.current_id}", "accept_rest": "on", **said}
    return client.post(reverse("admin:editorial_article_decide", args=["approve"]), form, follow=True)


# --- the statement ----------------------------------------------------------------------------------------


def test_an_approval_takes_a_statement_that_the_log_and_the_publication_keep(ada):
    article = in_review(ada)
    with pytest.raises(StatementMissing, match="Say whether you checked the facts"):
        approve(article, by=ada, revision=article.current, statement=None, accept_rest=True)
    said = Statement(facts_checked=True, sources_opened=False)
    event = approve(article, by=ada, revision=article.current, statement=said, accept_rest=True)
    assert (event.data["facts_checked"], event.data["sources_opened"]) == (True, False)
    publication = Publication.objects.get()
    assert (publication.facts_checked, publication.sources_opened) == (True, False)


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (CHECKED, "They say that they checked the facts and opened the sources."),
        (Statement(facts_checked=True, sources_opened=False), "They say that they checked the facts."),
    ],
)
def test_readers_are_told_what_was_said(statement, told, ada, client):
    article = in_review(ada)
    approve(article, by=ada, revision=article.current, statement=statement, accept_rest=True)
    assert told in client.get("/articles/herons-return/").content.decode()


def test_who_says_not_to_have_checked_the_facts_has_not_reviewed(ada, client):
    article = in_review(ada)
    said = Statement(facts_checked=False, sources_opened=True)
    approve(article, by=ada, revision=article.current, statement=said, accept_rest=True)
    publication = Publication.objects.get()
    publication.changed_percent, publication.corrected = 50, True
    assert not is_reviewed(publication)
    assert "They say" not in client.get("/articles/herons-return/").content.decode()


@pytest.mark.parametrize("answers", [{}, {"facts_checked": "yes"}, {"facts_checked": "on", "sources_opened": "no"}])
def test_half_a_statement_is_none(answers):
    assert statement_of(answers) is None


# --- the time ---------------------------------------------------------------------------------------------


def test_less_time_than_scanning_takes_asks_once_more_and_the_log_says_so(ada, pace):
    article = in_review(ada, body=LONG)
    least = least_seconds(article, article.current)
    assert 90 <= least <= 100  # about 950 words at 600 a minute
    note_reading(article.current, by=ada, seconds=12)
    with pytest.raises(TooQuick, match=r"for 12 seconds; scanning it takes at least 2 minutes|at least \d+ seconds"):
        approve(article, by=ada, revision=article.current, statement=CHECKED, accept_rest=True)
    event = approve(article, by=ada, revision=article.current, statement=CHECKED, quick=True, accept_rest=True)
    facts = {name: event.data[name] for name in ("seconds", "least_seconds", "quick", "diff_opened")}
    assert facts == {"seconds": 12, "least_seconds": least, "quick": True, "diff_opened": False}


def test_who_had_the_text_long_enough_is_not_asked(ada, pace):
    article = in_review(ada, body=LONG)
    Reading.objects.create(revision=article.current, by=ada, seconds=300, diff_opened=True)
    event = approve(article, by=ada, revision=article.current, statement=CHECKED, quick=True, accept_rest=True)
    assert (event.data["quick"], event.data["diff_opened"]) == (False, True)


def test_a_correction_takes_as_long_as_what_changed(ada, pace):
    article = act(in_review(ada, body=LONG), Action.APPROVE, by=ada)
    text = replace(article.current.text, body=LONG.replace("Two herons nest", "Three herons nest"))
    correct(article, text, by=ada, based_on=article.current)
    article.refresh_from_db()
    assert 1 <= least_seconds(article, article.current) <= 3


@pytest.mark.parametrize(
    ("seconds", "told"), [(1, "1 second"), (89, "89 seconds"), (90, "2 minutes"), (600, "10 minutes")]
)
def test_times_are_told_as_people_say_them(seconds, told):
    assert time_told(seconds) == told


# --- the page ---------------------------------------------------------------------------------------------


def test_the_page_says_what_goes_public_and_where(client, bea):
    article = in_review(bea)
    client.force_login(bea)
    page = client.get(page_of(article)).content.decode()
    assert "http://testserver/articles/herons-return/" in page
    assert f"/preview/?revision={article.current.number}" in page
    assert "Readers do not have this article yet." in page
    assert "Herons return to the weir" in page  # a story that nobody has decided on
    assert "Did you check the facts?" in page


def test_the_page_shows_what_changes_since_the_text_that_readers_have(client, ada):
    article = published(by=ada)
    text = replace(
        article.current.text, title="Herons, counted", body=BODY.replace("Two nests were", "Three nests were")
    )
    correct(article, text, by=ada, based_on=article.current)
    client.force_login(ada)
    page = client.get(page_of(article)).content.decode()
    assert "<del>Two</del><ins>Three</ins> nests were counted" in page
    assert "<del>Herons return</del> <ins>Herons, counted</ins>" in page
    assert 'name="diff_opened" value=""' in page
    assert 'name="diff_opened" value="on"' in client.get(f"{page_of(article)}?changes=1").content.decode()


def test_what_is_missing_is_said_on_the_page_and_what_was_typed_stays(client, bea):
    article = in_review(bea)
    client.force_login(bea)
    page = send(client, article, facts_checked="yes", reason="My precious words", opened="x").content.decode()
    assert "Say whether you checked the facts" in page
    assert "My precious words" in page
    assert Article.objects.get().status == Status.IN_REVIEW
    assert "was approved and published" in send(client, article, **STATED).content.decode()
    assert Article.objects.get().status == Status.APPROVED


def test_the_time_since_the_page_was_opened_counts_once_and_for_one_person_and_text(
    client, ada, bea, pace, monkeypatch
):
    article = in_review(ada, body=LONG)
    client.force_login(bea)
    opened = client.get(page_of(article)).context["opened"]
    later = timezone.now() + datetime.timedelta(seconds=30)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    page = send(client, article, opened=opened, diff_opened="on", **STATED)
    assert "for 30 seconds; scanning it takes at least" in page.content.decode()
    assert 'name="quick"' in page.content.decode()
    reading = Reading.objects.get()
    assert (reading.by, reading.seconds, reading.diff_opened) == (bea, 30, True)
    send(client, article, opened=opened, **STATED)  # sent again at once
    reading.refresh_from_db()
    assert reading.seconds <= 31
    client.force_login(ada)
    send(client, article, opened=opened, **STATED)  # somebody else's page
    assert Reading.objects.count() == 1
    client.force_login(bea)
    assert "was approved and published" in send(client, article, quick="on", **STATED).content.decode()
    assert Event.objects.get(action="approve").data["quick"] is True


def test_an_approval_for_later_says_when_and_the_review_page_too(client, bea):
    article = in_review(bea)
    client.force_login(bea)
    at = timezone.localtime(timezone.now() + datetime.timedelta(days=2)).replace(second=0, microsecond=0)
    page = send(client, article, when="later", at=f"{at:%Y-%m-%dT%H:%M}", **STATED).content.decode()
    assert f"readers get it on {at.day} {at:%B %Y %H:%M}" in page
    assert "Changing the text takes it off the schedule." in page
    assert Publication.objects.get().visible_from == at


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"when": "later"}, "Say at which day and time"),
        ({"when": "later", "at": "soon"}, "Give day and time as in"),
        ({"when": "later", "at": "2020-01-01T10:00"}, "is over"),
        ({"when": "later", "at": "9999-12-31T23:59"}, "more than a year ahead"),
        ({"when": "never"}, "Nothing was approved yet"),
        ({"reason": "r" * 2001}, "Nothing was approved yet"),
    ],
)
def test_what_can_be_typed_is_answered_on_the_page(said, says, client, bea):
    article = in_review(bea)
    client.force_login(bea)
    response = send(client, article, **STATED, **said)
    assert response.status_code == 200
    assert says in response.content.decode()
    assert not Publication.objects.exists()


def test_findings_that_block_are_listed_and_overridden_by_who_may_with_a_reason(client, ada, bea):
    other = published(slug="storks", title="Storks", by=ada)
    correct(other, replace(other.current.text, slug="gulls"), by=ada, based_on=other.current)
    act(other, Action.APPROVE, by=ada)
    article = in_review(ada)
    correct(article, replace(article.current.text, slug="storks"), by=ada, based_on=article.current)  # a former address
    article.refresh_from_db()
    for person, may in ((bea, False), (ada, True)):
        client.force_login(person)
        page = client.get(page_of(article)).content.decode()
        assert "Findings that block" in page
        assert ('name="override"' in page) == may
    assert "blocks the approval" in send(client, article, **STATED).content.decode()
    assert "needs a reason" in send(client, article, override="on", **STATED).content.decode()
    page = send(client, article, override="on", reason="It is a quotation.", **STATED).content.decode()
    assert "was approved and published" in page
    assert Event.objects.get(action="approve", article=article).data["overridden"]


def test_claims_that_the_house_wants_decided_are_listed_and_refuse_the_approval(client, bea, settings):
    settings.CLAIMS_REQUIRED = "all"
    article = in_review(bea)
    client.force_login(bea)
    assert "Claims that must be decided on first" in client.get(page_of(article)).content.decode()
    send(client, article, **STATED)
    assert not Publication.objects.exists()


def test_the_page_is_for_articles_in_review_and_the_newest_text(client, ada, bea):
    article = imported()
    client.force_login(bea)
    assert "only an article in review can be approved" in client.get(page_of(article), follow=True).content.decode()
    article = act(article, Action.START_REVIEW, by=ada)
    old = f"{article.pk}:{article.current_id}"
    correct(article, replace(article.current.text, title="Newer"), by=ada, based_on=article.current)
    page = send(client, article, item=old, **STATED).content.decode()
    assert "was saved by Ada Lis since you opened it" in page
    assert not Publication.objects.exists()


def test_four_eyes_are_told_of_before_and_after(client, ada, settings):
    settings.FOUR_EYES = True
    article = in_review(ada)
    correct(article, replace(article.current.text, title="Herons, counted"), by=ada, based_on=article.current)
    article.refresh_from_db()
    client.force_login(ada)
    assert "somebody else has to approve it" in client.get(page_of(article)).content.decode()
    assert "so somebody else has to approve it" in send(client, article, **STATED).content.decode()


def test_the_page_takes_the_same_number_of_queries_for_1_and_for_20_stories_and_revisions(client, ada):
    client.force_login(ada)
    taken = []
    for count in (1, 20):
        body = "".join(f"## Story {n}\n\n**TLDR:** Words.\n\n" for n in range(count))
        article = in_review(ada, slug=f"many-{count}", title="Many", body=body)
        for n in range(count):
            article.refresh_from_db()
            correct(article, replace(article.current.text, title=f"Many {n}"), by=ada, based_on=article.current)
        client.get(page_of(article))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page_of(article)).status_code == 200
        taken.append(len(queries))
    assert taken[0] == taken[1] <= 20


# --- reasons ----------------------------------------------------------------------------------------------


def test_sending_back_takes_reasons_of_the_houses_list(client, bea):
    article = in_review(bea)
    client.force_login(bea)
    address = reverse("admin:editorial_article_decide", args=["send_back"])
    item = {"item": f"{article.pk}:{article.current_id}"}
    page = client.post(address, item).content.decode()
    assert "Tick one, or write one sentence" in page
    assert "Factual error" in page
    client.post(address, {**item, "reasons": ["factual-error", "style"], "reason": "The year."})
    event = Event.objects.first()
    assert (event.data["reasons"], event.reason) == (["factual-error", "style"], "The year.")


@pytest.mark.parametrize(
    ("reasons", "note", "says"),
    [
        (["nonsense"], "Because.", "is no reason of the house's list"),
        (["other"], "", "write a note"),
        ([], "", "needs a"),
    ],
)
def test_a_reason_is_one_that_is_offered_and_other_takes_a_note(reasons, note, says, bea):
    article = in_review(bea)
    with pytest.raises(WorkflowError, match=says):
        act(article, Action.SEND_BACK, by=bea, reason=note, reasons=reasons)


def test_a_note_alone_is_another_reason(bea):
    act(in_review(bea), Action.REJECT, by=bea, reason="Dull.")
    assert Event.objects.first().data["reasons"] == ["other"]


# --- no way around ----------------------------------------------------------------------------------------


def test_no_page_and_no_command_approves_but_by_the_one_function():
    """`perform` takes any step. Who imports it either takes no approval (a batch), or goes through `approving`."""
    root = Path(django_settings.BASE_DIR) / "editorial"
    importing = {
        str(path.relative_to(root))
        for path in root.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and any(alias.name == "perform" for alias in node.names)
    }
    allowed = {
        "approving.py",
        "batches.py",  # whole batches are sent back or rejected, never approved
        "admin/decisions.py",  # hands approvals on before it comes to this
        "management/commands/prepare_demo.py",  # a trial has nobody to ask
    }
    assert importing <= allowed, f"{importing - allowed}: approve by editorial.approving.approve instead."
