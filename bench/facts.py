"""How many wrong facts the facts checks find: one fact of a real article is changed at a time, and the checks are run.

    python -m bench.facts FOLDER [--misses N]

FOLDER holds Markdown files. A fact is what a TLDR or takeaway says in the very words of its Summary; so each change
makes a claim that the Summary does not hold. `--misses` prints up to that many undetected ones of each kind.
"""

import argparse
import random
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from editorial.checks import Finding, Piece, run
from editorial.checks.facts.names import GIVEN_NAMES
from editorial.checks.facts.told import comparisons
from editorial.document import Document

from .checks import context, files_of

CODES = ("fact-figure", "fact-date", "fact-name", "fact-quotation", "fact-version")
SEED = 20261127
_NUMBER = r"(?<![\w.,:/-])\d{1,3}(?:[.,]\d{1,3})*(?![\w.,:/-]|\s?[.,]\d)"
_SCALE = re.compile(rf"{_NUMBER} (million|billion|milion\w*|miliard\w*|mln|mld)\b")
_SHARE = re.compile(rf"({_NUMBER})(?=%|\s(?:percent|procent))")
_MONEY = re.compile(r"(?<=\$)\d[\d.,]*\d(?!\w)")
_LARGE = re.compile(r"(?<![\w.,:/$-])\d{2,3}(?:,\d{3})+(?![\w.,])")
_PRODUCTS = r"GPT|Claude|React|Next\.js|TypeScript|Gemini|Node\.js|Vite|Angular|Opus|Sonnet"
_VERSION = re.compile(rf"\b(?:{_PRODUCTS})[- ]v?(\d{{1,2}}(?:\.\d)?)(?![\w.]\d)")
_MONTHS = r"January|February|March|April|May|June|July|August|September|October|November|December"
_DAY = re.compile(rf"\b(?:{_MONTHS}) (\d{{1,2}})\b")
_YEAR = re.compile(r"\b(?:in|since|by|from|w|od|do) (20[0-3]\d)\b")
_NAME = re.compile(r"(?<![.!?:*-] )(?<!\A)\b([A-Z][a-z]+) ([A-Z][a-z]{3,})\b")
_SWAPPED = {"million": "billion", "billion": "million", "mln": "mld", "mld": "mln"}


def changes(text: str) -> Iterator[tuple[str, int, int, str]]:
    """The changes that a claim invites: kind, the characters that change, and what stands there then."""
    for match in _SCALE.finditer(text):
        scale = match[1]
        other = _SWAPPED.get(scale) or (scale.replace("milion", "miliard") if "milion" in scale else "milionów")
        yield "million or billion", match.start(1), match.end(1), other
    for kind, pattern in (("a share", _SHARE), ("money", _MONEY), ("a large number", _LARGE)):
        for match in pattern.finditer(text):
            digits = match[0].rstrip(".,")
            yield f"{kind}: digits swapped", match.start(), match.start() + len(digits), _transposed(digits)
            yield f"{kind}: a digit changed", match.start(), match.start() + len(digits), _bumped(digits)
    for match in _VERSION.finditer(text):
        yield "a version", match.start(1), match.end(1), _bumped(match[1])
    for match in _DAY.finditer(text):
        yield "a day", match.start(1), match.end(1), str(int(match[1]) % 28 + 1)
    for match in _YEAR.finditer(text):
        yield "a year", match.start(1), match.end(1), str(int(match[1]) - 1)
    for match in _NAME.finditer(text):
        if match[1].lower() in GIVEN_NAMES:
            yield "a surname", match.start(2), match.end(2), "Kowalczyk"


def _transposed(digits: str) -> str:
    """The digits with the first two that differ swapped: 38.5 becomes 83.5."""
    at = [place for place, sign in enumerate(digits) if sign.isdigit()]
    for one, other in zip(at, at[1:], strict=False):
        if digits[one] != digits[other] and digits[other] != "0":
            signs = list(digits)
            signs[one], signs[other] = signs[other], signs[one]
            return "".join(signs)
    return digits


def _bumped(digits: str) -> str:
    """The digits with the first one that is neither 0 nor 9 raised by two, 8 and 9 lowered."""
    digit = digits[0]
    return f"{int(digit) - 2 if digit in '89' else int(digit) + 2}{digits[1:]}"


def trials(piece: Piece) -> Iterator[tuple[str, int, int, str]]:
    """The changes of a file's claims that make something of them that the Summary does not say."""
    for compared in comparisons(piece):
        for part in compared.claims:
            text = piece.prose[part.text_start : part.end]
            for kind, start, end, new in changes(text):
                fact = text[max(0, start - 3) : end].strip(" $(")
                is_told = fact in compared.told.text and new != text[start:end]
                if is_told and not re.search(rf"(?<!\d){re.escape(new)}(?!\d)", compared.told.text):
                    yield kind, part.text_start + start, part.text_start + end, new


def is_found(findings: list[Finding], piece: Piece, start: int, end: int) -> bool:
    places = ((piece.source.character(each.place.offset), piece.source.character(each.place.end)) for each in findings)
    return any(begin < end + 12 and start - 12 < stop for begin, stop in places)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=Path, help="a folder of Markdown files")
    arguments.add_argument(
        "--misses", type=int, default=0, metavar="N", help="undetected changes to print of each kind"
    )
    options = arguments.parse_args()
    settings, found, missed = context(), defaultdict(int), defaultdict(list)
    for name, data in files_of(options.folder):
        piece = Piece.of(Document.parse(data, name=name))
        text = piece.text
        for kind, start, end, new in trials(piece):
            changed = Document.parse((text[:start] + new + text[end:]).encode(), name=name)
            other = Piece.of(changed)
            if is_found(run(other, settings, codes=CODES), other, start, start + len(new)):
                found[kind] += 1
            else:
                missed[kind].append(
                    f"{name}: …{text[max(0, start - 50) : start]}[{text[start:end]} -> {new}]{text[end : end + 40]}…"
                )
    print("| what was changed | changes | found |\n| --- | --- | --- |")
    for kind in sorted({*found, *missed}):
        total = found[kind] + len(missed[kind])
        print(f"| {kind} | {total} | {found[kind] / total:.0%} |")
    picked = random.Random(SEED)  # noqa: S311  a sample to read, no secret
    for kind, lines in sorted(missed.items()) if options.misses else ():
        print(f"\n{kind}")
        print("\n".join(" ".join(line.split()) for line in picked.sample(lines, min(options.misses, len(lines)))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
