"""Solving conflicts between the desk's text and a newer generated one: the domain, then the page."""

import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from editorial.admin import conflicts as conflict_page
from editorial.admin.conflict_places import Answer, Page, fingerprint
from editorial.conflicts import BODY, Unsolved, both_changed, conflict_of, draft, solve
from editorial.importing import IncomingFile
from editorial.merging import Edited
from editorial.models import Article, Event, Generation, Origin, Revision, SlugAlias, Status, Waiting
from editorial.workflow import (
    Action,
    Conflict,
    NotAllowed,
    WorkflowError,
    correct,
    dismiss_proposal,
    save_merge,
    take_proposal,
)

from .texts import BODY as GENERATED
from .texts import act, bring_in, file_text, imported, incoming

pytestmark = pytest.mark.django_db
REGENERATED = Path(__file__).resolve().parents[2] / "shared" / "corpus" / "regenerated"

OURS = GENERATED.replace("counted two nests in April", "counted two nests in May").replace(
    "- The water is clean enough", "- The water is clean"
)
THEIRS = GENERATED.replace("The survey counted", "A survey counted").replace(
    "- The water is clean enough", "- The water is clean again"
)


def desk_edits(article, *, by, **changes):
    """The desk's own changes, as the next revision."""
    article = fresh(article)
    return correct(article, replace(article.current.text, **changes), by=by, based_on=article.current)


def fresh(article):
    return Article.objects.select_related("current", "generation", "proposal").get(pk=article.pk)


def in_conflict(by, *, title="Herons, corrected", body=OURS, **newer):
    """An article of which desk and generator each changed the title, a sentence and a list item: three conflicts,
    of which the sentence has a proposal."""
    article = imported()
    desk_edits(article, by=by, title=title, body=body)
    bring_in(incoming("herons-return.md", **{"title": "Herons, anew", "body": THEIRS, **newer}))
    return fresh(article)


def located(**fields):
    """A file at the path that the article came from: known whatever its slug."""
    return IncomingFile("herons-return.md", file_text(**fields), is_located=True)


def keys(article):
    return [conflict.key for conflict in conflict_of(article).conflicts]


def solved_as(article, choice, *, by, **also):
    choices = {**dict.fromkeys(keys(article), choice), **also}
    return solve(article, choices, by=by, based_on=article.current, proposal=article.proposal)


# --- what conflicts ---------------------------------------------------------------------------------------


def test_what_both_sides_changed_is_a_conflict_and_the_rest_is_not(ada):
    article = in_conflict(ada, excerpt="Newer excerpt.")
    merge = conflict_of(article)
    title, sentence, item = merge.conflicts
    assert (title.base, title.theirs, title.ours) == ("Herons return", "Herons, anew", "Herons, corrected")
    assert sentence.proposal.startswith("**Summary:** A survey counted two nests in May.")
    assert (item.theirs, item.ours) == ("- The water is clean again", "- The water is clean")
    assert {field.key: field.value for field in merge.fields}["excerpt"] == "Newer excerpt."


def test_a_draft_has_the_desks_text_where_nothing_is_decided_or_the_decision_can_not_stand(ada):
    article = in_conflict(ada, excerpt="Newer excerpt.")
    text = draft(conflict_of(article), {"title": Edited("  ")})
    assert (text.title, text.body, text.excerpt) == ("Herons, corrected", OURS, "Newer excerpt.")


def test_texts_are_to_be_merged_exactly_when_both_changed(ada):
    article = act(imported(), Action.START_REVIEW, Action.APPROVE, by=ada)
    bring_in(incoming("herons-return.md", excerpt="Newer excerpt."))
    article = fresh(article)
    assert (article.waiting, both_changed(article)) == (Waiting.PROPOSAL, False)
    desk_edits(article, by=ada, title="Herons, corrected")
    assert both_changed(fresh(article))


def test_a_conflict_that_a_correction_took_away_can_be_solved_with_nothing_to_decide(ada):
    article = in_conflict(ada)
    desk_edits(article, by=ada, title="Herons return", body=GENERATED)
    assert both_changed(fresh(article))
    assert keys(fresh(article)) == []
    assert solved_as(fresh(article), "ours", by=ada).body == THEIRS


def test_without_a_waiting_text_there_is_nothing_to_merge(ada):
    article = fresh(imported())
    assert not both_changed(article)
    with pytest.raises(WorkflowError, match="No newer generated text"):
        conflict_of(article)


def test_a_delivered_file_that_can_not_be_read_any_more_is_named(ada):
    article = in_conflict(ada)
    article.generation = Generation(path="lost.md", content=b"no frontmatter")
    with pytest.raises(WorkflowError, match="“lost.md”, delivered on .* can't be read any more"):
        conflict_of(article)


# --- solving ----------------------------------------------------------------------------------------------


