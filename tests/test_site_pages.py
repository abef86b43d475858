"""The pages that publishers write: on the desk, and as readers have them."""

import pytest
from django.urls import reverse

from digest.models import SitePage
from editorial.models import Event
from editorial.site_pages import save_page

pytestmark = pytest.mark.django_db
ADD = "admin:digest_sitepage_add"
LIST = "admin:digest_sitepage_changelist"
TYPED = {"kind": "editorial-policy", "language": "en", "title": "How we work", "body": "We **read** everything."}


def change_page(page):
    return reverse("admin:digest_sitepage_change", args=[page.pk])


def own_page(by, **fields):
    return save_page(SitePage(**{**TYPED, **fields}), by=by)


@pytest.mark.parametrize("kind", SitePage.Kind.values)
def test_without_one_of_their_own_the_site_has_its_words(client, kind):
    response = client.get(f"/{kind}/")
    assert response.status_code == 200
    assert b"<h1>" in response.content
    assert client.get(f"/pl/{kind}/").status_code == 200


def test_the_sites_own_policy_names_who_answers_and_how_to_reach_them(client, settings):
    settings.SITE_PUBLISHER, settings.SITE_CONTACT = "The Weir Press", "desk@weir.example.org"
    page = client.get("/editorial-policy/").content.decode()
    assert "under the responsibility of The Weir Press" in page
    assert '<a href="mailto:desk@weir.example.org">' in page


def test_a_publisher_writes_a_page_and_readers_have_it_at_once(client, ada):
    client.force_login(ada)
    assert client.post(reverse(ADD), TYPED).status_code == 302
    page = client.get("/editorial-policy/").content.decode()
    assert "<h1>How we work</h1>" in page
    assert "<p>We <strong>read</strong> everything.</p>" in page
    event = Event.objects.get(action="edit_page")
    assert (event.actor, event.data["kind"], event.data["body"]) == (ada, "editorial-policy", TYPED["body"])
    assert event.sentence == "wrote a page of the public site"


def test_a_changed_and_a_removed_page_are_in_the_log(client, ada):
    page = own_page(ada)
    client.force_login(ada)
    client.post(change_page(page), {**TYPED, "title": "Our rules"})
    assert b"<h1>Our rules</h1>" in client.get("/editorial-policy/").content
    client.post(reverse("admin:digest_sitepage_delete", args=[page.pk]), {"post": "yes"})
    assert b"<h1>Editorial policy</h1>" in client.get("/editorial-policy/").content
    assert [event.action for event in Event.objects.all()] == ["remove_page", "edit_page", "edit_page"]


def test_each_language_has_its_own(client, ada):
    own_page(ada, title="About us", kind="about")
    own_page(ada, title="O nas", kind="about", language="pl")
    assert b"<h1>About us</h1>" in client.get("/about/").content
    polish = client.get("/pl/about/").content.decode()
    assert "<h1>O nas</h1>" in polish and '<html lang="pl">' in polish
    response = client.get("/en/about/")
    assert (response.status_code, response["Location"]) == (301, "/about/")


def test_what_is_typed_cannot_become_markup(client, ada):
    own_page(ada, title="<script>alert(1)</script>", body="<script>alert(1)</script>")
    page = client.get("/editorial-policy/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_text_that_cannot_be_rendered_is_refused_with_a_sentence(client, ada, settings):
    settings.RENDER_MAX_CHARS = 10
    client.force_login(ada)
    response = client.post(reverse(ADD), TYPED)
    assert b"characters, more than the 10 that" in response.content
    assert not SitePage.objects.exists()


def test_two_pages_of_a_kind_in_one_language_are_refused(client, ada):
    own_page(ada)
    client.force_login(ada)
    assert b"already exists" in client.post(reverse(ADD), TYPED).content
    assert SitePage.objects.count() == 1


@pytest.mark.parametrize(("person", "status"), [("ada", 200), ("bea", 403), ("carl", 403)])
def test_publishers_write_and_others_read_them_on_the_desk(client, request, person, status):
    page = own_page(request.getfixturevalue(person))
    client.force_login(request.getfixturevalue(person))
    assert client.get(reverse(ADD)).status_code == status
    assert client.get(reverse("admin:digest_sitepage_delete", args=[page.pk])).status_code == status
    assert client.post(change_page(page), TYPED).status_code == (302 if status == 200 else 403)
    assert client.get(reverse(LIST)).status_code == 200
    assert client.get(change_page(page)).status_code == 200


def test_nobody_comes_in_without_an_account(client, ada):
    page = own_page(ada)
    for address in (reverse(LIST), reverse(ADD), change_page(page)):
        assert client.get(address).status_code == 302


def test_typed_control_characters_break_nothing(client, ada):
    client.force_login(ada)
    response = client.post(reverse(ADD), {**TYPED, "title": "a\x0bb", "body": "\x00\x01"})
    assert response.status_code in (200, 302)
    assert client.get("/editorial-policy/").status_code == 200
