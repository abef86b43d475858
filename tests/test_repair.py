"""Repair: the cause of every kind of breakage, and a proposal that changes nothing but what it names."""

import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from editorial.frontmatter import FrontmatterError, decode, missing, problems, read
from editorial.repair import Diagnosis, diagnose

from .pace import assert_cpu_seconds

ARTICLES = Path(__file__).resolve().parents[1] / "fixtures" / "articles"
BROKEN = sorted((ARTICLES / "broken").glob("*.md"))
CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"
NAME = "2026-03-14-quiet-caches.md"

# Files of the folder that are no breakage: their cause is a note, or (line ends of Windows) not even that.
HARMLESS = {"byte-order-mark", "draft-key", "no-excerpt", "windows-line-ends"}
WITHOUT_PROPOSAL = {
    "alias",
    "bad-date.impossible",
    "bad-key",
    "binary-file",
    "control-character",
    "duplicate-key.unlike",
    "empty-file",
    "json-syntax",
    "missing-key.tags",
    "no-article",
    "no-frontmatter.without-tags",
    "not-a-mapping",
    "quote-in-quotes.two-quotations",
    "too-deep",
    "toml-syntax",
    "unsafe-tag",
    "wrong-bytes",
    "wrong-type.group",
    "yaml-syntax",
}
WITH_BODY_CHANGED = {"fenced-file", "line-ends", "utf-16", "not-utf-8"}


def by_stem(path: Path) -> str:
    return path.stem


def article(block: str = "", body: str = "\nBody.\n") -> bytes:
    """A complete article; lines of the block take the place of those with the same key."""
    lines = {
        "title": 'title: "T"',
        "excerpt": 'excerpt: "E"',
        "publishedAt": 'publishedAt: "2026-03-14"',
        "slug": 'slug: "s"',
        "hashtags": 'hashtags: "#a"',
    }
    own = block.split("\n")[0].split(":")[0].strip("\"'`*")
    kept = [line for key, line in lines.items() if key != own]
    return "\n".join(["---", *kept[:1], *([block] if block else []), *kept[1:], "---", body]).encode()


def causes(diagnosis: Diagnosis) -> list[str]:
    return [problem.cause for problem in diagnosis.problems if problem.needed]


def repaired(block: str) -> str:
    """The lines of the proposal for an article with this block that the article did not have."""
    data = article(block)
    proposal = diagnose(data, name=NAME).proposal
    assert proposal is not None, diagnose(data, name=NAME).problems
    before = data.decode().split("\n")
    return "\n".join(line for line in proposal.decode().split("\n") if line not in before)


# ---- the fixtures


@pytest.mark.parametrize("path", BROKEN, ids=by_stem)
def test_every_fixture_is_diagnosed_by_the_cause_in_its_name(path: Path) -> None:
    diagnosis = diagnose(path.read_bytes(), name=path.name)
    cause = path.stem.split(".")[0]
    if cause == "several":
        assert set(causes(diagnosis)) == {
            "blank-before-frontmatter",
            "fenced-frontmatter",
            "apostrophe-in-quotes",
            "unquoted-colon",
            "bare-hash-list",
            "duplicate-key",
            "other-key-name",
            "bad-date",
        }
    elif path.stem in HARMLESS:
        assert diagnosis.ok
        assert [problem.cause for problem in diagnosis.problems] in ([cause], [])
    else:
        assert set(causes(diagnosis)) == {cause}
    for problem in diagnosis.problems:
        assert problem.message.endswith(".") and problem.line >= 1 and problem.column >= 1


@pytest.mark.parametrize("path", BROKEN, ids=by_stem)
def test_every_fixture_has_a_proposal_where_its_meaning_is_clear(path: Path) -> None:
    data = path.read_bytes()
    diagnosis = diagnose(data, name=path.name)
    expected = path.stem not in HARMLESS | WITHOUT_PROPOSAL
    assert (diagnosis.proposal is not None) == expected
    if diagnosis.proposal is None:
        assert diagnosis.diff == ""
        return
    again = diagnose(diagnosis.proposal, name=path.name)
    assert again.ok and again.proposal is None
    front = read(decode(diagnosis.proposal).text)
    assert missing(front) == () and problems(front) == ()
    if path.stem.split(".")[0] not in WITH_BODY_CHANGED:
        body = data[data.index(b"## A cache that forgets") :]
        assert diagnosis.proposal.endswith(body)
    assert path.stem.startswith("utf-16") == (diagnosis.diff == "")


