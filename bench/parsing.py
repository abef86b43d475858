"""How fast files are parsed: files/s and MB/s of Document.parse beside reading alone and python-frontmatter alone.

    python -m bench.parsing FOLDER

FOLDER holds Markdown files (at any depth); every pass runs over them once and over them ten times. The shortest of
five passes counts. Compare the columns of one run, never the figures of two machines.
"""

import argparse
import gc
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

import frontmatter
import yaml

from editorial.document import Document
from editorial.frontmatter import FrontmatterError, decode, read

PASSES = 5


def read_only(path: Path, data: bytes) -> None:
    path.read_bytes()


def python_frontmatter(path: Path, data: bytes) -> None:
    with suppress(yaml.YAMLError):
        frontmatter.loads(data.decode("utf-8", "replace"))


def own_frontmatter(path: Path, data: bytes) -> None:
    with suppress(FrontmatterError):
        read(decode(data).text)


def parse(path: Path, data: bytes) -> None:
    Document.parse(data)


def parse_with_languages(path: Path, data: bytes) -> None:
    document = Document.parse(data)
    _ = document.language, document.body_language, document.blocks, document.word_count


STEPS: tuple[tuple[str, Callable[[Path, bytes], None]], ...] = (
    ("read only", read_only),
    ("python-frontmatter alone", python_frontmatter),
    ("our frontmatter alone", own_frontmatter),
    ("parse: frontmatter, stories, links", parse),
    ("parse, with languages and blocks", parse_with_languages),
)


def shortest(step: Callable[[Path, bytes], None], files: list[tuple[Path, bytes]], times: int) -> float:
    """Seconds of the shortest of PASSES passes over `files`, each `times` times."""
    seconds = []
    for _ in range(PASSES):
        gc.collect()
        started = time.perf_counter()
        for _ in range(times):
            for path, data in files:
                step(path, data)
        seconds.append(time.perf_counter() - started)
    return min(seconds)


def table(files: list[tuple[Path, bytes]], times: int) -> Iterable[str]:
    count, size = len(files) * times, sum(len(data) for _, data in files) * times
    yield f"{count} files, {size / 1e6:.1f} MB, {size / count / 1e3:.1f} kB each"
    yield f"  {'step':<36}{'files/s':>9}{'MB/s':>8}{'ms/file':>9}{'ms/10 kB':>10}{'x python-frontmatter':>22}"
    spent = {name: shortest(step, files, times) for name, step in STEPS}
    base = spent["python-frontmatter alone"]
    for name, seconds in spent.items():
        yield (
            f"  {name:<36}{count / seconds:>9.0f}{size / seconds / 1e6:>8.1f}{seconds / count * 1e3:>9.3f}"
            f"{seconds / size * 1e7:>10.3f}{seconds / base:>22.2f}"
        )


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=Path, help="a folder of Markdown files")
    folder = arguments.parse_args().folder
    files = [(path, path.read_bytes()) for path in sorted(folder.rglob("*.md"))]
    if not files:
        print(f"{folder}: no Markdown files here. Give a folder that has some.", file=sys.stderr)
        return 2
    for times in (1, 10):
        print("\n".join(table(files, times)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
