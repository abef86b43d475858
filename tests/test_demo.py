"""manage.py prepare_demo, the heart of `make demo`."""

import io
import re

import pytest
from django.core.management import CommandError, call_command

from digest.models import Publication
from editorial.models import Article, Revision
from editorial.workflow import Action, perform

pytestmark = pytest.mark.django_db


def prepare():
    out = io.StringIO()
    call_command("prepare_demo", stdout=out)
    return out.getvalue()


def password_in(text):
    return re.search(r"Password +(\S+)", text)[1]


def lets_in(client, password):
    """Whether the desk's login page takes the printed account with this password."""
    return client.post("/admin/login/", {"username": "editor", "password": password}).status_code == 302


@pytest.fixture
def trial(settings, ada):
    settings.DEBUG = True


def test_it_imports_the_samples_publishes_one_and_makes_an_account(trial, client):
    said = prepare()
    assert Article.objects.count() >= 12
    assert Publication.objects.count() == 1
    assert lets_in(client, password_in(said))
    assert client.get("/admin/editorial/article/").status_code == 200


def test_run_twice_it_loses_nothing_and_gives_a_fresh_password(trial, client):
    first = prepare()
    article = Article.objects.exclude(publication=None).get()
    before = (Article.objects.count(), Revision.objects.count())
    second = prepare()
    assert (Article.objects.count(), Revision.objects.count()) == before
    assert Article.objects.exclude(publication=None).get() == article
    assert password_in(first) != password_in(second)
    assert not lets_in(client, password_in(first))
    assert lets_in(client, password_in(second))


def test_it_publishes_nothing_where_somebody_has_decided_before(trial, ada):
    prepare()
    article = Article.objects.select_related("current").exclude(publication=None).get()
    perform(article, Action.RETRACT, by=ada, revision=article.current, reason="A trial.")
    assert "nothing is public now" in prepare()
    assert not Publication.objects.exists()


def test_it_makes_no_account_in_production(settings, ada):
    settings.DEBUG = False
    with pytest.raises(CommandError, match="only with DEBUG=on"):
        prepare()