def test_there_is_a_fixture_for_every_cause_that_the_code_names() -> None:
    package = Path(__file__).resolve().parents[1] / "editorial"
    modules = [path for folder in ("repair", "frontmatter") for path in (package / folder).glob("*.py")]
    literals = {word for path in modules for word in re.findall(r'"([a-z]+(?:-[a-z0-9]+)+)"', path.read_text())}
    no_causes = {"utf-8", "utf-16-le", "utf-16-be", "latin-1", "cannot-set", "too-large"}
    fixtures = {path.stem.split(".")[0] for path in BROKEN}
    assert fixtures - {"several", "windows-line-ends", "alias"} == literals - no_causes


def test_the_lines_of_several_problems_are_those_of_the_delivered_file() -> None:
    path = ARTICLES / "broken" / "several.md"
    lines = path.read_text().split("\n")
    for problem in diagnose(path.read_bytes(), name=path.name).problems:
        if problem.key and problem.needed:
            own = {"publishedAt": "date", "excerpt": "description", "hashtags": "tags"}
            assert lines[problem.line - 1].startswith(own.get(problem.key, problem.key))


def test_good_fixtures_are_ok() -> None:
    for path in sorted((ARTICLES / "good").glob("*.md")):
        diagnosis = diagnose(path.read_bytes(), name=path.name)
        assert diagnosis.ok and diagnosis.proposal is None and diagnosis.problems == ()


# ---- the corpus


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real articles is not at hand")
def test_real_articles_are_ok() -> None:
    for folder in ("articles", "seed", "regenerated"):
        for path in sorted((CORPUS / folder).rglob("*.md")):
            diagnosis = diagnose(path.read_bytes(), name=path.name)
            assert diagnosis.ok and diagnosis.proposal is None, (path.name, diagnosis.problems)


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real articles is not at hand")
@pytest.mark.parametrize(
    ("name", "found", "key", "line", "is_proposed"),
    [
        ("2026-04-16-daniel-miessler*", ["apostrophe-in-quotes"], "excerpt", 3, True),
        ("duolingo-ai-first*", ["apostrophe-in-quotes"], "title", 2, True),
        ("2026-08-11-tanstack-charts*", ["bare-hash-list"], "hashtags", 6, True),
        ("substac-2025-11-10.md", ["fenced-frontmatter"], "", 1, True),
        ("2026-04-23-test.md", ["no-article"], "", 1, False),
        ("2026-04-02-substac.md", [], "excerpt", 1, False),
    ],
)
def test_real_broken_files_are_diagnosed_by_their_cause(
    name: str, found: list[str], key: str, line: int, is_proposed: bool
) -> None:
    (path,) = (CORPUS / "broken").glob(name)
    diagnosis = diagnose(path.read_bytes(), name=path.name)
    assert causes(diagnosis) == found
    assert (diagnosis.problems[0].key, diagnosis.problems[0].line) == (key, line)
    assert (diagnosis.proposal is not None) == is_proposed
    assert diagnosis.ok == (not found)


