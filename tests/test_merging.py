"""Three texts made one: the last generation, the new one and the desk's."""

import datetime
import itertools
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from editorial.document import Document, parse_body
from editorial.merging import Cause, Edited, Origin, merge, merge_bodies, resolve
from editorial.merging.alignment import align
from editorial.merging.bodies import join
from editorial.text import Text

from .pace import assert_cpu_seconds

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"
needs_corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason="the folder with real articles is missing")

BODY = """## Herons return to the weir

**TLDR:** Two herons nest at the weir again.

**Summary:** The survey counted two nests in April. The first herons left in 1998.

**Key takeaways:**
- Two nests were counted
- The water is clean enough
- Fish have come back

```python
count = 2
```

**Link:** [The survey](https://notes.example.org/2026/herons)

## A bridge is closed

The old bridge at the mill is closed until June.

Boats may still pass under it on weekdays.
"""
TEXT = Text("Herons return", "Two nests.", BODY, ("birds", "rivers"), "en", datetime.date(2026, 4, 2), "herons-return")


def edited(*changes, text=BODY):
    """The body with some words replaced."""
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


def merged(theirs, ours, base=BODY):
    """The merged body where it is clean."""
    blocks = merge_bodies(base, theirs, ours)
    assert not conflicts(blocks), conflicts(blocks)
    return join(blocks)


def conflicts(blocks):
    return [block.conflict for block in blocks if block.conflict]


def only_conflict(theirs, ours, base=BODY):
    (conflict,) = conflicts(merge_bodies(base, theirs, ours))
    return conflict


def paragraphs(*texts):
    return "\n\n".join(texts) + "\n"


# Any three texts

BLOCKS = (
    *("## First story", "## Second story", "### Notes", "---", "**Summary:**", "**Link:** [a](https://example.org/a)"),
    *("One heron sat on the weir all day.", "The bridge at the mill stays closed until late June.", "x", "żółw i gęś"),
    *("- one item of the list", "- another item here", "  - nested a bit", "1. numbered", "> a quote of somebody"),
    *("```\ncode = 1\n```", "```\nopen", "    indented code", "| a | b |\n|---|---|\n| 1 | 2 |", "Title\n====="),
    *("Two lines of one\nparagraph stand here.", "A long sentence with many words, some of them used twice or twice."),
)
WORDS = ("new", "heron", "other", "word", "- ", "\n", "## ", "", "```")
SEPARATORS = ("\n\n", "\n\n", "\n\n", "\n", "\n", "\n\n\n", "\n \n")


def body_of(pieces):
    return "".join(text + separator for text, separator in pieces)


PIECES = st.lists(st.tuples(st.sampled_from(BLOCKS), st.sampled_from(SEPARATORS)), min_size=2, max_size=9)
STEPS = st.tuples(
    st.sampled_from(("edit", "remove", "add", "move", "respace")),
    st.integers(0, 8),
    st.integers(0, 8),
    st.sampled_from(BLOCKS),
    st.sampled_from(WORDS),
    st.sampled_from(SEPARATORS),
)


def changed(pieces, steps):
    """The pieces after some edits, as a desk or a generator would make them."""
    pieces = list(pieces)
    for step, at, to, block, word, separator in steps:
        if step == "add":
            pieces.insert(at % (len(pieces) + 1), (block, separator))
        elif pieces:
            at %= len(pieces)
            text, gap = pieces.pop(at)
            if step == "edit":
                words = text.split(" ")
                words[to % len(words)] = word
                pieces.insert(at, (" ".join(words) or word, gap))
            elif step == "move":
                pieces.insert(to % (len(pieces) + 1), (text, gap))
            elif step == "respace":
                pieces.insert(at, (text, separator))
    return pieces


@st.composite
def versions(draw):
    """A body and two bodies made from it."""
    base = draw(PIECES)
    sides = (changed(base, draw(st.lists(STEPS, min_size=1, max_size=3))) for _ in range(2))
    return tuple(body_of(pieces) for pieces in (base, *sides))


