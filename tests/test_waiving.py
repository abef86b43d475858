"""Waiving: a reason, a person, one passage."""

from dataclasses import replace

import pytest

from editorial.checking import check
from editorial.models import Article, Event, Finding, HouseEntry, Waiver
from editorial.waiving import passage_of, take_back, waive
from editorial.workflow import NotAllowed, WorkflowError, correct

from .checks import CLEAN
from .texts import bring_in, incoming

pytestmark = pytest.mark.django_db

WHY = "The newsletter itself calls it that."
TRACKED = CLEAN.replace("gauge-that-counts-waves)", "gauge-that-counts-waves?utm_source=quay)")


@pytest.fixture
def article():
    """One with a tag that blocks and a link that warns."""
    HouseEntry.objects.get_or_create(kind="tracking_parameter", value="utm_*")
    bring_in(incoming("week.md", TRACKED.replace("#harbours", "#todo").encode()))
    article = Article.objects.get()
    check([article.pk])
    return fresh(article)


def fresh(article):
    return Article.objects.select_related("current").get(pk=article.pk)


def print_of(code):
    return Finding.objects.filter(revision__current_of__isnull=False).get(code=code).fingerprint


def counts(article):
    article = fresh(article)
    return article.block_count, article.warn_count


def corrected(article, *, by, **values):
    return correct(article, replace(article.current.text, **values), by=by, based_on=article.current)


def test_a_waived_finding_counts_no_more_and_the_log_says_what_it_was_about(article, bea):
    assert counts(article) == (1, 1)
    waive(article, print_of("link-tracking"), reason=f" {WHY} ", by=bea)
    assert counts(article) == (1, 0)
    waive(article, print_of("tag-placeholder"), reason=WHY, by=bea)
    assert counts(article) == (0, 0)
    about_tag, about_link = Event.objects.order_by("-id")[:2]
    assert (about_link.action, about_link.reason, about_link.actor) == ("waive", WHY, bea)
    assert about_link.data["code"] == "link-tracking"
    assert about_link.data["fingerprint"] == print_of("link-tracking")
    assert "[The gauge that counts waves](https://quay.example.org/" in about_link.data["passage"]
    assert about_tag.data["passage"] == "todo"
    assert about_tag.sentence == "waived a finding"


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_waiving_needs_a_reason(article, bea, reason):
    with pytest.raises(WorkflowError, match="needs a reason"):
        waive(article, print_of("tag-placeholder"), reason=reason, by=bea)
    assert counts(article) == (1, 1)
    assert not Waiver.objects.exists()


def test_a_writer_waives_nothing_and_takes_nothing_back(article, carl, bea):
    with pytest.raises(NotAllowed):
        waive(article, print_of("tag-placeholder"), reason=WHY, by=carl)
    waive(article, print_of("tag-placeholder"), reason=WHY, by=bea)
    with pytest.raises(NotAllowed):
        take_back(article, print_of("tag-placeholder"), by=carl)
    assert counts(article) == (0, 1)


@pytest.mark.parametrize("fingerprint", ["", "0" * 16, "\x7f"])
def test_what_is_not_there_is_not_waived(article, bea, fingerprint):
    with pytest.raises(WorkflowError, match="not in the current text"):
        waive(article, fingerprint, reason=WHY, by=bea)


def test_a_finding_is_waived_once(article, bea, ada):
    waive(article, print_of("tag-placeholder"), reason=WHY, by=bea)
    with pytest.raises(WorkflowError, match="Bea Nowak waived this finding already: The newsletter"):
        waive(article, print_of("tag-placeholder"), reason="Me too.", by=ada)
    assert Event.objects.filter(action="waive").count() == 1


def test_a_waiver_is_taken_back_by_an_event(article, bea, ada):
    fingerprint = print_of("tag-placeholder")
    waive(article, fingerprint, reason=WHY, by=bea)
    take_back(article, fingerprint, by=ada, reason="It is a placeholder after all.")
    assert counts(article) == (1, 1)
    event = Event.objects.order_by("-id").first()
    assert (event.action, event.actor, event.data["waived_because"]) == ("take_back_waiver", ada, WHY)
    with pytest.raises(WorkflowError, match="not waived any more"):
        take_back(article, fingerprint, by=ada)
    waive(article, fingerprint, reason=WHY, by=bea)
    assert counts(article) == (0, 1)


def test_a_waiver_holds_while_its_paragraph_stays_wherever_that_moves(article, bea):
    waive(article, print_of("link-tracking"), reason=WHY, by=bea)
    body = article.current.body
    first, rest = body.split("\n\n---\n\n")
    corrected(article, by=bea, body=f"{rest.strip()}\n\n---\n\n{first.strip()}\n")
    assert counts(article) == (1, 0)


def test_a_changed_paragraph_brings_the_finding_back(article, bea):
    waive(article, print_of("link-tracking"), reason=WHY, by=bea)
    body = article.current.body
    other = body.replace("[The gauge that counts waves]", "[The gauge that counts all waves]")
    corrected(article, by=bea, body=other)
    assert counts(article) == (1, 1)
    corrected(fresh(article), by=bea, body=body)
    assert counts(article) == (1, 0)  # the very words that were waived


def test_a_waiver_is_about_one_article(article, bea):
    waive(article, print_of("link-tracking"), reason=WHY, by=bea)
    text = TRACKED.replace("quiet-week-two-harbours", "another-week").replace("A quiet week", "Another week")
    bring_in(incoming("another.md", text.encode()))
    other = Article.objects.get(slug="another-week")
    check([other.pk])
    assert Finding.objects.filter(code="link-tracking").values("fingerprint").distinct().count() == 1
    assert fresh(other).warn_count >= 1


def test_the_passage_of_a_finding_is_the_lines_that_it_is_about(article):
    finding = Finding.objects.get(code="link-tracking")
    assert passage_of(finding, article).startswith("**Link:** [The gauge")
    assert passage_of(Finding.objects.get(code="tag-placeholder"), article) == "todo"
