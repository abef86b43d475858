"""Each check finds what its fixture shows and nothing else there; the clean articles have no finding at all."""

import datetime

import pytest

from editorial.checks import RULES, ApprovedTags, Look, Neighbour, Neighbours, Piece, Result, link_key, run
from editorial.document import Document

from .checks import CLEAN, CONTEXT, FIXTURES, GAUGE, HOUSE, codes

CHECKS = FIXTURES / "checks"
EARLIER = Neighbour(1, "Two small harbours", datetime.date(2026, 4, 3))
DAY = datetime.date(2026, 11, 20)
LETTER = "https://quay.example.org/letters/17"
NEW_GAUGE = GAUGE.replace("/letters/", "/archive/letters/")
KEYS = [link_key(address.url, HOUSE) for address in Piece.of(Document.parse(CLEAN)).addresses]
# What a fixture needs besides its text.
NEEDED = {
    "slug-taken": {"neighbours": Neighbours(slug=EARLIER)},
    "newsletter-twice": {"neighbours": Neighbours(dict.fromkeys(KEYS, (EARLIER,)))},
    "source-covered": {"neighbours": Neighbours({KEYS[0]: (EARLIER,)})},
    "tag-near": {"approved_tags": ApprovedTags.of(["harborcranes", "tides"])},
    "date-year-off": {"delivered": datetime.date(2027, 5, 3)},
    "link-dead": {"looks": {GAUGE: Look(GAUGE, Result.GONE, DAY, 404)}},
    "link-moved": {"looks": {GAUGE: Look(GAUGE, Result.FINE, DAY, 200, final=NEW_GAUGE, permanent=True)}},
    "link-title-differs": {"looks": {LETTER: Look(LETTER, Result.FINE, DAY, 200, title="Prices of fish this winter")}},
    "fact-source": {"sources": {GAUGE: "The gauge costs $900 and reads the level 30 times a minute."}},
}
ALSO = {
    "body-stub": {"link-none"},  # a stub has no link by definition
    "fence-around": {"code-in-text", "link-none", "story-none"},  # to the others all of it is code
}


def test_every_check_has_a_fixture_of_its_name_and_every_fixture_a_check():
    assert {path.stem for path in CHECKS.glob("*.md")} == set(RULES)


@pytest.mark.parametrize("code", sorted(RULES))
def test_a_check_finds_its_fixture_and_no_other_check_does(code):
    text = (CHECKS / f"{code}.md").read_bytes()
    assert codes(text, **NEEDED.get(code, {})) == sorted({code, *ALSO.get(code, ())})


@pytest.mark.parametrize("path", sorted((FIXTURES / "good").glob("*.md")), ids=lambda path: path.stem)
def test_nothing_fires_on_a_clean_article(path):
    assert run(Document.parse(path.read_bytes(), name=path.name), CONTEXT) == []


def test_nothing_fires_on_the_article_that_the_fixtures_were_made_from():
    assert codes(CLEAN) == []


@pytest.mark.parametrize("code", sorted(RULES))
def test_a_finding_says_what_and_where_in_whole_sentences(code):
    document = Document.parse((CHECKS / f"{code}.md").read_bytes())
    for rule in [RULES[code]]:
        assert rule.about and rule.group and rule.version >= 1
    for finding in run(document, CONTEXT):
        assert finding.message[-1] in ".?!" and finding.message[0] != " "
        assert 0 <= finding.place.offset <= finding.place.end <= len(document.data)
        assert finding.fingerprint and finding.as_line("a.md") and finding.as_json()["line"] >= 1
        if finding.fix is not None and not finding.field:
            text = document.data[finding.place.offset : finding.place.end].decode()
            assert text == finding.what, "a fix replaces exactly the text that it names"
