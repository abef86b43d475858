"""What readers find where an article was taken back, and what they are told about corrections."""

import datetime
from dataclasses import replace

import pytest
from django.urls import reverse

from digest.models import Correction, Publication, RetractedAddress, Retraction
from editorial.models import Event
from editorial.workflow import Action, correct, perform

from .publications import later
from .test_public_site import html_of, words_of
from .texts import act, imported, published

pytestmark = pytest.mark.django_db
NOTE = "The survey was withdrawn by its authors."


def retract(article, *, by, public_note=""):
    article.refresh_from_db()
    perform(article, Action.RETRACT, by=by, revision=article.current, reason="Wrong.", public_note=public_note)
    article.refresh_from_db()


def publish_again(article, *, by, public_note="", **changes):
    article.refresh_from_db()
    if changes:
        correct(article, replace(article.current.text, **changes), by=by, based_on=article.current)
    else:
        perform(article, Action.START_REVIEW, by=by, revision=article.current)
    article.refresh_from_db()
    perform(article, Action.APPROVE, by=by, revision=article.current, public_note=public_note, accept_rest=True)
    article.refresh_from_db()


def test_the_address_of_a_retracted_article_says_so_with_the_note(client, ada):
    retract(published(by=ada), by=ada, public_note=NOTE)
    response = client.get("/articles/herons-return/")
    words = words_of(response.content.decode())
    assert response.status_code == 410
    assert "Herons return" in words and NOTE in words
    assert "The survey counted two nests" not in words
    assert client.get("/articles/herons-return/tldr/").status_code == 410


def test_former_addresses_say_so_too(client, ada):
    article = published(by=ada)
    publish_again(article, by=ada, slug="herons-2026")
    retract(article, by=ada, public_note=NOTE)
    for slug in ("herons-2026", "herons-return"):
        response = client.get(f"/articles/{slug}/")
        assert response.status_code == 410
        assert NOTE in words_of(response.content.decode())


def test_without_a_note_not_a_word_about_the_article_is_left(client, ada):
    retract(published(by=ada), by=ada)
    response = client.get("/articles/herons-return/")
    assert response.status_code == 410
    assert "Herons return" not in response.content.decode()
    assert "None so far." in words_of(html_of(client, "/corrections/"))
    assert not Retraction.objects.exclude(title="").exists()


def test_an_article_that_no_reader_has_seen_is_retracted_without_a_trace(client, ada):
    article = published(by=ada)
    Publication.objects.update(visible_from=later(days=1))
    retract(article, by=ada, public_note=NOTE)
    assert client.get("/articles/herons-return/").status_code == 404
    assert not Retraction.objects.exists()


def test_the_page_of_retractions_lists_those_with_a_note(client, ada):
    retract(published(by=ada), by=ada, public_note=NOTE)
    words = words_of(html_of(client, "/corrections/"))
    assert "Herons return" in words and NOTE in words


def test_an_article_that_comes_back_has_its_addresses_again_and_no_note(client, ada):
    article = published(by=ada)
    publish_again(article, by=ada, slug="herons-2026")
    retract(article, by=ada, public_note=NOTE)
    publish_again(article, by=ada)
    assert client.get("/articles/herons-2026/").status_code == 200
    response = client.get("/articles/herons-return/")
    assert (response.status_code, response["Location"]) == (301, "/articles/herons-2026/")
    assert not Retraction.objects.exists() and not RetractedAddress.objects.exists()
    assert NOTE not in html_of(client, "/corrections/")


def test_an_address_goes_to_the_article_that_has_it_now(client, ada):
    first = published(by=ada)
    retract(first, by=ada, public_note=NOTE)
    first.refresh_from_db()
    perform(first, Action.START_REVIEW, by=ada, revision=first.current)
    correct(first, replace(first.current.text, slug="elsewhere"), by=ada, based_on=first.current)
    act(first, Action.REJECT, by=ada)
    second = imported(slug="storks", title="Storks")
    correct(second, replace(second.current.text, slug="herons-return"), by=ada, based_on=second.current)
    act(second, Action.START_REVIEW, Action.APPROVE, by=ada)
    assert "Storks" in html_of(client, "/articles/herons-return/")


