"""Articles as files again: the bytes as delivered, the edits and nothing but the edits, names, folders and zips."""

import datetime
import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from editorial.exporting import (
    CannotExport,
    FolderError,
    Result,
    export_to_folder,
    exported,
    public_texts,
    rewritten,
    working_texts,
    write_archive,
)
from editorial.exporting import folder as folder_module
from editorial.exporting.files import unsafe
from editorial.exporting.rewriting import with_body
from editorial.importing import IncomingFile, find_files, import_files, read_files, reading
from editorial.models import Article, Origin, Revision
from editorial.workflow import correct, fields_of

from .pace import assert_cpu_seconds
from .texts import bring_in, file_text, imported, incoming, published

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"
needs_corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason="the folder with real articles is not beside the project")
FILE = """---
# delivered by night
title: 'It''s back'   # in single quotes
excerpt: >
  folded
  text
publishedAt: "2026-04-02T06:30:00Z"
slug: its-back
hashtags: "#ai #generated #en #birds"
unknown: [1, 2]
---

## One herons' nest

**TLDR:** Two herons nest at the weir again.

- first of the two
- second of the two


The last line is without an end"""
PLAIN_LIST = """---
hashtags:
  - generated
  - en
  - birds   # seen twice
publishedAt: 2026-04-02
title: Herons
slug: herons
---
The herons are back at the weir.
"""
TOML = """+++
title = "Herons"
publishedAt = 2026-04-02
slug = "herons"
hashtags = ["#generated", "#en", "#birds"]
+++
The herons are back at the weir.
"""
JSON = """{
  "title": "Herons", "slug": "herons",
  "publishedAt": "2026-04-02",
  "hashtags": "#generated #en #birds"
}
The herons are back at the weir.
"""
SHAPES = {"yaml": FILE, "list": PLAIN_LIST, "toml": TOML, "json": JSON}


def text_of(data):
    result = reading.read(IncomingFile("a.md", data))
    assert isinstance(result, reading.ReadFile), result
    return result.text


def edited(data, **changes):
    """The file with these fields of its text edited; it reads as that text."""
    data = data.encode() if isinstance(data, str) else data
    text = replace(text_of(data), **changes)
    result = rewritten(data, text)
    assert text_of(result) == text
    return result


