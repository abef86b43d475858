"""The panels of the review page for stories, claims and comments, and the page of notices: as forms and for scripts."""

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from editorial.claim_marks import checklists
from editorial.commenting import answer, say, unseen, wants_mail
from editorial.models import Article, ClaimMark, Comment, Event, StoryMark, WorkingCopy
from editorial.passages import Passage
from editorial.story_marks import accept, states
from editorial.workflow import Action

from .test_desk import page_of, text_of, typed
from .texts import act, imported, published

pytestmark = pytest.mark.django_db

STORY = """## The {name} return

**TLDR:** {count} {name} came back, says Anna Nowak.

**Link:** [Count](https://notes.example.org/{name})
"""
BODY = f"{STORY.format(name='herons', count=240)}\n---\n\n{STORY.format(name='storks', count=360)}"
PASSAGE = "240 herons came back"
AS_SCRIPT = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def article():
    return imported(body=BODY)


def fresh(article):
    return Article.objects.select_related("current").get(pk=article.pk)


def url(name, article):
    return reverse(f"admin:editorial_article_{name}", args=[article.pk])


def hash_of(article, number=1):
    return states(fresh(article), fresh(article).current.body)[number - 1].story.hash


def claim(article, wording, verdict="verified"):
    """The value of a claim's button."""
    for story in checklists(fresh(article), fresh(article).current.text):
        for number, state in enumerate(story.claims, start=1):
            if state.claim.wording == wording:
                return f"{verdict}:{story.story.story.number}.{number}:{state.claim.hash}"
    raise AssertionError(wording)


# --- stories ------------------------------------------------------------------------------------------------


def test_the_page_lists_the_stories_with_their_state(client, article, bea):
    accept(article, hash_of(article), by=bea)
    client.force_login(bea)
    page = text_of(client.get(page_of(article)))
    assert '<span class="count">1 of 2</span>' in page
    assert "<strong>Accepted</strong> by Bea Nowak" in page
    assert "1 of 2 not decided on yet" in page
    assert page.count("data-accept-story") == 1


def test_a_story_is_accepted_and_taken_back_by_a_form_that_comes_back_to_it(client, article, bea):
    client.force_login(bea)
    response = client.post(url("stories", article), {"accept": hash_of(article, 2)})
    assert response.url == f"{article.get_desk_url()}#story-2"
    assert "Accepted: The storks return." in text_of(client.get(page_of(article)))
    client.post(url("stories", article), {"take_back": hash_of(article, 2)})
    assert not StoryMark.objects.exists()
    client.post(url("stories", article), {"accept_rest": "1"})
    assert StoryMark.objects.count() == 2


def test_a_story_is_dropped_with_a_reason_and_not_without(client, article, bea):
    client.force_login(bea)
    drop = {"drop": f"2:{hash_of(article, 2)}", "based_on": article.current_id}
    page = text_of(client.post(url("stories", article), drop, follow=True))
    assert "Dropping a story needs a reason." in page
    page = text_of(client.post(url("stories", article), {**drop, "reason-2": "Old news."}, follow=True))
    assert "Dropped: “The storks return”: Old news." in page and "1 dropped" in page
    assert fresh(article).current.body == BODY.split("\n\n---")[0] + "\n"


def test_text_that_is_not_saved_is_kept_by_every_button_and_in_the_way_of_dropping(client, article, bea):
    client.force_login(bea)
    sent = typed(article, title="Herons, not saved")
    client.post(url("stories", article), {**sent, "accept": hash_of(article)})
    assert WorkingCopy.objects.get().fields["title"] == "Herons, not saved"
    drop = {**sent, "drop": f"2:{hash_of(article, 2)}", "reason-2": "Old news."}
    page = text_of(client.post(url("stories", article), drop, follow=True))
    assert "Save it or forget it, then drop the story" in page
    assert fresh(article).current.number == 1


def test_a_script_gets_the_panel_anew_and_a_refusal_by_its_status(client, article, bea, carl):
    client.force_login(bea)
    answer = client.post(url("stories", article), {"accept": hash_of(article)}, **AS_SCRIPT)
    news = answer.json()
    assert (answer.status_code, news["said"], news["tab"], news["at"]) == (
        200,
        "Accepted: The herons return.",
        "1 of 2",
        "story-1",
    )
    assert "<strong>Accepted</strong> by Bea Nowak" in news["html"]
    answer = client.post(url("stories", article), {"accept": "0" * 64}, **AS_SCRIPT)
    assert (answer.status_code, "not in these words" in answer.json()["error"]) == (409, True)
    client.force_login(carl)
    answer = client.post(url("stories", article), {"accept": hash_of(article)}, **AS_SCRIPT)
    assert answer.status_code == 403 and "may not accept" in answer.json()["error"]


