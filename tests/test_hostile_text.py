"""Text that wants to run, to load, to hide or to hang: rendered, opened in a real browser, and timed."""

import re
from html import unescape
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.nested_documents import line_soup
from digest.rendering import RenderingError, render
from digest.rendering.sanitising import ATTRIBUTE_VALUES, ATTRIBUTES, FORCED_VALUES, TAGS, sanitise

from .pace import assert_cpu_seconds

RUN = "window.ran=1;alert(1)"
"""What each payload tries to do; the browser test looks for both."""

HTML = [
    f"<script>{RUN}</script>",
    f"<ScRiPt >{RUN}</sCrIpT >",
    f"<script\n>{RUN}\n</script\n>",
    "<script src=//evil.example/x.js></script>",
    f"<script>{RUN}",
    f"<scr<script>ipt>{RUN}</scr</script>ipt>",
    f"</p></article><script>{RUN}</script>",
    f"<img src=x onerror={RUN}>",
    f'<img src="x" onerror="{RUN}"',
    f"<img/src=x/onerror={RUN}//",
    f'<IMG """><SCRIPT>{RUN}</SCRIPT>">',
    f"<svg onload={RUN}>",
    f"<svg><script>{RUN}</script></svg>",
    f"<svg><animate onbegin={RUN} attributeName=x dur=1s>",
    f"<svg><a xlink:href='javascript:{RUN}'><text y=20>x</text></a></svg>",
    f"<svg><use href='data:image/svg+xml,<svg id=x onload={RUN}></svg>#x'></svg>",
    f"<math><mtext><table><mglyph><style><img src=x onerror={RUN}></style></mglyph></table></mtext></math>",
    f"<math href='javascript:{RUN}'>x</math>",
    f"<iframe srcdoc='<script>parent.{RUN}</script>'></iframe>",
    f"<iframe src='javascript:{RUN}'></iframe>",
    f"<object data='data:text/html,<script>{RUN}</script>'></object>",
    "<embed src=//evil.example/x.swf>",
    f"<body onload={RUN}>",
    f"<details open ontoggle={RUN}><summary>x</summary></details>",
    f"<input autofocus onfocus={RUN}>",
    f"<video><source onerror={RUN}></video>",
    f"<marquee onstart={RUN}>x</marquee>",
    f"<form action='javascript:{RUN}'><button>x</button></form>",
    "<base href=//evil.example/>",
    f"<meta http-equiv=refresh content='0;url=javascript:{RUN}'>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>body{background:url(//evil.example/x)}</style>",
    "<style>@import '//evil.example/x.css';",
    "<div style='background:url(//evil.example/x);position:fixed;inset:0'>",
    f"<noscript><p title='</noscript><img src=x onerror={RUN}>'>",
    f"<textarea></textarea><img src=x onerror={RUN}>",
    f"<title></title><script>{RUN}</script>",
    f"<!--><img src=x onerror={RUN}>-->",
    f"<![CDATA[><script>{RUN}</script>]]>",
    f"<?xml version='1.0'?><x:script xmlns:x='http://www.w3.org/1999/xhtml'>{RUN}</x:script>",
    f"<template><script>{RUN}</script></template>",
    f"<xmp><p title='</xmp><img src=x onerror={RUN}>'>",
    f"<plaintext><img src=x onerror={RUN}>",
    f"&lt;script&gt;{RUN}&lt;/script&gt;",
    f"&#60;script&#62;{RUN}&#60;/script&#62;",
    f"<a href=\"javascript:{RUN}\" onmouseover={RUN}>x</a>",
]  # fmt: skip
LINKS = [
    f"[x](javascript:{RUN})",
    f"[x](JaVaScRiPt:{RUN})",
    f"[x](&#106;avascript:{RUN})",
    f"[x](&#x6A;&#x61;vascript&colon;{RUN})",
    f"[x](javascript&#58;{RUN})",
    f"[x](java\tscript:{RUN})",
    f"[x](<java\tscript:{RUN}>)",
    f"[x](java&Tab;script:{RUN})",
    f"[x](java&NewLine;script:{RUN})",
    f"[x](<\x01javascript:{RUN}>)",
    f"[x](< javascript:{RUN}>)",
    f"[x](java\u202escript:{RUN})",
    f"[x](java\x00script:{RUN})",
    f"[x](java\\script:{RUN})",
    f"[x](%6A%61vascript:{RUN})",
    f"[x](javascript://x.org/%0A{RUN})",
    f"[x](ｊａｖａｓｃｒｉｐｔ:{RUN})",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    f"[x](data:text/html,<script>{RUN}</script>)",
    "[x](vbscript:msgbox(1))",
    "[x](feed:javascript:alert(1))",
    "[x](blob:https://x.org/1)",
    f"<javascript:{RUN}>",
    f"<data:text/html,{RUN}>",
    f"[x]\n\n[x]: javascript:{RUN}",
    f"[x][y]\n\n[y]: <javascript:{RUN}> 'title'",
    f"[x](/a 'title\" onmouseover=\"{RUN}')",
    f"[x](/a\"onmouseover=\"{RUN})",
    f"[x](</a\" onmouseover=\"{RUN}>)",
    f"http://x.org/\"onmouseover=\"{RUN}",
    f"<https://x.org/\"onmouseover=\"{RUN}>",
    f"[<script>{RUN}</script>](/a)",
    f"[![x](/p.png)](javascript:{RUN})",
]  # fmt: skip
IMAGES = [
    f"![x](javascript:{RUN})",
    f"![x](data:image/svg+xml,<svg onload={RUN}>)",
    "![x](https://evil.example/pixel.gif)",
    "![x](//evil.example/pixel.gif)",
    "![x](/\\evil.example/pixel.gif)",
    "![x](http:evil.example/pixel.gif)",
    f"![\" onerror=\"{RUN}](/p.png)",
    f"![x](/p.png '\" onerror=\"{RUN}')",
    f"![x](/p.png\" onerror=\"{RUN})",
    f"![<img src=x onerror={RUN}>](/p.png)",
]  # fmt: skip
BLOCKS = [
    f"# <svg onload={RUN}>",
    f"# x\" onmouseover=\"{RUN}",
    f"```\"><script>{RUN}</script>\nx\n```",
    f"```\n</code></pre><script>{RUN}</script>\n```",
    f"`</code><script>{RUN}</script>`",
    f"    </code></pre><script>{RUN}</script>",
    f"| <script>{RUN}</script> | b |\n|:-\"onload=\"|---|\n| `<b>` | </table><script>{RUN}</script> |",
    f"| a |\n|---|\n| </td></table><img src=x onerror={RUN}> |",
    f"- [x] <input onfocus={RUN} autofocus>",
    f"1\" onload=\"{RUN}. x",
    f"> <blockquote><script>{RUN}</script>",
    f"[x]: </a> \"</p><script>{RUN}</script>\"\n\n[x]",
    f"a\x00b<\x00script>{RUN}</\x00script>",
    f"<scr\x00ipt>{RUN}</scr\x00ipt>",
    f"<\u200bscript>{RUN}</script>",
    f"\u202e<script>{RUN}</script>\u202c",
    f"\u2066>tpircs<\u2069 {RUN}",
    f"＜script＞{RUN}＜/script＞",
    f"\ud800<script>{RUN}</script>\udfff",
    f"\ufeff<script>{RUN}</script>",
    f"\x1b]0;x\x07<script>{RUN}</script>",
    f"\x02klzzwxh:0000\x03 \x02amp\x03 <script>{RUN}</script>",
    f"# x {{onclick={RUN}}}\n\n[x](/a){{: onclick={RUN} }}\n\n{{: style=x }}",
    f"**<b>*{RUN}*</b>** ~~<s onclick={RUN}>~~",
]  # fmt: skip
PAYLOADS = HTML + LINKS + IMAGES + BLOCKS

