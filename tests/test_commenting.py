"""Comments: threads on an article or a passage, answers, whom they call, and what follows the text."""

from dataclasses import replace

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext

from editorial.commenting import (
    BODY_MAX,
    answer,
    called_in,
    mark_seen,
    notices,
    people,
    reopen,
    resolve,
    say,
    set_mail,
    threads,
    unseen,
    wants_mail,
)
from editorial.models import Article, Comment, Event, Mention
from editorial.passages import QUOTE_MAX, Passage
from editorial.workflow import Action, NotAllowed, WorkflowError, correct

from .texts import BODY, act, imported

pytestmark = pytest.mark.django_db

PASSAGE = "The survey counted two nests in April."


@pytest.fixture
def article():
    return imported()


@pytest.fixture
def eve(db):
    """Eve has an account and no right to see the desk."""
    return get_user_model().objects.create_user("eve", email="eve@example.org", is_staff=True)


def corrected(article, old, new, *, by):
    article = Article.objects.select_related("current").get(pk=article.pk)
    text = replace(article.current.text, body=article.current.body.replace(old, new))
    return correct(article, text, by=by, based_on=article.current)


def places(article):
    body = Article.objects.select_related("current").get(pk=article.pk).current.body
    return [thread.found and body[thread.found.start : thread.found.end] for thread in threads(article, body)]


# --- threads ------------------------------------------------------------------------------------------------


def test_a_remark_is_about_the_article_or_about_a_passage_of_it(article, carl):
    general = say(article, " Is this ours?\r\nI think so. ", by=carl).comment
    on_passage = say(article, "Which survey?", by=carl, passage=Passage(PASSAGE)).comment
    assert (general.body, general.quote, general.revision) == ("Is this ours?\nI think so.", "", article.current)
    assert on_passage.quote == PASSAGE
    assert on_passage.before.endswith("**Summary:** ") and on_passage.after.startswith(" The first herons")
    assert [thread.first for thread in threads(article, article.current.body)] == [on_passage, general]
    event = Event.objects.first()
    assert (event.action, event.actor, event.data) == ("comment", carl, {"comment": on_passage.pk})
    assert event.sentence == "commented"


def test_answers_make_a_thread(article, carl, bea):
    first = say(article, "Which survey?", by=carl).comment
    one = answer(first, "The one of April.", by=bea).comment
    two = answer(one, "Thank you.", by=carl).comment
    (thread,) = threads(article, article.current.body)
    assert (thread.first, thread.answers) == (first, [one, two])
    assert two.thread == first


def test_a_thread_is_resolved_and_opened_again(article, carl, bea):
    first = say(article, "Which survey?", by=carl).comment
    other = say(article, "And which weir?", by=carl).comment
    resolve(answer(first, "The one of April.", by=bea).comment, by=bea)
    thread = threads(article, article.current.body)[-1]
    assert (thread.first, thread.is_resolved, thread.first.resolved_by) == (first, True, bea)
    with pytest.raises(WorkflowError, match="Bea Nowak resolved this thread already"):
        resolve(first, by=carl)
    reopen(first, by=carl)
    assert [each.first for each in threads(article, article.current.body)] == [first, other]
    with pytest.raises(WorkflowError, match="open already"):
        reopen(first, by=carl)
    assert list(Event.objects.values_list("action", flat=True)[:2]) == ["reopen_comment", "resolve_comment"]


def test_an_answer_opens_a_resolved_thread_again(article, carl, bea):
    first = say(article, "Which survey?", by=carl).comment
    resolve(first, by=bea)
    answer(first, "It is still not said.", by=carl)
    assert not threads(article, article.current.body)[0].is_resolved
    assert Event.objects.first().data["reopened"] is True


@pytest.mark.parametrize("body", ["", " \n\t", "x" * (BODY_MAX + 1)])
def test_an_empty_or_endless_remark_is_refused(body, article, carl):
    with pytest.raises(WorkflowError, match="empty|at most 5000"):
        say(article, body, by=carl)
    first = say(article, "Hm.", by=carl).comment
    with pytest.raises(WorkflowError, match="empty|at most 5000"):
        answer(first, body, by=carl)
    assert Comment.objects.count() == 1


