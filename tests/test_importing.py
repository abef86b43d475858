"""What an import makes of each file, and what it never does."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from digest.models import Publication, Tag
from editorial.importing import IncomingFile, apply, import_files, plan
from editorial.models import Article, Batch, BatchFile, Event, Generation, Origin, Revision, Source, Status, Waiting
from editorial.models.intake import SourceAlias
from editorial.workflow import Action, Conflict, correct, dismiss_proposal

from .texts import APOSTROPHE, BODY, act, bring_in, file_text, imported, incoming, published

pytestmark = pytest.mark.django_db


def outcomes(report):
    return {outcome.value: count for outcome, count in report.counts.items()}


def test_a_new_file_becomes_an_article_with_its_first_revision():
    article = imported(more='source_pattern: "River Notes"\n')
    assert article.status == Status.NEW
    assert (article.title, article.language, str(article.date)) == ("Herons return", "en", "2026-04-02")
    assert (article.current.number, article.current.origin) == (1, Origin.GENERATED)
    assert article.current.tags == ["birds", "rivers"]
    assert sorted(tag.name for tag in article.tags.all()) == ["birds", "rivers"]
    assert article.source.name == "River Notes"
    assert not Publication.objects.exists()


def test_the_bytes_are_kept_exactly():
    data = file_text().replace(b"\n", b"\r\n")
    bring_in(incoming(data=data))
    generation = Generation.objects.get()
    assert bytes(generation.content) == data
    assert "\r" not in Article.objects.get().current.body


def test_importing_the_same_again_writes_nothing_and_says_so():
    files = [incoming(), incoming("storks.md", slug="storks", title="Storks")]
    bring_in(*files)
    before = counts()
    report = bring_in(*files)
    assert outcomes(report) == {"unchanged": 2}
    assert report.batch is None
    assert counts() == before


def counts():
    return [model.objects.count() for model in (Article, Revision, Generation, Batch, BatchFile, Event)]


def test_a_dry_run_writes_nothing_and_foretells_the_run():
    files = [incoming(), incoming("same.md"), incoming("bad.md", data=b"nothing here")]
    before = counts()
    dry = import_files(files, by=None, origin="a test", dry_run=True)
    assert counts() == before
    assert outcomes(dry) == outcomes(bring_in(*files))


def test_a_newer_text_of_an_article_that_nobody_edited_is_its_next_revision():
    imported()
    report = bring_in(incoming(title="Herons return to the weir"))
    assert outcomes(report) == {"updated": 1}
    article = Article.objects.get()
    assert (article.title, article.current.number, article.current.origin) == (
        "Herons return to the weir",
        2,
        Origin.GENERATED,
    )
    assert article.generation == article.current.generation


def test_a_newer_text_of_an_edited_article_waits_beside_the_desks(ada):
    article = imported()
    text = replace(article.current.text, title="Herons, corrected")
    correct(article, text, by=ada, based_on=article.current)
    report = bring_in(incoming(title="Herons, generated anew"))
    assert outcomes(report) == {"conflict": 1}
    assert "changes what the desk changed" in report.notable[0].message
    article.refresh_from_db()
    assert article.title == "Herons, corrected"
    assert b"generated anew" in bytes(article.proposal.content)
    assert article.waiting == Waiting.CONFLICT
    assert outcomes(bring_in(incoming(title="Herons, generated anew"))) == {"unchanged": 1}


@pytest.mark.parametrize("ending", [Action.APPROVE, Action.REJECT])
def test_a_decided_article_is_never_changed_by_an_import(ending, ada):
    article = act(imported(), Action.START_REVIEW, ending, by=ada)
    report = bring_in(incoming(title="Herons, generated anew"))
    assert outcomes(report) == {"proposal": 1}
    after = Article.objects.get()
    assert (after.status, after.title, after.current) == (article.status, "Herons return", article.current)


def test_one_broken_file_fails_alone_and_its_bytes_are_kept():
    broken = incoming("broken.md", data=APOSTROPHE)
    report = bring_in(broken, incoming())
    assert outcomes(report) == {"repairable": 1, "new": 1}
    assert Article.objects.get().slug == "herons-return"
    kept = Generation.objects.exclude(cause="").get()
    assert bytes(kept.content) == broken.data
    assert kept.line == 2
    assert kept.reason


def test_a_broken_file_is_reported_again_but_kept_once():
    broken = incoming("broken.md", data=APOSTROPHE)
    bring_in(broken)
    before = counts()
    assert outcomes(bring_in(broken)) == {"repairable": 1}
    assert counts() == before


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ((b'publishedAt: "2026-04-02"\n', b""), "publishedAt"),
        ((b'slug: "herons-return"\n', b""), "slug"),
        ((b'title: "Herons return"\n', b""), "title"),
        ((b"2026-04-02", b"2026-13-45"), "publishedAt"),
        ((b'"Herons return"', b'"' + b"H" * 501 + b'"'), "501 characters"),
        ((b"#birds", b"#" + b"b" * 101), "101 characters"),
        ((b"---\n\n", b'source_pattern: "' + b"s" * 201 + b'"\n---\n\n'), "201 characters"),
        ((BODY.encode(), b""), "no text"),
    ],
)
def test_an_incomplete_file_is_broken_with_a_reason_that_names_the_key(change, says):
    report = bring_in(incoming(data=file_text().replace(*change, 1)))
    assert sum(report.counts.values()) == len(report.failed) == 1
    assert says in report.notable[0].message


def test_an_empty_file_is_broken_and_leaves_nothing_behind():
    assert outcomes(bring_in(incoming(data=b""))) == {"broken": 1}
    assert not Generation.objects.exists()


def test_of_two_files_with_one_slug_the_second_is_held_and_both_are_kept():
    files = [incoming("a.md"), incoming("b.md", title="Another text")]
    report = bring_in(*files)
    assert outcomes(report) == {"new": 1, "held": 1}
    assert "a.md in this run is about the same article" in report.failed[0].message
    assert Generation.objects.count() == 2
    assert Article.objects.get().title == "Herons return"
    before = counts()
    assert outcomes(bring_in(*files)) == {"unchanged": 1, "held": 1}
    assert counts() == before


def test_two_files_of_one_name_in_one_upload_are_two_files():
    report = bring_in(incoming("a.md"), incoming("a.md", slug="storks", title="Storks"))
    assert outcomes(report) == {"new": 2}
    assert {article.generation.sha256 for article in Article.objects.all()} == {
        generation.sha256 for generation in Generation.objects.all()
    }


def test_an_unsafe_slug_is_made_safe_and_the_operator_is_told():
    report = bring_in(incoming(slug="Żółw i Łoś!"))
    assert Article.objects.get().slug == "zolw-i-los"
    assert "'zolw-i-los' is used" in report.notable[0].message
    assert not report.failed


def test_a_missing_excerpt_is_no_failure_and_the_operator_is_told():
    report = bring_in(incoming(data=file_text().replace(b'excerpt: "Two nests at the weir."\n', b"")))
    assert outcomes(report) == {"new": 1}
    assert "has no excerpt" in report.notable[0].message
    assert not report.failed


def test_unknown_keys_are_kept_beside_the_text():
    imported(more="mood: curious\nscores: [1, 2.5, null]\n")
    assert Generation.objects.get().extra == {"mood": "curious", "scores": [1, 2.5, None]}


def test_the_model_is_read_from_the_frontmatter_or_from_the_disclaimer():
    imported(more="model: gpt-5-mini\nprompt_version: 7\n")
    generation = Generation.objects.get()
    assert (generation.model_name, generation.prompt_version) == ("gpt-5-mini", "7")
    note = "\n---\n\n**Disclaimer:** Made with [it](https://example.org) powered by claude-sonnet-4-20250514 LLM.\n"
    article = imported(slug="storks", title="Storks", body=BODY + note)
    assert article.generation.model_name == "claude-sonnet-4-20250514"


def test_what_no_database_column_takes_is_shown_as_a_replacement_character():
    article = imported(body=BODY + "\nA null \x00 byte.\n", more='odd: "\\0"\n')
    assert "A null \ufffd byte." in article.current.body
    assert b"\x00" in bytes(article.generation.content)


def test_a_source_is_found_by_its_other_spelling():
    source = Source.objects.create(name="River Notes", slug="river-notes")
    SourceAlias.objects.create(source=source, name="RiverNotes")
    assert imported(more="source_pattern: RiverNotes\n").source == source
    assert (
        imported(slug="storks", title="Storks", more="source_pattern: River  notes!\n").source.slug == "river-notes-2"
    )


def test_a_newer_text_brings_its_source():
    imported()
    bring_in(incoming(more="source_pattern: River Notes\n"))
    assert Article.objects.get().source.name == "River Notes"


def test_tags_are_the_same_whatever_their_case():
    imported(hashtags="#generated #en #Birds")
    imported(slug="storks", title="Storks", hashtags="#generated #en #birds #BIRDS")
    assert Tag.objects.get().name == "Birds"


def test_a_batch_tells_what_became_of_each_file(ada):
    report = bring_in(incoming(), incoming("bad.md", data=b"nothing here"), by=ada)
    batch = report.batch
    assert (batch.by, batch.counts) == (ada, {"new": 1, "broken": 1})
    assert batch.finished_at
    assert {file.path: file.outcome for file in batch.files.all()} == {"herons.md": "new", "bad.md": "broken"}
    event = Event.objects.get()
    assert (event.action, event.actor, event.batch) == ("import", ada, batch)


def many(number):
    return [
        incoming(f"{n}.md", slug=f"herons-{n}", title=f"Herons {n}", hashtags=f"#generated #en #birds #t{n % 3}")
        for n in range(number)
    ]


def test_planning_takes_the_same_number_of_queries_for_1_and_for_20_files():
    bring_in(*many(20))
    taken = []
    for number in (1, 20):
        files = [incoming(file.path, data=file.data + b"\nMore.\n") for file in many(number)]
        with CaptureQueriesContext(connection) as queries:
            assert len(plan(files).files) == number
        taken.append(len(queries))
    assert taken[0] == taken[1] <= 6


def test_writing_new_files_takes_the_same_number_of_queries_for_1_and_for_20_files():
    bring_in(*many(3))  # the tags are known now
    taken = []
    for number, offset in ((1, 100), (20, 200)):
        files = [
            incoming(
                f"{n}.md",
                slug=f"storks-{n + offset}",
                title=f"Storks {n + offset}",
                hashtags=f"#generated #en #birds #t{n % 3}",
            )
            for n in range(number)
        ]
        with CaptureQueriesContext(connection) as queries:
            assert outcomes(bring_in(*files)) == {"new": number}
        taken.append(len(queries))
    assert taken[0] == taken[1]


def test_a_run_larger_than_one_chunk_is_one_batch(monkeypatch):
    monkeypatch.setattr("editorial.importing.running.CHUNK_FILES", 4)
    progress = []
    report = import_files(many(10), by=None, origin="a test", on_progress=progress.append)
    assert outcomes(report) == {"new": 10}
    assert progress == [4, 4, 2]
    assert Batch.objects.get().files.count() == 10


def test_an_unreadable_file_is_a_failure_with_its_reason():
    report = bring_in(IncomingFile("gone.md", error="The file can't be read: Permission denied."))
    assert outcomes(report) == {"broken": 1}
    assert report.batch is None


def test_an_approved_text_is_public_and_the_newer_one_is_not(ada):
    published(by=ada)
    bring_in(incoming(title="Herons, generated anew"))
    assert [publication.title for publication in Publication.objects.all()] == ["Herons return"]


@pytest.mark.parametrize("decision", [Action.APPROVE, Action.REJECT])
def test_an_article_decided_between_plan_and_writing_is_not_changed(decision, ada):
    article = act(imported(), Action.START_REVIEW, by=ada)
    planned = plan([incoming("herons-return.md", title="Newer herons")])
    article = act(article, decision, by=ada)
    with pytest.raises(Conflict, match="since the plan was made"):
        apply(planned, Batch.objects.create(origin="a test"))
    after = Article.objects.get()
    assert (after.status, after.title, after.generation) == (article.status, "Herons return", article.generation)


def test_an_article_whose_newer_text_was_dismissed_is_not_overwritten_by_the_next(ada):
    article = act(imported(), Action.REJECT, by=ada)
    bring_in(incoming("herons-return.md", title="Newer herons"))
    article = act(article, Action.START_REVIEW, by=ada)
    dismiss_proposal(article, by=ada, reason="Worse.")
    bring_in(incoming("herons-return.md", title="Newer herons", excerpt="Another excerpt."))
    article.refresh_from_db()
    assert (article.title, article.current.excerpt) == ("Herons return", "Another excerpt.")


def test_the_desks_own_words_coming_back_are_no_new_generation(ada):
    article = imported()
    edited = replace(article.current.text, title="Herons, corrected")
    correct(article, edited, by=ada, based_on=article.current)
    assert outcomes(bring_in(incoming("herons-return.md", title="Herons, corrected"))) == {"unchanged": 1}
    assert outcomes(bring_in(incoming("herons-return.md", excerpt="Newer."))) == {"merged": 1}
    article.refresh_from_db()
    assert (article.title, article.current.excerpt) == ("Herons, corrected", "Newer.")


def test_two_files_with_one_id_in_one_run_are_not_two_articles():
    files = [
        incoming("a.md", slug="one", title="One", more="id: n1\n"),
        incoming("b.md", slug="two", title="Two", more="id: n1\n"),
    ]
    assert outcomes(bring_in(*files)) == {"new": 1, "held": 1}
    assert Article.objects.get().slug == "one"


def test_a_file_with_another_id_does_not_take_the_place_of_an_article_with_its_slug():
    imported(more="id: n1\n")
    report = bring_in(incoming(title="Another piece", more="id: n2\n"))
    assert outcomes(report) == {"held": 1}
    assert (Article.objects.get().title, Article.objects.get().external_id) == ("Herons return", "n1")


def test_the_unsafe_slug_of_a_newer_text_is_kept_as_an_alias():
    imported(more="id: n1\n")
    bring_in(incoming(slug="Czapla!", more="id: n1\n"))
    article = Article.objects.get()
    assert {alias.slug for alias in article.aliases.all()} == {"Czapla!", "herons-return"}


# --- which article a file is about -----------------------------------------------------------------------------


def test_a_file_with_the_generators_id_is_about_that_article_whatever_its_slug():
    imported(more="id: 77\n")
    report = bring_in(incoming("other.md", slug="herons-again", title="Herons again", more="id: 77\n"))
    assert (outcomes(report), report.notable[0].message) == (
        {"updated": 1},
        "Known by its id; its slug was “herons-return”.",
    )
    article = Article.objects.get()
    assert (article.slug, [alias.slug for alias in article.aliases.all()]) == ("herons-again", ["herons-return"])


def test_a_file_with_a_former_slug_is_about_the_article_that_had_it():
    imported(more="id: 77\n")
    bring_in(incoming("other.md", slug="herons-again", title="Herons again", more="id: 77\n"))
    report = bring_in(incoming("third.md", title="Herons, a third time"))
    assert "“herons-return” is a former slug of “herons-again”." in report.notable[0].message
    assert Article.objects.get().title == "Herons, a third time"


def test_a_file_at_a_known_place_with_another_slug_is_the_same_article():
    bring_in(replace(incoming(), is_located=True))
    report = bring_in(replace(incoming(slug="herons-again", title="Herons again"), is_located=True))
    assert "This file was “herons-return” before" in report.notable[0].message
    assert Article.objects.get().slug == "herons-again"


def test_an_uploads_name_says_nothing_about_its_article():
    bring_in(incoming())
    assert outcomes(bring_in(incoming(slug="herons-again", title="Herons again"))) == {"new": 1}


def test_a_file_of_one_article_with_the_slug_of_another_is_held():
    imported(more="id: 77\n")
    imported(slug="storks", title="Storks")
    report = bring_in(incoming("x.md", slug="storks", title="Which", more="id: 77\n"))
    assert outcomes(report) == {"held": 1}
    assert "Another article, “Storks”, has the slug “storks”" in report.notable[0].message


def test_title_and_text_of_another_article_are_left_out():
    imported()
    report = bring_in(incoming("x.md", slug="other"))
    assert outcomes(report) == {"duplicate": 1}
    assert "Title and text are those of “herons-return”." in report.notable[0].message
