"""The Python-Markdown extension: GitHub's blocks and inlines, headings with anchors, no raw HTML.

It takes the place of Python-Markdown's block processors and inline patterns and leaves the frame: preprocessors,
element tree, tree processors, serialiser, postprocessors. Other extensions can hook into these."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree.ElementTree import Element, ElementTree

from markdown import Markdown
from markdown.blockparser import BlockParser as MarkdownBlockParser
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString, Registry

from digest.rendering.anchors import Anchors, Heading
from digest.rendering.blocks import BlockParser
from digest.rendering.elements import LINE, add_blocks
from digest.rendering.inlines import SPECIAL, InlineParser
from digest.rendering.limits import Budget
from digest.rendering.references import References
from digest.rendering.serialising import to_html
from digest.rendering.writer import PieceWriter

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


class GitHubExtension(Extension):
    """Makes a `Markdown` object render as GitHub does; `headings` and `lines` are those of the text converted
    last: its headings, and where its outermost blocks begin."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Called by `Markdown` once."""
        md.registerExtension(self)
        md.preprocessors = Registry()
        md.inlinePatterns = Registry()
        md.postprocessors = Registry()
        md.treeprocessors = Registry()
        md.parser = _BlockTreeParser(md, self)
        md.treeprocessors.register(_InlineTreeprocessor(md, self), "inline", 20)
        md.treeprocessors.register(_HeadingTreeprocessor(md, self), "headings", 10)
        md.stripTopLevelTags = False
        self.md = md
        self.reset()

    def reset(self) -> None:
        """Called by `Markdown.reset`: forget the text before."""
        self.md.serializer = to_html
        self.budget = Budget()
        self.references = References()
        self.headings: list[Heading] = []
        self.lines: list[int] = []


class _BlockTreeParser(MarkdownBlockParser):
    def __init__(self, md: Markdown, extension: GitHubExtension) -> None:
        super().__init__(md)
        self.extension = extension

    def parseDocument(self, lines: Iterable[str]) -> ElementTree:
        parser = BlockParser(self.extension.budget)
        lines = list(lines)
        document = parser.parse(lines if lines[-1] else lines[:-1])
        self.extension.references = parser.references
        self.extension.lines = [block.line for block in document.children]
        self.root = Element(self.md.doc_tag)
        add_blocks(self.root, document.children)
        return ElementTree(self.root)


class _InlineTreeprocessor(Treeprocessor):
    def __init__(self, md: Markdown, extension: GitHubExtension) -> None:
        super().__init__(md)
        self.extension = extension

    def run(self, root: Element) -> None:
        for element in list(root.iter()):
            line = element.attrib.pop(LINE, None)
            if line is not None:
                self.extension.budget.line = int(line)
                self._parse(element)

    def _parse(self, element: Element) -> None:
        text, budget = element.text or "", self.extension.budget
        if not len(element) and "@" not in text and not SPECIAL.search(text):
            element.text = AtomicString(text)
            return
        element.text = None
        pieces = InlineParser(text, self.extension.references, budget).parse()
        PieceWriter(element, budget).write(pieces)


class _HeadingTreeprocessor(Treeprocessor):
    def __init__(self, md: Markdown, extension: GitHubExtension) -> None:
        super().__init__(md)
        self.extension = extension

    def run(self, root: Element) -> None:
        anchors = Anchors()
        for element in root.iter():
            if element.tag in _HEADINGS:
                text = " ".join("".join(element.itertext()).split())
                heading = Heading(int(element.tag[1]), text, anchors.anchor(text))
                element.set("id", heading.anchor)
                self.extension.headings.append(heading)
