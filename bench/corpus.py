"""A corpus multiplied: as many articles as asked for out of a few real ones, no two with the same slug, title or
words. Used by the benchmarks; writes below the folder that it is given and nowhere else."""

import itertools
import re
from collections.abc import Iterator
from pathlib import Path

PER_FOLDER = 1_000  # files; a folder of 100,000 is slow to look at

_LONG_WORD = re.compile(r"\b[a-z]{7,}\b")
_KEY = re.compile(r"""^(slug|title):([ \t]*)(["']?)(.*?)(["']?)[ \t]*$""", re.MULTILINE)


def multiply(originals: Path, target: Path, count: int) -> None:
    """Write `count` articles made from the Markdown files in `originals` to folders below `target`; those that are
    there from a smaller count stay."""
    texts = [path.read_bytes().decode("utf-8") for path in sorted(originals.glob("*.md"))]
    for number, text in zip(range(count), itertools.cycle(texts), strict=False):
        folder = target / f"{number // PER_FOLDER:04}"
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{number:06}.md"
        if not file.exists():
            file.write_bytes(variant(text, number).encode("utf-8"))


def variant(text: str, number: int) -> str:
    """The article with `number` in slug and title, and every tenth long word of its prose changed."""
    front, body = _split(text)
    front = _KEY.sub(rf"\1:\2\3\4 {number}\5", front).replace(" slug", "slug")
    front = re.sub(r"^(slug:.*) (\d+)", r"\1-\2", front, flags=re.MULTILINE)
    return front + "".join(_changed(body, number))


def _split(text: str) -> tuple[str, str]:
    end = text.find("\n---", 3)
    return (text[: end + 4], text[end + 4 :]) if text.startswith("---") and end > 0 else ("", text)


def _changed(body: str, number: int) -> Iterator[str]:
    counter = itertools.count(number)

    def other(found: re.Match[str]) -> str:
        return found[0] if next(counter) % 10 else f"{found[0][:4]}{number:x}"

    for line in body.splitlines(keepends=True):
        yield line if "](" in line or "http" in line else _LONG_WORD.sub(other, line)
