"""Files that became no text: the queue, one file's page, and the four ways on; for each of the cast."""

import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from editorial import holding
from editorial.holding import accept_all, accept_repair, dismiss, edited, mending, take_in, with_repair
from editorial.models import Article, Event, HeldFile
from editorial.workflow import NotAllowed, WorkflowError

from .texts import APOSTROPHE, BODY, bring_in, file_text, imported, incoming

pytestmark = pytest.mark.django_db
QUEUE = "admin:editorial_heldfile_changelist"
UNKEYED = file_text(slug="b").replace(b'title: "Herons return"\n', b"").replace(b"## Herons", b"Herons")


def apostrophe(number=0):
    """A file with a repair; each number another article."""
    return file_text(slug=f"heron-{number}", title=f"H{number}").replace(
        f'"H{number}"'.encode(), f"'A heron's return {number}'".encode()
    )


def held(*data):
    """Held files of these bytes; the last one."""
    bring_in(*(incoming(f"bad-{n}.md", data=each) for n, each in enumerate(data)))
    return HeldFile.objects.latest("pk")


def slug_twice():
    bring_in(incoming("a.md"), incoming("b.md", title="Other herons"))
    return HeldFile.objects.get()


def text_of(response):
    return response.content.decode()


def address(row, page="change"):
    return reverse(f"admin:editorial_heldfile_{page}", args=[row.pk])


@pytest.fixture
def at_the_desk(client, ada):
    client.force_login(ada)
    return client


# --- what is known of a file ------------------------------------------------------------------------------


def test_a_repair_is_proposed_as_a_diff():
    known = mending(held(APOSTROPHE))
    assert "+title:" in known.diff
    assert "'A heron''s return'" in known.proposed_text
    assert known.text == APOSTROPHE.decode()


def test_a_file_whose_slug_is_taken_is_proposed_under_the_next_free_one():
    imported(slug="herons-return-2", title="Second")
    known = mending(slug_twice())
    assert "+slug: " in known.diff.replace('"', " ").replace("+slug:  ", "+slug: ")
    assert "herons-return-3" in known.proposed_text


@pytest.mark.parametrize("slug", ["h" * 200, "Żółw!"])
def test_the_next_free_slug_can_be_used_whatever_the_taken_one_is(slug, ada):
    bring_in(incoming("a.md", slug=slug), incoming("b.md", slug=slug, title="Other"))
    article = accept_repair(HeldFile.objects.get(), by=ada)
    assert (article.title, article.slug[-2:]) == ("Other", "-2")


def test_a_held_file_that_can_not_be_read_any_more_has_no_other_slug():
    row = held(b"nothing here")
    row.cause = "slug-twice"
    assert mending(row).proposal is None


def test_where_no_repair_is_known_there_is_no_diff(ada):
    row = held(b"nothing here")
    known = mending(row)
    assert (known.proposal, known.diff, known.proposed_text) == (None, "", "")
    with pytest.raises(WorkflowError, match="No repair is known for bad-0.md"):
        accept_repair(row, by=ada)


# --- accepting --------------------------------------------------------------------------------------------


def test_an_accepted_repair_becomes_an_article_and_closes_the_file(ada):
    row = held(APOSTROPHE)
    article = accept_repair(row, by=ada)
    row.refresh_from_db()
    assert article.title == "A heron's return"
    assert (row.state, row.article, row.closed_by) == ("repaired", article, ada)
    assert Event.objects.first().action == "repair"
    with pytest.raises(WorkflowError, match="settled by somebody else"):
        accept_repair(row, by=ada)
    assert Article.objects.count() == 1


def test_the_repair_of_all_files_with_one_cause_is_accepted_in_steps(ada):
    row = held(*(apostrophe(n) for n in range(5)), b"nothing here")
    cause = HeldFile.objects.order_by("pk").first().cause
    assert with_repair(cause).count() == 5
    first = accept_all(cause, by=ada, limit=3)
    assert (len(first.articles), first.failures) == (3, ())
    rest = accept_all(cause, by=ada, after=first.last, limit=3)
    assert (len(rest.articles), rest.last) == (2, None)
    row.refresh_from_db()
    assert row.state == "open"


def test_one_repair_that_fails_does_not_stop_the_others_and_stays_open(ada):
    row = held(apostrophe(1), apostrophe(2), apostrophe(3))
    bring_in(incoming("taken.md", data=mending(HeldFile.objects.order_by("pk")[1]).proposal))
    taken = accept_all(row.cause, by=ada)
    assert [article.slug for article in taken.articles] == ["heron-1", "heron-3"]
    assert taken.failures == ("bad-1.md: the mended file brings nothing new.",)
    assert HeldFile.objects.get(state="open").generation.path == "bad-1.md"