def test_who_may_not_review_sees_states_and_no_buttons_for_them(client, article, bea, carl):
    accept(article, hash_of(article), by=bea)
    client.force_login(carl)
    page = text_of(client.get(page_of(article)))
    assert "<strong>Accepted</strong> by Bea Nowak" in page
    assert "data-accept-story" not in page and 'name="claim"' not in page
    assert 'name="drop"' in page and 'name="say"' in page  # a writer corrects and comments


def test_a_story_that_came_back_says_who_dropped_it_and_why(client, article, bea):
    client.force_login(bea)
    drop = {"drop": f"2:{hash_of(article, 2)}", "reason-2": "Old news."}
    client.post(url("stories", article), drop)
    article = fresh(article)
    StoryMark.objects.update(story_hash=hash_of(article, 1))
    page = text_of(client.get(page_of(article)))
    assert "Dropped before, and here again." in page and "Bea Nowak wrote: Old news." in page


# --- claims -------------------------------------------------------------------------------------------------


def test_the_page_lists_the_claims_beside_their_sources(client, article, bea):
    client.force_login(bea)
    page = text_of(client.get(page_of(article)))
    assert 'href="https://notes.example.org/storks" target="source" rel="noreferrer noopener"' in page
    assert '<span class="count">0 of 6</span>' in page
    assert "<strong>240</strong>" in page and "TLDR: 240 herons came back, says Anna Nowak." in page


def test_a_claim_gets_a_verdict_and_a_note_and_the_form_comes_back_to_it(client, article, bea):
    client.force_login(bea)
    sent = {"claim": claim(article, "360", "wrong"), "claim-note-2": "It says 300."}
    response = client.post(url("claims", article), sent)
    assert response.url.startswith(f"{article.get_desk_url()}#claim-2-")
    page = text_of(client.get(page_of(article)))
    assert "<strong>Wrong</strong>, Bea Nowak" in page and ": It says 300." in page
    assert "1 is said to be wrong:" in page
    _, key, claim_hash = claim(article, "360").split(":")
    client.post(url("claims", article), {"unclaim": f"{key}:{claim_hash}"})
    assert not ClaimMark.objects.exists()


@pytest.mark.parametrize(
    "policy, words", [("key", "Those marked “key” must be decided"), ("all", "All must be decided")]
)
def test_the_page_says_what_the_house_asks_for(policy, words, client, article, bea, settings):
    settings.CLAIMS_REQUIRED = policy
    client.force_login(bea)
    assert words in text_of(client.get(page_of(article)))


def test_a_script_gets_the_claims_anew(client, article, bea):
    client.force_login(bea)
    news = client.post(url("claims", article), {"claim": claim(article, "240")}, **AS_SCRIPT).json()
    assert (news["said"], news["tab"]) == ("“240”: verified.", "1 of 6")
    assert 'aria-pressed="true"' in news["html"]


def test_the_same_name_in_two_stories_is_marked_for_each_by_its_sources(client, article, bea):
    client.force_login(bea)
    client.post(url("claims", article), {"claim": claim(article, "Anna Nowak")})
    assert "1 of 6" in text_of(client.get(page_of(article)))


# --- comments -----------------------------------------------------------------------------------------------


def test_a_comment_on_a_passage_is_shown_with_its_answers_and_resolved(client, article, carl, bea):
    client.force_login(carl)
    sent = {"say": "1", "said": "Which count, @bea?", "passage": PASSAGE}
    response = client.post(url("comments", article), sent)
    first = Comment.objects.get()
    assert response.url == f"{article.get_desk_url()}#comment-{first.pk}"
    assert "Said. Bea Nowak will see it on the desk." in text_of(client.get(page_of(article)))
    client.force_login(bea)
    assert "calls you" in text_of(client.get(page_of(article)))
    client.post(url("comments", article), {"answer": first.pk, f"answer-{first.pk}": "<b>The first.</b>"})
    assert not unseen(bea).exists()  # who answers has seen it
    page = text_of(client.get(page_of(article)))
    assert "&lt;b&gt;The first.&lt;/b&gt;" in page and f">{PASSAGE}</a>" in page
    client.post(url("comments", article), {"resolve": first.pk})
    page = text_of(client.get(page_of(article)))
    assert "1 resolved" in page and "All is resolved." in page
    client.post(url("comments", article), {"reopen": first.pk})
    assert Comment.objects.get(pk=first.pk).resolved_at is None


