"""What readers and machines are told about how a text came to be."""

import datetime
import json
import re
from dataclasses import replace

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from digest.disclosure import is_labelled, source_types
from digest.models import Correction, Publication
from digest.rendering.data_blocks import json_ld
from editorial.models import Event, Origin
from editorial.review_facts import changed_percent, review_facts
from editorial.workflow import Action, correct

from .publications import MOMENT, published, refresh
from .test_public_site import html_of, words_of
from .test_settings import manage
from .texts import BODY, act, imported
from .texts import published as approved

pytestmark = pytest.mark.django_db


def corrected(article, *, by, **changes):
    article.refresh_from_db()
    correct(article, replace(article.current.text, **changes), by=by, based_on=article.current)
    return act(article, Action.APPROVE, by=by).publication


# --- facts from the log -----------------------------------------------------------------------------------


def test_a_text_that_nobody_changed_is_the_machines_alone(ada):
    publication = approved(by=ada).publication
    assert (publication.corrected, publication.changed_percent) == (False, 0)


def test_the_share_of_changed_words_is_stored_when_a_correction_is_approved(ada):
    publication = corrected(approved(by=ada), by=ada, body=BODY.replace("Two herons nest", "Five storks breed"))
    assert publication.corrected
    assert 3 <= publication.changed_percent <= 20


def test_a_changed_headline_is_a_correction_of_no_word_of_the_text(client, ada):
    publication = corrected(approved(by=ada), by=ada, title="Herons, again")
    assert (publication.corrected, publication.changed_percent) == (True, 0)
    assert "headline, summary or tags; no word of the text" in words_of(html_of(client, "/articles/herons-return/"))


@pytest.mark.parametrize(
    ("old", "new", "percent"),
    [
        ("one two three four", "one two three four", 0),
        ("a b c d e f g h i j", "a b c d e f g h i k", 10),
        ("one two", "three four", 100),
        ("word " * 1000, "word " * 1000 + "more", 1),
        ("one, two", "one two", 0),
        ("", "new words", 100),
    ],
)
def test_the_share_is_that_of_words_that_are_not_in_both(old, new, percent):
    assert changed_percent(old, new) == percent


@given(st.text(), st.text())
def test_the_share_is_a_percentage_whatever_the_texts(old, new):
    assert 0 <= changed_percent(old, new) <= 100
    assert changed_percent(old, old) == 0


def test_a_review_lasts_from_its_first_step_to_the_approval(ada):
    article = act(imported(), Action.START_REVIEW, by=ada)
    began = Event.objects.get(action="start_review").at
    facts = review_facts(article.current, now=began + datetime.timedelta(minutes=7, seconds=3))
    assert facts["review_seconds"] == 423


def test_a_second_review_begins_with_the_correction_not_with_the_first_review(ada):
    article = approved(by=ada)
    correct(article, replace(article.current.text, title="Later"), by=ada, based_on=article.current)
    article.refresh_from_db()
    began = Event.objects.get(action="correct").at
    assert review_facts(article.current, now=began + datetime.timedelta(hours=1))["review_seconds"] == 3600


def test_safe_fixes_by_the_machine_are_no_persons_corrections(ada):
    article = imported()
    current = article.current
    fixed = type(current).objects.create(
        article=article,
        number=2,
        origin=Origin.FIX,
        generation=article.generation,
        body=BODY + "\nFixed.\n",
        hash="f" * 64,
        **{name: getattr(current, name) for name in ("title", "excerpt", "tags", "language", "date", "slug")},
    )
    assert review_facts(fixed, now=timezone.now())["corrected"] is False


# --- the label -------------------------------------------------------------------------------------------


def article_with(**facts):
    known = {"reviewed_by": "Bea", "word_count": 690, "review_seconds": 180, "changed_percent": 0}
    return Publication(**known | facts)


@pytest.mark.parametrize(
    ("facts", "labelled"),
    [
        ({}, False),
        ({"review_seconds": 179}, True),
        ({"review_seconds": None}, True),
        ({"review_seconds": 5, "changed_percent": 2}, False),
        ({"reviewed_by": ""}, True),
    ],
    ids=["as long as reading takes", "shorter", "not known", "words changed", "nobody"],
)
def test_the_rule_lets_the_label_go_only_after_a_review_that_was_more_than_a_click(settings, facts, labelled):
    settings.DISCLOSURE, settings.SITE_PUBLISHER = "computed", "The Weir Press"
    assert is_labelled(article_with(**facts)) is labelled


