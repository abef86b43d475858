"""Uploads on the desk: sending, the plan, one file's page, going on, the result; for each of the cast."""

import io
import random
import re
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from editorial import drafts
from editorial.drafts import Stage
from editorial.models import Article, Batch, Draft, DraftFile, HeldFile

from .test_drafts import age, many
from .texts import APOSTROPHE, BODY, bring_in, file_text, imported, incoming

pytestmark = pytest.mark.django_db
IMPORT = "admin:editorial_article_import"


def text_of(response):
    return response.content.decode()


def send(client, *files, follow=True):
    sent = [SimpleUploadedFile(name, data) for name, data in files]
    return client.post(reverse(IMPORT), {"files": sent}, follow=follow)


def zipped(*files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return stream.getvalue()


def address(draft, page=""):
    return reverse(f"admin:editorial_draft{page}", args=[draft.pk])


def post(client, draft, chosen=None, **pressed):
    """The form of the plan as a browser sends it: what is shown, what is ticked, one button."""
    rows = draft.files.all()
    ticked = [row.pk for row in rows if (row.ticked if chosen is None else row.path in chosen)]
    values = {"shown": [row.pk for row in rows], "chosen": ticked, **(pressed or {"_confirm": "yes"})}
    return client.post(address(draft), values, follow=True)


@pytest.fixture
def at_the_desk(client, ada):
    client.force_login(ada)
    return client


@pytest.fixture
def small_slices(monkeypatch):
    monkeypatch.setattr(drafts, "SLICE_FILES", 3)


# --- the whole way ----------------------------------------------------------------------------------------


def test_files_are_sent_looked_at_confirmed_and_read_about(at_the_desk, ada):
    page = send(at_the_desk, ("a.md", file_text()), ("bad.md", APOSTROPHE), ("b.md", file_text(slug="b", title="B")))
    assert "What would be imported" in text_of(page)
    for words in ("a.md", "2 new", "1 broken, with a proposed repair", "Line 2:", "3 of 3 ticked"):
        assert words in text_of(page)
    assert not Article.objects.exists()
    page = post(at_the_desk, Draft.objects.get())
    assert "What was imported" in text_of(page)
    assert "2 new" in text_of(page)
    assert ">Settle<" in text_of(page)
    assert Article.objects.count() == 2
    assert Batch.objects.get().by == ada


def test_what_is_unticked_does_not_come(at_the_desk):
    send(at_the_desk, ("a.md", file_text()), ("b.md", file_text(slug="b", title="B")))
    post(at_the_desk, Draft.objects.get(), chosen=["b.md"])
    assert [article.slug for article in Article.objects.all()] == ["b"]


def test_files_that_bring_nothing_are_unticked_and_the_page_says_so(at_the_desk):
    imported()
    page = text_of(send(at_the_desk, ("a.md", file_text())))
    assert "unchanged" in page
    assert "0 of 1 ticked" in page
    draft = Draft.objects.get()
    assert "Tick at least one" in text_of(post(at_the_desk, draft))
    page = text_of(post(at_the_desk, draft, chosen=["a.md"]))
    assert "Nothing changed" in page
    assert "a.md" in page
    assert Batch.objects.count() == 1


def test_a_zip_is_unpacked_and_tells_its_provenance(at_the_desk):
    files = [(f"out/żółw-{n}.md", file_text(slug=f"z-{n}", title=f"Z {n}")) for n in range(3)]
    archive = zipped(("out/batch.json", b'{"model": "gpt-5-mini"}'), *files, ("../evil.md", b"x"), ("a.png", b"x"))
    page = text_of(send(at_the_desk, ("run.zip", archive)))
    assert "out/żółw-1.md" in page
    assert "upload of run.zip" in page
    assert "leads outside the archive" in page
    post(at_the_desk, Draft.objects.get())
    batch = Batch.objects.get()
    assert (batch.counts, batch.provenance["model_name"]) == ({"new": 3}, "gpt-5-mini")


def test_a_plan_that_changed_meanwhile_is_shown_again(at_the_desk):
    send(at_the_desk, ("a.md", file_text()))
    imported(title="Faster herons")
    page = text_of(post(at_the_desk, Draft.objects.get()))
    assert "The desk has changed since this plan was shown" in page
    assert "was: new" in page
    assert "updated" in page
    assert "1 updated" in text_of(post(at_the_desk, Draft.objects.get()))


def test_a_yes_pressed_twice_imports_once(at_the_desk):
    send(at_the_desk, ("a.md", file_text()))
    draft = Draft.objects.get()
    form = {"shown": [], "chosen": [], "_confirm": "yes"}
    for _ in range(2):
        page = at_the_desk.post(address(draft), form, follow=True)
    assert "was imported already" in text_of(page)
    assert "What was imported" in text_of(page)
    assert Batch.objects.count() == 1


# --- refusals ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ([], "Choose at least one .md file"),
        ([("virus.exe", b"MZ")], "Leave out: virus.exe"),
        ([(f"{n}.exe", b"MZ") for n in range(25)], "and 5 more"),
        ([(f"{n}.md", b"x") for n in range(101)], "more than the 100"),
        ([("a.zip", zipped()), ("b.md", b"x")], "A zip comes alone"),
        ([("a.zip", zipped())], "no Markdown file in it"),
        ([("a.zip", b"PK nonsense")], "no zip file, or a broken one"),
        ([("a.zip", zipped(("a.md", b"x" * 900_000)))], "zip bomb"),
        ([("a.zip", zipped(*((f"{n}.txt", b"") for n in range(60))))], "more than 50 entries"),
        ([("a.zip", zipped(("a.md", b"x"), ("batch.json", b"[]")))], "batch.json has to be one object"),
        ([("a.zip", random.Random(1).randbytes(2_000_001))], "2,000,000 is the limit"),  # noqa: S311
        ([("batch.json", b"{}")], "no Markdown file in it"),
        ([("batch.json", b"x"), ("a.md", b"x")], "batch.json is not JSON"),
    ],
)
def test_a_refused_upload_says_why_and_keeps_nothing(files, says, at_the_desk, settings):
    settings.ARCHIVE_MAX_ENTRIES, settings.ARCHIVE_MAX_BYTES = 50, 2_000_000
    response = send(at_the_desk, *files)
    assert response.status_code == 200
    assert says in text_of(response).replace("&#x27;", "'")
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    ("file", "says"),
    [(("empty.md", b""), "The file is empty"), (("big.md", b"x" * 1_000_001), "1,000,000 is the limit")],
)
def test_a_file_of_no_use_is_in_the_plan_with_its_reason(file, says, at_the_desk):
    page = text_of(send(at_the_desk, file, ("a.md", file_text())))
    assert says in page
    assert "1 of 2 ticked" in page


