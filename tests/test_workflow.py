"""What may happen to an article, and by whom."""

from dataclasses import replace

import pytest

from digest.models import Publication
from editorial.models import Article, Event, Origin, Revision, Status
from editorial.workflow import (
    AFTER_CORRECTION,
    TRANSITIONS,
    Action,
    Conflict,
    NotAllowed,
    WorkflowError,
    available_actions,
    correct,
    dismiss_proposal,
    perform,
    take_proposal,
)

from .texts import act, bring_in, imported, incoming, published

pytestmark = pytest.mark.django_db

# How an article comes to stand somewhere, by real steps; True where it has a public text there.
WAYS = {
    (Status.NEW, False): [],
    (Status.IN_REVIEW, False): [Action.START_REVIEW],
    (Status.SENT_BACK, False): [Action.START_REVIEW, Action.SEND_BACK],
    (Status.APPROVED, True): [Action.START_REVIEW, Action.APPROVE],
    (Status.REJECTED, False): [Action.START_REVIEW, Action.REJECT],
    (Status.RETRACTED, False): [Action.START_REVIEW, Action.APPROVE, Action.RETRACT],
    (Status.IN_REVIEW, True): [Action.START_REVIEW, Action.APPROVE, "correct"],
    (Status.SENT_BACK, True): [Action.START_REVIEW, Action.APPROVE, "correct", Action.SEND_BACK],
}


def bring_to(way, *, by):
    article = imported()
    for step in way:
        if step == "correct":
            correct_title(article, "Herons are back", by=by)
        else:
            article = act(article, step, by=by)
        article.refresh_from_db()
    return article


def correct_title(article, title, *, by):
    article.refresh_from_db()
    return correct(article, replace(article.current.text, title=title), by=by, based_on=article.current)


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("standing", WAYS, ids=lambda standing: f"{standing[0]}{'-public' if standing[1] else ''}")
def test_an_action_works_exactly_from_the_states_that_its_rule_names(standing, action, ada):
    status, public = standing
    article = bring_to(WAYS[standing], by=ada)
    assert (article.status, article.publication_id is not None) == standing
    rule = TRANSITIONS[action]
    events = Event.objects.count()
    possible = status in rule.sources and rule.public in (None, public) and not rule.scheduled  # tests/test_schedule.py
    assert (action in available_actions(article, by=ada)) == possible
    if possible:
        event = perform(article, action, by=ada, revision=article.current, reason="Because.", accept_rest=True)
        assert article.status == rule.target
        assert (event.article, event.revision, event.actor, event.action) == (article, article.current, ada, action)
        assert Event.objects.count() == events + 1
    else:
        with pytest.raises(WorkflowError, match="Herons"):
            perform(article, action, by=ada, revision=article.current, reason="Because.")
        article.refresh_from_db()
        assert article.status == status
        assert Event.objects.count() == events


@pytest.mark.parametrize("action", Action)
def test_a_writer_decides_nothing(action, carl):
    article = imported()
    assert available_actions(article, by=carl) == []
    with pytest.raises(NotAllowed, match="Ask someone whose role allows it"):
        perform(article, action, by=carl, revision=article.current, reason="Because.")


def test_a_reviewer_approves_but_does_not_retract(bea):
    article = published(by=bea)
    assert article.publication.reviewed_by == "Bea Nowak"
    with pytest.raises(NotAllowed):
        act(article, Action.RETRACT, by=bea)


@pytest.mark.parametrize("action", [action for action, rule in TRANSITIONS.items() if rule.reason_required])
def test_sending_back_rejecting_and_retracting_need_a_reason(action, ada):
    article = published(by=ada)
    with pytest.raises(WorkflowError, match="needs a reason"):
        perform(article, action, by=ada, revision=article.current, reason="  ")


def test_a_decision_about_an_older_revision_is_refused(ada, bea):
    article = act(imported(), Action.START_REVIEW, by=bea)
    seen = article.current
    correct_title(article, "Herons, counted", by=ada)
    article.refresh_from_db()
    with pytest.raises(Conflict, match="Revision 2 of .* was saved by Ada Lis since you opened it"):
        perform(article, Action.APPROVE, by=bea, revision=seen)
    assert not Publication.objects.exists()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Status.NEW, Status.NEW),
        (Status.IN_REVIEW, Status.IN_REVIEW),
        (Status.SENT_BACK, Status.IN_REVIEW),
        (Status.APPROVED, Status.IN_REVIEW),
    ],
)
def test_a_correction_makes_a_revision_and_moves_the_article(before, after, ada, carl):
    way = next(way for (status, _), way in WAYS.items() if status == before)
    article = bring_to(way, by=ada)
    revision = correct_title(article, "Herons, again", by=carl)
    article.refresh_from_db()
    assert article.status == after
    assert (article.current, article.title) == (revision, "Herons, again")
    assert (revision.origin, revision.by, revision.number) == (Origin.CORRECTION, carl, 2)
    assert article.revisions.get(number=1).title == "Herons return"


@pytest.mark.parametrize("status", [status for status in Status if status not in AFTER_CORRECTION])
def test_a_rejected_or_retracted_text_is_not_changed(status, ada):
    way = next(way for (standing, _), way in WAYS.items() if standing == status)
    article = bring_to(way, by=ada)
    with pytest.raises(WorkflowError, match="Start a review first"):
        correct_title(article, "Herons, again", by=ada)


def test_readers_keep_the_approved_text_until_the_correction_is_approved(ada):
    article = published(by=ada)
    correct_title(article, "Herons, corrected", by=ada)
    assert Publication.objects.get().title == "Herons return"
    article = act(article, Action.APPROVE, by=ada)
    publication = Publication.objects.get()
    assert publication.title == "Herons, corrected"
    assert publication.corrected
    assert publication == article.publication


