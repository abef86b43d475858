"""Approved for later: nobody sees it before its time, nothing has to run at that moment, and it can be taken back."""

import datetime
from dataclasses import replace

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from digest.models import Correction, Publication
from editorial import publishing
from editorial.exporting.files import public_texts
from editorial.models import Article, Event, Revision, Status
from editorial.schedule import month_of, scheduled
from editorial.workflow import Action, WorkflowError, available_actions, correct, perform, save_fix

from .texts import act, imported, published

pytestmark = pytest.mark.django_db
PLACES = ("/", "/en/", "/feed.rss", "/feed.atom", "/tags/birds/", "/archive/2026/04/", "/search/?q=nests", "/tags/")
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def clock(monkeypatch):
    """Says what time it is for the rest of the test."""

    def set_to(moment):
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)

    return set_to


def soon(hours=1):
    return timezone.now() + hours * HOUR


def for_later(article, at, *, by, **more):
    return act(article, Action.START_REVIEW, Action.APPROVE, by=by, at=at, **more)


def retitled(article, title, *, by, slug=""):
    text = replace(article.current.text, title=title, slug=slug or article.current.slug)
    correct(article, text, by=by, based_on=article.current)
    return Article.objects.select_related("current", "source", "publication").get(pk=article.pk)


def corrected_for_later(by, at, **more):
    """A public article with a correction that readers get later."""
    article = retitled(published(by=by), "Herons, counted", by=by, slug=more.pop("slug", ""))
    return act(article, Action.APPROVE, by=by, at=at, **more)


def seen(client, words):
    """Where readers find these words."""
    return {place for place in PLACES if words in client.get(place).content.decode()}


# --- the first text ---------------------------------------------------------------------------------------


def test_what_was_approved_for_later_is_nowhere_until_then_and_everywhere_after(client, ada, clock):
    at = soon()
    article = for_later(imported(), at, by=ada)
    assert (article.status, article.publication.visible_from) == (Status.APPROVED, at)
    assert seen(client, "Herons return") == set()
    assert client.get("/articles/herons-return/").status_code == 404
    assert list(public_texts(Article.objects.all())) == []
    clock(at)
    assert client.get("/articles/herons-return/").status_code == 200
    assert seen(client, "Herons return") == set(PLACES) - {"/tags/"}
    assert "birds" in client.get("/tags/").content.decode()
    assert [row.slug for row in public_texts(Article.objects.all())] == ["herons-return"]


def test_feeds_and_machines_learn_the_moment_that_readers_got_it(client, ada, clock):
    at = (soon()).replace(microsecond=0)
    for_later(imported(), at, by=ada)
    clock(at + HOUR)
    page = client.get("/articles/herons-return/").content.decode()
    assert f'"datePublished": "{at.isoformat()}"' in page.replace('":"', '": "')
    assert f"<published>{at.isoformat(timespec='seconds')}</published>" in client.get("/feed.atom").content.decode()


@pytest.mark.parametrize(("moves", "says"), [(-1, "is over"), (24 * 400, "more than a year ahead")])
def test_a_moment_that_is_over_or_far_away_is_refused(moves, says, ada):
    article = act(imported(), Action.START_REVIEW, by=ada)
    with pytest.raises(WorkflowError, match=says):
        act(article, Action.APPROVE, by=ada, at=soon(moves))
    article.refresh_from_db()
    assert article.status == Status.IN_REVIEW


def test_it_is_taken_off_the_schedule_and_leaves_no_trace(client, ada):
    article = for_later(imported(), soon(), by=ada)
    assert available_actions(article, by=ada) == [Action.UNSCHEDULE, Action.RETRACT]
    article = act(article, Action.UNSCHEDULE, by=ada)
    assert (article.status, article.publication, Publication.objects.count()) == (Status.IN_REVIEW, None, 0)
    assert Event.objects.first().sentence == "took it off the schedule"


