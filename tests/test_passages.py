"""A passage is found again when its text moves or changes a little, and said to be gone when it is."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from editorial.passages import CONTEXT, QUOTE_MAX, Found, Passage, find

QUOTE = "The survey counted two nests in April."
TEXT = (
    f"Two herons nest at the weir again. {QUOTE} The first herons left in 1998 after the flood.\n\n"
    "The water is clean enough for trout, says the keeper of the weir.\n"
)


def passage(quote=QUOTE, text=TEXT):
    return Passage.of(text, text.index(quote), text.index(quote) + len(quote))


def place(text, quote=QUOTE):
    found = find(text, passage(quote))
    return (text[found.start : found.end], found.is_same) if found else None


def test_a_passage_is_kept_with_what_stood_around_it():
    kept = passage("1998")
    assert kept.before.endswith("The first herons left in ") and len(passage("flood").before) == CONTEXT
    assert kept.after.startswith(" after the flood.") and len(kept.after) <= CONTEXT
    assert Passage.of("abc", 0, 1) == Passage("a", "", "bc")


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        "Something new comes first.\n\n" * 30 + TEXT,
        TEXT.replace(QUOTE + " ", "") + f"\nAt the end now: {QUOTE}\n",
        TEXT.replace("Two herons nest at the weir again.", "Other words."),
        TEXT.replace(" counted two", "\r\ncounted  two"),
    ],
    ids=["as it was", "further down", "elsewhere", "other words before it", "wrapped otherwise"],
)
def test_the_same_words_are_found_wherever_they_stand(text):
    words, is_same = place(text)
    assert (" ".join(words.split()), is_same) == (QUOTE, True)


@pytest.mark.parametrize(
    "old, new, words",
    [
        ("two nests", "three nests", "The survey counted three nests in April"),
        ("two nests in April", "2 nests in May", "The survey counted 2 nests in May"),
        ("survey counted", "survey, by hand, counted", "The survey, by hand, counted two nests in April"),
    ],
)
def test_a_passage_that_was_corrected_is_found_and_said_to_be_changed(old, new, words):
    assert place(TEXT.replace(old, new)) == (words, False)


def test_a_single_corrected_figure_is_found_by_what_stands_around_it():
    assert place(TEXT.replace("1998", "1997"), "1998") == ("1997", False)


@pytest.mark.parametrize(
    "text",
    [
        TEXT.replace(QUOTE + " ", ""),
        TEXT.replace(QUOTE, "Nobody knows how many gulls there are, as always."),
        "Another article about trains, stations and their clocks.",
        "",
        "...",
    ],
    ids=["taken out", "replaced", "another text", "empty", "no words"],
)
def test_a_passage_that_is_gone_is_said_to_be_gone(text):
    assert place(text) is None


def test_of_several_places_it_is_the_one_with_the_same_surroundings():
    text = "First: two nests, at the mill.\n\nThen: two nests, at the weir.\n\nLast: two nests, at the sea.\n"
    at = text.index("two nests, at the weir")
    kept = Passage.of(text, at, at + 9)
    assert find(text, kept) == Found(at, at + 9, True)
    moved = "Last: two nests, at the sea.\n\nThen: two nests, at the weir.\n"
    assert find(moved, kept).start == moved.index("two nests, at the weir")
    assert find(text, Passage("two nests")).start == text.index("two nests")


@pytest.mark.parametrize("quote", ["", " \n", "—"])
def test_no_words_are_nowhere_unless_they_stand_there(quote):
    assert find(TEXT, Passage(quote, "a", "b")) is None


def test_a_hostile_text_is_searched_in_bounds():
    assert find("a " * 50_000, Passage("a " * (QUOTE_MAX // 2), "b", "c")).is_same
    assert find("ab " * 50_000, Passage("a " * 900 + "b", "x", "y")) is None


texts = st.text("ab cd.\n", max_size=200)


@settings(deadline=None)
@given(texts, st.data())
def test_what_was_cut_out_of_a_text_is_found_in_it(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    kept = Passage.of(text, start, end)
    assume(kept.quote.strip())
    found = find(text, kept)
    assert found.is_same and text[found.start : found.end] == kept.quote.strip()


@settings(deadline=None)
@given(st.lists(st.sampled_from(["heron", "weir", "nest", "two", "the", "April"]), min_size=9, max_size=60), st.data())
def test_what_stands_before_or_after_a_passage_may_grow(words, data):
    text = " ".join(words)
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    kept = Passage.of(text, start, end)
    assume(kept.quote.strip())
    more = data.draw(st.text("xyz \n", max_size=300))
    found = find(more + text, kept)
    assert found.is_same
    assert (more + text)[found.start : found.end] == kept.quote.strip()


@settings(deadline=None)
@given(st.text(max_size=300), st.builds(Passage, st.text(max_size=80), st.text(max_size=40), st.text(max_size=40)))
def test_any_text_and_any_passage_give_a_place_in_the_text_or_none(text, kept):
    found = find(text, kept)
    assert found is None or 0 <= found.start < found.end <= len(text)
