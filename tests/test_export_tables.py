"""Exports from the article list: a selection as a zip of Markdown files, and tables that no spreadsheet runs."""

import csv
import io
import json
import re
import zipfile
from dataclasses import replace

import openpyxl
import pytest
from django.contrib import admin
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from editorial.admin.exports import ArticleExportMixin, ArticleResource, export_as_zip, harmless
from editorial.models import Article
from editorial.workflow import correct

from .texts import file_text, imported, published

pytestmark = pytest.mark.django_db
CSV, XLSX, JSON = "0", "1", "2"


class Tables(ArticleExportMixin, admin.ModelAdmin):
    """An article list with nothing but what is tested here."""

    list_filter = ["status"]
    actions = [export_as_zip]


def request_of(user, method="get", data=None, query=""):
    request = getattr(RequestFactory(), method)(f"/{query}", data)
    request.user = user
    request.session = {}
    request._messages = FallbackStorage(request)
    return request


def table(user, kind, query=""):
    """The table as a response to the form."""
    request = request_of(user, "post", {"format": kind, "resource": ""}, query)
    return Tables(Article, admin.site).export_action(request)


def zipped(user, articles):
    """(the response, {path: bytes} of its zip)."""
    response = export_as_zip(Tables(Article, admin.site), request_of(user), articles)
    stream = io.BytesIO(b"".join(response.streaming_content))
    response.close()
    with zipfile.ZipFile(stream) as found:
        return response, {name: found.read(name) for name in found.namelist()}


# --- the zip ----------------------------------------------------------------------------------------------


def test_a_selection_is_a_zip_of_the_files_they_came_from(carl, ada):
    article = imported()
    imported(slug="storks", title="Storks")
    imported(slug="cranes", title="Cranes")
    correct(article, replace(article.current.text, excerpt="Corrected."), by=ada, based_on=article.current)
    response, files = zipped(carl, Article.objects.filter(slug__in=["herons-return", "storks"]))
    assert files == {
        "herons-return.md": file_text(excerpt="Corrected."),
        "storks.md": file_text(slug="storks", title="Storks"),
    }
    assert response["Content-Type"] == "application/zip"
    name = r'attachment; filename="articles-20\d\d-\d\d-\d\d\.zip"'
    assert re.fullmatch(name, response["Content-Disposition"])


def test_a_zip_has_only_what_the_person_may_view(carl, monkeypatch):
    imported()
    imported(slug="storks", title="Storks")
    monkeypatch.setattr(Tables, "has_view_permission", lambda self, request, obj=None: obj.slug == "storks")
    assert list(zipped(carl, Article.objects.all())[1]) == ["storks.md"]


def test_the_action_is_offered_to_those_who_may_view(carl, django_user_model):
    tables = Tables(Article, admin.site)
    assert "export_as_zip" in tables.get_actions(request_of(carl))
    nobody = django_user_model.objects.create_user("eve", is_staff=True)
    assert "export_as_zip" not in tables.get_actions(request_of(nobody))


def test_a_selection_of_which_nothing_can_be_exported_is_said_and_no_zip_comes(carl, ada):
    article = imported()
    correct(article, replace(article.current.text, tags=("pl",)), by=ada, based_on=article.current)
    request = request_of(carl)
    assert export_as_zip(Tables(Article, admin.site), request, Article.objects.all()) is None
    (message,) = get_messages(request)
    assert str(message).startswith("“Herons return” can't be exported: In a file hashtags would be read as")


# --- tables -----------------------------------------------------------------------------------------------


def test_a_table_tells_what_is_known_about_each_article_and_holds_no_text(carl, ada):
    article = published(by=ada, more="source_pattern: River Notes\nmodel: gpt-5-mini\n")
    response = table(carl, CSV)
    (row,) = csv.DictReader(io.StringIO(response.content.decode()))
    assert row.pop("imported at") and row.pop("changed at")
    assert row == {
        "uid": str(article.uid),
        "slug": "herons-return",
        "title": "Herons return",
        "status": "approved",
        "public": "yes",
        "language": "en",
        "date": "2026-04-02",
        "source": "River Notes",
        "tags": "birds, rivers",
        "words": str(article.current.word_count),
        "revision": "1",
        "model": "gpt-5-mini",
        "prompt version": "",
        "file": "herons-return.md",
    }
    assert "Two herons nest" not in response.content.decode()
    assert response["Content-Disposition"].endswith('.csv"')


def test_xlsx_has_the_same_rows_with_numbers_and_days_as_such(carl):
    imported()
    sheet = openpyxl.load_workbook(io.BytesIO(table(carl, XLSX).content)).active
    head, row = [[cell.value for cell in line] for line in sheet.iter_rows()]
    values = dict(zip(head, row, strict=True))
    assert (values["slug"], values["public"], values["source"]) == ("herons-return", "no", None)
    assert values["revision"] == 1
    assert values["words"] > 20
    assert values["date"].isoformat().startswith("2026-04-02")