# ---- single slips


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ("title: 'It's the team's'", "title: 'It''s the team''s'"),
        ("title: 'It''s the team's'", "title: 'It''s the team''s'"),
        ("title: 'The users' guide'", "title: 'The users'' guide'"),
        ("title: 'He said 'no' to us'", "title: 'He said ''no'' to us'"),
        ("title: 'the users''", "title: 'the users'''"),
        ("title: 'It\\'s'", "title: 'It''s'"),
        ("title: 'It\\'s the team's'", "title: 'It''s the team''s'"),
        ('title: "It\\\'s \\"x\\""', 'title: "It\'s \\"x\\""'),
        ('title: "A "b" c"', 'title: "A \\"b\\" c"'),
        ('title: "A', 'title: "A"'),
        ("title: 'It's", "title: 'It''s'"),
        ('title: "C:\\new"', 'title: "C:\\new"'),
        ('title: "D:\\data \\\\ "', 'title: "D:\\\\data \\\\ "'),
        ('"title": "A "b" c"', '"title": "A \\"b\\" c"'),
        ('"title: "A"', 'title: "A"'),
        ("**title:** A", "title: A"),
        ("**title**: A", "title: A"),
        ("`title`: A", "title: A"),
        ("title:A", "title: A"),
        ("title:'It's'", "title: 'It''s'"),
        ("title: A: b", 'title: "A: b"'),
        ('title: A: "b"', "title: 'A: \"b\"'"),
        ("title: A: b # note", 'title: "A: b" # note'),
        ("title: A:\n  b", 'title: "A:\n  b"'),
        ("title: [Video] A", 'title: "[Video] A"'),
        ("title: > 50% more", 'title: "> 50% more"'),
        ("title: @a", 'title: "@a"'),
        ("title: !important", 'title: "!important"'),
        ("title: &a b", 'title: "&a b"'),
        ("hashtags: [#a, 'b', #c d]", "hashtags: [\"#a\", 'b', \"#c d\"]"),
        ("hashtags: #a #b", 'hashtags: "#a #b"'),
        ("hashtags: #a #b # note", 'hashtags: "#a #b" # note'),
        ("hashtags: a #b", 'hashtags: "a #b"'),
        ("hashtags:\n\t- '#a'", "  - '#a'"),
        ("hashtags:\n- #a\n- #b 'c'", '- "#a"\n- "#b \'c\'"'),
        ("title: 12", 'title: "12"'),
        ("title: yes", 'title: "yes"'),
        ("title: ['Only one']", 'title: "Only one"'),
        ("hashtags: 2026", 'hashtags: "2026"'),
        ("publishedAt: 2026/3/14", 'publishedAt: 2026-03-14'),
        ("publishedAt: '14.3.2026'", "publishedAt: '2026-03-14'"),
        ("publishedAt: 14 March 2026", "publishedAt: 2026-03-14"),
        ("publishedAt: 14th Mar, 2026", "publishedAt: 2026-03-14"),
        ('publishedAt: "March 14th, 2026"', 'publishedAt: "2026-03-14"'),
        ("publishedAt:", 'publishedAt: "2026-03-14"'),
        ("slug: ''", "slug: 'quiet-caches'"),
        ("title: 'a'\ntitle:", ""),
        ("title:\ntitle: 'a'", ""),
    ],
)  # fmt: skip
def test_a_slip_is_repaired_where_it_stands(block: str, expected: str) -> None:
    if block == 'title: "C:\\new"':  # reads (as a line break): nothing to repair
        assert diagnose(article(block), name=NAME).ok
    else:
        assert repaired(block) == expected


@pytest.mark.parametrize(
    ("block", "cause"),
    [
        ("title: 'One' and 'two'", "apostrophe-in-quotes"),
        ("title: 'One' and more", "missing-quote"),
        ("title: \"Mixed'", "missing-quote"),
        ('title: "a\n  b', "yaml-syntax"),
        ("hashtags: [#a, #b", "yaml-syntax"),
        ("author: @a", "yaml-syntax"),
        ("title: a\nloose words", "yaml-syntax"),
        ("title: a: b\n  - c", "unquoted-colon"),
        ("publishedAt: 5/6/2026", "bad-date"),
        ("publishedAt: 14 Brumaire 2026", "bad-date"),
        ("publishedAt: [2026-03-14]", "bad-date"),
        ("title: [a, b]", "wrong-type"),
        ("hashtags: [{a: b}]", "wrong-type"),
        ("title: a\ntitle: b", "duplicate-key"),
        ("x: " + "y" * 40_000, "too-large"),
        ("\n".join(f"k{n}: a: b" for n in range(300)), "yaml-syntax"),
    ],
)
def test_a_slip_of_unclear_meaning_has_a_cause_and_no_proposal(block: str, cause: str) -> None:
    diagnosis = diagnose(article(block), name=NAME)
    assert cause in causes(diagnosis)
    assert diagnosis.proposal is None