ANY_BODIES = st.one_of(
    versions(),
    st.tuples(*[st.text(alphabet="ab \n\r-#`>*[]:1.\t", max_size=30)] * 3),
    st.tuples(*[st.text(max_size=20)] * 3),
)
MANY = settings(max_examples=150, deadline=None)


def line_feeds(text):
    return re.sub(r"\r\n|\r", "\n", text)


def block_counts(*texts):
    return Counter(block.text for text in texts for block in parse_body(line_feeds(text)).blocks)


@given(ANY_BODIES)
@MANY
def test_what_only_one_side_changed_is_that_side_byte_for_byte(bodies):
    one, other, _ = bodies
    assert merged(one, other, base=one) == other
    assert merged(other, one, base=one) == other
    assert merged(other, other, base=one) == other
    assert merged(one, one, base=one) == one


@given(ANY_BODIES)
@MANY
def test_it_does_not_matter_for_a_clean_merge_which_side_is_which(bodies):
    base, theirs, ours = bodies
    one, other = merge_bodies(base, theirs, ours), merge_bodies(base, ours, theirs)
    assert [bool(block.conflict) for block in one] == [bool(block.conflict) for block in other]
    if not conflicts(one):
        assert line_feeds(join(one)) == line_feeds(join(other))


@given(ANY_BODIES)
@MANY
def test_nothing_that_a_side_wrote_is_lost_without_a_conflict(bodies):
    base, theirs, ours = bodies
    blocks = merge_bodies(base, theirs, ours)
    before = block_counts(base)
    for side, text in (("theirs", theirs), ("ours", ours)):
        written = block_counts(text) - before
        kept = Counter(line_feeds(block.text) for block in blocks if not block.conflict)
        held = "\n".join(line_feeds(getattr(conflict, side)) for conflict in conflicts(blocks))
        assert all(text in held or kept[text] >= count for text, count in written.items())


@given(ANY_BODIES)
@MANY
def test_a_clean_body_reads_back_as_the_blocks_it_was_made_of(bodies):
    blocks = merge_bodies(*bodies)
    if not conflicts(blocks):
        assert [block.text for block in parse_body(join(blocks)).blocks] == [
            block.text for block in blocks if block.text
        ]


@given(ANY_BODIES, st.sampled_from(["base", "theirs", "ours", "Edited text."]))
@MANY
def test_every_conflict_can_be_solved_either_way(bodies, choice):
    result = merge(*(replace(TEXT, body=body) for body in bodies))
    solved = resolve(result, {conflict.key: choice for conflict in result.conflicts})
    assert result.is_clean == (result.text is not None)
    for conflict in result.conflicts:
        assert result.blocks[conflict.key].conflict is conflict
        assert conflict.chosen(choice) in solved.body
        assert conflict.proposal is None or isinstance(conflict.proposal, str)


# Blocks


def test_edits_of_different_blocks_are_put_together():
    theirs = edited(("two nests in April", "three nests in May"))
    ours = edited(("closed until June", "closed until July"), ("- Fish have come back\n", ""))
    assert merged(theirs, ours) == edited(
        ("two nests in April", "three nests in May"),
        ("closed until June", "closed until July"),
        ("- Fish have come back\n", ""),
    )


def test_neighbours_in_a_list_are_different_blocks():
    theirs = edited(("The water is clean", "The water is very clean"))
    ours = edited(("Two nests were counted", "Two nests were seen"), ("Fish have come", "Trout have come"))
    assert "- Two nests were seen\n- The water is very clean enough\n- Trout have come back\n\n" in merged(theirs, ours)


def test_both_making_the_same_change_is_no_conflict():
    same = edited(
        ("closed until June", "closed until July"), ("- Fish have come back", "- Fish are back\n- So are otters")
    )
    assert merged(same, edited(("again.", "again!"), text=same)) == edited(("again.", "again!"), text=same)
    blocks = merge_bodies(BODY, same, edited(("again.", "again!"), text=same))
    assert {block.text: block.origin for block in blocks}["- So are otters"] is Origin.BOTH


def test_a_block_that_both_edited_is_a_conflict_with_the_words_of_both_proposed():
    conflict = only_conflict(edited(("two nests", "three nests")), edited(("in 1998", "in 1997")))
    assert conflict.cause is Cause.EDITED
    assert conflict.base in BODY and "three nests" in conflict.theirs and "in 1997" in conflict.ours
    assert conflict.proposal == conflict.theirs.replace("1998", "1997")


