"""A desk as it looks on a working day, for pictures: articles in every state, files that wait, people at work.

`make_desk()` fills an empty database from `fixtures/` and gives back what the pictures show, by name."""

import datetime
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
PASSWORD = "a-password-for-pictures"  # noqa: S105  of a database that lives for some minutes


@dataclass
class Desk:
    """What the pictures show."""

    ada: Any
    bea: Any
    carl: Any
    review: Any = None  # an article in review with findings, comments, claims and stories, some decided
    corrected: Any = None  # a public article with a correction and a note
    changed: Any = None  # a public article whose newer text waits for approval
    conflict: Any = None
    retracted: Any = None
    held: Any = None  # by Bea
    draft: Any = None
    imported: Any = None
    sweep: Any = None
    token: str = ""
    closed_token: str = ""


def make_desk() -> Desk:
    """Fill the database."""
    from django.conf import settings

    from editorial.checking import check_all, fresh, load_house
    from editorial.importing import find_files, import_files, read_files

    desk = Desk(
        ada=person("ada", "Ada", "Lis", "Publishers"),
        bea=person("bea", "Bea", "Nowak", "Reviewers"),
        carl=person("carl", "Carl", "Weber", "Writers"),
    )
    for name, origin in (("broken", "a broken run"), ("good", "the morning's run")):
        files = find_files([FIXTURES / "articles" / name])
        import_files(read_files(files, max_bytes=settings.UPLOAD_MAX_BYTES), by=desk.ada, origin=origin)
    import_files(with_defects(), by=desk.ada, origin="a run with defects")
    check_all(fresh(), load_house())
    publish(desk)
    work_on_texts(desk)
    say_things(desk)
    hand_out(desk)
    upload(desk)
    begin_sweep(desk)
    return desk


def with_defects() -> list[Any]:
    """One article for each of some checks, each under a title and a slug of its own."""
    from editorial.importing import IncomingFile

    files = []
    for path in sorted((FIXTURES / "articles" / "checks").glob("*.md"))[::3]:
        text = re.sub(
            r"(?m)^slug:.*$", f'slug: "two-harbours-{path.stem}"', path.read_text("utf-8", "replace"), count=1
        )
        text = re.sub(r"(?m)^title:.*$", f'title: "Two small harbours: {path.stem}"', text, count=1)
        files.append(IncomingFile(path.name, text.encode()))
    return files


def person(username: str, first: str, last: str, role: str) -> Any:
    from django.contrib.auth.models import Group, User

    user = User.objects.create_user(
        username, f"{username}@example.org", PASSWORD, first_name=first, last_name=last, is_staff=True
    )
    user.groups.add(Group.objects.get(name=role))
    return user


def act(row: Any, action: str, *, by: Any, **how: Any) -> Any:
    """One decision about an article as it stands; the article, anew."""
    from editorial.models import Article
    from editorial.workflow import Action, perform

    row = Article.objects.get(pk=row.pk)
    perform(row, Action(action), by=by, revision=row.current, **how)
    return Article.objects.get(pk=row.pk)


def approve(row: Any, *, by: Any, **how: Any) -> Any:
    """An approval by a person who looked."""
    from editorial.approving import approve as approve_it
    from editorial.models import Article
    from editorial.review_facts import Statement

    row = Article.objects.get(pk=row.pk)
    statement = Statement(facts_checked=True, sources_opened=True)
    approve_it(row, by=by, revision=row.current, statement=statement, quick=True, accept_rest=True, **how)
    return Article.objects.get(pk=row.pk)


def change(row: Any, *, by: Any, note: str, old: str, new: str, times: int = 2) -> Any:
    """A correction: words of the body put in the place of others."""
    from editorial.models import Article
    from editorial.workflow import correct

    row = Article.objects.get(pk=row.pk)
    text = row.current.text
    body = text.body.replace(f" {old} ", f" {new} ", times)
    correct(row, replace(text, body=body), by=by, based_on=row.current, note=note)
    return Article.objects.get(pk=row.pk)


def clean() -> list[Any]:
    """What the checks find nothing grave in and nobody has begun, newest last."""
    from editorial.models import Article

    return list(Article.objects.filter(block_count=0, warn_count=0, status="new").order_by("-date", "pk"))


def publish(desk: Desk) -> None:
    """Six articles for readers, one of them corrected, one retracted, one for later, one with a newer text."""
    from django.utils import timezone

    rows = [act(row, "start_review", by=desk.bea) for row in clean()[:8]]
    later = timezone.now() + datetime.timedelta(days=2)
    approve(rows[7], by=desk.bea, at=later)
    for row in rows[:6]:
        approve(row, by=desk.bea)
    desk.corrected = change(rows[0], by=desk.ada, note="A clearer opening", old="the", new="each")
    approve(
        rows[0],
        by=desk.bea,
        public_note="An earlier version counted the machines of one building twice. The figure is right now.",
    )
    desk.changed = change(rows[3], by=desk.ada, note="Plainer words", old="the", new="its")
    note = "The measurement that this article rests on was withdrawn by those who made it."
    desk.retracted = act(
        rows[5], "retract", by=desk.ada, reason="The source withdrew its measurement.", public_note=note
    )


def work_on_texts(desk: Desk) -> None:
    """A conflict, a newer text that waits, one rejected, one sent back, one with findings in review."""
    from editorial.models import Article

    waiting = [row for row in clean() if row.language == "en"]
    desk.conflict = deliver_again(waiting[0], by=desk.ada, old=" the ", new=" that very ", ours="this")
    defects = list(Article.objects.filter(warn_count__gt=0, status="new").order_by("-warn_count", "pk"))
    desk.review = change(defects[0], by=desk.bea, note="Plainer words", old="the", new="this")
    desk.review = act(desk.review, "start_review", by=desk.bea)
    act(defects[1], "reject", by=desk.bea, reason="Promotion of a product, not news.")
    row = act(defects[2], "start_review", by=desk.bea)
    act(row, "send_back", by=desk.bea, reason="The second link leads to another story.")
    desk.held = act(defects[3], "start_review", by=desk.bea)


