"""The index of search: written with the publication, gone with it, the same on both databases."""

import datetime

import pytest
from django.core.management import call_command
from django.db import connection

from digest.models import Publication, SearchEntry, SearchWord
from digest.search.indexes import candidates, index_of
from digest.search.indexing import index, rebuild, remove
from digest.search.plans import plan
from digest.search.queries import parse

from .publications import published

pytestmark = pytest.mark.django_db


def indexed(slug="herons-return", **fields):
    publication = published(slug, **fields)
    index(publication)
    return publication


def slugs(text):
    """What the index itself finds, visible or not, the best first."""
    ids = [pk for pk, _ in candidates(plan(parse(text)), 100)]
    named = dict(Publication.objects.values_list("pk", "slug"))
    return [named[pk] for pk in ids]


def test_an_article_is_found_by_its_title_text_excerpt_tags_and_source():
    indexed(title="Rain gauges", excerpt="Brass instruments.", body="A paragraph about otters.", tags=("meteorology",))
    for word in ("gauges", "brass", "otters", "meteorology", "river notes"):
        assert slugs(word) == ["herons-return"], word
    assert slugs("wolves") == []


@pytest.mark.parametrize(
    ("body", "query"),
    [
        ("Nasz żółw śpi.", "zolw"),
        ("Złożoność rośnie.", "zlozonosc"),
        ("O złożoności systemów.", "złożoność system"),
        ("Zolw spi.", "żółw"),
        ("Straße in Malmö", "strasse malmo"),
        ("ŁÓDŹ", "łódź"),
    ],
)
def test_letters_with_marks_and_without_are_the_same(body, query):
    indexed(body=body, language="pl")
    assert slugs(query) == ["herons-return"]


@pytest.mark.parametrize(
    ("language", "body", "query"),
    [
        ("en", "The agents were running.", "agent run"),
        ("en", "Complexity of a system", "systems complexities"),
        ("pl", "Modele językowe i narzędzia", "model narzędzi"),
        ("pl", "Programiści piszą książki", "programista książce"),
    ],
)
def test_another_form_of_a_word_finds_the_article(language, body, query):
    indexed(body=body, language=language)
    assert slugs(query) == ["herons-return"]


def test_a_phrase_asks_for_its_words_in_a_row():
    indexed("right", body="The quick heron waits.")
    indexed("wrong", body="The heron is quick.")
    assert slugs('"quick heron"') == ["right"]
    assert sorted(slugs("quick heron")) == ["right", "wrong"]


def test_a_phrase_does_not_reach_from_the_title_into_the_excerpt():
    indexed(title="About the weir", excerpt="Closed for good.", body="Nothing.")
    assert slugs('"weir closed"') == []


def test_a_minus_takes_words_phrases_and_tags_away():
    indexed("heron", body="A heron in the rain.", tags=("birds",))
    indexed("otter", body="An otter in the rain.", tags=("mammals",))
    assert slugs("rain -heron") == ["otter"]
    assert slugs('rain -"an otter"') == ["heron"]
    assert slugs("rain -tag:mammals") == ["heron"]
    assert slugs("-heron") == ["otter"]


def test_filters_narrow_and_several_tags_are_all_asked_for():
    indexed("one", tags=("birds", "rivers"), language="en")
    indexed("two", tags=("birds",), language="pl")
    assert sorted(slugs("tag:birds")) == ["one", "two"]
    assert slugs("tag:birds tag:rivers") == ["one"]
    assert slugs("lang:pl") == ["two"]
    assert sorted(slugs("lang:pl lang:en")) == ["one", "two"]
    assert slugs("tag:bird") == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("after:2026-04-02", ["new"]),
        ("after:2026-04-03", []),
        ("before:2026-04-02", ["old"]),
        ("before:2026", ["old"]),
        ("after:2025-12 before:2026-01", ["old"]),
        ("weir after:2026", ["new"]),
    ],
)
def test_dates_bound_from_and_before(query, found):
    indexed("new", date=datetime.date(2026, 4, 2), excerpt="weir")
    indexed("old", date=datetime.date(2025, 12, 31), excerpt="weir")
    assert slugs(query) == found


def test_a_title_counts_more_than_the_text():
    indexed("in-text", title="Something else", body="Here a kingfisher is named once.")
    indexed("in-title", title="The kingfisher", body="Here nothing is named at all.")
    assert slugs("kingfisher") == ["in-title", "in-text"]


def test_indexing_again_replaces_what_was_there():
    publication = indexed(body="About otters.")
    publication.html = "<p>About beavers.</p>"
    publication.save()
    index(publication)
    assert slugs("otters") == []
    assert slugs("beavers") == ["herons-return"]
    assert SearchEntry.objects.count() == 1


def test_a_publication_that_is_deleted_is_forgotten():
    publication = indexed()
    publication.delete()
    assert [pk for pk, _ in candidates(plan(parse("herons")), 10)] == []
    assert SearchEntry.objects.count() == 0


def test_one_can_be_forgotten_by_its_uid():
    publication = indexed()
    remove(publication.uid)
    assert slugs("herons") == []


def test_what_a_transaction_takes_back_was_never_indexed():
    from django.db import transaction

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        indexed()
        raise ZeroDivisionError
    assert candidates(plan(parse("herons")), 10) == []


def test_a_rebuild_writes_what_is_missing_and_forgets_old_words(capsys):
    published("one", body="About otters.")
    indexed("two", body="About beavers.")
    SearchWord.objects.create(word="leftover")
    call_command("rebuild_search")
    assert "2 publications" in capsys.readouterr().out
    assert slugs("otters") == ["one"]
    assert slugs("beavers") == ["two"]
    assert not SearchWord.objects.filter(word="leftover").exists()
    assert SearchWord.objects.get(word="otters").count == 1


def test_a_rebuild_takes_the_same_queries_for_one_and_for_twenty(django_assert_max_num_queries):
    for number in range(20):
        published(f"article-{number}")
    with django_assert_max_num_queries(16):
        assert rebuild() == 20


def test_preparing_twice_changes_nothing():
    indexed()
    index_of(connection).prepare(connection)
    assert slugs("herons") == ["herons-return"]


def test_the_vocabulary_counts_words_without_marks_and_leaves_numbers_out():
    indexed("one", body="Żółw 12345 żółw", language="pl")
    indexed("two", body="Żółw", language="pl")
    assert SearchWord.objects.get(word="zolw").count == 2
    assert not SearchWord.objects.filter(word="12345").exists()


def test_a_word_longer_than_any_and_a_text_of_one_word_are_indexed():
    indexed(body="x" * 5000 + " " + "heron " * 30_000)
    assert slugs("heron") == ["herons-return"]
    assert slugs("x" * 100) == ["herons-return"]