def test_solving_saves_a_revision_of_origin_merge_that_rests_on_the_newer_generation(ada, carl):
    article = in_conflict(ada, excerpt="Newer excerpt.")
    newer, before = article.proposal, article.generation
    title, sentence, item = conflict_of(article).conflicts
    choices = {"title": "theirs", sentence.key: Edited(sentence.proposal), item.key: Edited("- The water is clean now")}
    revision = solve(
        article, choices, by=carl, based_on=article.current, proposal=newer, note=" Both surveys were right. "
    )
    article = fresh(article)
    assert article.current == revision
    assert (revision.origin, revision.number, revision.by, revision.generation) == (Origin.MERGE, 3, carl, newer)
    assert (revision.title, revision.excerpt, revision.note) == (
        "Herons, anew",
        "Newer excerpt.",
        "Both surveys were right.",
    )
    assert "A survey counted two nests in May." in revision.body
    assert "- Two nests were counted\n- The water is clean now\n" in revision.body
    assert (article.generation, article.proposal, article.waiting) == (newer, None, Waiting.NOTHING)
    event = Event.objects.get(action="merge")
    assert (event.actor, event.revision, event.reason) == (carl, revision, "Both surveys were right.")
    assert event.data == {"generation": newer.pk, "base": before.pk}
    assert event.sentence == "solved a conflict"


@pytest.mark.parametrize(("side", "title"), [("base", "Herons return"), ("theirs", "Herons, anew")])
def test_any_of_the_three_texts_can_be_picked(side, title, ada):
    revision = solved_as(in_conflict(ada), side, by=ada)
    assert (revision.title, revision.body) == (title, {"base": GENERATED, "theirs": THEIRS}[side])


def test_the_desks_text_everywhere_is_a_revision_too_so_that_no_import_takes_it_for_untouched(ada):
    article = in_conflict(ada)
    revision = solved_as(article, "ours", by=ada)
    assert (revision.body, revision.origin) == (OURS, Origin.MERGE)
    assert bring_in(incoming("herons-return.md", title="Herons, anew", body=THEIRS)).counts == {"unchanged": 1}
    assert bring_in(incoming("herons-return.md", title="Herons, thrice", body=THEIRS)).counts == {"conflict": 1}


def test_what_an_editor_writes_is_tidied_as_a_correction_is(ada):
    article = in_conflict(ada)
    title, sentence, item = keys(article)
    choices = {title: Edited(" Two \x00 herons\r\n"), sentence: Edited("\r\nOne.\r\n\r\nTw\x00.\r\n"), item: "ours"}
    revision = solve(article, choices, by=ada, based_on=article.current, proposal=article.proposal)
    assert revision.title == "Two \ufffd herons"
    assert "\n\nOne.\n\nTw\ufffd.\n\n" in revision.body


@pytest.mark.parametrize(
    ("steps", "after"),
    [
        ((), Status.NEW),
        ((Action.START_REVIEW,), Status.IN_REVIEW),
        ((Action.START_REVIEW, Action.SEND_BACK), Status.IN_REVIEW),
        ((Action.START_REVIEW, Action.APPROVE), Status.IN_REVIEW),
    ],
)
def test_solving_leaves_the_article_where_a_correction_would(steps, after, ada):
    article = fresh(act(in_conflict(ada), *steps, by=ada))
    solved_as(article, "theirs", by=ada)
    article = fresh(article)
    assert article.status == after
    assert bool(article.publication_id) == (Action.APPROVE in steps)


def test_a_changed_address_keeps_the_old_one_as_an_alias(ada):
    article = imported()
    desk_edits(article, by=ada, slug="herons-at-the-weir")
    bring_in(located(slug="herons-in-spring"))
    article = fresh(article)
    assert keys(article) == ["slug"]
    assert solved_as(article, "theirs", by=ada).slug == "herons-in-spring"
    assert SlugAlias.objects.get(slug="herons-at-the-weir").article == article


# --- refusals ---------------------------------------------------------------------------------------------


def refused(article, choices, *, by, error=WorkflowError, based_on=None, proposal=None):
    """The error, after checking that nothing was written."""
    before = Article.objects.values().get(pk=article.pk), Revision.objects.count(), Event.objects.count()
    with pytest.raises(error) as caught:
        solve(article, choices, by=by, based_on=based_on or article.current, proposal=proposal or article.proposal)
    assert (Article.objects.values().get(pk=article.pk), Revision.objects.count(), Event.objects.count()) == before
    return caught.value


def test_every_conflict_must_be_decided(ada):
    article = in_conflict(ada)
    error = refused(article, {"title": "ours"}, by=ada, error=Unsolved)
    assert list(error.problems) == keys(article)[1:]
    assert str(error) == "Still undecided. Pick one of the texts or write your own."


