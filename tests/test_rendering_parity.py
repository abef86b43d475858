"""The blocks of real and of generated documents, compared with cmark-gfm, which GitHub renders with."""

from pathlib import Path

import pytest

from bench.block_structure import block_structure, full_structure, oracle_html, oracle_html_as_is
from bench.nested_documents import line_soup, nested_document
from bench.rendering_parity import CORPUS, compare, corpus_bodies, shortened
from digest.rendering import render

needs_corpus = pytest.mark.skipif(not Path(CORPUS).is_dir(), reason="the real articles (shared/corpus) are not here")


@needs_corpus
def test_at_least_999_of_1000_real_articles_have_the_blocks_that_github_shows():
    report = compare(corpus_bodies(), render)
    assert report.texts > 200
    assert report.share >= 0.999, [shortened(text, render) for text in report.different[:3]]
    assert report.same_inlines / report.texts >= 0.99


@needs_corpus
def test_real_articles_without_html_agree_with_cmark_gfm_as_it_is():
    bodies = [body for body in corpus_bodies() if "<" not in body]
    assert len(bodies) > 100
    assert compare(bodies, render, oracle_html_as_is).share >= 0.999


def test_at_least_99_of_100_generated_nested_documents_have_the_blocks_that_github_shows():
    report = compare(map(nested_document, range(1_000)), render)
    assert report.share >= 0.99, [shortened(text, render) for text in report.different[:3]]


def test_lines_put_together_without_a_plan_agree_nearly_as_often():
    assert compare(map(line_soup, range(1_000)), render).share >= 0.99


@pytest.mark.parametrize(
    "text",
    [
        "a\n***\n    b\n",
        "- a\n\n  | x |\n  |---|\n- b\n",
        "- | x |\n  |---|\n- b\n",
        "- a\n  ***\n\n- b\n",
        "-\n\n  a\n",
        "-\n  \n  a\n",
        "- a\n  - b\n    - c\n\n  d\n",
        "10) a\n   b\n\n    c\n",
        " -    code\n\n      a\n",
        "> - a\n> b\n>\n>- c\n",
        "> a\n    - b\n> c\n",
        "```\na\n  ```b\n",
        "- ```\n  a\n\n\n  b\n  ```\n\n  c\n",
        "[a]: /x\n===\n[a]\n",
        "[a]: /x\n'title\ngoes on'\n# b [a]\n",
        "a\n\t- b\n\t\t- c\n",
        "- a\n\n\n\n- b\n",
        "1. a\n\n   1. b\n1. c\n",
        "| a |\n|---|---|\n| b | c |\n|---|---|\n",
        "a | b \\| c\n-- | :-:\n1 | 2 | 3\n\n",
        "| `a|b` |\n|:-|\n",
        "a\n|\n-:\n",
        "* a\n *  b\n  * c\n   * d\n    * e\n",
        "a\\\n\nb  \n\n# c\\\n",
        "* * *\n- - -\n_ _ _\n-- -\n",
        ">>> a\n> b\n\nc\n",
        "> x`\n  b `y\n",
        "- [ ] a\n- [x]\n- [ ]b\n  - [X] c\n",
    ],
)
def test_corners_where_renderers_part(text):
    assert block_structure(render(text)) == block_structure(oracle_html(text))


@pytest.mark.parametrize(
    ("html", "other"),
    [
        ("<p>a</p>", "a"),
        ("<ul><li>a</li></ul>", "<ul><li><p>a</p></li></ul>"),
        ("<ul><li>a</li></ul>", "<ol><li>a</li></ol>"),
        ('<ol start="2"><li>a</li></ol>', "<ol><li>a</li></ol>"),
        ("<ul><li>a<ul><li>b</li></ul></li></ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("<pre><code>a\n  b</code></pre>", "<pre><code>a\n b</code></pre>"),
        ("<p>a b</p>", "<p>ab</p>"),
        ("<p>a<br>b</p>", "<p>a b</p>"),
        ("<p>a</p><p>b</p>", "<p>a b</p>"),
        ('<ul><li><input type="checkbox"> a</li></ul>', "<ul><li>a</li></ul>"),
        ('<table><tr><td align="left">a</td></tr></table>', "<table><tr><td>a</td></tr></table>"),
        ("<h1>a</h1>", "<h2>a</h2>"),
    ],
)
def test_the_comparison_sees_these_differences(html, other):
    assert block_structure(html) != block_structure(other)


def test_the_comparison_looks_through_inlines_unless_asked():
    assert block_structure("<p>a <em>b</em></p>") == block_structure("<p>a\nb</p>")
    assert full_structure("<p>a <em>b</em></p>") != full_structure("<p>a b</p>")
    assert full_structure('<p><a href="/x">b</a></p>') != full_structure('<p><a href="/y">b</a></p>')


def test_cmark_gfm_is_asked_with_html_as_text_and_addresses_as_they_are():
    assert block_structure(oracle_html("<div>\n*a* <https://x.org> <b@c.org>\n</div>")) == (
        ("document", (), ("p", (), "<div> a https://x.org b@c.org </div>"))
    )


def test_a_difference_is_shown_short():
    assert shortened("# heading\n\nsome *words* here\n", lambda text: "<p>words</p>") == ""
    assert shortened("x\n\n- y z\n", lambda text: render(text).replace("li>", "p>")) == "-"