def test_without_a_named_publisher_every_text_is_labelled(settings):
    settings.DISCLOSURE = "computed"
    assert is_labelled(article_with())


def test_the_setting_always_labels_whatever_was_reviewed(settings):
    settings.SITE_PUBLISHER = "The Weir Press"
    assert is_labelled(article_with())


def test_a_text_without_label_still_says_who_checked_it_and_in_its_details_who_wrote_it(client, settings):
    settings.DISCLOSURE, settings.SITE_PUBLISHER = "computed", "The Weir Press"
    published(changed_percent=4, corrected=True)
    words = words_of(html_of(client, "/articles/herons-return/"))
    assert "Written by a machine" not in words
    assert "Checked and corrected by Bea Nowak" in words
    assert "the language model model-x-7, from River Notes" in words
    assert "about 4 % of the words" in words


def test_a_misspelt_mode_stops_the_start_with_a_sentence():
    result = manage("check", DISCLOSURE="sometimes", SECRET_KEY="x" * 50)
    assert result.returncode != 0
    assert "DISCLOSURE is 'sometimes'; it must be always" in result.stderr


# --- for machines ----------------------------------------------------------------------------------------


def data_of(html):
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    return json.loads(block)


def test_the_page_says_in_schema_orgs_terms_who_reviewed_what_a_model_wrote(client):
    publication = published(corrected=True)
    Correction.objects.create(uid=publication.uid, note="It was two, not three.", at=MOMENT)
    refresh(publication)
    page = data_of(html_of(client, "/articles/herons-return/"))
    article = page["mainEntity"]
    assert (page["@context"], page["@type"], article["@type"]) == ("https://schema.org", "WebPage", "NewsArticle")
    assert page["reviewedBy"] == {"@type": "Person", "name": "Bea Nowak"}
    assert page["lastReviewed"] == "2026-04-02"
    assert article["digitalSourceType"] == [
        "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia",
        "https://schema.org/TrainedAlgorithmicMediaDigitalSource",
        "http://cv.iptc.org/newscodes/digitalsourcetype/humanEdits",
    ]
    assert article["isBasedOn"] == ["https://notes.example.org/2026/herons"]
    assert article["correction"][0]["text"] == "It was two, not three."
    assert article["publishingPrinciples"] == "http://testserver/editorial-policy/"
    assert [step["name"] for step in page["breadcrumb"]["itemListElement"]] == [
        "Digest",
        "2026",
        "2026-04",
        "About herons-return",
    ]


def test_what_is_not_known_is_not_claimed(client):
    published(language="", excerpt="", body="No source here.", tags=[])
    article = data_of(html_of(client, "/articles/herons-return/"))["mainEntity"]
    assert not {"inLanguage", "description", "isBasedOn", "keywords", "correction"} & set(article)


def test_only_a_text_that_people_changed_has_human_edits():
    assert len(source_types(Publication(corrected=False))) == 2
    assert source_types(Publication(corrected=True))[-1].endswith("/humanEdits")


@given(st.dictionaries(st.text(), st.text()))
def test_no_string_ends_the_data_block_early(strings):
    block = json_ld(strings)
    inside = block.removeprefix('<script type="application/ld+json">').removesuffix("</script>")
    assert not set("<>&\u2028\u2029") & set(inside)
    assert json.loads(inside) == strings


def test_the_head_has_meta_tags_for_cards_and_origin(client):
    published()
    html = html_of(client, "/articles/herons-return/")
    for name, content in {
        "og:title": "About herons-return",
        "og:url": "http://testserver/articles/herons-return/",
        "article:published_time": "2026-04-02T09:30:00+00:00",
        "article:tag": "birds",
    }.items():
        assert f'<meta property="{name}" content="{content}">' in html
    assert '<meta name="digital-source-type" content="http://cv.iptc.org/newscodes/' in html
    assert '<meta name="reviewed-by" content="Bea Nowak">' in html
