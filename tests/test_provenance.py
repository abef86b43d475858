"""Provenance: what files, sidecars and people say of the making of a text, and which of them counts."""

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editorial.document import Document
from editorial.importing.provenance import (
    KEYS,
    Provenance,
    ProvenanceError,
    covering,
    of_batch,
    of_disclaimer,
    of_file,
    of_frontmatter,
)

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"
needs_corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason="the folder with real articles is missing")

FULL = Provenance("gpt-5-mini", "writer", "7", "2026-04-02/3", "pl")


def batch(**values):
    return of_batch(json.dumps(values).encode())


def refusal(data):
    with pytest.raises(ProvenanceError) as caught:
        of_batch(data if isinstance(data, bytes) else json.dumps(data).encode())
    return str(caught.value)


# batch.json


def test_a_sidecar_says_all_there_is_to_say():
    assert batch(model="gpt-5-mini", agent="writer", prompt_version=7, run="2026-04-02/3", language="pl") == FULL
    assert batch(modelName="gpt-5-mini", agent="writer", promptVersion="7", runId="2026-04-02/3", lang="pl") == FULL


@pytest.mark.parametrize(("field", "key"), [(field, key) for field, keys in KEYS.items() for key in keys])
def test_every_spelling_of_a_key_is_known(field, key):
    assert batch(**{key: "en"}) == Provenance(**{field: "en"}) == of_frontmatter({key: "en"})


def test_of_two_spellings_the_first_with_a_value_counts():
    assert batch(llm="two", model="one").model_name == "one"
    assert batch(llm="two", model=None).model_name == batch(llm="two", model="").model_name == "two"


def test_other_keys_are_ignored_and_missing_ones_are_empty():
    assert batch(files=12, note={"by": "Ada"}) == Provenance()


def test_numbers_keep_their_spelling():
    assert of_batch(b'{"prompt": 1.10, "run": 42}') == Provenance(prompt_version="1.10", run="42")
    assert of_batch(b'{"run": ' + b"9" * 100 + b"}").run == "9" * 100


def test_a_byte_order_mark_and_white_space_do_no_harm():
    assert of_batch(b'\xef\xbb\xbf{"model": "  gpt-5-mini\\n"}').model_name == "gpt-5-mini"


