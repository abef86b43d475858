"""Pieces of inline text into the element tree: joins text, nests what marks open and close, decides about images."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from digest.rendering.autolinks import mail_addresses
from digest.rendering.elements import NO_TAG
from digest.rendering.inlines import link_element
from digest.rendering.limits import LINK_WORK, Budget
from digest.rendering.marks import Mark, Piece
from digest.rendering.urls import image_address


class PieceWriter:
    """Writes into `parent`, behind what it already holds."""

    def __init__(self, parent: Element, budget: Budget) -> None:
        self.budget = budget
        self.open = [parent]
        self.text: list[str] = []
        self.alts: list[list[str]] = []  # the text of each open image; what is in there is not in the tree
        self.open_links = 0

    def write(self, pieces: list[Piece]) -> None:
        """Write all pieces. Raises `RenderingError` when they nest too deep."""
        for piece in pieces:
            if isinstance(piece, str):
                self._add_text(piece)
            elif isinstance(piece, Mark):
                for _ in range(piece.closes):
                    self._close()
                self._add_text(piece.character * piece.count)
                for element in reversed(piece.opens):
                    self._open(element)
            else:
                self._add(piece)
        self._flush()

    def _add_text(self, text: str) -> None:
        (self.alts[-1] if self.alts else self.text).append(text)

    def _add(self, element: Element) -> None:
        """A finished element; a link inside a link keeps its text only."""
        if self.alts:
            self._add_text(element.text or "")
            return
        if element.tag == "a" and self.open_links:
            element.tag = NO_TAG
        self._flush()
        self.open[-1].append(element)

    def _open(self, element: Element) -> None:
        if element.tag == "img":
            self.alts.append([])
        elif not self.alts:
            if element.tag == "strong" and self.open[-1].tag == "strong":
                element.tag = NO_TAG  # cmark-gfm: what is strong already does not get stronger
            self._add(element)
            self.open_links += element.tag == "a"
        self.open.append(element)
        self.budget.check_depth(len(self.open), "emphasis, links and images")

    def _close(self) -> None:
        if not self.alts:
            self._flush()
        element = self.open.pop()
        if element.tag == "img":
            self._end_image(element, "".join(self.alts.pop()))
        elif element.tag == "a" and not self.alts:
            self.open_links -= 1

    def _end_image(self, image: Element, alt: str) -> None:
        source, title = image.get("src", ""), image.get("title", "")
        address = image_address(source)
        if self.alts:
            self._add_text(alt)
        elif address:
            self._add(Element("img", {"src": address, "alt": alt} | ({"title": title} if title else {})))
        else:
            self._add(_link_to_image(source, title, alt))

    def _flush(self) -> None:
        text = "".join(self.text)
        self.text.clear()
        done = 0
        if "@" in text and not self.open_links:
            for start, end in mail_addresses(text):
                self.budget.spend(LINK_WORK)
                _append_text(self.open[-1], text[done:start])
                self.open[-1].append(link_element(f"mailto:{text[start:end]}", "", text[start:end]))
                done = end
        _append_text(self.open[-1], text[done:])


def _link_to_image(source: str, title: str, alt: str) -> Element:
    link = link_element(source, title, alt or source)
    if link.tag is NO_TAG:
        link.text = alt
    return link


def _append_text(parent: Element, text: str) -> None:
    if not text:
        return
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text