URL_ATTRIBUTES = {"href", "src"}


class Inspector(HTMLParser):
    """Collects what an HTML text holds beyond the allow-list."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.faults = []

    def handle_starttag(self, tag, attrs):
        if tag not in TAGS:
            self.faults.append(f"<{tag}>")
        names = [name for name, _ in attrs]
        if len(set(names)) != len(names):
            self.faults.append(f"<{tag}> twice with one attribute: {names}")
        for name, value in attrs:
            self._check_attribute(tag, name, value or "")

    def _check_attribute(self, tag, name, value):
        values = ATTRIBUTE_VALUES.get(tag, {}).get(name)
        forced = FORCED_VALUES.get(tag, {}).get(name)
        allowed = name in ATTRIBUTES.get(tag, ()) or (values and value in values) or value == forced
        if not allowed:
            self.faults.append(f"<{tag} {name}={value!r}>")
        if name in URL_ATTRIBUTES and not re.match(r"(https?://|mailto:|[^:]*$|[^:]*[/?#])", value, re.IGNORECASE):
            self.faults.append(f"{name}={value!r}")
        if name == "start" and not value.isdigit():
            self.faults.append(f"start={value!r}")

    def handle_comment(self, data):
        self.faults.append(f"<!--{data}-->")

    def handle_decl(self, decl):
        self.faults.append(f"<!{decl}>")

    def handle_pi(self, data):
        self.faults.append(f"<?{data}>")


def faults(html):
    inspector = Inspector()
    inspector.feed(html)
    inspector.close()
    return inspector.faults


def words(html):
    """The visible text of `html`."""
    found = []
    reader = HTMLParser(convert_charrefs=True)
    reader.handle_data = found.append
    reader.feed(html)
    reader.close()
    return "".join(found)


# --- what is in the HTML ----------------------------------------------------------------------------------------


def test_there_are_enough_payloads_and_none_twice():
    assert len(PAYLOADS) == len(set(PAYLOADS)) >= 60


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_a_payload_leaves_nothing_outside_the_allow_list(payload):
    for text in (payload, f"- {payload}", f"**{payload}**", f"a {payload} b\n\n{payload}"):
        assert faults(render(text)) == []


@pytest.mark.parametrize("payload", [payload for payload in HTML if "\n" not in payload])
def test_raw_html_stays_to_be_read(payload):
    assert words(render(f"a {payload}")) == f"a {unescape(payload)}"


def test_the_inspector_sees_what_it_should():
    assert faults("<script>x</script>") == ["<script>"]
    assert faults('<a href="javascript:x">') == ["href='javascript:x'"]
    assert faults('<a onclick="x">') == ["<a onclick='x'>"]
    assert faults('<input type="text">') == ["<input type='text'>"]
    assert faults("<!-- x --><p>") == ["<!-- x -->"]


def test_the_last_step_takes_out_whatever_is_not_on_its_list():
    html = '<p onclick="x" lang="pl" class="y">a<script>b</script><b>c</b><!-- d --><a href="javascript:x">e</a>'
    assert sanitise(html) == "<p>ac<a>e</a></p>"
    assert sanitise('<a href="/" rel="x" target="y">a</a>') == '<a href="/">a</a>'
    assert faults(sanitise('<input type="text" name="q" value="x">')) == []
    assert 'type="checkbox"' in sanitise('<input type="text">')


def test_every_text_goes_through_the_last_step():
    assert "href" not in render("[a](https://1.2.3.4.5/)")  # only nh3 knows that there is no such address


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a\x00b", "<p>a\ufffdb</p>"),
        ("a\ud800b", "<p>a\ufffdb</p>"),
        ("a\x1bb\uffffc", "<p>a\ufffdb\ufffdc</p>"),
        ("a\u202eb\u2066c", "<p>abc</p>"),
        ("&#0; &#x202e; &#8; &#xD800; &#x110000; &#9999999;", "<p>\ufffd  \ufffd \ufffd \ufffd \ufffd</p>"),
        ("a\r\nb\rc\x0cd\x0be", "<p>a\nb\nc d e</p>"),
        ("\ufeffa\ufeff\u200d\u00ad", "<p>a\ufeff\u200d\u00ad</p>"),
    ],
)
def test_no_character_reaches_a_page_that_xml_forbids_or_that_turns_text_around(text, html):
    assert render(text) == html


# --- what a browser does with it --------------------------------------------------------------------------------

POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; report-uri /report"
HEAD = '<!doctype html><html lang="en"><meta charset="utf-8"><title>still here</title><body>'
PER_PAGE = 4
WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", event => window.violations.push(event.violatedDirective));
"""
FINDINGS = """() => ({
    ran: window.ran, violations: window.violations, title: document.title,
    schemes: [...document.querySelectorAll("a[href]")].map(link => link.protocol),
    elements: [...document.querySelectorAll("article *")].map(element => element.localName),
    handlers: [...document.querySelectorAll("article *")].flatMap(element => element.getAttributeNames())
        .filter(name => name.startsWith("on") || name === "style"),
    articles: document.querySelectorAll("body > article").length,
})"""


