"""The log on the desk: filtered, exported row by row, changed by nobody."""

import csv
import io
import json
import tracemalloc

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from editorial.log_export import COLUMNS, as_csv, as_json_lines
from editorial.models import Event
from editorial.models.log import record
from editorial.workflow import Action

from .texts import act, bring_in, imported, incoming, published

pytestmark = pytest.mark.django_db
LIST = "/admin/editorial/event/"


def exported(client, kind, query=""):
    response = client.get(f"{reverse('admin:editorial_event_export', args=[kind])}{query}")
    return response, b"".join(response.streaming_content).decode()


@pytest.fixture
def log(ada, bea, client):
    """Two articles with their steps, by two people."""
    published(by=ada)
    act(imported(slug="storks", title="Storks"), Action.START_REVIEW, Action.REJECT, by=bea, reason="=Too dull")
    client.force_login(ada)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?action=reject", {"reject"}),
        ("?article=herons-return", {"start_review", "approve"}),
        ("?article=storks&action=start_review", {"start_review"}),
        ("?person=nobody", {"import"}),
        ("?batch=1", {"import"}),
        ("?q=dull", {"start_review", "reject"}),
        ("?from=2020-01-01&to=2020-12-31", set()),
        ("?from=2020-01-01&action=approve", {"approve"}),
        ("?person=x", set()),
        ("?person=99999999999999999999999", set()),
        ("?batch=x", set()),
        ("?article=no-such", set()),
        ("?from=tomorrow", set()),
        ("?to=2026-02-31", set()),
        ("?to=9998-12-31&action=reject", {"reject"}),
    ],
)
def test_the_list_and_the_export_are_filtered_alike(query, found, log, client):
    if "batch=1" in query:
        query = f"?batch={Event.objects.filter(action='import').first().batch_id}"
    page = client.get(LIST + query)
    assert page.status_code == 200
    assert {event.action for event in page.context["cl"].result_list} == found
    _, text = exported(client, "jsonl", query)
    assert {json.loads(line)["action"] for line in text.splitlines()} == found


def test_the_filters_stay_in_the_form_and_go_with_the_export(log, client, bea):
    page = client.get(f"{LIST}?person={bea.pk}&article=storks").content.decode()
    assert f'<option value="{bea.pk}" selected>' in page
    assert 'value="storks"' in page
    assert f"/export/csv/?person={bea.pk}&amp;article=storks" in page
    assert "Nothing in the log is like that" not in page
    assert "Nothing in the log is like that" in client.get(f"{LIST}?article=nothing").content.decode()


def test_the_csv_has_every_event_and_no_formula(log, client):
    response, text = exported(client, "csv")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"].startswith('attachment; filename="log-')
    assert tuple(rows[0]) == COLUMNS
    assert [int(row["id"]) for row in rows] == sorted(Event.objects.values_list("pk", flat=True))
    assert next(row for row in rows if row["action"] == "reject")["reason"] == "'=Too dull"


def test_json_lines_say_what_the_csv_says_as_it_is(log, client):
    response, text = exported(client, "jsonl")
    rows = [json.loads(line) for line in text.splitlines()]
    assert response.headers["Content-Type"] == "application/jsonl; charset=utf-8"
    rejected = next(row for row in rows if row["action"] == "reject")
    assert (rejected["reason"], rejected["article"], rejected["data"]) == (
        "=Too dull",
        "storks",
        {"reasons": ["other"]},
    )
    assert [row["previous"] for row in rows[1:]] == [row["hash"] for row in rows[:-1]]


@pytest.mark.parametrize("kind", ["xlsx", "x"])
def test_another_kind_of_file_is_not_found(kind, client, ada):
    client.force_login(ada)
    assert client.get(reverse("admin:editorial_event_export", args=[kind])).status_code == 404


@pytest.mark.parametrize("written", [as_csv, as_json_lines])
def test_an_export_holds_a_few_rows_at_a_time(written, ada):
    last, new = "", []
    for number in range(6_000):
        event = Event(action="import", actor_name="Ada Lis", previous=last, hash=f"{number:064}", reason="w" * 500)
        last = event.hash
        new.append(event)
    Event.objects.bulk_create(new, batch_size=500)
    del new
    tracemalloc.start()
    size = sum(len(line) for line in written(Event.objects.all()))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size > 4_000_000
    assert peak < size


def test_nobody_adds_changes_or_deletes_a_row_not_even_a_superuser(client, admin_user, ada):
    record("import", by=ada)
    client.force_login(admin_user)
    pk = Event.objects.get().pk
    for path in ("add/", f"{pk}/delete/"):
        assert client.get(LIST + path).status_code == 403
    for path in ("add/", f"{pk}/delete/", f"{pk}/change/"):
        assert client.post(LIST + path, {"reason": "Another.", "post": "yes"}).status_code == 403
    form = {"action": "delete_selected", "_selected_action": [pk], "post": "yes"}
    client.post(LIST, form)
    assert Event.objects.get().reason == ""


def test_the_list_takes_the_same_number_of_queries_for_1_and_for_20_events(client, ada):
    client.force_login(ada)
    taken = []
    for count in (1, 20):
        bring_in(*(incoming(f"{n}.md", slug=f"h-{count}-{n}", title=f"H {n}") for n in range(count)))
        for n in range(count):
            record("start_review", by=ada, article=imported(slug=f"s-{count}-{n}", title=f"S {count} {n}"))
        client.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            client.get(LIST)
        taken.append(len(queries))
    assert taken[0] == taken[1] <= 12
