"""What a text claims, as a list to be checked: nothing twice, each with its sentence, and a hash that follows it."""

import datetime
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from editorial.claims import Kind, claims_of
from editorial.text import Text

BODY = """## The harbour of Gdynia

**TLDR:** Traffic rose 40 % in 2025, says Anna Nowak.

**Summary:** The port counted 12,400 ships. It grew by 40 % since April 28. "We did not expect so many ships at all,"
says Anna Nowak of the port. QuayOS 4.2 runs the cranes.

**Key takeaways:**
- 12,400 ships came
- The cranes are "fast"

**Link:** [The count](https://port.example.org/count)

---

## The harbour of Świnoujście

**Summary:** Ruch wzrósł o 15 % od 3 maja. Trzy statki [czekają](https://port.example.org/wait).
"""
TEXT = Text("Two harbours", "Ships.", BODY, ("ports",), "en", datetime.date(2026, 4, 2), "two-harbours")


def claims(body=BODY, story=0):
    return claims_of(replace(TEXT, body=body))[story].claims


def listed(body=BODY, story=0):
    return [(claim.kind.value, claim.wording) for claim in claims(body, story)]


def hashes(body=BODY):
    return {claim.wording: claim.hash for story in claims_of(replace(TEXT, body=body)) for claim in story.claims}


def changed(old, new):
    """The claims whose hash another wording of the text has no more, and the new ones."""
    before, after = hashes(), hashes(BODY.replace(old, new))
    return (
        {wording for wording, hash_ in before.items() if hash_ not in after.values()},
        {wording for wording, hash_ in after.items() if hash_ not in before.values()},
    )


def test_the_claims_of_a_story_are_listed_once_in_the_order_of_the_text():
    assert listed() == [
        ("figure", "40 %"),
        ("date", "2025"),
        ("name", "Anna Nowak"),
        ("figure", "12,400"),
        ("date", "April 28"),
        ("quotation", '"We did not expect so many ships at all,"'),
        ("version", "QuayOS 4.2"),
        ("link", "https://port.example.org/count"),
    ]


def test_polish_claims_are_found_too():
    assert listed(story=1) == [
        ("figure", "15 %"),
        ("date", "3 maja"),
        ("link", "https://port.example.org/wait"),
    ]


def test_a_claim_says_where_it_stands_and_in_which_sentence():
    by_wording = {claim.wording: claim for claim in claims()}
    ships = by_wording["12,400"]
    assert ships.sentence == "Summary: The port counted 12,400 ships."
    assert [BODY[span.start : span.end] for span in ships.spans] == ["12,400", "12,400"]
    assert [span.line for span in ships.spans] == [5, 9]
    assert by_wording["April 28"].sentence == "It grew by 40 % since April 28."
    assert by_wording["https://port.example.org/count"].sentence == "The count"


def test_key_claims_are_those_that_many_read_alone_and_words_in_somebodys_mouth():
    assert [claim.wording for claim in claims() if claim.is_key] == [
        "40 %",
        "2025",
        "Anna Nowak",
        "12,400",
        '"We did not expect so many ships at all,"',
    ]


def test_the_sources_of_a_story_are_those_of_its_link_line_else_all_its_links():
    first, second = claims_of(TEXT)
    assert first.sources == ("https://port.example.org/count",)
    assert second.sources == ("https://port.example.org/wait",)


@pytest.mark.parametrize(
    "old, new, gone, come",
    [
        ("12,400 ships.", "12,500 ships.", {"12,400"}, {"12,400", "12,500"}),
        ("Traffic rose", "Profit rose", {"40 %", "2025"}, {"40 %", "2025"}),
        ("did not expect", "had not expected", {'"We did not expect so many ships at all,"'}, None),
        ("Anna Nowak of the port", "Anna Nowak of the city", set(), set()),
        ("QuayOS 4.2 runs", "QuayOS 4.3 runs", {"QuayOS 4.2"}, {"QuayOS 4.3"}),
        ("## The harbour of Gdynia", "## Gdynia", set(), set()),
        ("The cranes are", "All cranes are", set(), set()),
        ("[The count]", "[The harbour's count]", set(), set()),
    ],
    ids=["figure", "sentence", "quotation", "beside a name", "version", "heading", "elsewhere", "link text"],
)
def test_a_changed_claim_is_another_one_and_the_others_stay(old, new, gone, come):
    before, after = changed(old, new)
    assert before == gone
    assert come is None or after == come


def test_another_source_makes_all_claims_of_its_story_new_and_no_others():
    gone, _ = changed("org/count", "org/other-count")
    assert gone == {claim.wording for claim in claims()}


def test_moving_a_story_changes_none_of_its_claims():
    first, second = BODY.strip().split("\n\n---\n\n")
    assert hashes(f"{second}\n\n---\n\n{first}\n") == hashes()


def test_marks_and_blanks_around_a_claim_make_no_difference():
    assert hashes(BODY.replace("counted 12,400 ships", "counted **12,400**  ships")) == hashes()


def test_a_name_in_the_genitive_is_the_same_name():
    body = "## A\n\nThe count is Anna Nowak's work. We asked Anna Nowak and Carl Weber's team.\n"
    assert listed(body) == [("name", "Anna Nowak"), ("name", "Carl Weber")]


def test_code_links_and_disclaimers_claim_nothing():
    body = (
        "## A\n\nRun `wait 500 ms`.\n\n```\nx = 12400\n```\n\n**Link:** [By Anna Nowak, 40 %](https://a.example/40)\n"
    )
    assert listed(body) == [("link", "https://a.example/40")]
    assert listed("## A\n\nWords.\n\n**Disclaimer:** In 2025, 40 % were wrong.\n") == []


def test_what_is_marked_as_a_quotation_is_checked_for_its_figures_as_well():
    body = '## A\n\n"We had never seen more than 400 ships here," she says.\n'
    assert [kind for kind, _ in listed(body)] == [Kind.QUOTATION, Kind.FIGURE]


words = st.text('ab 12%.,-*#"`[]()\n4é', max_size=60)
pieces = st.sampled_from([*BODY.split("\n\n"), "2025", "Anna Nowak", "40 %", '"', "April 28-29", "v2.1", "---", "> "])


@given(st.lists(pieces | words, max_size=10).map("\n\n".join))
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_any_text_has_claims_in_its_stories_each_once(body):
    for story in claims_of(replace(TEXT, body=body)):
        assert len({(claim.kind, claim.wording.casefold()) for claim in story.claims}) == len(story.claims)
        for claim in story.claims:
            assert claim.spans
            for span in claim.spans:
                assert 0 <= span.start < span.end <= len(body) and 1 <= span.line <= body.count("\n") + 1


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(pieces, min_size=1, max_size=8), st.lists(pieces, max_size=4))
def test_what_is_added_in_another_story_changes_no_claim_of_this_one(parts, more):
    body = "## First\n\n" + "\n\n".join(part for part in parts if not part.startswith(("#", "-", "**Disc"))) + "\n"
    added = body + "\n## Second\n\n" + "\n\n".join(more) + "\n"
    before, after = claims(body), claims(added)
    assert [claim.hash for claim in before] == [claim.hash for claim in after]