def test_a_choice_about_something_else_is_refused(ada):
    article = in_conflict(ada)
    error = refused(article, {**dict.fromkeys(keys(article), "ours"), 99: "theirs"}, by=ada)
    assert "No conflict here to decide: 99" in str(error)


@pytest.mark.parametrize(
    ("key", "desk", "newer", "typed", "says"),
    [
        ("title", "Herons, corrected", "Herons, anew", " \n ", "needs a title"),
        ("title", "Herons, corrected", "Herons, anew", "H" * 501, "501 characters; 500 is the limit"),
        ("slug", "herons-at-the-weir", "herons-in-spring", "Herons!", "“Herons!” can't be an address"),
        ("slug", "herons-at-the-weir", "herons-in-spring", "h" * 201, "at most 200 characters"),
        ("date", "2026-05-01", "2026-06-01", "tomorrow", "“tomorrow” is no date"),
        ("date", "2026-05-01", "2026-06-01", "2026-13-45", "year-month-day"),
        ("language", "pl", "", "klingon", "“klingon” is no language of this desk"),
    ],
)
def test_what_can_not_stand_in_its_place_is_refused_there(key, desk, newer, typed, says, ada):
    article = imported()
    text = article.current.text
    value = type(text.date).fromisoformat(desk) if key == "date" else desk
    desk_edits(article, by=ada, **{key: value})
    fields = {"hashtags": "#generated #birds #rivers"} if key == "language" else {key: newer}
    body = "Und nicht der die das ist ein. " * 3 if key == "language" else GENERATED
    bring_in(located(body=body, **fields))
    article = fresh(article)
    error = refused(article, {**dict.fromkeys(keys(article), "ours"), key: Edited(typed)}, by=ada, error=Unsolved)
    assert list(error.problems) == [key]
    assert says in error.problems[key]


def test_a_date_that_an_editor_writes_is_taken(ada):
    article = imported()
    desk_edits(article, by=ada, date=article.current.date.replace(month=5))
    bring_in(incoming("herons-return.md", date="2026-06-01"))
    revision = solved_as(fresh(article), Edited(" 2026-07-01\r\n"), by=ada)
    assert str(revision.date) == "2026-07-01"


def whole_body_in_conflict(ada):
    article = imported(body="One paragraph.\n")
    desk_edits(article, by=ada, body="One corrected paragraph, by the desk.\n")
    bring_in(incoming("herons-return.md", body="One generated paragraph, which is newer.\n"))
    return fresh(article)


def test_a_text_of_which_nothing_is_left_is_refused(ada):
    article = whole_body_in_conflict(ada)
    error = refused(article, dict.fromkeys(keys(article), Edited("")), by=ada, error=Unsolved)
    assert "Nothing is left of the text" in error.problems[BODY]


def test_a_text_that_can_not_be_rendered_is_refused(ada, settings):
    settings.RENDER_MAX_CHARS = 100
    article = whole_body_in_conflict(ada)
    error = refused(article, dict.fromkeys(keys(article), Edited("word " * 50)), by=ada, error=Unsolved)
    assert "100" in error.problems[BODY]


def test_an_address_that_another_article_has_is_refused(ada):
    imported(slug="storks", title="Storks")
    article = imported()
    desk_edits(article, by=ada, slug="herons-at-the-weir")
    bring_in(located(slug="herons-in-spring"))
    error = refused(fresh(article), {"slug": Edited("storks")}, by=ada)
    assert "Another article already has the slug “storks”" in str(error)


def test_a_person_without_the_permission_may_not(ada, django_user_model):
    article = in_conflict(ada)
    eve = django_user_model.objects.create_user("eve", is_staff=True)
    error = refused(article, dict.fromkeys(keys(article), "ours"), by=eve, error=NotAllowed)
    assert "may not solve a conflict" in str(error)


@pytest.mark.parametrize("ending", [Action.REJECT, Action.RETRACT])
def test_a_rejected_or_retracted_article_is_reopened_first(ending, ada):
    steps = [Action.START_REVIEW] + ([Action.APPROVE] if ending is Action.RETRACT else [])
    article = fresh(act(in_conflict(ada), *steps, ending, by=ada))
    error = refused(article, dict.fromkeys(keys(article), "ours"), by=ada)
    assert "Start a review first." in str(error)


def test_a_revision_that_came_since_is_a_conflict_that_names_its_author(ada, carl):
    article = in_conflict(ada)
    seen = article.current
    desk_edits(article, by=carl, title="Herons, by Carl")
    for now in (article, fresh(article)):  # as it was loaded before, and after
        error = refused(now, dict.fromkeys(keys(article), "ours"), by=ada, error=Conflict, based_on=seen)
        assert "Revision 3 of “Herons, by Carl” was saved by Carl Weber since" in str(error)


