"""Files in the generator's format for tests, and articles that came from them by the real import."""

from editorial.importing import IncomingFile, import_files
from editorial.models import Article
from editorial.workflow import Action, perform

BODY = """## Herons return to the weir

**TLDR:** Two herons nest at the weir again.

**Summary:** The survey counted two nests in April. The first herons left in 1998.

**Key takeaways:**
- Two nests were counted
- The water is clean enough

**Link:** [The survey](https://notes.example.org/2026/herons)
"""


def file_text(
    *,
    title="Herons return",
    slug="herons-return",
    excerpt="Two nests at the weir.",
    date="2026-04-02",
    hashtags="#generated #en #birds #rivers",
    body=BODY,
    more="",
) -> bytes:
    """One generated file, whole."""
    front = f'title: "{title}"\nexcerpt: "{excerpt}"\npublishedAt: "{date}"\nslug: "{slug}"\nhashtags: "{hashtags}"\n'
    return f"---\n{front}{more}---\n\n{body}".encode()


APOSTROPHE = file_text(slug="a-heron").replace(b'"Herons return"', b"'A heron's return'")  # broken in line 2


def incoming(path="herons.md", data=None, **fields) -> IncomingFile:
    return IncomingFile(path, file_text(**fields) if data is None else data)


def bring_in(*files: IncomingFile, by=None):
    """Import files as an operator would; the report."""
    return import_files(files, by=by, origin="a test")


def imported(**fields) -> Article:
    """One article, fresh from its import."""
    slug = fields.get("slug", "herons-return")
    report = bring_in(incoming(f"{slug}.md", **fields))
    assert not report.failed, report.failed
    return Article.objects.select_related("current", "source", "publication").get(slug=slug)


def act(article, *actions: Action, by, reason="It needs another look.", **more) -> Article:
    """Take an article through actions, an approval with all its stories; the article as it is then."""
    for action in actions:
        article.refresh_from_db()
        perform(article, action, by=by, revision=article.current, reason=reason, **{"accept_rest": True, **more})
    return Article.objects.select_related("current", "source", "publication").get(pk=article.pk)


def published(*, by, **fields) -> Article:
    return act(imported(**fields), Action.START_REVIEW, Action.APPROVE, by=by)
