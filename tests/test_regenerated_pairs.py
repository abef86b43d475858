"""Twelve real articles that their generator delivered twice: imported, worked on at the desk, and imported again.

The table in docs/importing.md is this one; both were checked by hand against the files."""

from dataclasses import replace
from pathlib import Path

import pytest

from editorial.importing import find_files, import_files, read_files
from editorial.models import Article, Event, Outcome, Revision, Status, Waiting
from editorial.workflow import Action, correct

from .texts import act

PAIRS = Path(__file__).resolve().parents[2] / "shared" / "corpus" / "regenerated"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not PAIRS.is_dir(), reason="the folder with real articles is not beside the project"),
]

# What the generator changed, by comparing the two files: tags that went, tags that came. Besides, the first pair has
# another slug and one more blank line.
TAGS = {
    "claude-code-project-setup-guide": ("", ""),
    "ai-commerce-paypal-openai-adobe-max-creative-tools": ("generative-ai", ""),
    "ai-developments-performance-reviews-and-accessibility": ("opensource a11y", "open-source"),
    "ai-writes-almost-all-code": ("softwareengineering", "engineering"),
    "building-ai-creative-engine-glif": ("workflows", "workflow"),
    "five-ai-systems-increase-business-valuation": ("startups", "startup"),
    "frontend-system-design-ai-free-coding-ui-evolution": ("system-design", ""),
    "nextjs-16-enterprise-monorepo-server-components-architecture": ("servercomponents", "server-components"),
    "notebooklm-ai-systems-partnerstwo-rewolucja-nauka-produktywnosc": ("machine-learning", "ml"),
    "rethinking-ai-productivity-outsourcing-to-partnership": ("developer-experience", "dx"),
    "system-design-web-apis-ai-development-reality": ("system-design", ""),
    "tech-jobs-market-2025-job-seekers-stories": ("engineering-leadership", "leadership"),
}


def delivered(place, name):
    """The twelve files of the first delivery (`1-generated.md`) or of the later one, each under one path."""
    place.mkdir(exist_ok=True)
    for pair in PAIRS.iterdir():
        (place / f"{pair.name}.md").write_bytes((pair / name).read_bytes())


def bring_in(place, **options):
    files = read_files(find_files([place]), max_bytes=1_000_000)
    return import_files(files, by=None, origin="the pairs", **options)


@pytest.fixture
def folder(tmp_path):
    """The first delivery, imported."""
    delivered(tmp_path / "pairs", "1-generated.md")
    assert bring_in(tmp_path / "pairs").counts == {Outcome.NEW: 12}
    return tmp_path / "pairs"


def slug_of(path):
    """The slug of the first delivery: the name of the file, in one case behind a date."""
    return path.removesuffix(".md").removeprefix("2026-04-10-")


def with_later_tags(tags, slug):
    """The tags after the generator's change."""
    went, came = (set(names.split()) for names in TAGS[slug])
    return set(tags) - went | came


# --- what a person did ---------------------------------------------------------------------------------------


def corrected(article, by, **changes):
    article.refresh_from_db()
    text = article.current.text
    for field, change in changes.items():
        text = replace(text, **{field: change(getattr(text, field))})
    assert text != article.current.text
    correct(article, text, by=by, based_on=article.current)


def instead(old, new):
    """A change of a text, in a place that is there just once."""

    def change(value):
        assert value.count(old) == 1
        return value.replace(old, new)

    return change


def tags(went, came):
    return lambda value: tuple(came if tag == went else tag for tag in value)


def a_story_less(body):
    """Without the last story."""
    return body[: body.rindex("\n## ") + 1]


def a_takeaway_less(body):
    """Without the first item of a list."""
    at = body.index("\n- ") + 1
    return body[:at] + body[body.index("\n", at) + 1 :]


def approve(article, by):
    act(article, Action.START_REVIEW, Action.APPROVE, by=by)


def reject(article, by):
    act(article, Action.START_REVIEW, Action.REJECT, by=by)


def send_back(article, by):
    act(article, Action.START_REVIEW, Action.SEND_BACK, by=by)


def approve_and_correct(article, by):
    approve(article, by)
    corrected(article, by, body=instead("- Remote work demand is declining", "- Demand for remote work falls"))


def correct_with(**changes):
    return lambda article, by: corrected(article, by, **changes)


