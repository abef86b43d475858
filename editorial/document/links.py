"""The links of a Markdown text with target and place: inline, by reference, in angle brackets, bare. Pure.

Brackets and parentheses nest as in CommonMark; code spans and fences hold no links. Linear time on any text.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain
from typing import NamedTuple

from .blocks import BlockKind, Span
from .places import Place, Source
from .targets import Target, definitions, folded, inline_target, unescaped


class LinkKind(StrEnum):
    """How a link is written."""

    INLINE = "inline"  # [text](target "title")
    REFERENCE = "reference"  # [text][label], [text][], [text]
    AUTOLINK = "autolink"  # <https://target>
    BARE = "bare"  # https://target


@dataclass(frozen=True, slots=True)
class Link:
    """A link or image at the characters `start` to `end` of its source. `target` and `title` are without
    backslashes and entities."""

    source: Source = field(repr=False, compare=False)
    kind: LinkKind
    target: str
    title: str
    is_image: bool
    start: int
    end: int
    text_start: int
    text_end: int

    @property
    def text(self) -> str:
        """What stands in the brackets, without backslashes, at most TEXT_MAX characters; the address itself where
        there are no brackets."""
        end = min(self.text_end, self.text_start + TEXT_MAX)
        return " ".join(unescaped(self.source.text[self.text_start : end]).split())

    @property
    def place(self) -> Place:
        return self.source.place(self.start, self.end)


class _Opener(NamedTuple):
    start: int
    inside: int
    is_image: bool


LABEL_MAX = 999  # characters of a reference's label; CommonMark 4.7
TEXT_MAX = 2_000  # characters; images may nest, and the text of each holds those of all inside it
_SIGNS = ("[", "<", "://", "www.")  # without one of them there is no link
WITHOUT_LINKS = frozenset({BlockKind.FENCE, BlockKind.CODE, BlockKind.BREAK, BlockKind.DEFINITION})
# Each alternative begins with a letter of its own, which lets the regular expression engine leap over all others.
_TOKEN = re.compile(
    r"\\.|``*|!\[|\[|\]|<[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*>|<[^\s<>@]+@[\w-]+(?:\.[\w-]+)+>", re.DOTALL
)
_TICKS = re.compile(r"`+")
_SCHEME = re.compile(r"(?<![A-Za-z])https?\Z", re.IGNORECASE)
_BEFORE_WWW = re.compile(r"(?:\A|[\s*_~(])\Z")
_ADDRESS = re.compile(r"[^\s<>\"`]+")
_REFERENCE = re.compile(r"\[((?:\\.|[^\[\]\\]){0,999})\]", re.DOTALL)
_ENTITY_AT_END = re.compile(r"&[A-Za-z0-9]+;$")


def find_links(source: Source, spans: Sequence[Span]) -> list[Link]:
    """All links and images of the blocks `spans`, in order. Never raises."""
    text = source.text
    targets = definitions(text, spans) if "]:" in text else {}
    links: list[Link] = []
    signs = dict.fromkeys(_SIGNS, -1)
    next_sign = -1
    for kind, start, end, _ in spans:
        if next_sign < start:
            signs = {sign: at if at >= start else _find(text, sign, start) for sign, at in signs.items()}
            next_sign = min(signs.values())
        if next_sign < end and kind not in WITHOUT_LINKS:
            links += _Walk(source, start, end, targets).links()
    return links


def _find(text: str, sign: str, start: int) -> int:
    """Where a sign stands from `start` on; the end of the text if nowhere."""
    at = text.find(sign, start)
    return at if at >= 0 else len(text)


class _Walk:
    """One walk over a block. An opener below `floor` is text, unless of an image: a link holds no link."""

    def __init__(self, source: Source, start: int, end: int, targets: Mapping[str, Target]) -> None:
        self.source, self.text = source, source.text
        self.start, self.end = start, end
        self.targets = targets
        self.found: list[Link] = []
        self.taken: list[tuple[int, int]] = []  # where no bare address is looked for
        self.openers: list[_Opener] = []
        self.floor = 0
        self.ticks: dict[int, list[int]] | None = None

    def links(self) -> list[Link]:
        position = self.start
        while token := _TOKEN.search(self.text, position, self.end):
            position = self._after(token)
        self._find_bare()
        self.found.sort(key=lambda link: link.start)
        return self.found

    def _after(self, token: re.Match[str]) -> int:
        """Note what the token opens or closes; returns where to go on."""
        first, start, after = token[0][0], token.start(), token.end()
        if first == "`":
            self.ticks = self.ticks if self.ticks is not None else _tick_runs(self.text, start, self.end)
            after = _after_code(self.ticks, start, after - start)
            self.taken.append((start, after))
        elif first == "<":
            address = token[0][1:-1]
            target = address if ":" in address else f"mailto:{address}"
            self._add(LinkKind.AUTOLINK, Target(target), False, (start, after), (start + 1, after - 1))
        elif first in "![":
            self.openers.append(_Opener(start, after, first == "!"))
        elif first == "]" and self.openers:
            after = self._close(start)
        return after

    def _add(
        self, kind: LinkKind, target: Target, is_image: bool, span: tuple[int, int], inside: tuple[int, int]
    ) -> None:
        self.found.append(Link(self.source, kind, target.address, target.title, is_image, *span, *inside))
        self.taken.append(span)

    def _close(self, bracket: int) -> int:
        """Make a link or image of the last opener and the bracket, if they are one."""
        opener = self.openers.pop()
        depth = len(self.openers)
        is_text = depth < self.floor and not opener.is_image
        self.floor = min(self.floor, depth)
        found = None if is_text else self._target(opener, bracket)
        if found is None:
            return bracket + 1
        kind, target, after = found
        self._add(kind, target, opener.is_image, (opener.start, after), (opener.inside, bracket))
        if not opener.is_image:
            self.floor = depth
        return after

    def _target(self, opener: _Opener, bracket: int) -> tuple[LinkKind, Target, int] | None:
        after = bracket + 1
        if self.text.startswith("(", after, self.end) and (found := inline_target(self.text, after + 1, self.end)):
            return LinkKind.INLINE, *found
        if not self.targets:
            return None
        reference = _REFERENCE.match(self.text, after, self.end)
        if reference is None or not reference[1]:
            is_short = bracket - opener.inside <= LABEL_MAX
            label = self.text[opener.inside : bracket] if is_short else ""
        else:
            label = reference[1]
        target = self.targets.get(folded(label))
        return (LinkKind.REFERENCE, target, reference.end() if reference else after) if target else None

    def _find_bare(self) -> None:
        """Addresses that stand in the text as they are (GFM 6.9), outside the stretches that are taken."""
        position = self.start
        for begin, end in [*sorted(self.taken), (self.end, self.end)]:
            for start in self._bare_starts(position, begin):
                if start >= position and (match := _ADDRESS.match(self.text, start, begin)):
                    address = _without_trailing_marks(match[0])
                    position = start + len(address)
                    target = address if "://" in address[:8] else f"http://{address}"
                    link = Link(self.source, LinkKind.BARE, target, "", False, start, position, start, position)
                    self.found.append(link)
            position = max(position, end)

    def _bare_starts(self, start: int, end: int) -> Iterator[int]:
        """Where an address may begin between two characters: at http:// or https://, or at www. after a blank."""
        text = self.text
        signs = _positions(text, "://", start, end), _positions(text, "www.", start, end)
        for at in sorted(chain(*signs)):
            if text[at] == ":":
                scheme = _SCHEME.search(text, max(start, at - 6), at)
                if scheme and text[at + 3 : at + 4].isalnum():
                    yield scheme.start()
            elif at == self.start or _BEFORE_WWW.search(text, at - 1, at):
                yield at


