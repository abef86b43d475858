"""What readers see where there is nothing to read: in the language of the address, and kept by nobody."""

import pytest
from django.conf import settings
from django.db import OperationalError, ProgrammingError, connection
from django.template.loader import get_template
from django.test.utils import CaptureQueriesContext

from digest.error_pages import not_found, not_understood, server_error

from .publications import published
from .test_public_site import Elements, words_of
from .test_robust import database_away

pytestmark = pytest.mark.django_db
POLISH = {
    400: "Nie udało się zrozumieć zapytania",
    404: "Pod tym adresem nie ma strony",
    500: "Coś się zepsuło po naszej stronie",
    503: "W tej chwili nie możemy sięgnąć do artykułów",
}
ENGLISH = {
    400: "The request could not be understood",
    404: "There is no page at this address",
    500: "Something broke on our side",
    503: "The articles can’t be reached just now",
}


def answer(client, path, code):
    """What is answered at a path where that goes wrong which this code stands for."""
    client.raise_request_exception = False
    if code == 400:
        return client.get(path, headers={"host": "evil.example.org"})
    if code == 404:
        return client.get(path + "no/such/page")
    with database_away(OperationalError("gone") if code == 503 else ProgrammingError("no such column")):
        return client.get(path)


@pytest.mark.parametrize("code", POLISH)
@pytest.mark.parametrize(
    ("path", "speaks", "said"), [("/pl/", "pl", POLISH), ("/", "en", ENGLISH), ("/en/", "en", ENGLISH)]
)
def test_it_is_said_in_the_language_of_the_address_what_is_wrong(client, path, speaks, said, code):
    response = answer(client, path, code)
    html = response.content.decode()
    assert response.status_code == code
    assert f'<html lang="{speaks}">' in html
    assert said[code] in words_of(html)
    assert len(Elements(html).all("h1")) == 1


@pytest.mark.parametrize("path", ["/no/such/page", "/pl/no/such/page", "/plonk/"])
def test_an_unknown_address_is_answered_without_a_query(client, path):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 404
    assert len(queries) == 0


def test_any_path_whatever_has_a_language(rf):
    for path in ("", "/", "//", "/pl", "pl", "/PL/", "/pl\x00/", "/\udcff/"):
        request = rf.get("/")
        request.path_info = path
        for page in (not_found(request, LookupError()), not_understood(request, ValueError()), server_error(request)):
            speaks = "pl" if path == "/pl" else "en"
            assert f'<html lang="{speaks}">' in page.content.decode()


@pytest.mark.parametrize("name", ["500.html", "503.html", "pl/500.html", "pl/503.html"])
def test_the_pages_for_a_broken_server_ask_nothing_of_the_server(name):
    template = get_template(name).template
    assert [type(node).__name__ for node in template.nodelist] == ["TextNode"]
    assert settings.STATIC_URL == "/static/"


@pytest.mark.parametrize(
    "path", ["/articles/unknown/", "/no/such/page", "/articles/old/", "/en/about/", "/?after=1000-01-01.1"]
)
def test_what_is_no_page_is_asked_for_anew_each_time_by_caches(client, path):
    published().aliases.create(slug="old")
    response = client.get(path)
    assert response.status_code in (301, 302, 404)
    assert response["Cache-Control"] == "no-cache"
