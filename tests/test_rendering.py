"""The article body as HTML: what a reader sees of each mark, which links and images pass, what is refused."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib import admin
from django.test import override_settings
from django.utils.safestring import SafeString
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from markdown import Markdown

from digest.rendering import Heading, RenderingError, headings, render, render_document
from digest.rendering.anchors import RESERVED_IDS, slug
from digest.rendering.extension import GitHubExtension

RAW = 'rel="noopener nofollow ugc"'


def flat(text):
    """Rendered HTML without the line ends between elements."""
    return re.sub(
        r"\n?(</?(?:p|ul|ol|li|blockquote|pre|table|thead|tbody|tr|t[hd]|h\d|hr)[ >])", r"\1", render(text)
    ).strip()


def test_a_paragraph_is_a_paragraph_and_safe_to_show():
    html = render("Hello\nworld")
    assert html == "<p>Hello\nworld</p>"
    assert isinstance(html, SafeString)


@pytest.mark.parametrize("text", ["", "\n", "   \n\t\n", "\ufeff"])
def test_nothing_to_show_gives_nothing(text):
    assert render(text) == ""


# --- blocks -----------------------------------------------------------------------------------------------------


def test_a_list_right_under_a_label_line_is_a_list():
    assert flat("**Key takeaways:**\n- one\n- two") == (
        "<p><strong>Key takeaways:</strong></p><ul><li>one</li><li>two</li></ul>"
    )


def test_a_list_indented_by_two_spaces_is_nested():
    assert flat("- a\n  - b\n    - c\n- d") == ("<ul><li>a<ul><li>b<ul><li>c</li></ul></li></ul></li><li>d</li></ul>")


def test_a_fence_in_a_list_stays_in_its_item_and_keeps_its_lines():
    assert "<li>a<pre><code>if x:\n\ty &lt; 1\n\n  z\n</code></pre>\n</li>" in render(
        "- a\n  ```python\n  if x:\n  \ty < 1\n\n    z\n  ```\n- b"
    )


def test_a_numbered_list_begins_with_its_number():
    assert flat("3. a\n4. b").startswith('<ol start="3"><li>a</li>')
    assert flat("1. a").startswith("<ol><li>")
    assert flat("0) a").startswith('<ol start="0">')


def test_a_number_other_than_one_does_not_end_a_paragraph():
    assert flat("In the year\n1984. It was") == "<p>In the year\n1984. It was</p>"


def test_another_mark_begins_another_list():
    assert flat("- a\n* b\n1. c\n2) d").count("<li>") == 4
    assert len(re.findall("<[uo]l", flat("- a\n* b\n1. c\n2) d"))) == 4


def test_a_blank_line_between_items_makes_paragraphs_of_all():
    assert flat("- a\n- b\n\n- c") == "<ul><li><p>a</p></li><li><p>b</p></li><li><p>c</p></li></ul>"
    assert flat("- a\n- b\n\nc") == "<ul><li>a</li><li>b</li></ul><p>c</p>"


def test_an_item_can_hold_several_blocks():
    assert flat("- a\n\n  b\n\n  > c\n\n      d") == (
        "<ul><li><p>a</p><p>b</p><blockquote><p>c</p></blockquote><pre><code>d\n</code></pre></li></ul>"
    )


def test_a_quote_goes_on_lazily():
    assert flat("> a\nb\n\nc") == "<blockquote><p>a\nb</p></blockquote><p>c</p>"


def test_a_line_of_equals_signs_or_dashes_makes_a_heading():
    assert re.findall(r"<h(\d)", render("Title\nof two lines\n===\n\nNext\n---\n")) == ["1", "2"]


@pytest.mark.parametrize("text", ["#newsletter-cta(weekly)", "#tag #other", "####### seven", "\\# a", "    # code"])
def test_what_only_looks_like_a_heading_is_none(text):
    assert "<h" not in render(text).replace("<hr>", "")


@pytest.mark.parametrize(
    ("text", "heading"), [("# a", "a"), ("## a ##", "a"), ("# a#", "a#"), ("#\ta\t#  ", "a"), ("#", "")]
)
def test_the_marks_around_a_heading_are_not_part_of_it(text, heading):
    assert [found.text for found in headings(text)] == [heading]


def test_three_marks_are_a_line():
    assert render("a\n\n***\n\n- - -\n\n___").count("<hr>") == 3


def test_code_indented_by_four_is_code_and_keeps_blank_lines_inside():
    assert render("    a\n\n    \tb\n\nc") == "<pre><code>a\n\n\tb\n</code></pre>\n<p>c</p>"


def test_tabs_count_to_the_next_fourth_column():
    assert flat("-\ta\n\n\tb") == "<ul><li><p>a</p><p>b</p></li></ul>"
    assert flat(">\t\tcode") == "<blockquote><pre><code>  code\n</code></pre></blockquote>"


def test_an_unfinished_fence_runs_to_the_end():
    assert render("```\n<b>\n\n# no") == "<pre><code>&lt;b&gt;\n\n# no\n</code></pre>"


def test_a_table_has_a_head_rows_and_alignment():
    assert flat("| a | b | c |\n|:--|--:|:-:|\n| 1 | `x\\|y` |\nlast") == (
        '<table><thead><tr><th align="left">a</th><th align="right">b</th><th align="center">c</th></tr></thead>'
        '<tbody><tr><td align="left">1</td><td align="right"><code>x|y</code></td><td align="center"></td></tr>'
        '<tr><td align="left">last</td><td align="right"></td><td align="center"></td></tr></tbody></table>'
    )


def test_a_line_of_dashes_of_another_width_makes_no_table():
    assert "<table" not in render("| a | b |\n|---|\n| c | d |\n")


def test_a_table_may_follow_a_paragraph_line():
    assert flat("Figures:\n| a |\n|---|\n\nb").startswith("<p>Figures:</p><table>")
    assert flat("| a |\n|---|\n> b").endswith("</table><blockquote><p>b</p></blockquote>")


def test_tasks_are_boxes_that_nobody_can_use():
    html = render("- [ ] open\n- [x] done\n- [y] text")
    assert re.findall(r"<input [^>]*>", html) == [
        tag for tag in re.findall(r"<input [^>]*>", html) if 'type="checkbox"' in tag and 'disabled=""' in tag
    ]
    assert html.count("<input") == 2
    assert html.count('checked=""') == 1
    assert "[y] text" in html


def test_a_task_in_a_quote_and_in_a_loose_list_has_its_box_before_its_text():
    assert re.search(r"<li><input [^>]*> a</li>", render("> - [ ] a"))
    assert re.search(r"<li><p><input [^>]*> a</p>", render("- [X] a\n\n- b"))
    assert re.search(r"<li><input [^>]*> <table", render("- [ ] | a |\n  |---|").replace("\n", ""))


# --- inlines ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*a* _b_ **c** __d__", "<em>a</em> <em>b</em> <strong>c</strong> <strong>d</strong>"),
        ("***e*** **f*** ***g**", "<em><strong>e</strong></em> <strong>f</strong>* *<strong>g</strong>"),
        ("snake_case_name 2*3*4 a * b *", "snake_case_name 2<em>3</em>4 a * b *"),
        ("**a*", "*<em>a</em>"),
        ("**a **b** c** ****d****", "<strong>a b c</strong> <strong>d</strong>"),
        ("*a __b *c d__ e*", "<em>a <strong>b *c d</strong> e</em>"),
        ("~~a~~ ~b~ ~~~c~~~ ~~d~", "<del>a</del> <del>b</del> ~~~c~~~ ~~d~"),
        ("`` a`b `` ` `` `", "<code>a`b</code> <code>``</code>"),
        ("`<b>&amp;*x*`", "<code>&lt;b&gt;&amp;amp;*x*</code>"),
        ("\\*a\\* \\a C:\\", "*a* \\a C:\\"),
        ("&lt;b&gt; &copy; &nosuch; &#65; &#x42; &", "&lt;b&gt; © &amp;nosuch; A B &amp;"),
        ("a  \nb\\\nc\nd", "a<br>\nb<br>\nc\nd"),
        ("[a *b*](/?a=1&b=2 \"t\")", '<a href="/?a=1&amp;b=2" title="t">a <em>b</em></a>'),
        ("[a](</x y>) [b](/x(y)z)", '<a href="/x%20y">a</a> <a href="/x(y)z">b</a>'),
        ("[c]() [d](x y)", '<a href="">c</a> [d](x y)'),
        ("[a [b](/b) c](/c)", '[a <a href="/b">b</a> c](/c)'),
        ("[not] a [link] ] [", "[not] a [link] ] ["),
        ("<https://x.org/a_b_>", f'<a href="https://x.org/a_b_" {RAW}>https://x.org/a_b_</a>'),
        ("<ed@x.org> @a a@b", '<a href="mailto:ed@x.org">ed@x.org</a> @a a@b'),
        ("To ed.a+b@x.org, e@", 'To <a href="mailto:ed.a+b@x.org">ed.a+b@x.org</a>, e@'),
        ("(see https://x.org/a_(b).)", f'(see <a href="https://x.org/a_(b)" {RAW}>https://x.org/a_(b)</a>.)'),
        ("www.x.org, awww.x.org", f'<a href="http://www.x.org" {RAW}>www.x.org</a>, awww.x.org'),
        ("https://x.org/&copy;", f'<a href="https://x.org/" {RAW}>https://x.org/</a>©'),
        ("https://x.org; ", f'<a href="https://x.org" {RAW}>https://x.org</a>;'),
        ("http:// www. https://a_b.c_d/", "http:// www. https://a_b.c_d/"),
    ],
)  # fmt: skip
def test_inline_marks(text, html):
    assert render(text) == f"<p>{html}</p>"


def test_reference_links_find_their_definition_anywhere_and_the_first_counts():
    text = "[a][X] [x][] [x] [y]\n\n[x]: /one 'One'\n[X]: /two\n\n> [y]:\n> </t w o>\n"
    link = '<a href="/one" title="One">{}</a>'
    assert render(text).startswith(
        f'<p>{link.format("a")} {link.format("x")} {link.format("x")} <a href="/t%20w%20o">y</a></p>'
    )


def test_what_is_no_definition_stays_text():
    assert render("[a]: /x y z\n") == "<p>[a]: /x y z</p>"
    assert "[b]:" in render("text\n[b]: /x\n")


# --- raw HTML is text -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "The <style> element",
        "## `a` and <script> in a heading",
        "- Omit<T, K> in an item\n- Map<string, List<T>>",
        "<div>\nblock\n</div>\n\nafter",
        "<!-- a comment --> seen",
        "<![CDATA[ x ]]> <?php echo 1 ?> <!DOCTYPE html>",
        "</p></div></body> closing",
        "<b onclick=alert(1)>bold</b>",
        "a < b and c > d",
        "<textarea> swallows nothing\n\nbelow <title> and <plaintext> neither",
    ],
)
def test_raw_html_is_shown_letter_by_letter(text):
    visible = re.sub(r"<[^>]+>", "", render(text)).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    for word in re.findall(r"[^\s#`-]+", text):
        assert word in visible


def test_markdown_between_html_tags_is_markdown():
    assert flat("<div>\n\n- a\n\n</div>") == "<p>&lt;div&gt;</p><ul><li>a</li></ul><p>&lt;/div&gt;</p>"


# --- links and images -------------------------------------------------------------------------------------------


@override_settings(SITE_URL="https://digest.example")
@pytest.mark.parametrize(
    ("address", "is_outside"),
    [
        ("https://other.example/x", True),
        ("http://other.example", True),
        ("//other.example/x", True),
        ("https://digest.example.evil.example", True),
        ("https://digest.example@evil.example/", True),
        ("HTTPS://OTHER.EXAMPLE", True),
        ("https://digest.example/x", False),
        ("https://DIGEST.example:8443/x", False),
        ("/x", False),
        ("x#y", False),
        ("#y", False),
        ("?q=1", False),
        ("mailto:a@b.example", False),
    ],
)
def test_links_that_leave_the_site_say_so(address, is_outside):
    assert (RAW in render(f"[a]({address})")) is is_outside


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:x",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc",
        "ftp://x.org",
        "https:x",
        "///x",
    ],
)
def test_a_link_to_anything_but_web_and_mail_is_its_text(address):
    assert render(f"[text *here*]({address})") == "<p>text <em>here</em></p>"


@override_settings(SITE_URL="https://digest.example", IMAGE_HOSTS=["Images.example"])
@pytest.mark.parametrize(
    "address",
    ["/media/a.png", "a.png", "https://digest.example/a.png", "https://images.example/a.png?x=1"],
)
def test_images_of_the_site_and_of_allowed_hosts_are_shown(address):
    assert render(f"![an *image*]({address} 't')") == f'<p><img src="{address}" alt="an image" title="t"></p>'


@override_settings(SITE_URL="https://digest.example", IMAGE_HOSTS=["images.example"])
@pytest.mark.parametrize(
    "address",
    [
        "http://images.example/a.png",
        "http://digest.example/a.png",
        "//images.example/a.png",
        "https://other.example/a.png",
        "https://images.example.other.example/a.png",
        "https://images.example@other.example/a.png",
        "https://more-images.example/a.png",
        "https://sub.images.example/a.png",
        "https://images.example:444/a.png",
    ],
)
def test_other_images_are_links(address):
    assert f'href="{address}"' in render(f"![a]({address})")
    assert ">a</a>" in render(f"![a]({address})")
    assert "<img" not in render(f"![a]({address})")


def test_an_image_that_cannot_be_a_link_is_its_text():
    assert render("![logo](data:image/png;base64,AAAA)") == "<p>logo</p>"
    assert render("[![logo](https://x.org/i.png)](/home)") == '<p><a href="/home">logo</a></p>'
    assert render("![](https://x.org/i.png)") == f'<p><a href="https://x.org/i.png" {RAW}>https://x.org/i.png</a></p>'


def test_the_text_of_an_image_is_plain():
    assert 'alt="a b c x d"' in render("![a **b** ![c](/c) `x`\n<d>](/i)").replace("\n&lt;d&gt;", " d")


def test_a_quotation_mark_stays_in_its_attribute():
    assert render('![" onerror="x](/p.png)') == '<p><img src="/p.png" alt="&quot; onerror=&quot;x"></p>'
    assert render("[a](/b '\" rel=\"x')") == '<p><a href="/b" title="&quot; rel=&quot;x">a</a></p>'


def test_a_link_never_holds_a_link():
    assert render("[a <https://x.org> b@c.org](/y)") == '<p><a href="/y">a https://x.org b@c.org</a></p>'


# --- headings and anchors ---------------------------------------------------------------------------------------


def test_headings_are_told_with_level_text_and_anchor():
    document = render_document("# One *two* `x`\n\n- ## Zażółć gęślą jaźń\n\nĄł & Ø\n---\n")
    assert document.headings == (
        Heading(1, "One two x", "one-two-x"),
        Heading(2, "Zażółć gęślą jaźń", "zazolc-gesla-jazn"),
        Heading(2, "Ął & Ø", "al-o"),
    )
    for heading in document.headings:
        assert f'<h{heading.level} id="{heading.anchor}">' in document.html


def test_equal_headings_get_different_anchors():
    anchors = [heading.anchor for heading in headings("# a\n# a\n# a-1\n# a\n# A!\n")]
    assert anchors == ["a", "a-1", "a-1-1", "a-2", "a-3"]


def test_an_anchor_does_not_change_when_other_headings_do():
    before = headings("# One\n# Same\n# Two\n# Same\n")
    after = headings("# New\n# Same\n# Two, changed\n# Same\n")
    assert [heading.anchor for heading in before if heading.text == "Same"] == ["same", "same-1"]
    assert [heading.anchor for heading in after if heading.text == "Same"] == ["same", "same-1"]


@pytest.mark.parametrize(
    ("text", "anchor"),
    [
        ("!!!", "section"),
        ("Main", "main-1"),
        ("Don't", "dont"),
        ("Łódź: œuvre & Straße", "lodz-oeuvre-strasse"),
        ("Привет, мир", "привет-мир"),
        ("__proto__ id=\"x\"", "proto-id-x"),
        ("x" * 300, "x" * 80),
    ],
)  # fmt: skip
def test_anchors_are_readable_and_harmless(text, anchor):
    assert headings(f"# {text}")[0].anchor == anchor


@given(st.lists(st.text(max_size=12), max_size=8))
@examples(max_examples=60, deadline=None)
def test_anchors_are_unique_and_made_of_letters_digits_and_hyphens(titles):
    anchors = [heading.anchor for heading in headings("\n".join(f"# {title}" for title in titles))]
    assert len(set(anchors)) == len(anchors)
    assert all(re.fullmatch(r"[^\W_]+(-[^\W_]+)*", anchor) for anchor in anchors)


def test_no_page_has_an_id_that_an_anchor_could_take():
    project = [settings.BASE_DIR / folder for folder in ("templates", "digest", "editorial")]
    ids = {
        name
        for folder in [*project, Path(admin.__file__).parent / "templates"]
        for path in folder.glob("**/*.html")
        for name in re.findall(r'\bid="([^"{]+)"', path.read_text(encoding="utf-8"))
    }
    assert "content-main" in ids
    taken = sorted(name for name in ids if slug(name) == name and name not in RESERVED_IDS)
    assert taken == [], "add these to RESERVED_IDS in digest/rendering/anchors.py, or give them an underscore"


# --- limits -----------------------------------------------------------------------------------------------------


@override_settings(RENDER_MAX_CHARS=10)
def test_a_text_over_the_cap_is_refused_with_both_numbers():
    assert render("x" * 10)
    with pytest.raises(RenderingError, match=r"11 characters, more than the 10 .* Split it"):
        render("x" * 11)


def test_the_refusal_of_too_many_marks_names_the_line_and_what_to_do():
    with pytest.raises(RenderingError, match=r"At line 3 .* limit is 20,000\). Look there .* split the article"):
        render("a\n\n" + "*a " * 30_000)


def test_the_refusal_of_too_many_levels_names_the_line_and_what_to_do():
    with pytest.raises(RenderingError, match=r"Line 2 puts lists and quotes more than 100 levels .* Take out"):
        render("a\n" + ">" * 101 + "b")
    with pytest.raises(RenderingError, match=r"Line 1 puts emphasis, links and images more than 100 levels"):
        render("*a _a " * 60 + "b_ b*" * 60)


def test_fifty_levels_are_fine():
    assert render("\n".join("  " * level + "- a" for level in range(48))).count("<li>") == 48
    assert render(">" * 98 + "a").count("<blockquote>") == 98


def test_a_long_plain_article_is_rendered():
    text = "\n\n".join(f"## Story {n}\n\n**TLDR:** {'word ' * 180}\n- *a*\n- [b](https://x.org)" for n in range(200))
    assert 190_000 < len(text) < 200_000
    assert render(text).count("<li>") == 400


def test_references_cannot_blow_a_text_up():
    text = "[a]: /" + "x" * 50_000 + "\n\n" + "[a] " * 1_000
    assert len(render(text)) < 200_000


# --- the extension in Python-Markdown -----------------------------------------------------------------------------


def test_the_extension_works_in_a_markdown_object_of_ones_own_and_forgets_the_text_before():
    markdown = Markdown(extensions=[GitHubExtension()])
    assert markdown.convert("# a\n\n[x]\n\n[x]: /y") == '<h1 id="a">a</h1>\n<p><a href="/y">x</a></p>'
    assert markdown.reset().convert("# a\n\n[x]") == '<h1 id="a">a</h1>\n<p>[x]</p>'