def test_slugs_that_are_taken_are_mended_together_too(ada):
    row = slug_twice()
    assert with_repair(row.cause).get() == row
    accept_all(row.cause, by=ada)
    assert set(Article.objects.values_list("slug", flat=True)) == {"herons-return", "herons-return-2"}


# --- editing by hand --------------------------------------------------------------------------------------


def test_an_edited_file_keeps_its_encoding_and_line_ends():
    row = held(b"\xef\xbb\xbf" + APOSTROPHE.replace(b"\n", b"\r\n"))
    assert edited(row, "a\r\nb\rc", max_bytes=99) == b"\xef\xbb\xbfa\r\nb\r\nc"
    row = held(APOSTROPHE.replace(b"Two nests", "Zwölf Nester".encode("cp1252")))
    assert edited(row, "Zwölf", max_bytes=99) == "Zwölf".encode()
    with pytest.raises(WorkflowError, match="3 is the limit"):
        edited(row, "Zwölf", max_bytes=3)


def test_a_text_without_a_cause_is_taken_in(ada):
    row = held(b"nothing here")
    article = take_in(row, file_text(), by=ada)
    assert article.slug == "herons-return"
    assert HeldFile.objects.get().state == "repaired"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (APOSTROPHE, r"bad-0.md \(line 2\): "),
        (file_text(slug="same"), "Nothing was imported"),
        (file_text(), "brings nothing new"),
    ],
)
def test_what_still_is_no_text_changes_nothing(data, says, ada):
    imported()
    row = held(b"nothing here")
    with pytest.raises(WorkflowError, match=says):
        take_in(row, data, by=ada)
    row.refresh_from_db()
    assert row.state == "open"
    assert Article.objects.count() == 1


def test_a_dismissed_file_keeps_its_bytes_and_its_reason(ada):
    row = held(APOSTROPHE)
    with pytest.raises(WorkflowError, match="needs a reason"):
        dismiss(row, by=ada, reason=" ")
    dismiss(row, by=ada, reason="A test of the generator.")
    row.refresh_from_db()
    assert row.state == "dismissed"
    assert bytes(row.generation.content) == APOSTROPHE
    event = Event.objects.first()
    assert (event.action, event.reason) == ("dismiss_file", "A test of the generator.")


def test_who_may_not_import_settles_nothing(bea):
    row = held(APOSTROPHE)
    for attempt in (
        lambda: accept_repair(row, by=bea),
        lambda: accept_all(row.cause, by=bea),
        lambda: take_in(row, file_text(), by=bea),
        lambda: dismiss(row, by=bea, reason="Because."),
    ):
        with pytest.raises(NotAllowed):
            attempt()


# --- the queue --------------------------------------------------------------------------------------------


def test_the_queue_shows_cause_line_reason_and_repair(at_the_desk):
    row = held(APOSTROPHE, b"nothing here")
    page = text_of(at_the_desk.get(reverse(QUEUE)))
    for words in ("bad-0.md", "bad-1.md", row.generation.reason[:20], "proposed", "by hand", "waits for you"):
        assert words in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"bad-1.md", "bad-2.md"}),
        ("state=dismissed", {"bad-0.md"}),
        ("state=all", {"bad-0.md", "bad-1.md", "bad-2.md"}),
        ("state=%00", {"bad-1.md", "bad-2.md"}),
        ("cause=CAUSE", {"bad-1.md"}),
        ("cause=nonsense", {"bad-1.md", "bad-2.md"}),
        ("cause=%00", {"bad-1.md", "bad-2.md"}),
        ("has_repair__exact=0", {"bad-2.md"}),
        ("q=bad-2", {"bad-2.md"}),
    ],
)
def test_the_queue_holds_open_files_and_is_filtered(query, found, at_the_desk, ada):
    held(apostrophe(0), apostrophe(1), b"nothing here")
    first = HeldFile.objects.last()
    dismiss(first, by=ada, reason="No.")
    response = at_the_desk.get(f"{reverse(QUEUE)}?{query.replace('CAUSE', first.cause)}", follow=True)
    assert {row.generation.path for row in response.context["cl"].result_list} == found