@pytest.mark.parametrize(
    "block",
    [
        '"title": "T"',
        "title: T # note",
        "title: 'It''s'",
        "hashtags:\n- a\n- '#b'",
        "hashtags: [a, b]",
        "publishedAt: 2026-03-14T10:00:00Z",
        "draft: false",
        "tags: [x]",
        "date: 2020-01-01",
        "slug: zażółć",
        "author: 'N'",
    ],
)
def test_harmless_spellings_and_unknown_keys_are_ok(block: str) -> None:
    assert diagnose(article(block), name=NAME).ok


# ---- around the block


def head(data: bytes, *, name: str = NAME) -> str:
    proposal = diagnose(data, name=name).proposal
    assert proposal is not None, diagnose(data, name=name).problems
    return proposal.decode().split("## ")[0]


GOOD = article(body="\n## H\n\nText.\n").decode()
FENCED = GOOD.replace("---\n\n#", "---\n```\n\n#")
HEAD = GOOD.split("## ")[0]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("\n\n" + GOOD, ["blank-before-frontmatter"]),
        ("\u200b" + GOOD, ["byte-order-mark"]),
        ("Sure!\n" + GOOD, ["text-before-frontmatter"]),
        ("Sure:\n\n```yaml\n" + FENCED, ["text-before-frontmatter", "fenced-frontmatter"]),
        ("```\n" + GOOD + "```", ["fenced-file"]),
        ("```md\n\n" + GOOD + "```\n", ["fenced-file"]),
        ("~~~\n" + GOOD + "~~~\n", ["fenced-file"]),
        ("```markdown\n" + GOOD, ["fenced-file"]),
        ("```yaml\n" + GOOD.replace("---\n\n#", "```\n\n#"), ["fenced-frontmatter"]),
        ("```yaml\n" + GOOD[4:].replace("---\n\n#", "```\n\n#"), ["fenced-frontmatter"]),
        (GOOD[4:], ["missing-opening-fence"]),
        ("----\n" + GOOD[4:], ["missing-opening-fence"]),
        ("***\n" + GOOD[4:], ["missing-opening-fence"]),
        (GOOD.replace("---\n\n#", "\n#"), ["missing-closing-fence"]),
        (GOOD.replace("---\n\n#", "----\n\n#"), ["missing-closing-fence"]),
        (GOOD.replace("---\n\n#", "\n—\n\n#"), ["missing-closing-fence"]),
        (GOOD.replace("---\n\n#", "\n#") + "\n---\n\nSummary: more\n", ["missing-closing-fence"]),
        (GOOD[4:].replace("---\n\n#", "\n#"), ["missing-opening-fence", "missing-closing-fence"]),
    ],
)  # fmt: skip
def test_what_stands_around_the_block_is_taken_away_or_added(text: str, found: list[str]) -> None:
    diagnosis = diagnose(text.encode(), name=NAME)
    assert sorted(causes(diagnosis)) == sorted(found)
    assert [line for line in head(text.encode()).split("\n") if line] == [line for line in HEAD.split("\n") if line]
    assert b"```" not in (diagnosis.proposal or b"")


def test_a_block_at_the_end_of_the_file_is_closed() -> None:
    data = article(body="").replace(b"---\n", b"", 2).rstrip()
    assert head(b"---\n" + data).endswith('hashtags: "#a"\n---\n')


def test_the_fence_that_ends_a_block_of_the_body_stays() -> None:
    text = "```markdown\n" + GOOD + "```python\nx = 1\n```\n"
    proposal = diagnose(text.encode(), name=NAME).proposal
    assert proposal == (GOOD + "```python\nx = 1\n```\n").encode()


