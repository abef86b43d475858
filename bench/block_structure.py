"""The one comparison of rendered HTML with cmark-gfm's: nested tuples of block elements with their text.

Two texts agree when these are equal: which block elements there are, in which order, how they nest; the number a list
starts with; whether an item holds its text in a paragraph (loose) or directly (tight); whether it has a task box; the
alignment of table cells; code to the letter; all other text with white space folded, hard breaks included. Inline
elements (emphasis, code spans, links with their addresses) and the state of a task box count in `full_structure`."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from cmarkgfm import cmark

_TABLES = {"table", "thead", "tbody", "tr", "th", "td"}
BLOCKS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "hr"} | _TABLES
COMPARED_ATTRIBUTES = {"ol": ("start",), "th": ("align",), "td": ("align",)}
INLINES = {"em", "strong", "del", "code", "a"}
ORACLE_EXTENSIONS = ["table", "strikethrough", "autolink", "tasklist"]
STAND_IN = "※"
"""Stands for a `<` that could begin raw HTML: punctuation like `<`, but without a meaning in Markdown."""

_MAY_BEGIN_HTML = re.compile(
    r"""(?<!\\)                                   # an escaped one never begins HTML
        <(?![A-Za-z][A-Za-z0-9+.\-]{1,31}:[^\s<>]*>)   # nor does an address: <https://...>
         (?![A-Za-z0-9.!#$%&'*+/=?^_`{|}~\-]+@[A-Za-z0-9.\-]+>)      # <name@host>
    """,
    re.VERBOSE,
)
_BOX = re.compile(r"\[[ xX]\]( |$)")

Structure = tuple[object, ...]


class _Reader(HTMLParser):
    """Collects `[tag, attributes, child, ...]` lists; a child is such a list or a piece of text."""

    def __init__(self, inlines: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.kept = BLOCKS | INLINES if inlines else BLOCKS
        self.open: list[list[object]] = [["document", ()]]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "br":
            self.handle_data("⏎")
        elif tag == "input":
            self.handle_data("[x] " if "checked" in values else "[ ] ")
        elif tag == "img":
            self.handle_data(values.get("alt") or "")
        elif tag in self.kept:
            names = COMPARED_ATTRIBUTES.get(tag, ("href",) if tag == "a" else ())
            element: list[object] = [tag, tuple(values.get(name) for name in names)]
            self.open[-1].append(element)
            if tag != "hr":
                self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.kept and tag != "hr":
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].append(data)


def _normalised(element: list[object], inlines: bool, in_code: bool = False) -> Structure:
    tag, attributes, *children = element
    in_code = in_code or tag == "pre"
    result: list[object] = [tag, attributes]
    text = ""
    for child in [*children, None]:
        if isinstance(child, str):
            text += child
            continue
        folded = text if in_code else " ".join(text.replace(STAND_IN, "<").split())
        if folded:
            result.append(folded.replace(STAND_IN, "<"))
        text = ""
        if isinstance(child, list):
            result.append(_normalised(child, inlines, in_code))
    return _with_box(result, with_state=inlines) if tag == "li" else tuple(result)


def _with_box(item: list[object], with_state: bool) -> Structure:
    """A list item with its task box as an attribute, wherever the box stands: cmark-gfm puts it before the paragraph of
    a loose item and leaves it as `[ ]` where the item does not begin its line (GFM, 5.3, knows no such exception)."""
    tag, _, *children = item
    paragraph = children[0] if children and isinstance(children[0], tuple) and children[0][0] == "p" else None
    text = paragraph[2] if paragraph and len(paragraph) > 2 else children[0] if children else None
    box = _BOX.match(text) if isinstance(text, str) else None
    if not box or not isinstance(text, str):
        return tuple(item)
    rest = [text[box.end() :]] if box.end() < len(text) else []
    first = ("p", (), *rest, *paragraph[3:]) if paragraph else None
    return (tag, (box[0].strip() if with_state else "task",), *([first] if first else rest), *children[1:])


def block_structure(html: str) -> Structure:
    """The block elements of `html` as nested tuples `(tag, attributes, child or text, ...)`."""
    return _structure(html, inlines=False)


def full_structure(html: str) -> Structure:
    """The same with emphasis, code spans, strikethrough and links, and the addresses of links."""
    return _structure(html, inlines=True)


def _structure(html: str, inlines: bool) -> Structure:
    reader = _Reader(inlines)
    reader.feed(html)
    reader.close()
    return _normalised(reader.open[0], inlines)


def without_html(text: str) -> str:
    """`text` with `STAND_IN` for each `<` that could begin HTML; the comparison reads it as `<` again."""
    if STAND_IN in text:
        raise ValueError(f"The text holds {STAND_IN!r}, which the comparison uses itself. Choose another stand-in.")
    return _MAY_BEGIN_HTML.sub(STAND_IN, text)


def oracle_html(text: str) -> str:
    """What cmark-gfm makes of `text` when raw HTML is text.

    cmark-gfm has no such switch: it drops raw HTML or passes it on, and a line like `<div>` keeps it from reading the
    Markdown below. So it gets the text `without_html`."""
    return oracle_html_as_is(without_html(text))


def oracle_html_as_is(text: str) -> str:
    """What cmark-gfm makes of `text`, raw HTML dropped."""
    html: str = cmark.markdown_to_html_with_extensions(text, options=0, extensions=ORACLE_EXTENSIONS)
    return html