def test_an_even_newer_generation_is_a_conflict(ada):
    article = in_conflict(ada)
    seen = article.proposal
    bring_in(incoming("herons-return.md", title="Herons, thrice"))
    for now in (article, fresh(article)):
        error = refused(now, dict.fromkeys(keys(article), "ours"), by=ada, error=Conflict, proposal=seen)
        assert "An even newer generated text of “Herons, corrected” came in" in str(error)


@pytest.mark.parametrize("how", ["dismissed", "taken"])
def test_what_somebody_settled_meanwhile_is_settled(how, ada, carl):
    article = in_conflict(ada)
    choices = dict.fromkeys(keys(article), "theirs")
    stale = fresh(article)
    if how == "dismissed":
        dismiss_proposal(article, by=carl, reason="Ours is better.")
    else:
        take_proposal(article, article.current.text, by=carl, based_on=article.current)
    proposal = stale.proposal
    for now in (stale, fresh(article)):
        error = refused(now, choices, by=ada, proposal=proposal, based_on=stale.current)
        assert "No newer generated text is waiting any more." in str(error)


def test_the_workflow_itself_asks_for_the_generation_that_was_seen(ada):
    article = in_conflict(ada)
    seen = article.proposal
    bring_in(incoming("herons-return.md", title="Herons, thrice"))
    with pytest.raises(Conflict, match="An even newer generated text"):
        save_merge(article, article.current.text, by=ada, based_on=article.current, proposal=seen)


# --- the page ---------------------------------------------------------------------------------------------


def page_of(article):
    return reverse("admin:editorial_article_conflict", args=[article.pk])


def text_of(response):
    assert response.status_code == 200
    return unescape(response.content.decode())


def answered(article, picks, texts=(), **more):
    """What the page's form would send: the picks and the typed texts by the conflict's key."""
    article = fresh(article)
    places = {place.key: place for place in Page.of(conflict_of(article), {}).places}
    sent = {"based_on": article.current_id, "proposal": article.proposal_id, "note": ""}
    for key, place in places.items():
        sent[f"text:{place.name}"] = dict(texts).get(key, place.box).replace("\n", "\r\n")
        if key in picks:
            sent[f"pick:{place.name}"] = picks[key]
    return {**sent, **more}


def checked(page):
    """The radio buttons that are checked, in the order of the page."""
    return re.findall(r'<input type="radio" name="pick:[^"]+" value="(\w+)"[^>]* checked>', page)


def test_the_page_shows_three_texts_with_marks_a_proposal_and_the_clean_parts(client, ada, carl):
    article = in_conflict(ada, excerpt="Newer excerpt.")
    client.force_login(carl)
    page = text_of(client.get(page_of(article)))
    assert "Both changed 3 places differently" in page
    assert "1 of 3: Title" in page
    assert "2 of 3: Text under “Herons return to the weir”" in page
    assert "<del>The</del><ins>A</ins> survey counted two nests in April" in page
    assert "in <del>April</del><ins>May</ins>" in page
    assert page.count("Both put together") == 1
    assert "<del>The</del><ins>A</ins> survey counted two nests in <del>April</del><ins>May</ins>" in page
    assert '<dd>Newer excerpt. <span class="conflict-origin">from the newer text</span></dd>' in page
    assert "0 of 3 decided" in page
    assert checked(page) == []


def test_the_page_of_a_proposal_leads_to_the_conflict_and_back(client, ada):
    article = in_conflict(ada)
    client.force_login(ada)
    whole = reverse("admin:editorial_article_proposal", args=[article.pk])
    response = client.get(whole)
    assert response["Location"] == page_of(article)
    assert f"{whole}?whole=1" in text_of(client.get(page_of(article)))
    assert "Keep the desk's text" in text_of(client.get(f"{whole}?whole=1"))
    assert "needs a reason" in text_of(client.post(whole, {"dismiss": "1"}))


def test_a_proposal_that_only_the_generator_changed_is_compared_as_a_whole(client, ada):
    article = act(imported(), Action.START_REVIEW, Action.APPROVE, by=ada)
    bring_in(incoming("herons-return.md", title="Herons, anew"))
    client.force_login(ada)
    assert "Use the newer text" in text_of(client.get(reverse("admin:editorial_article_proposal", args=[article.pk])))


def test_the_choices_are_saved_as_a_revision(client, ada, carl):
    article = in_conflict(ada)
    title, sentence, item = keys(article)
    client.force_login(carl)
    picks = {title: "edit", sentence: "proposal", item: "base"}
    sent = answered(article, picks, {title: "Herons, by both"}, note="Both were right.", _save="1")
    page = text_of(client.post(page_of(article), sent, follow=True))
    assert "Saved as revision 3, made of both texts." in page
    article = fresh(article)
    assert (article.title, article.current.by, article.current.note) == ("Herons, by both", carl, "Both were right.")
    assert "A survey counted two nests in May" in article.current.body
    assert "- The water is clean enough\n" in article.current.body


