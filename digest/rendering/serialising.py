"""An element tree to HTML. Python-Markdown's own serialiser recurses and leaves `&lt;` in text as it is; this one does
neither."""

from __future__ import annotations

from html import escape
from xml.etree.ElementTree import Element

from digest.rendering.elements import NO_TAG

_VOID = frozenset({"br", "hr", "img", "input"})
_LINE_INSIDE = frozenset({"ul", "ol", "blockquote", "table", "thead", "tbody", "tr"})
_LINE_AFTER = _LINE_INSIDE | {"p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "pre", "th", "td", "hr"}


def to_html(root: Element) -> str:
    """The content of `root` as HTML: everything escaped, one block a line."""
    out = [escape(root.text or "", quote=False)]
    todo: list[str | Element] = list(reversed(root))
    while todo:
        item = todo.pop()
        if isinstance(item, str):
            out.append(item)
            continue
        todo.append(_end(item))
        out.append(_start(item))
        if len(item):
            todo.extend(reversed(item))
    return "".join(out)


def _start(element: Element) -> str:
    text = escape(element.text, quote=False) if element.text else ""
    if element.tag is NO_TAG:
        return text
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in element.items())
    line = "\n" if element.tag in _LINE_INSIDE else ""
    return f"<{element.tag}{attributes}>{line}{text}"


def _end(element: Element) -> str:
    tail = escape(element.tail, quote=False) if element.tail else ""
    if element.tag is NO_TAG:
        return tail
    end = "" if element.tag in _VOID else f"</{element.tag}>"
    line = "\n" if element.tag in _LINE_AFTER else ""
    return f"{end}{line}{tail}"
