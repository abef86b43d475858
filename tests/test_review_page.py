"""The review page: the text beside the generated one, saving it, and what it shows of one article."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from editorial.models import Article, Revision
from editorial.workflow import Action

from .test_desk import page_of, text_of, typed
from .texts import BODY, act, bring_in, file_text, imported, incoming

pytestmark = pytest.mark.django_db


def preview_of(article):
    return reverse("admin:editorial_article_preview", args=[article.pk])


def test_the_change_page_shows_working_text_generated_text_and_preview(client, carl):
    article = imported(more="model: gpt-5-mini\n")
    client.force_login(carl)
    page = text_of(client.get(page_of(article)))
    assert page.count("**TLDR:** Two herons nest") == 2  # the working and the generated text
    assert f'src="{preview_of(article)}"' in page
    assert "gpt-5-mini" in page
    assert "Readers do not see this article." in page


def test_the_change_page_takes_the_same_number_of_queries_for_1_and_for_20_revisions(client, ada):
    article = imported()
    client.force_login(ada)
    with CaptureQueriesContext(connection) as queries_for_one:
        client.get(page_of(article))
    for number in range(20):
        client.post(page_of(article), typed(article, title=f"Herons {number}"))
        article.refresh_from_db()
    with CaptureQueriesContext(connection) as queries_for_many:
        client.get(page_of(article))
    assert Revision.objects.count() == 21
    assert len(queries_for_one) == len(queries_for_many) <= 20


def test_saving_makes_a_new_revision_and_keeps_the_old_one(client, carl):
    article = imported()
    client.force_login(carl)
    response = client.post(page_of(article), typed(article, title="Herons  are back ", note="Shorter"), follow=True)
    assert "Saved as revision 2." in text_of(response)
    article.refresh_from_db()
    assert (article.title, article.current.by, article.current.note) == ("Herons are back", carl, "Shorter")
    assert article.current.body == article.revisions.get(number=1).body
    assert "<span>Generated:</span> Herons return" in text_of(response)


def test_what_a_person_changed_is_marked_word_by_word(client, carl):
    article = imported()
    client.force_login(carl)
    client.post(reverse("admin:editorial_article_layout", args=[article.pk]), {"layout": "inline"})
    body = article.current.body.replace("Two nests were", "Three nests were")
    page = text_of(client.post(page_of(article), typed(article, body=body), follow=True))
    assert "<del>Two</del><ins>Three</ins> nests were counted" in page


@pytest.mark.parametrize("tags", [["machine learning"], ["c#", "c"], ["one"]])
def test_tags_of_several_words_stay_whole_when_nobody_touches_them(tags, client, carl):
    listed = "".join(f'  - "{tag}"\n' for tag in ["generated", "en", *tags])
    old = b'hashtags: "#generated #en #birds #rivers"\n'
    bring_in(incoming(data=file_text().replace(old, f"hashtags:\n{listed}".encode())))
    article = Article.objects.select_related("current").get()
    assert article.current.tags == tags
    client.force_login(carl)
    assert "Nothing was changed" in text_of(client.post(page_of(article), typed(article), follow=True))


def test_tags_typed_with_hash_signs_are_told_apart_without_commas(client, carl):
    article = imported()
    client.force_login(carl)
    client.post(page_of(article), typed(article, tags="#herons  #weirs"))
    article.refresh_from_db()
    assert article.current.tags == ["herons", "weirs"]


@pytest.mark.parametrize("body", [BODY, BODY + "\rA lone carriage return.\n", "\n\n" + BODY + "\n\n"])
def test_saving_what_nobody_changed_saves_nothing(body, client, carl):
    article = imported(body=body)
    client.force_login(carl)
    assert "Nothing was changed" in text_of(client.post(page_of(article), typed(article), follow=True))
    assert Revision.objects.count() == 1


def test_a_preview_shows_what_was_typed_and_saves_no_revision(client, carl):
    article = imported()
    client.force_login(carl)
    page = text_of(client.post(page_of(article), typed(article, body="Some *new* words", _preview="Preview")))
    assert "It is not saved yet" in page
    assert "Some <em>new</em> words" in text_of(client.get(preview_of(article)))
    assert Revision.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"title": " "}, "This field is required."),
        ({"title": "H" * 501}, "at most 500 characters"),
        ({"body": " \r\n "}, "The text is empty"),
        ({"body": "x" * 300_000}, "200,000"),
        ({"slug": "Two Words"}, "small letters"),
        ({"slug": "storks"}, "already has the slug “storks”"),
        ({"date": "2026-02-31"}, "Enter a valid date."),
        ({"language": "xx"}, "not one of the available choices"),
        ({"tags": "b" * 101}, "longer than 100 characters"),
        ({"based_on": ""}, "did not say which revision"),
        ({"based_on": "0"}, "did not say which revision"),
        ({"based_on": "9" * 40}, "did not say which revision"),
    ],
)
def test_a_refused_save_says_why_and_keeps_what_was_typed(changes, says, client, carl):
    imported(slug="storks", title="Storks")
    article = imported()
    client.force_login(carl)
    response = client.post(page_of(article), typed(article, **{"excerpt": "My precious words", **changes}))
    assert response.status_code == 200
    assert says in text_of(response)
    assert "My precious words" in text_of(response)
    assert Revision.objects.count() == 2


def test_of_two_people_who_save_the_second_sees_both_texts_and_what_was_there_before(client, ada, bea):
    article = imported()
    hers = typed(article, title="Bea's herons")
    client.force_login(ada)
    client.post(page_of(article), typed(article, title="Ada's herons"))
    client.force_login(bea)
    page = text_of(client.post(page_of(article), hers, follow=True))
    for words in ("Ada Lis saved", "Bea&#x27;s herons", "Ada&#x27;s herons", "Herons return"):
        assert words in page
    assert Article.objects.get().title == "Ada's herons"


def test_a_broken_text_of_the_generator_never_breaks_the_page(client, carl):
    article = imported(title="<script>alert(1)</script>", body="## <img src=x onerror=alert(1)>\n\n</textarea><b>x")
    client.force_login(carl)
    page = text_of(client.get(page_of(article)))
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "</textarea><b>" not in page


def test_an_old_revision_can_be_read(client, carl):
    article = imported()
    client.force_login(carl)
    address = reverse("admin:editorial_article_revision", args=[article.pk, 1])
    assert article.current.hash in text_of(client.get(address))
    assert client.get(address.replace("/1/", "/7/")).status_code == 404


def test_the_history_is_the_log(client, ada):
    article = act(imported(), Action.START_REVIEW, by=ada)
    client.force_login(ada)
    response = client.get(reverse("admin:editorial_article_history", args=[article.pk]), follow=True)
    assert "start_review" in text_of(response)
