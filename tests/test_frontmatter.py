"""Frontmatter: bytes to text, text to typed values with places, problems, and edits of one key."""

import datetime
from pathlib import Path

import frontmatter as python_frontmatter
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from editorial.frontmatter import (
    Frontmatter,
    FrontmatterError,
    date_of,
    decode,
    missing,
    position,
    problems,
    read,
    tags_of,
    with_key,
    with_value,
)

from .pace import assert_cpu_seconds

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"
GOOD = Path(__file__).resolve().parents[1] / "fixtures" / "articles" / "good"
ARTICLE = """---
# about the file
title: 'It''s "here"'   # keep
"excerpt": "One\\ttwo"

publishedAt: 2026-05-31
slug: plain-slug
hashtags: "#AI #ai, #Rust#c++ #generated #PL"
rating: 4
---
Body with --- and title: x
"""


def yaml(block: str) -> Frontmatter:
    return read(f"---\n{block}\n---\nbody\n")


# ---- bytes and text


@pytest.mark.parametrize(
    ("data", "text", "encoding"),
    [
        (b"", "", "utf-8"),
        ("żółw".encode(), "żółw", "utf-8"),
        (b"\xef\xbb\xbfabc", "abc", "utf-8"),
        (b"\xff\xfea\x00b\x00", "ab", "utf-16-le"),
        (b"\xfe\xff\x00a\x00b", "ab", "utf-16-be"),
        ("---\ntitle: x\n".encode("utf-16-le"), "---\ntitle: x\n", "utf-16-le"),
        ("---\ntitle: x\n".encode("utf-16-be"), "---\ntitle: x\n", "utf-16-be"),
        ("Zażółć gęślą jaźń, żółw był mały".encode("cp1250"), "Zażółć gęślą jaźń, żółw był mały", "cp1250"),
        ("À la fin, ça va très bien".encode("cp1252"), "À la fin, ça va très bien", "cp1252"),
        ("über “alles”".encode("cp1252"), "über “alles”", "cp1252"),
        (b"\x81\x8d\x8f\x90\x9d", "\x81\x8d\x8f\x90\x9d", "latin-1"),
        ("zażółć ".encode() + b"\xff", "zażółć \udcff", "utf-8"),
        (b"\xff\xfe\x00\xd8", "ÿþ\x00Ø", "cp1252"),
    ],
)
def test_bytes_are_decoded_by_mark_zero_bytes_or_letters(data: bytes, text: str, encoding: str) -> None:
    decoded = decode(data)
    assert (decoded.text, decoded.encoding) == (text, encoding)
    assert decoded.encode() == data


@settings(max_examples=300)
@given(st.binary() | st.text().map(lambda text: text.encode("utf-8", "surrogatepass")))
@example(b"\xef\xbb\xbf\xc4\x85\xff")
@example(b"\xff\xfea")
@example(b"\xfe\xff\xd8\x00\x00a")
def test_decoding_and_encoding_gives_the_same_bytes_for_any_bytes(data: bytes) -> None:
    assert decode(data).encode() == data


def test_a_wrong_byte_has_a_place() -> None:
    assert decode("żaba ".encode() + b"\x80").broken_at == 5
    assert decode("żaba".encode()).broken_at == -1


def test_an_edit_that_the_old_encoding_has_no_letters_for_becomes_utf_8() -> None:
    decoded = decode("très bien".encode("cp1252"))
    assert decoded.encode("très mal") == "très mal".encode("cp1252")
    assert decoded.encode("żółw") == "żółw".encode()


# ---- reading


