"""Queries whose SQL is made once, and addresses made without the resolver: the same as Django's own, only sooner."""

import datetime

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from digest import prepared
from digest.addresses import path_to
from digest.listings import listed
from digest.models import Publication
from digest.views import stored_document

from .publications import later, published, several

pytestmark = pytest.mark.django_db


def by_title(*, at, title, day, pk):
    rows = Publication.objects.visible(at).filter(title=title, date__gte=day, pk__gt=pk)
    return rows.values_list("slug", "date", "updated_at", "stories")


def test_the_rows_are_those_of_the_query_each_time_with_new_values():
    several(3)
    for title in ("About article-1", "About article-2", "About nothing", "About article-1"):
        values = {"at": timezone.now(), "title": title, "day": datetime.date(2026, 1, 1), "pk": 0}
        assert list(prepared.rows(by_title, **values)) == list(by_title(**values))


def test_the_sql_is_made_once_for_each_shape(monkeypatch):
    published()
    made = []
    original = prepared._prepare
    monkeypatch.setattr(prepared, "_prepared", {})
    monkeypatch.setattr(prepared, "_prepare", lambda *arguments: made.append(1) or original(*arguments))
    for slug in ("herons-return", "other", "herons-return"):
        prepared.rows(stored_document, ("body",), at=timezone.now(), slug=slug)
    assert len(made) == 1
    prepared.rows(stored_document, ("item_json",), at=timezone.now(), slug="herons-return")
    assert len(made) == 2


def test_the_moment_is_asked_for_anew_each_time():
    publication = published(visible_from=later(hours=1))
    shape = (("pk",), 5, "newest", "", ())
    assert list(prepared.rows(listed, *shape, at=timezone.now())) == []
    assert list(prepared.rows(listed, *shape, at=later(hours=2))) == [(publication.pk,)]


def test_a_query_that_forgets_one_of_its_values_is_refused():
    with pytest.raises(ValueError, match="does not ask for all of"):
        prepared.rows(
            lambda *, at, slug: Publication.objects.visible(at).values_list("pk"), at=timezone.now(), slug="x"
        )


def test_a_listener_hears_of_every_query_and_the_rows_are_the_same(django_assert_num_queries):
    several(3)
    ask = {"at": timezone.now(), "slug": "article-1"}
    unheard = prepared.rows(stored_document, ("body",), **ask)
    with django_assert_num_queries(1):
        assert list(prepared.rows(stored_document, ("body",), **ask)) == list(unheard) != []


def test_a_database_that_fails_says_so_in_django_s_words(monkeypatch):
    published()
    broken = prepared.Prepared("SELECT nothing FROM nowhere", "SELECT nothing FROM nowhere", [], [], list)
    with pytest.raises(DatabaseError), transaction.atomic():
        prepared.fetched(broken, {})


def test_a_text_column_comes_as_it_is_whatever_the_letters():
    published("herons-return", body="Żółw i zażółć\n")
    ask = {"at": timezone.now(), "slug": "herons-return"}
    (found,) = prepared.rows(stored_document, ("body",), **ask)
    assert prepared.as_bytes(found[2]) == "Żółw i zażółć\n".encode()


def test_sql_of_our_own_is_asked_with_its_values_by_name():
    several(2)
    query = prepared.written("SELECT slug FROM digest_publication WHERE slug <> %(other)s AND slug LIKE 'a%%'")
    assert list(prepared.fetched(query, {"other": "article-1"})) == [("article-0",)]


@given(st.text(st.characters(categories=["L", "N"]) | st.sampled_from("-_"), min_size=1))
def test_an_address_is_the_one_that_the_resolver_would_give(slug):
    for name in ("digest:tag", "digest:article", "digest:source"):
        assert path_to(name, slug) == reverse(name, args=[slug])
