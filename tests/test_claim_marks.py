"""Claim by claim: a verdict with a note, kept while the claim stands, and asked for if the house says so."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from editorial.claim_marks import ClaimsUndecided, checklists, in_question, in_the_way, mark, take_back
from editorial.models import Article, ClaimMark, Event, Revision, Status
from editorial.workflow import Action, Conflict, NotAllowed, WorkflowError, correct, perform

from .texts import act, bring_in, imported, incoming

pytestmark = pytest.mark.django_db

BODY = """## Herons return

**TLDR:** The survey of 2026 counted 240 nests.

**Summary:** The survey of 2026 counted 240 nests. Each heron eats 500 g of fish a day.

**Link:** [Count](https://notes.example.org/herons)
"""
NOTE = "Page 3 of the survey."


@pytest.fixture
def article():
    return imported(body=BODY)


def fresh(article):
    return Article.objects.select_related("current", "source", "publication").get(pk=article.pk)


def states(article):
    article = fresh(article)
    return {state.claim.wording: state for story in checklists(article, article.current.text) for state in story.claims}


def verdicts(article):
    return {wording: state.mark.verdict if state.mark else "" for wording, state in states(article).items()}


def hash_of(article, wording):
    return states(article)[wording].claim.hash


def corrected(article, old, new, *, by):
    article = fresh(article)
    text = replace(article.current.text, body=article.current.body.replace(old, new))
    return correct(article, text, by=by, based_on=article.current)


def words(claims):
    return [claim.wording for claim in claims]


def test_a_person_says_of_a_claim_what_they_found(article, bea, ada):
    kept = mark(article, hash_of(article, "240"), "verified", by=bea, note=f" {NOTE} ")
    assert (kept.wording, kept.verdict, kept.note, kept.by) == ("240", "verified", NOTE, bea)
    event = Event.objects.first()
    assert (event.action, event.actor, event.reason, event.sentence) == ("mark_claim", bea, NOTE, "checked a claim")
    assert event.data["claim"] == "240" and event.data["sentence"].endswith("counted 240 nests.")
    mark(article, hash_of(article, "240"), "unclear", by=ada)
    assert (ClaimMark.objects.get().verdict, ClaimMark.objects.get().by) == ("unclear", ada)
    assert verdicts(article) == {"240": "unclear", "2026": "", "500": "", "https://notes.example.org/herons": ""}


def test_a_verdict_is_taken_back(article, bea):
    mark(article, hash_of(article, "240"), "verified", by=bea)
    take_back(article, hash_of(article, "240"), by=bea)
    assert not ClaimMark.objects.exists()
    assert Event.objects.first().data["was"] == "verified"
    with pytest.raises(WorkflowError, match="Nobody has said anything of “240” yet"):
        take_back(article, hash_of(article, "240"), by=bea)


def test_a_changed_claim_is_unverified_again_and_the_others_keep_their_mark(article, bea, carl):
    for wording in ("240", "500", "2026"):
        mark(article, hash_of(article, wording), "verified", by=bea)
    corrected(article, "eats 500 g", "eats 550 g", by=carl)
    assert verdicts(article) == {
        "240": "verified",
        "2026": "verified",
        "550": "",
        "https://notes.example.org/herons": "",
    }


def test_claims_of_a_new_generation_keep_their_marks_where_they_are_the_same(article, bea):
    mark(article, hash_of(article, "240"), "verified", by=bea)
    mark(article, hash_of(article, "500"), "verified", by=bea)
    bring_in(incoming("herons-return.md", slug="herons-return", body=BODY.replace("eats 500 g", "needs 500 g")))
    assert fresh(article).current.number == 2
    assert (verdicts(article)["240"], verdicts(article)["500"]) == ("verified", "")


def test_a_writer_says_nothing_of_claims(article, carl, bea):
    with pytest.raises(NotAllowed):
        mark(article, hash_of(article, "240"), "verified", by=carl)
    mark(article, hash_of(article, "240"), "verified", by=bea)
    with pytest.raises(NotAllowed):
        take_back(article, hash_of(article, "240"), by=carl)


@pytest.mark.parametrize("verdict, note", [("", ""), ("right", ""), ("\x00", ""), ("verified", "x" * 2001)])
def test_only_three_verdicts_and_a_note_of_some_length_are_taken(verdict, note, article, bea):
    with pytest.raises(WorkflowError, match="verified or wrong|at most 2000"):
        mark(article, hash_of(article, "240"), verdict, by=bea, note=note)
    assert not ClaimMark.objects.exists()


@pytest.mark.parametrize("made_up", ["", "x", "0" * 64, "\x00"])
def test_what_the_text_does_not_claim_is_not_marked(made_up, article, bea):
    with pytest.raises(Conflict, match="does not claim this any more"):
        mark(article, made_up, "verified", by=bea)
    with pytest.raises(Conflict, match="does not claim this any more"):
        take_back(article, made_up, by=bea)


def test_a_rejected_article_is_reviewed_again_first(article, bea):
    act(article, Action.REJECT, by=bea)
    with pytest.raises(WorkflowError, match="Start a review"):
        mark(article, hash_of(article, "240"), "verified", by=bea)


# --- before an approval -------------------------------------------------------------------------------------


def approve(article, *, by):
    article = fresh(article)
    return perform(article, Action.APPROVE, by=by, revision=article.current, accept_rest=True)


def test_by_default_no_claim_has_to_be_decided_and_the_log_counts_those_that_were(article, bea):
    act(article, Action.START_REVIEW, by=bea)
    mark(article, hash_of(article, "240"), "verified", by=bea)
    assert in_question(article, article.current)[1] == []
    assert approve(article, by=bea).data["claims"] == {"decided": 1, "of": 4}


def test_a_house_may_ask_for_the_key_claims(article, bea, settings):
    settings.CLAIMS_REQUIRED = "key"
    act(article, Action.START_REVIEW, by=bea)
    assert words(in_question(article, article.current)[1]) == ["2026", "240"]
    mark(article, hash_of(article, "2026"), "unclear", by=bea)
    with pytest.raises(ClaimsUndecided, match="Not verified yet: “240”. Say of each") as refused:
        approve(article, by=bea)
    assert words(refused.value.unverified) == ["240"]
    assert fresh(article).status == Status.IN_REVIEW
    mark(article, hash_of(article, "240"), "verified", by=bea)
    assert approve(article, by=bea).data["claims"] == {"decided": 2, "of": 4}


def test_a_house_may_ask_for_all_claims(article, bea, settings):
    settings.CLAIMS_REQUIRED = "all"
    act(article, Action.START_REVIEW, by=bea)
    with pytest.raises(ClaimsUndecided, match="“2026”, “240”, “500”, “https://notes.example.org/herons”"):
        approve(article, by=bea)
    for wording in states(article):
        mark(article, hash_of(article, wording), "verified", by=bea)
    approve(article, by=bea)


@pytest.mark.parametrize("policy", ["none", "key", "all"])
def test_what_somebody_said_is_wrong_is_not_approved_under_any_policy(policy, article, bea, ada, settings):
    settings.CLAIMS_REQUIRED = policy
    act(article, Action.START_REVIEW, by=bea)
    for wording in states(article):
        mark(article, hash_of(article, wording), "verified", by=bea)
    mark(article, hash_of(article, "500"), "wrong", by=bea, note="It says 300 g.")
    assert words(in_question(article, article.current)[0]) == ["500"]
    with pytest.raises(ClaimsUndecided, match="Said to be wrong: “500”. Correct the text, or say otherwise."):
        approve(article, by=ada)
    corrected(article, "500 g", "300 g", by=bea)
    assert in_question(article, fresh(article).current)[0] == []
    mark(article, hash_of(article, "300"), "verified", by=bea)
    approve(article, by=ada)


def test_many_articles_are_asked_about_with_one_query(article, bea, settings):
    mark(article, hash_of(article, "500"), "wrong", by=bea)
    others = [imported(slug=f"other-{n}", title=f"Other {n}", body=BODY.replace("240", f"24{n}")) for n in range(9)]
    for number in range(3):
        mark(others[number], hash_of(others[number], "500"), "verified", by=bea)
    revisions = list(Revision.objects.select_related("article"))
    for policy, count in (("none", 1), ("key", 10), ("all", 10)):
        settings.CLAIMS_REQUIRED = policy
        with CaptureQueriesContext(connection) as queries:
            found = in_the_way(revisions)
        assert (len(queries), len(found)) == (1, count)
        assert words(found[article.current_id].wrong) == ["500"]
    assert words(found[others[0].current_id].unverified) == ["2026", "240", "https://notes.example.org/herons"]


def test_many_claims_are_told_by_the_first_few(bea, settings):
    settings.CLAIMS_REQUIRED = "all"
    listed = "\n".join(f"- In year {year} there were {year * 7} nests" for year in range(2001, 2021))
    article = imported(body=f"{BODY}\n## Years\n\n{listed}\n")
    act(article, Action.START_REVIEW, by=bea)
    with pytest.raises(ClaimsUndecided, match="and 39 more"):
        approve(article, by=bea)


def test_twenty_claims_are_read_with_as_many_queries_as_one(article, bea):
    listed = "\n".join(f"- {number} nests" for number in range(100, 120))
    many = imported(slug="many", title="Many", body=f"## Many\n\n{listed}\n")
    taken = []
    for each in (article, many):
        for wording in list(states(each))[:20]:
            mark(each, hash_of(each, wording), "verified", by=bea)
        each = fresh(each)
        with CaptureQueriesContext(connection) as queries:
            found = checklists(each, each.current.text)
            assert all(state.mark is None or state.mark.by.username for story in found for state in story.claims)
        taken.append(len(queries))
    assert taken == [1, 1]
    assert found[0].decided == 20