def lines_changed(before, after):
    """(lines that went, lines that came)."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    return [line for line in old if line not in new], [line for line in new if line not in old]


# --- bytes ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_text_that_nobody_edited_is_the_delivered_file_byte_for_byte(shape, codec, line_end):
    data = SHAPES[shape].replace("\n", line_end).encode(codec)
    assert rewritten(data, text_of(data)) == data


@pytest.mark.parametrize(
    ("field", "value", "went", "came"),
    [
        ("title", "It's over", "title: 'It''s back'   # in single", "title: 'It''s over'   # in single"),
        ("slug", "its-over", "slug: its-back", "slug: its-over"),
        ("date", datetime.date(2026, 5, 1), '"2026-04-02T06:30:00Z"', '"2026-05-01T06:30:00Z"'),
        ("tags", ("ai", "storks"), "#ai #generated #en #birds", "#ai #generated #en #storks"),
        ("tags", (), "#ai #generated #en #birds", "#generated #en"),
        ("tags", ("birds", "ai"), "#ai #generated #en #birds", "#birds #ai #generated #en"),
        ("language", "pl", "#ai #generated #en #birds", "#ai #generated #pl #birds"),
        ("body", FILE.partition("---\n\n")[2].replace("second", "2nd") + "\n", "- second of", "- 2nd of"),
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_an_edit_changes_its_value_and_no_other_byte(field, value, went, came, line_end):
    data = FILE.replace("\n", line_end)
    assert edited(data, **{field: value}) == data.replace(went, came).encode()


def test_a_folded_excerpt_stays_a_block_of_its_kind():
    assert lines_changed(FILE, edited(FILE, excerpt="something else").decode()) == (
        ["  folded\n", "  text\n"],
        ["  something else\n"],
    )


@pytest.mark.parametrize(
    ("shape", "field", "value", "line"),
    [
        ("list", "date", datetime.date(2026, 5, 1), "publishedAt: 2026-05-01\n"),
        ("list", "tags", ("storks",), "  - storks   # seen twice\n"),
        ("list", "title", "Herons: a #2 story", 'title: "Herons: a #2 story"\n'),
        ("list", "excerpt", "Back again.", 'excerpt: "Back again."\n'),
        ("toml", "date", datetime.date(2026, 5, 1), "publishedAt = 2026-05-01\n"),
        ("toml", "tags", ("storks",), 'hashtags = ["#generated", "#en", "#storks"]\n'),
        ("json", "tags", ("storks",), '  "hashtags": "#generated #en #storks"\n'),
        ("json", "title", "Two", '  "title": "Two", "slug": "herons",\n'),
        ("json", "body", "Gone.\n", "Gone.\n"),
    ],
)
def test_every_shape_of_frontmatter_keeps_its_manner(shape, field, value, line):
    went, came = lines_changed(SHAPES[shape], edited(SHAPES[shape], **{field: value}).decode())
    assert came == [line]
    assert len(went) == (field != "excerpt")


def test_a_date_in_another_notation_is_written_anew():
    for written, anew in (("'20260402'", b"'2026-05-01'"), ("2026-4-2 6:30:00", b"2026-05-01")):
        data = PLAIN_LIST.replace("publishedAt: 2026-04-02", f"publishedAt: {written}")
        assert b"publishedAt: " + anew + b"\n" in edited(data, date=datetime.date(2026, 5, 1))


def test_a_tag_of_two_words_becomes_a_list_that_reads_right():
    assert b'hashtags: ["#generated", "#en", "#open source"]' in edited(file_text(), tags=("open source",))


def test_a_language_that_no_tag_names_gets_one_only_when_the_text_does_not_say_it():
    data = file_text(hashtags="#generated #birds")
    assert text_of(data).language == "en"
    assert b'"#generated #birds"' in edited(data, title="Other")
    assert b'"#generated #en #birds"' in edited(data, body="Czaple.\n")
    assert b'"#pl #birds"' in edited(file_text(hashtags="#birds"), language="pl")
    without = file_text().replace(b'hashtags: "#generated #en #birds #rivers"\n', b"")
    assert b'hashtags: "#pl"\n---' in edited(without, language="pl", tags=())


def test_a_second_language_tag_does_not_stay_to_contradict_the_first():
    assert b'"#pl #birds"' in edited(file_text(hashtags="#en #pl #birds"), language="pl")
    assert b'"#birds"' in edited(file_text(hashtags="#en #birds #pl", body="Ok.\n"), language="")


def test_lines_that_stay_keep_their_own_line_ends_and_bytes():
    data = b"---\ntitle: a\nslug: a\npublishedAt: 2026-04-02\nhashtags: '#en'\n---\r\n\r\n"
    data += "Zażółć gęślą.\r\n\r\n".encode() + b"one \xff\n\nold\ntwo\r\r\n\rthree\n\n\n"
    text = text_of(data)
    result = edited(data, body=text.body.replace("old", "new\nlines"))
    assert result == data.replace(b"old\n", b"new\nlines\n")


def test_a_huge_body_of_repeating_lines_takes_no_time_to_align():
    lines = [f"{number % 150}\n" for number in range(100_000)]
    raw = "a\r\n" + "".join(lines)
    with assert_cpu_seconds(5):
        assert with_body(raw, "a\n" + "".join([*lines[:500], "new\n", *lines[500:]]), "\n").startswith("a\r\n0\n")
        assert with_body(raw, "b\n" + "".join(lines[::-1]), "\n").startswith("b\n99\n")


def test_an_edit_that_the_encoding_has_no_letters_for_makes_the_file_utf_8():
    data = file_text(body="Déjà vu où ça, the herons of the weir.\n").decode().encode("cp1252")
    assert edited(data, title="Ça va").decode("cp1252").startswith('---\ntitle: "Ça va"')
    assert 'title: "Żółw"' in edited(data, title="Żółw").decode()


def test_an_edit_that_would_change_the_guess_of_the_encoding_makes_the_file_utf_8():
    data = file_text(title="żółw łoś żaba", body="The heron of Kočov.\n").decode().encode("cp1250")
    assert "Kočov" in edited(data, title="Turtle").decode()


def test_broken_frontmatter_is_repaired_on_the_way():
    data = file_text(title="It's").replace(b'"It\'s"', b"'It's'")
    assert isinstance(reading.read(IncomingFile("a.md", data)), reading.BrokenFile)
    text = replace(text_of(file_text()), title="It's", excerpt="Edited.")
    assert text_of(rewritten(data, text)) == text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"tags": ("en", "birds")}, "hashtags would be read as “birds”, not as “en, birds”"),
        ({"tags": ("a#b",)}, "hashtags would be read as “a, b”"),
        ({"tags": ("x" * 101,)}, "101 characters; 100 is the limit"),
        ({"language": ""}, "the language would be read as “en”, not as “not known”"),
        ({"language": "de"}, "not as “de”"),
        ({"slug": "No Slug"}, "slug would be read as “no-slug”"),
        ({"body": " \n"}, "There is no text"),
        ({"title": "a" * 70, "slug": "No"}, "slug would be"),
        ({"body": "x" * 80 + "\n", "tags": ("generated",)}, "hashtags would be"),
    ],
)
def test_what_a_file_cannot_say_is_refused_with_a_sentence(changes, sentence):
    with pytest.raises(CannotExport, match=re.escape(sentence)):
        rewritten(file_text(), replace(text_of(file_text()), **changes))


def test_a_key_that_cannot_be_set_and_a_file_that_cannot_be_read_are_refused():
    data = TOML.replace("slug", 'excerpt.short = "Back."\nslug').encode()
    with pytest.raises(CannotExport, match="It can't be written into its file: excerpt cannot be set"):
        rewritten(data, replace(text_of(data), excerpt="Back again."))
    with pytest.raises(CannotExport, match="The file can't be read"):
        rewritten(b"nothing here", text_of(file_text()))


# --- properties -------------------------------------------------------------------------------------------

LINES = ["## Nest", "**TLDR:** Two herons.", "- one", "- two", "", "", "Prose ą", "> said", "```", "end"]
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)
TAGS = st.lists(st.sampled_from(["ai", "birds", "c++", "open source", "ąę", "node.js"]), unique=True, max_size=4)


@st.composite
def delivered(draw):
    """A file of any shape, line end, encoding and end."""
    head = draw(st.sampled_from(sorted(SHAPES)))
    body = "The herons are back.\n" + "\n".join(draw(st.lists(st.sampled_from(LINES), max_size=12)))
    source = SHAPES[head].partition("The herons" if head != "yaml" else "## One")[0] + body
    data = source.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))
    return data.encode(draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])))


@st.composite
def edits(draw):
    """Some fields of a text, edited; the body by taking out, moving and putting in lines."""
    chosen = {
        "title": WORDS.map(lambda word: " ".join(f"{word} x".split())),
        "excerpt": WORDS.map(lambda word: word.replace("\r\n", "\n").strip()),
        "slug": st.from_regex(r"[a-z0-9]{1,5}(-[a-z0-9]{1,5})?", fullmatch=True),
        "date": st.dates(datetime.date(1000, 1, 1)),
        "tags": TAGS.map(tuple),
        "language": st.sampled_from(["en", "pl"]),
    }
    keys = draw(st.sets(st.sampled_from(sorted(chosen))))
    return {key: draw(chosen[key]) for key in keys}


@settings(max_examples=120, deadline=None)
@given(delivered(), edits(), st.data())
def test_whatever_is_edited_the_file_reads_as_the_desks_text_and_the_rest_stays(data, changes, choice):
    text = text_of(data)
    lines = text.body.split("\n")
    if choice.draw(st.booleans()):
        at = choice.draw(st.integers(0, len(lines) - 1))
        lines[at : at + choice.draw(st.integers(0, 3))] = choice.draw(st.lists(st.sampled_from([*LINES, "new"])))
        lines = choice.draw(st.sampled_from([lines, lines[::-1]]))
    body = "\n".join(lines).strip("\n") + "\n"
    assume(body.strip())
    wanted = replace(text, **changes, body=body)
    result = rewritten(data, wanted)
    assert text_of(result) == wanted
    if wanted == text:
        assert result == data
    old, new = reading.Document.parse(data), reading.Document.parse(result)
    assert new.source.decoded.bom == old.source.decoded.bom
    assert ("\r\n" in old.source.text) == ("\r\n" in new.source.text)
    assert "\n" not in new.source.text.replace("\r\n", "") or "\r\n" not in old.source.text
    touched = {
        "publishedAt" if key == "date" else "hashtags" if key in ("tags", "language") else key for key in changes
    }
    touched |= {"hashtags"} if "body" in changes or wanted.body != text.body else set()
    kept = [entry.source for entry in old.frontmatter.entries if entry.key not in touched]
    assert [entry.source for entry in new.frontmatter.entries if entry.key not in touched] == kept
    if wanted.body == text.body:
        assert new.body == old.body


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(["a\n", "b\r\n", "\n", "\r\n", "c\r", "\udcff", "d\r\r\n", "e"])), st.data())
def test_an_edited_body_reads_as_the_desks_text_and_lines_that_stay_keep_their_bytes(pieces, choice):
    raw = "".join(pieces)
    normal = lambda body: reading.storable(body).replace("\r\n", "\n").strip("\n") + "\n"  # noqa: E731
    assert with_body(raw, normal(raw), "\r\n") == raw
    units = normal(raw).split("\n")
    at = choice.draw(st.integers(0, len(units)))
    body = normal("\n".join([*units[:at], choice.draw(st.sampled_from(["", "new", "x\r\r", "p\n\nq"])), *units[at:]]))
    assume(not body.endswith("\r\n"))
    assert normal(with_body(raw, body, "\r\n")) == body


@given(st.text(), st.text())
def test_any_body_can_take_the_place_of_any_other(raw, body):
    normal = reading.storable(body).replace("\r\n", "\n").strip("\n") + "\n"
    assume(not normal.endswith("\r\n"))  # a carriage return before a file's last line end: refused, not written
    assert reading.storable(with_body(raw, normal, "\n")).replace("\r\n", "\n").strip("\n") + "\n" == normal


# --- names and choice -------------------------------------------------------------------------------------


def corrected(article, *, by, **changes):
    """The article with an edited text."""
    correct(article, replace(article.current.text, **changes), by=by, based_on=article.current)
    return Article.objects.select_related("current", "publication", "generation").get(pk=article.pk)


def files_of(revisions):
    return {file.path: file for file in exported(revisions)}


@pytest.mark.django_db
def test_the_desk_gives_the_delivered_bytes_until_somebody_edits(ada):
    article = imported(title="Herons  return")
    assert files_of(working_texts(Article.objects.all()))["herons-return.md"].data == file_text(title="Herons  return")
    corrected(article, by=ada, excerpt="Corrected.")
    wanted = file_text(title="Herons  return", excerpt="Corrected.")
    assert files_of(working_texts(Article.objects.all()))["herons-return.md"].data == wanted


@pytest.mark.django_db
def test_readers_text_and_desks_text_are_two_choices(ada):
    article = corrected(published(by=ada), by=ada, title="Not yet approved")
    imported(slug="storks", title="Nobody approved this")
    everything = Article.objects.all()
    assert {path: file.revision.title for path, file in files_of(public_texts(everything)).items()} == {
        "herons-return.md": "Herons return"
    }
    assert {file.revision.title for file in exported(working_texts(everything))} == {
        "Not yet approved",
        "Nobody approved this",
    }
    back = corrected(article, by=ada, title="Herons return")  # the public text again, as another revision
    assert [file.revision.number for file in exported(public_texts(everything))] == [back.current.number]


@pytest.mark.django_db
def test_of_two_articles_from_one_path_the_later_is_named_by_its_slug_whatever_is_chosen():
    bring_in(incoming("deep/index.md"), incoming("deep/storks.md", slug="other", title="Other"))
    bring_in(incoming("deep/index.md", slug="storks", title="Storks"), incoming("deep/index.md", slug="a", title="A"))
    files = files_of(working_texts(Article.objects.all()))
    assert {path: file.revision.slug for path, file in files.items()} == {
        "deep/index.md": "herons-return",
        "deep/storks.md": "other",
        "deep/storks-2.md": "storks",
        "deep/a.md": "a",
    }
    assert files["deep/a.md"].remark == "Another article came from deep/index.md, so this one is named by its slug."
    assert files["deep/index.md"].remark == ""
    assert list(files_of(working_texts(Article.objects.filter(slug="a")))) == ["deep/a.md"]


@pytest.mark.django_db
def test_a_name_that_was_given_is_not_given_again():
    bring_in(incoming("index.md"))
    bring_in(incoming("index.md", slug="storks", title="Storks"))
    bring_in(incoming("storks.md", slug="cranes", title="Cranes"))
    files = files_of(working_texts(Article.objects.all()))
    assert {path: file.revision.slug for path, file in files.items()} == {
        "index.md": "herons-return",
        "storks.md": "storks",
        "cranes.md": "cranes",
    }


@pytest.mark.django_db
def test_a_delivered_text_is_its_file_however_that_was_read_then():
    article = imported()
    fields = {**fields_of(article.current.text), "title": "As an older version of Digest read it"}
    older = Revision.objects.create(
        article=article, number=2, origin=Origin.GENERATED, generation=article.generation, hash="0" * 64, **fields
    )
    Article.objects.filter(pk=article.pk).update(current=older)
    assert files_of(working_texts(Article.objects.all()))["herons-return.md"].data == file_text()


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("../up.md", "leads out"),
        ("a/../../up.md", "leads out"),
        ("a\\..\\up.md", "leads out"),
        ("/etc/passwd.md", "absolute"),
        ("\\share\\a.md", "absolute"),
        ("C:\\a.md", "absolute"),
        ("c:/a.md", "absolute"),
        ("", "names no file"),
        ("a/", "names no file"),
        ("a\x00.md", "names no file"),
    ],
)
def test_a_path_out_of_the_folder_is_refused_with_a_sentence(path, why):
    assert why in unsafe(path)


@pytest.mark.parametrize("path", ["a.md", "deep/er/a.md", "..a.md", "a..b/c.md", "Q: what?.md", "ą ę.md"])
def test_an_unusual_name_is_no_unsafe_one(path):
    assert unsafe(path) == ""


# --- a folder ---------------------------------------------------------------------------------------------


def export(folder, articles=None, **options):
    """{path: (result, message)} of an export of the desk's texts."""
    revisions = working_texts(Article.objects.all() if articles is None else articles)
    outcomes = export_to_folder(revisions, folder, **options)
    return {outcome.file.path: (outcome.result, outcome.message) for outcome in outcomes}