def test_no_bytes_end_in_a_server_error(at_the_desk):
    """Real files and archives, cut and changed at random; every page that follows is one."""
    chance = random.Random(4)  # noqa: S311
    seeds = [
        file_text(),
        APOSTROPHE,
        zipped(("a.md", file_text()), ("b.md", APOSTROPHE)),
        b"\xff\xfe",
        b"---\n\x00\n---\n",
    ]
    for _ in range(20):
        data = bytearray(chance.choice(seeds))
        for _ in range(chance.randrange(6)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        data = bytes(data[: chance.randrange(1, len(data) + 1)])
        name = chance.choice(["a.md", "ż\u202e.md", "a.zip", "batch.json", "<b>.markdown"])
        assert send(at_the_desk, (name, data)).status_code == 200
    for row in DraftFile.objects.select_related("draft"):
        assert at_the_desk.get(reverse("admin:editorial_draft_file", args=[row.draft_id, row.pk])).status_code == 200
    for draft in Draft.objects.all():
        assert post(at_the_desk, draft).status_code == 200
    for held in HeldFile.objects.all():
        assert at_the_desk.get(reverse("admin:editorial_heldfile_change", args=[held.pk])).status_code == 200
    assert HeldFile.objects.exists()


ODD = ["", "x", "-1", "0", "9" * 30, "٣", "\x00", "1\n", "outcome=\x00&page=x", "page=99999999999999999999", "<b>"]


def test_nothing_typed_into_the_plan_ends_in_a_server_error(at_the_desk):
    send(at_the_desk, ("a.md", file_text()))
    draft = Draft.objects.get()
    chance = random.Random(7)  # noqa: S311
    names = ["shown", "chosen", "go", "all", "outcome", "page"]
    for _ in range(25):
        values = {name: chance.choices(ODD, k=chance.randrange(3)) for name in names}
        assert at_the_desk.post(address(draft), values, follow=True).status_code == 200
        query = {name: chance.choice(ODD) for name in names}
        assert at_the_desk.get(address(draft), query).status_code == 200
    assert at_the_desk.get(f"{address(draft)}files/{'9' * 30}/").status_code == 404
    assert at_the_desk.get(f"{address(draft)}files/0/").status_code == 404


# --- the plan's table -------------------------------------------------------------------------------------


def big_plan(client, number=205):
    files = [(f"{n:03}.md", file_text(slug=f"h-{n}", title=f"H {n}")) for n in range(number)]
    send(client, ("big.zip", zipped(*files, ("bad.md", APOSTROPHE))))
    return Draft.objects.get()


def test_a_long_plan_has_pages_and_ticks_stay_from_page_to_page(at_the_desk):
    draft = big_plan(at_the_desk)
    page = at_the_desk.get(address(draft))
    assert "Page 1 of 3" in text_of(page)
    rows = [row.pk for row in page.context["page"]]
    page = at_the_desk.post(address(draft), {"shown": rows, "chosen": rows[1:], "go": "outcome=&page=2"}, follow=True)
    assert "Page 2 of 3" in text_of(page)
    assert "205 of 206 ticked, also on other pages" in text_of(page)
    assert draft.files.filter(ticked=False).get().pk == rows[0]


def test_a_plan_is_filtered_by_outcome_and_unticked_as_a_whole(at_the_desk):
    draft = big_plan(at_the_desk, number=5)
    page = at_the_desk.post(address(draft), {"go": "outcome=repairable"}, follow=True)
    assert [row.path for row in page.context["page"]] == ["bad.md"]
    page = at_the_desk.post(address(draft), {"outcome": "new", "all": "off"}, follow=True)
    assert "1 of 6 ticked" in text_of(page)
    assert page.context["outcome"] == "new"
    page = at_the_desk.post(address(draft), {"outcome": "", "all": "on"}, follow=True)
    assert "6 of 6 ticked" in text_of(page)


def test_the_pages_take_the_same_number_of_queries_for_1_and_for_20_files(at_the_desk):
    taken = {"plan": [], "result": [], "upload": []}
    for number in (1, 20):
        bring_in(*many(number))
        files = [(f"{n}.md", file_text(slug=f"herons-{n}", title=f"H {number}")) for n in range(number)]
        send(at_the_desk, *files, *[(f"bad-{n}.md", APOSTROPHE + b"%d" % number * n) for n in range(number)])
        draft = Draft.objects.latest("created_at")
        taken["plan"].append(queries_of(at_the_desk, address(draft)))
        taken["upload"].append(queries_of(at_the_desk, reverse(IMPORT)))
        post(at_the_desk, draft)
        taken["result"].append(queries_of(at_the_desk, address(draft, "_result")))
    for name, (one, many_rows) in taken.items():
        assert one == many_rows <= 12, name


def queries_of(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


# --- one file ---------------------------------------------------------------------------------------------


def file_page(client, *files):
    send(client, *files)
    row = DraftFile.objects.latest("pk")
    return text_of(client.get(reverse("admin:editorial_draft_file", args=[row.draft_id, row.pk])))


def test_a_files_page_shows_what_would_change(at_the_desk):
    imported()
    page = file_page(at_the_desk, ("a.md", file_text(title="Storks", body=BODY.replace("Two nests", "Three nests"))))
    assert "<del>Herons return</del> <ins>Storks</ins>" in page
    assert "<del>Two</del><ins>Three</ins> nests" in page


def test_a_files_page_says_when_only_fields_or_nothing_changed(at_the_desk):
    imported()
    assert "The text itself stays the same" in file_page(at_the_desk, ("a.md", file_text(title="Storks")))
    assert "nothing would change" in file_page(at_the_desk, ("a.md", file_text()))


def test_the_page_of_a_new_file_shows_its_text_as_text(at_the_desk):
    page = file_page(at_the_desk, ("a.md", file_text(body=BODY + "\n<script>alert(1)</script>\n")))
    assert "The text that would be new" in page
    assert "&lt;script&gt;alert(1)" in page


def test_texts_too_long_to_compare_are_shown_instead(at_the_desk):
    imported()
    page = file_page(at_the_desk, ("a.md", file_text(body="Word.\n\n" * 30_000)))
    assert "too long to be compared" in page


def test_the_page_of_a_broken_file_shows_the_place_and_the_repair(at_the_desk):
    page = file_page(at_the_desk, ("bad.md", APOSTROPHE))
    assert '<span class="mark">here</span> 2' in page
    assert "The proposed repair" in page
    assert "<del>title: &#x27;A heron&#x27;s return&#x27;</del>" in page
    page = file_page(at_the_desk, ("worse.md", b"nothing here"))
    assert "The proposed repair" not in page


# --- going on ---------------------------------------------------------------------------------------------


def test_a_large_upload_is_planned_and_imported_in_slices_without_javascript(at_the_desk, small_slices):
    page = send(at_the_desk, *((f"{n}.md", file_text(slug=f"h-{n}", title=f"H {n}")) for n in range(20)))
    draft = Draft.objects.get()
    assert "Looking at the files: 6 of 20" in text_of(page)
    pressed = 0
    while "Continue" in text_of(page):
        page = at_the_desk.post(address(draft, "_continue"), follow=True)
        pressed += 1
    assert pressed == 3
    page = post(at_the_desk, draft)
    assert "Looking at the files once more: 6 of 20" in text_of(page)
    titles = set()
    while "Continue" in text_of(page):
        page = at_the_desk.post(address(draft, "_continue"), follow=True)
        titles |= set(re.findall(r"<title>(.*?) \|", text_of(page)))
    assert titles == {"Looking at the files once more", "Importing the files", "What was imported"}
    assert Article.objects.count() == 20


def test_the_script_is_told_of_progress_and_of_the_end(at_the_desk, small_slices):
    send(at_the_desk, *((f"{n}.md", file_text(slug=f"h-{n}", title=f"H {n}")) for n in range(8)))
    draft = Draft.objects.get()
    answer = at_the_desk.post(address(draft, "_continue"), headers={"accept": "application/json"}).json()
    assert answer["finished"] is True
    post(at_the_desk, draft)
    answer = at_the_desk.post(address(draft, "_continue"), headers={"accept": "application/json"}).json()
    assert answer == {"finished": False, "title": "Importing the files", "done": 3, "total": 8}


def test_the_script_is_told_why_it_stops(at_the_desk, small_slices):
    send(at_the_desk, *((f"{n}.md", file_text(slug=f"h-{n}", title=f"H {n}")) for n in range(8)))
    draft = Draft.objects.get()
    age(draft, hours=25)
    response = at_the_desk.post(address(draft, "_continue"), headers={"accept": "application/json"})
    assert response.status_code == 409
    assert "has expired" in response.json()["sentence"]
    assert "has expired" in text_of(at_the_desk.post(address(draft, "_continue"), follow=True))


def test_an_upload_is_found_again_on_the_upload_page(at_the_desk):
    send(at_the_desk, ("a.md", file_text()))
    page = text_of(at_the_desk.get(reverse(IMPORT)))
    assert "Your uploads that wait" in page
    assert address(Draft.objects.get()) in page


def test_an_upload_is_thrown_away(at_the_desk):
    send(at_the_desk, ("a.md", file_text()))
    draft = Draft.objects.get()
    page = text_of(at_the_desk.post(address(draft, "_cancel"), follow=True))
    assert "thrown away. Nothing was imported" in page
    assert not Draft.objects.exists()
    assert at_the_desk.get(address(draft)).status_code == 404


def test_an_import_that_has_begun_is_not_thrown_away(at_the_desk):
    send(at_the_desk, ("a.md", file_text()))
    draft = Draft.objects.get()
    post(at_the_desk, draft)
    page = text_of(at_the_desk.post(address(draft, "_cancel"), follow=True))
    assert "The import of this upload has begun" in page


def test_an_expired_upload_says_so_on_every_way_to_it(at_the_desk):
    send(at_the_desk, ("a.md", file_text()))
    draft = Draft.objects.get()
    age(draft, hours=25)
    says = "older than a day and has expired"
    assert says in text_of(at_the_desk.get(address(draft)))
    assert says in text_of(post(at_the_desk, draft))
    assert says in text_of(at_the_desk.get(address(draft, "_result"), follow=True))
    assert "Your uploads that wait" not in text_of(at_the_desk.get(reverse(IMPORT)))
    assert not Article.objects.exists()


def test_an_upload_that_did_not_arrive_says_so(at_the_desk, ada):
    draft = Draft.objects.create(by=ada, origin="upload of a.zip")
    assert draft.stage == Stage.RECEIVING
    assert "did not arrive as a whole" in text_of(at_the_desk.get(address(draft)))


def test_a_result_is_filtered_and_paged(at_the_desk):
    draft = big_plan(at_the_desk)
    post(at_the_desk, draft)
    at_the_desk.post(address(draft, "_continue"))  # so many are checked in a second request
    page = at_the_desk.get(address(draft, "_result"))
    assert "Page 1 of 3" in text_of(page)
    page = at_the_desk.get(address(draft, "_result"), {"outcome": "repairable"})
    assert [row.path for row in page.context["page"]] == ["bad.md"]
    assert reverse("admin:editorial_heldfile_change", args=[HeldFile.objects.get().pk]) in text_of(page)


# --- who may what -----------------------------------------------------------------------------------------


def addresses(draft):
    return {
        "upload": reverse(IMPORT),
        "plan": address(draft),
        "file": reverse("admin:editorial_draft_file", args=[draft.pk, draft.files.first().pk]),
        "continue": address(draft, "_continue"),
        "cancel": address(draft, "_cancel"),
        "result": address(draft, "_result"),
    }


def a_draft(by):
    return drafts.advance(drafts.keep([incoming()], by=by, origin="upload of a.md"), by=by)


def both_ways(client, url):
    return client.get(url), client.post(url)


def test_nobody_without_an_account_reaches_an_upload(dan, ada):
    for name, url in addresses(a_draft(ada)).items():
        for response in both_ways(dan, url):
            assert response.status_code == 302, name
            assert "/admin/login/" in response["Location"], name


@pytest.mark.parametrize("person", ["bea", "carl"])
def test_who_may_not_import_reaches_nothing_of_an_upload(person, request, client, ada):
    draft = a_draft(ada)
    client.force_login(request.getfixturevalue(person))
    for name, url in addresses(draft).items():
        for response in both_ways(client, url):
            assert response.status_code in (403, 405), name
    assert Draft.objects.get().stage == Stage.WAITING


def test_another_publishers_upload_does_not_exist_for_ada(client, ada, django_user_model):
    zoe = django_user_model.objects.create_user("zoe", is_staff=True)
    zoe.groups.set(ada.groups.all())
    draft = a_draft(zoe)
    client.force_login(ada)
    for name, url in addresses(draft).items():
        for response in both_ways(client, url):
            assert response.status_code in (404, 405) or name == "upload", name
    assert "Your uploads that wait" not in text_of(client.get(reverse(IMPORT)))
    assert Draft.objects.get().stage == Stage.WAITING


def test_a_superuser_sees_and_confirms_any_upload(admin_client, ada):
    draft = a_draft(ada)
    assert "What would be imported" in text_of(admin_client.get(address(draft)))
    post(admin_client, draft)
    assert Batch.objects.get().by.username == "admin"


def test_a_file_of_another_upload_does_not_exist_here(at_the_desk, ada):
    one, two = a_draft(ada), a_draft(ada)
    url = reverse("admin:editorial_draft_file", args=[one.pk, two.files.get().pk])
    assert at_the_desk.get(url).status_code == 404


def test_the_pages_have_a_strict_policy_and_no_inline_code(at_the_desk, ada):
    for name, url in addresses(a_draft(ada)).items():
        if name in ("continue", "cancel"):
            continue
        response = at_the_desk.get(url, follow=True)
        assert "unsafe" not in response["Content-Security-Policy"], name
        assert "<style" not in text_of(response), name
        assert " style=" not in text_of(response), name
        assert "<script>" not in text_of(response), name
