"""Which language a text is in: whole bodies, titles, single paragraphs, and texts that mix two."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from editorial.document import Document, PartKind, parse_body
from editorial.language import LANGUAGES, detect, marks

from .pace import assert_cpu_seconds

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"
needs_corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason="the folder with real articles is missing")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The reader gets what an editor has approved, and nothing else.", "en"),
        ("Czytelnik dostaje to, co zatwierdził redaktor, i nic poza tym.", "pl"),
        ("THE END OF IT", "en"),
        ("TO JEST KONIEC, ALE NIE DLA WSZYSTKICH", "pl"),
        ("It’s what you don’t see that’s hard", "en"),
        ("Zażółć gęślą jaźń", "pl"),
        # Polish that lost its accented letters, as one generator of the corpus delivered it
        ("Warto zauway, e taka architektura wymaga innego podejcia ni dla innych, wic nie jest to moliwe", "pl"),
        ("React, Vue, Svelte", ""),
        ("the", ""),
        ("", ""),
        ("12 + 30 = 42 ???", ""),
        ("データ センター", ""),
    ],
)
def test_the_language_of_a_text_is_told_by_its_stop_words(text, language):
    assert detect(text) == language


def test_an_even_mix_is_no_language():
    assert detect("the and of is are nie jest oraz dla że") == ""


def test_code_links_and_addresses_say_nothing():
    polish = "Ten tekst nie jest długi, ale jest po polsku."
    foreign = "the and of is are with for from this that you your"
    for noise in (
        f"```\n{foreign}\n```",
        f"`{foreign}`",
        f"[{foreign}](https://e.org)",
        f"[x [y] {foreign}](https://e.org/a_(b))",
        "https://e.org/" + foreign.replace(" ", "-"),
        f"```\n{foreign}",
    ):
        assert marks(f"{polish} {noise}")["en"] == 0
        assert detect(f"{polish} {noise}") == "pl"


def test_no_word_belongs_to_two_languages():
    words = [word for language in LANGUAGES.values() for word in language.words]
    assert len(words) == len(set(words))
    assert all(word == word.lower() and word.replace("'", "").isalpha() for word in words)


def test_each_paragraph_has_its_own_language():
    body = parse_body(
        "## Tytuł po polsku\n\n**Summary:** To jest akapit, który nie jest po angielsku.\n\n"
        "This is a paragraph that is not in Polish at all.\n\n- To jest punkt, nie zdanie.\n\n"
        "> And this is a quote from it.\n\n```\nthis is the code that you can see\n```\n\nReact 19\n"
    )
    assert [language for _, language in body.paragraph_languages] == ["pl", "en", "pl", "en", ""]
    assert [block.language for block in body.blocks] == ["", "pl", "en", "pl", "en", "", ""]


def test_labels_and_headings_do_not_count_for_the_body():
    story = "## Why should you care about the end of it\n\n**Why do I care:** Bo to jest ważne.\n\n**Key takeaways:**\n"
    assert parse_body(story * 5).language == "pl"


def test_a_document_has_the_language_of_its_tag_else_of_its_text():
    head = '---\ntitle: "What is in it for the reader"\nexcerpt: "Co z tego jest dla czytelnika"\n'
    text = head + 'hashtags: "%s"\n---\n\n%s\n'
    polish, english = "To jest tekst po polsku, ale nie długi.", "This is the text, and it is not in Polish."
    tagged = Document.parse(text % ("#ai #en", polish))
    assert (tagged.language, tagged.body_language) == ("en", "pl")
    assert (tagged.title_language, tagged.excerpt_language) == ("en", "pl")
    assert Document.parse(text % ("#ai", english)).language == "en"
    assert Document.parse("12\n").language == ""
    assert Document.parse("12\n").title_language == Document.parse("12\n").excerpt_language == ""


@settings(max_examples=150, deadline=None)
@given(st.text())
def test_any_text_has_a_known_language_or_none(text):
    assert detect(text) in ("", *LANGUAGES)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "[a[b]" * 20_000,
        "](" * 50_000,
        "`" * 100_001,
        "[a](" * 25_000,
        "ą" * 100_000,
        "](" + "\\[" * 50_000,
    ],
)
def test_hostile_text_takes_linear_time(text):
    with assert_cpu_seconds(1):
        detect(text)


# --- the real articles -------------------------------------------------------------------------------------------


def _labelled():
    labels = json.loads((CORPUS / "labels.json").read_text("utf-8"))
    for path in sorted(CORPUS.rglob("*.md")):
        document = Document.parse(path.read_bytes(), name=str(path.relative_to(CORPUS)))
        if document.frontmatter:
            yield document, labels.get(document.name, [])


@needs_corpus
def test_every_labelled_body_is_told_right():
    seen = 0
    for document, labels in _labelled():
        tag = document.frontmatter.language_tag
        if not tag:
            assert document.body_language == "en", document.name  # all files without a tag were read: English
        elif "tag-language!=body" in labels:
            assert document.body_language not in ("", tag), document.name
        else:
            assert document.body_language == tag, document.name
        seen += 1
    assert seen >= 210


@needs_corpus
def test_every_excerpt_in_another_language_is_seen_and_no_other():
    for document, labels in _labelled():
        differs = document.excerpt_language not in ("", document.body_language)
        is_labelled = "excerpt-language!=body" in labels
        # where the tag is wrong, the excerpt may be too: it follows the tag
        assert differs == is_labelled or "tag-language!=body" in labels, document.name


@needs_corpus
def test_every_mixed_text_is_seen_and_no_other():
    for document, labels in _labelled():
        disclaimers = [part for story in document.stories for part in story.parts if part.kind is PartKind.DISCLAIMER]
        strange = [
            block
            for block, language in document.paragraph_languages
            if language not in ("", document.body_language)
            and not any(part.start <= block.start < part.end for part in disclaimers)
        ]
        assert bool(strange) == ("mixed-language-paragraph" in labels), document.name
