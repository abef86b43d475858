"""What a file's text is made of: preamble, stories, parts, links and blocks, each with its place."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from editorial.document import Document, LabelShape, LinkKind, PartKind, parse_body
from editorial.labels import LABELS, known_label

from .pace import assert_cpu_seconds

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"
needs_corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason="the folder with real articles is missing")

ARTICLE = """---
title: "Two things"
excerpt: "What the week brought."
publishedAt: "2026-05-01"
slug: "two-things"
hashtags: "#react #generated #en"
mood: calm
---

Some words before it all starts.

## First: *a* [title](https://example.org/t) with `code`

**TLDR:** The short of it.

**Summary:**
One paragraph with a [link](https://example.org/a "A title").

Another paragraph.

**Key takeaways:**
- first point
- second point
  with a second line

**Why do I care?** Because it is Żółw.

**Link:** [Source \\[one\\]](https://example.org/one_(two))

---

A line after the rule.

## Second

Only text and ![a picture](pic.png).
"""


def kinds(text):
    return [[part.kind.value for part in story.parts] for story in parse_body(text).stories]


def links(text):
    return [(link.text, link.target) for link in parse_body(text).links]


def blocks(text):
    return [(block.kind.value, block.text) for block in parse_body(text).blocks]


# --- the whole -------------------------------------------------------------------------------------------------


def test_a_document_has_frontmatter_preamble_stories_and_links():
    document = Document.parse(ARTICLE.encode(), name="two-things.md")
    assert document.error is None
    assert document.frontmatter.title == "Two things"
    assert document.frontmatter.extra == {"mood": "calm"}
    assert document.name == "two-things.md"
    assert document.body.startswith("\nSome words")
    assert [part.text for part in document.preamble.parts] == ["Some words before it all starts."]
    assert [story.title for story in document.stories] == ["First: a title with code", "Second"]
    assert [story.level for story in document.stories] == [2, 2]
    assert len(document.links) == 4


def test_parts_come_in_order_with_kind_label_text_and_shape():
    first = Document.parse(ARTICLE).stories[0]
    assert [part.kind for part in first.parts] == [
        PartKind.TLDR,
        PartKind.SUMMARY,
        PartKind.TAKEAWAYS,
        PartKind.CARE,
        PartKind.LINK,
        PartKind.OTHER,
    ]
    assert first.part(PartKind.TLDR).text == "The short of it."
    assert first.part(PartKind.SUMMARY).text.endswith("Another paragraph.")
    assert first.part(PartKind.TAKEAWAYS).text.startswith("- first point")
    assert first.part(PartKind.CARE).label == "Why do I care"
    assert first.part(PartKind.CARE).label_languages == ("en",)
    assert first.part(PartKind.LINK).raw.startswith("**Link:** [Source")
    assert first.parts[-1].text == "A line after the rule."
    assert first.part(PartKind.DISCLAIMER) is None


def test_links_have_text_target_title_and_belong_to_part_and_story():
    document = Document.parse(ARTICLE)
    first, second = document.stories
    assert [link.target for link in first.links] == [
        "https://example.org/t",
        "https://example.org/a",
        "https://example.org/one_(two)",
    ]
    summary = first.part(PartKind.SUMMARY)
    assert [(link.text, link.title, link.is_image) for link in summary.links] == [("link", "A title", False)]
    assert first.part(PartKind.LINK).links[0].text == "Source [one]"
    assert [(link.text, link.is_image) for link in second.links] == [("a picture", True)]


def test_words_are_those_a_reader_sees():
    story = parse_body("## A title\n\nSee [the docs](https://e.org/a/b/c) or https://e.org/d now.").stories[0]
    assert story.word_count == 7
    assert story.parts[0].word_count == 5
    assert parse_body("").word_count == 0


def test_every_place_points_to_its_text_in_the_bytes():
    for codec, mark in (("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("utf-16-le", b"\xff\xfe")):
        data = mark + ARTICLE.replace("\n", "\r\n").encode(codec)
        document = Document.parse(data)
        assert document.frontmatter.title == "Two things"
        care = document.stories[0].part(PartKind.CARE)
        assert data[care.place.offset : care.place.end].decode(codec) == "**Why do I care?** Because it is Żółw."
        assert (care.place.line, care.place.column) == (26, 1)
        link = document.stories[0].part(PartKind.LINK).links[0]
        assert data[link.place.offset : link.place.end].decode(codec).startswith("[Source \\[one\\]](")
        assert (link.place.line, link.place.column) == (28, 11)
        heading = document.stories[1].heading_place
        assert data[heading.offset : heading.end].decode(codec) == "## Second"


def test_a_byte_that_is_no_text_moves_no_place():
    data = "## Zażółć\n\ngęślą \x00".encode() + b"\xff " + "jaźń [a](b)".encode()
    document = Document.parse(data)
    place = document.links[0].place
    assert data[place.offset : place.end] == b"[a](b)"


def test_a_text_with_half_a_surrogate_pair_has_places_too():
    place = parse_body("\ud800 [a](b)").links[0].place
    assert (place.column, place.offset) == (3, 4)


def test_places_count_the_byte_order_mark():
    place = Document.parse(b"\xef\xbb\xbf[a](b)").links[0].place
    assert (place.line, place.column, place.offset, place.end) == (1, 1, 3, 9)


def test_the_text_of_a_document_may_be_given_as_str():
    assert Document.parse("\ufeff" + ARTICLE).to_bytes() == b"\xef\xbb\xbf" + ARTICLE.encode()
    assert Document.parse("a\x00b\x00").body == "a\x00b\x00"


# --- frontmatter that is missing or broken ----------------------------------------------------------------------


def test_a_file_without_frontmatter_is_all_body():
    document = Document.parse("# Title\n\nText.\n")
    assert document.frontmatter is None
    assert document.error.cause == "no-frontmatter"
    assert document.body == "# Title\n\nText.\n"


@pytest.mark.parametrize(
    "head",
    [
        "---\ntitle: 'It's'\nslug: a\n---\n",
        "---\r\ntitle: 'It's'\r\nslug: a\r\n---\r\n",
        "```yaml\n---\ntitle: 'a'\n---\n```\n",
        "\n\n---\ntitle: a\n---\n",
    ],
)
def test_the_body_after_unreadable_frontmatter_begins_where_its_end_is_plain(head):
    document = Document.parse(head + "\n## Story\n\nText.\n")
    assert document.frontmatter is None
    assert document.error is not None
    assert document.body == "\n## Story\n\nText.\n"
    assert document.stories[0].place.line == head.count("\n") + 2


def test_frontmatter_without_an_end_leaves_all_text_as_body():
    text = "---\ntitle: a\n\n## Story\n"
    assert Document.parse(text).body == text


# --- stories ----------------------------------------------------------------------------------------------------


def test_an_empty_body_is_one_story_with_one_empty_part():
    for text in ("", "\n \t\n", "---\n"):
        body = parse_body(text)
        assert [(story.title, story.level, len(story.parts)) for story in body.stories] == [("", 0, 1)]
        assert body.stories[0].parts[0].text == ""
        assert body.preamble.parts == ()
    assert Document.parse(b"").stories[0].place.offset == 0


def test_text_without_headings_is_one_story_without_title():
    body = parse_body("Just text.\n\n**TLDR:** short\n\nMore text.\n")
    assert kinds("Just text.\n\n**TLDR:** short\n\nMore text.\n") == [["other", "tldr", "other"]]
    assert body.stories[0].heading_place.offset == body.stories[0].heading_place.end == 0


def test_level_one_headings_of_every_story_make_stories():
    text = "# One\n\n**TLDR:** a\n\n---\n\n# Two\n\n## Details\n\n**TLDR:** b\n"
    assert [(story.title, story.level) for story in parse_body(text).stories] == [("One", 1), ("Two", 1)]


def test_a_single_level_one_heading_above_stories_is_the_title_of_all():
    body = parse_body("# All\n\n## TLDR\n\nshort\n\n## One\n\na\n\n## Two\n\nb\n")
    assert (body.preamble.title, body.preamble.level) == ("All", 1)
    assert [part.kind for part in body.preamble.parts] == [PartKind.TLDR]
    assert [story.title for story in body.stories] == ["One", "Two"]
    assert [story.title for story in parse_body("# All\n\n## One\n\na\n").stories] == ["One"]


def test_a_level_one_heading_among_stories_of_level_two_is_a_story_too():
    assert [story.title for story in parse_body("## One\n\n## Two\n\n# Three\n").stories] == ["One", "Two", "Three"]


def test_a_single_level_one_heading_with_labels_as_headings_is_the_story():
    text = "# Only\n\n**TLDR:** a\n\n## Summary\n\nb\n\n## Key takeaways\n\n- c\n\n## Link: [d](https://e.f)\n"
    body = parse_body(text)
    assert [story.title for story in body.stories] == ["Only"]
    assert kinds(text) == [["tldr", "summary", "takeaways", "link"]]
    assert [part.shape for part in body.stories[0].parts][1:] == [LabelShape.HEADING] * 3
    assert body.stories[0].part(PartKind.LINK).text == "[d](https://e.f)"


def test_labels_as_headings_without_a_story_heading_form_the_sole_story():
    assert kinds("## TLDR\n\na\n\n## Key Takeaways\n\n- b\n") == [["tldr", "takeaways"]]


def test_a_label_as_heading_at_story_level_belongs_to_the_story_before_it():
    body = parse_body("## One\n\na\n\n## Two\n\nb\n\n## Disclaimer\n\nc\n")
    assert [story.title for story in body.stories] == ["One", "Two"]
    assert [part.kind for part in body.stories[1].parts] == [PartKind.OTHER, PartKind.DISCLAIMER]


def test_stories_may_have_headings_of_any_level():
    assert [story.level for story in parse_body("### One\n\na\n\n#### Deep\n\n### Two\n").stories] == [3, 3]


def test_a_heading_that_says_more_than_its_label_is_a_title():
    for title in ("In-depth Summary", "The Honest Trade-offs", "Summary: what is new", "Links and more"):
        assert [story.title for story in parse_body(f"## {title}\n\ntext\n").stories] == [title]


def test_a_heading_underlined_by_dashes_is_a_story_but_a_labelled_line_or_a_paragraph_is_not():
    assert [story.title for story in parse_body("One\n---\n\na\n\nTwo\n---\n\nb\n").stories] == ["One", "Two"]
    text = "## One\n\n**Link:** [a](b)\n---\n\n" + "long words " * 30 + "\n---\n"
    body = parse_body(text)
    assert [story.title for story in body.stories] == ["One"]
    assert body.stories[0].part(PartKind.LINK).text == "[a](b)"


def test_a_heading_loses_its_closing_signs_and_a_tag_line_is_no_heading():
    assert [story.title for story in parse_body("## One ##\n\n## C#\n\n#newsletter-cta(x)\n").stories] == ["One", "C#"]


def test_what_looks_like_a_heading_in_a_fence_is_none():
    assert len(parse_body("## One\n\n```sh\n# comment\n## another\n**TLDR:** no\n```\n").stories) == 1
    assert len(parse_body("## One\n\n- item\n  ```\n## inside?\n").stories) == 2  # the item ends, its fence with it


# --- labels -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "kind", "shape"),
    [
        ("**Key takeaways:** a", "takeaways", LabelShape.BOLD),
        ("**Key takeaways**: a", "takeaways", LabelShape.BOLD),
        ("**Why do I care?** a", "care", LabelShape.BOLD),
        ("__Summary:__ a", "summary", LabelShape.BOLD),
        ("**Summary**", "summary", LabelShape.BOLD),
        ("**TL;DR:** a", "tldr", LabelShape.BOLD),
        ("Summary: a", "summary", LabelShape.PLAIN),
        ("Link:", "link", LabelShape.PLAIN),
        ("*Disclaimer: a*", "disclaimer", LabelShape.PLAIN),
        ("  Tradeoffs:", "tradeoffs", LabelShape.PLAIN),
        ("## TLDR;", "tldr", LabelShape.HEADING),
        ("### TLDR:", "tldr", LabelShape.HEADING),
        ("## 🔗 Links", "link", LabelShape.HEADING),
        ("## Why Do I Care?", "care", LabelShape.HEADING),
        ("## **Trade-offs:**", "tradeoffs", LabelShape.HEADING),
        ("Summary\n-------", "summary", LabelShape.HEADING),
        ("**Kluczowe wnioski:**", "takeaways", LabelShape.BOLD),
        ("**Kluczowe punkty:**", "takeaways", LabelShape.BOLD),
        ("Najważniejsze wnioski:", "takeaways", LabelShape.PLAIN),
        ("**NAJWAZNIEJSZE WNIOSKI:**", "takeaways", LabelShape.BOLD),
        ("**Podsumowanie:** a", "summary", LabelShape.BOLD),
        ("**Dlaczego mnie to obchodzi:** a", "care", LabelShape.BOLD),
        ("**Dlaczego mnie to interesuje?** a", "care", LabelShape.BOLD),
        ("### Dlaczego mnie to dotyczy", "care", LabelShape.HEADING),
        ("## Kompromisy", "tradeoffs", LabelShape.HEADING),
        ("Źródło: https://example.org", "link", LabelShape.PLAIN),
    ],
)
def test_labels_are_known_in_all_shapes_seen(line, kind, shape):
    part = parse_body(f"## Story\n\n{line}\n").stories[0].parts[0]
    assert (part.kind, part.shape) == (kind, shape)


@pytest.mark.parametrize(
    "line",
    [
        "**The problem:** a",
        "**Link** is the hero of the game",
        "Linking: a",
        "summary: a word in small letters",
        "The summary: a",
        "https://example.org: a",
        "Key takeaways are few",
        "**",
        "**:**",
        ":",
        "*",
    ],
)
def test_other_lines_are_no_labels(line):
    part = parse_body(f"## Story\n\n{line}\n").stories[0].parts[0]
    assert (part.kind, part.label, part.shape) == (PartKind.OTHER, "", LabelShape.NONE)


def test_labels_need_no_blank_line_before_them():
    text = "## Story\n**TLDR:** a\n**Summary:** b\nKey takeaways:\n- c\nTradeoffs:\n- d\nLink: [e](f)\n"
    assert kinds(text) == [["tldr", "summary", "takeaways", "tradeoffs", "link"]]


def test_a_plain_label_in_the_middle_of_a_paragraph_is_prose():
    assert kinds("## Story\n\nHe wrote this\nSummary: all is well.\n") == [["other"]]


def test_a_paragraph_after_a_tldr_on_its_own_line_is_another_part():
    assert kinds("## Story\n\n**TLDR:** a\n\nb\n\nc\n\n**Key takeaways:**\n- d\n") == [["tldr", "other", "takeaways"]]
    assert kinds("## Story\n\n**TLDR:**\n\na\n\nb\n") == [["tldr"]]


def test_the_links_under_a_links_label_belong_to_it():
    text = "## Story\n\n**Links:**\n\n- [a](b)\n- [c](d)\n\n**Link:** [e](f)\n\nwords after\n"
    assert kinds(text) == [["link", "link", "other"]]
    assert [len(part.links) for part in parse_body(text).stories[0].parts] == [2, 1, 0]


def test_a_sub_heading_begins_a_part_unless_it_is_under_a_label_of_its_own():
    text = "## Story\n\n**Summary:**\n\n### Inside\n\na\n\n### Beside\n\nb\n"
    parts = parse_body(text).stories[0].parts
    assert [(part.kind.value, part.label) for part in parts] == [("summary", "Summary"), ("other", "Beside")]
    assert kinds("# Story\n\n## Summary\n\na\n\n### Deeper\n\nb\n") == [["summary"]]


def test_every_label_of_the_table_is_found_and_no_label_has_two_kinds():
    seen = {}
    for language, of_kind in LABELS.items():
        for kind, names in of_kind.items():
            for name in names:
                found, languages = known_label(name)
                assert found is kind
                assert language in languages
                assert seen.setdefault(name.casefold(), kind) is kind
    assert known_label("TLDR")[1] == ("en", "pl")
    assert known_label("Perex") is None


# --- links ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[a](b)", [("a", "b")]),
        ("[[AINews] x](https://e.org/a)", [("[AINews] x", "https://e.org/a")]),
        ("[a](https://e.org/a_(b)_(c))", [("a", "https://e.org/a_(b)_(c)")]),
        ("[a](<b c>)", [("a", "b c")]),
        ("[a]( b 'c' )", [("a", "b")]),
        ("[a](b (c))", [("a", "b")]),
        ('[a](b "c" d)', []),
        ("[a](b c)", []),
        ("[a] (b)", []),
        ("[a]()", [("a", "")]),
        ("[a\nb](c)", [("a b", "c")]),
        ("[a](b&amp;c\\)d)", [("a", "b&c)d")]),
        ("[a](b?c=1&copy=2&#38;d)", [("a", "b?c=1&copy=2&d")]),
        ("[a](b&#" + "9" * 5000 + ";)", [("a", "b&#" + "9" * 5000 + ";")]),
        ("[a](b(c)", []),
        ("[a](<b)", []),
        ("[a](" + "(" * 33 + ")" * 33 + ")", []),
        ("\\[a](b)", []),
        ("[a\\](b)", []),
        ("![i](j)", [("i", "j")]),
        ("[![i](j)](k)", [("![i](j)", "k"), ("i", "j")]),
        ("[a [b](c) d](e)", [("b", "c")]),
        ("[a [b](c)] [d](e)", [("b", "c"), ("d", "e")]),
        ("`[a](b)`", []),
        ("``[a](b)` [c](d)", [("a", "b"), ("c", "d")]),
        ("`a` [c](d) `e`", [("c", "d")]),
        ("\\`[a](b)`", [("a", "b")]),
        ("<https://e.org/a>", [("https://e.org/a", "https://e.org/a")]),
        ("<me@e.org>", [("me@e.org", "mailto:me@e.org")]),
        ("<style> <a b>", []),
        ("[a][b]\n\n[b]: https://e.org 'T'", [("a", "https://e.org")]),
        ("[b][]\n\n[B]: <https://e.org>", [("b", "https://e.org")]),
        ("[b]\n\n[b]: c", [("b", "c")]),
        ("[b]\n\n[c]: d", []),
        ("[b][x]\n\n[c]: d", []),
        ("[" + "x" * 1000 + "]\n\n[c]: d", []),
        ("Link: https://e.org/a.", [("https://e.org/a", "https://e.org/a")]),
        ("** https://e.org/a", [("https://e.org/a", "https://e.org/a")]),
        ("(https://e.org/a_(b)) x", [("https://e.org/a_(b)", "https://e.org/a_(b)")]),
        ("https://e.org/a&lt; b", [("https://e.org/a", "https://e.org/a")]),
        ("see www.e.org!", [("www.e.org", "http://www.e.org")]),
        ("awww.e.org ftp://e.org xhttp://e.org http:// https://.", []),
        ("[https://a.org](https://b.org)", [("https://a.org", "https://b.org")]),
        ("[x] https://a.org/[b](c)", [("https://a.org/", "https://a.org/"), ("b", "c")]),
        ("`https://a.org` https://b.org", [("https://b.org", "https://b.org")]),
        ('<a href="https://a.org/x">', [("https://a.org/x", "https://a.org/x")]),
        ("HTTPS://A.org", [("HTTPS://A.org", "HTTPS://A.org")]),
        ("[a](https.daily.dev/b)", [("a", "https.daily.dev/b")]),
    ],
)
def test_links_are_found_as_github_finds_them(text, expected):
    assert links(text) == expected


def test_links_know_how_they_are_written():
    body = parse_body("[a](b) <cc:d> https://e.org [f]\n\n[f]: g\n")
    assert [link.kind for link in body.links] == [
        LinkKind.INLINE,
        LinkKind.AUTOLINK,
        LinkKind.BARE,
        LinkKind.REFERENCE,
    ]


def test_code_holds_no_links_and_a_link_ends_with_its_block():
    assert links("```\n[a](b) https://e.org\n```\n\n    [c](d)\n\n[e\n\nf](g)\n") == []
    assert links("- [a](b)\n- `x\n- y` [c](d)\n\n> [e](f)\n\n| [g](h) | i |\n| --- | --- |\n| j | k |\n") == [
        ("a", "b"),
        ("c", "d"),
        ("e", "f"),
        ("g", "h"),
    ]


# --- blocks -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\nb\n\nc", [("paragraph", "a\nb"), ("paragraph", "c")]),
        ("# a\nb", [("heading", "# a"), ("paragraph", "b")]),
        ("a\n===\nb", [("heading", "a\n==="), ("paragraph", "b")]),
        ("a\n- b\n- c", [("paragraph", "a"), ("list item", "- b"), ("list item", "- c")]),
        ("a\n2. b", [("paragraph", "a\n2. b")]),
        ("a\n1. b", [("paragraph", "a"), ("list item", "1. b")]),
        ("a\n-\nb", [("heading", "a\n-"), ("paragraph", "b")]),
        ("a\n+\nb", [("paragraph", "a\n+\nb")]),
        ("- a\n  - b\n  - c\n- d", [("list item", t) for t in ("- a", "  - b", "  - c", "- d")]),
        ("- a\nlazy\n\n  more\n\nout", [("list item", "- a\nlazy\n\n  more"), ("paragraph", "out")]),
        ("- ```\n  - x\n  ```\n- b", [("list item", "- ```\n  - x\n  ```"), ("list item", "- b")]),
        ("- a\n\n  ```\n  x\n\n  ```\n\nb", [("list item", "- a\n\n  ```\n  x\n\n  ```"), ("paragraph", "b")]),
        ("- a\n# b", [("list item", "- a"), ("heading", "# b")]),
        ("- a\n* * *\nb", [("list item", "- a"), ("break", "* * *"), ("paragraph", "b")]),
        ("-\ta\n\tb", [("list item", "-\ta\n\tb")]),
        ("-      a\n  b", [("list item", "-      a\n  b")]),
        ("- a\n\n\n", [("list item", "- a")]),
        ("***\n___\n- - -", [("break", "***"), ("break", "___"), ("break", "- - -")]),
        ("```py\n\n# a\n```\nb", [("fence", "```py\n\n# a\n```"), ("paragraph", "b")]),
        ("~~~\na\n```\n", [("fence", "~~~\na\n```\n")]),
        ("``` a`b", [("paragraph", "``` a`b")]),
        ("    a\n\n    b\n\nc", [("code", "    a\n\n    b"), ("paragraph", "c")]),
        ("\ta", [("code", "\ta")]),
        ("> a\nb\n>\nc", [("quote", "> a\nb\n>"), ("paragraph", "c")]),
        ("> a\n# b", [("quote", "> a"), ("heading", "# b")]),
        ("a\n> b", [("paragraph", "a"), ("quote", "> b")]),
        ("|a|b|\n|-|:-:|\n|c|\n\nd", [("table", "|a|b|\n|-|:-:|\n|c|"), ("paragraph", "d")]),
        ("x\na|b\n-|-\nc\n# d", [("paragraph", "x"), ("table", "a|b\n-|-\nc"), ("heading", "# d")]),
        ("a|b|c\n-|-", [("paragraph", "a|b|c\n-|-")]),
        ("a|b\n-|:", [("paragraph", "a|b\n-|:")]),
        ("[a]: b\n[c]: d", [("definition", "[a]: b"), ("definition", "[c]: d")]),
        ("[^a]: b", [("paragraph", "[^a]: b")]),
        ("a\r\nb\r\n\r\nc\rd", [("paragraph", "a\r\nb"), ("paragraph", "c\rd")]),
        ("<div>\n\na", [("paragraph", "<div>"), ("paragraph", "a")]),
        ("\u00a0", [("paragraph", "\u00a0")]),
    ],
)
def test_blocks_are_those_that_github_sees(text, expected):
    assert blocks(text) == expected


def test_list_items_know_their_depth_and_headings_their_level():
    body = parse_body("- a\n  - b\n    1. c\n  - d\n- e\n\n### f\n")
    assert [block.level for block in body.blocks] == [0, 1, 2, 1, 0, 3]


def test_the_prose_of_a_block_is_without_marker_label_and_quote_sign():
    body = parse_body("**TLDR:** a b\n\n- c\n\n> d\n> > e\n\nf\n")
    assert [block.prose for block in body.blocks] == ["a b", "c", " d\n e", "f"]
    assert [block.word_count for block in body.blocks] == [2, 1, 2, 1]


# --- anything at all ---------------------------------------------------------------------------------------------

PIECES = [
    "# ",
    "## ",
    "### TLDR\n",
    "**TLDR:** ",
    "**Summary:**\n",
    "Link: ",
    "---\n",
    "===\n",
    "- ",
    "  - ",
    "1. ",
    "> ",
    "```\n",
    "~~~",
    "`",
    "[",
    "](",
    ")",
    "![",
    "]",
    "<",
    ">",
    "https://e.org",
    "www.e.org",
    "[a]: b\n",
    "\n",
    "\n\n",
    "\r\n",
    "\r",
    "\t",
    "    ",
    "\\",
    "*",
    "_",
    "|",
    "\x00",
    "ą",
    "😀",
    "a: b\n",
]
MARKDOWN = st.lists(
    st.one_of(
        st.sampled_from(PIECES),
        st.text(max_size=6),
    ),
    max_size=40,
).map("".join)


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        MARKDOWN,
        st.text(),
        MARKDOWN.map(lambda text: f"---\ntitle: a\n---\n{text}"),
        MARKDOWN.map("---\n{0}\n---\n{0}".format),
    )
)
def test_parsing_never_raises_and_every_place_points_to_its_text(text):
    document = Document.parse(text)
    data = document.to_bytes()
    codec = document.source.decoded.encoding
    assert document.stories
    for story in (document.preamble, *document.stories):
        for element in (story, *story.parts, *story.links):
            place = element.place
            raw = document.source.text[element.start : element.end]
            assert data[place.offset : place.end].decode(codec, "surrogateescape") == raw
            assert place.line >= 1 and place.column >= 1
    assert document.language in ("", "en", "pl")
    assert document.word_count >= 0
    _assert_blocks_hold_every_line(document)


def _assert_blocks_hold_every_line(document):
    end = document.content.start
    for block in document.blocks:
        assert not document.source.text[end : block.start].strip(" \t\r\n")
        assert block.start >= end and block.text.strip(" \t\r\n")
        end = block.end
        assert block.language in ("", "en", "pl")
        assert isinstance(block.prose, str)
    assert not document.source.text[end:].strip(" \t\r\n")


@settings(max_examples=200, deadline=None)
@given(MARKDOWN)
def test_parts_and_stories_do_not_overlap_and_stay_in_order(text):
    body = parse_body(text)
    end = 0
    for story in (body.preamble, *body.stories):
        if story.end > story.start:
            assert story.start >= end
            end = story.end
        inner = story.heading_end
        for part in story.parts:
            assert inner <= part.start <= part.text_start <= part.end <= story.end
            inner = part.end
    assert [link.start for link in body.links] == sorted(link.start for link in body.links)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_parsing_never_raises_on_bytes(data):
    document = Document.parse(data)
    assert document.stories[0].place.end <= len(data)


HOSTILE = {
    "brackets": "[" * 4_000,
    "image brackets": "![" * 50_000,
    "stars": "*" * 100_000,
    "underscores": "_" * 100_000,
    "backticks": "`" * 100_000,
    "runs of backticks": " ".join("`" * count for count in range(1, 440)),
    "quotes": ">" * 100_000,
    "quote lines": "> " * 3_000 + "a\n" + ">\n" * 20_000,
    "nested list": "".join("  " * depth + "- a\n" for depth in range(440)),
    "markers": "- " * 50_000 + "a",
    "open links": "[a](" * 25_000,
    "nested links": "[" * 30_000 + "a" + "](b)" * 17_000,
    "nested images": "![" * 20_000 + "a" + "](b)" * 15_000,
    "open images before links": "![" * 20_000 + "[a](b)" * 8_000,
    "references": "[a]" * 33_000 + "\n\n[a]: b\n",
    "addresses": "http://" * 14_000,
    "parentheses": "http://x" + ")" * 90_000,
    "frontmatter without end": "---\n" + "a: b\n" * 20_000,
    "the same with CRLF": "---\r\n" + "a b : \r\n" * 12_000,
    "rules": "---\n" * 25_000,
    "pipes": "|-" * 25_000 + "\n" + "|-" * 25_000,
    "fences": "- ```\n" * 16_000,
    "headings": "# a\n" * 25_000,
    "a heading of brackets": "# " + "[[" * 25_000 + "](" * 20_000,
    "a heading of escaped brackets": "# ](" + "\\[" * 45_000,
    "bold blanks": "**" + " " * 90_000,
    "backslashes": "\\" * 100_000,
    "angles": "<" * 100_000,
    "blanks": "\t " * 50_000,
    "line ends": "\r" * 100_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_takes_linear_time(name):
    with assert_cpu_seconds(2):  # for 100 kB; quadratic walks take minutes
        document = Document.parse(HOSTILE[name])
        _ = document.blocks, document.body_language, document.word_count, [link.text for link in document.links]


# --- the real articles -------------------------------------------------------------------------------------------


@needs_corpus
def test_the_real_articles_have_stories_with_known_parts():
    parts, stories = Counter(), 0
    for path in sorted((CORPUS / "articles").glob("*.md")):
        document = Document.parse(path.read_bytes(), name=path.name)
        assert document.frontmatter, path.name
        for story in document.stories:
            stories += 1
            parts.update({part.kind for part in story.parts})
    assert stories >= 630
    assert parts[PartKind.TLDR] >= 500
    assert parts[PartKind.TAKEAWAYS] >= 560
    assert parts[PartKind.LINK] >= 580
    assert parts[PartKind.SUMMARY] >= 470
    assert parts[PartKind.CARE] + parts[PartKind.TRADEOFFS] >= 400


@needs_corpus
def test_the_links_of_a_nested_title_are_whole():
    path = CORPUS / "articles" / "2026-06-16-satya-loopcraft-fable-export-control-agent-harness.md"
    document = Document.parse(path.read_bytes())
    targets = {link.target for story in document.stories for link in story.part(PartKind.LINK).links}
    assert all(target.startswith("https://") for target in targets)
    assert all(link.text.startswith("[AINews] ") for story in document.stories for link in story.links[-1:])


@pytest.mark.parametrize("body", ["#", "# ", "## A title", "## A title\n\n"])
def test_a_heading_and_nothing_else_is_one_story_with_one_empty_part(body):
    (story,) = Document.parse(body).stories
    assert [(part.kind, part.text) for part in story.parts] == [(PartKind.OTHER, "")]


def test_a_frontmatter_key_knows_its_place_in_the_bytes():
    data = '---\ntitle: "Żółw"\nslug: "turtle"\n---\n\nText.\n'.encode()
    document = Document.parse(data)
    place = document.place_of("slug")
    assert (place.line, place.column) == (3, 1)
    assert data[place.offset : place.end] == b'slug: "turtle"\n'
    assert document.place_of("excerpt") is None
    assert Document.parse("Text.").place_of("slug") is None
