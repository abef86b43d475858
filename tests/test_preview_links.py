"""Preview links: for people without an account, signed, for a time, taken back at will, kept and indexed by nobody."""

import datetime
from dataclasses import replace

import pytest
from django.core.signing import Signer
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from editorial.models import Event, PreviewLink
from editorial.preview_links import NOTE_MAX, make_link, revoke_link
from editorial.workflow import Action, NotAllowed, WorkflowError, correct

from .texts import act, imported, published

pytestmark = pytest.mark.django_db


def link_to(article, *, by, **more):
    """The path of a fresh link to an article's current text."""
    _, token = make_link(article.current, by=by, days=more.pop("days", 7), **more)
    return reverse("preview", args=[token])


def page_of(article):
    return reverse("admin:editorial_article_previews", args=[article.pk])


def test_whoever_has_the_address_sees_the_text_as_readers_would_marked_as_a_preview(dan, bea):
    page = dan.get(link_to(imported(), by=bea))
    text = page.content.decode()
    assert page.status_code == 200
    assert "<h1>Herons return</h1>" in text
    assert "Two nests were counted" in text
    assert "Nobody has approved this text, and readers do not see it." in text
    assert "<bdi>nobody yet</bdi>" in text
    assert "Bea" not in text


def test_a_text_that_was_approved_looks_exactly_as_readers_get_it(dan, ada):
    article = published(by=ada)
    public = dan.get(article.publication.get_absolute_url()).content.decode()
    preview = dan.get(link_to(article, by=ada)).content.decode()
    for part in ("<article", "<title>"):
        assert preview.partition(part)[2].partition("</article>")[0][:2000] in public
    assert "Readers see this text already." in preview


@pytest.mark.parametrize("closed", [False, True])
def test_nobody_keeps_indexes_or_passes_on_the_address(closed, dan, bea):
    address = link_to(imported(), by=bea)
    if closed:
        revoke_link(PreviewLink.objects.get(), by=bea)
    for path in (address, reverse("preview", args=["no-such-link"])):
        headers = dan.get(path).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Robots-Tag"] == "noindex, nofollow, noarchive"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "Set-Cookie" not in headers
        page = dan.get(path).content.decode()
        assert 'name="robots" content="noindex, nofollow"' in page and "<title>" in page


def test_the_link_shows_the_text_it_was_made_for_whatever_the_desk_makes_of_it(dan, bea):
    article = imported()
    address = link_to(article, by=bea)
    correct(article, replace(article.current.text, title="A secret title"), by=bea, based_on=article.current)
    assert "A secret title" not in dan.get(address).content.decode()
    assert "Herons return" in dan.get(address).content.decode()


def test_it_closes_when_its_time_is_over(dan, bea, monkeypatch):
    address = link_to(imported(), by=bea, days=1)
    later = timezone.now() + datetime.timedelta(days=1, seconds=1)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    response = dan.get(address)
    assert response.status_code == 410
    assert "<title>This preview is closed</title>" in response.content.decode()
    assert "Herons" not in response.content.decode()


def test_it_closes_when_it_is_taken_back(dan, bea, ada):
    address = link_to(imported(), by=bea)
    revoke_link(PreviewLink.objects.get(), by=ada)
    assert dan.get(address).status_code == 410
    with pytest.raises(WorkflowError, match="closed already"):
        revoke_link(PreviewLink.objects.get(), by=ada)


@pytest.mark.parametrize("end", [Action.REJECT, Action.RETRACT])
def test_it_closes_when_the_article_is_rejected_or_retracted(end, dan, ada):
    article = published(by=ada) if end is Action.RETRACT else act(imported(), Action.START_REVIEW, by=ada)
    address = link_to(article, by=ada)
    article = act(article, end, by=ada)
    assert dan.get(address).status_code == 410
    with pytest.raises(WorkflowError, match="so nobody is shown it"):
        make_link(article.current, by=ada, days=7)


@pytest.mark.parametrize("token", ["x", "x" * 5000, "\x00", "żółw", "abc.def", "a.b.c", ".", "%2e%2e"])
def test_a_forged_address_costs_no_query_and_shows_nothing(token, dan):
    with CaptureQueriesContext(connection) as queries:
        response = dan.get(reverse("preview", args=[token]))
    assert response.status_code == 404
    assert len(queries) == 0


def test_a_signed_address_that_nobody_made_shows_nothing(dan):
    token = Signer(salt="editorial.preview-link", sep=".").sign("made-up")
    assert dan.get(reverse("preview", args=[token])).status_code == 404


