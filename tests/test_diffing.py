"""What changed between two texts."""

import time

from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import MonkeyPatch

from editorial import diffing
from editorial.diffing import changes, diff

TEXTS = st.lists(st.sampled_from(["one", "two ", "\n\n", "\n", "żółw", "- item", "x" * 20, "**b**", "\n \n"])).map(
    "".join
)


def spelled(blocks, without):
    return "".join(piece.text for block in blocks for piece in block.pieces if piece.kind != without)


def kinds(old, new):
    return [block.kind for block in changes(old, new)]


@given(TEXTS, TEXTS)
@settings(max_examples=200, deadline=None)
def test_the_pieces_spell_both_texts(old, new):
    blocks = diff(old, new)
    assert spelled(blocks, "added") == old
    assert spelled(blocks, "removed") == new


@given(st.text(), st.text())
@settings(max_examples=200, deadline=None)
def test_any_two_texts_can_be_compared(old, new):
    assert spelled(diff(old, new), "added") == old
    assert changes(old, old) == []


@given(TEXTS, TEXTS)
@settings(max_examples=200, deadline=None)
def test_without_time_the_pieces_still_spell_both_texts(old, new):
    with MonkeyPatch.context() as patch:
        patch.setattr(diffing, "SECONDS", 0)
        patch.setattr(diffing, "BLOCKS", 2)
        blocks = diff(old, new)
    assert spelled(blocks, "added") == old
    assert spelled(blocks, "removed") == new


def test_without_time_a_paragraph_is_compared_by_what_it_begins_and_ends_with(monkeypatch):
    monkeypatch.setattr(diffing, "SECONDS", 0)
    (block,) = changes("In May two herons nest here.\n", "In May here nest three herons here.\n")
    assert [(piece.kind, piece.text) for piece in block.pieces] == [
        ("same", "In May "),
        ("removed", "two herons nest"),
        ("added", "here nest three herons"),
        ("same", " here.\n"),
    ]


def test_texts_of_very_many_blocks_are_aligned_too():
    old = "".join(f"Story {n % 7}.\n\n" for n in range(9_000))
    new = old.replace("Story 3.\n\n", "Story 3.\n\nNew words.\n\n", 2)
    began = time.process_time()
    assert kinds(old, new) == ["added", "added"]
    assert time.process_time() - began < 5, "it takes as long as the square of the blocks"


def test_an_edited_paragraph_is_marked_word_by_word():
    (block,) = changes("Same.\n\nTwo herons nest here.\n", "Same.\n\nThree herons nest here.\n")
    assert [(piece.kind, piece.text) for piece in block.pieces] == [
        ("removed", "Two"),
        ("added", "Three"),
        ("same", " herons nest here.\n"),
    ]


def test_a_new_and_a_removed_paragraph_are_told_from_an_edited_one():
    assert kinds("One.\n\nTwo.", "One.\n\nNew words.\n\nTwo.") == ["added"]
    assert kinds("One.\n\nGone words.\n\nTwo.", "One.\n\nTwo.") == ["removed"]
    assert kinds("Herons nest.", "Quite another thing") == ["removed", "added"]


def test_more_different_words_than_one_plane_of_characters_holds_are_still_compared():
    old = " ".join(f"w{n}" for n in range(60_000))
    assert spelled(diff(old, old + " more"), "removed") == old + " more"