def test_nothing_is_proposed_where_both_changed_the_same_words():
    assert only_conflict(edited(("two nests", "three nests")), edited(("two nests", "four nests"))).proposal is None
    assert only_conflict(edited(("two nests", "three nests")), edited(("counted two", "saw two"))).proposal is not None
    assert (
        only_conflict(edited(("until June", "until May")), edited(("until June.", "until June, they say."))) is not None
    )


def test_words_that_touch_are_not_put_together():
    assert only_conflict(edited(("June.", "May.")), edited(("June.", "June!"))).proposal is None


def test_a_word_that_both_changed_alike_is_no_hindrance_to_a_proposal():
    theirs = edited(("closed until June", "shut until June"), ("The old", "The oldest"))
    ours = edited(("closed until June", "shut until June"), ("at the mill is", "near the mill is"))
    assert only_conflict(theirs, ours).proposal == "The oldest bridge near the mill is shut until June."


def test_removing_what_the_other_side_edited_is_a_conflict():
    removed = edited(("The old bridge at the mill is closed until June.\n\n", ""))
    changed = edited(("until June", "until July"))
    conflict = only_conflict(removed, changed)
    assert (conflict.cause, conflict.theirs, conflict.proposal) == (Cause.REMOVED, "", None)
    assert conflict.ours == "The old bridge at the mill is closed until July."
    assert only_conflict(changed, removed).ours == ""


def test_removing_a_section_to_which_the_other_side_added_is_a_conflict():
    removed = BODY[: BODY.index("## A bridge")]
    added = edited(("until June.\n", "until June.\n\nA ferry runs instead.\n"))
    conflict = only_conflict(removed, added)
    assert (conflict.cause, conflict.theirs) == (Cause.REMOVED, "")
    assert conflict.ours.startswith("## A bridge") and "A ferry" in conflict.ours
    assert conflict.proposal == "A ferry runs instead."


def test_both_removing_neighbours_is_no_conflict():
    theirs, ours = edited(("- Two nests were counted\n", "")), edited(("- The water is clean enough\n", ""))
    assert "**Key takeaways:**\n- Fish have come back\n\n```" in merged(theirs, ours)


def test_different_additions_at_the_same_place_are_a_conflict_that_proposes_both():
    theirs = edited(("come back\n", "come back\n- Otters too\n"))
    ours = edited(("come back\n", "come back\n- No rats were seen\n"))
    conflict = only_conflict(theirs, ours)
    assert (conflict.cause, conflict.base) == (Cause.ADDED, "")
    assert conflict.proposal == "- No rats were seen\n- Otters too"


def test_what_both_added_is_taken_once_and_what_one_added_beside_it_stays():
    theirs = edited(("come back\n", "come back\n- Otters too\n"))
    ours = edited(("come back\n", "come back\n- Otters too\n- No rats were seen\n"))
    assert merged(theirs, ours) == ours
    before = edited(("come back\n", "come back\n- No rats were seen\n- Otters too\n"))
    assert merged(theirs, before) == before
    theirs = edited(("come back\n", "come back\n- Otters too\n- Mice and voles\n"))
    before = edited(("come back\n", "come back\n- No rats were seen\n- Otters too\n- Mice and voles\n"))
    assert merged(theirs, before) == before


def test_a_block_that_both_replaced_by_other_words_shows_what_it_was():
    old, new, mine = (
        "The old bridge at the mill is closed until June.",
        "Ferries sail daily.",
        "Nothing crosses here now.",
    )
    conflict = only_conflict(edited((old, new)), edited((old, mine)))
    assert (conflict.cause, conflict.base, conflict.theirs, conflict.ours) == (Cause.EDITED, old, new, mine)
    assert conflict.proposal is None


def test_a_heading_that_was_reworded_is_the_same_heading():
    theirs = edited(("## A bridge is closed", "## Bridge closed"))
    ours = edited(("The old bridge", "The older bridge"))
    assert "## Bridge closed\n\nThe older bridge" in merged(theirs, ours)
    assert only_conflict(theirs, edited(("## A bridge is closed", "## A bridge shuts"))).base == "## A bridge is closed"