def page(*bodies):
    return HEAD + "".join(f"<article>{body}</article>" for body in bodies)


class Site(ThreadingHTTPServer):
    """Serves `pages` under the public site's policy and keeps the reports it gets."""

    daemon_threads = True

    def __init__(self, pages):
        super().__init__(("127.0.0.1", 0), Answer)
        self.pages = pages
        self.reports = []
        self.origin = f"http://127.0.0.1:{self.server_port}"


class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        body = self.server.pages.get(self.path, "").encode("utf-8")
        self.send_response(200 if body else 204)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        self.server.reports.append(self.rfile.read(int(self.headers["Content-Length"])).decode("utf-8"))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *args):
        """Say nothing."""


@pytest.fixture
def serve():
    """Start a site for a dict of path to HTML."""
    sites = []

    def start(pages):
        site = Site(pages)
        sites.append(site)
        Thread(target=site.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return site

    yield start
    for site in sites:
        site.shutdown()
        site.server_close()


def visit(chromium, site):
    """Open each page of the site; per page what ran, what it holds and where it called."""
    context = chromium.new_context()
    tab = context.new_page()
    tab.add_init_script(WATCH)
    dialogs, requests, found = [], [], {}
    tab.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    tab.on("request", lambda request: requests.append(request.url))
    for path in site.pages:
        dialogs.clear()
        requests.clear()
        tab.goto(site.origin + path)
        found[path] = tab.evaluate(FINDINGS) | {"dialogs": [*dialogs], "requests": [*requests]}
    context.close()
    return found


@pytest.mark.browser
def test_in_a_browser_no_payload_runs_calls_out_or_breaks_the_policy(chromium, serve):
    groups = [PAYLOADS[start : start + PER_PAGE] for start in range(0, len(PAYLOADS), PER_PAGE)]
    site = serve({f"/{number}": page(*map(render, group)) for number, group in enumerate(groups)})
    for (path, found), payload in zip(visit(chromium, site).items(), groups, strict=True):
        assert found["dialogs"] == [], payload
        assert found["ran"] is None, payload
        assert found["violations"] == [], payload
        assert found["title"] == "still here", payload
        assert found["articles"] == len(payload), (path, payload)
        assert set(found["schemes"]) <= {"http:", "https:", "mailto:"}, payload
        assert set(found["elements"]) <= TAGS, payload
        assert found["handlers"] == [], payload
        assert all(address.startswith(site.origin) for address in found["requests"]), payload
    assert site.reports == []


@pytest.mark.browser
def test_the_browser_test_would_see_a_script_and_a_call_to_elsewhere(chromium, serve):
    site = serve({"/0": page(f"<img src=x onerror='{RUN}'><img src='https://evil.example/p.gif'><svg></svg>")})
    found = visit(chromium, site)["/0"]
    assert {"script-src-attr", "img-src"} <= set(found["violations"])
    assert "svg" in found["elements"]
    assert found["handlers"] == ["onerror"]


# --- what would hang ----------------------------------------------------------------------------------------------

SECONDS = 0.5
LONG = 199_000


def filled(pattern):
    return (pattern * (LONG // len(pattern) + 1))[:LONG]


REPEATED = [
    "[", "](", "[]", "[a](", "![", "*", "_", "`", "` ``", "~", "*a", "**a* ", "a*b_", "~~a ", "~*", "<", "<a:", "<a@",
    "&", "&amp;", "\\", "\n", "-\n", "- ", "> ", ">", "#\n", "---\n", "1. ", "a\n", "|", "a|", "|a|b|\n", "[a]: x\n",
    "[a][b]", "http://a", "http://a.b ", "www.a.b ", "a@b.c ", "@", "\t", "    a\n", "```\n", "  \n", "(", "[a](<",
    "[a](b 'c", "<!--", "*a* ", "[a](b) ", "![a](b) ", "`a` ", "a\n=\n", "[[a]](b)", "- a\n\n", "\u202e", "\ud800",
    "\x00", "&#x202e;", "http://_", "(http://_._", "http://a.b.c._.d_",
]  # fmt: skip
BUILT = {
    "4,000 brackets": "[" * 4_000,
    "4,000 brackets with text": "[a" * 4_000 + "]" * 4_000,
    "links in links": "[" * 9_000 + "a" + "](b)" * 9_000,
    "quotes in quotes": ">" * 5_000 + " a",
    "lists in lists on one line": "- " * 5_000 + "a",
    "lists in lists": "\n".join("  " * level + "- a" for level in range(600)),
    "empty lines in deep lists": "- " * 48 + "a\n" + "\n" * 100_000,
    "lines in deep quotes": (">" * 95 + "a\n") * 2_000,
    "a code block in deep lists": "- " * 45 + "```\n" + "x\n" * 90_000,
    "emphasis in emphasis": "*a **a " * 9_000 + "** *" * 9_000,
    "images in images": "![" * 3_000 + "a" + "](b)" * 3_000,
    "runs of backticks of all lengths": "".join("`" * length + " " for length in range(1, 600)),
    "a table of a billion cells": "|" + "a|" * 30_000 + "\n|" + "-|" * 30_000 + "\n" + "a\n" * 30_000,
    "many short rows": "|a|b|c|\n|-|-|-|\n" + "|x\n" * 40_000,
    "one long reference often": "[a]: /" + "x" * 90_000 + "\n\n" + "[a]" * 30_000,
    "long labels": "[a]: x\n\n" + ("[" * 900 + "]" * 900) * 90,
    "space before nothing": "-" + " " * 190_000 + "x",
    "a delimiter row that is none": "a\n-" + " " * 190_000 + "x",
    "a rule that is none": "- " * 90_000 + "x",
    "a heading of marks": "# " + "#" * 90_000 + " " * 90_000 + "x",
    "parentheses in an address": "http://a.b/" + "(" * 90_000 + ")" * 90_000,
    "parentheses in a destination": "[a](" + "(" * 90_000,
    "an open title": '[a](b "' + "x" * 190_000,
    "an entity without end": "&" + "a" * 190_000,
    "a mail address without end": "a." * 90_000 + "@b",
    "a thousand equal headings": "# a\n" * 4_000,
}


@pytest.mark.parametrize("name", [*REPEATED, *BUILT])
def test_what_is_made_to_hang_ends_in_half_a_second_or_is_refused(name):
    text = BUILT.get(name) or filled(name)
    with assert_cpu_seconds(SECONDS):
        try:
            html = render(text)
        except RenderingError as error:
            assert re.search(r"limit|more than", str(error))
            return
    assert faults(html) == []
    assert len(html) < 20 * LONG


# --- any text at all ----------------------------------------------------------------------------------------------

MARKUP = st.sampled_from(
    [
        *"-*+>#`~_|[]()!<>&;:\\\"'=.@/\n\t 1ax",
        "\n\n",
        "\n  ",
        "    ",
        "```",
        "**",
        "](",
        "![",
        "<b>",
        "</",
        "<!--",
        "-->",
    ]
    + [
        "&lt;",
        "&#x6a;",
        "javascript:",
        "https://",
        "www.",
        "on=",
        "[a]: ",
        "|-|",
        "\x00",
        "\u202e",
        "\ud800",
        "ł",
        "\r",
    ]
)
ANY_TEXT = st.one_of(
    st.text(st.characters(), max_size=120),
    st.lists(MARKUP, max_size=60).map("".join),
    st.integers(0, 10**9).map(line_soup),
)


@given(ANY_TEXT)
@settings(max_examples=250, deadline=None)
def test_any_text_renders_to_nothing_outside_the_allow_list(text):
    html = render(text)
    assert faults(html) == []
    assert not re.search("[\x00-\x08\x0b-\x1f\ud800-\udfff\u202a-\u202e\u2066-\u2069]", html)


START = st.sampled_from(
    [
        "",
        "",
        "- ",
        "  - ",
        "    - ",
        "* ",
        "1. ",
        "   3) ",
        "> ",
        "> - ",
        ">> ",
        "# ",
        "### ",
        "    ",
        "\t",
        "| ",
        "[ ",
        "**",
    ]
)
END = st.sampled_from(["", "", "", "  ", "\\", " |", "**", "*", " ##", "](", " `", ":", "_"])
LINES = st.lists(
    st.tuples(START, st.integers(1, 3), END, st.sampled_from(["\n", "\n", "\n\n", "\n```\n"])), max_size=12
)


@given(LINES)
@settings(max_examples=200, deadline=None)
def test_no_word_is_lost(lines):
    """All words stay, in order. Left out: what GitHub hides too (destinations, definitions, fence words, table cells
    beyond the head's width)."""
    number, text, expected = 0, [], []
    for start, count, end, separator in lines:
        names = [f"w{number + index}w" for index in range(count)]
        number += count
        expected += names
        text.append(f"{start}{' <T> '.join(names)}{end}{separator}")
    visible = words(render("".join(text)))
    assert re.findall(r"w\d+w", visible) == expected
    assert visible.count("<T>") == "".join(text).count("<T>")