def test_lines_below_a_fence_that_is_none_of_keys_stay_in_the_block() -> None:
    diagnosis = diagnose(b"---\ntitle: a: b\nmore of it\nslug: s\n---\n", name=NAME)
    assert "missing-closing-fence" not in causes(diagnosis) and diagnosis.proposal is None


@pytest.mark.parametrize(
    "text",
    [
        "# Title\n\nIntro.\n\n---\ntitle: x\nslug: y\n---\n",
        "---\n\nOnly a rule and prose.\n",
        "```python\nx = 1\n```\n",
        "Title of a text\n\nand its body.\n",
        "\n\nwords\n",
        "+++\ntitle = 1\n",
    ],
)
def test_without_a_clear_block_there_is_a_cause_and_no_proposal(text: str) -> None:
    diagnosis = diagnose(text.encode(), name=NAME)
    assert causes(diagnosis) and diagnosis.proposal is None


def test_frontmatter_is_proposed_from_heading_tags_and_file_name() -> None:
    text = "```\n# no heading\n```\n\n## The *best* of [links](https://a.example) ##\n\nTags: #ai #Go\n\nText\n"
    proposal = diagnose(text.encode(), name="news/2026-03-14-Żółte-kartki.markdown").proposal
    assert proposal is not None
    assert proposal.decode() == (
        '---\ntitle: "The best of links"\npublishedAt: "2026-03-14"\nslug: "zolte-kartki"\nhashtags: "#ai #Go"\n---\n\n'
        + text
    )


def test_a_slug_is_proposed_from_the_title_if_the_file_name_is_only_a_date() -> None:
    proposal = diagnose(b"# Two words\n\n#a #b\n", name="2026-99-99 2026-03-14.md").proposal
    assert proposal is not None
    front = read(proposal.decode())
    assert (front.slug, front.get("publishedAt")) == ("two-words", "2026-03-14")
    front = read((diagnose(b"# Two words\n\n#a #b\n", name="2026-03-14.md").proposal or b"").decode())
    assert front.slug == "two-words"


def test_other_key_names_are_mapped_in_toml_and_json_too() -> None:
    toml = b'+++\ntitle = "T"\ndate = 2026-03-14\nslug = "s"\ntags = ["a"]\n+++\nx'
    proposal = diagnose(toml).proposal
    assert proposal == toml.replace(b"date", b"publishedAt").replace(b"tags", b"hashtags")
    json = b'{"title": "T", "date": "2026-03-14", "slug": "s", "tags": ["a"], "categories": ["b"], "draft": true}\nx'
    expected = b'{"title": "T", "publishedAt": "2026-03-14", "slug": "s", "hashtags": ["a", "b"]}\nx'
    assert diagnose(json).proposal == expected


def test_only_one_of_two_other_names_for_a_key_is_mapped() -> None:
    data = article("date: 2026-03-14\npubDate: 2026-03-15\nsummary: S").replace(b'publishedAt: "2026-03-14"\n', b"")
    proposal = diagnose(data).proposal
    assert proposal is not None and b"publishedAt: 2026-03-14\npubDate: 2026-03-15\nsummary: S" in proposal


def test_a_byte_order_mark_and_line_ends_of_windows_survive_a_repair() -> None:
    data = b"\xef\xbb\xbf" + article("title: 'It's'\nhashtags: #a").replace(b"\n", b"\r\n")
    proposal = diagnose(data).proposal
    assert proposal is None  # two lines for hashtags differ
    data = b"\xef\xbb\xbf" + article("title: 'It's'").replace(b"\n", b"\r\n")
    assert diagnose(data).proposal == data.replace(b"It's", b"It''s")


def test_letters_of_a_windows_code_page_come_out_right() -> None:
    data = article("title: 'Żółw's łódź'", "\nśpi źrebię, myślał był\n").decode().encode("cp1250")
    diagnosis = diagnose(data)
    assert causes(diagnosis) == ["not-utf-8", "apostrophe-in-quotes"]
    assert (diagnosis.proposal or b"").decode() == data.decode("cp1250").replace("w's", "w''s")
    assert "+śpi źrebię, myślał był" in diagnosis.diff