# Moves

FIRST, SECOND = BODY[: BODY.index("## A bridge")].rstrip("\n"), BODY[BODY.index("## A bridge") :].rstrip("\n")


def test_an_edit_follows_a_block_that_the_other_side_moved():
    ours = paragraphs(SECOND, FIRST)
    theirs = edited(("until June", "until July"), ("two nests in April", "three nests in April"))
    expected = edited(("until June", "until July"), ("two nests in April", "three nests in April"), text=ours)
    assert merged(theirs, ours) == expected
    assert merged(ours, theirs) == expected


def test_an_addition_follows_the_block_it_was_added_to():
    ours = paragraphs(SECOND, FIRST)
    theirs = edited(("until June.\n", "until June.\n\nA ferry runs instead.\n"))
    assert merged(theirs, ours) == edited(("until June.\n", "until June.\n\nA ferry runs instead.\n"), text=ours)


def test_a_removal_follows_too():
    ours = paragraphs(SECOND, FIRST)
    assert merged(edited(("- Fish have come back\n", "")), ours) == edited(("- Fish have come back\n", ""), text=ours)


def test_a_block_that_one_side_moved_and_edited_takes_the_other_sides_place_and_its_own_words():
    old = "Boats may still pass under it on weekdays."
    ours = paragraphs(
        edited((f"\n{old}\n", "")).replace("## Herons", f"{old[:-1]} and Sundays.\n\n## Herons").rstrip("\n")
    )
    assert merged(edited(("until June", "until July")), ours) == edited(("until June", "until July"), text=ours)
    conflict = only_conflict(edited((old, "Boats may pass under it on weekdays.")), ours)
    assert (conflict.cause, conflict.base) == (Cause.EDITED, old)


def test_removing_what_the_other_side_moved_is_a_conflict():
    old = "Boats may still pass under it on weekdays."
    conflict = only_conflict(edited((f"\n{old}\n", "")), paragraphs(old, edited((f"\n{old}\n", "")).rstrip("\n")))
    assert (conflict.cause, conflict.base, conflict.theirs, conflict.ours) == (Cause.REMOVED, old, "", old)


def test_moves_to_different_places_are_one_conflict_and_moves_elsewhere_are_clean():
    texts = [f"Paragraph {name} speaks of {name} and nothing else." for name in ("herons", "mills", "boats", "otters")]
    one, two, three, four = texts
    base = paragraphs(one, two, three, four)
    conflict = only_conflict(paragraphs(two, three, one, four), paragraphs(three, two, one, four), base=base)
    assert conflict.cause is Cause.MOVED and conflict.proposal is None
    assert conflict.ours == "\n\n".join((three, two, one))
    assert merged(paragraphs(two, one, three, four), paragraphs(one, two, four, three), base=base) == paragraphs(
        two, one, four, three
    )
    same = paragraphs(two, one, three, four)
    assert merged(same, edited(("otters", "rats"), text=same), base=base) == edited(("otters", "rats"), text=same)


def test_a_short_label_is_not_followed_through_the_text():
    base = paragraphs("**Summary:**", "Herons nest at the weir.", "The bridge is closed.")
    ours = paragraphs("Herons nest at the weir.", "The bridge is closed.", "**Summary:**")
    assert merged(edited(("closed", "open"), text=base), ours, base=base) == edited(("closed", "open"), text=ours)


def test_the_more_alike_of_two_candidates_is_the_edited_block():
    one = "The survey of birds at the weir counted two nests and many herons."
    base = paragraphs("## Birds", one, "## End")
    theirs = paragraphs("## Birds", "The survey of fish in the pond found none.", one.replace("two", "six"), "## End")
    ours = edited(("many herons", "a few herons"), text=base)
    conflict = only_conflict(theirs, ours, base=base)
    assert "six nests" in conflict.theirs