def test_the_pages_take_the_same_number_of_queries_for_1_and_for_20_files(at_the_desk):
    taken = {"queue": [], "one": [], "all": []}
    for number in (1, 20):
        row = held(*(apostrophe(100 * number + n) for n in range(number)))
        urls = {
            "queue": reverse(QUEUE),
            "one": address(row),
            "all": reverse("admin:editorial_heldfile_accept_all", args=[row.cause]),
        }
        for name, url in urls.items():
            at_the_desk.get(url)
            with CaptureQueriesContext(connection) as queries:
                assert at_the_desk.get(url).status_code == 200
            taken[name].append(len(queries))
    for name, (one, many) in taken.items():
        assert one == many <= 12, name


# --- the page of one file ---------------------------------------------------------------------------------


def test_the_page_shows_the_bytes_the_place_the_cause_and_the_repair(at_the_desk):
    row = held(APOSTROPHE + b"\n<script>alert(1)</script>\x00\xff\n")
    page = text_of(at_the_desk.get(address(row)))
    assert '<span class="mark">here</span> 2' in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    row = held(APOSTROPHE)
    page = text_of(at_the_desk.get(address(row)))
    assert "<del>title: &#x27;A heron&#x27;s return&#x27;</del>" in page
    assert "Accept repair" in page
    assert "Accept for all" not in page


def test_a_repair_is_accepted_on_the_page(at_the_desk):
    row = held(APOSTROPHE)
    page = text_of(at_the_desk.post(address(row, "accept"), follow=True))
    article = Article.objects.get()
    assert f'bad-0.md was taken in: <a href="{article.get_desk_url()}">A heron&#x27;s return</a>' in page
    page = text_of(at_the_desk.get(address(row)))
    assert "This file was repaired by Ada Lis" in page
    assert "Try again" not in page
    assert "settled by somebody else" in text_of(at_the_desk.post(address(row, "accept")))


def test_the_repair_of_all_is_confirmed_first(at_the_desk, monkeypatch):
    row = held(*(apostrophe(n) for n in range(5)))
    url = reverse("admin:editorial_heldfile_accept_all", args=[row.cause])
    assert f'href="{url}">Accept for all 5 files' in text_of(at_the_desk.get(address(row)))
    page = text_of(at_the_desk.get(url))
    assert "bad-3.md" in page
    assert 'value="Accept all 5"' in page
    assert not Article.objects.exists()
    monkeypatch.setattr("editorial.admin.held.SLICE", 3)
    monkeypatch.setattr(holding.accept_all, "__kwdefaults__", {"after": 0, "limit": 3})
    page = at_the_desk.post(url, {"after": "0"})
    assert "3 files were taken in" in text_of(page)
    assert 'value="Accept all 2"' in text_of(page)
    page = text_of(at_the_desk.post(url, {"after": page.context["after"]}, follow=True))
    assert "2 files were taken in" in page
    assert Article.objects.count() == 5
    assert "has a proposed repair" in text_of(at_the_desk.get(url, follow=True))


def test_repairs_that_fail_are_named(at_the_desk):
    row = held(apostrophe(1), apostrophe(2), b"nothing here")
    HeldFile.objects.update(cause=row.cause, has_repair=True)  # as an earlier version may have found
    url = reverse("admin:editorial_heldfile_accept_all", args=[row.cause])
    page = text_of(at_the_desk.post(url, {"after": "x"}, follow=True))
    assert "2 files were taken in" in page
    assert "Not taken in: No repair is known for bad-2.md" in page


def test_a_file_is_edited_by_hand_until_it_is_a_text(at_the_desk):
    row = held(b"nothing here")
    page = at_the_desk.post(address(row, "edit"), {"text": APOSTROPHE.decode() + "What I typed."})
    assert page.status_code == 200
    assert "bad-0.md (line 2):" in text_of(page)
    assert "What I typed." in text_of(page)
    assert "What you typed is kept below" in text_of(page)
    page = text_of(at_the_desk.post(address(row, "edit"), {"text": file_text().decode()}, follow=True))
    assert "bad-0.md was taken in" in page
    assert Article.objects.get().slug == "herons-return"


def test_a_file_is_dismissed_with_a_reason(at_the_desk):
    row = held(APOSTROPHE)
    assert "needs a reason" in text_of(at_the_desk.post(address(row, "dismiss"), {"reason": " "}))
    page = text_of(at_the_desk.post(address(row, "dismiss"), {"reason": "A trial."}, follow=True))
    assert "bad-0.md was dismissed; its bytes are kept." in page
    assert "This file was dismissed by Ada Lis" in text_of(at_the_desk.get(address(row)))


def test_a_file_closed_with_its_batch_shows_who_did_it(at_the_desk):
    row = held(APOSTROPHE)
    HeldFile.objects.filter(pk=row.pk).update(state="dismissed", closed_at=row.generation.created_at)
    assert "by command line" in text_of(at_the_desk.get(address(row)))


