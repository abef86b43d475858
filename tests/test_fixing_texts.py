"""Safe fixes of the desk's texts: settled after one go, words kept, code and quotations never touched."""

import datetime
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from editorial.checks import RULES, Fix, FixedText, fix_text, run
from editorial.importing.files import IncomingFile
from editorial.importing.reading import ReadFile, read
from editorial.text import Text

from .checks import CLEAN, CONTEXT, CORPUS, GAUGE, changed

SAFE = {code for code, rule in RULES.items() if rule.fix is Fix.SAFE}
# Codes that name words: labels, a heading, a fence's "markdown"; an address that loses its parameters.
NAMES_WORDS = {"label-not-bold", "label-localised", "heading-repeats-title", "fence-around", "link-tracking"}


def text_of(source=CLEAN) -> Text:
    result = read(IncomingFile("a.md", source.encode()))
    assert isinstance(result, ReadFile), result
    return result.text


def body_of(body, **values) -> Text:
    return replace(text_of(), body=body, **values)


def words(body):
    return re.findall(r"[^\W_]+", re.sub("[\u00ad\u200b\ufeff]", "", body))


def test_a_clean_text_stays_as_it_is():
    assert fix_text(text_of(), CONTEXT) == FixedText(text_of(), ())


def test_all_fixes_of_a_text_come_at_once_with_their_codes():
    wrong = text_of(
        changed(
            (f"({GAUGE})", f"({GAUGE}?utm_source=letter)"),
            ("**TLDR:** The crane", "TLDR: The crane"),
            ("the old one off", "the o\u200bld one off"),
            ("#tides", "#opensource #open-source"),
        )
    )
    fixed = fix_text(wrong, CONTEXT)
    assert fixed.codes == ("invisible-characters", "label-not-bold", "link-tracking", "tag-alias", "tag-duplicate")
    assert fixed.text.body == text_of().body
    assert fixed.text.tags == ("harbours", "open-source", "engineering", "maintenance")


def test_only_the_codes_that_were_asked_for_are_fixed():
    wrong = text_of(changed((f"({GAUGE})", f"({GAUGE}?utm_source=letter)"), ("#tides", "#opensource")))
    fixed = fix_text(wrong, CONTEXT, codes=["tag-alias"])
    assert fixed.codes == ("tag-alias",)
    assert fixed.text.body == wrong.body


def test_a_check_that_is_switched_off_fixes_nothing():
    wrong = text_of(changed(("#tides", "#opensource")))
    assert fix_text(wrong, replace(CONTEXT, overrides={"tag-alias": None})) == FixedText(wrong)


def test_a_suggestion_is_no_safe_fix():
    assert fix_text(replace(text_of(), slug="Quiet Week"), CONTEXT).text.slug == "Quiet Week"


def test_the_fence_around_a_whole_article_goes_and_the_fences_inside_stay():
    inner = text_of().body + "\n```js\nlet a = 1; \n```\n"
    for opening in ("```markdown", "```md ", "```MDX"):
        fixed = fix_text(body_of(f"{opening}\n{inner}```\n"), CONTEXT)
        assert fixed.codes == ("fence-around",)
        assert fixed.text.body.strip("\n") == inner.strip("\n")


@pytest.mark.parametrize(
    "body",
    [
        "```\n# a comment\nprint(1)\n```\n",
        "```python\n## Story\n\n**TLDR:** a\n```\n",
        "```\n## Story\n\n**TLDR:** a\n\n```\ncode\n```\n\nEnd.\n```\n",
        "```markdown\n## Story\n\n**TLDR:** a\n```\n\nAnd a text below.\n",
        "```markdown\n## Story\n\n**TLDR:** a\n\n```js\nx\n```\n",
    ],
)
def test_a_fence_that_may_be_code_stays(body):
    assert "fence-around" not in fix_text(body_of(body), CONTEXT).codes


KEPT = [
    f"> quoted \u200bwords, [a]({GAUGE}?utm_source=x) \n> {GAUGE} ",
    f"She said “read {GAUGE}?utm_source=x and\u200b rest” to us.",
    f'He wrote "the word\u200b is {GAUGE}" there.',
    "Napisała „słowo\u200b tu” wczoraj.",
    f"- item\n  ```\n  {GAUGE}?utm_source=x\u200b \n  ```",
    f"~~~\nTLDR: {GAUGE} \n~~~",
    f"`{GAUGE}?utm_source=x\u200b`",
    f"    {GAUGE}?utm_source=x\u200b ",
]


@pytest.mark.parametrize("kept", KEPT)
def test_code_and_quotations_are_never_touched(kept):
    body = f"{text_of().body}\n{kept}\n\nEnd.\n"
    assert fix_text(body_of(body), CONTEXT).text.body == body