def test_an_article_that_nobody_changed_is_not_called_corrected(ada):
    assert not published(by=ada).publication.corrected


def test_a_tag_that_a_correction_removes_goes_from_desk_and_readers(ada):
    article = published(by=ada)
    text = replace(article.current.text, tags=("birds", "counts"))
    correct(article, text, by=ada, based_on=article.current)
    assert sorted(tag.name for tag in article.tags.all()) == ["birds", "counts"]
    assert sorted(tag.name for tag in article.publication.tags.all()) == ["birds", "rivers"]
    article = act(article, Action.APPROVE, by=ada)
    assert sorted(tag.name for tag in article.publication.tags.all()) == ["birds", "counts"]


def test_people_with_very_long_names_can_decide(ada):
    ada.first_name, ada.last_name = "A" * 150, "B" * 150
    ada.save()
    assert len(published(by=ada).publication.reviewed_by) == 200


def test_a_retraction_takes_the_text_from_readers_and_keeps_it_on_the_desk(ada):
    article = act(published(by=ada), Action.RETRACT, by=ada)
    assert not Publication.objects.exists()
    assert article.current.title == "Herons return"
    assert article.events.first().reason == "It needs another look."


def test_a_retracted_article_can_come_back_under_its_old_identity(ada):
    article = published(by=ada)
    uid = article.publication.uid
    article = act(article, Action.RETRACT, Action.START_REVIEW, Action.APPROVE, by=ada)
    assert article.publication.uid == uid


def test_saving_the_same_text_makes_no_revision(ada):
    article = imported()
    assert correct(article, article.current.text, by=ada, based_on=article.current) == article.current
    assert Revision.objects.count() == 1


def test_saving_over_somebody_elses_revision_is_refused(ada, bea):
    article = imported()
    opened = article.current
    correct_title(article, "First", by=ada)
    with pytest.raises(Conflict, match="by Ada Lis"):
        correct(article, replace(opened.text, title="Second"), by=bea, based_on=opened)
    assert Article.objects.get().title == "First"


def test_a_slug_that_another_article_has_is_refused(ada):
    imported(slug="storks", title="Storks")
    article = imported()
    with pytest.raises(WorkflowError, match="already has the slug “storks”"):
        correct(article, replace(article.current.text, slug="storks"), by=ada, based_on=article.current)


def test_a_new_address_of_a_public_article_takes_effect_with_its_approval(ada):
    article = published(by=ada)
    correct(article, replace(article.current.text, slug="herons-2026"), by=ada, based_on=article.current)
    assert Publication.objects.get().slug == "herons-return"
    article = act(article, Action.APPROVE, by=ada)
    assert article.publication.slug == "herons-2026"
    assert [alias.slug for alias in article.publication.aliases.all()] == ["herons-return"]
    assert [alias.slug for alias in article.aliases.all()] == ["herons-return"]
    article = publish_under("herons-return", article, by=ada)
    assert [alias.slug for alias in article.publication.aliases.all()] == ["herons-2026"]
    assert [alias.slug for alias in article.aliases.all()] == ["herons-2026"]


def publish_under(slug, article, *, by):
    correct(article, replace(article.current.text, slug=slug), by=by, based_on=article.current)
    return act(article, Action.APPROVE, by=by)


def test_a_text_that_cannot_be_rendered_is_not_approved(ada, settings):
    article = act(imported(), Action.START_REVIEW, by=ada)
    settings.RENDER_MAX_CHARS = 10
    with pytest.raises(WorkflowError, match="can't be published"):
        act(article, Action.APPROVE, by=ada)
    article.refresh_from_db()
    assert article.status == Status.IN_REVIEW


def with_proposal(by):
    """An edited article for which the generator has delivered a newer text."""
    article = imported()
    correct_title(article, "Herons, corrected", by=by)
    bring_in(incoming("herons-return.md", title="Herons, generated anew"))
    article.refresh_from_db()
    return article


def test_a_waiting_text_is_taken_over_as_the_next_revision(ada):
    article = with_proposal(ada)
    text = replace(article.current.text, title="Herons, generated anew")
    waiting = article.proposal
    revision = take_proposal(article, text, by=ada, based_on=article.current)
    article.refresh_from_db()
    assert (article.current, article.generation, article.proposal) == (revision, waiting, None)
    assert (revision.number, revision.origin, revision.by) == (3, Origin.GENERATED, ada)
    with pytest.raises(WorkflowError, match="waiting any more"):
        take_proposal(article, text, by=ada, based_on=revision)


def test_a_waiting_text_is_dismissed_with_a_reason_and_does_not_come_again(ada):
    article = with_proposal(ada)
    with pytest.raises(WorkflowError, match="needs a reason"):
        dismiss_proposal(article, by=ada, reason=" ")
    dismiss_proposal(article, by=ada, reason="Ours is better.")
    assert article.proposal is None
    assert article.title == "Herons, corrected"
    report = bring_in(incoming("herons-return.md", title="Herons, generated anew"))
    assert report.batch is None
    with pytest.raises(WorkflowError, match="waiting any more"):
        dismiss_proposal(article, by=ada, reason="Twice.")


def test_a_rejected_article_takes_over_nothing(ada):
    article = bring_to(WAYS[Status.REJECTED, False], by=ada)
    bring_in(incoming("herons-return.md", title="Herons, generated anew"))
    article.refresh_from_db()
    with pytest.raises(WorkflowError, match="Start a review first"):
        take_proposal(article, article.current.text, by=ada, based_on=article.current)
