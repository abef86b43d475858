"""The registry: severities by override, dates and languages, checks that fail, fingerprints, files and texts alike."""

import datetime

import pytest

from editorial.checks import RULES, Context, Finding, HouseLists, Piece, Severity, register, run, versions
from editorial.checks.registry import FINDINGS_MAX
from editorial.document import Document
from editorial.text import Text

from .checks import CLEAN, CONTEXT, HOUSE, changed, codes, findings


@pytest.fixture
def rule():
    """Register checks for one test only."""
    before = dict(RULES)
    yield register
    RULES.clear()
    RULES.update(before)


def test_an_editor_changes_a_severity_and_switches_a_check_off():
    text = changed(("costs $900.\n", "costs $900. \n"))
    assert [each.severity for each in findings(text)] == [Severity.INFO]
    assert [each.severity for each in findings(text, overrides={"trailing-space": Severity.BLOCK})] == [Severity.BLOCK]
    assert findings(text, overrides={"trailing-space": None}) == []


def test_a_check_that_raises_is_a_finding_and_stops_no_other(rule, caplog):
    @rule(code="broken", severity=Severity.BLOCK)
    def broken(piece, context):
        """Always fails."""
        yield Finding("Never seen.", piece.place(0, 0))
        raise RuntimeError("no")

    text = changed(("costs $900.\n", "costs $900. \n"))
    assert codes(text) == ["check-failed", "trailing-space"]
    assert "The check broken failed" in caplog.text
    assert "tell the operator" in next(each.message for each in findings(text) if each.code == "check-failed")


def test_a_code_is_taken_once(rule):
    with pytest.raises(ValueError, match="em-dash is taken"):
        rule(code="em-dash", severity=Severity.INFO)(lambda piece, context: iter(()))


def test_a_check_has_its_languages_and_its_days(rule):
    day = datetime.date(2026, 5, 1)
    only = {"languages": ("pl",)}, {"since": datetime.date(2026, 5, 2)}, {"until": datetime.date(2026, 4, 30)}
    for number, limits in enumerate([{}, {"languages": ("en",), "since": day, "until": day}, *only]):

        @rule(code=f"limited-{number}", severity=Severity.INFO, about="For a test.", **limits)
        def limited(piece, context):
            yield Finding("Found.", piece.place(0, 0))

    assert codes(CLEAN) == ["limited-0", "limited-1"]
    assert codes(CLEAN, date=datetime.date(2026, 5, 2)) == ["limited-0", "limited-3"]


def test_one_check_gives_a_bounded_number_of_findings():
    assert len(findings(changed(("40 times", "\u200b" * 500 + "40 times")))) == FINDINGS_MAX


def test_the_gravest_findings_come_first_then_those_further_up():
    text = changed(("costs $900.\n", "costs $900. \n"), ("#tides", "#Tides"), ("side by side the", "side by sideж the"))
    assert [each.code for each in findings(text)] == ["foreign-script", "tag-uppercase", "trailing-space"]


def test_a_fingerprint_moves_with_its_paragraph_and_changes_with_it():
    wrong = changed(("costs $900.\n", "costs $500.\n"))
    moved = wrong.replace("\n## The gauge", "\n\n## The gauge")
    edited = wrong.replace("built for rivers", "built for brooks")
    prints = [findings(text)[0].fingerprint for text in (wrong, moved, edited)]
    assert prints[0] == prints[1] != prints[2]


def test_a_text_of_the_desk_is_checked_like_a_file():
    body = changed(("costs $900.\n", "costs $500.\n")).split("---\n", 2)[2]
    text = Text("Two harbours", "", body, ("Tides",), "pl", datetime.date(2026, 5, 1), "two harbours")
    found = run(text, CONTEXT)
    assert [each.code for each in found] == [
        "frontmatter-incomplete",
        "language-tag",
        "slug-unsafe",
        "tag-uppercase",
        "fact-figure",
    ]
    place = found[-1].place
    assert body.encode()[place.offset : place.end] == b"$500"
    assert run(Piece.of(text), CONTEXT) == found


def test_versions_name_every_check():
    assert versions().keys() == RULES.keys()


def test_no_text_however_broken_makes_a_check_fail():
    for text in (
        b"",
        b"\xff\xfe\x00",
        b"---\n",
        "---\ntitle: x\n---\n",
        "[a](http://[b)",
        "# \n\n**TLDR:**",
        "\0",
        "](http://",
    ):
        assert "check-failed" not in codes(text), text


def test_a_house_list_is_read_from_rows():
    rows = [
        {"kind": "tag_alias", "value": "A", "replacement": "b"},
        {"kind": "tag_alias", "value": "b", "replacement": "c"},
        {"kind": "tag_alias", "value": "same", "replacement": "same"},
        {"kind": "phrase", "value": "delv*", "replacement": None},
        {"kind": "tracking_parameter", "value": "utm_*"},
        {"kind": "aggregator", "value": " "},
        {"kind": "unknown", "value": "x"},
    ]
    house = HouseLists.of(rows)
    assert (house.merged_tag("A"), house.merged_tag("Same")) == ("c", "same")
    assert house.is_tracking("UTM_source") and not house.is_tracking("page")
    assert house.aggregators == frozenset()


def test_the_shipped_house_list_has_every_kind_and_no_circle():
    assert HOUSE.personas and HOUSE.redirectors and HOUSE.aggregators and HOUSE.phrases and HOUSE.tracking_parameters
    for alias, tag in HOUSE.tag_aliases.items():
        assert HOUSE.merged_tag(HOUSE.merged_tag(alias)) == HOUSE.merged_tag(tag) != alias


def test_checks_without_any_house_list_run_too():
    empty = Context(HouseLists({}), datetime.date(2026, 11, 23))
    assert run(Document.parse(CLEAN), empty) == []
