"""Checks over the desk's articles: what is kept, counted, compared with other articles, and when it no longer holds."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from editorial.checking import check, check_all, fresh, load_house, running, stale
from editorial.models import Article, ArticleLink, CheckRun, CheckSetting, Finding, HouseEntry, Source
from editorial.workflow import Action, correct

from .checks import CLEAN, changed
from .texts import act, bring_in, imported, incoming, published

pytestmark = pytest.mark.django_db

GAUGE, CRANE = "letters/gauge-that-counts-waves", "letters/crane-that-nobody-wanted"


STRAY = {"code": "persona", "version": 1, "severity": "block", "message": "Somebody.", "fingerprint": "0" * 16}


def clean(slug="quiet-week-two-harbours", *pairs, title="A quiet week for two small harbours"):
    """The clean article under a slug of its own, with its own links and words, and some more words replaced."""
    text = changed(('slug: "quiet-week-two-harbours"', f'slug: "{slug}"'), *pairs)
    if title not in text:
        text = text.replace("A quiet week for two small harbours", title)
    bring_in(incoming(f"{slug}.md", text.encode()))
    return Article.objects.get(slug=slug)


def elsewhere(slug, *pairs, title="Another quiet week"):
    """Such an article whose links no other has."""
    return clean(slug, (GAUGE, f"{slug}/gauge"), (CRANE, f"{slug}/crane"), *pairs, title=title)


def looked_at(*articles):
    check([article.pk for article in articles])
    for article in articles:
        article.refresh_from_db()
    return articles[0] if len(articles) == 1 else articles


def codes(article):
    return sorted(Finding.objects.filter(revision=article.current).values_list("code", flat=True))


def test_a_clean_article_has_no_finding_and_says_under_which_rules_that_was_seen():
    article = looked_at(clean())
    assert codes(article) == []
    assert (article.checked, article.block_count, article.warn_count) == (load_house().ruleset, 0, 0)
    assert CheckRun.objects.get(revision=article.current).ruleset == article.checked


def test_findings_are_kept_with_their_place_in_the_body_and_counted_by_weight():
    article = looked_at(clean("crane", ("#harbours", "#todo"), ("#tides", "#Tides")))
    assert codes(article) == ["tag-placeholder", "tag-uppercase"]
    assert (article.block_count, article.warn_count) == (1, 1)
    article = looked_at(elsewhere("dash", ("costs $900, and", "costs $900; it isn't just cheap, it's a bargain, and")))
    finding = Finding.objects.get(revision=article.current, code="not-just")
    body = article.current.body.encode()
    assert body[finding.offset : finding.end].decode() == finding.what
    assert finding.line == 5
    assert (article.block_count, article.warn_count) == (0, 0)  # a remark counts as neither


def test_looking_again_finds_the_same_and_keeps_nothing_twice():
    article = looked_at(clean("crane", ("#harbours", "#todo")))
    links = list(ArticleLink.objects.values_list("pk", flat=True))
    before = Finding.objects.get()
    looked_at(article)
    after = Finding.objects.get()
    assert (after.code, after.fingerprint) == (before.code, before.fingerprint)
    assert CheckRun.objects.count() == 1
    assert list(ArticleLink.objects.values_list("pk", flat=True)) == links  # not written anew


def test_who_looks_again_at_one_article_and_finds_the_same_writes_nothing():
    article = clean()
    looked_at(article)
    seen, found = CheckRun.objects.get().ran_at, Finding.objects.create(**STRAY, revision=article.current)
    looked_at(article)
    assert not Finding.objects.filter(pk=found.pk).exists(), "something else was kept than is found"
    again = CheckRun.objects.get().ran_at
    assert again > seen
    with CaptureQueriesContext(connection) as queries:
        looked_at(article)
    assert CheckRun.objects.get().ran_at == again
    assert not [each for each in queries if each["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]


def test_who_looks_again_counts_again(ada):
    article = looked_at(clean("one", ("small harbours", "sm\N{CYRILLIC SMALL LETTER A}ll harbours")))
    assert article.block_count
    Article.objects.update(block_count=0)
    assert looked_at(article).block_count


def test_a_file_that_lacks_the_marks_is_told_though_they_are_no_subject():
    article = looked_at(clean("marks", (" #generated #en", "")))
    assert codes(article) == ["tag-generated-missing", "tag-language-missing"]


def test_the_day_in_the_files_name_is_held_against_the_date():
    bring_in(incoming("2025-05-02-quiet-week.md", CLEAN.encode()))
    assert codes(looked_at(Article.objects.get())) == ["date-year-off"]


# --- links and other articles -----------------------------------------------------------------------------


def test_the_links_of_the_current_text_are_rows(ada):
    article = looked_at(clean())
    rows = article.links.order_by("id").values_list("story", "address", "host")
    assert list(rows) == [
        (1, f"https://quay.example.org/{GAUGE}", "quay.example.org"),
        (2, f"https://quay.example.org/{CRANE}", "quay.example.org"),
    ]
    text = replace(article.current.text, body=article.current.body.replace(GAUGE, "letters/another"))
    correct(article, text, by=ada, based_on=article.current)
    looked_at(article)
    assert [row.address.rpartition("/")[2] for row in article.links.order_by("story")] == [
        "another",
        "crane-that-nobody-wanted",
    ]


def test_spellings_of_one_address_are_one_page_and_a_homepage_is_none():
    def key(slug, address):
        article = looked_at(clean(slug, (f"https://quay.example.org/{GAUGE}", address), title=slug))
        return article.links.order_by("story").first().key

    one = key("one", "http://www.quay.example.org/page/?b=2&a=1#x")
    assert one == key("two", "https://Quay.example.org:443/page?a=1&b=2") != ""
    assert one != key("three", "https://quay.example.org/page?a=1&b=3") != ""
    assert key("four", "https://quay.example.org/") == ""


def test_a_source_that_an_earlier_article_has_is_a_warning_that_names_that_article():
    earlier = looked_at(clean())
    more = ("**Link:** [A crane", "See [it](https://a.example.org/b).\n\n**Link:** [A crane")
    later = looked_at(clean("later", (CRANE, "letters/other"), more, title="A second week"))
    finding = Finding.objects.get(revision=later.current, code="source-covered")
    assert finding.other == earlier
    assert earlier.title in finding.message and "2026-05-01" in finding.message
    assert finding.what == f"https://quay.example.org/{GAUGE}"
    assert later.warn_count == 1
    assert codes(looked_at(earlier)) == []  # it was first


def test_the_same_newsletter_twice_blocks_and_its_links_are_told_once():
    earlier = looked_at(clean())
    later = looked_at(clean("later", title="A second week"))
    finding = Finding.objects.get(revision=later.current)
    assert (finding.code, finding.other) == ("newsletter-twice", earlier)
    assert "2 of 2 links" in finding.message
    assert later.block_count == 1


def test_articles_of_one_run_see_each_other():
    first, second = clean(), clean("later", title="A second week")
    check([second.pk, first.pk])
    assert codes(first) == []
    assert codes(second) == ["newsletter-twice"]


def test_a_rejected_article_is_no_earlier_one(bea):
    earlier = looked_at(clean())
    act(earlier, Action.REJECT, by=bea)
    assert codes(looked_at(clean("later", title="A second week"))) == []


def test_an_article_that_readers_have_counts_though_it_came_later(bea, ada):
    first, second = clean(), clean("later", title="A second week")
    act(first, Action.REJECT, by=bea)
    act(second, Action.START_REVIEW, Action.APPROVE, by=bea)
    act(first, Action.START_REVIEW, by=bea)
    looked_at(first, second)
    assert codes(first) == ["newsletter-twice"]
    assert codes(second) == ["newsletter-twice"]


def test_a_page_that_very_many_link_to_is_nobodys_source(monkeypatch):
    monkeypatch.setattr("editorial.checking.neighbours.COMMON", 3)
    for number in range(5):
        elsewhere(f"other-{number}", (f"other-{number}/gauge", "letters/subscribe"), title=f"Week {number}")
    check(list(Article.objects.values_list("pk", flat=True)))
    assert not Finding.objects.filter(code="source-covered").exists()


def test_a_slug_that_readers_know_as_another_articles_is_taken(ada):
    first = published(by=ada)
    first.refresh_from_db()
    correct(first, replace(first.current.text, slug="herons-again"), by=ada, based_on=first.current)
    second = elsewhere("another-bird")
    correct(second, replace(second.current.text, slug="herons-return"), by=ada, based_on=second.current)
    second.refresh_from_db()
    finding = Finding.objects.get(revision=second.current)
    assert (finding.code, finding.other, finding.field) == ("slug-taken", first, "slug")


# --- rules that change ------------------------------------------------------------------------------------


def test_a_setting_switches_a_check_off_or_gives_it_another_weight_for_all_or_for_one_source():
    article = looked_at(clean("crane", ("#harbours", "#todo")))
    for_all = CheckSetting.objects.create(code="tag-placeholder", severity="warn")
    looked_at(article)
    assert (article.block_count, article.warn_count) == (0, 1)
    quay = Source.objects.get(name="Quay Letter")
    CheckSetting.objects.create(code="tag-placeholder", source=quay, enabled=False)
    assert codes(looked_at(article)) == []
    Article.objects.update(source=None)
    assert codes(looked_at(article)) == ["tag-placeholder"]
    for_all.delete()
    looked_at(article)
    assert (article.block_count, article.warn_count) == (1, 0)


@pytest.mark.parametrize(
    "change",
    [
        lambda: CheckSetting.objects.create(code="em-dash", enabled=False),
        lambda: CheckSetting.objects.create(code="em-dash", source=Source.objects.get(), severity="warn"),
        lambda: HouseEntry.objects.create(kind="phrase", value="harbour master"),
    ],
    ids=["setting", "setting of a source", "house list"],
)
def test_other_rules_have_another_name_and_make_every_article_stale(change):
    article = looked_at(clean())
    before = load_house()
    assert list(stale(before)) == []
    change()
    after = load_house()
    assert after.ruleset != before.ruleset
    assert list(stale(after)) == [article]
    assert list(fresh()) == []
    assert load_house().ruleset == after.ruleset


def test_the_house_list_of_the_desk_is_the_one_that_counts():
    article = elsewhere("crane")
    HouseEntry.objects.create(kind="tag_alias", value="harbours", replacement="ports-and-piers")
    assert "tag-alias" in codes(looked_at(article))


def test_a_new_text_is_a_text_that_nobody_looked_at(ada):
    article = looked_at(clean())
    changed_text = CLEAN.replace("nobody wanted to pay for", "nobody would pay for")
    bring_in(incoming("quiet-week-two-harbours.md", changed_text.encode()))
    article.refresh_from_db()
    assert article.current.number == 2
    assert article.checked == ""
    assert list(fresh()) == [article]


def test_a_correction_is_looked_at_as_it_is_saved(ada):
    article = looked_at(clean("crane", ("#harbours", "#todo")))
    tags = tuple(tag for tag in article.current.tags if tag != "todo")
    correct(article, replace(article.current.text, tags=tags), by=ada, based_on=article.current)
    article.refresh_from_db()
    assert (article.checked, article.block_count) == (load_house().ruleset, 0)
    assert codes(article) == []
    assert Finding.objects.filter(revision__number=1).count() == 1  # what was found in the text before is kept


# --- many -------------------------------------------------------------------------------------------------


def queries_of(keys):
    with CaptureQueriesContext(connection) as queries:
        check(keys)
    return len(queries)


def test_checking_takes_the_same_queries_for_one_article_and_for_twenty():
    one = [elsewhere("first", ("#harbours", "#todo")).pk]
    new = queries_of(one)
    many = [elsewhere(f"week-{number}", ("#harbours", "#todo"), title=f"Week {number}").pk for number in range(20)]
    assert queries_of(many) == new
    assert queries_of(many) == queries_of(one)  # nothing new: the links are not written again


def test_all_are_checked_slice_by_slice_and_what_is_left_is_stale(monkeypatch):
    monkeypatch.setattr("editorial.checking.running.SLICE", 2)
    for number in range(5):
        elsewhere(f"week-{number}", title=f"Week {number}")
    told = []
    house = load_house()

    def stop_in_the_middle(count):
        told.append(count)
        if len(told) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check_all(stale(house), house, on_progress=stop_in_the_middle)
    assert stale(house).count() == 1
    assert check_all(stale(house), house, on_progress=told.append) == 1
    assert told == [2, 2, 1]
    assert stale(house).count() == 0


def test_a_text_that_changes_while_it_is_looked_at_is_left_for_the_next_time(ada, monkeypatch):
    article = imported()
    look = running.look

    def slow_look(keys, house):
        found = look(keys, house)
        Article.objects.filter(pk=article.pk).update(current=None)
        return found

    monkeypatch.setattr(running, "look", slow_look)
    check([article.pk])
    article.refresh_from_db()
    assert article.checked == ""
    assert not Finding.objects.exists()