def test_values_are_typed_and_know_their_place() -> None:
    front = read(ARTICLE)
    assert [entry.key for entry in front.entries] == ["title", "excerpt", "publishedAt", "slug", "hashtags", "rating"]
    title = front.entries[0]
    assert (title.value, title.raw, title.line) == ('It\'s "here"', "'It''s \"here\"'", 3)
    assert ARTICLE[title.start : title.end] == title.source == "title: 'It''s \"here\"'   # keep\n"
    assert ARTICLE[title.value_start : title.value_end] == title.raw
    assert ARTICLE[front.body_start :] == "Body with --- and title: x\n"
    assert front.title == 'It\'s "here"'
    assert front.excerpt == "One\ttwo"
    assert front.slug == "plain-slug"
    assert front.source_pattern == ""
    assert front.date == datetime.date(2026, 5, 31)
    assert front.tags == ("AI", "Rust", "c++", "generated", "PL")
    assert front.subject_tags == ("AI", "Rust", "c++")
    assert front.is_generated
    assert front.language_tag == "pl"
    assert front.extra == {"rating": 4}
    assert front.get("rating") == 4
    assert front.get("absent", "default") == "default"


@pytest.mark.parametrize(
    ("source", "tags"),
    [
        ('"#a #b"', ("a", "b")),
        ("'#a, #b;#c'", ("a", "b", "c")),
        ("a b", ("a", "b")),
        ("machine learning, ai", ("machine learning", "ai")),
        ('["#a", b, "#A"]', ("a", "b")),
        ('\n  - "#a"\n  - b c', ("a", "b c")),
        ('\n- "#a"', ("a",)),
        ("[2026, 1.5, a]", ("2026", "1.5", "a")),
        ('"#c# #f#"', ("c#", "f#")),
        ('"#ai#llm"', ("ai", "llm")),
        ('"#"', ()),
        ("", ()),
        ("{a: b}", ()),
    ],
)
def test_hashtags_are_read_in_every_shape(source: str, tags: tuple[str, ...]) -> None:
    assert yaml(f"hashtags: {source}").tags == tags


@pytest.mark.parametrize(
    ("source", "date"),
    [
        ('"2026-05-31"', (2026, 5, 31)),
        ("2026-05-31", (2026, 5, 31)),
        ("2026-05-31 23:30:00", (2026, 5, 31)),
        ("2026-05-31T23:30:00Z", (2026, 5, 31)),
        ('"2026-05-31T23:30:00+02:00"', (2026, 5, 31)),
        ("' 2026-05-31 '", (2026, 5, 31)),
        ("2026-13-45", None),
        ("2026-05-31 10:00:00 +99:99", None),
        ("soon", None),
        ("", None),
        ("5", None),
    ],
)
def test_a_date_is_read_in_every_shape(source: str, date: tuple[int, int, int] | None) -> None:
    assert yaml(f"publishedAt: {source}").date == (datetime.date(*date) if date else None)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("yes", True),
        ("~", None),
        ("0x1F", 31),
        ("1.5", 1.5),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("1" * 41, "1" * 41),
        ("'1'", "1"),
        ("! 1", "1"),
        ("!!str 1", "1"),
        ("!!int one", "one"),
        ("!!timestamp x", "x"),
        ("!!binary aGk=", "aGk="),
        ("!!set {a, b}", {"a": None, "b": None}),
        ("2026-01-01T10:00:00Z", "2026-01-01T10:00:00+00:00"),
        ("[2026-01-01, [1]]", ["2026-01-01", [1]]),
        ("{1: a, true: {<<: b}}", {"1": "a", "true": {"<<": "b"}}),
        ("\n  - a: b\n    c: d", [{"a": "b", "c": "d"}]),
        ("|\n  one\n  two", "one\ntwo\n"),
        (">-\n  one\n  two", "one two"),
    ],
)
def test_unknown_keys_are_kept_as_values_that_json_can_hold(source: str, value: object) -> None:
    assert yaml(f"x: {source}").extra == {"x": value}


def test_a_scalar_of_another_type_is_shown_as_it_is_written() -> None:
    front = yaml("title: 0012\nexcerpt: yes\nslug: [a]\nsource_pattern:")
    assert (front.title, front.excerpt, front.slug, front.source_pattern) == ("0012", "yes", "", "")


def test_line_ends_of_windows_and_a_file_that_ends_with_the_fence_are_read() -> None:
    text = "--- \r\ntitle: 'a'\r\nslug: b\r\n---"
    front = read(text)
    assert (front.title, front.slug, front.newline) == ("a", "b", "\r\n")
    assert front.entries[0].source == "title: 'a'\r\n"
    assert front.body_start == len(text)


