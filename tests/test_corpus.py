"""The real articles, where they are at hand: nothing of them is copied into the project."""

from pathlib import Path

import pytest
from django.urls import reverse

from editorial.importing import find_files, import_files, read_files
from editorial.models import Article, Revision
from editorial.workflow import Action

from .texts import act

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not CORPUS.is_dir(), reason="the folder with real articles is not beside the project"),
]


def bring_in(*folders):
    files = read_files(find_files([CORPUS / folder for folder in folders]), max_bytes=1_000_000)
    return import_files(files, by=None, origin="the corpus")


def test_every_real_article_is_imported_and_a_second_run_finds_nothing_new():
    report = bring_in("articles", "seed")
    assert not report.failed, [(each.file.path, each.message) for each in report.failed]
    assert report.counts == {"new": 190}
    assert Revision.objects.exclude(language__in=["en", "pl"]).count() == 0
    again = bring_in("articles", "seed")
    assert again.counts == {"unchanged": 190}
    assert again.batch is None


# What is wrong with each of them, by reading: the last is whole but for its excerpt, so it is imported and said so.
BROKEN = {
    "2026-04-16-daniel-miessler-anatomy-agentic-personal-ai-infrastructure-unprompted-2026.md": "apostrophe",
    "duolingo-ai-first-billion-dollar-playbook.md": "apostrophe",
    "2026-08-11-tanstack-charts-ai-koszty-automatyzacja-bloga.md": "#",
    "substac-2025-11-10.md": "code block",
    "2026-04-23-test.md": "frontmatter",
    "2026-04-02-substac.md": "excerpt",
}


def test_each_broken_article_is_reported_with_its_cause_and_none_stops_the_run():
    report = bring_in("broken", "seed")
    assert report.counts == {"repairable": 4, "broken": 1, "new": 2}
    said = {each.file.path: each.message for each in report.notable}
    assert said.keys() == BROKEN.keys()
    for path, word in BROKEN.items():
        assert word in said[path], (path, said[path])


def test_the_seed_article_reads_well_after_approval(ada, client):
    bring_in("seed")
    article = act(Article.objects.select_related("current").get(), Action.START_REVIEW, Action.APPROVE, by=ada)
    publication = article.publication
    assert publication.html.count("<ul>") == 2
    assert publication.html.count("<li>") == 5
    assert "https://www.ai-supremacy.com/p/will-it-be-a-home-run-for-alibaba" in publication.html
    assert sorted(tag.name for tag in publication.tags.all()) == sorted(
        ["ai", "llm", "alibaba", "cloud", "qwen", "china", "open-source", "aws", "infrastructure"]
    )
    assert publication.model_name == "claude-sonnet-4-20250514"
    page = client.get(reverse("digest:article", args=[article.slug])).content.decode()
    text = page.split("<body", 1)[1]
    for mark in ("**", "](", "\n- ", "## "):
        assert mark not in text
