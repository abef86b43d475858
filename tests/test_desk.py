"""The desk in the admin: the list, the change page, uploads and decisions, for each of the cast."""

import re

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from digest.models import Publication
from editorial.models import Article, Batch, BatchFile, Event, Generation, Source, Status
from editorial.workflow import Action

from .texts import BODY, act, bring_in, imported, incoming, published

pytestmark = pytest.mark.django_db
STATED = {"facts_checked": "yes", "sources_opened": "yes"}
LIST = "admin:editorial_article_changelist"
IMPORT = "admin:editorial_article_import"


def text_of(response):
    return response.content.decode()


def page_of(article):
    return reverse("admin:editorial_article_change", args=[article.pk])


def typed(article, **changes):
    """What the change page's form would send, with some fields typed over."""
    current = article.current
    return {
        "title": current.title,
        "excerpt": current.excerpt,
        "body": current.body.replace("\r", "\n").replace("\n", "\r\n"),  # as browsers do
        "tags": ", ".join(current.tags),
        "language": current.language,
        "date": str(current.date),
        "slug": current.slug,
        "note": "",
        "based_on": current.pk,
        **changes,
    }


def decide(client, action, *articles, reason=""):
    items = [f"{article.pk}:{article.current_id}" for article in articles]
    return client.post(
        reverse("admin:editorial_article_decide", args=[action]),
        {"item": items, "reason": reason, "accept_rest": "on", **STATED},
        follow=True,
    )


# --- the list ---------------------------------------------------------------------------------------------


def test_the_list_shows_where_each_article_stands(client, carl):
    published_by_nobody = imported(more="source_pattern: River Notes\n")
    client.force_login(carl)
    page = text_of(client.get(reverse(LIST)))
    for words in (published_by_nobody.title, "New", "River Notes", "English", "2 Apr 2026", "birds, rivers"):
        assert words in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status__exact=new", {"herons-return", "zolwie"}),
        ("status__exact=approved", {"storks"}),
        ("language=pl", {"zolwie"}),
        ("language=none", set()),
        ("tag=birds", {"herons-return", "storks"}),
        ("tag=nonsense", set()),
        ("q=turtles", {"zolwie"}),
        ("q=nothing+like+it", set()),
        ("date__year=2026&date__month=4", {"herons-return", "storks", "zolwie"}),
    ],
)
def test_the_list_is_searched_and_filtered(query, found, client, ada):
    imported()
    published(slug="storks", title="Storks", by=ada)
    imported(slug="zolwie", title="Turtles", hashtags="#generated #pl #turtles")
    client.force_login(ada)
    response = client.get(f"{reverse(LIST)}?{query}", follow=True)
    assert response.status_code == 200
    assert {row.slug for row in response.context["cl"].result_list} == found


def test_the_list_takes_the_same_number_of_queries_for_1_and_for_20_articles(client, bea):
    client.force_login(bea)
    taken = []
    for number in (1, 20):
        bring_in(
            *(incoming(f"{n}.md", slug=f"h-{n}", title=f"H {n}", more=f"source_pattern: S{n}\n") for n in range(number))
        )
        client.get(reverse(LIST))
        with CaptureQueriesContext(connection) as queries:
            response = client.get(reverse(LIST))
        assert len(response.context["cl"].result_list) == number
        taken.append(len(queries))
    assert taken[0] == taken[1] <= 12


# --- decisions --------------------------------------------------------------------------------------------


def test_an_article_goes_from_import_to_readers_and_back(client, ada):
    article = imported()
    client.force_login(ada)
    assert "was put in review" in text_of(decide(client, "start_review", article))
    assert "was approved and published" in text_of(decide(client, "approve", article))
    assert client.get(reverse("digest:article", args=["herons-return"])).status_code == 200
    page = text_of(decide(client, "retract", article, reason="The survey was withdrawn."))
    assert "was retracted" in page
    assert "The survey was withdrawn." in page
    assert client.get(reverse("digest:article", args=["herons-return"])).status_code == 410


def test_a_missing_reason_is_asked_for(client, bea):
    article = act(imported(), Action.START_REVIEW, by=bea)
    client.force_login(bea)
    page = text_of(decide(client, "reject", article))
    assert "needs a reason" in page
    assert "was rejected" in text_of(decide(client, "reject", article, reason="Not our subject."))


