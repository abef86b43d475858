"""The front page of the desk: what waits, each number a link to exactly those rows."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from editorial.overview import overview
from editorial.workflow import Action

from .texts import APOSTROPHE, act, bring_in, imported, incoming

pytestmark = pytest.mark.django_db


def test_every_number_links_to_exactly_the_rows_that_it_counts(client, ada):
    bring_in(*(incoming(f"{n}.md", slug=f"storks-{n}", title=f"Storks {n}") for n in range(3)))
    act(imported(slug="cranes", title="Cranes"), Action.START_REVIEW, by=ada)
    rejected = act(imported(), Action.REJECT, by=ada)
    bring_in(incoming("herons-return.md", title="Newer herons"), incoming("bad.md", data=APOSTROPHE))
    rejected.refresh_from_db()
    numbers = {number.label: number for number in overview().numbers}
    assert {label: number.count for label, number in numbers.items()} == {
        "new": 3,
        "in review": 1,
        "sent back": 0,
        "conflicts to solve": 0,
        "newer texts waiting": 1,
        "files to mend": 1,
    }
    client.force_login(ada)
    for number in numbers.values():
        response = client.get(number.address)
        assert response.status_code == 200, number
        assert response.context["cl"].result_count == number.count, number


def test_the_front_page_takes_the_same_number_of_queries_for_1_and_for_20_articles(client, ada):
    client.force_login(ada)
    taken = []
    for number in (1, 20):
        bring_in(*(incoming(f"{n}.md", slug=f"s-{number}-{n}", title=f"S {number} {n}") for n in range(number)))
        with CaptureQueriesContext(connection) as queries:
            page = client.get("/admin/").content.decode()
        assert "Waiting longest" in page
        taken.append(len(queries))
    assert taken[0] == taken[1] <= 12


def test_who_may_not_see_articles_sees_no_numbers(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("eve", is_staff=True))
    assert "What waits" not in client.get("/admin/").content.decode()


def test_an_empty_desk_says_where_articles_come_from(client, ada):
    client.force_login(ada)
    assert "New articles come by" in client.get("/admin/").content.decode()
