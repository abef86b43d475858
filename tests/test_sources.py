"""The texts that an article was made from: read beside its file wherever that comes from, kept, shown, checked."""

import io
import json
import tarfile
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from editorial.checking import check
from editorial.drafts import Stage, advance, choose_all, confirm, keep
from editorial.holding import take_in
from editorial.importing import IncomingFile
from editorial.importing.sources import SourcesError, article_of, read_sources, written_sources
from editorial.models import Article, Finding, HeldFile, SourceText
from editorial.source_texts import sources_of

from .texts import APOSTROPHE, bring_in, file_text, imported, incoming

ADDRESS = "https://notes.example.org/2026/herons"
GIVEN = [
    {"url": ADDRESS, "title": "The survey", "text": "Two nests.", "retrieved_at": "2026-04-01T08:00:00Z"},
    {"url": "https://notes.example.org/more", "text": "More <b>nests</b>."},
]
SIDECAR = json.dumps(GIVEN).encode()
pytestmark = pytest.mark.django_db


def kept():
    return list(SourceText.objects.values_list("generation__path", "address", "title", "text"))


EXPECTED = [
    ("herons.md", ADDRESS, "The survey", "Two nests."),
    ("herons.md", "https://notes.example.org/more", "", "More <b>nests</b>."),
]


# --- reading -------------------------------------------------------------------------------------------


def test_a_sidecar_is_a_list_of_sources():
    first, second = read_sources(b"\xef\xbb\xbf" + SIDECAR)
    assert (first.address, first.title, first.text) == (ADDRESS, "The survey", "Two nests.")
    assert first.retrieved_at.isoformat() == "2026-04-01T08:00:00+00:00"
    assert (second.title, second.retrieved_at) == ("", None)
    assert read_sources(written_sources([first, second])) == (first, second)


@pytest.mark.parametrize(
    ("value", "moment"),
    [("2026-04-01", "2026-04-01T00:00:00+00:00"), ("2026-04-01T10:00:00+02:00", "2026-04-01T08:00:00+00:00")],
)
def test_a_date_alone_and_other_zones_are_understood(value, moment):
    assert (
        read_sources(json.dumps([{**GIVEN[0], "retrieved_at": value}]).encode())[0].retrieved_at.isoformat() == moment
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\xff\xfe", "not in UTF-8"),
        (b"[\n{,", "no JSON (line 2)"),
        (b"[" * 100_000, "no JSON"),
        (b"9" * 5_000, "no JSON"),
        (b"{}", "holds no list"),
        (b"[1]", "Source 1 is no object"),
        (json.dumps(GIVEN[:1] * 101).encode(), "names 101 sources; 100 is the limit"),
        (json.dumps([GIVEN[0], {"url": ADDRESS}]).encode(), "Source 2 has no text"),
        (json.dumps([{"text": "x"}]).encode(), "Source 1 has no url"),
        (json.dumps([{"url": "javascript:alert(1)", "text": "x"}]).encode(), "no web address"),
        (json.dumps([{"url": "https://[", "text": "x"}]).encode(), "no web address"),
        (json.dumps([{**GIVEN[0], "title": 4}]).encode(), "title of source 1 is no text"),
        (json.dumps([{**GIVEN[0], "retrieved_at": "soon"}]).encode(), "no date"),
        (json.dumps([{**GIVEN[0], "retrieved_at": 4}]).encode(), "no date"),
        (json.dumps([{**GIVEN[0], "retrieved_at": "0001-01-01T00:00:00+12:00"}]).encode(), "no date"),
    ],
)
def test_a_sidecar_of_no_use_is_told_in_a_sentence(data, said):
    with pytest.raises(SourcesError) as error:
        read_sources(data)
    assert said in str(error.value) and str(error.value).endswith(".")


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(
    st.binary()
    | st.lists(JSON | st.fixed_dictionaries({"url": st.text(), "text": st.text(), "retrieved_at": JSON})).map(
        lambda value: json.dumps(value).encode()
    )
)
def test_no_bytes_raise_anything_else(data):
    try:
        assert all(source.address for source in read_sources(data))
    except SourcesError as error:
        assert str(error).endswith(".")


