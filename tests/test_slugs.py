"""Slugs from titles and file names."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.slugs import slugify


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Zażółć gęślą jaźń", "zazolc-gesla-jazn"),
        ("ŁÓDŹ", "lodz"),
        ("Duolingo's AI-First Playbook: $1 Billion", "duolingos-ai-first-playbook-1-billion"),
        ("Duolingo’s", "duolingos"),
        ("Größe, façade, smørrebrød, œuvre, Ærø", "grosse-facade-smorrebrod-oeuvre-aero"),
        ("  --Already-a-slug--  ", "already-a-slug"),
        ("C++ / C#", "c-c"),
        ("日本語", ""),
        ("", ""),
        ("../../etc/passwd\x00", "etc-passwd"),
    ],
)
def test_a_slug_has_the_words_of_the_text_in_plain_letters(text: str, slug: str) -> None:
    assert slugify(text) == slug


@given(st.text())
def test_a_slug_of_anything_is_safe_in_an_address_and_its_own_slug(text: str) -> None:
    slug = slugify(text)
    assert re.fullmatch(r"(?:[a-z0-9]+(?:-[a-z0-9]+)*)?", slug)
    assert slugify(slug) == slug