def test_an_empty_block_and_one_closed_by_dots_are_read() -> None:
    assert read("---\n---\nx").entries == ()
    assert read("---\n# only a comment\n---\nx").entries == ()
    assert read("---\ntitle: a\n...\n---\nx").body_start == 17


def test_yaml_between_braces_is_read() -> None:
    front = read("---\n{title: a, hashtags: ['#x']}\n---\n")
    assert front.flow
    assert front.tags == ("x",)


def test_toml_is_read_with_places() -> None:
    text = (
        '+++\ntitle = "A \\"b\\""   # note\npublishedAt = 2026-05-31\nhashtags = [\n  "#a", # [first]\n  "#b",\n]\n'
        'a.b = 1\n"odd key" = \'x\'\nlong = """\none\n"two" """\n\n[extra]\nn = inf\n[extra.deep]\nm = [{x = 1}]\n'
        "[[list]]\nk = 1\n[[list]]\nk = 2\n+++\nbody"
    )
    front = read(text)
    keys = ["title", "publishedAt", "hashtags", "a.b", "odd key", "long", "extra", "list"]
    assert [entry.key for entry in front.entries] == keys
    assert front.date == datetime.date(2026, 5, 31)
    assert front.tags == ("a", "b")
    assert front.entries[0].raw == '"A \\"b\\""'
    assert front.entries[2].raw == '[\n  "#a", # [first]\n  "#b",\n]'
    assert front.get("extra") == {"n": "inf", "deep": {"m": [{"x": 1}]}}
    assert text[front.body_start :] == "body"
    assert text[front.insert_at :].startswith("[extra]")


@pytest.mark.parametrize(
    "text",
    [
        '{"title": "a", "n": [1, 1.5, NaN, 1e999], "d": "2026-05-31"}\nbody',
        '---json\n{\n"title": "a",\n"n": [1, 1.5, NaN, 1e999],\n"d": "2026-05-31"\n}\n---\nbody',
    ],
)
def test_json_is_read_with_places(text: str) -> None:
    front = read(text)
    assert front.style == "json"
    assert front.title == "a"
    assert front.get("n") == [1, 1.5, "NaN", "1e999"]
    assert text[front.body_start :] == "body"
    entry = front.entries[0]
    assert text[entry.start : entry.end] == '"title": "a"'