def test_a_sidecar_goes_by_the_name_of_its_article():
    assert article_of("a/B.md") == article_of("a/b.sources.json") == article_of("A/b.markdown") == "a/b"
    assert article_of("a/b.v2.md") == "a/b.v2"


# --- wherever files come from --------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "herons.md").write_bytes(file_text())
    (tmp_path / "herons.sources.json").write_bytes(SIDECAR)
    return tmp_path


def test_a_folder_brings_them(folder, capsys):
    call_command("import_articles", str(folder))
    assert kept() == EXPECTED
    assert capsys.readouterr().err == ""


def test_a_file_that_is_named_brings_them(folder):
    call_command("import_articles", str(folder / "herons.md"))
    assert kept() == EXPECTED


def test_a_dry_run_keeps_none(folder):
    call_command("import_articles", str(folder), "--dry-run")
    assert kept() == []


def zipped(*members):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in members:
            archive.writestr(name, data)
    return packed.getvalue()


def tarred(*members):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return packed.getvalue()


ARTICLE, BESIDE = ("herons.md", file_text()), ("herons.sources.json", SIDECAR)
OTHER = ("owls.md", file_text(slug="owls", title="Owls", body="## Owls\n\nOwls are back.\n"))


@pytest.mark.parametrize(
    "members", [(ARTICLE, BESIDE), (BESIDE, ARTICLE), (BESIDE, OTHER, ARTICLE), (ARTICLE, BESIDE, OTHER)]
)
@pytest.mark.parametrize(("pack", "name"), [(zipped, "a.zip"), (tarred, "a.tar")])
def test_an_archive_brings_them_before_or_right_behind_the_article(tmp_path, capsys, pack, name, members):
    (tmp_path / name).write_bytes(pack(*members))
    call_command("import_articles", str(tmp_path / name))
    assert kept() == EXPECTED
    assert capsys.readouterr().err == ""


def test_what_a_tar_brings_too_late_is_named(tmp_path, capsys):
    (tmp_path / "a.tar").write_bytes(tarred(ARTICLE, OTHER, BESIDE))
    call_command("import_articles", str(tmp_path / "a.tar"))
    assert kept() == [] and Article.objects.count() == 2
    assert "herons.sources.json was left out" in capsys.readouterr().err


def test_a_zip_in_any_order_brings_them(tmp_path):
    (tmp_path / "a.zip").write_bytes(zipped(ARTICLE, OTHER, BESIDE))
    call_command("import_articles", str(tmp_path / "a.zip"))
    assert kept() == EXPECTED


def finished(draft, by):
    for _ in range(20):
        draft = advance(draft, by=by)
        if draft.stage == Stage.WAITING:
            choose_all(draft, ticked=True)
            confirm(draft, by=by)
        if draft.stage == Stage.DONE:
            return draft
    raise AssertionError("the upload never ends")


@pytest.mark.parametrize("is_late", [False, True])
def test_an_upload_brings_them(ada, is_late):
    sidecars = []
    beside = IncomingFile("herons.sources.json", SIDECAR)

    def files():
        if not is_late:
            sidecars.append(beside)
        yield incoming()
        if is_late:
            sidecars.append(beside)

    finished(keep(files(), by=ada, origin="test", sidecars=sidecars), ada)
    assert kept() == EXPECTED
    assert sidecars == []


@pytest.mark.parametrize("pack", [False, True])
def test_the_upload_page_takes_them(client, ada, pack):
    client.force_login(ada)
    sent = [("a.zip", zipped(ARTICLE, BESIDE))] if pack else [BESIDE, ARTICLE]
    files = [SimpleUploadedFile(name, data) for name, data in sent]
    client.post(reverse("admin:editorial_article_import"), {"files": files})
    from editorial.models import Draft

    finished(Draft.objects.get(), ada)
    assert kept() == EXPECTED


# --- what can go wrong ---------------------------------------------------------------------------------


def test_a_malformed_one_is_told_and_the_article_comes_in(folder, capsys):
    (folder / "herons.sources.json").write_bytes(b"[{")
    call_command("import_articles", str(folder))
    assert "herons.md: new: The texts in its .sources.json file were left out. It is no JSON" in capsys.readouterr().err
    assert Article.objects.count() == 1 and kept() == [] and not HeldFile.objects.exists()


