"""Safe fixes and suggestions for the desk's articles: what they would make of a text, and saving that.

A fix is a machine's work: nobody has reviewed a text because of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from .checking import SLICE, House, check, load_house, look
from .checks import Context, Finding, Fix, FixedText, HouseLists, fix_text, run, take_fix
from .models import Article, Batch, BatchFile, Outcome, Revision, Status
from .models.log import record
from .text import Text
from .workflow import AFTER_CORRECTION, Conflict, Facts, WorkflowError, correct, save_fix

OPEN = (Status.NEW, Status.IN_REVIEW, Status.SENT_BACK)  # what is fixed in bulk: nobody's decision is touched
BROUGHT = (Outcome.NEW, Outcome.UPDATED, Outcome.MERGED)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the safe fixes would make of an article's current text; no codes: nothing."""

    article: Article
    revision: Revision
    fixed: FixedText

    @property
    def changes(self) -> bool:
        return bool(self.fixed.codes)

    @property
    def lacks_marks(self) -> tuple[str, ...]:
        """The tags that the article's file would get and that are no part of its text."""
        marks = {"tag-generated-missing": "#generated", "tag-language-missing": f"#{self.fixed.text.language}"}
        return tuple(mark for code, mark in marks.items() if code in self.fixed.codes)


def propose(
    keys: Sequence[int], house: House, *, codes: Collection[str] = (), lists: HouseLists | None = None
) -> list[Proposal]:
    """What the safe fixes (of all checks, or of some; by the house's lists, or by some) would make of these articles,
    at most a slice of them, in order of their keys: a fixed number of queries. Writes nothing but the rows of their
    links."""
    found = []
    for each in look(keys, house):
        context = replace(each.context, house=lists) if lists else each.context
        found.append(Proposal(each.article, each.revision, fix_text(each.revision.text, context, codes=codes or None)))
    return found


def propose_one(article: Article, *, codes: Collection[str] = ()) -> Proposal:
    """What the safe fixes would make of one article. Raises WorkflowError for one that is gone."""
    found = propose([article.pk], load_house(), codes=codes)
    if not found:
        raise WorkflowError("This article is gone. Its import was taken back.")
    return found[0]


def fix_article(
    article: Article, *, by: User | None, based_on: Revision, codes: Collection[str] = ()
) -> Revision | None:
    """Apply the safe fixes to an article and save them as its next revision; None where there is nothing to fix.

    Raises WorkflowError when its text can't be changed now, Conflict when it is no longer `based_on`."""
    proposal = propose_one(article, codes=codes)
    if proposal.revision.pk != based_on.pk:
        raise Conflict("The text has changed since you looked at its fixes. Look at them once more.")
    if not proposal.changes:
        return None
    with transaction.atomic():
        revision = save_fix(article, proposal.fixed.text, by=by, based_on=based_on, codes=proposal.fixed.codes)
        check([article.pk])
    article.refresh_from_db()
    return revision


def brought_by(batch: Batch) -> QuerySet[Article]:
    """The articles that a batch brought, new or with a newer text."""
    files = BatchFile.objects.filter(batch=batch, outcome__in=BROUGHT, article=OuterRef("pk"))
    return Article.objects.filter(Exists(files))


def fix_all(
    articles: QuerySet[Article],
    *,
    by: User | None,
    batch: Batch | None = None,
    on_progress: Callable[[int], None] = lambda count: None,
) -> int:
    """Apply the safe fixes to those of these articles that nobody has decided on, slice by slice in order of their
    keys, each slice for good with one event; how many articles changed. For operators: what an import brought is a
    machine's work still, so its batch can be taken back. Cut off, it goes on when it is called again."""
    house = load_house()
    rows = articles.filter(status__in=OPEN, current__isnull=False).order_by("pk")
    last = changed = 0
    while keys := list(rows.filter(pk__gt=last).values_list("pk", flat=True)[:SLICE]):
        with transaction.atomic():
            found = [proposal for proposal in propose(keys, house) if proposal.changes]
            apply(found, by=None)
            if found:
                fixed = [proposal.article.pk for proposal in found]
                codes = sorted({code for proposal in found for code in proposal.fixed.codes})
                record("sweep", by=by, batch=batch, data={"articles": fixed, "codes": codes})
                check(fixed, house)
        last, changed = keys[-1], changed + len(found)
        on_progress(len(keys))
    return changed


def apply(proposals: Sequence[Proposal], *, by: User | None, facts: Facts | None = None) -> None:
    """Save proposals as the next revisions of their articles, each with its event where a person asked for it. Call it
    in the transaction in which they were made."""
    keys = [proposal.article.pk for proposal in proposals]
    articles = Article.objects.select_related("current", "generation").in_bulk(keys)
    for proposal in proposals:
        article, fixed = articles[proposal.article.pk], proposal.fixed
        based_on = article.current if article.current_id == proposal.revision.pk else None
        if based_on is None:
            raise Conflict(f"“{article.title}” was changed just now. Try again.")
        save_fix(article, fixed.text, by=by, based_on=based_on, codes=fixed.codes, facts=facts)


def fixed_alike(
    texts: tuple[Text, Text], codes: Collection[str], house: House, *, source: int | None
) -> tuple[Text, Text]:
    """Texts of a generator with the safe fixes that the desk's text has, so that they can be compared with it: fixes
    are no work of the generator's that a newer text could contradict. `source` is a primary key."""
    context = Context(house.lists, house.today, overrides=house.overrides(source))
    one, other = (fix_text(text, context, codes=codes).text for text in texts)
    return one, other


# --- suggestions -----------------------------------------------------------------------------------------


def suggestions(article: Article) -> list[Finding]:
    """The findings in an article's current text for which there is a suggestion, the gravest first."""
    looked = look([article.pk], load_house())
    found = run(looked[0].piece, looked[0].context) if looked else []
    return [finding for finding in found if finding.fix_kind is Fix.SUGGESTION]


def name_of(finding: Finding) -> str:
    """What tells a suggestion from the others in the same text."""
    return f"{finding.fingerprint}-{finding.place.offset}"


def suggested(article: Article, name: str) -> tuple[Finding, Text]:
    """The suggestion of that name, and the article's text with it.

    Raises WorkflowError where it does not hold (any more)."""
    for finding in suggestions(article):
        if name_of(finding) == name and article.current:
            text = take_fix(article.current.text, finding)
            if text != article.current.text:
                return finding, text
    raise WorkflowError("This suggestion no longer fits the text. Look at the article once more.")


def take_suggestion(article: Article, name: str, *, by: User, based_on: Revision) -> Revision:
    """Save the article's text with a suggestion as this person's correction.

    Raises WorkflowError as `correct` does, or where the suggestion no longer fits."""
    finding, text = suggested(article, name)
    return correct(article, text, by=by, based_on=based_on, note=f"Took the suggestion for {finding.code}.")


def may_be_fixed(article: Article) -> bool:
    """Whether the article's text can be changed where it stands now."""
    return Status(article.status) in AFTER_CORRECTION