def test_what_readers_have_already_is_not_taken_off_the_schedule(ada):
    article = published(by=ada)
    assert Action.UNSCHEDULE not in available_actions(article, by=ada)
    with pytest.raises(WorkflowError, match="is not on the schedule; readers have its text already"):
        perform(article, Action.UNSCHEDULE, by=ada, revision=article.current)


@pytest.mark.parametrize("by_machine", [False, True])
def test_changing_the_text_takes_it_off_the_schedule_too(by_machine, ada, carl):
    article = for_later(imported(), soon(), by=ada)
    if by_machine:
        text = replace(article.current.text, body=article.current.body + "\n")
        save_fix(article, text, by=carl, based_on=article.current, codes=["trailing-space"])
    else:
        retitled(article, "Herons, counted", by=carl)
    article = Article.objects.get()
    assert (article.status, article.publication) == (Status.IN_REVIEW, None)
    told = [(event.action, event.reason) for event in Event.objects.all()[:2]]
    assert told[1] == ("unschedule", "The text was changed before its time.")


def test_another_time_is_another_approval(ada):
    first, second = soon(1), soon(2)
    article = act(for_later(imported(), first, by=ada), Action.UNSCHEDULE, by=ada)
    article = act(article, Action.APPROVE, by=ada, at=second)
    assert Publication.objects.get().visible_from == second


def test_retracting_before_anybody_saw_it_leaves_nothing_at_the_address(client, ada):
    act(for_later(imported(), soon(), by=ada), Action.RETRACT, by=ada, public_note="Wrong.")
    assert client.get("/articles/herons-return/").status_code == 404


# --- a correction of what readers have --------------------------------------------------------------------


def test_readers_keep_the_text_they_have_until_the_correction_is_due(client, ada, clock):
    at = soon()
    corrected_for_later(ada, at, public_note="It was two herons.")
    assert seen(client, "Herons return") == set(PLACES) - {"/tags/"}
    assert seen(client, "Herons, counted") == set()
    assert "It was two herons." not in client.get("/corrections/").content.decode()
    assert "It was two herons." not in client.get("/articles/herons-return/").content.decode()
    clock(at)
    assert seen(client, "Herons, counted") == set(PLACES) - {"/tags/"}
    for place in ("/", "/feed.rss", "/search/?q=nests"):  # the article once, not twice
        assert "<title>Herons return" not in client.get(place).content.decode()
    assert "It was two herons." in client.get("/corrections/").content.decode()
    assert "It was two herons." in client.get("/articles/herons-return/").content.decode()


def test_the_article_stays_the_same_one_for_feeds_and_is_updated_when_readers_get_it(client, ada, clock):
    at = soon().replace(microsecond=0)
    article = corrected_for_later(ada, at)
    old, new = Publication.objects.order_by("visible_from")
    assert (old.visible_until, new.visible_from, new.visible_until) == (at, at, None)
    assert old.uid == new.uid == article.uid
    clock(at)
    feed = client.get("/feed.atom").content.decode()
    assert f"urn:uuid:{article.uid}" in feed
    assert f"<updated>{at.isoformat(timespec='seconds')}</updated>" in feed
    assert f"<published>{old.first_published_at.isoformat(timespec='seconds')}</published>" in feed
    assert "Last-Modified" in client.get("/articles/herons-return/").headers


def test_a_new_address_begins_with_the_new_text(client, ada, clock):
    at = soon()
    corrected_for_later(ada, at, slug="herons-counted")
    assert client.get("/articles/herons-return/").status_code == 200
    assert client.get("/articles/herons-counted/").status_code == 404
    clock(at)
    assert client.get("/articles/herons-counted/").status_code == 200
    response = client.get("/articles/herons-return/")
    assert (response.status_code, response.headers["Location"]) == (301, "/articles/herons-counted/")


