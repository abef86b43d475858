"""The house list at work: what its entries concern, seen before it is done; the list that Digest ships."""

import csv
import shutil
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from editorial.checking import check_all, load_house
from editorial.house_list import SHIPPED, articles_of, load_shipped, usage
from editorial.models import Article, Event, HouseEntry, Sweep
from editorial.workflow import Action

from .texts import BODY, act, bring_in, imported, incoming, published

pytestmark = pytest.mark.django_db

ADDRESS = "https://notes.example.org/2026/herons"
LIST = "/admin/editorial/houseentry/"


def entry(kind, value, replacement=""):
    return HouseEntry.objects.create(kind=kind, value=value, replacement=replacement)


def checked():
    check_all(Article.objects.all(), load_house())


def effect(client, row, query=""):
    response = client.get(reverse("admin:editorial_houseentry_effect", args=[row.pk]) + query)
    assert response.status_code == 200
    return response.content.decode()


def many(count, **fields):
    bring_in(*(incoming(f"{n}.md", slug=f"s-{n}", title=f"Title {n}", **fields) for n in range(count)))


# --- what an entry concerns ---------------------------------------------------------------------------------


def test_a_tag_is_counted_in_texts_that_nobody_has_decided_on(ada):
    many(3, hashtags="#generated #en #Birdies")
    published(slug="public", title="Public", hashtags="#generated #en #birdies", by=ada)
    act(imported(slug="no", title="No", hashtags="#generated #en #birdies"), Action.REJECT, by=ada)
    row = entry("tag_alias", "birdies", "birds")
    assert usage([row]) == {row.pk: 3}
    assert articles_of(row).count() == 3


def test_a_host_counts_with_those_below_it_and_an_article_once():
    links = "\n[a](https://a.hop.example.net/x) [b](https://b.hop.example.net/y) [c](https://nothop.example.net/z)\n"
    many(2, body=BODY + links)
    imported(slug="other", title="Other")
    checked()
    host, other = entry("redirector", "hop.example.net"), entry("aggregator", "none.example.net")
    assert usage([host, other]) == {host.pk: 2, other.pk: 0}
    assert articles_of(host).count() == 2


def test_a_host_with_a_path_and_a_parameter_are_counted_for_one_entry():
    many(2, body=BODY.replace(ADDRESS, "https://hop.example.net/link/5?ref_src=x"))
    imported(slug="other", title="Other", body=BODY.replace(ADDRESS, "https://hop.example.net/post/5"))
    checked()
    path, parameter = entry("redirector", "hop.example.net/link"), entry("tracking_parameter", "ref_*")
    assert usage([path, parameter]) == {}
    assert articles_of(path).count() == articles_of(parameter).count() == 2


def test_a_phrase_is_counted_where_the_checks_have_found_it():
    row = entry("phrase", "nest*")
    many(2)
    imported(slug="other", title="Other", body=BODY.replace("nest", "sit"))
    checked()
    assert set(articles_of(row).values_list("slug", flat=True)) == {"s-0", "s-1"}


def test_the_counts_of_a_page_take_a_fixed_number_of_queries():
    many(3, hashtags="#generated #en #t1 #t2", body=BODY + "\n[a](https://h1.example.net/x)\n")
    checked()
    rows = [entry("tag_alias", f"t{n}", "x") for n in range(20)] + [entry("redirector", f"h{n}.net") for n in range(20)]
    taken = []
    for some in ([rows[0], rows[-1]], rows):
        with CaptureQueriesContext(connection) as queries:
            usage(some)
        taken.append(len(queries))
    assert taken[0] == taken[1]


# --- the pages ----------------------------------------------------------------------------------------------


def test_the_list_says_what_each_entry_would_change_with_a_fixed_number_of_queries(client, ada):
    client.force_login(ada)
    many(3, hashtags="#generated #en #birdies")
    entry("tag_alias", "birdies", "birds")
    client.get(LIST)
    taken = []
    for number in (0, 20):
        HouseEntry.objects.bulk_create(
            HouseEntry(kind="tag_alias", value=f"v{n}", replacement="x") for n in range(number)
        )
        with CaptureQueriesContext(connection) as queries:
            text = client.get(LIST).content.decode()
        taken.append(len(queries))
    assert taken[0] == taken[1]
    assert "would change 3 articles" in text and "would change no article" in text
    entry("phrase", "nest*")
    assert "count them" in client.get(LIST).content.decode()


def test_an_entry_shows_its_articles_and_leads_to_a_plan_with_every_diff(client, ada):
    client.force_login(ada)
    many(3, hashtags="#generated #en #birdies")
    row = entry("tag_alias", "birdies", "birds")
    text = effect(client, row)
    assert "would change 3 articles" in text and "Title 2" in text
    response = client.post(reverse("admin:editorial_sweep_begin_entry", args=[row.pk]), follow=True)
    assert "3 articles would get a new revision" in response.content.decode()
    sweep = Sweep.objects.get()
    assert sweep.note == "House list: birdies → birds"
    client.post(reverse("admin:editorial_sweep_confirm", args=[sweep.pk]))
    assert {tuple(article.current.tags) for article in Article.objects.all()} == {("birds",)}
    assert "would change no article" in effect(client, row)