def _positions(text: str, sign: str, start: int, end: int) -> Iterator[int]:
    at = text.find(sign, start, end)
    while at >= 0:
        yield at
        at = text.find(sign, at + 1, end)


def _tick_runs(text: str, start: int, end: int) -> dict[int, list[int]]:
    """Where the runs of backticks begin, by their length, the last first."""
    runs: dict[int, list[int]] = {}
    for run in _TICKS.finditer(text, start, end):
        runs.setdefault(len(run[0]), []).append(run.start())
    for begins in runs.values():
        begins.reverse()
    return runs


def _after_code(runs: dict[int, list[int]], start: int, length: int) -> int:
    """The character after the code span that opens with `length` backticks at `start`, or after these backticks
    where nothing closes them."""
    begins = runs.get(length, [])
    while begins and begins[-1] <= start:
        begins.pop()
    return begins.pop() + length if begins else start + length


def _without_trailing_marks(address: str) -> str:
    """The address without the full stop, quote or closing parenthesis that belongs to the sentence around it."""
    surplus = address.count(")") - address.count("(")
    end = len(address)
    while end:
        last = address[end - 1]
        if last in "?!.,:*_~'\"]":
            end -= 1
        elif last == ")" and surplus > 0:
            end, surplus = end - 1, surplus - 1
        elif last == ";" and (entity := _ENTITY_AT_END.search(address, max(0, end - 12), end)):
            end = entity.start()
        else:
            break
    return address[:end]