def test_a_passage_that_is_gone_or_changed_is_shown_so(client, article, carl):
    say(article, "One.", by=carl, passage=Passage(PASSAGE))
    client.force_login(carl)
    client.post(page_of(article), typed(article, body=BODY.replace(PASSAGE, "250 herons came back early")))
    assert "Now: 250 herons came back" in text_of(client.get(page_of(article)))
    article = fresh(article)
    client.post(page_of(article), typed(article, body=BODY.replace(PASSAGE, "Nobody")))
    assert "This passage is not in the text any more." in text_of(client.get(page_of(article)))


def test_what_was_typed_in_a_refused_comment_is_kept(client, article, carl):
    client.force_login(carl)
    sent = {"say": "1", "said": "Hm, a long thought.", "passage": "Words of another text."}
    page = text_of(client.post(url("comments", article), sent, follow=True))
    assert "The passage is not in the current text" in page
    assert "Hm, a long thought.</textarea>" in page and "Words of another text.</textarea>" in page
    assert "Hm, a long thought." not in text_of(client.get(page_of(article)))


def test_a_name_that_nobody_has_is_told(client, article, carl):
    client.force_login(carl)
    news = client.post(url("comments", article), {"say": "1", "said": "@nobody?"}, **AS_SCRIPT).json()
    assert news["said"] == "Said. Nobody here is called @nobody."


def test_a_comment_of_another_article_is_not_there(client, article, carl):
    other = imported(slug="other", title="Other")
    said = say(other, "Hm.", by=carl).comment
    client.force_login(carl)
    for name in ("answer", "resolve", "reopen", "seen"):
        news = client.post(url("comments", article), {name: said.pk}, **AS_SCRIPT)
        assert (news.status_code, "not there any more" in news.json()["error"]) == (409, True)
    assert Comment.objects.count() == 1


# --- notices ------------------------------------------------------------------------------------------------

NOTICES = "/admin/editorial/mention/"


def test_a_notice_is_opened_by_a_button_that_marks_it_seen(client, article, carl, bea, ada):
    said = say(article, "@bea @ada, look", by=carl, passage=Passage(PASSAGE)).comment
    client.force_login(bea)
    page = text_of(client.get(NOTICES))
    assert "@bea @ada, look" in page and PASSAGE in page and "Carl Weber" in page
    mention = unseen(bea).get()
    response = client.post(f"{NOTICES}{mention.pk}/open/")
    assert response.url == f"{article.get_desk_url()}#comment-{said.pk}"
    assert not unseen(bea).exists() and unseen(ada).exists()
    assert client.post(f"{NOTICES}{unseen(ada).get().pk}/open/").status_code == 404
    assert client.get(f"{NOTICES}{mention.pk}/open/").status_code == 404
    assert "Nothing new." in text_of(client.get(f"{NOTICES}?new=1"))


def test_all_notices_are_seen_at_once_and_mails_are_switched_off(client, article, carl, bea):
    for number in range(3):
        say(article, f"@bea {number}", by=carl)
    client.force_login(bea)
    assert "3 marked as seen." in text_of(client.post(f"{NOTICES}seen/", follow=True))
    assert "There was nothing new." in text_of(client.post(f"{NOTICES}seen/", follow=True))
    assert "You get no more mails." in text_of(client.post(f"{NOTICES}mail/", {"wanted": "0"}, follow=True))
    assert not wants_mail(bea)
    assert "You get a mail with each notice." in text_of(client.post(f"{NOTICES}mail/", {"wanted": "1"}, follow=True))
    assert wants_mail(bea)


def test_an_empty_list_of_notices_says_how_they_come_about(client, bea):
    client.force_login(bea)
    assert "Nobody has mentioned you yet." in text_of(client.get(NOTICES))


