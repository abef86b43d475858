"""What a look at a link becomes in an article's findings: nothing but what a server itself has said."""

import datetime
from dataclasses import replace

import pytest

from editorial.checks import Look, Result

from .checks import GAUGE, changed, codes, findings

DAY = datetime.date(2026, 11, 20)
FINE = Look(GAUGE, Result.FINE, DAY, 200)
MOVED = replace(FINE, final="https://quay.example.org/archive/letters/gauge-that-counts-waves", permanent=True)
OTHER = "Prices of fish in the winter market"
LETTER = "https://quay.example.org/letters/17"


def found(look, *, text=None, address=GAUGE):
    text = changed((GAUGE, address)) if text is None else text
    return codes(text, looks={look.address: look})


def fix(look, *, address=GAUGE):
    (finding,) = findings(changed((GAUGE, address)), looks={address: replace(look, address=address)})
    return finding.fix


# --- dead ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("result", [result for result in Result if result is not Result.GONE])
def test_a_page_that_did_not_answer_once_is_not_dead(result):
    assert found(Look(GAUGE, result, DAY, None, missing_since=DAY)) == []


@pytest.mark.parametrize("code", [404, 410])
def test_a_page_is_dead_by_the_word_of_its_server(code):
    (finding,) = findings(changed(), looks={GAUGE: Look(GAUGE, Result.GONE, DAY, code)})
    expected = f"The page is gone: its server answers {code} (2026-11-20). Link another source or take the link out."
    assert (finding.code, finding.message, finding.fix) == ("link-dead", expected, None)


@pytest.mark.parametrize(("days", "is_dead"), [(0, False), (2, False), (3, True), (90, True)])
def test_a_host_is_dead_when_two_looks_days_apart_found_none(days, is_dead):
    look = Look(GAUGE, Result.NO_HOST, DAY, missing_since=DAY - datetime.timedelta(days))
    assert found(look) == (["link-dead"] if is_dead else [])


def test_a_dead_link_has_its_archived_copy_as_a_suggestion():
    copy = "https://web.archive.example/2026/https://quay.example.org/letters/(gauge)"
    look = Look(GAUGE, Result.GONE, DAY, 404, archived=copy)
    assert fix(look) == copy.replace("(", "%28").replace(")", "%29")
    assert fix(replace(look, archived="javascript:alert(1)")) is None


# --- moved -----------------------------------------------------------------------------------------------


def test_a_page_that_has_moved_for_good_has_its_new_address_as_a_suggestion():
    assert found(MOVED) == ["link-moved"]
    assert fix(MOVED) == MOVED.final


def test_a_page_that_is_elsewhere_for_now_has_not_moved():
    assert found(replace(MOVED, permanent=False)) == []


def test_a_move_to_a_page_that_does_not_answer_is_none():
    assert found(replace(MOVED, result=Result.OTHERWISE, code=403)) == []


@pytest.mark.parametrize(
    "final",
    [
        GAUGE.replace("https:", "http:"),
        GAUGE.replace("//", "//www."),
        GAUGE + "/",
        GAUGE + "?utm_source=x&utm_medium=y",
        GAUGE.replace("gauge-that", "%67auge-that"),
    ],
)
def test_another_spelling_of_the_same_page_is_no_move(final):
    assert found(replace(MOVED, final=final)) == []


@pytest.mark.parametrize(
    "final",
    [
        "https://quay.example.org/",
        "https://elsewhere.example.org",
        "https://quay.example.org/login?next=/letters/gauge-that-counts-waves",
        "https://quay.example.org/cookie-consent",
        "https://login.quay.example.org/letters",
        "https://quay.example.org/new?token=abcdefgh",
        "https://quay.example.org/new?x=eyJhbGciOiJIUzI1NiJ9abc",
        "javascript:alert(1)",
        "https://[",
    ],
)
def test_a_redirect_to_what_is_not_the_page_suggests_nothing(final):
    assert found(replace(MOVED, final=final)) == []


def test_the_suggestion_is_clean_keeps_the_place_in_the_page_and_breaks_no_markdown():
    final = "https://quay.example.org/new(1)/[a]?id=3&utm_source=x"
    assert fix(replace(MOVED, final=final), address=GAUGE + "#part") == (
        "https://quay.example.org/new%281%29/%5Ba%5D?id=3#part"
    )


# --- another title ---------------------------------------------------------------------------------------


def other(title, **values):
    return found(Look(LETTER, Result.FINE, DAY, 200, title=title, **values), address=LETTER)


def test_a_source_with_quite_another_title_is_told():
    assert other(OTHER) == ["link-title-differs"]


@pytest.mark.parametrize(
    "title",
    [
        "The gauge that counts waves | Quay Letter",
        "Quay Letter 17: gauges",
        "COUNTING the tide in the harbour",
        "Just a moment while we look at you",
        "Attention Required! Something | Something",
        "Sign in to continue reading this letter",
        "Page not found in this whole harbour",
        "Error 500 happened to this server",
        "Quay Letter",
        "",
        "Rybitwy nad jeziorem wróciły po latach",
    ],
)
def test_a_title_that_shares_a_word_says_little_or_stands_in_the_way_is_not_told(title):
    assert other(title) == []


def test_a_page_whose_address_names_the_link_s_words_is_the_right_one():
    assert found(replace(FINE, title=OTHER)) == []
    final = "https://quay.example.org/waves-by-gauge"
    assert other(OTHER, final=final) == []


def test_only_links_that_name_a_source_are_compared():
    text = changed(("trusted neither of them.", f"trusted [one of the harbour gauges alone]({LETTER})."))
    assert found(Look(LETTER, Result.FINE, DAY, 200, title=OTHER), text=text) == []


def test_without_a_look_there_is_no_finding():
    assert codes(changed()) == codes(changed(), looks={"https://else.example.org/": MOVED}) == []