def test_a_note_with_an_approval_is_a_dated_correction_on_the_article(client, ada):
    article = published(by=ada)
    publish_again(article, by=ada, public_note=f"  {NOTE} ", title="Herons, counted")
    html = html_of(client, "/articles/herons-return/")
    today = datetime.datetime.now(tz=datetime.UTC).date()
    assert f'<b>Corrected <time datetime="{today}">' in html
    assert NOTE in words_of(html)
    listed = html_of(client, "/corrections/")
    assert NOTE in listed and 'href="/articles/herons-return/"' in listed
    assert NOTE in client.get("/feed.atom").content.decode()
    assert Event.objects.first().data["public_note"] == NOTE


def test_a_note_with_the_first_approval_tells_readers_nothing(client, ada):
    article = act(imported(), Action.START_REVIEW, by=ada)
    perform(article, Action.APPROVE, by=ada, revision=article.current, public_note=NOTE, accept_rest=True)
    assert not Correction.objects.exists()


def test_corrections_are_hidden_with_the_article_and_come_back_with_it(client, ada):
    article = published(by=ada)
    publish_again(article, by=ada, public_note=NOTE, title="Herons, counted")
    retract(article, by=ada)
    assert NOTE not in html_of(client, "/corrections/")
    publish_again(article, by=ada)
    assert NOTE in html_of(client, "/corrections/")
    assert NOTE in html_of(client, "/articles/herons-return/")


def test_a_correction_of_an_article_under_embargo_is_on_no_list(client, ada):
    article = published(by=ada)
    publish_again(article, by=ada, public_note=NOTE, title="Herons, counted")
    Publication.objects.update(visible_from=later(days=1))
    assert NOTE not in html_of(client, "/corrections/")


def test_other_decisions_keep_no_note(ada):
    article = act(imported(), Action.START_REVIEW, by=ada)
    event = perform(article, Action.REJECT, by=ada, revision=article.current, reason="No.", public_note=NOTE)
    assert "public_note" not in event.data


def test_hostile_notes_are_words(client, ada):
    note = "<script>alert(1)</script>\x00\ud800"
    article = published(by=ada)
    publish_again(article, by=ada, public_note=note, title="Herons, counted")
    for path in ("/articles/herons-return/", "/corrections/", "/feed.rss"):
        assert "<script>alert" not in html_of(client, path)
    retract(article, by=ada, public_note=note)
    assert b"&lt;script&gt;alert" in client.get("/articles/herons-return/").content


# --- on the desk ------------------------------------------------------------------------------------------


def decide(client, article, action, **words):
    item = f"{article.pk}:{article.current_id}"
    address = reverse("admin:editorial_article_decide", args=[action])
    return client.post(address, {"item": item, **words}, follow=True)


def test_the_change_page_of_a_public_article_asks_for_a_note_to_readers(client, ada):
    client.force_login(ada)
    article = published(by=ada)
    page = client.get(article.get_desk_url()).content.decode()
    assert 'name="public_note"' in page
    decide(client, article, "retract", reason="Wrong.", public_note=NOTE)
    assert Retraction.objects.get().note == NOTE
    fresh = imported(slug="storks", title="Storks")
    assert 'name="public_note"' not in client.get(fresh.get_desk_url()).content.decode()


def test_the_page_that_asks_for_a_missing_reason_keeps_the_note(client, ada):
    client.force_login(ada)
    page = decide(client, published(by=ada), "retract", public_note=NOTE).content.decode()
    assert "needs a reason" in page and NOTE in page
    assert Publication.objects.exists()


def test_a_reviewer_retracts_nothing_with_or_without_a_note(client, ada, bea):
    client.force_login(bea)
    assert decide(client, published(by=ada), "retract", reason="Wrong.", public_note=NOTE).status_code == 403
    assert Publication.objects.exists()