def test_a_decision_on_a_text_that_changed_meanwhile_is_refused(client, bea, carl):
    article = act(imported(), Action.START_REVIEW, by=bea)
    client.force_login(carl)
    client.post(page_of(article), typed(article, title="Changed"))
    client.force_login(bea)
    assert "was saved by Carl Weber since you opened it" in text_of(decide(client, "approve", article))
    assert not Publication.objects.exists()


def test_many_articles_are_decided_with_one_reason_and_each_failure_has_its_own_sentence(client, bea):
    first, second = (act(imported(slug=s, title=s), Action.START_REVIEW, by=bea) for s in ("one", "two"))
    third = published(slug="three", title="three", by=bea)
    client.force_login(bea)
    data = {"action": "send_back", "_selected_action": [first.pk, second.pk, third.pk]}
    confirm = text_of(client.post(reverse(LIST), data))
    for article in (first, second, third):
        assert f"{article.pk}:{article.current_id}" in confirm
    page = text_of(decide(client, "send_back", first, second, third, reason="Wrong language."))
    assert "2 articles were sent back." in page
    assert "“three” is approved now; “send back” is not possible from there." in page
    assert Event.objects.filter(action="send_back", reason="Wrong language.").count() == 2


@pytest.mark.parametrize(
    "item", ["", "x", "1", "1:2:3", "1:x", "9" * 30 + ":1", "1:" + "9" * 30, "0:0", "1:1\x00", "٣:1", "1:1 x"]
)
def test_no_made_up_decision_gives_a_server_error(item, client, ada):
    client.force_login(ada)
    response = client.post(reverse("admin:editorial_article_decide", args=["approve"]), {"item": item}, follow=True)
    assert response.status_code in (200, 404)
    assert not Publication.objects.exists()


@pytest.mark.parametrize("key", ["abc", "\x00", "9" * 30, "-1", ""])
def test_no_made_up_selection_gives_a_server_error(key, client, ada):
    imported()
    client.force_login(ada)
    response = client.post(reverse(LIST), {"action": "approve", "_selected_action": key}, follow=True)
    assert response.status_code == 200


def test_the_revision_of_another_article_decides_nothing(client, ada):
    article = act(imported(), Action.START_REVIEW, by=ada)
    other = act(imported(slug="storks", title="Storks"), Action.START_REVIEW, by=ada)
    client.force_login(ada)
    item = f"{article.pk}:{other.current_id}"
    page = text_of(
        client.post(
            reverse("admin:editorial_article_decide", args=["approve"]),
            {"item": item, "accept_rest": "on", **STATED},
            follow=True,
        )
    )
    assert f"has no revision {other.current_id}" in page
    assert not Publication.objects.exists()