def test_what_no_column_takes_is_kept_as_a_sign(article, carl):
    assert say(article, "a\x00b", by=carl).comment.body == "a\ufffdb"


@pytest.mark.parametrize("quote", ["Words of another text.", "x" * (QUOTE_MAX + 1), "two\x00nests"])
def test_a_passage_that_is_not_in_the_text_is_refused(quote, article, carl):
    with pytest.raises(WorkflowError, match="not in the current text|at most 2000"):
        say(article, "Hm.", by=carl, passage=Passage(quote))
    assert not Comment.objects.exists()


def test_who_may_not_comment_may_do_nothing_of_it(article, eve, carl):
    first = say(article, "Hm.", by=carl).comment
    for step in (
        lambda: say(article, "Me too.", by=eve),
        lambda: answer(first, "Me too.", by=eve),
        lambda: resolve(first, by=eve),
        lambda: reopen(first, by=eve),
    ):
        with pytest.raises(NotAllowed):
            step()


def test_an_article_that_is_decided_can_still_be_talked_about(article, bea):
    act(article, Action.REJECT, by=bea)
    assert say(article, "A pity.", by=bea).comment.pk


# --- following the text -------------------------------------------------------------------------------------


def test_a_remark_follows_its_passage_when_the_text_moves_or_changes(article, carl):
    say(article, "Which survey?", by=carl, passage=Passage(PASSAGE))
    head = "## Storks\n\n**Summary:** Three storks.\n\n"
    corrected(article, "## Herons", f"{head}## Herons", by=carl)
    assert places(article) == [PASSAGE]
    corrected(article, "two nests in April", "three nests in April", by=carl)
    assert places(article) == ["The survey counted three nests in April"]


def test_a_remark_says_when_its_passage_is_gone(article, carl):
    say(article, "Which survey?", by=carl, passage=Passage(PASSAGE))
    general = say(article, "Fine.", by=carl).comment
    corrected(article, PASSAGE, "", by=carl)
    body = Article.objects.get().current.body
    assert [(thread.first == general, thread.is_gone) for thread in threads(article, body)] == [
        (False, True),
        (True, False),
    ]


def test_threads_stand_in_the_order_of_their_places(article, carl):
    later = say(article, "2", by=carl, passage=Passage("The water is clean enough")).comment
    earlier = say(article, "1", by=carl, passage=Passage("Two herons nest")).comment
    assert [thread.first for thread in threads(article, BODY)] == [earlier, later]


def test_twenty_threads_take_as_many_queries_as_one(article, carl, bea):
    taken = []
    for count in (1, 19):
        for number in range(count):
            first = say(article, f"No. {number}", by=carl, passage=Passage(PASSAGE)).comment
            answer(first, "Yes.", by=bea)
            resolve(first, by=bea)
        with CaptureQueriesContext(connection) as queries:
            for thread in threads(article, article.current.body):
                assert thread.first.by.username and thread.first.resolved_by.username and thread.answers[0].by.username
        taken.append(len(queries))
    assert taken == [1, 1]


# --- calling people -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body, called, unknown",
    [
        ("@bea, look", ["bea"], []),
        ("Look, @BEA.", ["bea"], []),
        ("(@bea/@carl) and @bea again", ["bea", "carl"], []),
        ("@ann.lee. Look", ["ann.lee"], []),
        ("@ann", [], ["ann"]),
        ("mail bea@example.org or a@@bea", [], []),
        ("@nobody- and @nobody", [], ["nobody"]),
        ("@", [], []),
        ("@...", [], []),
        ("@żaneta", ["Żaneta"], []),
    ],
)
def test_names_behind_an_at_sign_are_called(body, called, unknown):
    assert called_in(body, ["bea", "carl", "ann.lee", "Żaneta"]) == (called, unknown)


def test_who_is_called_has_a_notice_and_nobody_else(article, ada, bea, carl):
    said = say(article, "@bea and @Ada, is this right? @carl asks. @nobody", by=carl)
    assert (said.called, said.unknown) == ([bea, ada], ["nobody"])
    assert [mention.comment for mention in unseen(bea)] == [said.comment]
    assert not unseen(carl).exists()
    answered = answer(said.comment, "No, @bea.", by=ada)
    assert [mention.comment for mention in unseen(bea)] == [answered.comment, said.comment]


