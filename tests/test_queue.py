"""The queue: its order, its filters in the address, its pages by place."""

import datetime
import itertools
from dataclasses import replace

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from editorial.models import Article, Batch, Finding, Hold, Priority, Source, Status, Waiver
from editorial.models.articles import IN_QUEUE
from editorial.queueing import Filters, Place, conditions, page_of, pages, read_filters
from editorial.queueing.filters import STATES
from editorial.workflow import Action, correct

from .texts import act, bring_in, incoming

pytestmark = pytest.mark.django_db
QUEUE = "admin:editorial_article_queue"
THREE = ("herons", "storks", "cranes")


def desk(*slugs, **fields):
    """Articles of these slugs, as one import."""
    bring_in(*(incoming(f"{slug}.md", slug=slug, title=slug.title(), **fields) for slug in slugs))
    return [Article.objects.select_related("current").get(slug=slug) for slug in slugs]


def change(article, **columns):
    Article.objects.filter(pk=article.pk).update(**columns)
    article.refresh_from_db()


def found(query="", *, by):
    return [row.article.slug for row in page_of(read_filters(QueryDict(query))[0], by=by).rows]


# --- the order --------------------------------------------------------------------------------------------


def test_the_urgent_comes_first_then_what_blocks_then_the_oldest_then_source_by_source(bea):
    rows = desk("a", "b", "c", "d", "e", "f")
    one, other = (Source.objects.create(name=name, slug=name) for name in ("one", "other"))
    now = timezone.now()
    for article in rows:
        change(article, created_at=now, block_count=0, warn_count=0)
    change(rows[0], source=other)
    change(rows[1], source=one)
    change(rows[2], source=other)
    change(rows[3], created_at=now - datetime.timedelta(days=1))
    change(rows[4], block_count=1, created_at=now + datetime.timedelta(days=1))
    change(rows[5], priority=Priority.HIGH)
    assert found(by=bea) == ["f", "e", "d", "b", "a", "c"]


def test_a_high_priority_stands_before_every_finding_of_a_normal_one(bea):
    plain, grave = desk("plain", "grave")
    change(plain, priority=Priority.HIGH, block_count=0, warn_count=0)
    change(grave, block_count=9)
    assert found(by=bea) == ["plain", "grave"]


def test_what_is_decided_is_not_in_the_queue(bea, ada):
    one, other, third = desk(*THREE)
    act(one, Action.REJECT, by=bea)
    act(other, Action.SEND_BACK, by=bea)
    assert set(found(by=bea)) == {"cranes", "storks"}
    assert Article.objects.get(pk=one.pk).rank is None


# --- the filters ------------------------------------------------------------------------------------------


@pytest.fixture
def varied(bea, ada):
    """Four articles that differ in everything that can be filtered."""
    desk("herons", more='source_pattern: "River Notes"\n', hashtags="#generated #en #birds #rivers", date="2026-04-02")
    desk("storks", more='source_pattern: "Field Notebook"\n', hashtags="#generated #pl #birds", date="2026-05-02")
    desk("cranes", more='source_pattern: "Field Notebook"\n', hashtags="#generated #en #coasts", date="2026-06-02")
    rows = {article.slug: article for article in Article.objects.select_related("current")}
    for article in rows.values():
        change(article, block_count=0, warn_count=0)
    change(rows["herons"], block_count=2, assignee=bea, due=timezone.localdate(), priority=Priority.URGENT)
    change(rows["storks"], warn_count=1, assignee=ada, due=timezone.localdate() - datetime.timedelta(days=3))
    act(rows["cranes"], Action.START_REVIEW, by=bea)
    hold = {"since": timezone.now(), "until": timezone.now() + datetime.timedelta(minutes=5)}
    Hold.objects.create(article=rows["herons"], by=bea, **hold)
    Hold.objects.create(article=rows["storks"], by=ada, **hold)
    Finding.objects.create(revision=rows["cranes"].current, code="link-dead", version=1, severity="warn", message="x")
    return rows


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("state=new", {"herons", "storks"}),
        ("state=in_review", {"cranes"}),
        ("severity=block", {"herons"}),
        ("severity=warn", {"storks"}),
        ("severity=none", {"cranes"}),
        ("language=pl", {"storks"}),
        ("language=none", set()),
        ("tag=birds", {"herons", "storks"}),
        ("tag=%23Birds", {"herons", "storks"}),
        ("tag=nonsense", set()),
        ("since=2026-05-01", {"storks", "cranes"}),
        ("since=2026-05-01&until=2026-05-31", {"storks"}),
        ("assignee=me", {"herons"}),
        ("assignee=nobody", {"cranes"}),
        ("holder=me", {"herons"}),
        ("holder=others", {"storks"}),
        ("holder=free", {"cranes"}),
        ("due=today", {"herons", "storks"}),
        ("due=overdue", {"storks"}),
        ("due=week", {"herons", "storks"}),
        ("due=none", {"cranes"}),
        ("priority=2", {"herons"}),
        ("check=link-dead", {"cranes"}),
        ("tag=birds&language=en&severity=block&assignee=me", {"herons"}),
        ("tag=birds&language=en&severity=warn", set()),
    ],
)
def test_the_filters_combine(query, slugs, varied, bea):
    assert set(found(query, by=bea)) == slugs