@pytest.mark.parametrize(
    ("text", "cause", "line"),
    [
        ("", "no-frontmatter", 1),
        ("text", "no-frontmatter", 1),
        ("\n---\ntitle: x\n---\n", "no-frontmatter", 1),
        ("----\ntitle: x\n----\n", "no-frontmatter", 1),
        ("{curly} text", "no-frontmatter", 1),
        ("---\ntitle: x\n", "missing-closing-fence", 1),
        ("+++\nx = 1\n", "missing-closing-fence", 1),
        ("---\ntitle: 'it's'\n---\n", "yaml-syntax", 2),
        ("---\ntitle: a\nhashtags: [#a, #b]\n---\n", "yaml-syntax", 4),
        ("---\ntitle: a\n\tb: c\n---\n", "yaml-syntax", 3),
        ("---\ntitle: a: b\n---\n", "yaml-syntax", 2),
        ("---\ntitle: a\n--- b\n---\n", "yaml-syntax", 3),
        ("---\n%TAG ! x\n---\n", "yaml-syntax", 3),
        ("---\n- a\n---\n", "not-a-mapping", 2),
        ("---\njust words\n---\n", "not-a-mapping", 2),
        ("---\na: 1\nb: 2\na: 3\n---\n", "duplicate-key", 4),
        ("---\nx: {a: 1, a: 2}\n---\n", "duplicate-key", 2),
        ("---\n[a]: 1\n---\n", "bad-key", 2),
        ("---\n? {a: b}\n: 1\n---\n", "bad-key", 2),
        ("---\n'': 1\n---\n", "bad-key", 2),
        ("---\nx: &a 1\n---\n", "alias", 2),
        ("---\nx: *a\n---\n", "alias", 2),
        ("---\n&a x: 1\n---\n", "alias", 2),
        ("---\nx: !!python/object/apply:os.system [ls]\n---\n", "unsafe-tag", 2),
        ("---\nx: [1, !foo bar]\n---\n", "unsafe-tag", 2),
        ("---\n!foo\nx: 1\n---\n", "unsafe-tag", 2),
        ("---\ntitle: a\x00b\n---\n", "control-character", 2),
        ("---\ntitle: a\nslug: \ud800\n---\n", "control-character", 3),
        ("---\nx: " + "[" * 30 + "]" * 30 + "\n---\n", "too-deep", 2),
        ("---\nx: " + "y" * 40_000 + "\n---\n", "too-large", 1),
        ("+++\na = 1\na = 2\n+++\n", "duplicate-key", 3),
        ("+++\na = \n+++\n", "toml-syntax", 2),
        ("+++\na = " + "[" * 30 + "]" * 30 + "\n+++\n", "too-deep", 2),
        ("+++\na = " + "[" * 3000 + "\n+++\n", "too-deep", 2),
        ("+++\n" + "a." * 100 + "b = 1\n+++\n", "too-deep", 2),
        ('{"a": 1', "json-syntax", 1),
        ('{"a": 1,}', "json-syntax", 1),
        ('{"a" 1}', "json-syntax", 1),
        ('{"a": 1} body', "json-syntax", 1),
        ('{\n"a": nope}', "json-syntax", 2),
        ('{"a": 1, "a": 2}', "duplicate-key", 1),
        ('{"a": ' + "[" * 5000, "too-deep", 1),
        ('{"a": ' + "[" * 30 + "]" * 30 + "}", "too-deep", 1),
        ("---json\n[1]\n---\n", "json-syntax", 2),
        ('---json\n{"a": 1} x\n---\n', "json-syntax", 2),
        ('---json\n{"a": 1}\n', "missing-closing-fence", 1),
    ],
)
def test_what_cannot_be_read_is_named_by_cause_and_line(text: str, cause: str, line: int) -> None:
    with pytest.raises(FrontmatterError) as caught:
        read(text)
    assert (caught.value.cause, caught.value.line) == (cause, line)
    assert caught.value.message.endswith(".")


def test_an_error_knows_its_column_and_key() -> None:
    with pytest.raises(FrontmatterError) as caught:
        read("---\ntitle: a\nx: [1, *b]\n---\n")
    assert (caught.value.line, caught.value.column, caught.value.key) == (3, 8, "x")
    assert position("ab\ncd", 4) == (2, 2)


HOSTILE = {
    "alias bomb": "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30)),
    "merge keys": "a: {<<: {<<: {<<: {}}}}\n" * 500,
    "100k flow levels": "x: " + "[" * 30_000,
    "block levels": "\n".join(" " * n + "a:" for n in range(240)),
    "dashes": "x: " + "- " * 15_000,
    "questions": "? " * 15_000,
    "base 60": "x: 1" + ":59" * 10_000,
    "hex": "x: 0x" + "f" * 30_000,
    "digits": "x: " + "9" * 30_000,
    "spaces and a hash": "title: x" + " " * 30_000 + "#a",
    "spaces before a word": "title:" + " " * 30_000 + "x",
    "hashes": "hashtags: " + "#a " * 10_000,
    "doubled quotes": "title: " + "'" * 30_001,
    "backslashes": 'title: "' + "\\" * 30_001 + '"',
    "many keys": "\n".join(f"k{n}: {n}" for n in range(3_000)),
    "dots": "x: " + "." * 30_000 + "inf",
    "comments": "#c\n" * 10_000,
    "late line breaks": "title: a\u2028b\u0085c\u2029: d",
    "two surrogates": "title: \ud83d\ude00",
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("fence", ["---", "+++", "---json"])
def test_hostile_blocks_end_soon_and_raise_nothing_else(name: str, fence: str) -> None:
    with assert_cpu_seconds(0.5):
        try:
            front = read(f"{fence}\n{HOSTILE[name]}\n{fence[:3]}\n")
            problems(front), missing(front), front.tags, front.extra, front.date
        except FrontmatterError as error:
            assert error.line >= 1


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from([*"-#:'\"[]{}|>&*!%@`,?\\ \t\n\r.=+~0a\u2028\x00\ud800", "title: ", "- ", "\n", "!!"])))
def test_reading_anything_raises_frontmatter_errors_only(pieces: list[str]) -> None:
    block = "".join(pieces)
    for text in (f"---\n{block}\n---\n", f"+++\n{block}\n+++\n", "{" + block, "---json\n{" + block + "}\n---\n", block):
        try:
            front = read(text)
        except FrontmatterError:
            continue
        problems(front), missing(front), front.extra, front.tags, front.title
        for entry in front.entries:
            assert text[entry.start : entry.end] == entry.source
            assert text[entry.value_start : entry.value_end] == entry.raw