def test_only_who_may_see_the_desk_can_be_called(article, carl, eve, ada):
    eve.groups.clear()
    gone = get_user_model().objects.create_superuser("gone", is_active=False)
    reader = get_user_model().objects.create_user("reader", is_superuser=True)
    said = say(article, "@eve @gone @reader @ada", by=carl)
    assert (said.called, said.unknown) == ([ada], ["eve", "gone", "reader"])
    assert set(people()) == {ada, carl}
    assert not Mention.objects.filter(person__in=[eve, gone, reader]).exists()


def test_notices_are_seen_one_by_one_or_all_at_once_and_only_ones_own(article, ada, bea, carl):
    for number in range(3):
        say(article, f"@ada @bea {number}", by=carl)
    newest, *_ = unseen(bea)
    assert mark_seen(ada, [newest.pk]) == 0
    assert mark_seen(bea, [newest.pk]) == 1
    assert unseen(bea).count() == 2
    assert mark_seen(bea) == 2
    assert not unseen(bea).exists() and notices(bea).count() == 3 and unseen(ada).count() == 3


def test_notices_are_read_with_one_query(article, bea, carl):
    for number in range(20):
        say(article, f"@bea {number}", by=carl)
    with CaptureQueriesContext(connection) as queries:
        assert len([(each.comment.by.username, each.comment.article.title) for each in unseen(bea)]) == 20
    assert len(queries) == 1


# --- mail ---------------------------------------------------------------------------------------------------


def test_who_is_called_gets_a_mail_when_the_comment_is_kept(
    article, bea, carl, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        said = say(article, "Which survey,\n@bea?", by=carl, passage=Passage(PASSAGE))
        assert mailoutbox == []
    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == (["bea@example.org"], "Carl Weber mentioned you: Herons return")
    assert mail.from_email == "digest@testserver"
    assert "> Which survey,\n> @bea?\n" in mail.body and f"> {PASSAGE}\n" in mail.body
    assert f"http://testserver{article.get_desk_url()}#comment-{said.comment.pk}\n" in mail.body


def test_who_wants_no_mail_or_has_no_address_gets_none(
    article, ada, bea, carl, mailoutbox, django_capture_on_commit_callbacks
):
    assert wants_mail(bea)
    set_mail(bea, False)
    assert not wants_mail(bea)
    get_user_model().objects.filter(pk=ada.pk).update(email="")
    with django_capture_on_commit_callbacks(execute=True):
        say(article, "@bea @ada", by=carl)
    assert mailoutbox == [] and unseen(bea).count() == 1
    set_mail(bea, True)
    with django_capture_on_commit_callbacks(execute=True):
        answer(Comment.objects.get(), "@bea", by=carl)
    assert [mail.to for mail in mailoutbox] == [["bea@example.org"]]


def test_without_a_mail_server_there_is_the_notice_alone(
    article, bea, carl, settings, mailoutbox, django_capture_on_commit_callbacks
):
    settings.SENDS_MAIL = False
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        say(article, "@bea", by=carl)
    assert (callbacks, mailoutbox, unseen(bea).count()) == ([], [], 1)


def test_a_title_or_name_with_line_ends_makes_no_header(
    article, bea, carl, mailoutbox, django_capture_on_commit_callbacks
):
    Article.objects.filter(pk=article.pk).update(title="Herons\r\nBcc: all@example.org")
    carl.first_name = "Carl\nBcc:"
    with django_capture_on_commit_callbacks(execute=True):
        say(article, "@bea", by=carl)
    assert mailoutbox[0].subject == "Carl Bcc: Weber mentioned you: Herons Bcc: all@example.org"
    assert mailoutbox[0].recipients() == ["bea@example.org"]


@pytest.mark.django_db(transaction=True)
def test_a_mail_server_that_is_away_costs_no_comment(article, bea, carl, settings, caplog):
    backend = "django.core.mail.backends.smtp.EmailBackend"
    if hasattr(settings, "MAILERS"):
        settings.MAILERS = {"default": {"BACKEND": backend, "OPTIONS": {"host": "127.0.0.1", "port": 9}}}
    else:
        settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = backend, "127.0.0.1", 9
    say(article, "@bea", by=carl)
    assert unseen(bea).count() == 1
    assert "Connection refused" in caplog.text