def test_what_is_missing_is_named_and_everything_picked_and_typed_is_kept(client, ada):
    article = in_conflict(ada)
    title, sentence, item = keys(article)
    client.force_login(ada)
    sent = answered(article, {title: "edit", item: "theirs"}, {title: " "}, note="A note", _save="1")
    page = text_of(client.post(page_of(article), sent))
    assert "Nothing was saved." in page
    assert 'href="#conflict-1">1, Title</a>: An article needs a title. Write one.' in page
    assert 'href="#conflict-2">' in page
    assert 'href="#conflict-3">' not in page
    assert checked(page) == ["edit", "theirs"]
    assert 'name="note" maxlength="1000" value="A note"' in page
    assert "2 of 3 decided" in page
    assert not Event.objects.filter(action="merge").exists()


def test_a_typed_text_that_is_not_picked_is_kept_and_asked_about_once(client, ada):
    article = in_conflict(ada)
    title, sentence, item = keys(article)
    client.force_login(ada)
    picks, texts = {title: "ours", sentence: "ours", item: "ours"}, {sentence: "**Summary:** Mine.\n\nAnd more."}
    sent = answered(article, picks, texts, _save="1")
    page = text_of(client.post(page_of(article), sent))
    assert "You wrote a text of your own, but picked “The desk's text”." in page
    assert "\n**Summary:** Mine.\n\nAnd more.</textarea>" in page.replace("\r\n", "\n")
    (aside,) = re.findall(r'name="(aside:[^"]+)" value="(\w+)"', page)
    (name,) = (name for name, value in sent.items() if "Mine." in str(value))
    page = text_of(client.post(page_of(article), dict([*sent.items(), aside, (name, "I wrote more.")])))
    assert "You wrote a text of your own, but picked" in page
    client.post(page_of(article), dict([*sent.items(), aside]))
    assert fresh(article).current.origin == Origin.MERGE


def test_a_typed_text_with_nothing_picked_is_kept_and_asked_about(client, ada):
    article = in_conflict(ada)
    title, sentence, item = keys(article)
    client.force_login(ada)
    sent = answered(article, {title: "ours", sentence: "ours"}, {item: "- Mine"}, _save="1")
    page = text_of(client.post(page_of(article), sent))
    assert "You wrote a text of your own, but picked none." in page
    assert "\n- Mine</textarea>" in page
    assert "aside:" not in page


def test_the_preview_renders_the_result_and_saves_nothing(client, ada):
    article = in_conflict(ada, excerpt="Newer excerpt.")
    title, sentence, item = keys(article)
    client.force_login(ada)
    sent = answered(article, {title: "edit", item: "theirs"}, {title: "Herons & more"}, _preview="1")
    page = text_of(client.post(page_of(article), sent))
    assert '<p class="preview-headline">Herons & more</p>' in page
    assert "<li>The water is clean again</li>" in page
    assert "counted two nests in May" in page
    assert "1 place undecided" in page
    assert "<dd>Newer excerpt.</dd>" in page
    assert "<dd>2 April 2026</dd>" in page
    assert checked(page) == ["edit", "theirs"]
    assert "\n- The water is clean again</textarea>" in page  # the picked text is where an own one begins
    assert fresh(article).current.number == 2


def test_a_preview_that_can_not_be_rendered_says_why(client, ada, settings):
    article = in_conflict(ada)
    client.force_login(ada)
    settings.RENDER_MAX_CHARS = 50
    page = text_of(client.post(page_of(article), answered(article, {}, _preview="1")))
    assert '<p class="errornote">' in page
    page = text_of(client.post(page_of(article), answered(article, dict.fromkeys(keys(article), "ours"), _save="1")))
    assert "Nothing was saved." in page


def test_texts_that_fit_together_are_previewed_at_once_and_saved(client, ada):
    article = act(imported(), Action.START_REVIEW, Action.APPROVE, by=ada)
    desk_edits(article, by=ada, title="Herons, corrected")
    act(article, Action.APPROVE, by=ada)
    bring_in(incoming("herons-return.md", excerpt="Newer excerpt."))
    client.force_login(ada)
    page = text_of(client.get(page_of(article)))
    assert "there is nothing to decide" in page
    assert '<p class="preview-headline">Herons, corrected</p>' in page
    assert "Readers keep the text they have" in page
    assert "Saved as revision 3" in text_of(
        client.post(page_of(article), answered(article, {}, _save="1"), follow=True)
    )
    article = fresh(article)
    assert (article.status, article.title, article.current.excerpt) == (
        Status.IN_REVIEW,
        "Herons, corrected",
        "Newer excerpt.",
    )


