"""check_document: what a writer of a generator is told about a file, without a database."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from editorial.document.report import as_json, as_lines, report

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT.parent / "shared" / "corpus"
needs_corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason="the folder with real articles is missing")

HEAD = """---
title: "What the week has brought to us"
excerpt: "This is what you have to know about it, and why."
publishedAt: "2026-05-01"
slug: "what-the-week-brought"
hashtags: "#react #generated #en"
---
"""
BODY = """
## A story of the week

**TLDR:** This is the short of it, and that is all.

Key takeaways:
- It is out, and you can have it.

**Link:** [Source](https://example.org/a)
"""
FINE = HEAD + BODY


@pytest.fixture
def article(tmp_path):
    def write(text, name="2026-05-01-what-the-week-brought.md"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    return write


def causes(text, name="what-the-week-brought.md"):
    found = report(text if isinstance(text, bytes) else text.encode(), name=name).problems
    return [(problem.cause, problem.line) for problem in found if not problem.is_note]


def test_a_fine_file_shows_its_structure_and_ends_with_zero(article, capsys):
    path = article(FINE)
    call_command("check_document", path)
    out = capsys.readouterr().out
    assert out.startswith(path + "\n")
    assert "frontmatter: yaml, keys title, excerpt, publishedAt, slug, hashtags" in out
    assert "language: en (tag en; title en, excerpt en, text en)" in out
    assert "line 9: “A story of the week”" in out
    assert "(tldr, takeaways (plain), link)" in out
    assert out.rstrip().endswith("no problems")


def test_a_file_with_a_problem_names_file_line_and_advice_and_ends_with_one(article, capsys):
    path = article(FINE.replace("#en", "#pl"))
    with pytest.raises(SystemExit) as stopped:
        call_command("check_document", path)
    assert stopped.value.code == 1
    out = capsys.readouterr().out
    assert f"problem {path}:6: The tag #pl says Polish, the text is English." in out
    assert "write #en" in out


def test_broken_frontmatter_is_shown_with_its_repair(article, capsys):
    path = article(FINE.replace('"What the week has brought to us"', "'It's here'"))
    with pytest.raises(SystemExit):
        call_command("check_document", path)
    out = capsys.readouterr().out
    assert "frontmatter: none that can be read" in out
    assert f"problem {path}:2: " in out
    assert "a repair is possible:" in out
    assert "    -title: 'It's here'" in out
    assert "line 9: “A story of the week”" in out  # the body is read all the same


def test_a_file_that_cannot_be_read_ends_with_two_and_the_others_are_still_shown(article, capsys, tmp_path):
    path, absent = article(FINE), str(tmp_path / "absent.md")
    with pytest.raises(CommandError) as stopped:
        call_command("check_document", absent, path, str(tmp_path), "a\0b")
    assert stopped.value.returncode == 2
    assert f"{absent}: cannot be read (No such file or directory)" in str(stopped.value)
    assert f"{tmp_path}: cannot be read" in str(stopped.value)
    assert "no problems" in capsys.readouterr().out


def test_json_holds_structure_places_problems_and_repair(article, capsys):
    fine, broken = article(FINE), article(FINE.replace('"2026-05-01"', "2026-05-01\n\tmood: calm"), "other.md")
    with pytest.raises(SystemExit):
        call_command("check_document", fine, broken, "--json")
    first, second = json.loads(capsys.readouterr().out)
    assert first["file"] == fine
    assert first["problems"] == [] and first["repair"] is None
    assert first["language"] == {"document": "en", "tag": "en", "title": "en", "excerpt": "en", "body": "en"}
    story = first["stories"][0]
    assert [(part["kind"], part["shape"], part["line"]) for part in story["parts"]] == [
        ("tldr", "bold", 11),
        ("takeaways", "plain", 13),
        ("link", "bold", 16),
    ]
    link = story["links"][0]
    assert FINE.encode()[link["offset"] : link["end"]] == b"[Source](https://example.org/a)"
    assert second["problems"][0]["line"] > 0


def test_languages_that_disagree_are_problems():
    polish = "To jest akapit po polsku, który nie jest długi.\n"
    assert causes(FINE) == []
    assert causes(FINE.replace(" #en", "")) == [("language-tag-missing", 6)]
    assert causes(FINE.replace("This is what you have to know about it, and why.", polish.strip())) == [
        ("language-excerpt", 3)
    ]
    assert causes(FINE.replace("What the week has brought to us", "Co nam przyniósł ten tydzień")) == [
        ("language-title", 2)
    ]
    english = "\n" + "This is the text that you have to read, and it is not short. " * 20 + "\n"
    mixed = FINE + english + "".join(f"\n{polish}" for _ in range(6))
    assert causes(mixed) == [("language-mixed", 20)]
    message = report(mixed.encode()).problems[-1].message
    assert "6 of its paragraphs or list items (line 20, 22, 24, 26, 28, …) are Polish" in message
    assert causes(FINE + english + "\n**Disclaimer:** " + polish) == []
    assert causes(FINE.replace(BODY, "\n## 1\n\n2\n")) == []


def test_an_empty_body_and_bytes_that_are_no_text_are_problems():
    assert causes(HEAD) == [("body-empty", 8)]
    broken = FINE.encode() + "\nZażółć gęślą jaźń ".encode() + b"\xff\n"
    assert ("broken-byte", 18) in causes(broken)


def test_a_text_without_frontmatter_has_a_report_too():
    assert causes(b"") != []
    lines = list(as_lines(report(b"test", name="test.md")))
    assert lines[0] == "test.md"
    assert any("no heading, words: 1 (other)" in line for line in lines)
    assert as_json(report(b"test"))["frontmatter"] is None


def test_the_preamble_is_shown():
    lines = list(as_lines(report((HEAD + "\n# All\n\nText.\n" + BODY).encode())))
    assert any(line.startswith("  before the first story: “All”") for line in lines)


def test_the_command_runs_without_any_database(article):
    """In a process of its own, with a database that nobody could open."""
    environment = os.environ | {
        "DATABASE_URL": "postgres://nobody:none@127.0.0.1:1/none",
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PYTHONIOENCODING": "utf-8",
    }
    done = subprocess.run(  # noqa: S603  our own interpreter and file
        [sys.executable, "manage.py", "check_document", article(FINE)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        encoding="utf-8",
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.rstrip().endswith("no problems")
    wrong = subprocess.run(  # noqa: S603
        [sys.executable, "manage.py", "check_document"], cwd=ROOT, env=environment, capture_output=True
    )
    assert wrong.returncode == 2


@needs_corpus
def test_every_real_file_has_a_report_and_the_unreadable_ones_a_problem():
    for path in sorted(CORPUS.rglob("*.md")):
        found = report(path.read_bytes(), name=path.name)
        assert json.dumps(as_json(found))
        assert list(as_lines(found))[0] == path.name
        assert found.document.frontmatter or not found.is_fine
