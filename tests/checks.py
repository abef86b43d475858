"""What the tests of the checks share: the house list as shipped, a clean article, one call to run them."""

import datetime
from dataclasses import replace
from pathlib import Path

from editorial.checks import Context, HouseLists, run
from editorial.document import Document

ROOT = Path(__file__).resolve().parents[1]
FIXTURES = ROOT / "fixtures" / "articles"
CORPUS = ROOT.parent / "shared" / "corpus"
HOUSE = HouseLists.of_csv((ROOT / "fixtures" / "house" / "house.csv").read_text(encoding="utf-8"))
CONTEXT = Context(HOUSE, datetime.date(2026, 11, 23))
GAUGE = "https://quay.example.org/letters/gauge-that-counts-waves"
# The clean article that the fixtures of the checks were made from.
CLEAN = (FIXTURES / "checks" / "date-year-off.md").read_text(encoding="utf-8")


def findings(text, **context):
    return run(Document.parse(text), replace(CONTEXT, **context))


def codes(text, **context):
    return sorted({finding.code for finding in findings(text, **context)})


def changed(*pairs, text=CLEAN):
    """The clean article with some of its words replaced; each must be there."""
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return text