def test_a_rejected_article_is_shown_but_can_not_be_saved(client, ada):
    article = act(in_conflict(ada), Action.START_REVIEW, Action.REJECT, by=ada)
    client.force_login(ada)
    page = text_of(client.get(page_of(article)))
    assert "The article is rejected, so its text can't be changed." in page
    assert 'name="_save"' not in page
    page = text_of(client.post(page_of(article), answered(article, dict.fromkeys(keys(article), "theirs"), _save="1")))
    assert "Start a review first." in page
    assert checked(page) == ["theirs"] * 3


def test_where_nothing_waits_the_page_leads_to_the_article(client, ada):
    article = imported()
    client.force_login(ada)
    page = text_of(client.get(page_of(article), follow=True))
    assert "No newer generated text is waiting any more." in page
    assert "Save as a new revision" in page


def test_where_a_file_can_not_be_read_any_more_the_page_leads_to_the_texts_as_a_whole(client, ada, monkeypatch):
    article = in_conflict(ada)
    monkeypatch.setattr("editorial.conflicts.text_of", lambda generation: None)
    client.force_login(ada)
    page = text_of(client.get(page_of(article), follow=True))
    assert "can't be read any more, so the texts can't be merged" in page
    assert "Use the newer text" in page
    assert "Use the newer text" in text_of(client.get(reverse("admin:editorial_article_proposal", args=[article.pk])))


def test_more_conflicts_than_a_form_can_send_are_not_offered(client, ada, monkeypatch):
    monkeypatch.setattr(conflict_page, "MAX_CONFLICTS", 2)
    article = in_conflict(ada)
    client.force_login(ada)
    page = text_of(client.get(page_of(article)))
    assert "3 places are too many to decide one by one." in page
    assert 'name="_save"' not in page


def surveys(number, word):
    return "".join(f"Survey {n} counted {word} nests at the weir.\n\nAn end to {n}.\n\n" for n in range(number))


def test_the_page_takes_the_same_number_of_queries_for_1_and_for_20_conflicts(client, ada):
    client.force_login(ada)
    taken = []
    for number in (1, 20):
        slug = f"herons-{number}"
        body = {word: surveys(number, word) for word in ("some", "two", "three")}
        article = imported(slug=slug, title=slug, body=body["some"])
        desk_edits(article, by=ada, body=body["two"])
        bring_in(incoming(f"{slug}.md", slug=slug, title=slug, body=body["three"]))
        with CaptureQueriesContext(connection) as queries:
            page = text_of(client.get(page_of(article)))
        assert f"0 of {number} decided" in page
        taken.append(len(queries))
    assert taken[0] == taken[1] <= 8


def test_the_language_is_chosen_from_a_list(client, ada):
    article = imported()
    desk_edits(article, by=ada, language="")
    bring_in(incoming("herons-return.md", hashtags="#generated #pl #birds #rivers"))
    client.force_login(ada)
    page = text_of(client.get(page_of(article)))
    assert '<option value="pl" selected>Polish</option>' in page
    client.post(page_of(article), answered(article, {"language": "edit"}, {"language": "en"}, _save="1"))
    assert fresh(article).language == "en"


# --- two at once, and a newer text meanwhile --------------------------------------------------------------


def test_of_two_editors_the_second_gets_a_sentence_and_keeps_what_was_typed(client, ada, bea):
    article = in_conflict(ada)
    title, sentence, item = keys(article)
    sent = answered(article, {title: "edit", sentence: "ours", item: "ours"}, {title: "Herons, by Bea"}, _save="1")
    solved_as(article, "theirs", by=ada)
    client.force_login(bea)
    page = text_of(client.post(page_of(article), sent))
    assert "No newer generated text is waiting any more." in page
    assert "\nHerons, by Bea</textarea>" in page
    assert "On to the article" in page
    assert fresh(article).title == "Herons, anew"


def test_a_correction_saved_in_the_very_moment_of_solving_is_not_overwritten(client, ada, carl):
    article = in_conflict(ada)
    sent = answered(article, dict.fromkeys(keys(article), "theirs"), _save="1")
    client.force_login(ada)
    carls = []

    def correct_first(execute, sql, *args):
        if sql.startswith("SAVEPOINT") and not carls:  # the transaction of the solving begins
            carls.append(None)
            carls.append(desk_edits(article, by=carl, title="Herons, by Carl"))
        return execute(sql, *args)

    with connection.execute_wrapper(correct_first):
        page = text_of(client.post(page_of(article), sent))
    assert "Revision 3 of “Herons, by Carl” was saved by Carl Weber since you opened it." in page
    assert f'name="based_on" value="{carls[1].pk}"' in page
    assert fresh(article).current == carls[1]