def test_more_articles_than_a_form_has_fields_are_decided_at_once(client, ada, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 10
    bring_in(*(incoming(f"{n}.md", slug=f"storks-{n}", title=f"Storks {n}") for n in range(12)))
    client.force_login(ada)
    items = " ".join(f"{article.pk}:{article.current_id}" for article in Article.objects.all())
    address = reverse("admin:editorial_article_decide", args=["start_review"])
    assert "12 articles were put in review." in text_of(client.post(address, {"item": items}, follow=True))


def test_an_unknown_action_or_article_is_not_found(client, ada):
    client.force_login(ada)
    assert client.post(reverse("admin:editorial_article_decide", args=["publish"])).status_code == 404
    assert client.get(reverse("admin:editorial_article_decide", args=["approve"])).status_code == 404
    for key in ("0", "99999999999999999999", "x", "1_2"):
        assert client.get(reverse("admin:editorial_article_change", args=[key])).status_code == 404


# --- a newer generated text -------------------------------------------------------------------------------


def test_a_newer_generated_text_of_a_reopened_article_is_compared_and_taken_over(client, ada):
    article = act(imported(), Action.REJECT, by=ada)
    bring_in(incoming("herons-return.md", title="Newer herons"))
    act(article, Action.START_REVIEW, by=ada)
    client.force_login(ada)
    assert "waits beside yours" in text_of(client.get(page_of(article)))
    address = reverse("admin:editorial_article_proposal", args=[article.pk])
    assert "Newer herons" in text_of(client.get(address))
    article.refresh_from_db()
    seen = {"based_on": article.current_id, "proposal": article.proposal_id}
    assert "came in since you opened it" in text_of(client.post(address, {**seen, "take": "1", "proposal": "1"}))
    page = text_of(client.post(address, {**seen, "take": "1"}, follow=True))
    assert "The newer generated text is revision 2 now." in page
    assert "No newer generated text is waiting." in text_of(client.get(address, follow=True))


def test_a_newer_generated_text_is_dismissed_with_a_reason(client, carl):
    article = imported()
    client.force_login(carl)
    client.post(page_of(article), typed(article, title="Desk's herons"))
    bring_in(incoming("herons-return.md", title="Newer herons"))
    address = reverse("admin:editorial_article_proposal", args=[article.pk])
    article.refresh_from_db()
    seen = {"dismiss": "1", "proposal": article.proposal_id}
    assert "needs a reason" in text_of(client.post(address, seen))
    page = text_of(client.post(address, {**seen, "reason": "Ours is better."}, follow=True))
    assert "the desk&#x27;s text stays" in page
    assert Article.objects.get().title == "Desk's herons"


# --- who may what -----------------------------------------------------------------------------------------


def desk_addresses():
    article = Article.objects.get()
    return {
        "list": reverse(LIST),
        "change": page_of(article),
        "history": reverse("admin:editorial_article_history", args=[article.pk]),
        "revision": reverse("admin:editorial_article_revision", args=[article.pk, 1]),
        "proposal": reverse("admin:editorial_article_proposal", args=[article.pk]),
        "import": reverse(IMPORT),
        "decide": reverse("admin:editorial_article_decide", args=["approve"]),
        "batches": reverse("admin:editorial_batch_changelist"),
        "batch": reverse("admin:editorial_batch_change", args=[Batch.objects.get().pk]),
        "files": reverse("admin:editorial_batchfile_changelist"),
        "generations": reverse("admin:editorial_generation_changelist"),
        "generation": reverse("admin:editorial_generation_change", args=[Generation.objects.get().pk]),
        "sources": reverse("admin:editorial_source_changelist"),
        "log": reverse("admin:editorial_event_changelist"),
        "event": reverse("admin:editorial_event_change", args=[Event.objects.latest("id").pk]),
    }


def test_nobody_without_an_account_sees_anything_of_the_desk(dan):
    imported()
    for name, address in desk_addresses().items():
        for response in (dan.get(address), dan.post(address)):
            assert response.status_code == 302, name
            assert "/admin/login/" in response["Location"], name


def test_an_account_without_a_role_sees_nothing_either(client, django_user_model):
    imported()
    client.force_login(django_user_model.objects.create_user("eve", is_staff=True))
    for name, address in desk_addresses().items():
        for response in (client.get(address), client.post(address)):
            assert response.status_code in (403, 404), name


@pytest.mark.parametrize("person", ["carl", "bea", "ada"])
def test_everybody_with_a_role_may_read_the_whole_desk(person, request, client):
    imported(more="source_pattern: River Notes\n")
    client.force_login(request.getfixturevalue(person))
    for name, address in desk_addresses().items():
        expected = {"import": 200 if person == "ada" else 403, "decide": 404}.get(name, 200)
        assert client.get(address, follow=True).status_code == expected, name


@pytest.mark.parametrize(
    ("person", "allowed"),
    [
        ("carl", set()),
        ("bea", set(Action) - {Action.RETRACT}),
        ("ada", set(Action)),
    ],
)
def test_each_role_gets_its_own_actions(person, allowed, request, client):
    article = imported()
    client.force_login(request.getfixturevalue(person))
    for action in Action:
        response = decide(client, action, article, reason="Because.")
        assert (response.status_code == 403) == (action not in allowed), action


@pytest.mark.parametrize("model", ["article", "batch", "batchfile", "generation", "event"])
def test_nobody_adds_or_deletes_records_by_hand(model, client, admin_user):
    imported()
    client.force_login(admin_user)
    key = (
        {
            "article": Article,
            "batch": Batch,
            "batchfile": BatchFile,
            "generation": Generation,
            "event": Event,
        }[model]
        .objects.first()
        .pk
    )
    assert client.get(reverse(f"admin:editorial_{model}_add")).status_code == 403
    assert client.post(reverse(f"admin:editorial_{model}_delete", args=[key]), {"post": "yes"}).status_code == 403
    if model != "article":
        assert client.post(reverse(f"admin:editorial_{model}_change", args=[key]), {}).status_code == 403


def test_sources_are_kept_by_publishers_and_exported_as_a_table(client, ada, carl):
    imported(more="source_pattern: River Notes\n")
    client.force_login(ada)
    export = client.post(
        reverse("admin:editorial_source_export"),
        {"format": "0", "resource": "", "sourceresource_id": "on", "sourceresource_name": "on"},
    )
    assert b"River Notes" in export.content
    address = reverse("admin:editorial_source_change", args=[Source.objects.get().pk])
    assert client.get(address).status_code == 200
    client.force_login(carl)
    assert client.post(address, {"name": "X", "slug": "x"}).status_code == 403


DESK_LISTS = [model._meta.model_name for model in admin.site._registry if model._meta.app_label == "editorial"]


@pytest.mark.parametrize("model", DESK_LISTS)
def test_every_list_is_called_by_what_it_holds(model, client, ada):
    client.force_login(ada)
    html = client.get(reverse(f"admin:editorial_{model}_changelist")).content.decode()
    (heading,) = re.findall(r"<h1>(.*?)</h1>", html)
    assert not heading.startswith("Select ")


def test_an_empty_list_of_links_says_how_it_fills_and_a_filtered_one_how_to_see_all(client, ada):
    client.force_login(ada)
    address = reverse("admin:editorial_linklook_changelist")
    assert "Links are looked at when CHECK_LINKS is on" in client.get(address).content.decode()
    assert "Clear the filters" in client.get(f"{address}?q=herons").content.decode()


MODELS = ["article", "batch", "batchfile", "generation", "event", "source", "houseentry", "heldfile"]
QUERIES = ["q=%00", "tag=%00", "status__exact=%00", "p=x", "p=99999999", "o=x", "cause=%00", "id__exact=x"]


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("query", QUERIES)
def test_no_address_of_a_list_gives_a_server_error(model, query, client, ada):
    imported()
    client.force_login(ada)
    response = client.get(f"{reverse(f'admin:editorial_{model}_changelist')}?{query}", follow=True)
    assert response.status_code in (200, 400)


@pytest.mark.parametrize("model", ["article", "source", "houseentry"])
@pytest.mark.parametrize("query", ["batch=1", "id__exact=x", "e=1", "q=%00"])
def test_no_address_of_an_export_gives_a_server_error(model, query, client, ada):
    imported()
    client.force_login(ada)
    address = f"{reverse(f'admin:editorial_{model}_export')}?{query}"
    for response in (client.get(address, follow=True), client.post(address, {"format": "0"}, follow=True)):
        assert response.status_code in (200, 400)


def test_the_files_of_a_batch_are_listed_alone(client, ada):
    batch = bring_in(incoming()).batch
    bring_in(incoming("storks.md", slug="storks", title="Storks"))
    client.force_login(ada)
    address = f"{reverse('admin:editorial_batchfile_changelist')}?batch__id__exact={batch.pk}"
    assert [row.path for row in client.get(address).context["cl"].result_list] == ["herons.md"]


# --- safety -----------------------------------------------------------------------------------------------


def test_every_desk_page_has_a_strict_policy_and_no_inline_code_of_ours(client, ada):
    imported()
    client.force_login(ada)
    for name, address in desk_addresses().items():
        response = client.get(address, follow=True)
        policy = response["Content-Security-Policy"]
        assert "default-src 'none'" in policy, name
        assert "unsafe" not in policy, name
        assert "<style" not in text_of(response), name
        assert " style=" not in text_of(response), name


def test_a_delivered_file_is_shown_as_text(client, carl):
    imported(body=BODY + "\n<script>alert(1)</script>\n")
    client.force_login(carl)
    page = text_of(client.get(desk_addresses()["generation"]))
    assert "&lt;script&gt;alert(1)" in page


def test_a_rejected_text_is_read_only_until_reopened(client, ada):
    article = act(imported(), Action.START_REVIEW, Action.REJECT, by=ada)
    assert article.status == Status.REJECTED
    client.force_login(ada)
    page = text_of(client.get(page_of(article)))
    assert "Start a review to work on it again" in page
    assert "Save as a new revision" not in page
    assert "Start a review first" in text_of(client.post(page_of(article), typed(article, title="X")))