def test_a_diff_shows_the_change_with_three_lines_around_it() -> None:
    diff = diagnose(article("title: 'It's'", "\nBody.\n" * 50), name="a.md").diff
    assert diff.startswith("--- a.md (delivered)\n+++ a.md (repaired)\n@@ -1,")
    assert "-title: 'It's'\n+title: 'It''s'\n" in diff
    assert len(diff.splitlines()) < 12


# ---- anything


PIECES = [
    *GOOD.splitlines(keepends=True),
    *["title: 'It's'\n", "hashtags: [#a, #b]\n", "hashtags: #a\n", "tags:\n\t- x\n", "date: 2026/1/2\n", "slug:s\n"],
    *["---\n", "```\n", "```yaml\n", "+++\n", "{", "}", "\n", "\r", "\ufeff", "# T\n", "#a #b\n", "title: a: b\n"],
    *["draft: true\n", "categories: [c]\n", "'", '"', ":", "#", "\t", " ", "\\", "x", "\x00", "é", "—\n", "- y\n"],
]


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join), st.sampled_from(["utf-8", "cp1250", "utf-16"]))
@example("---\ntitle:\n  - #a\n---\n", "utf-8")
def test_a_repair_of_anything_is_idempotent_and_reads(text: str, encoding: str) -> None:
    diagnosis = diagnose(text.encode(encoding, "replace"), name=NAME)
    assert diagnosis.ok == (not causes(diagnosis))
    if diagnosis.proposal is not None:
        again = diagnose(diagnosis.proposal, name=NAME)
        assert again.ok and again.proposal is None
        front = read(decode(diagnosis.proposal).text)
        assert missing(front) == () and problems(front) == ()


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_damage_to_a_good_article_is_repaired_or_named(data: st.DataObject) -> None:
    text = GOOD
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(HEAD)))
        text = (
            text[:at] + data.draw(st.sampled_from([*"'\"#:\t\n-[]`", ""])) + text[at + data.draw(st.integers(0, 1)) :]
        )
    diagnosis = diagnose(text.encode(), name=NAME)
    if diagnosis.proposal is not None:
        assert diagnosis.proposal.endswith(b"Text.\n")
        assert diagnose(diagnosis.proposal, name=NAME).ok
    elif diagnosis.ok:
        try:
            assert missing(read(text)) == ()
        except FrontmatterError as error:
            pytest.fail(f"ok, but {error}")


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_a_diagnosis_of_any_bytes_raises_nothing(data: bytes) -> None:
    diagnosis = diagnose(data, name="\udcff\x00/..\\")
    shown = diagnosis.diff + "".join(problem.message + problem.key for problem in diagnosis.problems)
    assert not re.search("[\ud800-\udfff]", shown)


@pytest.mark.parametrize(
    "text",
    [
        "---\n" * 10_000,
        "```\n" * 100_000,
        "#a " * 200_000,
        "#a" + " " * 500_000 + "x",
        "\r" * 500_000,
        "\n" * 500_000 + "x",
        "---\ntitle: x\n" + "-  \n" * 100_000,
        "title: b\n" * 100_000,
        "# x\n" + "[a" * 100_000,
        "```\n---\n" + "title: x\n" * 3_000 + "```\n" * 3_000,
        "---\ntitle: #a" + " " * 30_000 + "b\n---\n",
        "---\nhashtags: [#a" + " " * 30_000 + "b\n---\n",
        "---\nhashtags: [" + "#a," * 9_000 + "]\n---\n",
        "---\ntitle: " + "'a" * 15_000 + "\n---\n",
        "---\ntitle: x\n---\n" + "x\r\r\n" * 100_000,
        "---\ntitle: x\n" + "\n# a: b\n" * 4_000 + "---\n",
        "---\nhashtags:\n- '" + "a " * 15_000 + "\nx\n---\n",
        "---\nhashtags:\n- '" + " " * 30_000 + "\nx'\n---\n",
        "---\nhashtags:\n" + "- 'a\n" * 5_000 + "---\n",
        "---\ntitle: '" + "' # " * 7_000 + "\n---\n",
        "---\ntitle: '" + "' " * 7_000 + "#\n---\n",
        "---\ntitle: '" + "'" + " " * 30_000 + "x\n---\n",
        "---\ntitle: '" + "\nslug: x" * 3_000 + "'\n---\n",
        '{"a": ' + "[" * 100_000,
        "\x00" * 500_000,
        "```\n---\ntitle: x\n---\n" + "".join(f"{number % 101}\n" for number in range(100_000)) + "```\n",
    ],
    ids=lambda text: repr(text[:14]),
)
def test_hostile_texts_are_diagnosed_soon(text: str) -> None:
    with assert_cpu_seconds(1):
        diagnose(text.encode(), name=NAME)