DEAD = {"code": "link-dead", "version": 1, "severity": "warn", "message": "y", "fingerprint": "f" * 16}


@pytest.mark.parametrize("limits", [(0, 0), (0, 9), (9, 9)])
def test_what_many_articles_have_is_looked_for_otherwise_and_found_and_counted_as_well(
    limits, varied, bea, monkeypatch
):
    monkeypatch.setattr(conditions, "FEW", limits[0])
    monkeypatch.setattr(conditions, "MANY", limits[1])
    birds, dead, both = Filters(tag="birds"), Filters(check="link-dead"), Filters(tag="birds", check="link-dead")
    Finding.objects.create(**DEAD, revision=varied["herons"].current)
    for filters, slugs in ((birds, {"herons", "storks"}), (dead, {"herons", "cranes"}), (both, {"herons"})):
        page = page_of(filters, by=bea)
        assert ({row.article.slug for row in page.rows}, page.count) == (slugs, len(slugs))
    Waiver.objects.create(
        article=varied["herons"], code=dead.check, fingerprint=DEAD["fingerprint"], reason="It answers.", by=bea
    )
    assert page_of(both, by=bea).count == 0


def test_the_page_takes_no_more_queries_with_filters_about_other_tables(varied, client, bea):
    client.force_login(bea)
    with CaptureQueriesContext(connection) as queries:
        client.get(f"{reverse(QUEUE)}?tag=birds&check=link-dead&source=1")
    assert len(queries) <= 10


def test_source_batch_and_person_are_named_by_their_keys(varied, bea, ada):
    source = Source.objects.get(name="Field Notebook")
    assert set(found(f"source={source.pk}", by=bea)) == {"storks", "cranes"}
    assert set(found(f"batch={Batch.objects.order_by('pk')[0].pk}", by=bea)) == {"herons"}
    assert set(found(f"assignee={ada.pk}", by=bea)) == {"storks"}
    assert found("source=999999&batch=999999", by=bea) == []


def test_a_waived_finding_is_no_longer_found_by_its_check(varied, bea):
    finding = Finding.objects.get(code="link-dead", message="x")
    Waiver.objects.create(
        article=varied["cranes"], code=finding.code, fingerprint=finding.fingerprint, reason="It answers.", by=bea
    )
    assert found("check=link-dead", by=bea) == []


def test_who_changed_a_text_last_is_told_from_who_may_be_the_second_person(bea, carl, settings):
    settings.FOUR_EYES = True
    article, untouched = (act(each, Action.START_REVIEW, by=bea) for each in desk("herons", "storks"))
    correct(article, replace(article.current.text, title="Other"), by=carl, based_on=article.current)
    assert found("second=any", by=carl) == found("second=any", by=bea) == ["herons"]
    assert found("second=others", by=carl) == found("second=me", by=bea) == ["herons"]
    assert found("second=me", by=carl) == found("second=others", by=bea) == []
    settings.FOUR_EYES = False
    assert found("second=any", by=bea) == []


@pytest.mark.parametrize(
    "query",
    ["state=approved", "severity=x", "source=one", "batch=-1", "language=%00", "check=nope", "since=2026-02-30",
     "until=tomorrow", "assignee=she", "holder=x", "due=never", "priority=9", "second=x", "source=" + "9" * 30,
     "tag=%00", "tag=" + "x" * 300],
)  # fmt: skip
def test_a_filter_that_makes_no_sense_is_left_out_and_told_of(query, client, bea):
    desk("herons")
    client.force_login(bea)
    response = client.get(f"{reverse(QUEUE)}?{query}")
    assert response.status_code == 200
    page = response.content.decode()
    assert "so it was left out." in page
    assert "Herons" in page


@given(st.dictionaries(st.sampled_from([*Filters.__slots__]), st.text(max_size=40), max_size=6))
def test_any_words_become_filters_whose_address_says_the_same(words):
    filters, problems = read_filters(words)
    assert len(filters.chosen) + len(problems) <= len(words)
    assert read_filters(QueryDict(filters.query)) == (filters, [])


