"""How often Digest's renderer finds the same block structure as cmark-gfm, and where it does not.

    python -m bench.rendering_parity

renders the real articles beside the project (where they are) and the documents of `nested_documents`, and writes the
tables of `docs/rendering.md` between its markers. `block_structure` says what is compared and how."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from bench.block_structure import block_structure, full_structure, oracle_html, oracle_html_as_is
from bench.nested_documents import line_soup, nested_document

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT.parent / "shared" / "corpus"
PAGE = ROOT / "docs" / "rendering.md"
NESTED_DOCUMENTS = 1_000
LINE_SOUPS = 5_000
SHOWN = 12

_FRONTMATTER = re.compile(r"\ufeff?\s*---[ \t]*\r?\n.*?\n---[ \t]*\r?\n", re.DOTALL)
_HTML = re.compile(r"<[A-Za-z/!?]")

Render = Callable[[str], str]


@dataclass
class Report:
    """What one set of texts gave."""

    texts: int = 0
    same_blocks: int = 0
    same_inlines: int = 0
    same_blocks_stock: int = 0
    different: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        """The share of texts with the same block structure."""
        return self.same_blocks / self.texts if self.texts else 0.0


def corpus_bodies(corpus: Path = CORPUS) -> list[str]:
    """The bodies of all articles in the corpus: what follows the frontmatter, or the whole file without one."""
    bodies = []
    for path in sorted(corpus.glob("*/**/*.md")):
        text = path.read_bytes().decode("utf-8", errors="replace")
        match = _FRONTMATTER.match(text)
        bodies.append(text[match.end() :] if match else text)
    return bodies


def compare(texts: Iterable[str], render: Render, oracle: Render = oracle_html, stock: Render | None = None) -> Report:
    """Compare `render` (and, in passing, `stock`) with `oracle` on each text."""
    report = Report()
    for text in texts:
        expected, html = oracle(text), render(text)
        same = block_structure(html) == block_structure(expected)
        report.texts += 1
        report.same_blocks += same
        report.same_inlines += same and full_structure(html) == full_structure(expected)
        report.same_blocks_stock += bool(stock) and block_structure(stock(text)) == block_structure(expected)
        if not same:
            report.different.append(text)
    return report


def shortened(text: str, render: Render, oracle: Render = oracle_html) -> str:
    """`text` without the lines and words that the difference does not need."""

    def differs(candidate: str) -> bool:
        return block_structure(render(candidate)) != block_structure(oracle(candidate))

    for separator in ("\n", " ", ""):
        pieces = text.split(separator) if separator else list(text)
        position = 0
        while position < len(pieces) and len(pieces) < 400:
            without = separator.join(pieces[:position] + pieces[position + 1 :])
            if differs(without):
                del pieces[position]
                position = 0
            else:
                position += 1
        text = separator.join(pieces)
    return text


def main() -> None:
    """Write the tables."""
    settings.configure(SITE_URL="https://digest.example", IMAGE_HOSTS=[], RENDER_MAX_CHARS=200_000)
    from digest.rendering import render

    bodies = corpus_bodies()
    plain = [body for body in bodies if not _HTML.search(body)]
    stock = _stock_renderer()
    reports = {
        "real articles": compare(bodies, render, stock=stock),
        "those without a `<` before a letter, cmark-gfm as it is": compare(plain, render, oracle_html_as_is, stock),
        f"{NESTED_DOCUMENTS:,} generated nested documents": compare(
            map(nested_document, range(NESTED_DOCUMENTS)), render, stock=stock
        ),
        f"{LINE_SOUPS:,} line soups": compare(map(line_soup, range(LINE_SOUPS)), render, stock=stock),
    }
    tables = f"{_figures(reports)}\n\n{_differences(reports, render)}"
    page = PAGE.read_text(encoding="utf-8")
    begin, end = "<!-- begin: bench.rendering_parity -->", "<!-- end: bench.rendering_parity -->"
    head, tail = page.split(begin)[0], page.split(end)[1]
    PAGE.write_text(f"{head}{begin}\n{tables}\n{end}{tail}", encoding="utf-8")
    print(_figures(reports))


def _stock_renderer() -> Render:
    from markdown import markdown

    from bench.block_structure import without_html

    return lambda text: markdown(without_html(text), extensions=["extra", "sane_lists"])


def _figures(reports: dict[str, Report]) -> str:
    lines = [
        "| texts | number | same blocks | and same inlines | stock Python-Markdown, same blocks |",
        "| --- | --: | --: | --: | --: |",
    ]
    for name, report in reports.items():
        counts = (report.same_blocks, report.same_inlines, report.same_blocks_stock)
        cells = [f"{count:,} ({count / report.texts:.2%})" if report.texts else "-" for count in counts]
        lines.append(f"| {name} | {report.texts:,} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _differences(reports: dict[str, Report], render: Render) -> str:
    """Each text that differs, as short as it gets; the ones from real articles are counted, not shown."""
    parts = []
    for name, report in list(reports.items())[2:]:
        shown = sorted({shortened(text, render) for text in report.different}, key=len)
        parts.append(f"### Where {name} differ: {len(report.different)} texts, {len(shown)} when shortened\n")
        for text in shown[:SHOWN]:
            parts.append(
                _block("Markdown", text) + _block("Digest", render(text)) + _block("cmark-gfm", oracle_html(text))
            )
    return "\n".join(parts)


def _block(title: str, text: str) -> str:
    fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", text))])
    return f"{title}:\n\n{fence}text\n{text.rstrip()}\n{fence}\n\n"


if __name__ == "__main__":
    main()
