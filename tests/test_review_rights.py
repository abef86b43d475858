"""Every address of the review page, tried by each of the cast, by an account without a role and by nobody."""

import pytest
from django.urls import reverse

from editorial.checking import check
from editorial.models import Article, Preference, Reading, Waiver, WorkingCopy

from .test_desk import typed
from .texts import BODY, imported

pytestmark = pytest.mark.django_db
PEOPLE = ["ada", "bea", "carl"]


@pytest.fixture
def article(db):
    article = imported(body=BODY.replace("Two nests were", "It is important to note that two nests were"))
    check([article.pk])
    return Article.objects.select_related("current").get()


def address(name, article, *more):
    return reverse(f"admin:editorial_article_{name}", args=[article.pk, *more])


def addresses(article):
    """(name, address, what is posted there or None where it is read)"""
    finding = article.current.findings.exclude(fingerprint="").first()
    waived = {"waive": finding.fingerprint, f"reason-{finding.fingerprint}": "House style."}
    return [
        ("page", address("change", article), None),
        ("save", address("change", article), typed(article, title="Changed")),
        ("preview", address("preview", article), None),
        ("typed preview", address("preview", article), typed(article)),
        ("changes", address("preview", article) + "?changes=generated", None),
        ("compare", address("compare", article), None),
        ("revision", address("revision", article, 1), None),
        ("tags", reverse("admin:editorial_article_tags") + "?q=b", None),
        ("draft", address("draft", article), typed(article, title="Typed")),
        ("discard", address("discard", article), {}),
        ("layout", address("layout", article), {"layout": "inline"}),
        ("reading", address("reading", article), {"revision": article.current_id, "seconds": "5"}),
        ("both", address("both", article), None),
        ("waive", address("waive", article), waived),
    ]


def answers(client, article):
    return {
        name: client.get(where) if sent is None else client.post(where, sent)
        for name, where, sent in addresses(article)
    }


def nothing_happened(article):
    assert not WorkingCopy.objects.exists()
    assert not Preference.objects.exists()
    assert not Reading.objects.exists()
    assert not Waiver.objects.exists()
    article.refresh_from_db()
    assert article.current.number == 1


def test_nobody_gets_further_than_the_login(dan, article):
    for name, response in answers(dan, article).items():
        assert response.status_code == 302, name
        assert "/admin/login/" in response["Location"], name
    nothing_happened(article)


def test_an_account_without_a_role_is_refused_everywhere(client, article, django_user_model):
    client.force_login(django_user_model.objects.create_user("eve", is_staff=True))
    for name, response in answers(client, article).items():
        assert response.status_code == 403, name
    nothing_happened(article)


def test_who_may_only_look_changes_nothing_and_keeps_no_text(client, article, django_user_model):
    from django.contrib.auth.models import Permission

    eve = django_user_model.objects.create_user("eve", is_staff=True)
    eve.user_permissions.add(Permission.objects.get(codename="view_article"))
    client.force_login(eve)
    refused = {name for name, response in answers(client, article).items() if response.status_code == 403}
    assert refused == {"save", "draft", "both", "waive"}
    assert not WorkingCopy.objects.exists()
    assert not Waiver.objects.exists()


@pytest.mark.parametrize("person", PEOPLE)
def test_each_role_reaches_what_it_is_for(person, request, client, article):
    client.force_login(request.getfixturevalue(person))
    refused = {name for name, response in answers(client, article).items() if response.status_code >= 400}
    assert refused == ({"waive"} if person == "carl" else set())


def test_nobody_sees_or_discards_what_another_person_typed(client, article, ada, bea):
    client.force_login(ada)
    client.post(address("draft", article), typed(article, title="Ada's secret"))
    client.force_login(bea)
    for name in ("change", "preview"):
        assert "secret" not in client.get(address(name, article)).content.decode()
    client.post(address("discard", article))
    assert WorkingCopy.objects.get().by == ada


@pytest.mark.parametrize("key", [0, 10**30])
def test_an_article_that_is_not_there_is_not_found(key, client, ada, article):
    client.force_login(ada)
    for name in ("change", "preview", "compare", "both", "draft", "discard", "layout", "reading", "waive"):
        where = reverse(f"admin:editorial_article_{name}", args=[key])
        assert client.get(where, follow=name == "change").status_code == 404, name
        assert client.post(where, {"layout": "side"}).status_code == 404, name


@pytest.mark.parametrize("value", ["", "x", "9" * 40, "-1", "٣", "1\x00"])
@pytest.mark.parametrize("name", ["draft", "reading", "layout", "waive", "both", "change", "preview"])
def test_no_made_up_form_gives_a_server_error(name, value, client, ada, article):
    client.force_login(ada)
    keys = ("based_on", "revision", "seconds", "layout", "waive", "unwaive", "_fix", "body", "title", "date", "slug")
    response = client.post(address(name, article), dict.fromkeys(keys, value))
    assert response.status_code < 500
    for query in (f"?changes={value}", f"?revision={value}", f"?from={value}&to={value}"):
        for page in ("preview", "compare"):
            assert client.get(address(page, article) + query).status_code < 500


def test_the_preview_may_stand_in_a_frame_of_the_desk_and_nothing_else_may(client, article, ada):
    client.force_login(ada)
    framed = client.get(address("preview", article))
    assert framed["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in framed["Content-Security-Policy"]
    page = client.get(address("change", article))
    assert page["X-Frame-Options"] == "DENY"
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    for response in (framed, page):
        assert "unsafe" not in response["Content-Security-Policy"]
