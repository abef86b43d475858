"""What readers get, made anew after a release or a changed setting."""

import io

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command

from digest.fragments import fragments_version
from digest.models import Publication, Related
from editorial.rerendering import due, rerender_publications

from . import texts
from .publications import published, several

pytestmark = pytest.mark.django_db


def run(*arguments):
    out, err = io.StringIO(), io.StringIO()
    call_command("rerender_publications", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def warnings():
    return [each for each in run_checks(databases=["default"]) if each.id == "digest.W003"]


def make_old(**fields):
    Publication.objects.update(fragments_version="", card_html="", article_html="", stories=[], **fields)


def test_a_publication_is_up_to_date_as_soon_as_it_is_published(ada):
    texts.published(by=ada)
    assert not due().exists()
    assert warnings() == []


def test_a_changed_setting_makes_all_due_and_the_system_check_says_so(settings):
    several(3)
    before = fragments_version()
    settings.SITE_PUBLISHER = "Somebody Else"
    assert fragments_version() != before
    (warning,) = warnings()
    assert warning.msg.startswith("3 published articles")
    assert "rerender_publications" in warning.hint


def test_the_check_asks_no_database_where_none_is_meant():
    make_old()
    assert [each for each in run_checks() if each.id == "digest.W003"] == []


def test_what_is_due_is_made_anew_and_the_rest_left_alone(client):
    publication = published()
    fresh = published("fresh", tags=["birds"])
    make_old()
    Publication.objects.filter(pk=fresh.pk).update(fragments_version=fragments_version(), card_html="untouched")
    assert run()[0] == "1 published articles were made anew.\n"
    publication.refresh_from_db()
    fresh.refresh_from_db()
    assert "About herons-return" in publication.card_html
    assert [story["title"] for story in publication.stories] == ["Herons return to the weir"]
    assert fresh.card_html == "untouched"
    assert run()[0] == "0 published articles were made anew.\n"
    assert run("--all")[0] == "2 published articles were made anew.\n"
    assert b"About herons-return" in client.get("/").content


def test_a_dry_run_says_how_many_and_changes_nothing():
    several(2)
    make_old()
    assert run("--dry-run")[0] == "2 published articles are due.\n"
    assert due().count() == 2


def test_one_text_that_cannot_be_rendered_is_named_and_keeps_no_other_from_it(settings):
    several(3)
    make_old()
    Publication.objects.filter(slug="article-1").update(body="x" * 2000, card_html="as before")
    settings.RENDER_MAX_CHARS = 1000
    with pytest.raises(CommandError, match="1 could not be made anew"):
        run()
    assert [row.slug for row in due()] == ["article-1"]
    assert Publication.objects.get(slug="article-1").card_html == "as before"
    (failure,) = rerender_publications().failed
    assert failure[0] == "article-1" and "2,000 characters" in failure[1]


def test_publications_from_before_sources_had_pages_get_theirs_and_their_relatives(ada):
    first = texts.published(by=ada, more='source_pattern: "River Notes"\n')
    texts.published(by=ada, slug="storks", title="Storks", more='source_pattern: "River Notes"\n')
    make_old(source=None)
    Related.objects.all().delete()
    run()
    publication = Publication.objects.get(uid=first.uid)
    assert publication.source.name == "River Notes"
    assert [pair.other.slug for pair in publication.related.all()] == ["storks"]
