"""The front page of the desk: what waits, each number a link to exactly those rows."""

import datetime
import re
from dataclasses import replace
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from digest.models import Publication
from editorial.activity import DAYS, last_days
from editorial.admin.front_page import front_page
from editorial.models import Article, Comment, Hold, Mention
from editorial.overview import overview
from editorial.workflow import Action, correct

from .texts import APOSTROPHE, act, bring_in, imported, incoming, published

pytestmark = pytest.mark.django_db


def rows_listed(client, address):
    """How many rows the page at an address says that it lists."""
    response = client.get(address)
    assert response.status_code == 200, address
    context = response.context
    if "cl" in context:
        return context["cl"].result_count
    page = context["page"]  # of the queue, or of a paginator
    return page.paginator.count if hasattr(page, "paginator") else page.count


def counts(by):
    return {number.label: number.count for number in overview(by).numbers}


@pytest.fixture
def busy(ada, bea, carl, settings):
    """A desk on which each number is another one, as far as that goes."""
    settings.FOUR_EYES = True
    bring_in(*(incoming(f"{n}.md", slug=f"storks-{n}", title=f"Storks {n}") for n in range(9)))
    rows = list(Article.objects.select_related("current").order_by("slug"))
    for number, (article, person) in enumerate(zip(rows, (bea, bea, carl, None, ada), strict=False)):
        act(article, Action.START_REVIEW, by=ada)
        if person:
            text = replace(article.current.text, title=f"Other {number}")
            correct(article, text, by=person, based_on=article.current)
    act(rows[5], Action.SEND_BACK, by=ada)
    mine = [article.pk for article in rows[2:7]]
    Article.objects.filter(pk__in=mine).update(assignee=bea, due=timezone.localdate())
    Article.objects.filter(pk__in=mine[:2]).update(due=timezone.localdate() - datetime.timedelta(days=1))
    for article in rows[:3]:
        Hold.objects.create(article=article, by=bea, until=timezone.now() + datetime.timedelta(minutes=9))
    Hold.objects.create(article=rows[3], by=bea, until=timezone.now() - datetime.timedelta(minutes=1))
    rejected = act(imported(), Action.REJECT, by=ada)
    bring_in(incoming("herons-return.md", title="Newer herons"), incoming("bad.md", data=APOSTROPHE))
    rejected.refresh_from_db()
    later = published(by=ada, slug="later", title="Later")
    Publication.objects.filter(uid=later.uid).update(visible_from=timezone.now() + datetime.timedelta(days=2))
    comment = Comment.objects.create(article=rows[0], body="@bea look", by=ada)
    Mention.objects.create(comment=comment, person=bea)
    Mention.objects.create(comment=comment, person=ada)
    return rows


def test_each_number_counts_what_it_says(busy, bea):
    assert counts(bea) == {
        "assigned to you": 5,
        "assigned to you, over due": 2,
        "in your hand": 3,
        "you may be the second person": 2,
        "changed by you, another decides": 2,
        "unread comments that call you": 1,
        "new": 3,
        "in review": 5,
        "sent back": 1,
        "wait for a second person": 4,
        "approved for later": 1,
        "files to mend": 1,
        "conflicts to solve": 0,
        "newer texts waiting": 1,
    }


def test_every_number_links_to_exactly_the_rows_that_it_counts(busy, client, bea):
    client.force_login(bea)
    for number in overview(bea).numbers:
        assert rows_listed(client, number.address) == number.count, number


def test_every_outcome_of_the_last_imports_links_to_exactly_its_files(busy, client, bea):
    client.force_login(bea)
    outcomes = [number for run in overview(bea).runs for number in run.outcomes]
    assert {number.label for number in outcomes} >= {"new", "waits beside the desk's text"}
    for number in outcomes:
        assert rows_listed(client, number.address) == number.count, number


def test_every_link_of_the_page_leads_somewhere_this_person_may_go(busy, client, bea):
    client.force_login(bea)
    page = client.get("/admin/").content.decode()
    main = page[page.index('class="desk-overview"') : page.index('id="content-main"')]
    addresses = set(map(unescape, re.findall(r'href="([^"]+)"', main)))
    assert len(addresses) > 20
    for address in addresses:
        assert client.get(address).status_code == 200, address


