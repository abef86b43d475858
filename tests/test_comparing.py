"""Two versions side by side, and texts with numbered lines: what is shown, and what is left out."""

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from editorial.comparing import ROWS_MAX, Row, body_changes, field_changes, line_diff, rows_of
from editorial.numbered import FIRST_LINES, LINE_MAX, listing, split, visible
from editorial.text import Text

from .pace import assert_cpu_seconds


def text(**fields):
    values = {
        "title": "Herons",
        "excerpt": "",
        "body": "One.\n\nTwo.\n",
        "tags": ("birds",),
        "language": "en",
        "date": datetime.date(2026, 4, 2),
        "slug": "herons",
    }
    return Text(**{**values, **fields})


# --- fields and blocks ------------------------------------------------------------------------------------


def test_only_fields_that_differ_are_named():
    found = field_changes(text(), text(title="Storks", tags=("birds", "rivers"), body="Other.\n", slug="storks"))
    assert [(each.name, each.old, each.new) for each in found] == [
        ("Title", "Herons", "Storks"),
        ("Tags", "birds", "birds, rivers"),
        ("Address", "herons", "storks"),
    ]


def test_against_nothing_every_field_that_is_not_empty_is_named():
    assert [each.name for each in field_changes(None, text())] == ["Title", "Tags", "Language", "Date", "Address"]


def test_the_blocks_that_differ_are_found():
    found = body_changes("One.\n\nTwo birds.\n", "One.\n\nThree birds.\n")
    assert [block.kind for block in found] == ["changed"]
    assert body_changes("One.\n", "One.\n") == []


@pytest.mark.parametrize(
    ("old", "new"), [("a\n\n" * 30_000, "b\n\na\n\n" * 20_000), ("x" * 150_000, "y" * 150_000)], ids=["equal", "long"]
)
def test_what_would_take_too_long_is_not_compared(old, new):
    with assert_cpu_seconds(1):
        assert body_changes(old, new) is None


# --- diffs by line ----------------------------------------------------------------------------------------


def test_a_diff_becomes_rows_with_signs():
    rows, left_out = rows_of(line_diff("a\nb\nc\n", "a\nB\nc\n"))
    assert [row.sign for row in rows] == ["@", " ", "-", "+", " "]
    assert Row("+", "B") in rows
    assert left_out == 0


def test_no_diff_has_no_rows():
    assert rows_of("") == ([], 0)
    assert line_diff("same\n", "same\n") == ""


def test_a_long_diff_is_cut_and_says_by_how_much():
    rows, left_out = rows_of(line_diff("a\n" * 500, "b\n" * 500))
    assert (len(rows), left_out) == (ROWS_MAX, 1001 - ROWS_MAX)


lines = st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=12)


@settings(max_examples=100, deadline=None)
@given(lines, lines)
def test_the_added_and_removed_lines_account_for_both_texts(before, after):
    rows, _ = rows_of(line_diff("\n".join(before), "\n".join(after)))
    grown = sum(row.sign == "+" for row in rows) - sum(row.sign == "-" for row in rows)
    assert grown == len(split("\n".join(after))) - len(split("\n".join(before)))
    old = iter(split("\n".join(before)))
    assert all(any(row.text == line for line in old) for row in rows if row.sign in "- ")


# --- numbered lines ---------------------------------------------------------------------------------------


def test_lines_are_numbered_and_the_marked_one_is_marked():
    found = listing("a\r\nb\nc\n", {2})
    assert [(line.number, line.text, line.is_marked) for line in found.lines] == [
        (1, "a", False),
        (2, "b", True),
        (3, "c", False),
    ]
    assert found.left_out == 0


def test_a_long_text_is_shown_around_its_marks():
    found = listing("x\n" * 10_000, {5_000})
    assert [line.number for line in found.lines if line.left_out] == [4_985]
    assert next(line.left_out for line in found.lines if line.left_out) == 4_985 - FIRST_LINES - 1
    assert found.lines[-1].number == 5_015
    assert found.left_out == 10_000 - 5_015


@pytest.mark.parametrize("mark", [0, -3, 99])
def test_a_mark_outside_the_text_marks_nothing(mark):
    assert not any(line.is_marked for line in listing("a\nb", {mark}).lines)


def test_a_long_line_is_cut_and_says_by_how_much():
    assert listing("x" * (LINE_MAX + 5)).lines[0].text.endswith("… (5 more characters)")


def test_what_does_not_show_is_shown_as_a_sign():
    assert visible("a\x00b\x1b\u202ec\udcffd\x7f\te\x9b") == "a␀b␛�c�d␡\te�"


@settings(max_examples=100, deadline=None)
@given(st.text(), st.sets(st.integers(-5, 50)))
def test_every_text_has_a_listing_that_can_be_sent(anything, marks):
    found = listing(anything, marks)
    assert len(found.lines) + found.left_out + sum(line.left_out for line in found.lines) == len(split(anything))
    "".join(line.text for line in found.lines).encode()
