"""What the checks find in real articles, how right they are and how long they take: the page docs/checks.md.

    python -m bench.checks FOLDER > docs/checks.md

FOLDER holds Markdown files (at any depth) and perhaps labels.json (file -> what an older detector saw). Right and wrong
come from fixtures/checks_sample.csv, labelled by hand: file, code, line, verdict. `--sample 20` prints up to that many
findings of each code that the sample lacks, to be labelled, with what they are about.
"""

import argparse
import csv
import datetime
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from editorial.checks import RULES, Context, Finding, HouseLists, Neighbour, Neighbours, Piece, link_key, run
from editorial.document import Document

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "fixtures" / "checks_sample.csv"
PASSES = 5
# Labels of the older detector that mean the same as a check of ours.
LABELS = {
    "body-stub": "body-stub(<150 words)",
    "em-dash": "style-em-dash",
    "ends-mid-sentence": "ending-mid-sentence",
    "date-year-off": "date-exactly-1-year-off",
    "excerpt-long": "excerpt-too-long(>200)",
    "excerpt-short": "excerpt-too-short(<40)",
    "final-newline": "no-newline-at-EOF",
    "first-person": "claim-first-person-experience(en)",
    "foreign-script": "foreign-script-leak(CJK/Cyrillic/..)",
    "frontmatter-incomplete": "fm-required-missing",
    "greeting": "podcast-greeting/sign-off",
    "invisible-characters": "invisible-chars",
    "label-localised": "label-localised/variant",
    "label-not-bold": "label-not-bold(heading/plain)",
    "language-excerpt": "excerpt-language!=body",
    "language-mixed": "mixed-language-paragraph",
    "language-tag": "tag-language!=body",
    "link-aggregator": "link-aggregator(daily.dev)",
    "link-bare": "link-bare-URL",
    "link-homepage": "link-homepage-only",
    "link-malformed": "link-malformed-scheme",
    "link-none": "link-none-at-all",
    "link-redirector": "link-redirector",
    "link-repeated": "link-same-URL-twice-in-file",
    "link-tracking": "link-tracking-params",
    "list-without-blank-line": "list-without-blank-line(Python-Markdown)",
    "newsletter-twice": "same-newsletter-processed-twice(>=60% links)",
    "not-just": "style-not-just-X-it's-Y",
    "pipeline-notes": "pipeline-notes/promo-stub",
    "preamble": "body-text-before-first-story",
    "raw-markup": "raw-html-or-JSX-in-prose",
    "section-duplicated": "section-duplicated",
    "slug-long": "slug-too-long(>80)",
    "slug-unsafe": "slug-unsafe",
    "source-covered": "source-URL-already-covered-earlier",
    "source-incomplete": "source-incomplete(paywall/scrape meta)",
    "stock-phrase": "style-AI-vocabulary(en)",
    "story-link-missing": "section-missing:link",
    "story-none": "body-no-##-story",
    "tag-alias": "tag-should-be-consolidated(mapping)",
    "tag-generated-missing": "tag-generated-missing",
    "tag-language-missing": "tag-language-missing",
    "tag-placeholder": "tag-placeholder-agregate",
    "tag-uppercase": "tag-uppercase",
    "takeaways-missing": "section-missing:takeaways",
    "title-long": "title-too-long(>100)",
    "tldr-missing": "section-missing:tldr",
    "tool-attribution": "tool-attribution",
    "words-many": "very-long(>4000 words)",
}


@dataclass
class Tally:
    """Findings and files of one code; `verdicts` are those of the sample that are still found."""

    findings: list[tuple[str, Finding]] = field(default_factory=list)
    files: set[str] = field(default_factory=set)
    verdicts: list[str] = field(default_factory=list)
    seconds: float = 0.0


def context() -> Context:
    text = (ROOT / "fixtures" / "house" / "house.csv").read_text(encoding="utf-8")
    return Context(HouseLists.of_csv(text), datetime.date(2026, 11, 23))


def files_of(folder: Path) -> list[tuple[str, bytes]]:
    paths = (path for path in sorted(folder.rglob("*.md")) if path.name != "README.md")
    return [(path.relative_to(folder).as_posix(), path.read_bytes()) for path in paths]


def sample() -> dict[tuple[str, str, str], str]:
    if not SAMPLE.exists():
        return {}
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        return {(row["file"], row["code"], row["line"]): row["verdict"] for row in csv.DictReader(file)}


def tally(files: list[tuple[str, bytes]], known: dict[tuple[str, str, str], str]) -> dict[str, Tally]:
    found: dict[str, Tally] = defaultdict(Tally)
    settings, neighbours = context(), neighbours_in(files)
    for name, data in files:
        beside = replace(settings, neighbours=neighbours.get(name, Neighbours()))
        for finding in run(Document.parse(data, name=name), beside):
            each = found[finding.code]
            each.findings.append((name, finding))
            each.files.add(name)
            if verdict := known.get((name, finding.code, str(finding.place.line))):
                each.verdicts.append(verdict)
    return found


def neighbours_in(files: list[tuple[str, bytes]]) -> dict[str, Neighbours]:
    """What each article may know of those before it, in order of date and name; of the files at the most common depth
    below one folder, so that several deliveries of one article are no neighbours."""
    house = context().house
    folders = Counter(name.rpartition("/")[0] for name, _ in files)
    folder = folders.most_common(1)[0][0]
    pieces = {name: Piece.of(Document.parse(data, name=name)) for name, data in files}
    chosen = [(piece.date, name, piece) for name, piece in pieces.items() if piece.date]
    known: dict[str, list[Neighbour]] = defaultdict(list)
    found = {}
    for key, (date, name, piece) in enumerate(sorted(chosen, key=lambda each: each[:2])):
        if name.rpartition("/")[0] == folder:
            keys = {link_key(address.url, house) for address in piece.addresses} - {""}
            found[name] = Neighbours({each: tuple(known[each]) for each in keys if known[each]})
            for each in keys:
                known[each].append(Neighbour(key, piece.title, date))
    return found