def real_files() -> list[Path]:
    return [path for folder in ("articles", "seed", "regenerated") for path in sorted((CORPUS / folder).rglob("*.md"))]


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real articles is not at hand")
def test_real_articles_read_as_python_frontmatter_reads_them_and_lack_nothing() -> None:
    for path in real_files():
        text = decode(path.read_bytes()).text
        front = read(text)
        assert {entry.key: entry.value for entry in front.entries} == python_frontmatter.parse(text)[0]
        assert missing(front) == () and problems(front) == ()


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real articles is not at hand")
def test_a_value_of_a_real_article_set_to_itself_changes_no_byte() -> None:
    for path in real_files():
        text = decode(path.read_bytes()).text
        front = read(text)
        for entry in front.entries:
            assert with_value(text, entry.key, entry.value) == text
        assert with_value(text, "hashtags", front.tags) == text


def test_the_good_fixtures_lack_nothing() -> None:
    for path in sorted(GOOD.glob("*.md")):
        front = read(decode(path.read_bytes()).text)
        assert missing(front) == () and problems(front) == ()


# ---- what is missing or wrong


def test_required_keys_without_a_value_are_missing() -> None:
    assert missing(yaml("excerpt: x")) == ("title", "publishedAt", "slug", "hashtags")
    assert missing(yaml("title: ''\npublishedAt:\nslug: a\nhashtags: []")) == ("title", "publishedAt", "hashtags")


@pytest.mark.parametrize(
    ("block", "cause", "key", "line"),
    [
        ("x: 1\ntitle: [a]", "wrong-type", "title", 3),
        ("title: {a: b}", "wrong-type", "title", 2),
        ("slug: 12", "wrong-type", "slug", 2),
        ("slug: 2026-05-31", "wrong-type", "slug", 2),
        ("excerpt: yes", "wrong-type", "excerpt", 2),
        ("hashtags: 5", "wrong-type", "hashtags", 2),
        ("hashtags: [{a: b}]", "wrong-type", "hashtags", 2),
        ("publishedAt: 2026-13-45", "bad-date", "publishedAt", 2),
        ("publishedAt: [2026-05-31]", "bad-date", "publishedAt", 2),
        ("hashtags: #a #b", "bare-hash", "hashtags", 2),
        ("hashtags: ai #llm", "bare-hash", "hashtags", 2),
        ("hashtags:\n  - a\n  - #b", "bare-hash", "hashtags", 4),
        ("hashtags:\n  #a #b", "bare-hash", "hashtags", 3),
        ("title: Weekly #5", "bare-hash", "title", 2),
    ],
)
def test_a_wrong_value_is_named_by_cause_key_and_line(block: str, cause: str, key: str, line: int) -> None:
    (problem,) = problems(yaml(block))
    assert (problem.cause, problem.key, problem.line) == (cause, key, line)
    assert problem.message.endswith(".")


@pytest.mark.parametrize(
    "block",
    [
        "title: a # note",
        "title: 'a #5'",
        "title: C# and F#",
        "title:\nslug:",
        "x: #a",
        "title: a\n#slug: b",
        "hashtags: ['#a']",
        "title: |\n  a #b\n  #c",
    ],
)
def test_harmless_spellings_are_no_problem(block: str) -> None:
    assert problems(yaml(block)) == ()