def test_json_is_exact(carl):
    imported(title="=1+1")
    (row,) = json.loads(table(carl, JSON).content)
    assert row["title"] == "=1+1"
    assert (row["date"], row["revision"], row["source"]) == ("2026-04-02", 1, "")
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d", row["imported at"])


HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1"]


@pytest.mark.parametrize("cell", HOSTILE)
def test_what_could_be_a_formula_gets_an_apostrophe(cell):
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["Herons", "1+1", "a=b", "", "'=1", -1, None])
def test_what_cannot_be_a_formula_stays(cell):
    assert harmless(cell) == cell


@pytest.mark.parametrize("title", ["=HYPERLINK(A1)", "+1", "-1", "@SUM(A1)"])
def test_no_cell_of_csv_or_xlsx_is_a_formula(carl, title):
    imported(title=title, hashtags=f"#generated #en #{title}", more="source_pattern: '=cmd'\n")
    (row,) = csv.DictReader(io.StringIO(table(carl, CSV).content.decode()))
    sheet = openpyxl.load_workbook(io.BytesIO(table(carl, XLSX).content)).active
    cells = [cell for line in sheet.iter_rows(min_row=2) for cell in line]
    for value in [*row.values(), *(cell.value for cell in cells if isinstance(cell.value, str))]:
        assert value[:1] not in ("=", "+", "-", "@")
    assert f"'{title}" in row.values()
    assert f"'{title}" in [cell.value for cell in cells]
    assert "f" not in {cell.data_type for cell in cells}


def test_a_character_that_xlsx_has_no_room_for_stops_no_table(carl):
    imported(title="a\\u0001b\\uffff")
    sheet = openpyxl.load_workbook(io.BytesIO(table(carl, XLSX).content)).active
    assert "a\ufffdb\ufffd" in [cell.value for cell in sheet[2]]


def test_a_table_holds_what_the_list_shows(carl, ada):
    published(by=ada)
    imported(slug="storks", title="Storks")
    rows = csv.DictReader(io.StringIO(table(carl, CSV, "?status__exact=new").content.decode()))
    assert [row["slug"] for row in rows] == ["storks"]


def test_a_table_of_20_takes_as_many_queries_as_one_of_1():
    taken = []
    for number in (1, 20):
        for n in range(number):
            if not Article.objects.filter(slug=f"h-{n}").exists():
                imported(slug=f"h-{n}", title=f"H {n}", more=f"source_pattern: S{n}\n")
        with CaptureQueriesContext(connection) as queries:
            assert len(ArticleResource().export(Article.objects.order_by("pk"))) == number
        taken.append(len(queries))
        assert not any('"body"' in query["sql"] or '"content"' in query["sql"] for query in queries)
    assert taken[0] == taken[1] <= 3


def test_the_form_offers_three_formats_and_has_nothing_inline(carl):
    imported()
    page = Tables(Article, admin.site).export_action(request_of(carl)).render().content.decode()
    form = page.split('<form action="" method="POST">')[1].split("</form>")[0]
    assert re.findall(r"<option[^>]*>(\w+)</option>", form) == ["csv", "xlsx", "json"]
    assert not re.search(r"\sstyle=|\son\w+=", form)


def test_who_may_not_view_articles_gets_no_table(django_user_model):
    nobody = django_user_model.objects.create_user("eve", is_staff=True)
    with pytest.raises(PermissionDenied):
        table(nobody, CSV)


def test_the_list_keeps_its_own_template_and_is_told_whether_to_link_to_the_form(carl):
    tables = Tables(Article, admin.site)
    tables.change_list_template = "ours.html"
    tables.init_change_list_template()
    assert tables.change_list_template == "ours.html"
    response = Tables(Article, admin.site).changelist_view(request_of(carl))
    assert response.context_data["has_export_permission"] is True


def test_the_article_list_offers_the_zip_and_the_table_of_what_it_shows(client, carl):
    imported()
    imported(slug="storks", title="Storks")
    client.force_login(carl)
    url = reverse("admin:editorial_article_changelist")
    page = client.get(f"{url}?q=storks").content.decode()
    assert "Export as Markdown files (zip)" in page
    assert "export/?q=storks" in page
    chosen = [article.pk for article in Article.objects.filter(slug="storks")]
    response = client.post(url, {"action": "export_as_zip", "_selected_action": chosen})
    with zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content))) as found:
        assert found.namelist() == ["storks.md"]
    response = client.post(f"{reverse('admin:editorial_article_export')}?q=storks", {"format": CSV, "resource": ""})
    assert [row["slug"] for row in csv.DictReader(io.StringIO(response.content.decode()))] == ["storks"]