def on_disk(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


WRITTEN, UNCHANGED, REFUSED = (Result.WRITTEN, ""), (Result.UNCHANGED, ""), Result.REFUSED


@pytest.mark.django_db
def test_files_are_written_where_they_came_from_and_the_second_time_are_unchanged(tmp_path):
    bring_in(incoming("a.md"), incoming("deep/er/b.md", slug="b", title="B"))
    target = tmp_path / "new" / "folder"
    assert export(target) == {"a.md": WRITTEN, "deep/er/b.md": WRITTEN}
    assert on_disk(target) == {"a.md": file_text(), "deep/er/b.md": file_text(slug="b", title="B")}
    assert export(target) == {"a.md": UNCHANGED, "deep/er/b.md": UNCHANGED}


@pytest.mark.django_db
def test_a_dry_run_decides_the_same_and_writes_nothing(tmp_path):
    imported()
    assert export(tmp_path / "new", dry_run=True) == {"herons-return.md": WRITTEN}
    assert not (tmp_path / "new").exists()


@pytest.mark.django_db
def test_a_file_that_was_imported_or_exported_before_is_replaced_one_that_was_changed_is_not(tmp_path, ada):
    article = imported()
    file = tmp_path / "herons-return.md"
    file.write_bytes(file_text())
    article = corrected(article, by=ada, title="First correction")
    assert export(tmp_path) == {file.name: WRITTEN}
    article = corrected(article, by=ada, title="Second correction")
    article = corrected(article, by=ada, tags=("en",))  # can't be exported itself
    article = corrected(article, by=ada, title="Third correction", tags=("birds",))
    assert export(tmp_path, dry_run=True) == {file.name: WRITTEN}  # over the first one
    file.write_bytes(file_text(title="By hand"))
    result, message = export(tmp_path)[file.name]
    assert (result, "changed since its import or last export" in message) == (REFUSED, True)
    assert file.read_bytes() == file_text(title="By hand")
    assert export(tmp_path, force=True) == {file.name: WRITTEN}
    assert text_of(file.read_bytes()).title == "Third correction"


@pytest.mark.django_db
def test_a_newer_file_that_waits_as_a_proposal_is_known_by_its_path(tmp_path, ada):
    corrected(imported(), by=ada, title="Corrected")
    newer = file_text(title="A newer one", date="2026-04-03")
    bring_in(incoming("herons-return.md", data=newer))
    (tmp_path / "herons-return.md").write_bytes(newer)
    assert export(tmp_path) == {"herons-return.md": WRITTEN}


@pytest.mark.django_db
def test_the_file_of_another_article_is_never_taken_for_ones_own(tmp_path):
    bring_in(incoming("a.md"), incoming("b.md", slug="b", title="B"))
    (tmp_path / "a.md").write_bytes(file_text(slug="b", title="B"))
    (tmp_path / "b.md").write_bytes(file_text())
    assert {result for result, _ in export(tmp_path).values()} == {REFUSED}


@pytest.mark.django_db
def test_symbolic_links_are_refused_and_what_they_point_to_stays(tmp_path):
    bring_in(incoming("a.md"), incoming("deep/b.md", slug="b", title="B"), incoming("c.md", slug="c", title="C"))
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "b.md").write_text("mine")
    target = tmp_path / "target"
    target.mkdir()
    (target / "deep").symlink_to(outside)
    (target / "a.md").symlink_to(outside / "a.md")
    outcome = export(target, force=True)
    assert "deep is a symbolic link" in outcome["deep/b.md"][1]
    assert "a.md is a symbolic link" in outcome["a.md"][1]
    assert outcome["c.md"] == WRITTEN
    assert on_disk(outside) == {"b.md": b"mine"}


