"""The review page: the text beside the generated one, saving it, and what it shows of one article."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from editorial.checking import check
from editorial.models import Article, HouseEntry, Revision, Waiver, WorkingCopy
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


# --- findings ---------------------------------------------------------------------------------------------

HEDGED = BODY.replace("The survey counted", "It is important to note that the survey counted")


def checked_article(body=HEDGED, **fields):
    article = imported(body=body, **fields)
    check([article.pk])
    return Article.objects.select_related("current").get(pk=article.pk)


def test_findings_stand_in_the_order_of_the_text_with_their_place_in_the_browsers_units(client, carl):
    article = checked_article("## 🐦 Herons\n\n" + HEDGED)
    client.force_login(carl)
    cards = client.get(page_of(article)).context["findings"]
    units = article.current.body.encode("utf-16-le")
    placed = [card for card in cards if not card.field]
    assert placed
    for card in placed:
        passage = card.passage.encode("utf-16-le")
        assert units[2 * card.start : 2 * card.start + len(passage)] == passage
    assert [card.start for card in placed] == sorted(card.start for card in placed)


def test_a_waived_finding_stands_apart_with_its_reason_and_can_count_again(client, bea):
    article = checked_article()
    client.force_login(bea)
    finding = article.current.findings.exclude(fingerprint="").first()
    where = reverse("admin:editorial_article_waive", args=[article.pk])
    refused = client.post(where, {"waive": finding.fingerprint}, headers={"accept": "application/json"})
    assert (refused.status_code, "needs a reason" in refused.json()["error"]) == (409, True)
    sent = {"waive": finding.fingerprint, f"reason-{finding.fingerprint}": "Our style.", **typed(article, title="Mine")}
    page = text_of(client.post(where, sent, follow=True))
    assert "Waived by Bea Nowak: Our style." in page
    assert "1 waived" in page
    assert WorkingCopy.objects.get().fields["title"] == "Mine"  # what was typed came along
    said = client.post(where, {"unwaive": finding.fingerprint}, headers={"accept": "application/json"}).json()["said"]
    assert said == "The finding counts again."


def test_a_fix_goes_into_the_text_as_it_was_typed_and_nothing_is_saved(client, carl):
    HouseEntry.objects.create(kind="tracking_parameter", value="utm_*")
    article = checked_article(BODY.replace("2026/herons)", "2026/herons?utm_source=a)"))
    client.force_login(carl)
    finding = article.current.findings.get(code="link-tracking")
    page = client.post(page_of(article), typed(article, title="My title", _fix=finding.pk))
    assert "Fixed in the text below." in text_of(page)
    assert "utm_source" not in page.context["form"]["body"].value()
    assert page.context["form"]["title"].value() == "My title"
    assert Revision.objects.count() == 1
    gone = client.post(page_of(article), typed(article, body="Another text.", _fix=finding.pk))
    assert "not in the text as it stands now" in text_of(gone)
    assert gone.context["form"]["body"].value() == "Another text."


@pytest.mark.parametrize("number", [1, 20])
def test_the_page_takes_few_queries_however_many_findings_waivers_revisions_and_tags_there_are(number, client, ada):
    body = "\n\n".join(
        f"It is important to note that heron {n} [came](https://a.example.org/{n}?utm_source=a)." for n in range(number)
    )
    HouseEntry.objects.create(kind="phrase", value="it is important to note")
    HouseEntry.objects.create(kind="tracking_parameter", value="utm_*")
    article = checked_article(body, hashtags="#generated #en " + " ".join(f"#tag{n}" for n in range(number)))
    for finding in article.current.findings.filter(code="stock-phrase"):
        Waiver.objects.get_or_create(
            article=article, fingerprint=finding.fingerprint, defaults={"code": finding.code, "by": ada}
        )
    client.force_login(ada)
    for n in range(number):
        client.post(page_of(article), typed(article, title=f"Herons {n}"))
        article.refresh_from_db()
    client.post(reverse("admin:editorial_article_draft", args=[article.pk]), typed(article, title="Mine"))
    taken = {}
    for name, where in {
        "page": page_of(article),
        "preview": preview_of(article),
        "changes": preview_of(article) + "?changes=generated",
        "compare": reverse("admin:editorial_article_compare", args=[article.pk]),
    }.items():
        client.get(where)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(where).status_code == 200
        taken[name] = len(queries)
    assert client.get(page_of(article)).context["waived"]
    assert taken["page"] <= 20
    previous = COUNTED.setdefault("taken", taken)
    assert taken == previous


COUNTED: dict[str, dict[str, int]] = {}


# --- drafts -----------------------------------------------------------------------------------------------


def draft(client, article, **changes):
    return client.post(reverse("admin:editorial_article_draft", args=[article.pk]), typed(article, **changes))


def test_a_draft_is_kept_with_a_stamp_and_shown_when_the_page_opens(client, carl):
    article = imported()
    client.force_login(carl)
    answer = draft(client, article, title="", date="soon", seen="")
    assert answer.status_code == 200
    page = client.get(page_of(article))
    assert page.context["stamp"] == answer.json()["stamp"]
    assert 'value="soon"' in text_of(page)
    assert "have not saved as a revision" in text_of(page)
    assert Revision.objects.count() == 1


def test_a_draft_from_another_window_is_a_conflict_and_one_on_nothing_is_refused(client, carl):
    article = imported()
    client.force_login(carl)
    draft(client, article, title="One", seen="")
    assert draft(client, article, title="Two", seen="").status_code == 409
    assert draft(client, article, based_on="").status_code == 422
    assert WorkingCopy.objects.get().fields["title"] == "One"


def test_a_draft_says_who_saved_meanwhile(client, ada, bea):
    article = imported()
    client.force_login(ada)
    client.post(page_of(article), typed(article, title="Ada's herons"))
    client.force_login(bea)
    assert "Ada Lis saved revision 2 while you were writing" in draft(client, article, title="Mine").json()["newer"]


def test_saving_ends_the_draft_and_discarding_shows_the_saved_text(client, carl):
    article = imported()
    client.force_login(carl)
    draft(client, article, title="Typed")
    client.post(reverse("admin:editorial_article_discard", args=[article.pk]))
    assert client.get(page_of(article)).context["form"]["title"].value() == "Herons return"
    draft(client, article, title="Typed")
    client.post(page_of(article), typed(article, title="Saved"))
    assert not WorkingCopy.objects.exists()


def test_a_refused_save_is_kept_as_a_draft(client, carl):
    article = imported()
    client.force_login(carl)
    page = client.post(page_of(article), typed(article, date="never", title="Precious"))
    assert "Enter a valid date" in text_of(page)
    assert WorkingCopy.objects.get().fields["title"] == "Precious"


def test_a_suggestion_never_takes_the_place_of_what_was_typed(client, carl):
    article = imported()
    client.force_login(carl)
    draft(client, article, title="Typed")
    page = client.get(page_of(article) + "?suggestion=whatever", follow=True)
    assert "Save or discard it, then take the suggestion." in text_of(page)
    assert page.context["form"]["title"].value() == "Typed"


# --- two people -------------------------------------------------------------------------------------------


def both(article):
    return reverse("admin:editorial_article_both", args=[article.pk])


def meet(client, ada, bea, *, adas, beas):
    """Ada saved while Bea was writing, and Bea pressed save."""
    article = imported()
    hers = typed(article, **beas)
    client.force_login(ada)
    client.post(page_of(article), typed(article, **adas))
    client.force_login(bea)
    assert client.post(page_of(article), hers)["Location"] == both(article)
    article.refresh_from_db()
    return article


def test_texts_that_fit_together_are_put_together(client, ada, bea):
    body = BODY.replace("Two nests were counted", "Two nests, both new, were counted")
    article = meet(client, ada, bea, adas={"title": "Ada's herons"}, beas={"body": body})
    assert "nothing to decide" in text_of(client.get(both(article)))
    page = client.post(both(article), {"based_on": article.current_id, "_save": "1"}, follow=True)
    assert "Saved as revision 3, made of both texts." in text_of(page)
    article.refresh_from_db()
    assert (article.title, "both new" in article.current.body) == ("Ada's herons", True)
    assert "by Ada Lis" in article.current.note
    assert not WorkingCopy.objects.exists()


def test_what_cannot_be_both_is_asked_and_nothing_is_saved_before(client, ada, bea):
    article = meet(client, ada, bea, adas={"title": "Ada's"}, beas={"title": "Bea's"})
    page = text_of(client.post(both(article), {"based_on": article.current_id}))
    assert "Still undecided" in page
    assert "Ada Lis and you both changed this." in page
    name = re.search(r'name="pick:(title[^"]*)"', page)[1]
    preview = client.post(both(article), {"based_on": article.current_id, f"pick:{name}": "ours", "_preview": "1"})
    assert "Bea&#x27;s" in text_of(preview)
    assert Revision.objects.count() == 2
    client.post(both(article), {"based_on": article.current_id, f"pick:{name}": "ours"})
    article.refresh_from_db()
    assert article.title == "Bea's"


def test_a_third_save_meanwhile_is_seen_first(client, ada, bea, carl):
    article = meet(client, ada, bea, adas={"title": "Ada's"}, beas={"excerpt": "Bea's"})
    seen = article.current_id
    client.force_login(carl)
    client.post(page_of(article), typed(article, title="Carl's"))
    client.force_login(bea)
    page = text_of(client.post(both(article), {"based_on": seen}))
    assert "saved once more meanwhile" in page
    assert "Carl Weber" in page
    assert WorkingCopy.objects.get().by == bea


def test_with_one_text_there_is_nothing_to_put_together(client, bea):
    article = imported()
    client.force_login(bea)
    assert "There is one text only" in text_of(client.get(both(article), follow=True))


# --- comparing --------------------------------------------------------------------------------------------


def compared(client, article, query=""):
    return text_of(client.get(reverse("admin:editorial_article_compare", args=[article.pk]) + query))


def test_any_two_texts_are_compared(client, ada):
    article = act(imported(), Action.START_REVIEW, Action.APPROVE, by=ada)
    client.force_login(ada)
    body = BODY.replace("Two nests were", "Three nests were")
    client.post(page_of(article), typed(article, body=body, title="Herons are back"))
    for query in ("", "?from=generated", "?from=approved", "?from=1&to=2"):
        page = compared(client, article, query)
        assert "<del>Two</del><ins>Three</ins> nests were" in page, query
        assert "<del>Herons return</del> <ins>Herons are back</ins>" in page, query
    assert "<del>Three</del><ins>Two</ins>" in compared(client, article, "?from=2&to=1")
    assert "the same, word for word" in compared(client, article, "?from=2&to=2")
    assert "changes=1" in compared(client, article, "?from=1&to=2&rendered=1")


def test_comparing_with_an_approval_that_never_was_says_so(client, carl):
    article = imported()
    client.force_login(carl)
    assert "Nothing of this article was approved yet" in compared(client, article, "?from=approved")
    assert "Nothing of this article was approved yet" in text_of(client.get(preview_of(article) + "?changes=approved"))


def test_texts_too_long_to_compare_are_said_to_be_so(client, carl):
    article = imported(body="\n\n".join(["same line"] * 3000))
    client.force_login(carl)
    client.post(page_of(article), typed(article, body="\n\n".join(["same line"] * 2999) + "\n\nOther"))
    assert "too long to be compared" in compared(client, article)
    assert "too long to be compared" in text_of(client.get(preview_of(article) + "?changes=generated"))


def test_the_preview_marks_what_changed_in_the_rendered_text(client, carl):
    article = imported()
    client.force_login(carl)
    changed = typed(article, body=BODY.replace("Two nests were", "Three nests were"), title="Herons are back")
    marked = text_of(client.post(preview_of(article) + "?changes=generated", changed))
    assert "<del>Two</del><ins>Three</ins> nests were counted" in marked
    assert "Nothing has changed since revision 1." in text_of(client.get(preview_of(article) + "?changes=generated"))


@pytest.mark.parametrize(
    "changes", [{"title": ""}, {"slug": "Not A Slug/"}, {"date": "soon"}, {"body": ""}, {"body": "x" * 300_000}]
)
def test_a_preview_of_anything_that_can_be_typed_is_a_page(changes, client, carl):
    article = imported()
    client.force_login(carl)
    page = client.post(preview_of(article), typed(article, **changes))
    assert page.status_code == 200
    assert b'id="preview"' in page.content