def test_nothing_typed_ends_in_a_server_error(at_the_desk):
    rows = [held(data) for data in (APOSTROPHE, b"\xff\xfe\x00\xd8", b"\x00" * 50, b"---\n" * 2000, UNKEYED)]
    chance = random.Random(3)  # noqa: S311
    pieces = ["", "\x00", "---\n", "\ud800", "title: [", "\r", "{{ x }}", BODY, '"', "&\u202e", "slug: 1\n"]
    for _ in range(25):
        row = chance.choice(rows)
        typed = "".join(chance.choices(pieces, k=chance.randrange(8))).encode("utf-8", "surrogatepass")
        page = chance.choice(["edit", "dismiss"])
        field = "text" if page == "edit" else "reason"
        response = at_the_desk.post(address(row, page), {field: typed}, follow=True)
        assert response.status_code == 200
        assert at_the_desk.get(address(row)).status_code == 200
    too_much = {"text": "x" * 1_000_001}
    row = HeldFile.objects.filter(state="open").first()
    assert "1,000,000 is the limit" in text_of(at_the_desk.post(address(row, "edit"), too_much))


@pytest.mark.parametrize("key", ["0", "9" * 30, "x", "%00"])
def test_an_address_of_nothing_is_not_found(key, at_the_desk):
    for page in ("change", "accept", "edit", "dismiss"):
        for answer in (at_the_desk.get, at_the_desk.post):
            code = answer(f"{reverse(QUEUE)}{key}/{page}/").status_code
            assert code in (403, 404) or (code == 302 and not key.isdecimal())


def test_a_cause_of_nothing_leads_back_to_the_queue(at_the_desk):
    url = reverse("admin:editorial_heldfile_accept_all", args=["nonsense"])
    assert "No open file with the cause “nonsense”" in text_of(at_the_desk.get(url, follow=True))
    assert at_the_desk.post(url, {"after": "9" * 30}, follow=True).status_code == 200


# --- who may what -----------------------------------------------------------------------------------------


def addresses(row):
    return {
        "queue": reverse(QUEUE),
        "change": address(row),
        **{page: address(row, page) for page in ("accept", "edit", "dismiss")},
        "all": reverse("admin:editorial_heldfile_accept_all", args=[row.cause]),
    }


def test_nobody_without_an_account_reaches_the_queue(dan):
    for name, url in addresses(held(APOSTROPHE)).items():
        for response in (dan.get(url), dan.post(url)):
            assert response.status_code == 302, name
            assert "/admin/login/" in response["Location"], name


def test_an_account_without_a_role_sees_nothing(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("eve", is_staff=True))
    for name, url in addresses(held(APOSTROPHE)).items():
        for response in (client.get(url), client.post(url)):
            assert response.status_code == 403, name


@pytest.mark.parametrize("person", ["bea", "carl"])
def test_who_may_not_import_reads_the_queue_and_settles_nothing(person, request, client):
    row = held(APOSTROPHE)
    client.force_login(request.getfixturevalue(person))
    urls = addresses(row)
    for name, url in urls.items():
        assert client.get(url).status_code == (200 if name in ("queue", "change") else 403), name
        assert client.post(url, {"reason": "Because.", "text": file_text().decode()}).status_code in (200, 403), name
    assert "Accept repair" not in text_of(client.get(urls["change"]))
    row.refresh_from_db()
    assert row.state == "open"
    assert not Article.objects.exists()


def test_settling_takes_a_form(at_the_desk):
    row = held(APOSTROPHE)
    for page in ("accept", "edit", "dismiss"):
        assert at_the_desk.get(address(row, page)).status_code == 404
    assert HeldFile.objects.get().state == "open"


def test_nobody_adds_changes_or_deletes_a_held_file_by_hand(admin_client):
    row = held(APOSTROPHE)
    assert admin_client.get(reverse("admin:editorial_heldfile_add")).status_code == 403
    assert admin_client.post(address(row)).status_code == 403
    assert admin_client.post(address(row, "delete"), {"post": "yes"}).status_code == 403


def test_the_pages_have_a_strict_policy_and_no_inline_code(at_the_desk):
    urls = addresses(held(APOSTROPHE))
    for name in ("queue", "change", "all"):
        response = at_the_desk.get(urls[name])
        assert "unsafe" not in response["Content-Security-Policy"], name
        assert "<style" not in text_of(response), name
        assert " style=" not in text_of(response), name