def test_when_the_desks_text_was_saved_meanwhile_the_choices_that_still_apply_are_kept(client, ada, carl):
    article = in_conflict(ada)
    title, sentence, item = keys(article)
    picks, texts = {title: "edit", sentence: "edit", item: "theirs"}, {title: "Mine", sentence: "Mine, too."}
    sent = answered(article, picks, texts, _save="1")
    desk_edits(article, by=carl, title="Herons, by Carl")
    client.force_login(ada)
    page = text_of(client.post(page_of(article), sent))
    assert "Revision 3 of “Herons, by Carl” was saved by Carl Weber since you opened it." in page
    assert checked(page) == ["edit", "theirs"]  # the title is to be decided again
    assert 'value="Mine"' in page
    assert "\nMine, too.</textarea>" in page
    sent = answered(article, picks, texts, _save="1")
    assert "Saved as revision 4" in text_of(client.post(page_of(article), sent, follow=True))


def test_when_a_newer_text_came_meanwhile_what_was_typed_stays_at_its_place_or_is_shown(client, ada):
    article = in_conflict(ada)
    title, sentence, item = keys(article)
    picks = {title: "ours", sentence: "edit", item: "edit"}
    sent = answered(article, picks, {sentence: "My sentence.", item: "- My item"}, _save="1")
    newest = THEIRS.replace("clean again", "clean enough").replace("A survey", "One survey")
    bring_in(incoming("herons-return.md", title="Herons, thrice", body=newest))
    client.force_login(ada)
    page = text_of(client.post(page_of(article), sent))
    assert "An even newer generated text of “Herons, corrected” came in since" in page
    assert checked(page) == []  # all is to be decided again
    assert re.search(r'aria-label="My own text for conflict 2: [^"]+" lang="en">\nMy sentence.</textarea>', page)
    assert "What you typed for places that are no longer here" in page
    assert 'readonly aria-label="Typed text 1">\n- My item</textarea>' in page
    sent = answered(article, {}, **dict(re.findall(r'name="(text:stray[^"]+)" value="([^"]+)"', page)), _preview="1")
    assert "\n- My item</textarea>" in text_of(client.post(page_of(article), sent))


def test_a_preview_of_a_page_that_is_stale_says_so(client, ada, carl):
    article = in_conflict(ada)
    sent = answered(article, {}, _preview="1")
    desk_edits(article, by=carl, excerpt="Carl's excerpt.")
    client.force_login(ada)
    page = text_of(client.post(page_of(article), sent))
    assert "was saved by Carl Weber since you opened it." in page
    assert "<dd>Carl's excerpt.</dd>" in page


def test_two_places_of_the_same_three_texts_have_their_own_answers():
    merge = conflict_of_bodies(*(f"# One\n\n{word}\n\n# Two\n\n{word}\n" for word in ("Base.", "Theirs.", "Ours.")))
    first, second = Page.of(merge, {}).places
    assert first.name != second.name
    page = Page.of(merge, {first.name: Answer("ours"), second.name: Answer("theirs")})
    assert list(page.choices.values()) == ["ours", "theirs"]
    assert [place.label for place in page.places] == ["Text under “One”", "Text under “Two”"]


def conflict_of_bodies(base, theirs, ours):
    from editorial.importing.reading import read
    from editorial.merging import merge

    return merge(*(read(IncomingFile("x.md", file_text(body=body))).text for body in (base, theirs, ours)))


def test_line_ends_make_no_difference_to_whether_a_text_is_ones_own():
    name = "block." + fingerprint("One\nTwo")
    assert not Answer(text="One\r\nTwo").is_own(name)
    assert not Answer(text=" \n").is_own(name)
    assert Answer(text="One Two").is_own(name)


# --- who may, and forged input ----------------------------------------------------------------------------


@pytest.mark.parametrize("person", ["ada", "bea", "carl"])
def test_everybody_who_may_correct_may_solve(person, request, client, ada):
    article = in_conflict(ada)
    client.force_login(request.getfixturevalue(person))
    assert "0 of 3 decided" in text_of(client.get(page_of(article)))
    client.post(page_of(article), answered(article, dict.fromkeys(keys(article), "theirs"), _save="1"))
    assert fresh(article).current.by.username == person


def test_nobody_else_sees_the_page(dan, ada, django_user_model):
    article = in_conflict(ada)
    for response in (dan.get(page_of(article)), dan.post(page_of(article))):
        assert "/admin/login/" in response["Location"]
    dan.force_login(django_user_model.objects.create_user("eve", is_staff=True))
    for response in (dan.get(page_of(article)), dan.post(page_of(article))):
        assert response.status_code == 403