def test_an_entry_without_a_fix_only_tells_where_it_was_found(client, ada):
    client.force_login(ada)
    many(1)
    row = entry("phrase", "nest*")
    checked()
    text = effect(client, row)
    assert "found in 1 article" in text and "Plan it" not in text
    response = client.post(reverse("admin:editorial_sweep_begin_entry", args=[row.pk]), follow=True)
    assert "no safe fix" in response.content.decode()


def test_the_articles_of_an_entry_come_in_pages(client, ada):
    client.force_login(ada)
    many(55, hashtags="#generated #en #birdies")
    row = entry("tag_alias", "birdies", "birds")
    assert "Page 1 of 2" in effect(client, row)
    assert "articles 51 to 55" in effect(client, row, "?page=2")
    assert "Page 1 of 2" in effect(client, row, "?page=%00")


def test_those_without_the_right_see_no_plan_and_strangers_nothing(client, carl):
    many(1, hashtags="#generated #en #birdies")
    row = entry("tag_alias", "birdies", "birds")
    address = reverse("admin:editorial_houseentry_effect", args=[row.pk])
    assert client.get(address).status_code == 302
    client.force_login(carl)
    assert "Plan it" not in effect(client, row)
    assert client.get(address.replace(str(row.pk), "9" * 30)).status_code == 404


def test_every_change_of_the_list_is_in_the_log(client, ada):
    client.force_login(ada)
    add = reverse("admin:editorial_houseentry_add")
    client.post(add, {"kind": "tag_alias", "value": "birdies", "replacement": "birds", "note": ""})
    row = HouseEntry.objects.get()
    client.post(
        reverse("admin:editorial_houseentry_change", args=[row.pk]),
        {"kind": "tag_alias", "value": "birdies", "replacement": "bird", "note": ""},
    )
    client.post(reverse("admin:editorial_houseentry_delete", args=[row.pk]), {"post": "yes"})
    told = list(Event.objects.filter(action="house_list").order_by("id"))
    assert [event.data["what"] for event in told] == ["added", "changed", "removed"]
    assert told[1].data["entries"] == [{"kind": "tag_alias", "value": "birdies", "replacement": "bird"}]
    assert {event.actor for event in told} == {ada} and told[0].sentence == "changed the house list"
    assert not HouseEntry.objects.exists()


def test_a_table_that_is_taken_in_is_one_event_and_its_preview_none(client, ada):
    client.force_login(ada)
    file = SimpleUploadedFile("t.csv", b"kind,value,replacement,note\nphrase,delve,,\nphrase,realm,,\n")
    address = reverse("admin:editorial_houseentry_import")
    response = client.post(address, {"import_file": file, "format": "0"})
    assert not Event.objects.filter(action="house_list").exists()
    data = response.context["confirm_form"].initial
    client.post(reverse("admin:editorial_houseentry_process_import"), data, follow=True)
    assert Event.objects.get(action="house_list").data == {"what": "took in a table", "entries": [], "new": 2}


# --- the shipped list ---------------------------------------------------------------------------------------


def test_the_shipped_list_is_loaded_once_and_never_over_the_editors_entries(capsys):
    mine = entry("tag_alias", "devex", "developer-happiness")
    shipped = list(csv.DictReader(SHIPPED.read_text(encoding="utf-8").splitlines()))
    call_command("load_house_list")
    call_command("load_house_list")
    assert capsys.readouterr().out == f"{len(shipped) - 1} entries were added.\n0 entries were added.\n"
    mine.refresh_from_db()
    assert mine.replacement == "developer-happiness"
    assert HouseEntry.objects.count() == len(shipped)
    assert load_shipped() == 0


def test_every_shipped_entry_is_one_that_the_admin_would_take():
    load_shipped()
    for row in HouseEntry.objects.all():
        row.full_clean(validate_unique=False, validate_constraints=False)
        assert row.value == row.value.strip().lower()


def test_a_fresh_database_has_the_shipped_list(migrated, tmp_path):
    if connection.vendor != "sqlite":
        pytest.skip("one database is enough for what happens outside of it")
    environment = {
        "DEBUG": "on",
        "SECRET_KEY": "0" * 50,
        "DATABASE_URL": f"sqlite:///{shutil.copy(migrated, tmp_path / 'fresh.sqlite3')}",
        "PATH": "/usr/bin:/bin",
    }
    ran = subprocess.run(  # noqa: S603  our own command
        [sys.executable, "manage.py", "load_house_list"], cwd=settings.BASE_DIR, env=environment, capture_output=True
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == b"0 entries were added.\n"
