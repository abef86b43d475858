"""The checks against other articles are answered by indexes: their cost does not grow with the desk."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from editorial.checking.neighbours import COMMON, neighbours_of
from editorial.models import Article, ArticleLink

from .texts import imported

pytestmark = pytest.mark.django_db

LOOKED_UP = re.compile(r"SEARCH \S+ USING (?:COVERING )?(?:INDEX|INTEGER PRIMARY KEY)")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL plans by the rows that are there, few in a test")
def test_no_table_is_read_through_to_find_an_articles_neighbours():
    articles = [imported(slug=f"s-{n}", title=f"Title {n}") for n in range(3)]
    ArticleLink.objects.bulk_create(
        ArticleLink(article=each, address="https://a.example/x", key="x") for each in articles
    )
    with CaptureQueriesContext(connection) as queries:
        neighbours_of(articles)
    plans = []
    with connection.cursor() as cursor:
        for query in queries.captured_queries:
            cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
            plans += [row[-1] for row in cursor.fetchall()]
    assert any("link_key" in plan for plan in plans)
    assert [plan for plan in plans if plan.startswith("SCAN")] == []
    assert [plan for plan in plans if plan.startswith("SEARCH") and not LOOKED_UP.match(plan)] == []


def test_a_page_that_very_many_link_to_costs_no_more_than_one_that_few_do():
    article = imported()
    alike = {"date": article.date, "language": "en", "generation": article.generation}
    others = Article.objects.bulk_create(Article(title=f"Title {n}", slug=f"s-{n}", **alike) for n in range(COMMON + 5))
    last = Article.objects.create(title="Last", slug="last", **alike)
    ArticleLink.objects.bulk_create(
        ArticleLink(article=each, address=f"https://a.example/{key}", key=key)
        for key, those in (("common", [*others, last]), ("rare", [others[0], last]))
        for each in those
    )
    assert list(neighbours_of([last])[last.pk].links) == ["rare"]
