"""Files that became no text, or came under a slug of their own, and what becomes of them when they come again."""

from dataclasses import replace

import pytest

from editorial.exporting import bytes_of
from editorial.holding import accept_repair, dismiss
from editorial.importing import IncomingFile
from editorial.models import Article, HeldFile, Outcome, Revision, SlugAlias
from editorial.workflow import correct

from .texts import APOSTROPHE, BODY, bring_in, file_text, incoming

pytestmark = pytest.mark.django_db
OTHER = BODY.replace("herons", "storks").replace("Herons", "Storks").replace("nests", "broods")
LATER = OTHER.replace("Storks return", "Storks do return")


def at(path, data=None, **fields):
    """A file of a folder that was named."""
    return IncomingFile(path, file_text(**fields) if data is None else data, is_located=True)


def came(*files):
    return dict(bring_in(*files).counts)


# --- files that could not be read --------------------------------------------------------------------------


def test_a_file_that_was_repaired_here_is_unchanged_when_it_comes_again(ada):
    bring_in(at("bad.md", APOSTROPHE))
    article = accept_repair(HeldFile.objects.get(), by=ada)
    report = bring_in(at("bad.md", APOSTROPHE))
    assert (report.counts, report.failed, report.batch) == ({Outcome.UNCHANGED: 1}, [], None)
    assert Article.objects.get() == article


def test_a_file_that_was_dismissed_is_no_failure_and_told_of_when_it_comes_again(ada):
    bring_in(at("bad.md", b"nothing here"))
    dismiss(HeldFile.objects.get(), by=ada, reason="A trial.")
    report = bring_in(at("bad.md", b"nothing here"))
    assert (report.counts, report.failed) == ({Outcome.UNCHANGED: 1}, [])
    assert "was dismissed" in report.notable[0].message


def test_a_newer_file_from_the_same_place_takes_a_broken_ones_place_in_the_queue():
    bring_in(at("bad.md", APOSTROPHE))
    bring_in(at("bad.md", b"nothing here"))
    assert HeldFile.objects.get(state=HeldFile.State.OPEN).generation.content == b"nothing here"
    bring_in(at("bad.md", slug="a-heron"))
    assert not HeldFile.objects.filter(state=HeldFile.State.OPEN).exists()
    assert HeldFile.objects.filter(state=HeldFile.State.REPLACED).count() == 2


def test_a_broken_file_that_comes_back_after_a_better_one_waits_again():
    bring_in(at("bad.md", APOSTROPHE))
    bring_in(at("bad.md", slug="a-heron"))
    assert came(at("bad.md", APOSTROPHE)) == {Outcome.REPAIRABLE: 1}
    assert HeldFile.objects.filter(state=HeldFile.State.OPEN).count() == 1


def test_an_uploads_name_replaces_nothing():
    bring_in(at("bad.md", APOSTROPHE))
    bring_in(incoming("bad.md", slug="a-heron"))
    assert HeldFile.objects.filter(state=HeldFile.State.OPEN).count() == 1


# --- two files with one slug -------------------------------------------------------------------------------


def two():
    bring_in(at("a.md"), at("b.md", title="Storks", body=OTHER))
    return HeldFile.objects.get()


def test_a_file_that_waits_for_another_slug_does_not_overwrite_its_owner_when_it_comes_alone():
    two()
    assert came(at("b.md", title="Storks", body=LATER)) == {Outcome.HELD: 1}
    assert Article.objects.get().title == "Herons return"
    assert HeldFile.objects.filter(state=HeldFile.State.OPEN).count() == 1


def test_a_file_that_got_another_slug_is_unchanged_when_it_comes_again_alone_or_not(ada):
    accept_repair(two(), by=ada)
    storks = at("b.md", title="Storks", body=OTHER)
    assert came(storks) == {Outcome.UNCHANGED: 1}
    assert came(at("a.md"), at("b.md", title="Storks", body=OTHER)) == {Outcome.UNCHANGED: 2}


def test_its_newer_text_is_its_next_revision_under_the_slug_that_it_got(ada):
    article = accept_repair(two(), by=ada)
    for number, body in ((2, LATER), (3, f"{LATER}\nAnd more.\n")):
        assert came(at("b.md", title="Storks", body=body)) == {Outcome.UPDATED: 1}
        article.refresh_from_db()
        assert (article.slug, article.current.number, article.generation.slug) == (
            "herons-return-2",
            number,
            "herons-return-2",
        )
        assert came(at("b.md", title="Storks", body=body)) == {Outcome.UNCHANGED: 1}
    assert Article.objects.get(slug="herons-return").title == "Herons return"
    assert not SlugAlias.objects.exists()
    assert b'slug: "herons-return-2"' in bytes_of(article.current)


def test_its_newer_text_is_merged_with_an_edit_under_that_slug(ada):
    article = accept_repair(two(), by=ada)
    correct(article, replace(article.current.text, excerpt="Ours."), by=ada, based_on=article.current)
    assert came(at("b.md", title="Storks", body=LATER)) == {Outcome.MERGED: 1}
    article.refresh_from_db()
    assert (article.slug, article.current.excerpt) == ("herons-return-2", "Ours.")
    assert "Storks do return" in article.current.body


# --- one place, another slug -------------------------------------------------------------------------------


def test_another_text_at_a_known_place_is_another_article():
    """A generator that writes each day's article to the same file, or two folders with files of the same names."""
    bring_in(at("latest.md"))
    report = bring_in(
        at("latest.md", slug="storks-return", title="Storks", body=OTHER.replace("2026/storks", "2026/s"))
    )
    assert report.counts == {Outcome.NEW: 1}
    assert "is another text" in report.notable[0].message
    assert Article.objects.count() == 2


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "Storks"},
        {"body": "Quite another text.\n"},
        {"title": "Storks", "body": OTHER.replace("storks", "herons")},
    ],
    ids=["the same lines", "the same title", "the same link"],
)
def test_what_resembles_the_text_that_came_from_there_is_the_same_article(fields):
    bring_in(at("a.md"))
    assert came(at("a.md", slug="birds", **fields)) == {Outcome.UPDATED: 1}
    assert Article.objects.get().slug == "birds"
    assert Revision.objects.count() == 2


def test_an_upload_that_looks_like_a_known_article_under_another_slug_says_so():
    bring_in(incoming("herons.md"))
    report = bring_in(incoming("herons.md", slug="birds", date="2026-04-03", body=f"{BODY}\nMore.\n"))
    assert report.counts == {Outcome.NEW: 1}
    assert "looks like “herons-return” under another slug" in report.notable[0].message