def test_one_over_the_limit_is_told_and_the_article_comes_in(folder, capsys, settings):
    settings.UPLOAD_MAX_BYTES = 2_000
    (folder / "herons.sources.json").write_bytes(b" " * 2_001)
    call_command("import_articles", str(folder))
    assert "left out. The file has 2,001 bytes; 2,000 is the limit." in capsys.readouterr().err
    assert Article.objects.count() == 1


def test_one_that_can_not_be_read_is_told(folder, capsys):
    (folder / "herons.sources.json").unlink()
    (folder / "herons.sources.json").mkdir()
    call_command("import_articles", str(folder))
    assert "left out. It can't be read" in capsys.readouterr().err
    assert Article.objects.count() == 1


def test_a_malformed_one_in_an_upload_is_told_in_the_plan(ada):
    beside = IncomingFile("herons.sources.json", b"[{")
    draft = keep([incoming()], by=ada, origin="test", sidecars=[beside])
    while (draft := advance(draft, by=ada)).stage == Stage.PLANNING:
        pass
    assert "were left out. It is no JSON" in draft.files.get().message


def test_with_an_unchanged_article_a_changed_one_is_passed_over(folder):
    call_command("import_articles", str(folder))
    (folder / "herons.sources.json").write_bytes(json.dumps(GIVEN[:1]).encode())
    call_command("import_articles", str(folder))
    assert kept() == EXPECTED


def test_a_new_text_of_the_article_has_its_own(folder):
    call_command("import_articles", str(folder))
    (folder / "herons.md").write_bytes(file_text(excerpt="Three nests."))
    (folder / "herons.sources.json").write_bytes(json.dumps(GIVEN[:1]).encode())
    call_command("import_articles", str(folder))
    article = Article.objects.select_related("current").get()
    assert sources_of([article]) == {article.pk: {ADDRESS: "Two nests."}}
    assert SourceText.objects.count() == 3


def test_a_broken_file_that_is_mended_keeps_them(ada):
    bring_in(IncomingFile("herons.md", APOSTROPHE, sources=SIDECAR))
    article = take_in(HeldFile.objects.get(), file_text(), by=ada)
    article = Article.objects.select_related("current").get(pk=article.pk)
    assert sources_of([article])[article.pk].keys() == {given["url"] for given in GIVEN}


# --- what they are for ---------------------------------------------------------------------------------


def test_one_query_gives_those_of_1_and_of_20_articles():
    for number in range(20):
        body = f"## Herons {number}\n\nThey are back.\n"
        bring_in(
            IncomingFile(
                f"{number}.md", file_text(slug=f"herons-{number}", title=f"Herons {number}", body=body), sources=SIDECAR
            )
        )
    articles = list(Article.objects.select_related("current"))
    for some in (articles[:1], articles):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert len(sources_of(some)) == len(some)
        assert len(queries) == 1
    assert sources_of([]) == {}


def test_the_checks_hold_the_article_against_them():
    bring_in(IncomingFile("herons.md", file_text(), sources=SIDECAR))
    article = Article.objects.get()
    check([article.pk])
    found = Finding.objects.filter(code="fact-source")
    assert [finding.what for finding in found] == ["1998"]


def test_the_article_page_names_them_escaped(client, ada, dan):
    given = [{**GIVEN[0], "title": "<script>alert(1)</script>"}]
    bring_in(IncomingFile("herons.md", file_text(), sources=json.dumps(given).encode()))
    address = Article.objects.get().get_desk_url()
    assert dan.get(address).status_code == 302
    client.force_login(ada)
    page = client.get(address).content.decode()
    assert "Source texts" in page and ADDRESS in page and "fetched 1 April 2026" in page
    assert "<script>alert(1)" not in page and "&lt;script&gt;alert(1)" in page


def test_the_article_page_says_nothing_of_sources_where_there_are_none(client, ada):
    client.force_login(ada)
    assert "Source texts" not in client.get(imported().get_desk_url()).content.decode()