def test_what_no_column_takes_is_replaced():
    assert batch(run="a\0b\ud800").run == "a\ufffdb\ufffd"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("pl", "pl"),
        ("PL", "pl"),
        ("pl-PL", "pl"),
        ("en_US", "en"),
        ("zh-Hant-TW", "zh"),
        ("Polish", "pl"),
        (" en ", "en"),
    ],
)
def test_the_ordered_language_is_a_code_without_its_region(value, code):
    assert batch(output_language=value).language == code


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"model": ["a"]}, "the value of “model” has to be text"),
        ({"llm": {"name": "a"}}, "the value of “llm” has to be text"),
        ({"runId": True}, "the value of “runId” has to be text"),
        ({"agent": "x" * 201}, "“agent” has 201 characters; 200 is the limit"),
        ({"lang": "po polsku"}, "“lang” is “po polsku”. Write the code of a language"),
        ({"language": "12"}, "“language” is “12”"),
        (["model"], "has to be one object"),
        ("model", "has to be one object"),
        (b"", "is not JSON: Expecting value at line 1, column 1"),
        (b'{"model": "a",\n "run" 3}', "at line 2, column 8"),
        (b"\xff\xfe{\0}\0", "is not UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_a_sidecar_that_can_not_be_read_is_refused_with_a_sentence_that_names_the_key(data, reason):
    message = refusal(data)
    assert reason in message and message.startswith("batch.json") and message.endswith(".")


@given(st.one_of(st.binary(max_size=60), st.text(max_size=40).map(str.encode)))
def test_any_bytes_raise_nothing_but_provenance_errors(data):
    try:
        assert isinstance(of_batch(data), Provenance)
    except ProvenanceError as error:
        assert str(error).endswith(".")


JSON = st.recursive(st.one_of(st.none(), st.booleans(), st.floats(), st.integers(), st.text()), st.lists, max_leaves=3)
SPELLINGS = [key for keys in KEYS.values() for key in keys]


@given(st.dictionaries(st.sampled_from(SPELLINGS), JSON))
def test_any_values_give_short_text_or_a_provenance_error(values):
    known = of_frontmatter(values)
    assert all(len(getattr(known, field)) <= 200 for field in KEYS)
    try:
        known = of_batch(json.dumps(values).encode())
    except ProvenanceError:
        return
    assert all(isinstance(getattr(known, field), str) and len(getattr(known, field)) <= 200 for field in KEYS)


# Frontmatter and disclaimer


def test_frontmatter_that_is_no_text_says_nothing():
    assert (
        of_frontmatter({"model": ["a"], "agent": True, "run": {"id": 1}, "prompt": None, "lang": "??"}) == Provenance()
    )


def test_frontmatter_takes_numbers_also_nought_and_cuts_what_is_too_long():
    assert of_frontmatter({"run": 0, "prompt": 1.5, "agent": "x" * 300}) == Provenance(
        run="0", prompt_version="1.5", agent="x" * 200
    )


LINK = "[newsletter-ai](https://github.com/example/newsletter-ai)"


@pytest.mark.parametrize(
    ("line", "model"),
    [
        (
            f"**Disclaimer:** This article was generated using {LINK} powered by gpt-5-mini LLM. Please verify.",
            "gpt-5-mini",
        ),
        (f"_Disclaimer_: generated using {LINK} powered by claude-sonnet-4-20250514 LLM", "claude-sonnet-4-20250514"),
        ("> Disclaimer: powered by `gpt-4.1` LLM", "gpt-4.1"),
        ("Generated by x, Powered By **qwen/qwen3:8b** LLM.", "qwen/qwen3:8b"),
        ("Generated by x, powered by [gpt-5](https://example.org/gpt-5) LLM.", "gpt-5"),
        ("**Zastrzeżenie:** wygenerowano przez x powered by gpt-5 LLM.", "gpt-5"),
        ("Disclaimer: generated by an agent powered by an LLM.", ""),
        ("Disclaimer: generated by agents powered by large language models (LLM).", ""),
        ("The app that she wrote is powered by gpt-4 LLM.", ""),
        ("Disclaimer: generated with AI.", ""),
        ("", ""),
    ],
)
def test_the_model_is_read_from_a_line_about_the_making_only(line, model):
    assert of_disclaimer(f"The herons are back.\n\n{line}\n") == Provenance(model_name=model)


def test_of_several_disclaimers_the_last_counts():
    assert of_disclaimer("generated, powered by a1 LLM\r\n\r\ngenerated, powered by b2 LLM\r\n").model_name == "b2"


@pytest.mark.parametrize(
    "filler", ["1" * 200_000, "powered by " * 20_000, "powered by 1" + "[" * 200_000, "a1." * 70_000]
)
def test_hostile_text_takes_no_long_time(filler):
    assert of_disclaimer(f"generated powered by {filler}") == Provenance()


@needs_corpus
def test_every_disclaimer_of_the_corpus_is_read():
    files = sorted(CORPUS.rglob("*.md"))
    documents = [Document.parse(file.read_bytes(), name=file.name) for file in files]
    found = Counter(of_disclaimer(document.body).model_name for document in documents if document.frontmatter)
    written = Counter(
        "claude-sonnet-4-20250514" if "claude-sonnet-4-20250514 LLM" in document.body else "gpt-5-mini"
        for document in documents
        if document.frontmatter and " LLM. While we strive" in document.body
    )
    del found[""]
    assert found == written and found.total() > 20


# Which counts


def test_one_provenance_over_another_leaves_no_gap():
    assert Provenance(run="2").merged_over(FULL) == Provenance("gpt-5-mini", "writer", "7", "2", "pl")
    assert FULL.merged_over(Provenance(run="9")) == FULL


def test_frontmatter_counts_before_the_sidecar_the_command_and_the_disclaimer():
    body = "generated, powered by disclaimer-1 LLM"
    sidecar, command = Provenance(model_name="sidecar"), Provenance(model_name="command", agent="command")
    given = sidecar.merged_over(command)
    assert of_file({"model": "front"}, body, given=given) == Provenance(model_name="front", agent="command")
    assert of_file({}, body, given=given) == Provenance(model_name="sidecar", agent="command")
    assert of_file({}, body, given=command) == command
    assert of_file({}, body) == Provenance(model_name="disclaimer-1")


def test_a_sidecar_covers_its_folder_and_all_below_the_nearest_first():
    batches = {".": Provenance("top", run="top"), "a": Provenance("a"), "a/b": Provenance(agent="b")}
    assert covering("x.md", batches) == Provenance("top", run="top")
    assert covering("a/x.md", batches) == Provenance("a", run="top")
    assert covering("a/b/c/x.md", batches) == Provenance("a", agent="b", run="top")
    assert covering("ab/x.md", {"a": FULL}) == Provenance()