def test_related_articles_show_the_text_that_is_due_and_never_both(client, ada, clock):
    published(slug="storks", title="Storks", by=ada)
    at = soon()
    corrected_for_later(ada, at)
    page = client.get("/articles/storks/").content.decode()
    assert (page.count(">Herons return<"), page.count(">Herons, counted<")) == (2, 0)  # related, and next to it
    assert "Herons" not in client.get("/articles/herons-return/").content.decode().split('class="onward"')[1]
    clock(at)
    page = client.get("/articles/storks/").content.decode()
    assert (page.count(">Herons return<"), page.count(">Herons, counted<")) == (0, 2)


def test_taking_the_correction_off_the_schedule_leaves_readers_what_they_have(client, ada, clock):
    at = soon()
    article = act(corrected_for_later(ada, at, public_note="It was two."), Action.UNSCHEDULE, by=ada)
    assert (article.status, article.publication.title) == (Status.IN_REVIEW, "Herons return")
    assert not Correction.objects.exists()
    clock(at)
    assert client.get("/articles/herons-return/").status_code == 200
    assert Publication.objects.get().visible_until is None


def test_changing_the_text_again_takes_the_correction_off_and_readers_keep_theirs(client, ada, clock):
    at = soon()
    article = retitled(corrected_for_later(ada, at), "Herons, counted twice", by=ada)
    assert article.publication.title == "Herons return"
    clock(at)
    assert ">Herons return<" in client.get("/articles/herons-return/").content.decode()


def test_approving_now_replaces_what_was_to_come(ada):
    article = retitled(corrected_for_later(ada, soon(), public_note="First."), "Herons, counted twice", by=ada)
    article = act(article, Action.APPROVE, by=ada, public_note="Second.")
    publication = Publication.objects.get()
    assert (publication.title, publication.visible_until) == ("Herons, counted twice", None)
    assert [note.note for note in Correction.objects.all()] == ["Second."]


def test_after_its_time_the_article_goes_on_as_if_it_had_always_been_so(client, ada, clock):
    at = soon()
    article = corrected_for_later(ada, at, slug="herons-counted")
    clock(at + HOUR)
    article = retitled(article, "Herons, counted twice", by=ada, slug="herons-twice")
    article = act(article, Action.APPROVE, by=ada)
    assert Publication.objects.get().title == "Herons, counted twice"
    for former in ("herons-return", "herons-counted"):
        assert client.get(f"/articles/{former}/").headers["Location"] == "/articles/herons-twice/"
    act(article, Action.RETRACT, by=ada, public_note="Wrong.")
    for address in ("herons-return", "herons-counted", "herons-twice"):
        assert client.get(f"/articles/{address}/").status_code == 410


def test_retracting_takes_the_text_that_readers_have_and_the_one_to_come(client, ada, clock):
    at = soon()
    act(corrected_for_later(ada, at, public_note="It was two."), Action.RETRACT, by=ada, public_note="Wrong.")
    assert not Publication.objects.exists()
    assert not Correction.objects.exists()
    assert client.get("/articles/herons-return/").status_code == 410
    clock(at)
    assert client.get("/articles/herons-return/").status_code == 410


def test_a_retracted_article_that_comes_back_later_is_gone_until_then(client, ada, clock):
    article = act(published(by=ada), Action.RETRACT, by=ada, public_note="Wrong.")
    at = soon()
    for_later(article, at, by=ada)
    assert client.get("/articles/herons-return/").status_code == 410
    assert "Wrong." in client.get("/corrections/").content.decode()
    clock(at)
    assert client.get("/articles/herons-return/").status_code == 200
    assert "Wrong." not in client.get("/corrections/").content.decode()
    clock(at + HOUR)
    act(Article.objects.get(), Action.RETRACT, by=ada, public_note="Wrong again.")
    assert client.get("/articles/herons-return/").status_code == 410