# --- the last thirty days ---------------------------------------------------------------------------------


def test_the_picture_counts_by_the_days_of_the_desk_and_links_to_exactly_those_rows(client, ada, settings):
    settings.TIME_ZONE = "Pacific/Auckland"  # its days begin half a day before those of UTC
    with timezone.override("Pacific/Auckland"):
        bring_in(*(incoming(f"{n}.md", slug=f"storks-{n}", title=f"Storks {n}") for n in range(4)))
        rows = list(Article.objects.select_related("current").order_by("pk"))
        today = timezone.localtime().replace(hour=0, minute=30)
        for article, days in zip(rows, (0, 1, DAYS - 1, DAYS), strict=True):
            Article.objects.filter(pk=article.pk).update(created_at=today - datetime.timedelta(days=days))
        act(rows[0], Action.REJECT, by=ada)
        activity = last_days()
        came, approved, rejected = activity.series
        assert [at for at, count in enumerate(came.counts) if count] == [0, DAYS - 2, DAYS - 1]
        assert (came.total, approved.total, rejected.total, activity.most) == (3, 0, 1, 1)
        client.force_login(ada)
        shown = front_page(ada)
    for picture in shown["pictures"]:
        assert rows_listed(client, picture.address) == picture.total, picture
    for _, cells in shown["days"][-3:]:
        for cell in cells:
            assert rows_listed(client, cell.address) == cell.count, cell


def test_the_picture_says_in_words_what_it_shows(client, ada):
    imported()
    client.force_login(ada)
    page = client.get("/admin/").content.decode()
    today = timezone.localdate()
    assert f'aria-label="1 came in in 30 days, most on {today:%d %B}: 1"' in page
    assert 'aria-label="0 approved in 30 days"' in page
    assert page.count("<rect ") == 1


# --- the page ---------------------------------------------------------------------------------------------


def test_the_front_page_takes_the_same_number_of_queries_for_1_and_for_20_articles(client, ada):
    client.force_login(ada)
    taken = []
    for number in (1, 20):
        bring_in(*(incoming(f"{n}.md", slug=f"s-{number}-{n}", title=f"S {number} {n}") for n in range(number)))
        Article.objects.update(assignee=ada)
        with CaptureQueriesContext(connection) as queries:
            page = client.get("/admin/").content.decode()
        assert "Waiting longest" in page
        taken.append(len(queries))
    assert taken[0] == taken[1] <= 20


def test_who_may_not_see_articles_sees_no_numbers(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("eve", is_staff=True))
    assert "What waits" not in client.get("/admin/").content.decode()


def test_an_empty_desk_says_where_articles_come_from(client, ada, bea):
    client.force_login(ada)
    page = client.get("/admin/").content.decode()
    assert "New articles come by" in page
    assert "Import the first files" in page
    client.force_login(bea)
    assert "ask a publisher" in client.get("/admin/").content.decode()


def test_a_person_sees_the_comments_that_call_them_and_no_others(busy, client, bea, ada, django_user_model):
    address = "/admin/editorial/mention/"
    client.force_login(bea)
    response = client.get(address)
    assert [mention.person for mention in response.context["page"]] == [bea]
    assert "@bea look" in response.content.decode()
    theirs = Mention.objects.get(person=ada)
    assert client.get(f"{address}{theirs.pk}/change/").status_code == 403  # none of Bea's business
    client.force_login(django_user_model.objects.create_user("eve", is_staff=True))
    assert client.get(address).status_code == 403


@pytest.mark.parametrize(("value", "slugs"), [("now", {"now"}), ("later", {"later"}), ("never", {"never"})])
def test_the_list_tells_what_readers_see_now_later_and_never(value, slugs, client, ada):
    published(by=ada, slug="now", title="Now")
    later = published(by=ada, slug="later", title="Later")
    Publication.objects.filter(uid=later.uid).update(visible_from=timezone.now() + datetime.timedelta(days=2))
    imported(slug="never", title="Never")
    client.force_login(ada)
    response = client.get(f"/admin/editorial/article/?readers={value}")
    assert {article.slug for article in response.context["cl"].result_list} == slugs