# ---- quotes that do not close, and still read


def whole(*lines: str) -> bytes:
    return "\n".join(["---", *lines, "---", "", "#other #tags", "", "Body.", ""]).encode()


SWALLOWED = [
    (
        (
            'title: "T"',
            'excerpt: "E"',
            'publishedAt: "2026-03-14"',
            'slug: "s',
            'hashtags: "#ai #en"',
            'source_pattern: "x"',
        ),
        ('slug: "s', 'slug: "s"'),
    ),
    (
        ("title: 'T", "publishedAt: 2026-03-14", "slug: s", "hashtags: '#ai #en'"),
        ("title: 'T", "title: 'T'"),
    ),
    (
        ("  title: 'T", "  publishedAt: 2026-03-14", "  slug: s", "  hashtags: '#ai #en'"),
        ("  title: 'T", "  title: 'T'"),
    ),
]


@pytest.mark.parametrize(("lines", "change"), SWALLOWED)
def test_a_quote_that_swallows_the_keys_below_is_closed_in_its_line(
    lines: tuple[str, ...], change: tuple[str, str]
) -> None:
    diagnosis = diagnose(whole(*lines), name=NAME)
    assert causes(diagnosis) == ["missing-quote"]
    assert diagnosis.problems[0].line == lines.index(change[0]) + 2
    assert diagnosis.proposal == whole(*(change[1] if line == change[0] else line for line in lines))


def test_a_quote_that_swallows_keys_of_a_block_too_long_to_mend_is_named_without_a_proposal() -> None:
    lines = [*SWALLOWED[0][0], *(f"key{number}: 1" for number in range(300))]
    diagnosis = diagnose(whole(*lines), name=NAME)
    assert causes(diagnosis)[0] == "missing-quote" and diagnosis.proposal is None


def test_a_quoted_value_over_several_indented_lines_is_no_missing_quote() -> None:
    assert diagnose(article('excerpt: "A day:\n  date: the fourteenth"'), name=NAME).ok


@pytest.mark.parametrize(
    ("block", "value"),
    [
        (r"title: 'Vue & \'friends\''", "Vue & 'friends'"),
        (r"title: '\'Vue\' it\'s'", "'Vue' it's"),
        (r"title: 'It\'s' # note", "It's"),
    ],
)
def test_every_escaped_apostrophe_is_mended_also_before_the_closing_quote(block: str, value: str) -> None:
    assert causes(diagnose(article(block), name=NAME)) == ["escaped-apostrophe"]
    assert read(article(repaired(block)).decode()).title == value


@pytest.mark.parametrize("block", [r"title: 'x \'y\'", r"title: 'a \'b\' \''c'"])
def test_a_backslash_and_quotes_that_can_be_read_in_two_ways_are_left_to_a_person(block: str) -> None:
    diagnosis = diagnose(article(block), name=NAME)
    assert causes(diagnosis) == ["escaped-apostrophe"] and diagnosis.proposal is None


@pytest.mark.parametrize(
    ("block", "cause"),
    [
        ('excerpt: "React 19: what\'s "new"', "quote-in-quotes"),
        ('excerpt: "React 19: "new" and "old"', "quote-in-quotes"),
        ('excerpt: "what is new" today"', "quote-in-quotes"),
        ("title: 'Learn 'vue'", "apostrophe-in-quotes"),
    ],
)
def test_a_quotation_that_lacks_one_of_its_signs_is_left_to_a_person(block: str, cause: str) -> None:
    diagnosis = diagnose(article(block), name=NAME)
    assert causes(diagnosis) == [cause] and diagnosis.proposal is None