def test_dates_and_tags_of_values_that_are_none_are_empty() -> None:
    assert date_of(None) is None and tags_of(None) == ()
    assert date_of(datetime.datetime(2026, 5, 31, 23)) == datetime.date(2026, 5, 31)


# ---- edits


@pytest.mark.parametrize(
    ("entry", "key", "value", "expected"),
    [
        ("title: 'a'  # c", "title", "it's", "title: 'it''s'  # c"),
        ('title: "a"', "title", 'say "x"\n', 'title: "say \\"x\\"\\n"'),
        ("title: a", "title", "b c", "title: b c"),
        ("title: a", "title", "b: c", 'title: "b: c"'),
        ("title: a", "title", "12", 'title: "12"'),
        ("title: a", "title", "x #y", 'title: "x #y"'),
        ("title: a", "title", "", 'title: ""'),
        ("title: 'a'", "title", "two\nlines", 'title: "two\\nlines"'),
        ("title:", "title", "x", 'title: "x"'),
        ("title: # none", "title", "x", 'title: "x" # none'),
        ("title: 'a'", "title", "a\u2028b", "title: 'a\u2028b'"),
        ('title: "a"', "title", "a\u2028b", 'title: "a\\u2028b"'),
        ("t: |\n  a\n  b", "t", "c\n\nd\n", "t: |\n  c\n\n  d"),
        ("t: >-\n  a", "t", "b", "t: >-\n  b"),
        ("t: |\n  a", "t", "b", 't: "b"'),
        ("publishedAt: 2026-01-01", "publishedAt", datetime.date(2026, 5, 31), "publishedAt: 2026-05-31"),
        ("publishedAt: '2026-01-01'", "publishedAt", datetime.date(2026, 5, 31), "publishedAt: '2026-05-31'"),
        ("n: 1", "n", 2, "n: 2"),
        ("n: '1'", "n", True, "n: true"),
        ("n: 1", "n", {"a": [1, None]}, 'n: {"a": [1, null]}'),
        ("hashtags: '#a #b'", "hashtags", ("c", "#d"), "hashtags: '#c #d'"),
        ("hashtags: '#a, #b'", "hashtags", ("c", "d"), "hashtags: '#c, #d'"),
        ("hashtags: a b", "hashtags", ("c", "d"), "hashtags: c d"),
        ("hashtags: ''", "hashtags", ("c", "d"), "hashtags: '#c #d'"),
        ("hashtags: ['#a', '#b']", "hashtags", ("c", "d"), "hashtags: ['#c', '#d']"),
        ("hashtags: [a]", "hashtags", ("c", "d"), "hashtags: [c, d]"),
        ("hashtags: []", "hashtags", ("c",), 'hashtags: ["#c"]'),
        ('hashtags:\n  - "#a"\n  - x', "hashtags", ("c", "d"), 'hashtags:\n  - "#c"\n  - "#d"'),
        ("hashtags:\n- a", "hashtags", ("c", "d"), "hashtags:\n- c\n- d"),
        ("hashtags:\n  - a", "hashtags", (), "hashtags:\n  []"),
        ("hashtags: '#a'", "hashtags", ("two words",), 'hashtags: ["#two words"]'),
        ("hashtags: '#a'", "hashtags", "#b", "hashtags: '#b'"),
        ("list: [a, b]", "list", ["c: d", 1], 'list: ["c: d", 1]'),
    ],
)
def test_one_value_is_set_in_its_old_spelling(entry: str, key: str, value: object, expected: str) -> None:
    text = f"---\n# first\na0: 1\n{entry}\n\nz: 'last'\n---\nbody"
    assert with_value(text, key, value) == f"---\n# first\na0: 1\n{expected}\n\nz: 'last'\n---\nbody"