@pytest.mark.django_db
def test_a_path_that_leads_out_is_refused_and_the_others_are_written(tmp_path):
    bring_in(incoming("../up.md"), incoming("b.md", slug="b", title="B"))
    outcome = export(tmp_path / "target")
    assert outcome["../up.md"] == (REFUSED, "The path '../up.md' leads out of the folder.")
    assert outcome["b.md"] == WRITTEN
    assert list(on_disk(tmp_path)) == ["target/b.md"]


@pytest.mark.django_db
def test_folders_and_files_in_each_others_way_are_refused(tmp_path):
    bring_in(incoming("a.md"), incoming("b/c.md", slug="c", title="C"), incoming("x" * 300, slug="x", title="X"))
    (tmp_path / "a.md").mkdir()
    (tmp_path / "b").write_text("a file")
    outcome = export(tmp_path)
    assert "is no file" in outcome["a.md"][1]
    assert "can't be" in outcome["b/c.md"][1]
    assert "File name too long" in outcome["x" * 300][1]


@pytest.mark.django_db
def test_the_mode_of_a_replaced_file_stays(tmp_path, ada):
    corrected(imported(), by=ada, title="Corrected")
    file = tmp_path / "herons-return.md"
    file.write_bytes(file_text())
    file.chmod(0o640)
    export(tmp_path)
    assert (file.stat().st_mode & 0o777, b"Corrected" in file.read_bytes()) == (0o640, True)


