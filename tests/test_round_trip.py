"""What was not edited stays, byte for byte: of whole files, of one key, of one block."""

from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from editorial.document import Document, Place
from editorial.frontmatter import FrontmatterError

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"
needs_corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason="the folder with real articles is missing")

FILE = """---
# a comment
title: 'It''s "quoted"'   # and another
excerpt: >
  folded
  text
slug: plain-slug
unknown: [1, 2]
hashtags: "#ai #generated #en"
---

## One

**TLDR:** Zażółć.

- first
- second

Last line without an end"""


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_an_unedited_document_gives_the_same_bytes(data):
    assert Document.parse(data).to_bytes() == data


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.sampled_from([b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"]))
def test_so_does_one_with_frontmatter_and_a_mark(data, mark):
    data = mark + b"---\ntitle: a\n---\n" + data
    assert Document.parse(data).to_bytes() == data


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_a_text_comes_back_as_its_utf_8(text):
    assert Document.parse(text).to_bytes() == text.encode("utf-8", "surrogatepass")


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize(("codec", "mark"), [("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("utf-16-le", b"\xff\xfe")])
def test_setting_a_key_changes_its_value_only(codec, mark, line_end):
    data = mark + FILE.replace("\n", line_end).encode(codec)
    document = Document.parse(data)
    edited = document.with_value("slug", "other-slug")
    assert edited.frontmatter.slug == "other-slug"
    assert edited.to_bytes() == data.replace("plain-slug".encode(codec), "other-slug".encode(codec))
    assert document.to_bytes() == data


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=40), st.sampled_from(["title", "excerpt", "slug", "hashtags"]))
def test_whatever_a_key_is_set_to_all_other_bytes_stay(value, key):
    document = Document.parse(FILE)
    try:
        edited = document.with_value(key, value)
    except FrontmatterError:
        assume(False)
    assert edited.frontmatter.get(key) == value
    before = document.source.text
    entry = document.frontmatter.entry(key)
    assert edited.source.text.startswith(before[: entry.start])
    assert edited.source.text.endswith(before[entry.end :])
    assert edited.body == document.body


def test_a_key_cannot_be_set_where_there_is_no_frontmatter():
    with pytest.raises(FrontmatterError):
        Document.parse("text").with_value("title", "a")


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_replacing_a_block_changes_its_bytes_only(line_end):
    data = FILE.replace("\n", line_end).encode()
    document = Document.parse(data)
    for block in document.blocks:
        edited = document.with_block(block, "new\n\ntext ł")
        place, new = block.place, f"new{line_end}{line_end}text ł".encode()
        assert edited.to_bytes() == data[: place.offset] + new + data[place.end :]


def test_parts_stories_links_and_places_can_be_replaced_too():
    document = Document.parse(FILE)
    part = document.stories[0].parts[0]
    assert "Zażółć" not in document.with_block(part, "**TLDR:** a").body
    assert document.with_block(document.stories[0], "").body == "\n"
    place = document.blocks[-1].place
    assert document.with_block(place, "X").body.endswith("- second\n\nX")
    ascii_only = Document.parse("a\n\nb")
    assert ascii_only.with_block(Place(3, 1, 3, 4), "ł").body == "a\n\nł"


def test_a_block_of_an_older_state_is_refused():
    document = Document.parse(FILE)
    block = document.blocks[0]
    with pytest.raises(ValueError, match="older state"):
        document.with_block(block, "a").with_block(block, "b")


def test_a_letter_that_the_old_encoding_lacks_makes_the_file_utf_8():
    document = Document.parse("## Café\n\ndéjà vu où ça\n".encode("cp1252"))
    assert document.source.decoded.encoding == "cp1252"
    place = document.blocks[1].place
    assert document.to_bytes()[place.offset : place.end] == "déjà vu où ça".encode("cp1252")
    assert document.with_block(place, "naïve").to_bytes() == "## Café\n\nnaïve\n".encode("cp1252")
    assert document.with_block(document.blocks[1], "żółw").to_bytes() == "## Café\n\nżółw\n".encode()


PIECES = st.sampled_from(["# a\n", "b\n", "\n", "- c\n", "  - d\n", "ą\r\n", "```\n", "> e\n"])
ONE_LINE = st.text(st.characters(exclude_characters="\r\n", codec="utf-8"), max_size=9)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES), ONE_LINE)
def test_a_replaced_block_leaves_all_other_bytes(pieces, new_text):
    document = Document.parse("".join(pieces).encode())
    data = document.to_bytes()
    for block in document.blocks[:3]:
        place = block.place
        edited = document.with_block(block, new_text).to_bytes()
        assert edited == data[: place.offset] + new_text.encode() + data[place.end :]


@needs_corpus
def test_every_real_file_comes_back_and_every_element_is_at_its_place():
    for path in sorted(CORPUS.rglob("*.md")):
        data = path.read_bytes()
        document = Document.parse(data, name=path.name)
        assert document.to_bytes() == data
        elements = [*document.blocks, *document.links, *document.stories]
        elements += [part for story in document.stories for part in story.parts]
        for element in elements:
            raw = document.source.text[element.start : element.end]
            assert data[element.place.offset : element.place.end].decode() == raw


@needs_corpus
def test_one_key_of_a_real_file_can_be_set_and_all_else_stays():
    for path in sorted((CORPUS / "articles").glob("*.md"))[::4]:
        document = Document.parse(path.read_bytes())
        edited = document.with_value("title", "Another title")
        assert edited.frontmatter.title == "Another title"
        before = [entry.source for entry in document.frontmatter.entries if entry.key != "title"]
        assert [entry.source for entry in edited.frontmatter.entries if entry.key != "title"] == before
        assert edited.body == document.body