@pytest.mark.parametrize(
    ("text", "key", "value", "expected"),
    [
        ("---\na: x\n---\n", "b", "y", '---\na: x\nb: "y"\n---\n'),
        ("---\na: 'x'\n---\n", "b", "y", "---\na: 'x'\nb: 'y'\n---\n"),
        ("---\r\na: x\r\n---\r\n", "b", 5, "---\r\na: x\r\nb: 5\r\n---\r\n"),
        ("---\n---", "hashtags", ["a", "b"], '---\nhashtags: "#a #b"\n---'),
        ("---\n  a: x\n---\n", "b", "y", '---\n  a: x\n  b: "y"\n---\n'),
        ("---\na: x\n---\n", "odd: key", "y", '---\na: x\n"odd: key": "y"\n---\n'),
        ("---\na: x\n---\n", "publishedAt", datetime.date(2026, 5, 31), '---\na: x\npublishedAt: "2026-05-31"\n---\n'),
        ("---\n{a: x}\n---\n", "b", "y", '---\n{a: x, b: "y"}\n---\n'),
        ('{"a": 1}\n', "b", ["y"], '{"a": 1, "b": ["y"]}\n'),
        ('{\n  "a": 1,\n  "b": 2\n}\n', "c", "é", '{\n  "a": 1,\n  "b": 2,\n  "c": "é"\n}\n'),
        ('---json\n{"a": 1}\n---\n', "a", "x", '---json\n{"a": "x"}\n---\n'),
        ("{}\n", "b", "y", '{"b": "y"}\n'),
        ("+++\na = 1\n[t]\nx = 1\n+++\n", "b", "y", '+++\na = 1\nb = "y"\n[t]\nx = 1\n+++\n'),
        ("+++\na = 'x'\n+++\n", "a", "y", "+++\na = 'y'\n+++\n"),
        ("+++\na = 'x'\n+++\n", "a", "it's", '+++\na = "it\'s"\n+++\n'),
        ("+++\na = 1\n+++\n", "publishedAt", datetime.date(2026, 5, 31), "+++\na = 1\npublishedAt = 2026-05-31\n+++\n"),
        ("+++\na = 1\n+++\n", "a", {"b": ["c", {"d": 2}]}, '+++\na = {"b" = ["c", {"d" = 2}]}\n+++\n'),
        ("+++\na = ['x']\n+++\n", "a", ["y", 2], "+++\na = ['y', 2]\n+++\n"),
    ],
)
def test_a_value_is_added_or_set_in_every_format(text: str, key: str, value: object, expected: str) -> None:
    assert with_value(text, key, value) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("---\na: 1\nb:\n  - x # c\n# rest\nc: 2\n---\n", "---\na: 1\n# rest\nc: 2\n---\n"),
        ("---\nb: |\n  x\n---\n", "---\n---\n"),
        ("---\n{a: 1, b: 2}\n---\n", "---\n{a: 1}\n---\n"),
        ("---\n{b: 2, a: 1}\n---\n", "---\n{a: 1}\n---\n"),
        ('{\n  "b": 1,\n  "a": 2\n}\n', '{\n  "a": 2\n}\n'),
        ('{"b": 1}\n', "{}\n"),
        ("+++\na = 1\nb = [\n 2\n]\nc = 3\n+++\n", "+++\na = 1\nc = 3\n+++\n"),
        ("+++\na = 1\n[b]\nx = 1\n+++\n", "+++\na = 1\n+++\n"),
        ("---\na: 1\n---\n", "---\na: 1\n---\n"),
    ],
)
def test_none_removes_a_key(text: str, expected: str) -> None:
    assert with_value(text, "b", None) == expected


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("---\na: 1\n---\n", object()),
        ("---\na: 1\n---\n", float("nan")),
        ("---\na: 1\n---\n", "\ud800"),
        ("+++\na = 1\n+++\n", [None]),
    ],
)
def test_a_value_without_a_faithful_spelling_is_refused(text: str, value: object) -> None:
    with pytest.raises(FrontmatterError) as caught:
        with_value(text, "a", value)
    assert (caught.value.cause, caught.value.key) == ("cannot-set", "a")