def test_blocks_that_share_only_what_all_their_kind_share_are_different_blocks():
    links = [
        f"**Link:** [A story to read](https://app.example.dev/posts/{name})" for name in ("one", "two", "six", "ten")
    ]
    base = paragraphs("## Herons", links[0], "## Mills", links[1], "## Boats", links[2])
    theirs = paragraphs("## Mills", links[1], "## Boats", links[2], "## Otters", links[3])
    conflict = only_conflict(theirs, base.replace("one)", "uno)"), base=base)
    assert (conflict.cause, conflict.theirs) == (Cause.REMOVED, "")


# Which block is which


def test_moved_blocks_are_known_again_even_where_all_their_words_are_everywhere():
    texts = [" ".join(words) for words in itertools.permutations("abcde")]
    assert align(texts, [*texts[60:], *texts[:60]]) == {there: (there + 60) % 120 for there in range(120)}


def test_short_blocks_are_known_again_only_in_place():
    assert align(
        ["**Summary:**", "Herons nest here.", "It is closed."], ["Herons nest here.", "It is closed.", "**Summary:**"]
    ) == {
        0: 1,
        1: 2,
    }
    assert align(["Start", "## Bridge", "End"], ["Start", "## Bridges", "End"]) == {0: 0, 1: 1, 2: 2}
    assert align(["Start", "## Bridge", "End"], ["Start", "Otters", "End"]) == {0: 0, 2: 2}


def test_repeated_blocks_are_known_again_by_their_order():
    assert align(["***", "---", "***", "---", "***"], ["---", "***", "---"]) == {0: 1, 1: 2, 2: 3}


def test_of_two_edited_candidates_the_more_alike_one_is_taken():
    assert align(["a b c d e f g h i j k l"], ["a b c d e y z", "f g h i j k l x"]) == {1: 0}


def test_a_block_elsewhere_takes_none_from_one_in_place():
    base = ["a b c d e f g h i j k l", "an otter", "The end."]
    assert align(base, ["a b c d e y z", "no bridge", "The end.", "f g h i j k l x u v"]) == {0: 0, 2: 2}


def test_a_block_that_is_a_little_alike_has_to_stand_in_place():
    base, side = "Herons nest at some weir", "Herons stood at another weir"
    assert align([base, "The end."], [side, "The end."]) == {0: 0, 1: 1}
    assert align([base, "The end."], ["The end.", side]) == {0: 1}
    crossing = align([base, "Otters swim in cold rivers"], ["Otters play in warm rivers", side])
    assert len(crossing) == 1


# What stands between blocks


def test_blocks_that_come_to_stand_together_are_parted_well():
    base = paragraphs("One first paragraph.", "- an item of a list\n- a last item", "The end of it all.")
    theirs = edited(("- an item of a list\n- a last item\n\n", ""), text=base)
    ours = edited(("- a last item", "- a last item\n\nBetween the two."), text=base)
    assert only_conflict(theirs, ours, base=base).proposal == "Between the two."
    ours = edited(("One first paragraph.", "One very first paragraph."), text=base)
    assert merged(theirs, ours, base=base) == "One very first paragraph.\n\nThe end of it all.\n"


def test_neighbours_that_were_never_neighbours_get_a_blank_line_and_list_items_none():
    base = "One first paragraph.\n**Label:** two words\n**Summary:** three words here\nThe end of it all is near.\n"
    base = base.replace("\nThe end", "\n\nThe end")
    theirs, ours = (
        edited(("**Label:** two words\n", ""), text=base),
        edited(("**Summary:** three words here\n", ""), text=base),
    )
    assert merged(theirs, ours, base=base) == "One first paragraph.\n\nThe end of it all is near.\n"
    items = "- the first item\n- the second item\n- the third item\n- the fourth item\n"
    theirs, ours = edited(("- the second item\n", ""), text=items), edited(("- the third item\n", ""), text=items)
    assert merged(theirs, ours, base=items) == "- the first item\n- the fourth item\n"
    wide = "- the first item\n- the second item\n- the third item\n\n- the fourth item\n"
    theirs, ours = edited(("- the second item\n", ""), text=wide), edited(("- the third item\n\n", ""), text=wide)
    assert merged(theirs, ours, base=wide) == "- the first item\n- the fourth item\n"