def test_who_may_read_but_not_correct_may_not_solve(client, ada, django_user_model):
    from django.contrib.auth.models import Permission

    article = in_conflict(ada)
    reader = django_user_model.objects.create_user("fay", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_article"))
    client.force_login(reader)
    assert client.get(page_of(article)).status_code == 403
    assert client.post(page_of(article), answered(article, {}, _save="1")).status_code == 403


def test_an_article_that_is_not_there_is_not_found(client, ada):
    client.force_login(ada)
    for pk in (4711, 10**30):
        assert client.get(f"/admin/editorial/article/{pk}/conflict/").status_code == 404


@pytest.mark.parametrize(
    "forged",
    [
        {},
        {"based_on": "x", "proposal": "-1"},
        {"based_on": "٣", "proposal": "9" * 40},
        {"based_on": "1", "proposal": "1"},
        {"pick:title": "theirs", "pick:": "", "text:": "x", "aside:": "x"},
        {"pick:block.....": "ours", "text:block.....": "kept", "text:title": "kept, too"},
        {"text:" + "n" * 500: "long"},
        {"text:block.\x00.\ud7ff": "a \x00 b", "note": "\x00" * 2000},
        {"_preview": "1", "pick:body": "edit"},
    ],
)
def test_forged_input_gets_a_sentence(forged, client, ada):
    article = in_conflict(ada)
    client.force_login(ada)
    page = text_of(client.post(page_of(article), forged))
    assert "They are shown as they are now." in page or "since you opened it" in page
    assert fresh(article).current.number == 2


@pytest.mark.parametrize("pick", ["", "nothing", "proposal", "__class__", "theirs\x00"])
def test_a_forged_pick_is_no_pick(pick, client, ada):
    article = in_conflict(ada)
    title = keys(article)[0]
    client.force_login(ada)
    page = text_of(client.post(page_of(article), answered(article, {title: pick}, _save="1")))
    assert 'href="#conflict-1">1, Title</a>: Still undecided.' in page


def test_what_no_database_column_takes_is_typed_and_saved_without_harm(client, ada):
    article = in_conflict(ada)
    picks = {**dict.fromkeys(keys(article), "ours"), keys(article)[1]: "edit"}
    client.force_login(ada)
    client.post(page_of(article), answered(article, picks, {keys(article)[1]: "A \x00 byte."}, _save="1"))
    assert "A \ufffd byte." in fresh(article).current.body


def test_hostile_text_is_shown_as_text(client, ada):
    article = imported()
    desk_edits(article, by=ada, title="<script>alert(1)</script>", body=OURS)
    bring_in(incoming("herons-return.md", title="</textarea><img src=x onerror=alert(1)>", body=THEIRS))
    client.force_login(ada)
    sent = answered(article, {"title": "edit"}, {"title": '"><b>'}, note='"><i>', _preview="1")
    page = client.post(page_of(article), sent).content.decode()
    for wild in ("<script>alert", "<img src=x", "><b>", "><i>"):
        assert wild not in page


# --- a real pair ------------------------------------------------------------------------------------------


def delivered(slug, name):
    path = REGENERATED / slug / name
    if not path.exists():
        pytest.skip("the corpus of regenerated articles is not here")
    return IncomingFile(f"{slug}.md", path.read_bytes(), is_located=True)


def test_a_real_article_with_a_new_address_is_merged_with_the_desks(client, ada):
    slug = "2026-04-10-claude-code-project-setup-guide"
    bring_in(delivered(slug, "1-generated.md"))
    article = fresh(Article.objects.get())
    before = article.current.text
    desk_edits(article, by=ada, slug="claude-code-setup", title=f"{before.title}, corrected")
    assert bring_in(delivered(slug, "2-later.md")).counts == {"conflict": 1}
    article = fresh(article)
    (conflict,) = conflict_of(article).conflicts
    assert (conflict.key, conflict.base, conflict.ours) == ("slug", before.slug, "claude-code-setup")
    client.force_login(ada)
    page = text_of(client.get(page_of(article)))
    assert "1 of 1: Address" in page
    client.post(page_of(article), answered(article, {"slug": "theirs"}, _save="1"))
    article = fresh(article)
    assert (article.slug, article.title) == (conflict.theirs, f"{before.title}, corrected")
    assert set(article.aliases.values_list("slug", flat=True)) >= {"claude-code-setup", before.slug}
    assert bring_in(delivered(slug, "2-later.md")).counts == {"unchanged": 1}


def test_the_newer_tags_of_a_real_approved_article_fit_the_desks_text(client, ada):
    slug = "ai-writes-almost-all-code"
    bring_in(delivered(slug, "1-generated.md"))
    article = fresh(Article.objects.get())
    desk_edits(article, by=ada, body=article.current.body.replace("\n\n", "\n\nA word of the desk.\n\n", 1))
    act(article, Action.START_REVIEW, Action.APPROVE, by=ada, override=True)
    assert bring_in(delivered(slug, "2-later.md")).counts == {"proposal": 1}
    article = fresh(article)
    newer = conflict_of(article).text
    assert set(newer.tags) != set(article.current.tags)
    client.force_login(ada)
    client.post(page_of(article), answered(article, {}, _save="1"))
    article = fresh(article)
    assert (article.current.text, article.status) == (newer, Status.IN_REVIEW)
    assert "A word of the desk." in article.current.body
