"""Taking a run back brings back all that it replaced: texts, what waited, sources, files that had been repaired."""

from datetime import timedelta

import pytest
from django.utils import timezone

from editorial.holding import accept_repair
from editorial.importing.resuming import BatchLocks
from editorial.models import Article, Batch, BatchFile, Draft, HeldFile, Outcome, Status, Waiting
from editorial.undoing import plan_undo, undo
from editorial.workflow import Action, WorkflowError

from .texts import APOSTROPHE, act, bring_in, imported, incoming

pytestmark = pytest.mark.django_db


def newer(title, **more):
    return bring_in(incoming("herons-return.md", title=title, **more)).batch


def test_what_waited_before_waits_again(ada):
    act(imported(), Action.REJECT, by=ada)
    second, third = newer("Second"), newer("Third")
    article = Article.objects.get()
    assert article.proposal.batch == third
    undo(third, by=ada)
    article.refresh_from_db()
    assert (article.proposal.batch, article.waiting) == (second, Waiting.PROPOSAL)
    undo(second, by=ada)
    article.refresh_from_db()
    assert (article.proposal, article.waiting) == (None, Waiting.NOTHING)


def test_a_text_whose_own_batch_was_taken_back_does_not_wait_again(ada):
    act(imported(), Action.REJECT, by=ada)
    second, third = newer("Second"), newer("Third")
    undo(second, by=ada)
    undo(third, by=ada)
    assert Article.objects.get().proposal is None


def test_a_delivery_that_changed_no_word_can_be_taken_back(ada):
    first = imported().generation
    batch = newer("Herons return", more="mood: calm\n")
    assert Article.objects.get().generation.batch == batch
    undo(batch, by=ada)
    article = Article.objects.get()
    assert (article.generation, article.current.number) == (first, 1)


def test_source_and_id_are_those_from_before(ada):
    imported(more="source_pattern: Notes\n")
    undo(newer("Newer", more="source_pattern: Other Notes\nid: 17\n"), by=ada)
    article = Article.objects.get()
    assert (article.source.name, article.external_id) == ("Notes", None)


def test_a_source_that_only_an_earlier_delivery_named_stays(ada):
    imported(more="source_pattern: Notes\nid: 17\n")
    newer("Second")
    undo(newer("Third", more="source_pattern: Other Notes\n"), by=ada)
    article = Article.objects.get()
    assert (article.source.name, article.external_id, article.title) == ("Notes", "17", "Second")


def test_a_correction_that_readers_do_not_have_yet_does_not_make_the_batch_public(ada):
    """The public text is an older one; what the batch brought is in review and can go."""
    article = act(imported(), Action.START_REVIEW, Action.APPROVE, by=ada)
    Article.objects.filter(pk=article.pk).update(status=Status.IN_REVIEW)
    batch = newer("Newer herons")
    assert BatchFile.objects.get(batch=batch).outcome == Outcome.UPDATED
    undo(batch, by=ada)
    assert Article.objects.get().title == "Herons return"


def test_an_article_that_a_person_took_in_by_a_repair_is_rejected_not_taken_back(ada):
    bring_in(incoming("bad.md", data=APOSTROPHE))
    repair = accept_repair(HeldFile.objects.get(), by=ada).generation.batch
    assert [why for _, why in plan_undo(repair).refusals] == ["was worked on since"]


def test_an_article_that_came_twice_in_one_run_goes_as_one_article(ada):
    """A run that was cut off and found the file changed when it went on tells of it twice."""
    batch = bring_in(incoming("herons-return.md")).batch
    article = Article.objects.get()
    BatchFile.objects.create(
        batch=batch, path="herons-return.md", outcome=Outcome.UPDATED, article=article, rested_on=article.generation
    )
    planned = undo(batch, by=ada)
    assert (len(planned.removed), planned.restored) == (1, [])
    assert not Article.objects.exists()


def test_a_batch_that_an_upload_is_still_at_is_not_taken_back(ada):
    batch = bring_in(incoming()).batch
    Batch.objects.filter(pk=batch.pk).update(finished_at=None)
    draft = Draft.objects.create(by=ada, origin="x", stage=Draft.Stage.IMPORTING, batch=batch)
    with pytest.raises(WorkflowError, match="still being imported"):
        undo(batch, by=ada)
    Draft.objects.filter(pk=draft.pk).update(created_at=timezone.now() - timedelta(days=2))
    undo(batch, by=ada)


def test_a_batch_that_another_process_is_at_is_not_taken_back(ada, monkeypatch):
    batch = bring_in(incoming()).batch
    Batch.objects.filter(pk=batch.pk).update(finished_at=None)
    monkeypatch.setattr(BatchLocks, "take", lambda self, batch: False)
    with pytest.raises(WorkflowError, match="still being imported"):
        undo(batch, by=ada)
    assert plan_undo(batch).is_possible
