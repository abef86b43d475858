"""What a new generation does to a text that the desk has edited, pair by pair, and how long the merge takes.

    python -m bench.merging FOLDER

FOLDER holds a folder per article with 1-generated.md and 2-later.md. For each pair the desk is imagined to do a few
things to the first text; the table says what becomes of each when the later file comes in: whether the merge is
clean, how many keys and blocks come from which side, what the conflicts are, and whether the desk's words are all kept.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from editorial.document import BlockKind, Document, parse_body
from editorial.merging import Origin, merge
from editorial.text import Text


def text_of(path: Path) -> Text:
    document = Document.parse(path.read_bytes())
    front = document.frontmatter
    if front is None or front.date is None:
        raise SystemExit(f"{path}: its frontmatter has no date or cannot be read. Give another file.")
    tags, language = tuple(front.subject_tags), document.language
    return Text(front.title, front.excerpt, document.body, tags, language, front.date, front.slug)


def nothing(base: Text) -> Text:
    return base


def another_slug_and_tag(base: Text) -> Text:
    return replace(base, slug=f"{base.slug}-checked", tags=(*base.tags[1:], "checked"))


def a_word_in_each_block(base: Text) -> Text:
    body = base.body
    for block in reversed(parse_body(body).blocks):
        body = f"{body[: block.end]} (checked){body[block.end :]}"
    return replace(base, body=body)


def list_items_removed(base: Text) -> Text:
    body = base.body
    for block in reversed(parse_body(body).blocks):
        if block.kind is BlockKind.LIST_ITEM:
            body = body[: block.start] + body[block.end :].lstrip("\n")
    return replace(base, body=body)


def first_story_last(base: Text) -> Text:
    starts = [block.start for block in parse_body(base.body).blocks if block.kind is BlockKind.HEADING]
    if len(starts) < 2:
        return base
    before, first, rest = base.body[: starts[0]], base.body[starts[0] : starts[1]], base.body[starts[1] :]
    return replace(base, body=f"{before}{rest.rstrip()}\n\n{first.rstrip()}\n")


DESK: tuple[Callable[[Text], Text], ...] = (
    nothing,
    another_slug_and_tag,
    a_word_in_each_block,
    list_items_removed,
    first_story_last,
)


def rows(folder: Path) -> Iterator[str]:
    """The table's rows for one pair."""
    base, theirs = text_of(folder / "1-generated.md"), text_of(folder / "2-later.md")
    for edit in DESK:
        ours = edit(base)
        started = time.perf_counter()
        result = merge(base, theirs, ours)
        spent = (time.perf_counter() - started) * 1e3
        parts = (*result.fields, *result.blocks)
        counts = "".join(f"{sum(part.origin is side and not part.conflict for part in parts):>8}" for side in Origin)
        kept = "yes" if result.text and result.text.body.count("(checked)") == ours.body.count("(checked)") else ""
        outcome = "clean" if result.is_clean else "conflict"
        yield f"  {edit.__name__:<24}{outcome:<10}{counts}{kept:>6}{spent:>9.2f}"
        for conflict in result.conflicts:
            yield f"      {conflict.key}: {conflict.cause.name}, {conflict.theirs[:40]!r} | {conflict.ours[:40]!r}"


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=Path, help="a folder of pairs")
    pairs = sorted(path.parent for path in arguments.parse_args().folder.glob("*/2-later.md"))
    if not pairs:
        print("No pairs here. Give a folder with NAME/1-generated.md and NAME/2-later.md in it.", file=sys.stderr)
        return 2
    print(f"  {'the desk':<24}{'outcome':<10}{''.join(f'{side.value:>8}' for side in Origin)}{'kept':>6}{'ms':>9}")
    for folder in pairs:
        print(folder.name, *rows(folder), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
