"""The text of one block to pieces: code, escapes, entities, emphasis, links and images, line breaks, bare addresses
("phase 2" in the CommonMark spec). Raw HTML is text like any other."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from xml.etree.ElementTree import Element

from markdown.util import AtomicString

from digest.rendering.autolinks import address_end
from digest.rendering.elements import NO_TAG
from digest.rendering.limits import LINK_WORK, Budget
from digest.rendering.links import (
    ENTITY,
    decode_entity,
    scan_destination,
    scan_label,
    scan_title,
    skip_space,
)
from digest.rendering.marks import EmphasisMatcher, Mark, Piece, delimiter_run
from digest.rendering.references import References, Target
from digest.rendering.urls import link_attributes

SPECIAL = re.compile(r"[\\`*_~\[\]<&\n]|!\[|www\.|://")
_SCHEME = re.compile(r"(?<![A-Za-z])(?:https?|ftp)\Z", re.IGNORECASE)
_LONGEST_SCHEME = len("https")
_BEFORE_HOST = frozenset(" \t\n*_~(")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_BACKTICKS = re.compile(r"`+")
_POINTED_ADDRESS = re.compile(r"<([A-Za-z][A-Za-z0-9+.\-]{1,31}:[^\x00-\x20<>]*)>")
_POINTED_MAIL = re.compile(
    r"<([A-Za-z0-9.!#$%&'*+/=?^_`{|}~\-]+@[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?"
    r"(?:\.[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?)*)>"
)


class Bracket:
    """An open `[` or `![`."""

    __slots__ = ("mark", "text_start", "first_run", "holds_brackets")

    def __init__(self, mark: Mark, text_start: int, first_run: int) -> None:
        self.mark = mark
        self.text_start = text_start
        self.first_run = first_run  # index of the first delimiter run inside
        self.holds_brackets = False


def link_element(url: str, title: str, text: str | None = None) -> Element:
    """A link to `url`, or an element without a tag when articles may not link there."""
    attributes = link_attributes(url, title)
    element = Element(NO_TAG) if attributes is None else Element("a", attributes)
    if text is not None:
        element.text = AtomicString(text)
    return element


class InlineParser:
    """Parses one text; `parse` gives its pieces."""

    def __init__(self, text: str, references: References, budget: Budget) -> None:
        self.text = text
        self.references = references
        self.budget = budget
        self.position = 0
        self.pieces: list[Piece] = []
        self.runs: list[Mark] = []
        self.brackets: list[Bracket] = []
        self.dead_brackets = 0  # so many of the first brackets hold a link and can be none themselves
        self.ticks: dict[int, list[int]] | None = None

    def parse(self) -> list[Piece]:
        """The pieces of the text. Raises `RenderingError` when it has too many marks."""
        text, find = self.text, SPECIAL.search
        while match := find(text, self.position):
            start = self._start(match)
            character = text[start]
            plain = text[self.position : start]
            if plain:
                self.pieces.append(plain.rstrip(" \t") if character == "\n" else plain)
            self.budget.spend(1)
            self.position = start
            if character == "\n":
                self._break(hard=plain.endswith("  "))
            else:
                _PARSE[character](self)
        self.pieces.append(text[self.position :])
        EmphasisMatcher().match(self.runs)
        return self.pieces

    def _start(self, match: re.Match[str]) -> int:
        """Where the marks found begin: an address begins with its scheme."""
        start = match.start()
        if match[0] != "://":
            return start
        scheme = _SCHEME.search(self.text, max(self.position, start - _LONGEST_SCHEME), start)
        return scheme.start() if scheme else start

    def _text(self, characters: int) -> None:
        self.pieces.append(self.text[self.position : self.position + characters])
        self.position += characters

    def _break(self, hard: bool) -> None:
        if hard:
            self.pieces.append(Element("br"))
        self.pieces.append("\n")
        self.position = skip_space(self.text, self.position)

    def _escape(self) -> None:
        if match := _ESCAPE.match(self.text, self.position):
            self.pieces.append(match[1])
            self.position = match.end()
        elif self.text.startswith("\\\n", self.position):
            self.position += 1
            self._break(hard=True)
        else:
            self._text(1)

    def _entity(self) -> None:
        if match := ENTITY.match(self.text, self.position):
            self.pieces.append(decode_entity(match))
            self.position = match.end()
        else:
            self._text(1)

    def _code(self) -> None:
        opening = _BACKTICKS.match(self.text, self.position)
        length = len(opening[0]) if opening else 1
        closing = self._next_ticks(length, self.position)
        if closing is None:
            self._text(length)
            return
        code = self.text[self.position + length : closing].replace("\n", " ")
        if code.startswith(" ") and code.endswith(" ") and code.strip(" "):
            code = code[1:-1]
        element = Element("code")
        element.text = AtomicString(code)
        self.pieces.append(element)
        self.position = closing + length

    def _next_ticks(self, length: int, after: int) -> int | None:
        """The start of the next run of exactly `length` backticks."""
        if self.ticks is None:
            self.ticks = {}
            for run in _BACKTICKS.finditer(self.text):
                self.ticks.setdefault(len(run[0]), []).append(run.start())
        starts = self.ticks.get(length, [])
        index = bisect_right(starts, after)
        return starts[index] if index < len(starts) else None

    def _pointed(self) -> None:
        address = _POINTED_ADDRESS.match(self.text, self.position)
        mail = None if address else _POINTED_MAIL.match(self.text, self.position)
        match = address or mail
        if not match:
            self._text(1)
            return
        self.pieces.append(link_element(match[1] if address else f"mailto:{match[1]}", "", match[1]))
        self.position = match.end()

    def _colon(self) -> None:
        self._text(len("://"))

    def _bare_host(self) -> None:
        if self.position and self.text[self.position - 1] not in _BEFORE_HOST:
            self._text(len("www."))
        else:
            self._address(host_start=self.position)

    def _bare_address(self) -> None:
        self._address(host_start=self.text.index("://", self.position) + len("://"))

    def _address(self, host_start: int) -> None:
        """A bare address; none inside brackets, as in cmark-gfm, for they may become a link."""
        start = self.position
        is_host = start == host_start
        end = address_end(self.text, start, host_start) if len(self.brackets) <= self.dead_brackets else None
        if end is None or end <= host_start:
            self._text(max(host_start - start, len("www.")))
            return
        self.budget.spend(LINK_WORK)
        address = self.text[start:end]
        self.pieces.append(link_element(f"http://{address}" if is_host else address, "", address))
        self.position = end

    def _run(self) -> None:
        run = delimiter_run(self.text, self.position)
        self.position += run.length
        self.pieces.append(run)
        if (run.can_open or run.can_close) and (run.character != "~" or run.length < 3):
            self.runs.append(run)

    # --- links and images -----------------------------------------------------------------------------------

    def _open_bracket(self) -> None:
        mark = Mark("![" if self.text[self.position] == "!" else "[", 1)
        self.position += len(mark.character)
        self.pieces.append(mark)
        if self.brackets:
            self.brackets[-1].holds_brackets = True
        self.brackets.append(Bracket(mark, self.position, len(self.runs)))

    def _close_bracket(self) -> None:
        bracket = self.brackets.pop() if self.brackets else None
        if bracket:
            is_image = bracket.mark.character == "!["
            is_dead = len(self.brackets) < self.dead_brackets and not is_image
            self.dead_brackets = min(self.dead_brackets, len(self.brackets))
            target = None if is_dead else self._target(bracket)
            if target:
                self._end_link(bracket, target, is_image)
                return
        self._text(1)

    def _end_link(self, bracket: Bracket, target: Target, is_image: bool) -> None:
        mark = bracket.mark
        mark.count = 0
        if is_image:
            mark.opens.append(Element("img", {"src": target.url, "title": target.title}))
        else:
            mark.opens.append(link_element(target.url, target.title))
            self.dead_brackets = len(self.brackets)
        EmphasisMatcher().match(self.runs[bracket.first_run :])
        del self.runs[bracket.first_run :]
        end = Mark("]", 0)
        end.closes = 1
        self.pieces.append(end)

    def _target(self, bracket: Bracket) -> Target | None:
        """Where the brackets that end here lead; moves the position behind the link when they lead somewhere."""
        after = self.position + 1
        found = self._inline_target(after) or self._reference(bracket, after)
        if not found:
            return None
        target, self.position = found
        return target

    def _inline_target(self, after: int) -> tuple[Target, int] | None:
        text = self.text
        if not text.startswith("(", after):
            return None
        self.budget.spend(LINK_WORK)
        destination = scan_destination(text, skip_space(text, after + 1))
        if not destination:
            return None
        url, end = destination
        title_start = skip_space(text, end)
        title = scan_title(text, title_start) if title_start > end else None
        end = skip_space(text, title[1] if title else title_start)
        return (Target(url, title[0] if title else ""), end + 1) if text.startswith(")", end) else None

    def _reference(self, bracket: Bracket, after: int) -> tuple[Target, int] | None:
        label = scan_label(self.text, after)
        end = label[1] if label else after
        name = label[0] if label else ""
        if not name:
            if bracket.holds_brackets:
                return None
            name = self.text[bracket.text_start : self.position]
        target = self.references.lookup(name)
        return (target, end) if target else None


_PARSE: dict[str, Callable[[InlineParser], None]] = {
    "\\": InlineParser._escape,
    "`": InlineParser._code,
    "*": InlineParser._run,
    "_": InlineParser._run,
    "~": InlineParser._run,
    "[": InlineParser._open_bracket,
    "!": InlineParser._open_bracket,
    "]": InlineParser._close_bracket,
    "<": InlineParser._pointed,
    "&": InlineParser._entity,
    ":": InlineParser._colon,
    "w": InlineParser._bare_host,
    **dict.fromkeys("hHfF", InlineParser._bare_address),
}
