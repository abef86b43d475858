"""Safe fixes: they change what their code names and nothing else, once and for all; never code."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from editorial.checks import RULES, Fix, apply_fixes, run
from editorial.document import Document

from .checks import CLEAN, CONTEXT, CORPUS, FIXTURES, GAUGE, changed

SAFE = sorted(code for code, rule in RULES.items() if rule.fix is Fix.SAFE)


def fixed(data):
    document = Document.parse(data)
    return apply_fixes(document, run(document, CONTEXT))


def words(document):
    return re.findall(r"[^\W_]+", document.body.replace("\u200b", ""))


@pytest.mark.parametrize("code", SAFE)
def test_a_safe_fix_removes_its_finding(code):
    document = Document.parse((FIXTURES / "checks" / f"{code}.md").read_bytes())
    before = [finding for finding in run(document, CONTEXT) if finding.code == code]
    assert any(finding.fix is not None for finding in before)
    after = apply_fixes(document, before)
    assert code not in {finding.code for finding in run(after, CONTEXT)}
    assert after.data != document.data
    assert apply_fixes(after, run(after, CONTEXT)).data == after.data


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"({GAUGE}?utm_source=a&page=2&utm_medium=b#top)", f"({GAUGE}?page=2#top)"),
        (f"({GAUGE}?isFreemail=true)", f"({GAUGE})"),
        (f"(<{GAUGE}?fbclid=x>)", f"(<{GAUGE}>)"),
        (f'({GAUGE}?utm_source=x "The title")', f'({GAUGE} "The title")'),
        (f"({GAUGE}?q=utm_source)", f"({GAUGE}?q=utm_source)"),
    ],
)
def test_tracking_parameters_go_and_the_rest_of_the_address_stays(before, after):
    assert fixed(changed((f"({GAUGE})", before))).data.decode() == changed((f"({GAUGE})", after))


def test_an_id_stays_where_it_may_name_the_page():
    for address in ("https://quay.example.org/?post_id=4", "https://quay.example.org/show.php?post_id=4"):
        text = changed((f"({GAUGE})", f"({address})"))
        assert fixed(text).data.decode() == text


def test_tags_are_written_small_merged_and_once_with_the_marks_that_lacked():
    document = fixed(
        changed(("#harbours #tides", "#Harbours #opensource #open-source #tides"), (" #generated #en", ""))
    )
    assert document.frontmatter.tags == (
        "harbours", "open-source", "tides", "engineering", "maintenance", "generated", "en",
    )  # fmt: skip
    assert document.body == Document.parse(CLEAN).body


def test_tags_in_a_list_stay_a_list():
    text = changed(
        ('"#harbours #tides #engineering #maintenance #generated #en"', '["#AI", "#ai", "#generated", "#en"]')
    )
    assert b'hashtags: ["#ai", "#generated", "#en"]' in fixed(text).data


def test_labels_become_the_houses_in_bold():
    text = changed(
        ("**TLDR:** The crane", "## TLDR\n\nThe crane"),
        ("**Key takeaways:**\n\n- The spare", "Takeaways:\n\n- The spare"),
    )
    assert fixed(text).body.count("**TLDR:**") == 2
    assert "**Key takeaways:**\n\n- The spare" in fixed(text).body


def test_code_is_never_touched():
    fence = "```\nLink: x \n\u200b https://a.example.org/?utm_source=x\n```"
    code = f"`a\u200bb ` and\n\n{fence}\n\n    indented \u200b \n\nEnd.\n"
    document = fixed(CLEAN + "\n" + code)
    assert document.body.endswith(code)


def test_two_blanks_inside_a_paragraph_are_a_line_break_and_stay():
    assert fixed(changed(("The gauge itself costs", "The gauge itself  \ncosts"))).body.count("itself  \ncosts") == 1


def test_a_finding_whose_text_has_gone_is_left_out():
    document = Document.parse(changed(("costs $900.\n", "costs $900. \n")))
    found = run(document, CONTEXT)
    other = Document.parse(CLEAN.replace("The harbour of", "The old harbour of"))
    assert apply_fixes(other, found).data == other.data
    assert apply_fixes(document, []).data == document.data


def test_a_suggestion_is_applied_only_when_asked_for():
    document = Document.parse((FIXTURES / "checks" / "slug-unsafe.md").read_bytes())
    found = run(document, CONTEXT)
    assert apply_fixes(document, found).data == document.data
    assert apply_fixes(document, found, kinds=frozenset(Fix)).frontmatter.slug == "quiet-week-two-harbours"


def test_a_title_loses_its_invisible_characters():
    assert fixed(changed(("A quiet week", "A qui\u200bet week"))).frontmatter.title.startswith("A quiet week")


def test_a_text_without_frontmatter_keeps_its_missing_tags():
    assert fixed("# A\n\nText \n").data == b"# A\n\nText\n"


def test_windows_line_ends_stay():
    text = changed(("costs $900.\n", "costs $900. \n")).replace("\n", "\r\n")
    assert fixed(text).data == CLEAN.replace("\n", "\r\n").encode()


PIECES = st.sampled_from(
    [
        "Word ",
        "\u200b",
        "Key takeaways:\n\n- a \n",
        "## TLDR\n\n",
        " \n",
        "\n\n",
        "`code \u200b`",
        "```\nx \n```\n",
        "https://a.example/?utm_a=1 ",
        "[x](https://a.example/?fbclid=1)",
        "Kluczowe wnioski: ",
        "> quote \n",
        "ż",
        "\r\n",
        "# A quiet week for two small harbours\n\n",
    ]
)


@settings(max_examples=120, deadline=None)
@given(st.lists(PIECES, max_size=14), st.sampled_from(["#AI #ai #opensource", "#en #EN", ""]))
def test_fixes_settle_and_keep_every_word_that_no_code_names(pieces, tags):
    text = (
        changed(("#harbours #tides #engineering #maintenance #generated #en", tags)).partition("\n## ")[0]
        + "\n"
        + "".join(pieces)
    )
    document = once = Document.parse(text)
    codes = set()
    for _ in range(5):  # a label that loses an invisible character is one that the next round sees
        found = run(once, CONTEXT)
        codes |= {finding.code for finding in found}
        before, once = once, apply_fixes(once, found)
    assert once.data == before.data
    if not {"label-not-bold", "label-localised", "link-tracking", "heading-repeats-title"} & codes:
        assert words(once) == words(document)


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the folder with real articles is missing")
def test_real_articles_keep_their_words_and_their_blocks_of_code():
    for path in sorted((CORPUS / "articles").glob("*.md"))[::6]:
        document = Document.parse(path.read_bytes())
        after = fixed(path.read_bytes())
        assert fixed(after.data).data == after.data, path.name
        assert len(after.stories) == len(document.stories), path.name
        assert [link.text for link in after.links if link.text[:4] != "http"] == [
            link.text for link in document.links if link.text[:4] != "http"
        ], path.name
