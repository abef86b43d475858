"""Uploads that wait for a yes: looked at slice by slice, confirmed for what was shown, restartable anywhere."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from editorial import drafts
from editorial.drafts import Stage, advance, cancel, choose, choose_all, confirm, is_expired, keep, progress
from editorial.importing import IncomingFile
from editorial.looking import look_at
from editorial.models import Article, Batch, Draft, DraftFile, Event, Generation, HeldFile
from editorial.workflow import Action, NotAllowed, WorkflowError, correct

from .texts import APOSTROPHE, BODY, act, imported, incoming

pytestmark = pytest.mark.django_db


def kept(*files, by, origin="upload of a test", sidecars=()):
    return keep(files, by=by, origin=origin, sidecars=sidecars)


def planned(*files, by):
    return run(kept(*files, by=by), by=by)


def run(draft, *, by):
    """What any process does: the next slice, until there is nothing under way."""
    while True:
        draft = advance(Draft.objects.get(pk=draft.pk), by=by)
        if draft.stage not in drafts.AT_WORK:
            return draft


def confirmed(draft, *, by):
    confirm(draft, by=by)
    return run(draft, by=by)


def outcomes(draft):
    return {row.path: row.outcome for row in draft.files.all()}


def ticks(draft):
    return {row.path for row in draft.files.filter(ticked=True)}


def many(number):
    return [incoming(f"{n:03}.md", slug=f"herons-{n}", title=f"Herons {n}") for n in range(number)]


@pytest.fixture
def small_slices(monkeypatch):
    monkeypatch.setattr(drafts, "SLICE_FILES", 3)


def everything():
    return [model.objects.count() for model in (Article, Batch, Generation, Event, HeldFile)]


# --- the plan ---------------------------------------------------------------------------------------------


def test_a_plan_writes_nothing_but_itself(ada):
    before = everything()
    draft = planned(incoming(), incoming("bad.md", data=APOSTROPHE), by=ada)
    assert draft.stage == Stage.WAITING
    assert outcomes(draft) == {"herons.md": "new", "bad.md": "repairable"}
    assert draft.files.get(path="bad.md").line == 2
    assert everything() == before


def test_what_would_write_nothing_is_not_ticked(ada):
    imported()
    files = [
        incoming(),
        incoming("same.md", slug="same"),
        incoming("new.md", slug="new", title="New"),
        incoming("bad.md", data=b"nothing here"),
        IncomingFile("big.md", error="Too large."),
    ]
    draft = planned(*files, by=ada)
    assert outcomes(draft)["herons.md"] == "unchanged"
    assert outcomes(draft)["same.md"] == "duplicate"
    assert ticks(draft) == {"new.md", "bad.md"}


def test_slices_know_what_the_files_before_them_took(ada, small_slices):
    files = [
        *many(4),
        incoming("twice.md", slug="herons-0", title="Other herons"),
        incoming("same.md", data=many(1)[0].data + b" "),
    ]
    whole = [outcomes(planned(*files, by=ada))]
    drafts.SLICE_FILES = 100
    assert whole == [outcomes(planned(*files, by=ada))]
    assert whole[0]["twice.md"] == "held"


def test_the_progress_counts_files(ada, small_slices):
    draft = kept(*many(7), by=ada)
    seen = [progress(draft)]
    while draft.stage == Stage.PLANNING:
        draft = advance(draft, by=ada)
        seen.append(progress(draft))
    assert seen[:3] == [(0, 7), (3, 7), (6, 7)]


def test_a_slice_takes_the_same_number_of_queries_for_1_and_for_20_files(ada):
    taken = []
    for number in (1, 20):
        draft = kept(*many(number), by=ada)
        with CaptureQueriesContext(connection) as queries:
            advance(draft, by=ada)
        taken.append(len(queries))
    assert taken[0] == taken[1] <= 20


def test_a_slice_is_bounded_by_bytes_too(ada, monkeypatch):
    monkeypatch.setattr(drafts, "SLICE_BYTES", 10)
    draft = advance(kept(*many(3), by=ada), by=ada)
    assert progress(draft) == (1, 3)


def test_an_upload_without_an_article_file_is_refused_and_leaves_nothing(ada):
    with pytest.raises(WorkflowError, match="no Markdown file"):
        kept(by=ada)
    assert not Draft.objects.exists()


def test_an_upload_that_breaks_off_leaves_nothing(ada):
    def breaking():
        yield incoming()
        raise ValueError("the archive ends here")

    with pytest.raises(ValueError, match="ends here"):
        keep(breaking(), by=ada, origin="a test")
    assert not Draft.objects.exists()
    assert not DraftFile.objects.exists()


# --- choosing and confirming ------------------------------------------------------------------------------


def test_only_the_ticked_files_are_imported(ada):
    draft = planned(*many(3), by=ada)
    rows = list(draft.files.all())
    choose(draft, [row.pk for row in rows], [rows[0].pk, rows[2].pk])
    draft = confirmed(draft, by=ada)
    assert sorted(Article.objects.values_list("slug", flat=True)) == ["herons-0", "herons-2"]
    assert draft.stage == Stage.DONE
    assert draft.batch.counts == {"new": 2}
    assert not draft.files.exists()


def test_files_that_were_not_shown_keep_their_ticks(ada):
    draft = planned(*many(3), by=ada)
    first = draft.files.first()
    choose(draft, [first.pk], [])
    assert ticks(draft) == {"001.md", "002.md"}


def test_all_files_of_one_outcome_are_ticked_together(ada):
    imported()
    draft = planned(incoming(), *many(2), by=ada)
    choose_all(draft, ticked=False)
    assert ticks(draft) == set()
    choose_all(draft, ticked=True, outcome="new")
    assert ticks(draft) == {"000.md", "001.md"}


def test_a_batch_of_slices_is_like_the_commands(ada, small_slices):
    files = [*many(7), incoming("twice.md", slug="herons-0", title="Others"), incoming("bad.md", data=APOSTROPHE)]
    draft = confirmed(planned(*files, by=ada), by=ada)
    batch = Batch.objects.get()
    assert batch == draft.batch
    assert (batch.by, batch.origin, batch.counts) == (ada, "upload of a test", {"new": 7, "held": 1, "repairable": 1})
    assert batch.finished_at
    event = Event.objects.get()
    assert (event.action, event.batch, event.data) == ("import", batch, batch.counts)
    assert HeldFile.objects.count() == 2


def test_an_import_that_stops_anywhere_is_finished_by_the_next_process(ada, small_slices, monkeypatch):
    draft = planned(*many(8), by=ada)
    confirm(draft, by=ada)
    advance(draft, by=ada)
    real, fails = drafts._note, [True, False, True, False, True]

    def note(*args):
        real(*args)
        if fails and fails.pop():
            raise RuntimeError("killed")

    monkeypatch.setattr(drafts, "_note", note)
    for _ in range(20):
        try:
            draft = advance(Draft.objects.get(pk=draft.pk), by=ada)
        except RuntimeError:
            continue
    assert not fails
    assert draft.stage == Stage.DONE
    assert Article.objects.count() == Generation.objects.count() == draft.batch.files.count() == 8
    assert Event.objects.count() == 1


def test_a_second_file_of_one_slug_is_held_though_slices_part_them(ada, small_slices):
    files = [*many(1), *many(5)[2:], incoming("z.md", slug="herons-0", title="Others")]
    confirmed(planned(*files, by=ada), by=ada)
    assert Article.objects.get(slug="herons-0").title == "Herons 0"
    assert HeldFile.objects.get().generation.path == "z.md"


def test_a_second_file_about_one_article_is_held_though_slices_part_them(ada, small_slices):
    imported(more="id: 7\n")
    files = [incoming("a.md", title="Newer", more="id: 7\n"), *many(3)]
    draft = planned(*files, incoming("z.md", slug="moved", title="Moved", more="id: 7\n"), by=ada)
    assert (outcomes(draft)["a.md"], outcomes(draft)["z.md"]) == ("updated", "held")
    confirmed(draft, by=ada)
    assert Article.objects.get(slug="herons-return").title == "Newer"


def test_what_changed_since_it_was_shown_is_shown_again(ada):
    draft = planned(incoming(), *many(1), by=ada)
    imported(title="Faster herons")
    confirm(draft, by=ada)
    draft = run(draft, by=ada)
    assert draft.stage == Stage.WAITING
    row = draft.files.get(path="herons.md")
    assert (row.was, row.outcome, row.ticked) == ("new", "updated", True)
    assert Article.objects.count() == 1
    draft = confirmed(draft, by=ada)
    assert draft.batch.counts == {"new": 1, "updated": 1}


def test_a_merge_that_would_give_another_text_than_was_shown_is_shown_again(ada):
    """The outcome is the same, merged; but the editor went on after the plan was made."""
    article = imported()
    edited = replace(article.current.text, excerpt="Ours.")
    current = correct(article, edited, by=ada, based_on=article.current)
    draft = planned(incoming("herons-return.md", title="Newer herons"), by=ada)
    assert outcomes(draft) == {"herons-return.md": "merged"}
    article.refresh_from_db()
    correct(article, replace(edited, excerpt="Ours, again."), by=ada, based_on=current)
    draft = confirmed(draft, by=ada)
    assert (draft.stage, draft.files.get().was) == (Stage.WAITING, "merged")
    assert confirmed(draft, by=ada).batch.counts == {"merged": 1}
    article.refresh_from_db()
    assert (article.current.excerpt, article.title) == ("Ours, again.", "Newer herons")


def test_two_files_with_one_id_are_not_two_articles_though_slices_part_them(ada, small_slices):
    files = [incoming(more="id: 17\n"), *many(4), incoming("z.md", slug="z", title="Z", more="id: 17\n")]
    assert outcomes(planned(*files, by=ada))["z.md"] == "held"


def test_a_new_file_that_looks_like_a_known_article_is_set_beside_it(ada):
    article = imported()
    draft = planned(incoming("herons-return.md", slug="birds", body=f"{BODY}\nMore.\n"), by=ada)
    row = draft.files.get()
    assert (row.outcome, row.resembles) == ("new", article)
    assert "looks like “herons-return”" in row.message


def test_unticking_the_first_of_two_with_one_slug_is_shown_again(ada):
    draft = planned(incoming(), incoming("other.md", title="Others"), by=ada)
    first, second = draft.files.all()
    choose(draft, [first.pk, second.pk], [second.pk])
    draft = confirmed(draft, by=ada)
    assert draft.stage == Stage.WAITING
    assert outcomes(draft)["other.md"] == "new"
    assert confirmed(draft, by=ada).batch.counts == {"new": 1}


def test_a_file_that_the_desk_has_still_stands_in_the_way_of_another_with_its_slug(ada):
    imported()
    draft = planned(incoming(), incoming("other.md", title="Others"), by=ada)
    assert (ticks(draft), outcomes(draft)["other.md"]) == ({"other.md"}, "held")
    draft = confirmed(draft, by=ada)
    assert draft.batch.counts == {"held": 1}


def test_files_that_bring_nothing_leave_no_batch_and_can_be_read_in_the_result(ada):
    imported()
    before = everything()
    draft = planned(incoming(), by=ada)
    choose_all(draft, ticked=True)
    draft = confirmed(draft, by=ada)
    assert (draft.stage, draft.batch) == (Stage.DONE, None)
    assert outcomes(draft) == {"herons.md": "unchanged"}
    assert everything() == before


def test_an_import_never_undoes_an_editor_who_saves_between_yes_and_import(ada):
    article = imported()
    draft = planned(incoming(title="Generated anew"), by=ada)
    confirm(draft, by=ada)
    draft = advance(draft, by=ada)
    assert draft.stage == Stage.IMPORTING
    correct(article, replace(article.current.text, title="By Ada"), by=ada, based_on=article.current)
    draft = run(draft, by=ada)
    assert draft.batch.counts == {"conflict": 1}
    assert Article.objects.get().title == "By Ada"


def test_nothing_is_confirmed_without_a_tick_or_twice(ada):
    draft = planned(incoming(), by=ada)
    choose_all(draft, ticked=False)
    with pytest.raises(WorkflowError, match="Tick at least one"):
        confirm(draft, by=ada)
    choose_all(draft, ticked=True)
    confirm(draft, by=ada)
    for again in (lambda: confirm(draft, by=ada), lambda: choose_all(draft, ticked=False)):
        with pytest.raises(WorkflowError, match="already"):
            again()
    run(draft, by=ada)
    assert advance(draft, by=ada).stage == Stage.DONE
    assert Batch.objects.count() == 1


def test_who_may_not_import_neither_sends_nor_confirms_nor_goes_on(ada, bea):
    draft = planned(incoming(), by=ada)
    for attempt in (
        lambda: kept(incoming(), by=bea),
        lambda: confirm(draft, by=bea),
        lambda: advance(draft, by=bea),
    ):
        with pytest.raises(NotAllowed):
            attempt()


def test_other_imports_that_get_in_between_are_waited_for(ada, monkeypatch):
    from django.db import IntegrityError

    draft = planned(incoming(), by=ada)
    confirm(draft, by=ada)
    draft = advance(draft, by=ada)
    fails = [True, True, False]
    real = drafts.apply
    tried = []

    def apply(plan, batch):
        real(plan, batch)
        tried.append(1)
        if fails.pop(0):
            raise IntegrityError("slug")

    monkeypatch.setattr(drafts, "apply", apply)
    assert advance(draft, by=ada).stage == Stage.DONE
    assert (len(tried), Article.objects.count()) == (3, 1)
    draft = planned(*many(1), by=ada)
    confirm(draft, by=ada)
    advance(draft, by=ada)
    fails[:] = [True] * 9
    with pytest.raises(WorkflowError, match="Wait a minute"):
        advance(draft, by=ada)


# --- throwing away and expiring ---------------------------------------------------------------------------


def test_an_upload_is_thrown_away_until_its_import_begins(ada):
    draft = planned(incoming(), by=ada)
    cancel(draft)
    for step in (lambda: cancel(draft), lambda: advance(draft, by=ada)):
        with pytest.raises(WorkflowError, match="thrown away meanwhile"):
            step()
    done = confirmed(planned(incoming(), by=ada), by=ada)
    with pytest.raises(WorkflowError, match="has begun"):
        cancel(done)


def age(draft, **ago):
    Draft.objects.filter(pk=draft.pk).update(created_at=timezone.now() - timedelta(**ago))
    draft.refresh_from_db()


def test_after_a_day_an_upload_has_expired_and_its_bytes_go(ada):
    draft, young = planned(incoming(), by=ada), kept(*many(2), by=ada)
    age(draft, hours=24)
    age(young, hours=23)
    assert is_expired(draft)
    assert not is_expired(young)
    with pytest.raises(WorkflowError, match="older than a day"):
        confirm(draft, by=ada)
    kept(incoming(), by=ada)
    assert not draft.files.exists()
    assert young.files.count() == 2
    age(young, hours=25)
    with pytest.raises(WorkflowError, match="older than a day"):
        advance(young, by=ada)
    age(draft, days=31)
    kept(incoming(), by=ada)
    assert not Draft.objects.filter(pk=draft.pk).exists()


def test_an_import_left_half_way_is_ended_as_it_stands(ada, small_slices):
    draft = planned(*many(5), by=ada)
    confirm(draft, by=ada)
    while advance(draft, by=ada).position == 0 or Article.objects.count() == 0:
        pass
    age(draft, hours=25)
    assert not is_expired(Draft.objects.get(pk=draft.pk))
    kept(incoming(), by=ada)
    draft = Draft.objects.get(pk=draft.pk)
    assert (draft.stage, draft.batch.counts) == (Stage.DONE, {"new": 3})
    assert Event.objects.get().batch == draft.batch


# --- sidecars ---------------------------------------------------------------------------------------------


def sidecar(path="batch.json", data=b'{"model": "gpt-5-mini", "run": 42}', error=""):
    return IncomingFile(path, data, error=error)


@pytest.mark.parametrize(
    ("path", "at"),
    [("herons.md", "batch.json"), ("out/a/herons.md", "out/a/batch.json"), ("out/a/herons.md", "out/batch.json")],
)
def test_a_sidecar_tells_where_the_files_come_from(path, at, ada):
    draft = run(kept(incoming(path), sidecars=[sidecar(at), sidecar("x.sources.json", b"?")], by=ada), by=ada)
    batch = confirmed(draft, by=ada).batch
    assert (batch.provenance["model_name"], batch.provenance["run"]) == ("gpt-5-mini", "42")
    assert Generation.objects.get().model_name == "gpt-5-mini"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (sidecar("b/batch.json"), "about a part of the files only"),
        (sidecar(data=b"{"), "batch.json is not JSON"),
        (sidecar("a/batch.json", data=b"[]"), "a/batch.json: batch.json has to be one object"),
        (sidecar(error="Too large."), "batch.json: Too large."),
    ],
)
def test_a_sidecar_of_no_use_is_refused_with_a_sentence(given, says, ada):
    paths = ["a/x.md"] if given.path.startswith("a/") else ["a/x.md", "b/y.md"]
    with pytest.raises(WorkflowError, match=says):
        kept(*(incoming(path) for path in paths), sidecars=[given], by=ada)
    assert not Draft.objects.exists()


# --- one file by itself -----------------------------------------------------------------------------------


def look(by, *files):
    return look_at(planned(*files, by=by).files.last())


def test_a_look_sets_a_file_beside_the_desks_text(ada):
    article = imported()
    assert look(ada, incoming()).new is None
    seen = look(ada, incoming(title="Newer"))
    assert (seen.old.title, seen.new.title) == ("Herons return", "Newer")
    text = replace(article.current.text, title="By Ada")
    correct(article, text, by=ada, based_on=article.current)
    merged = look(ada, incoming(body=BODY.replace("clean enough", "clean")))
    assert (merged.old.title, merged.new.title) == ("By Ada", "By Ada")
    assert "is clean\n" in merged.new.body
    article.refresh_from_db()
    act(article, Action.START_REVIEW, Action.REJECT, by=ada)
    assert look(ada, incoming(title="Newest")).new.title == "Newest"


def test_a_look_at_a_new_or_a_doubled_file_shows_its_text(ada):
    assert look(ada, incoming()).old is None
    twice = look(ada, incoming(), incoming("b.md", title="Other"))
    assert (twice.old, twice.new.title, twice.diagnosis) == (None, "Other", None)


def test_a_look_at_a_broken_file_is_its_diagnosis(ada):
    assert "heron's" in look(ada, incoming(data=APOSTROPHE)).diagnosis.diff
    assert look(ada, incoming(data=b"\xff\xfe\x00")).diagnosis.problems
