"""Figures, versions, names and quotations of a TLDR or takeaway against the story's Summary."""

import pytest

from editorial.checks.facts.figures import figures, number_words
from editorial.checks.facts.holding import Hedge, differing, holds

from .checks import GAUGE, changed, codes, findings


def read(text):
    return [*figures(text), *number_words(text)]


def values(text):
    return [(figure.values, figure.unit) for figure in figures(text)]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("10 million", (10e6,), ""),
        ("10M cores", (10e6,), ""),
        ("$1.4 trillion", (1.4e12,), "$"),
        ("$300M", (300e6,), "$"),
        ("38.5 %", (38.5,), "%"),
        ("38,5 procent", (38.5,), "%"),
        ("12 mln złotych", (12e6,), "zł"),
        ("3 miliardy", (3e9,), ""),
        ("2 biliony", (2e12,), ""),
        ("16 tysięcy", (16e3,), ""),
        ("95 394 wejść", (95394.0,), ""),
        ("1,234,567", (1234567.0,), ""),
        ("38,500", (38500.0, 38.5), ""),
        ("38.500", (38.5, 38500.0), ""),
        ("1,234.5", (1234.5,), ""),
        ("4x faster", (4.0,), "x"),
        ("the 4th", (4.0,), "th"),
    ],
)
def test_a_figure_has_a_value_and_a_unit(text, value, unit):
    assert values(text) == [(value, unit)]


@pytest.mark.parametrize(
    "text", ["GPT-4", "v1.2.3", "24/7", "10:30", "2026-05-01", "Qwen3.5", "#12", "12ab", "9" * 20, "1,2,3"]
)
def test_what_is_no_figure(text):
    assert [figure for figure in figures(text) if figure.values != (2026.0,)] == []


def test_number_words_count_in_both_languages():
    found = [
        figure.values[0]
        for figure in number_words("ten million, twenty-five percent, dziesięć procent, dwóch, nowhere")
    ]
    assert found == [10e6, 25, 10, 2]


@pytest.mark.parametrize(
    ("support", "claim"),
    [
        ("ten million rows", "10 million"),
        ("10,000,000 rows", "10M"),
        ("69.6 percent", "70%"),
        ("512 people", "over 500"),
        ("3 to 10 million", "3 million"),
        ("14,230 jobs", "14,000"),
        ("513 plugins", "500+"),
        ("dziesięć procent", "10%"),
    ],
)
def test_a_summary_holds_the_same_in_other_words(support, claim):
    figure = next(figures(claim))
    assert holds(read(support), figure, Hedge.OVER if claim.startswith("over") else Hedge.NONE)


@pytest.mark.parametrize(
    ("support", "claim"),
    [("10 billion", "10 million"), ("35.8 %", "38.5 %"), ("500", "600"), ("", "5%"), ("69.6", "71"), ("12", "13")],
)
def test_a_summary_with_another_value_does_not_hold_it(support, claim):
    assert not holds(read(support), next(figures(claim)))


def test_the_value_that_differs_is_named():
    assert differing(read("10 billion"), next(figures("10 million"))).values == (10e9,)
    assert differing(read("35.8 %"), next(figures("38.5 %"))).values == (35.8,)
    assert differing(read("12 %"), next(figures("38.5 %"))) is None
    text = changed(
        ("reads a river gauge 40 times", "reads 10 billion values of a river gauge 40 times"),
        ("built for rivers", "built for 10 million rivers"),
    )
    assert findings(text)[0].message == "“10 million” here, but the Summary says “10 billion”. Correct one."


@pytest.mark.parametrize(
    "claim",
    [
        "with 3 people",
        "in three ways",
        "on the 2nd day",
        "for $900",
        "about 42 times",
        "forty times a minute",
        "in 2026",
        "on the 4/5 scale",
    ],
)
def test_counts_and_rounded_figures_are_no_findings(claim):
    assert codes(changed(("counts waves with a gauge", f"counts waves {claim} with a gauge"))) == []


@pytest.mark.parametrize(
    ("claim", "code"),
    [
        ("for $950", "fact-figure"),
        ("with 77 gauges", "fact-figure"),
        ("for ten million crowns", "fact-figure"),
        ("since 2019", "fact-date"),
        ("on June 15", "fact-date"),
        ("15 czerwca", "fact-date"),
        ("with Mirabel Quill", "fact-name"),
        ('and "nobody asked us to do it at all"', "fact-quotation"),
    ],
)
def test_what_the_summary_does_not_hold_is_a_finding(claim, code):
    assert codes(changed(("counts waves with a gauge", f"counts waves {claim} with a gauge"))) == [code]


def test_a_name_that_the_summary_has_in_part_or_as_an_acronym_is_known():
    known = changed(
        ("A student of the town", "A student, Ms Quill of the GEO,"),
        ("counts waves with", "counts, says Mirabel Quill of the Great Eastern Observatory, waves with"),
    )
    assert codes(known) == []
    lead = changed(("- Both instruments", "- **Mirabel Quill:** Both instruments"))
    assert codes(lead) == []


def test_a_version_that_the_summary_has_less_exactly_is_the_same():
    text = changed(
        ("a program that reads", "a program for Tidewatch 4 that reads"),
        ("built for rivers", "built for Tidewatch 4.0"),
    )
    assert codes(text) == []


def test_a_story_without_a_summary_is_not_compared():
    assert codes(changed(("**Summary:** The harbour", "The harbour"), ("costs $900.\n", "costs $500.\n"))) == []


def test_a_shortened_quotation_does_not_differ():
    text = changed(("lifts boats again,", 'lifts boats again, and "the new gauge is dull and that" is what they say,'))
    assert codes(text) == []


def test_a_source_without_a_text_says_nothing():
    assert codes(changed(), sources={"https://other.example.org/": ""}) == []
    told = 'It costs 900 dollars and reads 40 times. "The new gauge is dull and that is what we wanted," she says.'
    assert codes(changed(), sources={GAUGE: told}) == []