def test_many_notices_have_pages_and_take_as_many_queries_as_one(client, article, carl, bea):
    client.force_login(bea)
    taken = []
    for count in (1, 59):
        for number in range(count):
            say(article, f"@bea {number}", by=carl)
        with CaptureQueriesContext(connection) as queries:
            page = text_of(client.get(NOTICES))
        taken.append(len(queries))
    assert taken[0] == taken[1]
    assert "Page 1 of 2" in page and "@bea 58" in page
    assert "@bea 0" in text_of(client.get(f"{NOTICES}?page=2"))


# --- rights, and what anybody may type ----------------------------------------------------------------------


def test_every_button_is_refused_to_those_without_the_right(client, article, carl, bea):
    story, checked = {"accept": hash_of(article)}, {"claim": claim(article, "240")}
    comment = {"say": "1", "said": "Hm."}
    posts = [("stories", story), ("claims", checked), ("comments", comment)]
    for name, sent in posts:  # dan
        assert "/login/" in client.post(url(name, article), sent).url
    eve = get_user_model().objects.create_user("eve", is_staff=True)
    client.force_login(eve)
    for name, sent in posts:
        assert client.post(url(name, article), sent).status_code == 403
    for address in ("", "seen/", "mail/"):
        assert client.post(f"{NOTICES}{address}").status_code == 403
    client.force_login(carl)
    for name, sent in posts[:2]:
        assert client.post(url(name, article), sent, **AS_SCRIPT).status_code == 403
        assert "may not" in text_of(client.post(url(name, article), sent, follow=True))
    assert client.post(url("comments", article), comment, **AS_SCRIPT).status_code == 200
    assert not StoryMark.objects.exists() and not ClaimMark.objects.exists()
    client.force_login(bea)
    for name, sent in posts:
        assert client.get(url(name, article), sent).status_code == 404
        assert client.post(url(name, Article(pk=10**17)), sent).status_code == 404


@pytest.mark.parametrize("value", ["", "x", "\x00", ":", "::::", "verified:1.1:", "9" * 40, "2:\x00", "-1"])
def test_nothing_typed_into_a_panel_gives_a_server_error(value, client, article, ada):
    client.force_login(ada)
    posts = [
        *(("stories", {name: value}) for name in ("accept", "take_back", "drop")),
        *(("claims", {name: value}) for name in ("claim", "unclaim")),
        *(("comments", {name: value}) for name in ("answer", "resolve", "reopen", "seen")),
        ("comments", {"say": "1", "said": value, "passage": value}),
        ("stories", {}),
        ("claims", {}),
        ("comments", {}),
    ]
    for name, sent in posts:
        assert client.post(url(name, article), sent, **AS_SCRIPT).status_code in (200, 409)
        assert client.post(url(name, article), sent, follow=True).status_code == 200
    assert client.get(f"{NOTICES}?page={value}").status_code == 200
    assert not StoryMark.objects.exists() and not ClaimMark.objects.exists()


def test_a_decided_article_shows_what_was_said_of_it_without_buttons(client, ada):
    article = published(by=ada, body=BODY)
    client.force_login(ada)
    page = text_of(client.get(page_of(article)))
    assert "All are decided on." in page and 'name="accept"' not in page
    client.post(url("stories", article), {"accept": hash_of(article)})
    assert Event.objects.filter(action="accept_story").count() == 0
    act(article, Action.RETRACT, by=ada)
    assert 'name="claim"' not in text_of(client.get(page_of(article)))


def test_the_page_takes_as_many_queries_for_twenty_of_each_as_for_one(client, ada, bea):
    taken = []
    for count in (1, 20):
        body = "\n---\n\n".join(STORY.format(name=f"birds{number}", count=100 + number) for number in range(count))
        article = imported(slug=f"birds-{count}", title=f"Birds {count}", body=body)
        for number in range(1, count + 1):
            accept(article, hash_of(article, number), by=bea)
            thread = say(article, "Hm, @ada.", by=bea, passage=Passage(f"{99 + number} birds")).comment
            answer(thread, "Yes, @ada.", by=bea)
        client.force_login(bea)
        for number in range(count):
            client.post(url("claims", article), {"claim": claim(article, str(100 + number))})
        client.force_login(ada)
        client.get(page_of(article))
        with CaptureQueriesContext(connection) as queries:
            page = text_of(client.get(page_of(article)))
        taken.append(len(queries))
    assert taken[0] == taken[1] <= 20, taken
    assert page.count('class="mark-card comment-card') == 20 and page.count("Accepted</strong>") == 20
