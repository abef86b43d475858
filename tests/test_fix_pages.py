"""The pages of fixes, suggestions and sweeps: a diff first, then a POST; refused to those without the right."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from editorial.fixing import name_of, suggestions
from editorial.models import Article, Batch, Event, HouseEntry, Origin, Sweep
from editorial.sweeping import begin, unapproved
from editorial.workflow import Action

from .texts import BODY, act, bring_in, imported, incoming, published

pytestmark = pytest.mark.django_db

ADDRESS = "https://notes.example.org/2026/herons"
TRACKED = BODY.replace(ADDRESS, f"{ADDRESS}?utm_source=letter")
LONG_TITLE = "The herons of the weir return after the long winter: " + "a survey of many nests and their rivers " * 2


@pytest.fixture(autouse=True)
def house():
    """What the house says in these tests."""
    HouseEntry.objects.all().delete()
    HouseEntry.objects.create(kind="tracking_parameter", value="utm_*")


def fixes(article):
    return reverse("admin:editorial_article_fixes", args=[article.pk])


def sweep_address(sweep, name="change", *more):
    return reverse(f"admin:editorial_sweep_{name}", args=[sweep.pk, *more])


def page(client, address, status=200):
    response = client.get(address, follow=True)
    assert response.status_code == status
    return response.content.decode()


# --- one article --------------------------------------------------------------------------------------------


def test_the_fixes_of_an_article_are_shown_as_a_diff_and_change_nothing(client, carl):
    client.force_login(carl)
    article = imported(body=TRACKED)
    text = page(client, fixes(article))
    assert "Tracking parameters in a link." in text
    assert "<del>?utm_source=letter</del>" in text.replace("\n", "")
    assert article.revisions.count() == 1
    assert fixes(article) in page(client, article.get_desk_url())


def test_applying_them_is_one_post_about_the_revision_that_was_seen(client, carl):
    client.force_login(carl)
    article = imported(body=TRACKED)
    response = client.post(fixes(article), {"based_on": article.current_id, "fix": "on"}, follow=True)
    assert "The safe fixes were applied: revision 2." in response.content.decode()
    article.refresh_from_db()
    assert (article.current.origin, article.current.by) == (Origin.FIX, carl)
    stale = client.post(fixes(article), {"based_on": article.revisions.get(number=1).pk, "fix": "on"})
    assert "Look at them once more" in stale.content.decode()
    again = client.post(fixes(article), {"based_on": article.current_id, "fix": "on"}, follow=True)
    assert "There is nothing to fix" in again.content.decode()
    assert article.revisions.count() == 2


@pytest.mark.parametrize("based_on", ["", "x", "9" * 30, "-1", "\x00", "0"])
def test_nothing_typed_into_the_form_gives_a_server_error(based_on, client, ada):
    client.force_login(ada)
    article = imported(body=TRACKED)
    for more in ({"fix": "on"}, {"take": "\x00"}, {"take": "0-0"}):
        assert client.post(fixes(article), {"based_on": based_on, **more}).status_code == 200
    assert client.get(f"{article.get_desk_url()}?suggestion=\x00").status_code == 200
    assert article.revisions.count() == 1


def test_a_file_that_lacks_its_marks_says_what_it_gets(client, ada):
    client.force_login(ada)
    text = page(client, fixes(imported(hashtags="#birds")))
    assert "#generated and #en" in text or "#generated" in text


def test_a_rejected_article_shows_its_fixes_without_a_button(client, ada):
    client.force_login(ada)
    article = act(imported(body=TRACKED), Action.REJECT, by=ada)
    text = page(client, fixes(article))
    assert "can&#x27;t be changed" in text or "can't be changed" in text
    assert "Apply safe fixes" not in text


def test_an_approved_article_says_that_it_goes_back_to_review(client, ada):
    client.force_login(ada)
    article = published(body=TRACKED, by=ada)
    assert "goes back to review" in page(client, fixes(article))


def test_the_fixes_of_an_article_take_as_many_queries_beside_twenty_others(client, ada):
    client.force_login(ada)
    article = imported(body=TRACKED)
    page(client, fixes(article))
    taken = []
    for number in (0, 20):
        bring_in(*(incoming(f"{n}.md", slug=f"s-{n}", title=f"T {n}", body=TRACKED) for n in range(number)))
        with CaptureQueriesContext(connection) as queries:
            client.get(fixes(article))
        taken.append(len(queries))
    assert taken[0] == taken[1]


# --- suggestions --------------------------------------------------------------------------------------------


def test_a_suggestion_is_taken_as_this_persons_correction(client, carl):
    client.force_login(carl)
    article = imported(title=LONG_TITLE.strip())
    (finding,) = [each for each in suggestions(article) if each.code == "title-long"]
    assert "The herons of the weir return after the long winter" in page(client, fixes(article))
    data = {"based_on": article.current_id, "take": name_of(finding)}
    response = client.post(fixes(article), data, follow=True)
    assert "The suggestion was taken: revision 2." in response.content.decode()
    article.refresh_from_db()
    assert article.title == "The herons of the weir return after the long winter"
    assert (article.current.origin, article.current.by) == (Origin.CORRECTION, carl)
    assert Event.objects.get(action="correct").reason == "Took the suggestion for title-long."
    assert "no longer fits" in client.post(fixes(article), {**data, "based_on": article.current_id}).content.decode()


def test_a_suggestion_is_put_into_the_form_and_saved_by_nobody(client, carl):
    client.force_login(carl)
    article = imported(title=LONG_TITLE.strip())
    (finding,) = [each for each in suggestions(article) if each.code == "title-long"]
    response = client.get(f"{article.get_desk_url()}?suggestion={name_of(finding)}")
    assert response.context["form"]["title"].value() == "The herons of the weir return after the long winter"
    assert article.revisions.count() == 1


def test_a_suggestion_in_the_text_replaces_just_that_link(client, ada):
    HouseEntry.objects.create(kind="redirector", value="hop.example.net")
    client.force_login(ada)
    body = BODY.replace(ADDRESS, f"https://hop.example.net/?url={ADDRESS}")
    article = imported(body=body)
    (finding,) = [each for each in suggestions(article) if each.code == "link-redirector"]
    client.post(fixes(article), {"based_on": article.current_id, "take": name_of(finding)})
    article.refresh_from_db()
    assert article.current.body == BODY


# --- sweeps -------------------------------------------------------------------------------------------------


def many(count):
    return bring_in(*(incoming(f"{n}.md", slug=f"s-{n}", title=f"Title {n}", body=TRACKED) for n in range(count))).batch


def test_a_selection_is_planned_looked_at_and_fixed_without_javascript(client, bea):
    client.force_login(bea)
    many(3)
    keys = list(Article.objects.order_by("pk").values_list("pk", flat=True))
    action = {"action": "fix_selected", "_selected_action": keys[:2]}
    response = client.post(reverse("admin:editorial_article_changelist"), action, follow=True)
    text = response.content.decode()
    assert "2 articles would get a new revision" in text and "link-tracking" in text
    sweep = Sweep.objects.get()
    text = page(client, sweep_address(sweep, "article", keys[0]))
    assert "<del>?utm_source=letter</del>" in text.replace("\n", "")
    response = client.post(sweep_address(sweep, "confirm"), follow=True)
    assert "2 articles: fixed" in response.content.decode()
    assert list(Article.objects.order_by("pk").values_list("current__origin", flat=True)) == ["fix", "fix", "generated"]


def test_a_batch_has_a_button_and_a_plan(client, ada):
    client.force_login(ada)
    batch = many(2)
    address = reverse("admin:editorial_sweep_begin_batch", args=[batch.pk])
    assert address in page(client, reverse("admin:editorial_batch_change", args=[batch.pk]))
    assert "2 articles would get" in client.post(address, follow=True).content.decode()


def test_progress_goes_on_by_a_button_and_answers_a_script(client, ada, monkeypatch):
    from editorial import sweeping

    client.force_login(ada)
    many(5)
    monkeypatch.setattr(sweeping, "SLICE_PLANNED", 1)
    sweep = begin(unapproved(), by=ada, note="A test")
    assert "Looking at the texts: 0 of 5." in page(client, sweep_address(sweep))
    response = client.post(sweep_address(sweep, "continue"), HTTP_ACCEPT="application/json")
    assert response.json() == {"finished": False, "title": "Looking at the texts", "done": 1, "total": 5}
    assert "2 of 5" in client.post(sweep_address(sweep, "continue"), follow=True).content.decode()
    address = sweep_address(sweep, "continue")
    sweep.delete()
    assert client.post(address, HTTP_ACCEPT="application/json").status_code == 404


def test_a_script_is_told_in_a_sentence_why_a_sweep_stopped(client, ada):
    client.force_login(ada)
    many(2)
    entry = HouseEntry.objects.get()
    client.post(reverse("admin:editorial_sweep_begin_entry", args=[entry.pk]))
    sweep = Sweep.objects.get()
    Sweep.objects.update(stage="planning")
    entry.delete()
    response = client.post(sweep_address(sweep, "continue"), HTTP_ACCEPT="application/json")
    assert response.status_code == 409 and "is gone" in response.json()["sentence"]


def test_a_plan_is_thrown_away(client, ada):
    client.force_login(ada)
    many(1)
    client.post(reverse("admin:editorial_sweep_begin"))
    response = client.post(sweep_address(Sweep.objects.get(), "cancel"), follow=True)
    assert "The plan was thrown away" in response.content.decode()
    assert not Sweep.objects.exists()


def test_an_empty_desk_has_nothing_to_sweep(client, ada):
    client.force_login(ada)
    response = client.post(reverse("admin:editorial_sweep_begin"), follow=True)
    assert "There is no article that this could change." in response.content.decode()


def test_a_long_plan_has_pages_and_a_constant_number_of_queries(client, ada):
    client.force_login(ada)
    many(60)
    client.post(reverse("admin:editorial_sweep_begin"))
    sweep = Sweep.objects.get()
    text = page(client, sweep_address(sweep))
    assert "Page 1 of 2, articles 1 to 50" in text
    assert "Title 59" in page(client, sweep_address(sweep) + "?page=2")
    taken = []
    for address in (sweep_address(sweep), sweep_address(sweep) + "?page=2"):
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        taken.append(len(queries))
    assert taken[0] == taken[1]


def test_the_pages_are_refused_to_those_without_the_right(client, ada, carl):
    batch = many(1)
    article = Article.objects.get()
    sweep = begin(unapproved(), by=ada, note="x")
    entry = HouseEntry.objects.get()
    posts = [
        reverse("admin:editorial_sweep_begin"),
        reverse("admin:editorial_sweep_begin_batch", args=[batch.pk]),
        reverse("admin:editorial_sweep_begin_entry", args=[entry.pk]),
        *(sweep_address(sweep, name) for name in ("confirm", "continue", "cancel")),
    ]
    gets = [sweep_address(sweep), sweep_address(sweep, "article", article.pk)]
    for address in [*posts, *gets, fixes(article)]:
        assert "/login/" in client.get(address, follow=True).redirect_chain[-1][0]  # dan
    client.force_login(carl)
    for address in posts:
        assert client.post(address).status_code == 403
        assert client.get(address).status_code == 405
    for address in gets:
        assert client.get(address).status_code == 403
    assert "Apply safe fixes" not in page(client, reverse("admin:editorial_batch_change", args=[batch.pk]))
    assert Sweep.objects.get().stage == "planning"


@pytest.mark.parametrize("key", [10**18, 10**30, 0])
def test_no_number_in_an_address_gives_a_server_error(key, client, ada):
    client.force_login(ada)
    many(1)
    sweep = begin(unapproved(), by=ada, note="x")
    assert client.get(f"/admin/editorial/sweep/{key}/change/").status_code == 404
    assert client.get(sweep_address(sweep, "article", key)).status_code == 404
    for name in ("begin_batch", "begin_entry"):
        assert client.post(reverse(f"admin:editorial_sweep_{name}", args=[key])).status_code == 404
    assert Batch.objects.count() == 1