def time_checks(files: list[tuple[str, bytes]], found: dict[str, Tally]) -> tuple[float, float]:
    """CPU seconds of each check over all files, the shortest of PASSES; returns those of `run` as a whole, on
    documents that have been read just now and on ones whose languages are known already."""
    settings = context()
    fresh, warm = [], []
    for _ in range(PASSES):
        documents = [Document.parse(data, name=name) for name, data in files]
        for spent in (fresh, warm):
            started = time.process_time()
            for document in documents:
                run(document, settings)
            spent.append(time.process_time() - started)
    pieces = [Piece.of(Document.parse(data, name=name)) for name, data in files]
    for piece in pieces:
        run(piece, settings)
    for code, rule in RULES.items():
        passes = []
        for _ in range(PASSES):
            started = time.process_time()
            for piece in pieces:
                list(rule.check(piece, settings))
            passes.append(time.process_time() - started)
        found[code].seconds = min(passes)
    return min(fresh), min(warm)


def agreement(code: str, tallied: Tally, labels: dict[str, list[str]]) -> str:
    """Files that both name, that only the check names, and that only the labels name, among the labelled ones."""
    label = LABELS.get(code)
    if not label or not labels:
        return ""
    theirs = {name for name, seen in labels.items() if label in seen}
    ours = {name for name in tallied.files if name in labels}
    return f"{len(ours & theirs)} / {len(ours - theirs)} / {len(theirs - ours)}"


def page(files: list[tuple[str, bytes]], labels: dict[str, list[str]]) -> Iterator[str]:
    found = tally(files, sample())
    fresh, warm = time_checks(files, found)
    size = sum(len(data) for _, data in files)
    yield INTRODUCTION.format(
        files=len(files),
        size=size / len(files) / 1000,
        fresh=fresh / size * 1e7,
        warm=warm / size * 1e7,
        date=context().today,
    )
    yield "| check | severity | what | fix | files | findings | labels | right | µs per 10 kB |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
    totals: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for code, rule in sorted(RULES.items(), key=lambda item: (item[1].severity.rank, item[1].group, item[0])):
        each = found[code]
        right, judged = each.verdicts.count("right"), len(each.verdicts)
        totals[rule.severity][0] += right
        totals[rule.severity][1] += judged
        share = f"{right}/{judged}" if judged else ""
        yield (
            f"| `{code}` | {rule.severity} | {rule.about} | {rule.fix or ''} | {len(each.files)} "
            f"| {len(each.findings)} | {agreement(code, each, labels)} | {share} | {each.seconds / size * 1e10:.0f} |"
        )
    yield ""
    for severity, (right, judged) in totals.items():
        if judged:
            yield f"Of the {judged} labelled findings of severity {severity}, {right} are right: {right / judged:.1%}."


INTRODUCTION = """# Checks

Made by `python -m bench.checks FOLDER > docs/checks.md`; do not edit by hand.

A check is one function in `editorial/checks/`, registered with code, severity, languages, days and kind of fix, and
one fixture `fixtures/articles/checks/<code>.md`. Its severity is the default; editors change it. `safe` fixes cannot
change a meaning, `suggestion` ones wait for an editor.

```python
from editorial.checks import Context, HouseLists, apply_fixes, run

context = Context(HouseLists.of_csv(text), today)     # date, delivered, overrides, sources: see Context
findings = run(document, context)                     # a Document or a Text; the gravest first
apply_fixes(document, findings)                       # a Document with the safe fixes
```

The table is of {files} real articles of {size:.1f} kB on average, with {date} as today. **labels**: files that both an
older detector and the check name, that only the check names, that only the detector names (it is good to compare with,
not the truth: it counts headings that are labels as stories, and knew the other 1,964 articles of the publication and
the days of delivery). **right**: findings judged right by reading, of those in `fixtures/checks_sample.csv`.
The checks were tuned on the same articles, so expect a little less on others; of a rule that only counts or compares,
the findings were read as the check prints them, of the others in their place in the text. What the facts checks let
pass is measured by `python -m bench.facts`, the cost of comparing with other articles by `python -m bench.duplicates`.
**µs per 10 kB**: CPU of the check alone, when what all of them share (languages, prose without code) is there already.

All checks together take {fresh:.2f} ms of CPU per 10 kB of a file just parsed, language detection included, and
{warm:.2f} ms where the document knows its languages.
"""


def unlabelled(files: list[tuple[str, bytes]], most: int) -> Iterator[str]:
    known = sample()
    for code, each in sorted(tally(files, known).items()):
        fresh = [pair for pair in each.findings if (pair[0], code, str(pair[1].place.line)) not in known]
        step = max(1, len(fresh) // most)
        for name, finding in fresh[::step][:most]:
            yield f"{name},{code},{finding.place.line},\t{finding.message}"


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=Path, help="a folder of Markdown files")
    arguments.add_argument("--sample", type=int, default=0, metavar="N", help="findings to label, at most N of a code")
    options = arguments.parse_args()
    files = files_of(options.folder)
    if not files:
        print(f"{options.folder}: no Markdown files here. Give a folder that has some.", file=sys.stderr)
        return 2
    labels_at = options.folder / "labels.json"
    labels = json.loads(labels_at.read_text(encoding="utf-8")) if labels_at.exists() else {}
    print("\n".join(unlabelled(files, options.sample) if options.sample else page(files, labels)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
