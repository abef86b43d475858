"""Story by story: what is accepted, corrected or dropped stays with its text, and an approval asks for all of it."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from digest.models import Publication
from editorial.conflicts import conflict_of, solve
from editorial.dropping import drop
from editorial.fixing import fix_article
from editorial.merging import Edited
from editorial.models import Article, Event, HouseEntry, Origin, Status, StoryMark
from editorial.story_marks import (
    StoriesUndecided,
    accept,
    accept_rest,
    dropped,
    open_stories,
    states,
    take_back,
    undecided,
)
from editorial.workflow import Action, Conflict, NotAllowed, WorkflowError, correct, perform

from .texts import act, bring_in, imported, incoming

pytestmark = pytest.mark.django_db

BODY = """## Herons return

**Summary:** Two nests were counted in April.

**Link:** [Count](https://notes.example.org/herons)

---

## Storks leave

**Summary:** Three storks left in August.

**Link:** [Count](https://notes.example.org/storks)

---

## Terns stay

**Summary:** Four terns stay.

**Link:** [Count](https://notes.example.org/terns)
"""
WHY = "It repeats last week's."


@pytest.fixture
def article():
    return imported(body=BODY)


def fresh(article):
    return Article.objects.select_related("current", "publication", "source").get(pk=article.pk)


def verdicts(article):
    article = fresh(article)
    return [state.mark.verdict if state.mark else "" for state in states(article, article.current.body)]


def hash_of(article, number):
    article = fresh(article)
    return states(article, article.current.body)[number - 1].story.hash


def corrected(article, old, new, *, by):
    article = fresh(article)
    text = replace(article.current.text, body=article.current.body.replace(old, new))
    return correct(article, text, by=by, based_on=article.current)


def titles(stories):
    return [story.title for story in stories]


# --- accepting ----------------------------------------------------------------------------------------------


def test_a_story_is_accepted_by_a_person_and_the_log_says_which(article, bea):
    mark = accept(article, hash_of(article, 2), by=bea)
    assert (mark.title, mark.verdict, mark.by) == ("Storks leave", "accepted", bea)
    assert verdicts(article) == ["", "accepted", ""]
    event = Event.objects.first()
    assert (event.action, event.actor, event.article, event.sentence) == (
        "accept_story",
        bea,
        article,
        "accepted a story",
    )
    assert event.data == {"story": "Storks leave", "story_hash": mark.story_hash}


def test_the_rest_is_accepted_at_once(article, bea, ada):
    accept(article, hash_of(article, 1), by=ada)
    assert titles(accept_rest(article, by=bea)) == ["Storks leave", "Terns stay"]
    assert verdicts(article) == ["accepted"] * 3
    assert list(StoryMark.objects.order_by("id").values_list("by", flat=True)) == [ada.pk, bea.pk, bea.pk]
    events = Event.objects.count()
    assert accept_rest(article, by=bea) == []
    assert Event.objects.count() == events


def test_a_decision_is_taken_back(article, bea):
    accept(article, hash_of(article, 1), by=bea)
    take_back(article, hash_of(article, 1), by=bea)
    assert verdicts(article) == ["", "", ""]
    assert Event.objects.first().data["was"] == "accepted"
    with pytest.raises(WorkflowError, match="Nobody has decided on “Herons return” yet"):
        take_back(article, hash_of(article, 1), by=bea)


def test_a_writer_accepts_nothing(article, carl):
    for step in (accept, take_back):
        with pytest.raises(NotAllowed):
            step(article, hash_of(article, 1), by=carl)
    with pytest.raises(NotAllowed):
        accept_rest(article, by=carl)
    assert not StoryMark.objects.exists()


@pytest.mark.parametrize("made_up", ["", "x", "0" * 64, "\x00"])
def test_a_story_that_is_not_there_in_these_words_is_not_accepted(made_up, article, bea):
    seen = hash_of(article, 2)
    corrected(article, "Three storks", "Thirty storks", by=bea)
    for story_hash in (made_up, seen):
        with pytest.raises(Conflict, match="not in these words"):
            accept(article, story_hash, by=bea)


def test_there_is_nothing_to_decide_about_the_stories_of_a_rejected_article(article, bea):
    act(article, Action.REJECT, by=bea)
    with pytest.raises(WorkflowError, match="is rejected"):
        accept(article, hash_of(article, 1), by=bea)


# --- the mark follows the text ------------------------------------------------------------------------------


def test_a_story_that_a_person_changed_counts_as_corrected_and_the_others_keep_their_mark(article, bea, carl):
    accept(article, hash_of(article, 1), by=bea)
    accept(article, hash_of(article, 2), by=bea)
    corrected(article, "Three storks", "Thirty storks", by=carl)
    assert verdicts(article) == ["accepted", "corrected", ""]
    assert StoryMark.objects.get(story_hash=hash_of(article, 2)).by == carl


def test_who_puts_the_old_words_back_finds_the_old_decision(article, bea, carl):
    accept(article, hash_of(article, 2), by=bea)
    corrected(article, "Three storks", "Thirty storks", by=carl)
    corrected(article, "Thirty storks", "Three storks", by=carl)
    assert verdicts(article) == ["", "accepted", ""]


def test_moving_a_story_decides_nothing(article, bea):
    first, second, third = BODY.strip().split("\n\n---\n\n")
    accept(article, hash_of(article, 1), by=bea)
    text = replace(article.current.text, body=f"{third}\n\n---\n\n{first}\n\n---\n\n{second}\n")
    correct(article, text, by=bea, based_on=article.current)
    assert verdicts(article) == ["", "accepted", ""]


def test_unchanged_stories_of_a_new_generation_keep_their_state(article, bea):
    accept(article, hash_of(article, 1), by=bea)
    accept(article, hash_of(article, 2), by=bea)
    bring_in(incoming("herons-return.md", slug="herons-return", body=BODY.replace("Three storks", "Nine storks")))
    assert fresh(article).current.number == 2
    assert verdicts(article) == ["accepted", "", ""]


def test_a_safe_fix_is_a_machines_work_and_has_to_be_looked_at(article, bea):
    HouseEntry.objects.get_or_create(kind="tracking_parameter", value="utm_*")
    corrected(article, "org/terns)", "org/terns?utm_source=letter)", by=bea)
    assert verdicts(article) == ["", "", "corrected"]
    assert fix_article(fresh(article), by=bea, based_on=fresh(article).current).origin == Origin.FIX
    assert verdicts(article) == ["", "", ""]


def test_what_a_person_wrote_to_solve_a_conflict_is_corrected_and_what_they_took_over_is_not(article, bea):
    corrected(article, "Three storks", "Thirty storks", by=bea)
    newer = BODY.replace("Three storks", "Nine storks").replace("Two nests", "Six nests")
    bring_in(incoming("herons-return.md", slug="herons-return", body=newer))
    article = Article.objects.select_related("current", "generation", "proposal").get()
    conflict = conflict_of(article)
    (place,) = conflict.conflicts
    choices = {place.key: Edited("**Summary:** Forty storks left.")}
    solve(article, choices, by=bea, based_on=article.current, proposal=article.proposal)
    assert "Six nests" in fresh(article).current.body and "Forty storks" in fresh(article).current.body
    assert verdicts(article) == ["", "corrected", ""]


# --- dropping -----------------------------------------------------------------------------------------------


def test_a_dropped_story_leaves_the_text_as_a_revision_with_its_reason(article, bea):
    accept(article, hash_of(article, 1), by=bea)
    revision = drop(article, hash_of(article, 2), reason=f" {WHY} ", by=bea, based_on=article.current)
    herons, _, terns = BODY.split("\n\n---\n\n")
    assert revision.body == f"{herons}\n\n---\n\n{terns}"
    assert (revision.number, revision.by, revision.note) == (2, bea, f"Dropped “Storks leave”: {WHY}")
    assert verdicts(article) == ["accepted", ""]
    (mark,) = dropped(article, revision)
    assert (mark.title, mark.reason, mark.by) == ("Storks leave", WHY, bea)
    assert Event.objects.first().reason == revision.note


def test_a_writer_may_drop_as_a_correction_and_needs_a_reason(article, carl):
    for reason in ("", " \n"):
        with pytest.raises(WorkflowError, match="needs a reason"):
            drop(article, hash_of(article, 2), reason=reason, by=carl, based_on=article.current)
    drop(article, hash_of(article, 2), reason=WHY, by=carl, based_on=article.current)
    assert fresh(article).current.by == carl


def test_a_dropped_story_that_comes_back_is_not_decided(article, bea):
    seen = hash_of(article, 2)
    drop(article, seen, reason=WHY, by=bea, based_on=article.current)
    bring_in(incoming("herons-return.md", slug="herons-return", body=BODY, excerpt="A newer one."))
    article = fresh(article)
    assert [state.came_back for state in states(article, BODY)] == [False, True, False]
    assert "Storks leave" in titles(undecided(article, article.revisions.get(number=1)))
    assert seen not in [state.story.hash for state in states(article, article.current.body)]


def test_who_puts_a_dropped_story_back_has_corrected_it(article, bea):
    drop(article, hash_of(article, 2), reason=WHY, by=bea, based_on=article.current)
    article = fresh(article)
    correct(article, replace(article.current.text, body=BODY), by=bea, based_on=article.current)
    assert verdicts(article) == ["", "corrected", ""]
    assert dropped(article, fresh(article).current) == []


def test_of_two_stories_with_the_same_words_one_is_dropped_and_the_other_is_as_before(bea):
    first = BODY.split("---")[0]
    article = imported(body=f"{first}---\n\n{first}")
    accept(article, hash_of(article, 1), by=bea)
    drop(article, hash_of(article, 1), reason="Twice.", by=bea, based_on=article.current)
    assert verdicts(article) == ["accepted"]


def test_the_only_story_is_not_dropped(bea):
    article = imported()
    with pytest.raises(WorkflowError, match="“Herons return to the weir” can't be dropped. It is the only story"):
        drop(article, hash_of(article, 1), reason=WHY, by=bea, based_on=article.current)


def test_a_story_is_dropped_from_the_text_that_was_seen(article, bea, carl):
    seen, story = fresh(article).current, hash_of(article, 2)
    corrected(article, "Two nests", "Ten nests", by=carl)
    with pytest.raises(Conflict, match="Carl Weber"):
        drop(article, story, reason=WHY, by=bea, based_on=seen)
    with pytest.raises(Conflict, match="not in the text any more"):
        drop(article, "0" * 64, reason=WHY, by=bea, based_on=fresh(article).current)
    assert not StoryMark.objects.filter(verdict="dropped").exists()
    assert verdicts(article) == ["corrected", "", ""]


# --- the approval -------------------------------------------------------------------------------------------


def test_an_article_is_approved_when_all_its_stories_are_decided(article, bea):
    article = act(article, Action.START_REVIEW, by=bea)
    accept(article, hash_of(article, 1), by=bea)
    with pytest.raises(StoriesUndecided, match="2 stories of “Herons return” are not decided on yet: “Storks leave”,"):
        perform(article, Action.APPROVE, by=bea, revision=article.current)
    article = fresh(article)
    assert article.status == Status.IN_REVIEW and not Publication.objects.exists()
    corrected(article, "Three storks", "Thirty storks", by=bea)
    drop(fresh(article), hash_of(article, 3), reason=WHY, by=bea, based_on=fresh(article).current)
    article = fresh(article)
    assert undecided(article, article.current) == []
    event = perform(article, Action.APPROVE, by=bea, revision=article.current)
    assert "stories_accepted" not in event.data
    assert fresh(article).status == Status.APPROVED


def test_the_approval_itself_accepts_the_rest_if_it_says_so(article, bea):
    article = act(article, Action.START_REVIEW, by=bea)
    accept(article, hash_of(article, 1), by=bea)
    event = perform(article, Action.APPROVE, by=bea, revision=article.current, accept_rest=True)
    assert [told["story"] for told in event.data["stories_accepted"]] == ["Storks leave", "Terns stay"]
    assert verdicts(article) == ["accepted"] * 3


def test_a_house_may_ask_for_no_decisions_on_stories(article, bea, settings):
    settings.STORIES_REQUIRED = "none"
    article = act(article, Action.START_REVIEW, by=bea)
    assert open_stories([(article.pk, article.current_id)]) == []
    perform(article, Action.APPROVE, by=bea, revision=article.current)
    assert not StoryMark.objects.exists()


def test_a_refused_approval_leaves_no_mark(article, bea):
    seen = article.current
    act(article, Action.START_REVIEW, by=bea)
    corrected(article, "Three", "Thirty", by=bea)
    with pytest.raises(Conflict):
        perform(fresh(article), Action.APPROVE, by=bea, revision=seen, accept_rest=True)
    assert verdicts(article) == ["", "corrected", ""]


def test_many_articles_are_asked_about_with_as_many_queries_as_one(bea):
    for number in range(20):
        imported(slug=f"storks-{number}", title=f"Storks {number}", body=BODY.replace("Two", f"{number} Two"))
    pairs = list(Article.objects.order_by("pk").values_list("pk", "current_id"))
    accept(Article.objects.get(pk=pairs[0][0]), hash_of(Article.objects.get(pk=pairs[0][0]), 1), by=bea)
    taken = []
    for some in (pairs[:1], pairs):
        with CaptureQueriesContext(connection) as queries:
            found = open_stories(some)
        taken.append(len(queries))
    assert taken == [2, 2]
    assert [len(stories) for _, stories in found] == [2] + [3] * 19
    assert open_stories([(pairs[0][0], pairs[1][1]), (0, 0)]) == []