def test_the_gap_depends_on_what_the_blocks_are_now():
    base = "## First story\n\n## First story\n\n## First story\n- one item of the list\n\n"
    theirs = "new First story\n\n## First story\nnew one item of the list\n\n"
    ours = "## First story\n\n## First story\n- one item of the list\n\n"
    assert merged(theirs, ours, base=base) == merged(ours, theirs, base=base)


def test_the_gap_that_one_side_changed_is_taken_and_the_wider_of_two():
    base = paragraphs("One paragraph.", "Two paragraphs.", "Three of them.")
    wide, wider_still = edited(("One paragraph.\n", "One paragraph.\n\n"), text=base), base.replace("h.\n", "h.\n\n\n")
    ours = edited(("Three", "Four"), text=base)
    assert merged(wide, ours, base=base) == edited(("Three", "Four"), text=wide)
    assert merged(wide, wider_still, base=base) == wider_still
    assert merged("\n" + base, ours, base=base) == "\n" + ours


def test_gaps_stay_too_where_repeated_blocks_are_too_many_to_know_them_again():
    rules = ["***", "---"] * 31
    base = paragraphs("---", *rules, "Herons nest at the old weir now.", "***", "One.")
    ours = paragraphs(*rules, "***", "Herons nested at the old weir then.\n***", "Two!")
    assert merged(base, ours, base=base) == merged(ours, base, base=base) == ours


def test_line_ends_are_those_of_the_desk():
    theirs, ours = edited(("until June", "until July")), edited(("two nests", "six nests")).replace("\n", "\r\n")
    both = edited(("until June", "until July"), ("two nests", "six nests"))
    assert merged(theirs, ours) == both.replace("\n", "\r\n")
    assert merged(ours, theirs) == both
    assert merged(BODY.replace("\n", "\r\n"), theirs) == theirs
    conflict = only_conflict(
        edited(("come back\n", "come back\n- Otters too\n")), ours.replace("back", "back\r\n- Rats")
    )
    assert conflict.proposal == "- Rats\r\n- Otters too"


def test_changes_that_would_read_as_other_blocks_together_are_a_conflict():
    base = paragraphs("One first paragraph.", "```\ncode\n```", "The last paragraph of it.")
    theirs = paragraphs("One first paragraph.", "```\ncode")
    ours = paragraphs("Words before it all.", "One first paragraph.", "```\ncode\n```")
    assert merged(theirs, ours, base=base) == paragraphs("Words before it all.", "One first paragraph.", "```\ncode")
    conflict = only_conflict(theirs, ours + "\n", base=base)  # the blank line would be one of the open fence
    assert (conflict.cause, conflict.key) == (Cause.JOINED, 0)
    assert (conflict.base, conflict.theirs, conflict.ours) == (base, theirs, ours + "\n")
    assert conflict.proposal == paragraphs("Words before it all.", "One first paragraph.", "```\ncode\n\n")


# Frontmatter


@pytest.mark.parametrize(
    ("key", "value", "other"),
    [
        ("title", "Herons are back", "Herons!"),
        ("excerpt", "Three nests.", "Nests at the weir."),
        ("language", "pl", "de"),
        ("date", datetime.date(2026, 4, 3), datetime.date(2026, 4, 4)),
        ("slug", "herons", "herons-are-back"),
    ],
)
def test_a_key_that_one_side_changed_is_taken_and_one_that_both_changed_is_a_conflict(key, value, other):
    changed_text = replace(TEXT, **{key: value})
    assert merge(TEXT, changed_text, TEXT).text == merge(TEXT, TEXT, changed_text).text == changed_text
    result = merge(TEXT, changed_text, replace(TEXT, **{key: other}))
    (conflict,) = result.conflicts
    assert (conflict.key, conflict.base, conflict.theirs, conflict.ours) == (
        key,
        *map(str, (getattr(TEXT, key), value, other)),
    )
    assert result.text is None
    assert getattr(resolve(result, {key: "theirs"}), key) == value
    assert getattr(resolve(result, {key: "ours"}), key) == other


