"""How fast articles are rendered: files and megabytes a second, beside reading alone, cmark-gfm, stock Python-Markdown.

    python -m bench.rendering

takes the real articles (shared/corpus beside the project, or generated documents where it is missing), once and ten
times over. Figures of one run compare with each other, not with those of another machine."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from cmarkgfm import github_flavored_markdown_to_html
from django.conf import settings
from markdown import markdown

from bench.nested_documents import nested_document
from bench.rendering_parity import CORPUS, corpus_bodies

ROUNDS = 3
TENFOLD = 10


def seconds(work: Callable[[str], object], texts: Sequence[str], rounds: int = ROUNDS) -> float:
    """CPU seconds of the best of `rounds` runs of `work` over all texts."""
    best = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        for text in texts:
            work(text)
        best = min(best, time.process_time() - start)
    return best


class Table:
    """Prints one line per measurement of the same texts."""

    def __init__(self, bodies: Sequence[str]) -> None:
        self.files = len(bodies)
        self.size = sum(len(body.encode()) for body in bodies)
        print(f"{self.files} texts, {self.size / 1e6:.2f} MB; best of {ROUNDS} rounds, CPU time\n")
        print("| what | files/s | MB/s | ms per file | ms per 10 kB |\n| --- | --: | --: | --: | --: |")

    def show(self, name: str, taken: float, copies: int = 1) -> None:
        """Print what `taken` seconds for `copies` of the texts mean."""
        files, size = self.files * copies, self.size * copies
        speed = f"{files / taken:,.0f} | {size / taken / 1e6:.1f}"
        print(f"| {name} | {speed} | {taken / files * 1e3:.3f} | {taken / size * 1e7:.3f} |")


def main() -> None:
    """Print the table."""
    settings.configure(SITE_URL="https://digest.example", IMAGE_HOSTS=[], RENDER_MAX_CHARS=200_000)
    from digest.rendering import render
    from digest.rendering.sanitising import sanitise

    bodies = corpus_bodies() if CORPUS.is_dir() else [nested_document(seed) for seed in range(500)]
    table = Table(bodies)
    with TemporaryDirectory() as folder:
        paths = [str(Path(folder) / f"{number}.md") for number in range(len(bodies))]
        for path, body in zip(paths, bodies, strict=True):
            Path(path).write_text(body, encoding="utf-8")
        table.show("read only", seconds(_read, paths))
        table.show("read and render", seconds(lambda path: render(_read(path)), paths))
    table.show("render", seconds(render, bodies))
    table.show("render, ten times over", seconds(render, bodies * TENFOLD, rounds=1), TENFOLD)
    table.show("of which nh3", seconds(sanitise, [str(render(body)) for body in bodies]))
    table.show("cmark-gfm (C, nothing sanitised)", seconds(github_flavored_markdown_to_html, bodies))
    table.show("stock Python-Markdown (extra, sane_lists)", seconds(_stock, bodies, rounds=1))
    print(f"\npeak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def _read(path: str) -> str:
    return Path(path).read_text(encoding="utf-8")


def _stock(text: str) -> str:
    return markdown(text, extensions=["extra", "sane_lists"])


if __name__ == "__main__":
    main()
