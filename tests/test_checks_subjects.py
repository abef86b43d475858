"""What the checks of links, language, leakage and structure leave alone, and what they see beside their fixtures."""

import base64
import json

import pytest

from editorial.checks import run
from editorial.checks.links import resolved
from editorial.checks.piece import split
from editorial.document import Document

from .checks import CLEAN, CONTEXT, GAUGE, changed, codes, findings

QUAY = "https://quay.example.org/letters/one"


def link(target, text="The gauge that counts waves"):
    return changed((f"[The gauge that counts waves]({GAUGE})", f"[{text}]({target})"))


def token(value):
    return base64.urlsafe_b64encode(value.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    ("address", "target"),
    [
        (f"https://t.co/x?url={QUAY}", QUAY),
        (f"https://substack.com/redirect/2/{token(json.dumps({'e': QUAY}))}.abc?r=x", QUAY),
        (f"https://click.example.com/{token(QUAY)}/x", QUAY),
        (f"https://click.example.com/c/{QUAY}", QUAY),
        ("https://click.example.com/https%3A%2F%2Fquay.example.org%2Fletters%2Fone", QUAY),
        ("https://t.co/abc", ""),
        ("https://t.co/abc?url=javascript:x", ""),
        (f"https://t.co/{token('{broken json here')}", ""),
        (f"https://t.co/{token('[1, 2, 3, 4, 5, 6]')}", ""),
        ("https://t.co/" + "A" * 40, ""),
    ],
)
def test_a_redirectors_target_is_read_from_the_link_itself(address, target):
    assert resolved(split(address)) == target


@pytest.mark.parametrize(
    "target",
    [
        GAUGE + "?r=2&page=3",
        GAUGE + "?key=abc",
        "https://en.wikipedia.org/wiki/Gauge_(instrument)",
        "https://192.0.2.1/gauge",
        "https://web.archive.org/web/2026/https://quay.example.org/gauge",
        "http://localhost:8000/gauge",
        "/letters/gauge",
        "mailto:quay@example.org",
    ],
)
def test_an_ordinary_address_is_no_finding(target):
    assert codes(link(target)) in ([], ["story-link-missing"])


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("https://quay.substack.com/p/gauge?r=2x9a1b", "link-token"),
        (GAUGE + "?j=eyJ1IjoiMng5YTFiIn0abcdef", "link-token"),
        ("https://u123.ct.sendgrid.net/ls/click?upn=abcdef", "link-token"),
        (GAUGE + "?ck_subscriber_id=1234567", "link-token"),
        ("https://quay", "link-malformed"),
        ("quay.com/letters", "link-malformed"),
        ("https://https://quay.example.org/gauge", "link-malformed"),
        ("www.quay.example.org", "link-malformed"),
    ],
)
def test_a_bad_address_is_a_finding(target, code):
    assert code in codes(link(target))


def test_a_link_that_is_never_closed_swallows_text():
    text = changed((f"[The gauge that counts waves]({GAUGE})", f"[The gauge that counts waves]({GAUGE} and more"))
    assert codes(text) == ["link-bare", "link-malformed"]
    assert codes(changed(("wrote a program", "wrote `[a](https://x` a program"))) == ["code-in-text"]


def test_a_reference_link_is_checked_without_a_fix():
    text = changed((f"({GAUGE})", "[g]")) + f"\n[g]: {GAUGE}?utm_source=x\n"
    assert codes(text) == []


def test_a_homepage_of_the_very_thing_is_no_finding_unless_two_stories_share_it():
    assert codes(link("https://wavecount.example.org/", "Wavecount, a gauge")) == []
    both = link("https://quay.example.org/", "Quay").replace(
        "https://quay.example.org/letters/crane-that-nobody-wanted", "https://quay.example.org/"
    )
    assert codes(both) == ["link-homepage", "link-repeated"]


def test_a_person_as_a_source_is_no_persona():
    for sentence in (
        "Kent Beck says that it is so.",
        "It was Kent Beck who wrote it.",
        "The idea here, says Kent Beck, is old.",
        "As Kent Beck wrote, tides come.",
    ):
        assert codes(changed(("After a winter", f"{sentence} After a winter"))) == [], sentence


@pytest.mark.parametrize(
    "sentence",
    [
        "I'm Kent Beck, and this is the coast.",
        "Written from Kent Beck's perspective.",
        "In the style of Martin Fowler.",
        "Writing as Kent Beck today.",
    ],
)
def test_a_persona_of_the_house_list_is_found_in_many_guises(sentence):
    assert codes(changed(("After a winter", f"{sentence} After a winter"))) == ["persona"]


def test_somebody_here_needs_no_house_list():
    assert codes(
        changed(
            (
                "## A crane that nobody wanted\n",
                "## A crane that nobody wanted\n\nHey, Mirabel Quill here, back at the quay.\n",
            )
        )
    ) == ["persona"]


