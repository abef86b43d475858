"""What a machine proposes for a field: never applied by itself, never a guess from the network."""

import base64
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editorial.checks import ApprovedTags, Fix, HouseLists, Piece, fix_text, run, take_fix
from editorial.checks.suggesting import excerpt_of_tldr, shorter_slug, shorter_title

from .checks import CONTEXT, GAUGE
from .test_fixing_texts import text_of


def suggested(text, code, **context):
    """What is proposed for this text under this code."""
    found = [each for each in run(text, replace(CONTEXT, **context)) if each.code == code]
    assert all(each.fix_kind is Fix.SUGGESTION for each in found if each.fix is not None)
    return [each.fix for each in found]


@pytest.mark.parametrize(
    ("title", "shorter"),
    [
        ("How a harbour counts its waves: what the gauge of a river tells", "How a harbour counts its waves"),
        (
            "Rust in the toolchain, search without a tax, and why it works",
            "Rust in the toolchain, search without a tax",
        ),
        ("Dlaczego port liczy swoje fale – i co z tego wynika dla portów", "Dlaczego port liczy swoje fale"),
        ("Version 2.0 of the gauge is here and it is good for every harbour", ""),
        ("A harbour (the one of Brenholm, at the sea) has got a gauge for it", ""),
        ("He said “one gauge, two harbours, many waves” and left it at that", ""),
    ],
)
def test_a_title_is_cut_between_clauses_or_not_at_all(title, shorter):
    assert shorter_title(title, 60 if len(title) > 60 else 50) == shorter


@given(st.text(max_size=300), st.integers(30, 120))
def test_a_shorter_title_is_a_beginning_of_the_title_that_fits(title, most):
    shorter = shorter_title(title, most)
    assert len(shorter) <= most and " ".join(title.split()).startswith(shorter)


def test_a_long_title_comes_with_a_shorter_one_and_taking_it_changes_nothing_else():
    text = replace(text_of(), title="A quiet week for two small harbours: gauges, " + "cranes and waves " * 4)
    (finding,) = [each for each in run(text, CONTEXT) if each.code == "title-long"]
    taken = take_fix(text, finding)
    assert taken == replace(text, title="A quiet week for two small harbours: gauges")
    assert take_fix(replace(text, title="Other"), finding) == replace(text, title="Other")


@pytest.mark.parametrize(
    ("tldr", "excerpt"),
    [
        ("The author sees CSS `@layer`, not as a stack.", "The author sees CSS @layer, not as a stack."),
        ("The author sees CSS [layers](https://a.example/x), not as a stack.", ""),
        ("The author sees https://a.example/x and no stack at all here.", ""),
        ("The author sees `<layer>`, and not as a stack of old clothes.", ""),
    ],
)
def test_an_excerpt_keeps_names_in_code_and_leaves_out_sentences_that_are_no_plain_text(tldr, excerpt):
    text = replace(text_of(), body=f"## A story\n\n**TLDR:** {tldr}\n\n**Summary:** A text.\n")
    assert excerpt_of_tldr(Piece.of(text), 40, 200) == excerpt


def test_a_missing_short_or_long_excerpt_comes_from_the_tldr():
    tldr = excerpt_of_tldr(Piece.of(text_of()), 40, 200)
    assert tldr.startswith("The harbour of Brenholm counts waves")
    for excerpt, code in (("", "frontmatter-incomplete"), ("Short.", "excerpt-short"), ("x" * 201, "excerpt-long")):
        assert suggested(replace(text_of(), excerpt=excerpt), code) == [tldr]


def test_a_slug_is_made_safe_or_short():
    assert suggested(replace(text_of(), slug="Quiet Week!"), "slug-unsafe") == ["quiet-week"]
    assert suggested(replace(text_of(), slug="-".join(["harbour"] * 12)), "slug-long") == ["-".join(["harbour"] * 10)]
    assert shorter_slug("a-harbour-with-gauges-for-the-sea", 25) == "a-harbour-with-gauges"


@pytest.mark.parametrize(
    ("tag", "near"),
    [
        ("datacenter", "data-centers"),
        ("Data.Centers", "data-centers"),
        ("kubernets", "kubernetes"),
        ("data-centers", ""),
        ("preact", ""),
        ("go", ""),
        ("ship", ""),
    ],
)
def test_the_nearest_approved_tag_is_another_spelling_and_no_other_thing(tag, near):
    approved = ApprovedTags.of(["Data-Centers", "kubernetes", "react", "ships-log", "css"])
    assert approved.near(tag) == near
    found = suggested(replace(text_of(), tags=(tag.lower(),)), "tag-near", approved_tags=approved)
    assert found == ([near] if near else [])


def test_a_tag_of_the_house_list_is_no_matter_of_nearness():
    approved = ApprovedTags.of(["open-source"])
    assert suggested(replace(text_of(), tags=("opensource",)), "tag-near", approved_tags=approved) == []


def jwt(values):
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "address",
    [
        f"https://hop.example.net/?url={GAUGE}&r=1",
        f"https://hop.example.net/x?u={GAUGE.replace(':', '%3A').replace('/', '%2F')}",
        f"https://hop.example.net/redirect/2/{jwt({'e': GAUGE})}?r=abc",
        f"https://hop.example.net/r/{base64.urlsafe_b64encode(GAUGE.encode()).decode().rstrip('=')}",
        f"https://hop.example.net/c/{GAUGE}",
    ],
)
def test_the_target_of_a_redirector_is_read_from_the_link_itself(address):
    house = HouseLists.of([{"kind": "redirector", "value": "hop.example.net"}])
    text = text_of()
    hopping = replace(text, body=text.body.replace(f"({GAUGE})", f"({address})"))
    (finding,) = [each for each in run(hopping, replace(CONTEXT, house=house)) if each.code == "link-redirector"]
    assert finding.fix == GAUGE
    assert take_fix(hopping, finding) == text


@pytest.mark.parametrize(
    "rest", ["abc", "?url=javascript:alert(1)", "?url=ftp://a.example", "?u=", "redirect/2/eyJ%00"]
)
def test_a_redirector_whose_target_nobody_can_read_gets_no_guess(rest):
    house = HouseLists.of([{"kind": "redirector", "value": "hop.example.net"}])
    text = text_of()
    hopping = replace(text, body=text.body.replace(f"({GAUGE})", f"(https://hop.example.net/{rest})"))
    assert suggested(hopping, "link-redirector", house=house) == [None]


def test_a_placeholder_tag_is_to_be_removed_by_a_person():
    text = replace(text_of(), tags=("harbours", "agregate"))
    (finding,) = [each for each in run(text, CONTEXT) if each.code == "tag-placeholder"]
    assert take_fix(text, finding).tags == ("harbours",)
    assert fix_text(text, CONTEXT).text == text


def test_a_language_that_contradicts_the_text_is_set_by_a_person():
    text = replace(text_of(), language="pl")
    (finding,) = [each for each in run(text, CONTEXT) if each.code == "language-tag"]
    assert take_fix(text, finding) == replace(text, language="en")