WORK = {
    "claude-code-project-setup-guide": (correct_with(slug=lambda slug: "claude-code-setup"), Outcome.CONFLICT),
    "ai-commerce-paypal-openai-adobe-max-creative-tools": (lambda article, by: None, Outcome.UPDATED),
    "ai-developments-performance-reviews-and-accessibility": (
        correct_with(tags=tags("llm", "agents")),
        Outcome.MERGED,
    ),
    "ai-writes-almost-all-code": (correct_with(title=lambda title: "When AI Writes the Code"), Outcome.MERGED),
    "building-ai-creative-engine-glif": (
        correct_with(body=instead("-   Platforms like Glif.app are", "-   Platforms such as Glif.app are")),
        Outcome.MERGED,
    ),
    "five-ai-systems-increase-business-valuation": (approve, Outcome.PROPOSAL),
    "frontend-system-design-ai-free-coding-ui-evolution": (reject, Outcome.PROPOSAL),
    "nextjs-16-enterprise-monorepo-server-components-architecture": (
        correct_with(tags=tags("servercomponents", "server-components")),
        Outcome.UNCHANGED,
    ),
    "notebooklm-ai-systems-partnerstwo-rewolucja-nauka-produktywnosc": (
        correct_with(excerpt=lambda excerpt: "Zażółć gęślą jaźń.", body=a_story_less),
        Outcome.MERGED,
    ),
    "rethinking-ai-productivity-outsourcing-to-partnership": (
        correct_with(date=lambda date: date.replace(day=28), body=a_takeaway_less),
        Outcome.MERGED,
    ),
    "system-design-web-apis-ai-development-reality": (send_back, Outcome.UPDATED),
    "tech-jobs-market-2025-job-seekers-stories": (approve_and_correct, Outcome.MERGED),
}


# --- the trials ------------------------------------------------------------------------------------------------


def test_the_later_delivery_of_articles_that_nobody_edited_is_their_next_revision(folder):
    before = {article.slug: set(article.current.tags) for article in Article.objects.select_related("current")}
    delivered(folder, "2-later.md")
    assert bring_in(folder).counts == {Outcome.UPDATED: 12}
    assert Revision.objects.count() == 24
    for article in Article.objects.select_related("current", "generation"):
        slug = slug_of(article.generation.path)
        assert article.slug == slug + ("-review" if slug.startswith("claude") else "")
        assert set(article.current.tags) == with_later_tags(before[slug], slug)
    assert list(Article.objects.get(slug__startswith="claude").aliases.values_list("slug", flat=True)) == [
        "claude-code-project-setup-guide"
    ]
    assert bring_in(folder).counts == {Outcome.UNCHANGED: 12}


def test_the_later_delivery_of_articles_that_people_worked_on_ends_as_the_table_says(folder, ada):
    for slug, (work, _) in WORK.items():
        work(Article.objects.select_related("current", "source", "publication").get(slug=slug), ada)
    desk = {
        slug_of(article.generation.path): article
        for article in Article.objects.select_related("current", "generation", "publication")
    }
    delivered(folder, "2-later.md")
    foretold = bring_in(folder, dry_run=True).counts
    report = bring_in(folder)
    found = {
        slug_of(file.path): (file.outcome, file.article)
        for file in report.batch.files.select_related("article__current", "article__generation", "article__publication")
    }
    assert {slug: outcome for slug, (outcome, _) in found.items()} == {slug: each for slug, (_, each) in WORK.items()}
    assert report.counts == foretold
    for slug, (outcome, article) in found.items():
        check(slug, outcome, article, desk[slug])
    again = bring_in(folder)
    assert (again.counts, again.batch) == ({Outcome.UNCHANGED: 12}, None)


def check(slug, outcome, article, before):
    """The desk's text stays in every case; where both could be kept, it has the generator's tags besides."""
    ours, now = before.current.text, article.current.text
    assert article.publication == before.publication
    assert article.status == before.status
    if outcome in (Outcome.UPDATED, Outcome.MERGED):
        assert set(now.tags) == with_later_tags(ours.tags, slug)
        assert replace(now, tags=ours.tags) == ours
        assert (article.current.number, article.waiting) == (before.current.number + 1, Waiting.NOTHING)
        return
    assert article.current == before.current
    waits = {Outcome.CONFLICT: Waiting.CONFLICT, Outcome.PROPOSAL: Waiting.PROPOSAL}.get(outcome, Waiting.NOTHING)
    assert article.waiting == waits
    assert bool(article.proposal) is (waits != Waiting.NOTHING)


def test_of_the_twelve_the_public_ones_stay_as_they_were_approved(folder, ada):
    for slug in ("five-ai-systems-increase-business-valuation", "tech-jobs-market-2025-job-seekers-stories"):
        WORK[slug][0](Article.objects.select_related("current", "source", "publication").get(slug=slug), ada)
    public = {a.slug: a.publication.html for a in Article.objects.exclude(publication=None)}
    assert len(public) == 2
    decided = Event.objects.exclude(action="import").count()
    delivered(folder, "2-later.md")
    bring_in(folder)
    assert {a.slug: a.publication.html for a in Article.objects.exclude(publication=None)} == public
    assert Article.objects.get(slug__startswith="five").status == Status.APPROVED
    assert Event.objects.exclude(action="import").count() == decided