def test_greek_whole_foreign_words_and_generics_in_code_are_left_alone():
    for words in (
        "On τ²-Bench it took 4 μs.",
        "The word Привет is Russian.",
        "A value of `Array<string>`.",
        "Is 3 < 4 or 5 > 4?",
        "<quay@example.org> wrote.",
    ):
        found = codes(changed(("After a winter", f"{words} After a winter")))
        assert set(found) <= {"code-in-text"}, (words, found)


def test_joiners_in_emoji_are_visible():
    assert codes(changed(("After a winter", "👩\u200d💻 After a winter"))) == []


def test_quoted_words_and_titles_claim_no_experience():
    assert codes(changed(("After a winter", 'She said: "I have seen worse." After a winter'))) == []
    assert codes(changed(("## A crane that", "## I built a crane that"))) == []


def test_a_pipeline_note_in_the_excerpt_is_found():
    text = changed(
        ("One harbour measures its tides anew, another", "No articles were found in this letter, and another")
    )
    assert codes(text) == ["pipeline-notes"]


def test_a_text_that_ends_in_the_middle_is_found_and_a_list_or_a_signature_is_not():
    assert codes(
        CLEAN + "\nThe harbour is quiet again. The boats are back and nobody knows how long the gauge will hold the\n"
    ) == ["ends-mid-sentence"]
    assert codes(CLEAN + "\nThe harbour is quiet again. The boats are back and nobody knows how long it lasts\n") == [
        "ends-mid-sentence"
    ]
    assert codes(CLEAN + "\n- The boats are back and nobody knows how long the gauge will hold\n") == []
    assert codes(CLEAN + "\nText by Quay Letter\n") == []


def test_many_stories_without_a_part_are_one_finding():
    story = "\n## Pier {0}\n\n**TLDR:** A lamp.\n\n**Summary:** A lamp.\n\n**Why do I care:** Light.\n\n**Link:** [Pier](https://quay.example.org/{0}/x)\n"
    text = CLEAN + "".join(story.format(number) for number in "abcd")
    found = findings(text)
    assert [each.code for each in found] == ["takeaways-missing"]
    assert "4 of 6 stories have no part “Key takeaways” (lines " in found[0].message
    bare = "".join(
        f"\n## Pier {number}\n\n**TLDR:** A lamp.\n\n**Key takeaways:**\n\n- x\n\n**Why do I care:** Light.\n"
        for number in "abcd"
    )
    assert "4 of 6 stories have no link" in findings(CLEAN + bare)[0].message


def test_a_disclaimer_in_another_language_is_no_mixed_paragraph():
    text = (
        changed(('"2026-05-01"', '"2026-03-05"'))
        + "\n---\n\n**Disclaimer:** Ten tekst został napisany przez maszynę, więc sprawdź go.\n"
    )
    assert codes(text) == []


def test_the_day_in_a_file_name_can_show_a_wrong_year():
    for name, expected in (("2027-05-03-x.md", ["date-year-off"]), ("2026-05-03-x.md", []), ("2027-02-31-x.md", [])):
        assert [each.code for each in run(Document.parse(CLEAN, name=name), CONTEXT)] == expected


def test_an_excerpt_is_suggested_from_the_tldr():
    fix = findings(
        changed(
            (
                "One harbour measures its tides anew, another one repairs the crane that nobody wanted to pay for.",
                "Two harbours.",
            )
        )
    )[0].fix
    assert fix == (
        "The harbour of Brenholm counts waves with a gauge that was built for rivers. "
        "It reads the level 40 times a minute and costs $900."
    )


def test_where_labels_are_headings_the_other_headings_are_sections_of_one_story():
    section = "\n## {}\n\nThe pier has a lamp, and this is how it came about.\n"
    text = CLEAN.partition("\n## ")[0] + "".join(map(section.format, ("TLDR", "A lamp", "Its price", "Key takeaways")))
    assert codes(text) == ["body-stub", "care-missing", "label-not-bold", "link-none", "preamble"]


def test_a_tldr_of_all_stories_is_no_part_of_each():
    text = changed(
        ("\n## The gauge", "\n## TLDR\n\nTwo harbours had a quiet week.\n\n## The gauge"),
        ("**TLDR:** The crane", "The crane"),
    )
    assert codes(text) == ["label-not-bold", "preamble", "tldr-missing"]


def test_a_text_that_says_where_it_comes_from_has_a_disclaimer():
    assert codes(changed(('"2026-05-01"', '"2026-01-15"')) + "\n*This article was curated from a letter.*\n") == []


def test_a_heading_with_the_tldr_of_all_under_it_is_a_title_and_no_story():
    text = changed(("\n## The gauge", "\n## The week at two harbours\n\n## TLDR\n\nIt was quiet.\n\n## The gauge"))
    assert codes(text) == ["label-not-bold"]