def test_words_of_a_title_are_proposed_and_parts_of_a_slug_are_not():
    theirs = replace(TEXT, title="Two herons return", slug="two-herons-return")
    ours = replace(TEXT, title="Herons return again", slug="herons-return-again")
    proposals = {conflict.key: conflict.proposal for conflict in merge(TEXT, theirs, ours).conflicts}
    assert proposals["slug"] is None
    title = merge(replace(TEXT, title="The herons return"), replace(TEXT, title="Two herons return"), ours)
    assert title.conflicts[0].key == "title"
    changes = replace(TEXT, title="The herons return home"), replace(TEXT, title="Two herons return home")
    desk = replace(TEXT, title="The herons return late")
    assert merge(*changes, desk).conflicts[0].proposal == "Two herons return late"


def test_nothing_is_proposed_where_there_was_nothing():
    texts = (replace(TEXT, excerpt=excerpt) for excerpt in ("", "Two nests.", "Three herons."))
    assert merge(*texts).conflicts[0].proposal is None
    texts = (replace(TEXT, excerpt=excerpt) for excerpt in ("Two nests.", "", "Two or three nests."))
    assert merge(*texts).conflicts[0].proposal is None


def test_tags_merge_as_sets_with_the_desks_first():
    def tags(base, theirs, ours):
        return merge(replace(TEXT, tags=base), replace(TEXT, tags=theirs), replace(TEXT, tags=ours)).text.tags

    assert tags(("birds", "rivers"), ("birds", "rivers", "fish"), ("otters", "birds")) == ("otters", "birds", "fish")
    assert tags(("birds", "rivers"), ("rivers", "fish"), ("birds", "rivers", "fish", "mills")) == (
        "rivers",
        "fish",
        "mills",
    )
    assert tags(("a", "b"), ("b", "a"), ("a", "b")) == ("b", "a")
    assert tags(("birds",), ("birds", "Fish"), ("birds", "fish", "x")) == ("birds", "fish", "x")


TAGS = st.lists(st.sampled_from(["a", "b", "c", "d", "e"]), unique=True).map(tuple)
TEXTS = st.builds(
    Text,
    title=st.sampled_from(["One", "Two", "One two"]),
    excerpt=st.sampled_from(["", "Short", "Shorter"]),
    body=st.sampled_from([BODY, BODY.replace("June", "July"), BODY.replace("- Fish", "- Many fish"), "", "x"]),
    tags=TAGS,
    language=st.sampled_from(["en", "pl"]),
    date=st.dates(datetime.date(2026, 1, 1), datetime.date(2026, 1, 3)),
    slug=st.sampled_from(["one", "two", "three"]),
)


@given(TEXTS, TEXTS, TEXTS)
@MANY
def test_whole_texts_merge_by_the_same_laws(base, theirs, ours):
    assert merge(base, base, ours).text == ours
    assert merge(base, theirs, base).text == theirs
    assert merge(base, ours, ours).text == ours
    one, other = merge(base, theirs, ours), merge(base, ours, theirs)
    assert {conflict.key for conflict in one.conflicts} == {conflict.key for conflict in other.conflicts}
    assert set(one.fields[2].value) == set(other.fields[2].value)
    added = (set(theirs.tags) | set(ours.tags)) - set(base.tags)
    assert set(one.fields[2].value) == added | (set(base.tags) & set(theirs.tags) & set(ours.tags))


# Solving conflicts


def both_changed():
    theirs = replace(
        TEXT, title="Herons are back", body=edited(("until June", "until July"), ("- Fish have come back\n", ""))
    )
    ours = replace(TEXT, title="Herons!", body=edited(("until June", "until May"), ("Fish have", "Trout have")))
    result = merge(TEXT, theirs, ours)
    assert len(result.conflicts) == 3
    return result, [conflict.key for conflict in result.conflicts]


def test_choices_and_edits_give_the_text():
    result, (title, fish, bridge) = both_changed()
    text = resolve(result, {title: "ours", fish: "theirs", bridge: "The old bridge is closed for long.\r\n"})
    assert text.title == "Herons!"
    assert text.body == edited(
        ("- Fish have come back\n", ""),
        ("The old bridge at the mill is closed until June.", "The old bridge is closed for long."),
    )
    assert resolve(result, {title: "base", fish: "base", bridge: "base"}) == TEXT