def test_nothing_is_posted_to_a_link(dan, bea):
    assert dan.post(link_to(imported(), by=bea)).status_code == 405


def test_the_table_does_not_have_what_opens_a_link(bea):
    _, token = make_link(imported().current, by=bea, days=7)
    assert token not in str(PreviewLink.objects.values())


def test_the_log_has_making_and_taking_back(bea):
    link, _ = make_link(imported().current, by=bea, days=7, note="For  the\nlawyer")
    revoke_link(link, by=bea)
    made, taken = Event.objects.order_by("id").filter(action__contains="preview")
    assert (made.sentence, taken.sentence) == ("made a preview link", "took back a preview link")
    assert made.data["note"] == "For the lawyer"


@pytest.mark.parametrize("days", [0, 2, 365, -1])
def test_other_times_are_refused(days, bea):
    with pytest.raises(WorkflowError, match="1 day, 3 days, a week, 30 days"):
        make_link(imported().current, by=bea, days=days)


def test_a_writer_makes_and_takes_back_none(carl, bea, client):
    article = imported()
    with pytest.raises(NotAllowed):
        make_link(article.current, by=carl, days=7)
    link, _ = make_link(article.current, by=bea, days=7)
    with pytest.raises(NotAllowed):
        revoke_link(link, by=carl)
    client.force_login(carl)
    assert client.post(page_of(article), {"revision": article.current_id, "days": 7}).status_code == 403
    revoke = reverse("admin:editorial_article_revoke_preview", args=[article.pk, link.pk])
    assert client.post(revoke).status_code == 403
    page = client.get(page_of(article)).content.decode()
    assert "Make a link" not in page
    assert "open" in page


# --- the page of the desk ---------------------------------------------------------------------------------


def test_a_reviewer_makes_a_link_sees_its_address_once_and_takes_it_back(client, dan, bea):
    article = imported()
    client.force_login(bea)
    assert "Nobody has a link to this article yet." in client.get(page_of(article)).content.decode()
    form = {"revision": article.current_id, "days": 3, "note": "For the <lawyer>"}
    page = client.post(page_of(article), form, follow=True)
    address = page.context["new"]
    assert address.startswith("http://testserver/preview/")
    assert "no-store" in page.headers["Cache-Control"]
    assert "For the &lt;lawyer&gt;" in page.content.decode()
    assert address not in client.get(page_of(article)).content.decode()
    link = PreviewLink.objects.get()
    revoke = reverse("admin:editorial_article_revoke_preview", args=[article.pk, link.pk])
    assert "taken back" in client.post(revoke, follow=True).content.decode()
    assert dan.get(address).status_code == 410
    assert "closed already" in client.post(revoke, follow=True).content.decode()


@pytest.mark.parametrize("typed", [{"days": 7}, {"days": "x"}, {"revision": "9" * 40, "days": 7}, {"days": "7\x00"}])
def test_what_a_person_can_type_is_answered_with_a_sentence(typed, client, bea):
    article = imported()
    client.force_login(bea)
    page = client.post(page_of(article), {"revision": "0", "note": "n" * 999, **typed}, follow=True)
    assert page.status_code == 200
    assert not PreviewLink.objects.exists()


def test_a_long_note_is_cut_and_not_refused(bea):
    link, _ = make_link(imported().current, by=bea, days=7, note="n" * 999)
    assert len(link.note) == NOTE_MAX


def test_the_link_of_another_article_is_not_taken_back_here(client, bea):
    other = imported(slug="storks", title="Storks")
    link, _ = make_link(other.current, by=bea, days=7)
    client.force_login(bea)
    address = reverse("admin:editorial_article_revoke_preview", args=[imported().pk, link.pk])
    assert client.post(address).status_code == 404
    link.refresh_from_db()
    assert link.revoked_at is None


@pytest.mark.parametrize("name", ["editorial_article_previews", "editorial_previewlink_changelist"])
def test_the_pages_take_the_same_number_of_queries_for_1_and_for_20_links(name, client, bea):
    article = imported()
    client.force_login(bea)
    address = reverse(f"admin:{name}", args=[article.pk] if name.endswith("previews") else [])
    taken = []
    for count in (1, 19):
        for _ in range(count):
            make_link(article.current, by=bea, days=7)
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        taken.append(len(queries))
    assert taken[0] == taken[1] <= 10