def deliver_again(row: Any, *, by: Any, old: str, new: str, ours: str) -> Any:
    """The desk corrects what the generator changes too."""
    from editorial.importing import IncomingFile, import_files
    from editorial.models import Article

    generation = row.generation
    head, _, body = bytes(generation.content).partition(b"\n---\n")
    delivered = head + b"\n---\n" + body.replace(old.encode(), new.encode(), 3)
    change(row, by=by, note="In our words", old=old.strip(), new=ours)
    import_files([IncomingFile(generation.path, delivered)], by=by, origin="the same run, once more")
    return Article.objects.get(pk=row.pk)


def say_things(desk: Desk) -> None:
    """Comments, decided stories and claims, a draft that is not saved, preview links."""
    from editorial import working_copies
    from editorial.claim_marks import mark
    from editorial.claims import claims_of
    from editorial.commenting import answer, say
    from editorial.passages import Passage
    from editorial.preview_links import make_link, revoke_link
    from editorial.story_marks import accept, undecided

    row, current = desk.review, desk.review.current
    start = current.body.index("**Summary:**") + len("**Summary:** ")
    end = current.body.index(".", start) + 1
    said = say(
        row,
        "Who measured this? @ada, do you know the paper?",
        by=desk.bea,
        passage=Passage.of(current.body, start, end),
    )
    answer(said.comment, "Yes, the second link has it on its first page.", by=desk.carl)
    say(row, "A better excerpt would name the town.", by=desk.carl)
    for story in undecided(row, current)[:1]:
        accept(row, story.hash, by=desk.bea)
    claims = [claim for story in claims_of(current.text) for claim in story.claims]
    for claim, verdict in zip(claims, ("verified", "verified", "unclear"), strict=False):
        mark(row, claim.hash, verdict, by=desk.bea, note="" if verdict == "verified" else "The source has no figure.")
    desk.token = make_link(current, by=desk.bea, days=7, note="for the author of the paper")[1]
    link, desk.closed_token = make_link(current, by=desk.bea, days=1, note="sent to the wrong person")
    revoke_link(link, by=desk.bea)
    text = desk.changed.current.text
    working_copies.keep(
        desk.changed,
        {
            "title": text.title,
            "excerpt": text.excerpt,
            "body": text.body.replace(" its ", " the ", 1),
            "tags": ", ".join(text.tags),
            "language": desk.changed.language,
            "date": desk.changed.date.isoformat(),
            "slug": text.slug,
        },
        by=desk.carl,
        based_on=desk.changed.current,
    )
    change(desk.changed, by=desk.bea, note="One sentence clearer", old="had", new="has had", times=1)


def hand_out(desk: Desk) -> None:
    """Who does what until when, and a view of one's own."""
    from django.utils import timezone

    from editorial.assigning import Arrangement, arrange
    from editorial.models import Article, Priority, Reading
    from editorial.queueing import Filters
    from editorial.reserving import reserve
    from editorial.saved_views import save_view

    today = timezone.localdate()
    new = list(Article.objects.filter(status="new").order_by("pk").values_list("pk", flat=True)[:5])
    arrange(new[:2], Arrangement(to=(desk.ada,), due=(today,)), by=desk.bea)
    arrange(new[2:3], Arrangement(to=(desk.bea,), due=(today + datetime.timedelta(days=2),)), by=desk.bea)
    arrange(new[3:4], Arrangement(priority=Priority.URGENT), by=desk.bea)
    reserve(desk.held, by=desk.bea)
    for row in Article.objects.filter(status="in_review", block_count=0, warn_count=0):
        Reading.objects.create(revision=row.current, by=desk.ada, seconds=240, diff_opened=True)
    save_view("Polish, blocked", Filters(language="pl", severity="block"), by=desk.ada)


def upload(desk: Desk) -> None:
    """An upload that waits for a yes, and one that is done."""
    from editorial import drafts
    from editorial.importing import IncomingFile

    def kept(paths: list[Path], origin: str, edit: Any = lambda text: text) -> Any:
        files = [IncomingFile(path.name, edit(path.read_bytes())) for path in paths]
        draft = drafts.keep(files, by=desk.ada, origin=origin)
        while draft.stage in drafts.AT_WORK:
            draft = drafts.advance(draft, by=desk.ada)
        return draft

    good, broken = (sorted((FIXTURES / "articles" / name).glob("*.md")) for name in ("good", "broken"))
    desk.imported = kept(good[6:9] + broken[6:8], "the evening's run", lambda text: text.replace(b" is ", b" was ", 1))
    drafts.confirm(desk.imported, by=desk.ada)
    desk.imported.refresh_from_db()
    while desk.imported.stage in drafts.AT_WORK:
        desk.imported = drafts.advance(desk.imported, by=desk.ada)
    desk.draft = kept(good[:6] + broken[:6], "12 files", lambda text: text.replace(b" are ", b" were ", 1))


def begin_sweep(desk: Desk) -> None:
    """The plan of the safe fixes for all that nobody has decided on."""
    from editorial import sweeping

    desk.sweep = sweeping.begin(
        sweeping.unapproved(), by=desk.ada, note="Safe fixes: all texts that nobody has decided on"
    )
    while desk.sweep.stage == "planning":
        desk.sweep = sweeping.advance(desk.sweep, by=desk.ada)