def test_making_publications_anew_tells_of_no_correction_before_its_time(client, ada, clock):
    at = soon()
    corrected_for_later(ada, at, public_note="It was two herons.")
    publishing.rerender(list(Publication.objects.all()))
    assert "It was two herons." not in client.get("/articles/herons-return/").content.decode()
    clock(at)
    assert "It was two herons." in client.get("/articles/herons-return/").content.decode()


def test_an_address_that_readers_still_use_goes_to_no_other_article(ada):
    article = published(by=ada)
    retitled(article, "Herons, counted", by=ada, slug="herons-counted")  # readers have the old address still
    other = retitled(imported(slug="storks", title="Storks"), "Storks", by=ada, slug="herons-return")
    with pytest.raises(WorkflowError, match="Readers still find “Herons return” at the address “herons-return”"):
        act(other, Action.START_REVIEW, Action.APPROVE, by=ada, override=True)  # a check says so, too


def test_the_database_keeps_one_open_text_of_an_article_and_of_an_address(ada):
    article = corrected_for_later(ada, soon())
    revision = Revision.objects.first()
    for uid, slug in ((article.uid, "other"), (None, "herons-return")):
        facts = {"uid": uid} if uid else {}
        with pytest.raises(IntegrityError), transaction.atomic():
            Publication.objects.create(
                slug=slug, title="Other", date=revision.date, reviewed_at=timezone.now(), **facts
            )


# --- the calendar -----------------------------------------------------------------------------------------


def test_the_calendar_has_what_is_to_come_and_what_has_come_on_their_days(ada, clock):
    now = datetime.datetime(2026, 12, 10, 9, tzinfo=datetime.UTC)
    clock(now)
    published(slug="terns", title="Terns", by=ada)
    for_later(imported(slug="storks", title="Storks"), now + HOUR, by=ada)
    for_later(imported(), now + datetime.timedelta(days=3), by=ada)
    clock(now + datetime.timedelta(days=1))
    assert [article.slug for article in scheduled()] == ["herons-return"]
    days = {day.date.day: day for week in month_of(datetime.date(2026, 12, 1)) for day in week if day.articles}
    assert {day: [row.slug for row in found.articles] for day, found in days.items()} == {
        10: ["storks"],
        13: ["herons-return"],
    }
    weeks = month_of(datetime.date(2026, 12, 1))
    assert [weeks[0][0].date, weeks[-1][-1].date] == [datetime.date(2026, 11, 30), datetime.date(2027, 1, 3)]
    assert [day.date.day for week in weeks for day in week if day.is_today] == [11]


CALENDAR = "/admin/editorial/article/calendar/"


def test_the_desk_has_a_calendar_as_month_and_as_list(client, ada, carl):
    at = soon(24)
    article = for_later(imported(), at, by=ada)
    client.force_login(carl)
    month = client.get(f"{CALENDAR}?month={timezone.localtime(at):%Y-%m}").content.decode()
    rows = client.get(f"{CALENDAR}?view=list").content.decode()
    for page in (month, rows):
        assert article.get_desk_url() in page
        assert "Herons return" in page
    assert f"from {timezone.localtime(at).day} " in client.get("/admin/editorial/article/").content.decode()


@pytest.mark.parametrize(
    "typed", ["month=2026-13", "month=x", "month=\x00", "month=9999-12", "view=x", "view=list&page=99"]
)
def test_whatever_stands_in_its_address_the_calendar_is_a_page(typed, client, carl):
    client.force_login(carl)
    assert client.get(f"{CALENDAR}?{typed}").status_code == 200


@pytest.mark.parametrize("view", ["", "?view=list"])
def test_the_calendar_takes_the_same_number_of_queries_for_1_and_for_20_articles(view, client, ada):
    client.force_login(ada)
    taken = []
    for count in (1, 19):
        for number in range(count):
            for_later(imported(slug=f"h-{count}-{number}", title=f"H {count} {number}"), soon(1), by=ada)
        client.get(CALENDAR + view)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(CALENDAR + view).status_code == 200
        taken.append(len(queries))
    assert taken[0] == taken[1] <= 8