@pytest.mark.django_db
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_an_end_in_the_middle_leaves_the_old_file_whole_and_nothing_beside_it(tmp_path, ada, monkeypatch, error):
    corrected(imported(), by=ada, title="Corrected")
    (tmp_path / "herons-return.md").write_bytes(file_text())

    def fail(source, target):
        raise error

    monkeypatch.setattr(folder_module.os, "replace", fail)
    with pytest.raises((FolderError, KeyboardInterrupt)) as caught:
        export(tmp_path)
    if isinstance(caught.value, FolderError):
        assert "No space left on device. Make room" in str(caught.value)
    assert on_disk(tmp_path) == {"herons-return.md": file_text()}


@pytest.mark.django_db
def test_a_file_that_alone_cannot_be_written_is_refused_alone(tmp_path, monkeypatch):
    bring_in(incoming("a.md"), incoming("b.md", slug="b", title="B"))
    write = folder_module._write

    def fail_on_a(location, data):
        if location.name == "a.md":
            raise OSError(13, "Permission denied")
        write(location, data)

    monkeypatch.setattr(folder_module, "_write", fail_on_a)
    outcome = export(tmp_path)
    assert (outcome["a.md"][0], "a.md can't be written: Permission denied." in outcome["a.md"][1]) == (REFUSED, True)
    assert outcome["b.md"] == WRITTEN


