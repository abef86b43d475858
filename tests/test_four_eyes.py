"""Four eyes: whoever changed a text last may not approve it, where the house or the source asks for that."""

from dataclasses import replace

import pytest

from digest.models import Publication
from editorial.four_eyes import SecondPersonNeeded, last_changed_by, waiting_for_second
from editorial.models import Article, Source, Status
from editorial.workflow import Action, correct, perform, save_fix

from .texts import act, bring_in, imported, incoming

pytestmark = pytest.mark.django_db


def in_review(by, **fields):
    return act(imported(**fields), Action.START_REVIEW, by=by)


def reworded(article, *, by, title="Herons, counted"):
    correct(article, replace(article.current.text, title=title), by=by, based_on=article.current)
    return Article.objects.select_related("current", "source").get(pk=article.pk)


def approve(article, *, by):
    return perform(article, Action.APPROVE, by=by, revision=article.current, accept_rest=True)


def test_who_changed_a_text_last_does_not_approve_it_where_the_house_asks_for_four_eyes(ada, bea, settings):
    settings.FOUR_EYES = True
    article = reworded(in_review(ada), by=ada)
    with pytest.raises(SecondPersonNeeded, match="You changed “Herons, counted” last, so somebody else has to"):
        approve(article, by=ada)
    article.refresh_from_db()
    assert (article.status, Publication.objects.count()) == (Status.IN_REVIEW, 0)
    approve(article, by=bea)
    assert Publication.objects.get().reviewed_by == "Bea Nowak"


def test_one_person_may_do_both_where_nobody_asks_for_four_eyes(ada):
    approve(reworded(in_review(ada), by=ada), by=ada)
    assert Publication.objects.count() == 1


@pytest.mark.parametrize(("house", "source", "asked"), [(False, True, True), (True, False, False), (True, None, True)])
def test_a_source_says_otherwise_than_the_house(house, source, asked, ada, settings):
    settings.FOUR_EYES = house
    article = in_review(ada, more="source_pattern: River Notes\n")
    Source.objects.update(four_eyes=source)
    article = reworded(article, by=ada)
    assert waiting_for_second(Article.objects.all()).count() == asked
    if asked:
        with pytest.raises(SecondPersonNeeded, match="source “River Notes”" if source else "The house"):
            approve(article, by=ada)
    else:
        approve(article, by=ada)


def test_a_text_that_only_machines_wrote_needs_no_second_person(ada, settings):
    settings.FOUR_EYES = True
    article = in_review(ada)
    assert last_changed_by(article.current) is None
    assert not waiting_for_second(Article.objects.all())
    approve(article, by=ada)


def test_safe_fixes_after_a_correction_hide_nobody(ada, bea, settings):
    settings.FOUR_EYES = True
    article = reworded(in_review(ada), by=bea)
    text = replace(article.current.text, body=article.current.body + "\n")
    save_fix(article, text, by=bea, based_on=article.current, codes=["trailing-space"])
    article = Article.objects.select_related("current", "source").get()
    assert last_changed_by(article.current) == bea
    with pytest.raises(SecondPersonNeeded):
        approve(article, by=bea)
    approve(article, by=ada)


def test_an_import_that_merges_a_newer_text_hides_nobody(bea, settings):
    settings.FOUR_EYES = True
    article = reworded(imported(), by=bea)
    body = article.current.body.replace("The water is clean enough", "The water is clean")
    bring_in(incoming("herons-return.md", body=body))
    article = Article.objects.select_related("current", "source").get()
    assert (article.current.number, article.current.origin) == (3, "merge")
    assert last_changed_by(article.current) == bea


def test_what_waits_for_a_second_person_names_the_first(ada, bea, settings):
    settings.FOUR_EYES = True
    reworded(in_review(ada), by=bea)
    in_review(ada, slug="storks", title="Storks")
    reworded(imported(slug="terns", title="Terns"), by=bea, title="Terns, new")  # not in review
    assert [(row.slug, row.last_changer) for row in waiting_for_second(Article.objects.all())] == [
        ("herons-return", bea.pk)
    ]


def test_a_publisher_sets_four_eyes_for_a_source_and_changes_the_reasons(client, ada):
    source = Source.objects.create(name="River Notes", slug="river-notes")
    client.force_login(ada)
    address = f"/admin/editorial/source/{source.pk}/change/"
    assert "four_eyes" in client.get(address).content.decode()
    inline = {"aliases-TOTAL_FORMS": 0, "aliases-INITIAL_FORMS": 0}
    client.post(address, {"name": "River Notes", "slug": "river-notes", "four_eyes": "true", **inline})
    source.refresh_from_db()
    assert source.four_eyes is True
    page = client.get("/admin/editorial/reason/").content.decode()
    for name in ("Factual error", "Wrong language", "Off topic", "Promotion", "Persona", "Bad links", "Duplicate"):
        assert name in page