def test_the_empty_fields_of_the_form_do_not_stay_in_the_address(client, bea):
    client.force_login(bea)
    response = client.get(f"{reverse(QUEUE)}?state=new&tag=&since=&check=")
    assert (response.status_code, response["Location"]) == (302, f"{reverse(QUEUE)}?state=new")


# --- the pages --------------------------------------------------------------------------------------------


def test_pages_are_walked_forth_and_back_without_a_row_twice_or_left_out(bea, monkeypatch):
    monkeypatch.setattr(pages, "PER_PAGE", 3)
    rows = desk(*(f"a-{number}" for number in range(10)))
    for number, article in enumerate(rows):
        change(article, block_count=number % 2, priority=number % 3)
    walked, page = [], page_of(Filters(), by=bea)
    assert page.before == ""
    walked.append(page)
    while page.after:
        page = page_of(Filters(), by=bea, after=page.after)
        walked.append(page)
    slugs = [[row.article.slug for row in each.rows] for each in walked]
    assert sorted(itertools.chain(*slugs)) == sorted(article.slug for article in rows)
    assert [len(each) for each in slugs] == [3, 3, 3, 1]
    back = page_of(Filters(), by=bea, before=walked[2].before)
    assert [row.article.slug for row in back.rows] == slugs[1]
    assert page_of(Filters(), by=bea, before=back.before).before == ""


@given(st.text(max_size=60) | st.from_regex(r"-?[0-9]{1,5}\.[0-9]{1,17}\.[0-9]{1,18}\.[0-9]{1,18}", fullmatch=True))
def test_any_text_is_a_place_or_none(text):
    place = Place.parse(text)
    assert place is None or Place.parse(str(place)) == place


@pytest.mark.parametrize("place", ["nonsense", "8.1.1.1", "8.99999999999999999.1.1", "-99999.1.999999999999999999.1"])
def test_a_place_that_is_nowhere_shows_a_page(place, client, bea):
    desk("herons")
    client.force_login(bea)
    for name in ("after", "before"):
        assert client.get(f"{reverse(QUEUE)}?{name}={place}").status_code == 200


def test_a_long_queue_is_counted_up_to_a_limit(client, bea, monkeypatch):
    monkeypatch.setattr(pages, "CAP", 2)
    desk(*THREE)
    client.force_login(bea)
    assert "More than 2 articles" in client.get(reverse(QUEUE)).content.decode()


def test_the_page_takes_the_same_number_of_queries_for_1_and_for_20_articles(client, bea):
    client.force_login(bea)
    taken = []
    for number in (1, 20):
        desk(*(f"h-{number}-{n}" for n in range(number)), more=f"source_pattern: S{number}\n")
        Article.objects.update(warn_count=1, assignee=bea)
        client.get(reverse(QUEUE))
        with CaptureQueriesContext(connection) as queries:
            response = client.get(reverse(QUEUE))
        assert response.context["page"].count >= number
        taken.append(len(queries))
    assert taken[0] == taken[1] <= 10


# --- what the page says -----------------------------------------------------------------------------------


def test_the_page_says_of_each_article_what_somebody_needs_who_chooses(varied, client, bea):
    client.force_login(bea)
    page = client.get(reverse(QUEUE)).content.decode()
    for words in ("3 articles", "Herons", "urgent", "2 blocking", "You have it", "Ada Lis has it", "for you", "over",
                  "Field Notebook", "birds, rivers"):  # fmt: skip
        assert words in page


def test_an_empty_queue_says_what_to_do(client, ada):
    client.force_login(ada)
    page = client.get(reverse(QUEUE)).content.decode()
    assert "nothing waits for anybody" in page
    assert reverse("admin:editorial_article_import") in page
    assert "Take a filter away" in client.get(f"{reverse(QUEUE)}?state=new").content.decode()


def test_the_filters_that_are_set_can_be_taken_away_one_by_one(varied, client, bea):
    client.force_login(bea)
    page = client.get(f"{reverse(QUEUE)}?state=new&tag=birds").content.decode()
    assert f'href="{reverse(QUEUE)}?tag=birds"' in page
    assert f'href="{reverse(QUEUE)}?state=new"' in page


@pytest.mark.parametrize("name", ["", "_next", "_save", "_bulk", "_approve"])
def test_the_queue_is_refused_to_who_may_not_see_articles(name, client, django_user_model):
    post = name != ""
    address = reverse(QUEUE + name)
    assert (client.post(address) if post else client.get(address)).status_code == 302  # to the login
    client.force_login(django_user_model.objects.create_user("eve", is_staff=True))
    assert (client.post(address) if post else client.get(address)).status_code == 403


def test_statuses_of_the_queue_are_those_that_somebody_can_do_something_about():
    assert set(IN_QUEUE) == {Status.NEW, Status.IN_REVIEW, Status.SENT_BACK}
    assert set(STATES) == set(IN_QUEUE)