def test_setting_a_key_in_broken_frontmatter_raises_its_error() -> None:
    with pytest.raises(FrontmatterError, match="does not begin"):
        with_value("no frontmatter", "title", "x")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("---\ndate: 2026-05-31 # d\nb: 1\n---\n", "---\nday: 2026-05-31 # d\nb: 1\n---\n"),
        ("---\n'date': x\n---\n", "---\n'day': x\n---\n"),
        ('{"date": 1}\n', '{"day": 1}\n'),
        ("+++\ndate = 1\n+++\n", "+++\nday = 1\n+++\n"),
        ("---\nb: 1\n---\n", "---\nb: 1\n---\n"),
    ],
)
def test_a_key_is_renamed_where_it_stands(text: str, expected: str) -> None:
    assert with_key(text, "date", "day") == expected


def test_a_key_is_not_renamed_to_one_that_is_there() -> None:
    with pytest.raises(FrontmatterError) as caught:
        with_key("---\na: 1\nb: 2\n---\n", "a", "b")
    assert caught.value.cause == "cannot-set"


STYLES = [
    "title: 'x' # c",
    'title: "x"',
    "title: x",
    "title: |\n  x",
    "title:",
    "title: [a, b]",
    "other: 1",
    "title: >\n x",
]
VALUES = (
    st.text(st.characters(exclude_categories=["Cs"]))
    | st.text("ab'\"#: \n-[]{},&*!|>%@`\\\t\r")
    | st.integers(-(10**9), 10**9)
    | st.booleans()
    | st.dates()
    | st.lists(st.text("ab'\"#: ,-"), max_size=3)
)


@settings(max_examples=250, deadline=None)
@given(st.sampled_from(STYLES), VALUES, st.sampled_from(["\n", "\r\n"]), st.sampled_from(["title", "new key"]))
def test_setting_one_key_leaves_all_other_bytes_and_reads_back(style: str, value: object, end: str, key: str) -> None:
    text = f"---\n# c\na: 'b'\n{style}\nz: [1, 2] # d\n---\nbody: #x".replace("\n", end)
    try:
        new = with_value(text, key, value)
    except FrontmatterError as error:
        assert error.cause == "cannot-set" and isinstance(value, str)
        return
    front, old = read(new), read(text)
    got = front.get(key)
    assert got == value or got == str(value)
    start, kept = old.entry("title"), [(entry.key, entry.source) for entry in old.entries if entry.key != key]
    assert [(entry.key, entry.source) for entry in front.entries if entry.key != key] == kept
    if start and key == "title":
        assert new.startswith(text[: start.value_start])
        assert new.endswith(text[start.value_end :])
    assert new[front.body_start :] == text[old.body_start :]


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(
        ['{"a": 1}\nb', '---json\n{"title": "x",\n "a": 1}\n---\nb', "+++\na = 1\n+++\nb", "+++\ntitle = 'x'\n+++\n"]
    ),
    st.text(st.characters(exclude_categories=["Cs"])),
)
def test_setting_a_text_in_toml_and_json_reads_back(text: str, value: str) -> None:
    new = with_value(text, "title", value)
    assert read(new).title == value
    assert new[read(new).body_start :] == text[read(text).body_start :]


def test_a_toml_number_too_long_for_decimals_stays_text() -> None:
    text = '+++\ntitle = "T"\nx = 0x' + "f" * 5_000 + "\n+++\n"
    assert read(text).extra == {"x": "0x" + "f" * 5_000}


def test_brackets_in_strings_are_no_depth() -> None:
    text = '{"title": "' + "[" * 5_000 + '"}\n'
    assert read(text).title == "[" * 5_000


@pytest.mark.parametrize("value", ["2026-05-31", "2026-05-31 10:00:00", "12", "true", "null"])
@pytest.mark.parametrize("key", ["title", "slug", "excerpt"])
def test_text_that_looks_like_another_type_is_set_as_text(key: str, value: str) -> None:
    text = with_value(f"---\n{key}: Plain\n---\n", key, value)
    assert read(text).get(key) == value
    assert problems(read(text)) == ()


def test_a_day_set_as_text_keeps_publishedat_bare() -> None:
    text = with_value("---\npublishedAt: 2026-01-01\n---\n", "publishedAt", "2026-05-31")
    assert text == "---\npublishedAt: 2026-05-31\n---\n"
