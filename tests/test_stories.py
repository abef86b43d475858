"""The stories of a body: their hashes follow their texts, and one is taken out without touching the others."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from editorial.stories import UNTITLED, Entangled, stories_of, without

HERONS = "## Herons\n\n**TLDR:** Two nests.\n\n- one\n- two\n\n**Link:** [Survey](https://a.example/1)"
STORKS = "## Storks\n\n**Summary:** Three storks, says [the count][c].\n\nMore of them."
TERNS = "## Terns\n\nFour terns."
DASHES = "\n\n---\n\n"
TARGET = "[c]: https://a.example/count"
DISCLAIMER = "**Disclaimer:** A machine wrote this."


def hashes(body):
    return [story.hash for story in stories_of(body)]


def test_a_story_is_known_by_the_hash_of_its_own_text():
    body = f"Intro.\n\n{HERONS}{DASHES}{TERNS}\n"
    herons, terns = stories_of(body)
    assert (herons.number, herons.title, herons.line, body[herons.start : herons.end]) == (1, "Herons", 3, HERONS)
    assert (terns.number, terns.title, body[terns.start : terns.end]) == (2, "Terns", TERNS)
    assert terns.hash == hashlib.sha256(TERNS.encode()).hexdigest()


@pytest.mark.parametrize(
    "body",
    [
        f"{TERNS}\n\n{HERONS}\n",
        f"{HERONS}{DASHES}{TERNS}",
        f"A preamble.\n\n{TERNS}{DASHES}{HERONS}{DASHES}{DISCLAIMER}\n\n{TARGET}\n",
        f"{TERNS}\n\n{HERONS}\n\n\n".replace("\n", "\r\n"),
    ],
)
def test_neither_its_place_nor_what_stands_around_it_makes_a_difference(body):
    assert set(hashes(body)) == set(hashes(f"{HERONS}\n\n{TERNS}\n"))


def test_a_changed_word_or_heading_makes_another_hash():
    before = hashes(f"{HERONS}\n\n{TERNS}\n")
    after = hashes(f"{HERONS}\n\n{TERNS.replace('Four', 'Five')}\n")
    assert before[0] == after[0] and before[1] != after[1]
    assert hashes(f"{HERONS}\n\n{TERNS.replace('## Terns', '## The terns')}\n")[1] != before[1]


def test_a_text_without_headings_is_one_story_and_an_empty_one_too():
    (story,) = stories_of("Just words.\n")
    assert (story.title, story.name, story.number) == ("", UNTITLED, 1)
    assert len(stories_of("")) == 1
    assert len(stories_of(f"{DISCLAIMER}\n")) == 1


@pytest.mark.parametrize(
    "body, number, left",
    [
        (f"{HERONS}{DASHES}{TERNS}\n", 1, f"{TERNS}\n"),
        (f"{HERONS}{DASHES}{TERNS}\n", 2, f"{HERONS}\n"),
        (f"{HERONS}{DASHES}{TERNS}{DASHES}## Gulls\n\nFive.\n", 2, f"{HERONS}{DASHES}## Gulls\n\nFive.\n"),
        (f"{HERONS}\n\n{TERNS}{DASHES}", 2, f"{HERONS}{DASHES}"),
        (f"Intro.\n\n{HERONS}\n\n{TERNS}", 1, f"Intro.\n\n{TERNS}"),
        (f"{HERONS}{DASHES}{TERNS}{DASHES}{DISCLAIMER}\n", 2, f"{HERONS}{DASHES}{DISCLAIMER}\n"),
        (f"{STORKS}{DASHES}{TERNS}\n\n{TARGET}\n", 2, f"{STORKS}{DASHES}{TARGET}\n"),
        (f"{TERNS}\r\n\r\n---\r\n\r\n## Gulls\r\n\r\nFive.\r\n", 1, "## Gulls\r\n\r\nFive.\r\n"),
    ],
    ids=["first", "last", "between", "dashes at the end", "preamble", "disclaimer", "definition", "carriage returns"],
)
def test_a_story_goes_with_its_line_of_dashes_and_nothing_else(body, number, left):
    assert without(body, number) == left


def test_the_only_story_and_one_that_others_need_stay():
    with pytest.raises(Entangled, match="only story"):
        without(f"{HERONS}\n", 1)
    needed = f"{STORKS}\n\n{TERNS}\n\n{TARGET}\n\nMore of the terns.\n"
    with pytest.raises(Entangled, match="would not read as they do now"):
        without(needed, 2)
    with pytest.raises(Entangled, match="would not read as they do now"):
        without("# One\n\n## A part of it\n\nText.\n\n# Two\n\nText.\n", 2)


@pytest.mark.parametrize("number", [0, -1, 3])
def test_there_is_no_story_of_another_number(number):
    with pytest.raises(IndexError):
        without(f"{HERONS}\n\n{TERNS}\n", number)


words = st.text("ab #*-_`[]()\n>1.|é:", max_size=40)
blocks = st.sampled_from(
    [
        HERONS,
        STORKS,
        TERNS,
        "---",
        "***",
        TARGET,
        DISCLAIMER,
        "## Gulls",
        "Prose.",
        "```\n## no story\n```",
        "===",
        "# Top",
    ]
)
bodies = st.lists(blocks | words, max_size=12).flatmap(
    lambda parts: st.sampled_from(["\n\n", "\n", "\r\n\r\n"]).map(lambda between: between.join(parts))
)


@settings(deadline=None)
@given(bodies, st.integers(1, 6))
def test_whatever_is_taken_out_the_others_keep_their_hashes_in_order(body, number):
    stories = stories_of(body)
    number = min(number, len(stories))
    try:
        shorter = without(body, number)
    except Entangled:
        return
    assert hashes(shorter) == [story.hash for story in stories if story.number != number]
    start = next((at for at, pair in enumerate(zip(body, shorter, strict=False)) if pair[0] != pair[1]), len(shorter))
    assert body[len(body) - (len(shorter) - start) :] == shorter[start:]  # one stretch went, the rest stayed


@settings(deadline=None)
@given(bodies)
def test_stories_are_in_order_and_do_not_overlap(body):
    stories = stories_of(body)
    assert stories and [story.number for story in stories] == list(range(1, len(stories) + 1))
    ends = [0, *(story.end for story in stories)]
    assert all(end <= story.start <= story.end <= len(body) for end, story in zip(ends, stories, strict=False))