@pytest.mark.django_db
def test_a_folder_that_cannot_be_made_says_so(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(FolderError, match="can't be made: Not a directory"):
        export(tmp_path / "file" / "below")


@pytest.mark.django_db
def test_the_number_of_queries_does_not_grow_with_the_articles(tmp_path, ada):
    taken = []
    for number in (1, 20):
        for n in range(number):
            title = f"H {n}"
            if not Article.objects.filter(slug=f"h-{n}").exists():
                corrected(imported(slug=f"h-{n}", title=title), by=ada, excerpt="Corrected.")
            (tmp_path / f"h-{n}.md").write_bytes(b"changed by hand")
        with CaptureQueriesContext(connection) as queries:
            assert {result for result, _ in export(tmp_path).values()} == {REFUSED}
        taken.append(len(queries))
    assert taken == [4, 4]  # keys, rows, imported before?, exported before?


@needs_corpus
@pytest.mark.django_db
def test_every_real_article_is_exported_byte_for_byte(tmp_path):
    folders = [CORPUS / "articles", CORPUS / "seed"]
    report = import_files(read_files(find_files(folders), max_bytes=1_000_000), by=None, origin="the corpus")
    assert not report.failed
    assert set(export(tmp_path).values()) == {WRITTEN}
    assert on_disk(tmp_path) == on_disk(folders[0]) | on_disk(folders[1])


@needs_corpus
def test_one_edited_paragraph_of_a_real_article_is_one_changed_line():
    for path in sorted((CORPUS / "articles").glob("*.md"))[::5]:
        data = path.read_bytes()
        text = text_of(data)
        first = text.body.splitlines()[0]
        result = edited(data, body=text.body.replace(first, f"{first} Corrected.", 1))
        assert lines_changed(data.decode(), result.decode()) == ([f"{first}\n"], [f"{first} Corrected.\n"])


# --- a zip ------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_zip_has_the_same_paths_and_bytes_as_a_folder(tmp_path):
    bring_in(incoming("a.md"), incoming("deep/ą.md", slug="b", title="B"))
    stream = io.BytesIO()
    archive = write_archive(working_texts(Article.objects.all()), stream)
    assert (archive.count, archive.left_out) == (2, [])
    export(tmp_path)
    with zipfile.ZipFile(stream) as found:
        assert {name: found.read(name) for name in found.namelist()} == on_disk(tmp_path)
        assert found.getinfo("a.md").external_attr >> 16 == 0o644


@pytest.mark.django_db
def test_the_times_in_a_zip_are_those_of_the_texts():
    article = imported()
    written = datetime.datetime(2025, 1, 2, 3, 4, 6, tzinfo=datetime.UTC)
    fields = {**fields_of(article.current.text), "generation": article.generation, "created_at": written}
    older = Revision.objects.create(article=article, number=2, origin=Origin.RESTORE, hash="0" * 64, **fields)
    Article.objects.filter(pk=article.pk).update(current=older)
    stream = io.BytesIO()
    write_archive(working_texts(Article.objects.all()), stream)
    with zipfile.ZipFile(stream) as found:
        assert found.infolist()[0].date_time == timezone.localtime(written).timetuple()[:6]


@pytest.mark.django_db
def test_what_cannot_be_exported_is_named_in_the_zip_and_what_may_not_be_seen_is_not(ada):
    corrected(imported(), by=ada, tags=("en",))
    bring_in(
        incoming("b.md", slug="b", title="B"), incoming("../c.md", slug="c", title="C"), incoming("d.md", slug="d")
    )
    stream = io.BytesIO()
    articles = working_texts(Article.objects.all())
    archive = write_archive(articles, stream, may_view=lambda article: article.slug != "d")
    assert (archive.count, len(archive.left_out)) == (1, 2)
    with zipfile.ZipFile(stream) as found:
        assert sorted(found.namelist()) == ["b.md", "not-exported.txt"]
        assert found.read("not-exported.txt").decode().splitlines() == [
            "herons-return: In a file hashtags would be read as “nothing”, not as “en”. Change it on the desk.",
            "c: The path '../c.md' leads out of the folder.",
        ]


@pytest.mark.django_db
def test_a_later_delivery_that_changed_no_word_of_the_text_is_what_is_exported():
    imported()
    newer = file_text(more="generator_note: second\n")
    bring_in(incoming("herons-return.md", data=newer))
    (file,) = exported(working_texts(Article.objects.all()))
    assert file.revision.number == 1
    assert file.data == newer
