"""Whatever a reader types becomes a query, and a query becomes what either database can read."""

import datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from digest.rendering.marking import marked
from digest.search.excerpts import LENGTH, excerpt, places
from digest.search.indexes import candidates
from digest.search.plain import plain_text
from digest.search.plans import plan
from digest.search.queries import MAX_PHRASE, Term, parse
from digest.search.stemming import readings, stem
from digest.search.vocabulary import distance
from digest.search.words import fold, words

from .test_house_rules import imports_of

ANYTHING = st.text(max_size=300)
MEANT = st.lists(
    st.sampled_from(
        [
            "heron",
            "-otter",
            '"two herons"',
            "tag:birds",
            "-tag:ai",
            "lang:pl",
            "source:x",
            "after:2026",
            "before:2025-13",
        ]
        + ['"', "-", ":", "*", "(", ")", "NEAR", "AND", "OR", "NOT", "^", "'", "\\", "&", "|", "!", "<->", "żółw", "\0"]
    ),
    max_size=20,
)
TYPED = ANYTHING | MEANT.map(" ".join) | MEANT.map("".join)
PURE = ("words", "stemming", "queries", "plans", "plain", "excerpts")


def wanted(text):
    return [term.words for term in parse(text).wanted]


# --- reading ---------------------------------------------------------------------------------------------


def test_words_phrases_and_minus():
    query = parse('Herons "the Weir" -otter -"in the rain"')
    assert query.wanted == (Term(("herons",)), Term(("the", "weir")))
    assert query.unwanted == (Term(("otter",)), Term(("in", "the", "rain")))


def test_filters_are_read_and_their_values_become_slugs():
    query = parse('tag:"Machine Learning" source:River-Notes LANG:pl tag:żółw -tag:ai x')
    assert query.tags == ("machine-learning", "zolw")
    assert query.sources == ("river-notes",)
    assert query.languages == ("pl",)
    assert query.barred == (("tag", "ai"),)


@pytest.mark.parametrize(
    ("text", "after", "before"),
    [
        ("after:2026", datetime.date(2026, 1, 1), None),
        ("after:2026-3", datetime.date(2026, 3, 1), None),
        ("before:2026-03-09", None, datetime.date(2026, 3, 9)),
        ("after:2025 after:2026 before:2028 before:2027", datetime.date(2026, 1, 1), datetime.date(2027, 1, 1)),
    ],
)
def test_dates_are_years_months_or_days_and_the_narrower_holds(text, after, before):
    assert (parse(text).after, parse(text).before) == (after, before)


@pytest.mark.parametrize(
    "piece", ["after:soon", "before:2026-13", "after:0000", "before:2026-02-30", "-after:2026", "..."]
)
def test_what_says_nothing_is_left_out_and_named(piece):
    query = parse(f"heron {piece} ")
    assert query.ignored == (piece,)
    assert query.pieces == ("heron",)


def test_a_word_with_signs_in_it_is_a_phrase_and_an_unknown_filter_a_word():
    assert wanted("node.js c++ foo:bar don't heron's") == [
        ("node", "js"),
        ("c",),
        ("foo", "bar"),
        ("don", "t"),
        ("heron",),
    ]


def test_typographic_quotes_are_quotes_and_one_without_its_fellow_reaches_to_the_end():
    assert wanted("„dwa żółwie” «trzy»") == [("dwa", "zolwie"), ("trzy",)]
    assert wanted('heron "at the weir') == [("heron",), ("at", "the", "weir")]


@pytest.mark.parametrize(
    ("text", "unfinished"),
    [
        ("heron wei", True),
        ("heron wei ", False),
        ('"wei"', False),
        ("we", False),
        ("heron wei*", True),
        ("heron wei* ", False),
        ("*", False),
        ("wei -her*", False),
        ("wei -her", False),
        ("wei tag:a", False),
    ],
)
def test_the_last_word_may_be_unfinished(text, unfinished):
    assert any(term.unfinished for term in parse(text).wanted) is unfinished


def test_of_a_long_query_the_beginning_is_read_and_the_cut_is_told():
    assert parse("heron " * 13).cut
    assert len(parse(" ".join(f"word{n}" for n in range(50)), max_terms=5).wanted) == 5
    assert parse("x" * 30, max_chars=10).wanted == (Term(("x" * 10,), unfinished=True),)
    assert len(parse('"' + "a " * 90 + '"').wanted[0].words) == MAX_PHRASE
    assert not parse("heron weir").cut


def test_filters_are_added_in_front_and_taken_away():
    query = parse("tag:birds -tag:ai heron")
    assert query.filters == ("tag:birds", "-tag:ai")
    assert query.adding("lang:pl", "tag:birds") == "lang:pl tag:birds -tag:ai heron"
    assert query.without("tag:birds") == "-tag:ai heron"