def test_a_text_that_reads_like_a_side_is_given_as_edited():
    result, (title, fish, bridge) = both_changed()
    assert resolve(result, {title: Edited("ours"), fish: "ours", bridge: "ours"}).title == "ours"


def test_a_block_may_be_solved_away_wherever_it_stands():
    base = paragraphs("First of all things.", "A paragraph in the middle.", "The last of them all.")
    theirs = replace(TEXT, body=base.replace("all", "ALL").replace("middle", "MIDDLE"))
    ours = replace(TEXT, body=base.replace("all", "every").replace("middle", "center"))
    result = merge(replace(TEXT, body=base), theirs, ours)
    first, middle, last = (conflict.key for conflict in result.conflicts)
    assert resolve(result, {first: "", middle: "ours", last: " \n"}).body == "A paragraph in the center.\n"
    assert resolve(result, {first: "base", middle: "", last: "base"}).body == base.replace(
        "A paragraph in the middle.\n\n", ""
    )
    assert resolve(result, {first: "", middle: "", last: ""}).body == ""


def test_what_is_still_undecided_is_named():
    result, (title, fish, bridge) = both_changed()
    with pytest.raises(ValueError, match=r"Still undecided: title, “The old bridge at the mill is closed unt…”"):
        resolve(result, {fish: "ours"})
    with pytest.raises(ValueError, match="No conflict here to decide: excerpt"):
        resolve(result, {title: "ours", fish: "ours", bridge: "ours", "excerpt": "ours"})


def test_a_date_that_is_none_is_refused():
    theirs, ours = replace(TEXT, date=datetime.date(2026, 5, 1)), replace(TEXT, date=datetime.date(2026, 6, 1))
    result = merge(TEXT, theirs, ours)
    assert resolve(result, {"date": " 2026-07-01 "}).date == datetime.date(2026, 7, 1)
    with pytest.raises(ValueError, match="“tomorrow” is no date"):
        resolve(result, {"date": "tomorrow"})


# Size


def numbered(count, words):
    return "\n\n".join(
        words.format(n=n, m=n % 4, k=count - n, p=n * 7 // 3 % 4, q=n * 5 // 2 % 4) for n in range(count)
    )


@pytest.mark.parametrize(
    ("base", "theirs", "ours"),
    [
        ("the same words", "the same words", "the same words"),
        ("block {m} of four", "block {m} of four or {n}", "or block {m} of four"),
        ("block {m} of four", "block {p} of four", "block {q} of four"),
        ("block {n} of many", "block {n} of many, edited", "edited block {n} of many"),
        ("block {n} of many", "block {k} of many", "another block {n}"),
        ("block {n}", "quite another {n}", "something else {n}"),
    ],
)
def test_ten_thousand_blocks_take_seconds_at_most(base, theirs, ours):
    texts = numbered(10_000, base), numbered(9_990, theirs), numbered(10_005, ours)
    with assert_cpu_seconds(10):
        merge_bodies(*texts)


def test_a_long_article_is_merged_at_once():
    body = "\n\n".join(BODY.replace("weir", f"weir {n}").replace("mill", f"mill {n}") for n in range(130))
    assert len(body) > 60_000
    with assert_cpu_seconds(0.5):
        merge_bodies(body, body.replace("June", "July"), body.replace("clean", "good"))


@needs_corpus
def test_desk_edits_survive_a_new_generation_of_real_articles():
    pairs = sorted((CORPUS / "regenerated").iterdir())
    assert len(pairs) == 12
    for folder in pairs:
        first, later = (Document.parse((folder / name).read_bytes()).body for name in ("1-generated.md", "2-later.md"))
        blocks = [block.text for block in parse_body(first).blocks]
        unchanged = [text for text in blocks if blocks.count(text) == 1 and f"{text}\n" in later]
        edits = [(text, f"{text} (checked)") for text in unchanged if text.startswith(("**TLDR", "##"))]
        desk = edited(*((f"{old}\n", f"{new}\n") for old, new in edits), text=first)
        assert merged(later, desk, base=first) == edited(*((f"{o}\n", f"{n}\n") for o, n in edits), text=later)
