"""Sweeps: safe fixes for many articles, planned, confirmed and made slice by slice; decided texts are left alone."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from editorial import sweeping
from editorial.models import Article, Batch, Event, HouseEntry, Origin, Revision, Sweep, SweptArticle
from editorial.sweeping import advance, begin, begin_for_entry, cancel, confirm, of_articles, of_batch, unapproved
from editorial.workflow import Action, NotAllowed, WorkflowError, correct

from .texts import BODY, act, bring_in, imported, incoming, published

pytestmark = pytest.mark.django_db

ADDRESS = "https://notes.example.org/2026/herons"
TRACKED = BODY.replace(ADDRESS, f"{ADDRESS}?utm_source=letter")


@pytest.fixture(autouse=True)
def house():
    """What the house says in these tests."""
    HouseEntry.objects.all().delete()
    HouseEntry.objects.create(kind="tracking_parameter", value="utm_*")
    HouseEntry.objects.create(kind="tag_alias", value="birdies", replacement="birds")


def many(count, **fields):
    """So many articles with one thing to fix, in one batch."""
    fields = {"body": TRACKED, **fields}
    report = bring_in(*(incoming(f"{n}.md", slug=f"s-{n}", title=f"Title {n}", **fields) for n in range(count)))
    return report.batch


def planned(selection, *, by, **more):
    sweep = begin(selection, by=by, note="A test", **more)
    while sweep.stage == Sweep.Stage.PLANNING:
        sweep = advance(sweep, by=by)
    return sweep


def done(sweep, *, by):
    confirm(sweep, by=by)
    sweep.refresh_from_db()
    while sweep.stage == Sweep.Stage.RUNNING:
        sweep = advance(sweep, by=by)
    return sweep


def test_a_plan_names_what_would_change_and_changes_nothing(ada):
    batch = many(3)
    imported(slug="clean", title="Clean")
    sweep = planned(unapproved(), by=ada)
    assert (sweep.stage, sweep.total, sweep.counts) == ("planned", 3, {"codes": {"link-tracking": 3}, "decided": 0})
    assert {row.article.slug for row in sweep.articles.all()} == {"s-0", "s-1", "s-2"}
    assert planned(of_batch(batch), by=ada).total == 3
    assert Revision.objects.count() == 4


def test_a_yes_makes_revisions_and_events_in_the_name_of_whoever_said_it(ada, bea):
    many(3)
    sweep = done(planned(unapproved(), by=bea), by=ada)
    assert sweep.stage == "done" and sweep.finished_at
    assert sweeping.outcomes(sweep) == {"fixed": 3}
    for article in Article.objects.select_related("current"):
        assert (article.current.origin, article.current.by, article.current.body) == (Origin.FIX, ada, BODY)
        assert article.status == "new"
        assert not article.current.findings.filter(code="link-tracking").exists()
        assert article.checked
    told = list(Event.objects.filter(action="fix").values_list("actor__username", "data"))
    assert told == [("ada", {"codes": ["link-tracking"], "sweep": sweep.pk})] * 3
    assert Event.objects.get(action="sweep").data["fixed"] == 3


def test_decided_texts_are_left_alone_and_counted(ada):
    public = published(slug="public", title="Public", body=TRACKED, by=ada)
    rejected = act(imported(slug="rejected", title="Rejected", body=TRACKED), Action.REJECT, by=ada)
    open_one = imported(slug="open", title="Open", body=TRACKED)
    sweep = planned(of_articles([public.pk, rejected.pk, open_one.pk]), by=ada)
    assert (sweep.total, sweep.counts["decided"]) == (1, 2)
    done(sweep, by=ada)
    assert Revision.objects.filter(origin=Origin.FIX).get().article == open_one


def test_what_changed_or_was_decided_since_the_plan_is_left_alone(ada):
    many(3)
    sweep = planned(unapproved(), by=ada)
    first, second, _ = Article.objects.select_related("current").order_by("pk")
    correct(first, replace(first.current.text, title="Other"), by=ada, based_on=first.current)
    act(second, Action.START_REVIEW, Action.APPROVE, by=ada)
    sweep = done(sweep, by=ada)
    assert sweeping.outcomes(sweep) == {"changed": 1, "decided": 1, "fixed": 1}
    assert Revision.objects.filter(origin=Origin.FIX).count() == 1


def test_another_house_list_since_the_plan_leaves_the_articles_alone(ada):
    many(2)
    sweep = planned(unapproved(), by=ada)
    HouseEntry.objects.filter(kind="tracking_parameter").delete()
    assert sweeping.outcomes(done(sweep, by=ada)) == {"changed": 2}


def test_only_the_codes_that_were_asked_for(ada):
    many(2, hashtags="#generated #en #birdies")
    sweep = done(planned(unapproved(), by=ada, codes=["tag-alias"]), by=ada)
    assert sweep.counts["codes"] == {"tag-alias": 2}
    assert "utm_source" in Article.objects.first().current.body


def test_the_work_goes_slice_by_slice_and_any_process_can_go_on(ada, monkeypatch):
    many(5)
    monkeypatch.setattr(sweeping, "SLICE_PLANNED", 2)
    monkeypatch.setattr(sweeping, "SLICE_FIXED", 2)
    sweep = begin(unapproved(), by=ada, note="A test")
    advance(sweep, by=ada)
    again = Sweep.objects.get(pk=sweep.pk)
    assert (again.done, again.total, again.stage) == (2, 5, "planning")
    while again.stage == "planning":
        again = advance(Sweep.objects.get(pk=sweep.pk), by=ada)
    confirm(again, by=ada)
    advance(sweep, by=ada)
    assert Revision.objects.filter(origin=Origin.FIX).count() == 2
    while Sweep.objects.get(pk=sweep.pk).stage == "running":
        advance(sweep, by=ada)
    assert Revision.objects.filter(origin=Origin.FIX).count() == 5
    assert sweeping.outcomes(sweep) == {"fixed": 5}


def test_a_slice_that_breaks_off_is_as_if_it_had_never_begun(ada, monkeypatch):
    many(3)
    sweep = planned(unapproved(), by=ada)
    confirm(sweep, by=ada)

    def broken(*args, **kwargs):
        raise RuntimeError("the power went out")

    with monkeypatch.context() as patch, pytest.raises(RuntimeError):
        patch.setattr(sweeping, "check", broken)
        advance(sweep, by=ada)
    assert not Revision.objects.filter(origin=Origin.FIX).exists()
    sweep = advance(sweep, by=ada)
    assert sweeping.outcomes(sweep) == {"fixed": 3}


def test_advancing_what_is_done_or_waits_changes_nothing(ada):
    many(1)
    sweep = planned(unapproved(), by=ada)
    assert advance(sweep, by=ada).stage == "planned"
    sweep = done(sweep, by=ada)
    events = Event.objects.count()
    assert advance(sweep, by=ada).stage == "done" and Event.objects.count() == events


def test_a_second_sweep_finds_nothing(ada):
    many(2)
    done(planned(unapproved(), by=ada), by=ada)
    sweep = planned(unapproved(), by=ada)
    assert sweep.total == 0
    with pytest.raises(WorkflowError, match="nothing to fix"):
        confirm(sweep, by=ada)


def test_a_plan_can_be_thrown_away_and_a_sweep_under_way_cannot(ada):
    many(1)
    sweep = planned(unapproved(), by=ada)
    cancel(sweep, by=ada)
    assert not SweptArticle.objects.exists()
    with pytest.raises(WorkflowError, match="thrown away meanwhile"):
        advance(sweep, by=ada)
    sweep = planned(unapproved(), by=ada)
    confirm(sweep, by=ada)
    with pytest.raises(WorkflowError, match="has begun"):
        cancel(sweep, by=ada)
    with pytest.raises(WorkflowError, match="is under way already"):
        confirm(sweep, by=ada)


def test_a_writer_sweeps_nothing(carl):
    many(1)
    with pytest.raises(NotAllowed):
        begin(unapproved(), by=carl, note="x")


def test_nothing_to_sweep_has_a_sentence(ada):
    for selection in (unapproved(), of_articles([]), {"batch": 99}):
        with pytest.raises(WorkflowError, match="no article"):
            begin(selection, by=ada, note="x")


def test_an_article_that_is_gone_since_the_plan_does_no_harm(ada):
    from editorial.undoing import undo

    many(2)
    sweep = planned(unapproved(), by=ada)
    undo(Batch.objects.get(), by=ada)
    assert sweeping.outcomes(done_or_empty(sweep, by=ada)) == {}


def done_or_empty(sweep, *, by):
    """The sweep, confirmed though its articles are gone."""
    confirm(sweep, by=by)
    return advance(sweep, by=by)


def test_a_plan_of_one_slice_takes_as_many_queries_for_one_article_as_for_twenty(ada):
    many(20)
    keys = list(Article.objects.values_list("pk", flat=True))
    planned(of_articles(keys), by=ada)  # the rows of their links are written
    taken = []
    for some in (keys[:1], keys):
        sweep = begin(of_articles(some), by=ada, note="x")
        with CaptureQueriesContext(connection) as queries:
            advance(sweep, by=ada)
        taken.append(len(queries))
    assert taken[0] == taken[1]


# --- entries of the house list ------------------------------------------------------------------------------


def test_an_entry_changes_what_it_names_and_nothing_else(ada):
    many(2, hashtags="#generated #en #birdies #Birds")
    imported(slug="other", title="Other", body=TRACKED)
    entry = HouseEntry.objects.get(value="birdies")
    sweep = begin_for_entry(entry, by=ada)
    assert sweep.total == 2
    sweep = done(advance(sweep, by=ada), by=ada)
    assert sweeping.outcomes(sweep) == {"fixed": 2}
    tags = {tuple(article.current.tags) for article in Article.objects.exclude(slug="other")}
    assert tags == {("birds",)}
    assert all("utm_source" in article.current.body for article in Article.objects.all())


def test_a_parameter_is_taken_off_where_links_carry_it(ada):
    many(2)
    imported(slug="clean", title="Clean")
    sweep = begin_for_entry(HouseEntry.objects.get(value="utm_*"), by=ada)
    sweep = done(advance(sweep, by=ada), by=ada)
    assert sweeping.outcomes(sweep) == {"fixed": 2}


def test_an_entry_without_a_fix_says_so(ada):
    many(1)
    with pytest.raises(WorkflowError, match="no safe fix"):
        begin_for_entry(HouseEntry.objects.create(kind="phrase", value="delve"), by=ada)


def test_an_entry_that_is_gone_stops_its_sweep_with_a_sentence(ada):
    many(2, hashtags="#generated #en #birdies")
    sweep = begin_for_entry(HouseEntry.objects.get(value="birdies"), by=ada)
    HouseEntry.objects.all().delete()
    with pytest.raises(WorkflowError, match="entry of the house list is gone"):
        advance(sweep, by=ada)
