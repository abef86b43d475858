"""Words of a text, and what they tell of wordings that are not in it: quick, and never wrong."""

import re

from hypothesis import example, given
from hypothesis import strategies as st

from editorial.checks import HouseLists, Piece
from editorial.checks.facts.words import _beginnings, numbers_in_words
from editorial.checks.wording import Wording
from editorial.document import Document
from editorial.language import words_in

from .checks import FIXTURES

WORD = re.compile(r"\w+(?:'\w+)?")
TEXTS = st.text(st.sampled_from("ab é’'“”—-_.,:() \n\u00a0ł1") | st.characters(codec="utf-8"), max_size=80)


@given(st.text(st.sampled_from("abcé' -_.,:()“”—\n\u00a0ł1"), max_size=80))
def test_words_are_what_a_pattern_of_words_finds(text):
    plain = re.sub(r"(?<=\w)'(?=\w+')", " ", text)  # a word has one apostrophe for the pattern, any number for us
    assert words_in(plain) == [word for word in WORD.findall(plain.lower()) if word]


def test_signs_of_all_kinds_part_words():
    text = "“Don’t” stop—now… co-op’s «Zażółć»\u00a0gęślą €5"
    assert words_in(text) == ["don't", "stop", "now", "co", "op's", "zażółć", "gęślą", "5"]


@given(TEXTS, st.integers(0, 79), st.integers(1, 30))
@example("The full article, he said", 4, 9)
@example("(scraped 5 articles", 1, 8)
@example("000000×0:", 7, 2)
def test_a_wording_that_stands_at_the_beginning_of_a_word_is_never_said_to_be_missing(text, start, length):
    small = "".join(lower if len(lower := letter.lower()) == 1 else letter for letter in text).replace("’", "'")
    needle = small[start : start + length]
    is_at_word = needle[:1].isalnum() and not re.match(r"[\w']", small[start - 1 : start] if start else "")
    if is_at_word and not needle.endswith("'"):
        assert Wording(small).may_hold(needle)


def test_a_wording_whose_words_are_not_there_is_not_looked_for():
    wording = Wording("the full story is behind a paywall.")
    assert wording.may_hold("full story") and wording.may_hold("paywalled") and wording.may_hold("behind a ")
    assert not wording.may_hold("full article") and not wording.may_hold("scraped ") and not wording.may_hold("delv")


def test_what_lies_around_a_needle_is_matched_once():
    wording = Wording("a paywall, b paywall; " + "x" * 300 + " c paywall")
    found = wording.near(("paywall",), re.compile(r"\w paywall"), before=10, after=20)
    assert [match[0] for match in found] == ["a paywall", "b paywall", "c paywall"]


@given(TEXTS)
def test_a_place_that_was_told_leads_back_to_its_characters(text):
    source = Document.parse(text.encode("utf-8", "surrogatepass")).source
    for start in range(0, len(source.text), 7):
        place = source.place(start, min(len(source.text), start + 3))
        assert source.character(place.offset) == start


def test_numbers_in_words_begin_at_whole_words_only():
    text = "One of twenty-five tons; İstanbul has two, someone none."
    assert [text[each : each + 3] for each in _beginnings(text, 0, len(text))] == ["One", "twe", "fiv", "two"]
    assert [each.value for each in numbers_in_words(text, 0, len(text))] == [1, 25, 2]


def test_a_phrase_is_found_in_the_small_letters_of_the_text():
    house = HouseLists.of([{"kind": "phrase", "value": "delv*"}])
    text = (FIXTURES / "checks" / "stock-phrase.md").read_bytes()
    piece = Piece.of(Document.parse(text))
    stems = [stem for stem, _ in house.phrase_stems]
    assert all(piece.wording.may_hold(stem) == (stem in piece.small) for stem in stems)