@given(TYPED)
def test_nothing_that_is_typed_raises_and_a_query_reads_back_as_itself(text):
    query = parse(text, max_chars=150, max_terms=6)
    assert len(query.pieces) <= 6
    again = parse(str(query) + " ", max_chars=1_000)
    finished = tuple(Term(term.words) for term in query.wanted)
    assert (again.wanted, again.unwanted, again.tags) == (finished, query.unwanted, query.tags)
    assert again.ignored == ()


# --- words -----------------------------------------------------------------------------------------------


@given(ANYTHING)
def test_folding_again_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(ANYTHING)
def test_words_have_nothing_that_means_something_to_a_database(text):
    for word in words(text):
        assert word
        assert not set(word) & set("\"'\\&|!<>():* _\0")


@pytest.mark.parametrize(
    ("forms", "language"),
    [
        ("agent agents", "en"),
        ("complexity complexities", "en"),
        ("złożoność złożoności złożonością", "pl"),
        ("system systemy systemów systemami systemem", "pl"),
        ("książka książki książce książkę", "pl"),
        ("programista programiści programistów", "pl"),
        ("nowy nowego nowym nowych nowymi", "pl"),
        ("komputer komputerze komputery", "pl"),
    ],
)
def test_forms_of_a_word_have_one_stem(forms, language):
    assert len({stem(fold(form), language) for form in forms.split()}) == 1


@pytest.mark.parametrize(("one", "other"), [("model", "modem"), ("kod", "kot"), ("system", "systematyczny")])
def test_other_words_have_other_stems(one, other):
    assert not set(readings(one)) & set(readings(other))


@pytest.mark.parametrize(
    ("one", "other", "steps"),
    [("heron", "herno", 1), ("heron", "hern", 1), ("weir", "wears", 2), ("", "ab", 2), ("a", "a", 0)],
)
def test_the_distance_of_words_counts_letters_and_swaps(one, other, steps):
    assert distance(one, other) == distance(other, one) == steps


# --- what the databases are asked ------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    [
        '"" NEAR(a b) ^x*',
        "a AND OR NOT",
        "'); DROP TABLE x; --",
        "\\ ' \" & | ! <-> :*",
        "title:x -all",
        "%s %(a)s",
        "\ud800",
    ],
)
def test_the_database_reads_whatever_was_typed(text):
    assert candidates(plan(parse(text)), 10) == [] or connection.vendor


# --- excerpts --------------------------------------------------------------------------------------------


def test_plain_text_ends_words_at_blocks_and_not_within_a_line():
    html = '<h2 id="a">One</h2>\n<p>two<br>three <em>un</em>broken '
    html += '<a href="/x?a=1&amp;b=2" title="a > b">link</a></p>&lt;b&gt;'
    assert plain_text(html) == "One two three unbroken link <b>"


def test_an_excerpt_shows_where_the_words_stand():
    text = "Nothing here. " * 40 + "The Żółwie sleep near a żółw. " + "Nothing more. " * 40
    found = places(text, frozenset(readings("zolw")), "pl")
    shown = excerpt(text, found)
    assert [shown.text[begin:end] for begin, end in shown.places] == ["Żółwie", "żółw"]
    assert shown.text.startswith("… ") and shown.text.endswith(" …")
    assert len(shown.text) <= LENGTH + 4


@given(st.text(max_size=600), st.lists(st.sampled_from(["a", "her", "zolw", "0"]), max_size=3))
def test_an_excerpt_is_a_piece_of_its_text_with_every_place_in_it(text, asked):
    found = places(text, frozenset(asked), "en")
    shown = excerpt(text, found)
    assert shown.text.removeprefix("… ").removesuffix(" …") in text
    assert all(0 <= begin < end <= len(shown.text) for begin, end in shown.places)
    assert [fold(shown.text[begin:end]) for begin, end in shown.places] == [
        fold(text[begin:end]) for begin, end in found
    ][: len(shown.places)] or shown.text.startswith("… ")


@given(st.text(alphabet="<>&\"'ab mark/", max_size=60), st.integers(0, 60), st.integers(1, 10))
def test_marks_are_the_only_markup(text, begin, length):
    place = (min(begin, len(text)), min(begin + length, len(text)))
    html = marked(text, [place])
    assert html.count("<") == html.count(">") == 2
    assert html.count("<mark>") == html.count("</mark>") == 1


@pytest.mark.parametrize("name", PURE)
def test_a_pure_module_of_search_imports_no_django(name):
    path = Path(settings.BASE_DIR) / "digest" / "search" / f"{name}.py"
    for module in imports_of(path):
        assert module.split(".")[0] != "django"
        if module.startswith("digest"):
            assert module.split(".")[:2] == ["digest", "slugs"] or module.split(".")[2] in PURE, module
