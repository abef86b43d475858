"""Changes marked in rendered text: nothing is lost, nothing is added, and the result is well formed."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.rendering import render
from editorial.rendered_diff import marked_changes, marked_words

PARTS = [
    "## A heading\n",
    "One two three four five.\n",
    "One two *three* four [five](https://a.example.org).\n",
    "- a b c\n- d e f\n- g\n",
    "1. a\n2. b\n",
    "| a | b |\n|---|---|\n| 1 | 2 |\n",
    "> A quotation.\n",
    "```\ncode & more\n```\n",
    "---\n",
    "Six & seven < eight\n",
]
texts = st.lists(st.sampled_from(PARTS), max_size=8).map("\n".join)


def without_marks(html):
    """The marked text as it was before the marks: removed words and what only held them are gone."""
    html = re.sub(r"<del>(?:(?!</?del>).)*</del>", "", html, flags=re.DOTALL)
    return re.sub(r"</?ins>", "", html)


def words(html):
    return "".join(re.sub(r"<[^>]*>", "", html).split())


@given(texts, texts)
def test_without_the_marks_it_is_the_new_text(old, new):
    marked = marked_changes(render(old), render(new))
    assert words(without_marks(marked)) == words(render(new))


@given(texts, texts)
def test_marks_open_and_close_around_words_alone(old, new):
    marked = marked_changes(render(old), render(new))
    for mark in ("ins", "del"):
        assert marked.count(f"<{mark}>") == marked.count(f"</{mark}>")
        assert not re.search(rf"<{mark}>[^<]*<(?!/{mark}>)", marked)


@given(texts)
def test_nothing_is_marked_where_nothing_changed(text):
    assert words(marked_changes(render(text), render(text))) == words(render(text))
    assert "<ins>" not in marked_changes(render(text), render(text))


@pytest.mark.parametrize(
    ("old", "new", "marked"),
    [
        ("Two nests here", "Three nests here", "<p><del>Two</del><ins>Three</ins> nests here</p>"),
        ("- a b\n- c d", "- a b\n- c d\n- e f", "<li><ins>e f</ins></li>"),
        ("A whole paragraph.\n\nStays here.", "Stays here.", "<p><del>A whole paragraph.</del></p>"),
        (
            "a [b](https://x.example.org) c d e f",
            "a [b](https://y.example.org) c d e f",
            'href="https://y.example.org"',
        ),
    ],
)
def test_words_items_and_paragraphs_are_marked(old, new, marked):
    assert marked in marked_changes(render(old), render(new))


def test_a_line_is_marked_without_breaking_its_escapes():
    assert marked_words("a &lt; b", "a &lt; c") == "a &lt; <del>b</del><ins>c</ins>"
