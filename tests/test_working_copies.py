"""What people type and have not saved: kept as typed, one a person and article, never lost to another window."""

import pytest

from editorial.models import WorkingCopy
from editorial.versions import approved_text, generated_text, named
from editorial.workflow import Action, Conflict, NotAllowed, WorkflowError
from editorial.working_copies import discard, keep, stamp, working_copy

from .texts import act, imported

pytestmark = pytest.mark.django_db


def test_it_is_kept_as_it_was_typed_and_replaced_by_what_is_typed_next(ada):
    article = imported()
    first = keep(article, {"title": "", "date": "nonsense", "other": "x"}, by=ada, based_on=article.current)
    assert first.fields == {"title": "", "date": "nonsense"}
    keep(article, {"title": "More"}, by=ada, based_on=article.current, seen=stamp(first))
    assert working_copy(article, by=ada).fields == {"title": "More"}
    assert WorkingCopy.objects.count() == 1


def test_each_person_has_their_own(ada, bea):
    article = imported()
    keep(article, {"title": "Ada's"}, by=ada, based_on=article.current)
    keep(article, {"title": "Bea's"}, by=bea, based_on=article.current)
    discard(article, by=ada)
    assert working_copy(article, by=ada) is None
    assert working_copy(article, by=bea).fields == {"title": "Bea's"}


def test_another_window_never_overwrites_what_it_has_not_seen(ada):
    article = imported()
    keep(article, {"title": "First window"}, by=ada, based_on=article.current, seen="")
    with pytest.raises(Conflict, match="in another window"):
        keep(article, {"title": "Second window"}, by=ada, based_on=article.current, seen="")
    keep(article, {"title": "First window"}, by=ada, based_on=article.current, seen="")  # the same text is no conflict
    keep(article, {"title": "Second window"}, by=ada, based_on=article.current)
    assert working_copy(article, by=ada).fields == {"title": "Second window"}


def test_characters_that_no_database_keeps_become_signs(ada):
    article = imported()
    assert keep(article, {"body": "a\0b\ud800"}, by=ada, based_on=article.current).fields["body"] == "a\ufffdb\ufffd"


def test_a_text_without_end_is_refused(ada, settings):
    settings.RENDER_MAX_CHARS = 100
    article = imported()
    with pytest.raises(WorkflowError, match="300 characters; 200 can be kept"):
        keep(article, {"body": "x" * 300}, by=ada, based_on=article.current)


def test_who_may_not_change_articles_keeps_nothing(django_user_model):
    article = imported()
    with pytest.raises(NotAllowed):
        keep(article, {"title": "x"}, by=django_user_model.objects.create_user("eve"), based_on=article.current)


def test_the_texts_of_an_article_have_names(ada):
    article = imported()
    assert named(article, "generated") == named(article, "1") == named(article, "current") == article.current
    assert named(article, "approved") is None
    article = act(article, Action.START_REVIEW, Action.APPROVE, by=ada)
    assert approved_text(article) == generated_text(article) == article.current
    for nonsense in ("", "7", "x", "-1", "٣", "9" * 40):
        assert named(article, nonsense) is None