@pytest.mark.parametrize(
    ("block", "mended"),
    [
        ("title: 'The devs' choice'", "title: 'The devs'' choice'"),
        ("title: 'Back to the '90s'", "title: 'Back to the ''90s'"),
        ("title: 'A 5\" screen, don't buy'", "title: 'A 5\" screen, don''t buy'"),
        ('title: "A 5" screen"', 'title: "A 5\\" screen"'),
        ("title: 'Don't stop'   # note", "title: 'Don''t stop'   # note"),
        ('title: "The "new" one" # note', 'title: "The \\"new\\" one" # note'),
    ],
)
def test_a_single_sign_that_is_no_quotation_and_a_comment_do_not_hinder_the_repair(block: str, mended: str) -> None:
    assert repaired(block) == mended


def test_a_comment_after_a_value_is_no_missing_quote() -> None:
    assert causes(diagnose(article("title: 'Don't stop'   # note"), name=NAME)) == ["apostrophe-in-quotes"]


@pytest.mark.parametrize(
    "line", ["“title”: T", "„title”: T", "’title’: T", "”title”: T", "“title: T", "“title”: 'Don't'"]
)
def test_a_key_in_typographic_quotes_is_recognised(line: str) -> None:
    data = article().replace(b'title: "T"', line.encode())
    diagnosis = diagnose(data, name=NAME)
    assert causes(diagnosis)[0] == "quoted-key" and "missing-key" not in causes(diagnosis)
    assert diagnosis.proposal is not None
    assert read(diagnosis.proposal.decode()).title == line.split(": ")[1].removeprefix("'").removesuffix("'")


KEYS = 'title: "T"\nexcerpt: "E"\npublishedAt: "2026-03-14"\nslug: "s"\nhashtags: "#a"\n'


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(
    "inside", ["\n# The headline\n\n", "\n## The headline\n", "\n\n# The headline\n# And more\n\n"]
)
def test_a_heading_before_the_first_fence_below_the_keys_is_not_swallowed(inside: str, newline: str) -> None:
    text = f"---\n{KEYS}{inside}---\n\n## One\n\nBody.\n".replace("\n", newline)
    diagnosis = diagnose(text.encode(), name=NAME)
    assert causes(diagnosis) == ["missing-closing-fence"] and diagnosis.proposal is None
    assert "The headline" in text.split(newline)[diagnosis.problems[0].line - 1]


@pytest.mark.parametrize(
    "inside", ["# a comment\n", "\n# Where it is from\nsource_pattern: x\n", "\n# draft: true\n", "\n#ai #en\n"]
)
def test_a_comment_among_the_keys_is_no_heading(inside: str) -> None:
    assert diagnose(f"---\n{KEYS}{inside}---\n\n## One\n\nBody.\n".encode(), name=NAME).ok


@pytest.mark.parametrize("quote", ['"', "'"])
@pytest.mark.parametrize("unclosed", [0, 1, 2])
def test_a_list_item_whose_quote_swallows_the_items_below_is_closed(unclosed: int, quote: str) -> None:
    items = [f"  - {quote}#{tag}{quote}" for tag in ("ai", "llm", "en")]
    delivered = [item[: -1 if number == unclosed else None] for number, item in enumerate(items)]
    diagnosis = diagnose(article("\n".join(["hashtags:", *delivered])), name=NAME)
    assert causes(diagnosis) == ["missing-quote"]
    assert diagnosis.proposal == article("\n".join(["hashtags:", *items]))


def test_an_open_list_item_with_a_comment_is_left_to_a_person() -> None:
    diagnosis = diagnose(article('hashtags:\n- "#ai # the first\n- "#en"'), name=NAME)
    assert causes(diagnosis) == ["missing-quote"] and diagnosis.proposal is None
