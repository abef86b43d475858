"""Safe fixes of articles: a revision that is no human review, and what becomes of it in imports, merges and exports."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from editorial.batches import articles_of
from editorial.checking import load_house
from editorial.exporting.files import bytes_of
from editorial.fixing import brought_by, fix_all, fix_article, propose, propose_one
from editorial.importing import plan
from editorial.models import Article, Batch, CheckSetting, Event, HouseEntry, Origin
from editorial.undoing import undo
from editorial.workflow import Action, Conflict, NotAllowed, WorkflowError, correct

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


def fixed(article, *, by, **more):
    article.refresh_from_db()
    return fix_article(article, by=by, based_on=article.current, **more)


def test_a_fix_is_a_revision_with_its_codes_and_an_event(ada):
    article = imported(body=TRACKED, hashtags="#generated #en #birdies #rivers")
    revision = fixed(article, by=ada)
    assert (revision.origin, revision.fixes, revision.number) == (Origin.FIX, ["link-tracking", "tag-alias"], 2)
    assert revision.body == BODY
    assert revision.tags == ["birds", "rivers"]
    assert article.current_id == revision.pk and {tag.name for tag in article.tags.all()} == {"birds", "rivers"}
    event = Event.objects.get(action="fix")
    assert (event.action, event.sentence, event.revision_id) == ("fix", "applied safe fixes", revision.pk)
    assert event.data == {"codes": ["link-tracking", "tag-alias"]}
    assert article.checked == load_house().ruleset


def test_fixing_again_changes_nothing(ada):
    article = imported(body=TRACKED)
    fixed(article, by=ada)
    assert fixed(article, by=ada) is None
    assert article.revisions.count() == 2


def test_a_clean_article_gets_no_revision(ada):
    assert fixed(imported(), by=ada) is None
    assert not Event.objects.filter(action="fix").exists()


def test_a_check_that_is_switched_off_for_a_source_fixes_nothing_there(ada):
    article = imported(body=TRACKED, more='source_pattern: "Weir News"\n')
    CheckSetting.objects.create(code="link-tracking", source=article.source, enabled=False)
    assert fixed(article, by=ada) is None


def test_only_some_codes_are_fixed_if_asked(ada):
    article = imported(body=TRACKED, hashtags="#generated #en #birdies")
    assert fixed(article, by=ada, codes=["tag-alias"]).fixes == ["tag-alias"]
    assert fixed(article, by=ada).fixes == ["link-tracking", "tag-alias"]


def test_a_text_that_changed_meanwhile_is_not_fixed(ada):
    article = imported(body=TRACKED)
    seen = article.current
    correct(article, replace(seen.text, title="Other"), by=ada, based_on=seen)
    with pytest.raises(Conflict, match="Look at them once more"):
        fix_article(article, by=ada, based_on=seen)
    assert article.revisions.count() == 2


def test_nobody_without_the_right_applies_fixes(django_user_model):
    article = imported(body=TRACKED)
    with pytest.raises(NotAllowed):
        fixed(article, by=django_user_model.objects.create_user("eve"))
    assert article.revisions.count() == 1


def test_a_rejected_article_is_not_fixed(ada):
    article = act(imported(body=TRACKED), Action.REJECT, by=ada)
    with pytest.raises(WorkflowError, match="rejected"):
        fixed(article, by=ada)


def test_an_article_that_was_sent_back_stays_so_and_an_approved_one_goes_back_to_review(ada):
    sent_back = act(imported(body=TRACKED), Action.SEND_BACK, by=ada)
    fixed(sent_back, by=ada)
    assert sent_back.status == "sent_back"
    public = published(slug="two", title="Two", body=TRACKED, by=ada)
    fixed(public, by=ada)
    assert public.status == "in_review"
    assert "utm_source" in public.publication.body


def test_a_fixed_text_counts_as_corrected_by_nobody(ada):
    article = imported(body=TRACKED)
    fixed(article, by=ada)
    article = act(article, Action.START_REVIEW, Action.APPROVE, by=ada)
    assert (article.publication.corrected, article.publication.changed_percent) == (False, 0)


def test_a_correction_of_a_fixed_text_counts_and_knows_its_fixes(ada):
    article = imported(body=TRACKED)
    revision = fixed(article, by=ada)
    text = replace(revision.text, title="Herons came back")
    assert correct(article, text, by=ada, based_on=revision).fixes == ["link-tracking"]
    article = act(article, Action.START_REVIEW, Action.APPROVE, by=ada)
    assert article.publication.corrected


def test_a_person_who_puts_the_fixed_text_back_has_corrected_nothing(ada):
    article = imported(body=TRACKED)
    first = fixed(article, by=ada)
    second = correct(article, replace(first.text, title="Other"), by=ada, based_on=first)
    correct(article, first.text, by=ada, based_on=second)
    article = act(article, Action.START_REVIEW, Action.APPROVE, by=ada)
    assert not article.publication.corrected


# --- files that lack a mark --------------------------------------------------------------------------------


def test_a_file_without_marks_gets_them_when_it_is_exported(ada):
    article = imported(hashtags="#birds #rivers", body=BODY + "\nThis is all that there was to say about the weir.\n")
    revision = fixed(article, by=ada)
    assert revision.fixes == ["tag-generated-missing", "tag-language-missing"]
    assert revision.text == article.revisions.get(number=1).text
    assert b'hashtags: "#birds #rivers #generated #en"' in bytes_of(revision)
    assert fixed(article, by=ada) is None
    later = correct(article, replace(revision.text, tags=("birds",)), by=ada, based_on=revision)
    assert b'hashtags: "#birds #generated #en"' in bytes_of(later)


def test_a_fixed_file_that_comes_back_from_an_export_is_unchanged(ada):
    article = imported(body=TRACKED, hashtags="#birdies #rivers")
    data = bytes_of(fixed(article, by=ada))
    assert bring_in(incoming("herons-return.md", data)).counts == {"unchanged": 1}
    assert article.revisions.count() == 2


# --- imports over a fixed article ---------------------------------------------------------------------------


def again(**fields):
    report = bring_in(incoming("herons-return.md", **fields))
    article = Article.objects.select_related("current").get()
    return report.counts, article


def test_the_same_file_again_is_unchanged(ada):
    fixed(imported(body=TRACKED), by=ada)
    counts, article = again(body=TRACKED)
    assert counts == {"unchanged": 1} and article.current.origin == Origin.FIX


def test_a_newer_text_elsewhere_merges_with_the_fix(ada):
    fixed(imported(body=TRACKED), by=ada)
    newer = TRACKED.replace("two nests in April", "three nests in April")
    counts, article = again(body=newer)
    assert counts == {"merged": 1}
    assert article.current.body == newer.replace("?utm_source=letter", "")
    assert article.current.fixes == ["link-tracking"]


def test_a_newer_text_in_the_very_block_of_the_fix_is_no_conflict_if_only_the_fix_stands_in_the_way(ada):
    fixed(imported(body=TRACKED), by=ada)
    newer = TRACKED.replace("[The survey]", "[The survey of April]")
    counts, article = again(body=newer)
    assert counts == {"merged": 1}
    assert article.current.body == newer.replace("?utm_source=letter", "")
    act(article, Action.START_REVIEW, Action.APPROVE, by=ada)
    article.refresh_from_db()
    assert not article.publication.corrected


def test_a_persons_edit_in_that_block_is_a_conflict_all_the_same(ada):
    article = imported(body=TRACKED)
    revision = fixed(article, by=ada)
    text = replace(revision.text, body=revision.body.replace("[The survey]", "[A survey]"))
    correct(article, text, by=ada, based_on=revision)
    counts, article = again(body=TRACKED.replace("[The survey]", "[The survey of April]"))
    assert counts == {"conflict": 1}
    assert article.current.body == text.body


def test_a_persons_edit_elsewhere_is_kept_with_the_fix(ada):
    article = imported(body=TRACKED)
    revision = fixed(article, by=ada)
    correct(article, replace(revision.text, title="Herons, corrected"), by=ada, based_on=revision)
    newer = TRACKED.replace("[The survey]", "[The survey of April]")
    counts, article = again(body=newer)
    assert counts == {"merged": 1}
    assert (article.title, article.current.body) == ("Herons, corrected", newer.replace("?utm_source=letter", ""))


def test_a_generator_that_has_learned_the_fix_brings_nothing_new(ada):
    fixed(imported(body=TRACKED), by=ada)
    assert again()[0] == {"unchanged": 1}


def test_many_conflicts_with_fixes_take_as_many_queries_as_one(ada):
    def planned(count):
        files = [
            incoming(f"{number}.md", slug=f"s-{number}", title=f"T {number}", body=TRACKED) for number in range(count)
        ]
        bring_in(*files)
        for article in Article.objects.all():
            fixed(article, by=ada)
        newer = TRACKED.replace("[The survey]", "[The survey of April]")
        files = [
            incoming(f"{number}.md", slug=f"s-{number}", title=f"T {number}", body=newer) for number in range(count)
        ]
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert plan(files).counts == {"merged": count}
        return len(queries)

    assert planned(1) == planned(20)


# --- a whole import -----------------------------------------------------------------------------------------


def test_what_an_import_brought_is_fixed_in_slices_and_can_still_be_taken_back(ada):
    imported(slug="clean", title="Clean")
    report = bring_in(
        incoming("a.md", slug="a", title="A", body=TRACKED),
        incoming("b.md", slug="b", title="B"),
        incoming("c.md", slug="c", title="C", hashtags="#generated #en #birdies"),
        by=ada,
    )
    assert fix_all(brought_by(report.batch), by=ada, batch=report.batch) == 2
    event = Event.objects.order_by("-id").first()
    assert (event.action, event.batch, event.actor) == ("sweep", report.batch, ada)
    assert event.data["codes"] == ["link-tracking", "tag-alias"]
    assert set(Article.objects.filter(pk__in=event.data["articles"]).values_list("slug", flat=True)) == {"a", "c"}
    assert set(articles_of(report.batch).values_list("slug", flat=True)) == {"a", "b", "c"}
    assert fix_all(brought_by(report.batch), by=ada, batch=report.batch) == 0
    undo(report.batch, by=ada)
    assert set(Article.objects.values_list("slug", flat=True)) == {"clean"}


def test_the_fix_of_an_import_leaves_alone_what_was_decided(ada):
    article = published(body=TRACKED, by=ada)
    assert fix_all(brought_by(Batch.objects.get()), by=None) == 0
    assert article.revisions.count() == 1


def test_proposing_takes_as_many_queries_for_twenty_as_for_one():
    bring_in(*(incoming(f"{n}.md", slug=f"s-{n}", title=f"T {n}", body=TRACKED) for n in range(20)))
    keys = list(Article.objects.values_list("pk", flat=True))
    house = load_house()
    propose(keys, house)  # their link rows are written
    taken = []
    for some in (keys[:1], keys):
        with CaptureQueriesContext(connection) as queries:
            assert all(proposal.changes for proposal in propose(some, house))
        taken.append(len(queries))
    assert taken[0] == taken[1]


def test_an_article_that_is_gone_has_a_sentence():
    with pytest.raises(WorkflowError, match="is gone"):
        propose_one(Article(pk=99))