def test_a_link_inside_a_sentence_is_fixed_though_it_has_a_title_in_quotation_marks():
    body = f'{text_of().body}\nSee [it]({GAUGE}?utm_source=x "The title") and "this".\n'
    assert f'({GAUGE} "The title")' in fix_text(body_of(body), CONTEXT).text.body


def test_a_blank_at_the_end_of_an_inner_line_goes_and_a_line_break_stays():
    body = f"{text_of().body}\nOne \ntwo  \nthree\t\nfour\n"
    assert fix_text(body_of(body), CONTEXT).text.body.endswith("One\ntwo  \nthree\nfour\n")


def test_the_marks_that_a_file_lacks_are_named_and_change_no_text():
    lacking = replace(CONTEXT, marks=frozenset())
    assert fix_text(text_of(), lacking) == FixedText(text_of(), ("tag-generated-missing", "tag-language-missing"))
    assert fix_text(text_of(), replace(CONTEXT, marks=frozenset({"en", "generated"}))).codes == ()
    assert fix_text(text_of(), replace(CONTEXT, marks=frozenset({"en"}))).codes == ("tag-generated-missing",)


def test_a_text_whose_language_nobody_named_gets_the_one_it_is_in():
    fixed = fix_text(replace(text_of(), language=""), CONTEXT)
    assert (fixed.text.language, fixed.codes) == ("en", ("tag-language-missing",))


PIECES = st.sampled_from(
    [
        "Word ",
        "\u200b",
        "Key takeaways:\n\n- a \n",
        "## TLDR\n\n",
        " \n",
        "  \n",
        "\n\n",
        "`code \u200b`",
        "```\nx \n```\n",
        "```markdown\n",
        "- x\n  ```\n  y \n",
        "https://a.example/?utm_a=1 ",
        "[x](https://a.example/?fbclid=1)",
        "Kluczowe wnioski: ",
        "> quote \n",
        "“",
        "” ",
        '"',
        "ż",
        "# A quiet week for two small harbours\n\n",
    ]
)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(PIECES, max_size=16),
    st.lists(st.sampled_from(["AI", "ai", "opensource", "open-source", "en"]), max_size=4),
    st.sampled_from([None, frozenset(), frozenset({"generated", "en"})]),
    st.sampled_from(["", "en", "pl"]),
)
def test_fixes_settle_at_once_and_keep_every_word_that_no_code_names(pieces, tags, marks, language):
    context = replace(CONTEXT, marks=marks)
    before = body_of("".join(pieces) or "x", tags=tuple(tags), language=language)
    fixed = fix_text(before, context)
    assert set(fixed.codes) <= SAFE
    assert fix_text(fixed.text, replace(context, marks=None if marks is None else marks | {"generated", "en"})) == (
        FixedText(fixed.text)
    )
    if not NAMES_WORDS & set(fixed.codes):
        assert words(fixed.text.body) == words(before.body)
    assert (fixed.text.excerpt, fixed.text.slug, fixed.text.date) == (before.excerpt, before.slug, before.date)
    if not fixed.codes:
        assert fixed.text == before


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet='ab \t\n`~"“”>#*[]()<:/?&=-\u200b.', max_size=200))
def test_whatever_is_typed_fixes_settle(body):
    fixed = fix_text(body_of(body), CONTEXT)
    assert fix_text(fixed.text, CONTEXT) == FixedText(fixed.text)


def without_labels(body):
    """The words but those of labels and addresses: what the fixes of the corpus must keep."""
    body = re.sub(r"<?https?://\S+", " ", body)
    lines = [re.sub(r"^[\s#*_]*[^\W\d][^:\n]{1,45}[:?]+[*_]*|^#+.*", "", line) for line in body.split("\n")]
    return words(" ".join(lines))


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the folder with real articles is missing")
def test_real_articles_settle_and_keep_their_words():
    seen = set()
    for path in sorted((CORPUS / "articles").glob("*.md")):
        result = read(IncomingFile(path.name, path.read_bytes()))
        if not isinstance(result, ReadFile):
            continue
        fixed = fix_text(result.text, CONTEXT)
        seen |= set(fixed.codes)
        assert fix_text(fixed.text, CONTEXT) == FixedText(fixed.text), path.name
        left = [each for each in run(fixed.text, CONTEXT) if each.fix_kind is Fix.SAFE]
        assert left == [], path.name
        if not {"label-not-bold", "label-localised"} & set(fixed.codes):
            assert without_labels(fixed.text.body) == without_labels(result.text.body), path.name
    assert {"link-tracking", "tag-alias", "label-localised", "label-not-bold"} <= seen


def test_the_date_of_a_text_is_no_matter_for_its_fixes():
    wrong = replace(text_of(changed(("#tides", "#opensource"))), date=datetime.date(2025, 1, 1))
    assert fix_text(wrong, CONTEXT).codes == ("tag-alias",)
