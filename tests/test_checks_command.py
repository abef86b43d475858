"""check_document shows the findings of the checks: lines for people, values for programs, a status for both."""

import json

import pytest
from django.core.management import CommandError, call_command

from .checks import FIXTURES, changed

CHECKS = FIXTURES / "checks"


def test_findings_are_lines_with_severity_place_and_code(capsys):
    call_command("check_document", str(CHECKS / "link-tracking.md"))
    out = capsys.readouterr().out
    assert "The link carries tracking parameters (utm_source, utm_medium). Take them off." in out
    assert "  warn " in out and "[link-tracking, safe fix]" in out
    assert out.rstrip().endswith("no problems")


def test_a_finding_that_blocks_ends_with_one(capsys):
    with pytest.raises(SystemExit) as stopped:
        call_command("check_document", str(CHECKS / "persona.md"))
    assert stopped.value.code == 1
    out = capsys.readouterr().out
    assert "block " in out and "[persona]" in out and "no problems" not in out


def test_what_is_a_problem_already_is_not_told_twice(capsys):
    with pytest.raises(SystemExit):
        call_command("check_document", str(CHECKS / "language-tag.md"))
    assert capsys.readouterr().out.count("[language-tag") == 1


def test_json_holds_the_findings(capsys):
    call_command("check_document", str(CHECKS / "tag-alias.md"), "--json")
    (finding,) = json.loads(capsys.readouterr().out)[0]["findings"]
    assert (finding["code"], finding["severity"], finding["field"]) == ("tag-alias", "warn", "hashtags")
    assert (finding["what"], finding["fix"], finding["fix_kind"], finding["line"]) == (
        "opensource",
        "open-source",
        "safe",
        6,
    )


def test_another_house_list_can_be_given(tmp_path, capsys):
    house, article = tmp_path / "house.csv", tmp_path / "a.md"
    house.write_text("kind,value,replacement,note\ntag_alias,tides,sea,\n", encoding="utf-8")
    article.write_text(changed(), encoding="utf-8")
    call_command("check_document", str(article), "--house", str(house))
    assert "The house writes #sea for #tides." in capsys.readouterr().out
    with pytest.raises(CommandError, match="the house list cannot be read"):
        call_command("check_document", str(article), "--house", str(tmp_path / "absent.csv"))
