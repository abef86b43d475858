"""What people say to each other about a text: on the article or on a passage of it, in threads, and whom they call."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from .models import Article, Comment, Mention, Preference, Revision
from .models.log import name_of, record
from .passages import QUOTE_MAX, Found, Passage, find
from .refusals import WorkflowError, require_permission
from .text import storable

BODY_MAX = 5_000  # characters of one remark
SUBJECT_MAX = 120  # characters of a title in the subject of a mail
_BACKEND = "django.contrib.auth.backends.ModelBackend"
_CALL = re.compile(r"(?<![\w@.+-])@([\w@.+-]+)")  # after Django's rule for usernames; "bea@example.org" calls nobody


@dataclass(frozen=True, slots=True)
class Said:
    """A remark as it was kept: whom it calls, and the names in it that nobody on the desk has."""

    comment: Comment
    called: list[User]
    unknown: list[str]


@dataclass(frozen=True, slots=True)
class Thread:
    """A remark with its answers, and where its passage stands in the text: None if it has none or it is gone."""

    first: Comment
    answers: list[Comment]
    found: Found | None

    @property
    def is_gone(self) -> bool:
        return bool(self.first.quote) and self.found is None

    @property
    def is_resolved(self) -> bool:
        return self.first.resolved_at is not None


def threads(article: Article, body: str) -> list[Thread]:
    """The threads about an article, with the places of their passages in `body`: those that are open first, by place,
    then those about no passage or a gone one; then the resolved ones, the last first. One query."""
    comments = Comment.objects.filter(article=article).select_related("by", "resolved_by").order_by("id")
    answers: dict[int, list[Comment]] = {}
    firsts = []
    for comment in comments:
        if comment.thread_id is None:
            firsts.append(comment)
        else:
            answers.setdefault(comment.thread_id, []).append(comment)
    found = [Thread(first, answers.get(first.pk, []), _place(first, body)) for first in firsts]
    still = [thread for thread in found if not thread.is_resolved]
    still.sort(key=lambda each: (each.found is None, each.found.start if each.found else 0, each.first.pk))
    return still + [thread for thread in reversed(found) if thread.is_resolved]


def _place(comment: Comment, body: str) -> Found | None:
    return find(body, Passage(comment.quote, comment.before, comment.after)) if comment.quote else None


def say(article: Article, body: str, *, by: User, passage: Passage | None = None) -> Said:
    """Begin a thread about an article, or about a passage of its current text; the places around the quote are taken
    from that text. People named in it (@username) get a notice on their desk, and a mail unless they want none.

    Raises NotAllowed without the right to comment, WorkflowError for an empty or too long remark, and where the passage
    is not in the current text."""
    require_permission(by, "editorial.add_comment", "comment")
    body = _checked(body)
    with transaction.atomic():
        row = Article.objects.select_related("current").get(pk=article.pk)
        kept = _kept(row.current, passage) if passage and passage.quote.strip() else Passage("")
        comment = Comment.objects.create(
            article=row,
            revision=row.current,
            quote=kept.quote,
            before=kept.before,
            after=kept.after,
            body=body,
            by=by,
        )
        record("comment", by=by, article=row, revision=row.current, data={"comment": comment.pk})
        return Said(comment, *_call(comment, row))


def answer(comment: Comment, body: str, *, by: User) -> Said:
    """Answer in the thread that a comment belongs to; a resolved one is open again. Raises as `say` does."""
    require_permission(by, "editorial.add_comment", "comment")
    body = _checked(body)
    with transaction.atomic():
        first = _first(comment)
        row = Article.objects.select_related("current").get(pk=first.article_id)
        said = Comment.objects.create(article=row, thread=first, revision=row.current, body=body, by=by)
        if first.resolved_at:
            Comment.objects.filter(pk=first.pk).update(resolved_at=None, resolved_by=None)
        data = {"comment": said.pk, "thread": first.pk, "reopened": first.resolved_at is not None}
        record("comment", by=by, article=row, revision=row.current, data=data)
        return Said(said, *_call(said, row))


def resolve(comment: Comment, *, by: User) -> None:
    """Say that a thread is settled. Raises NotAllowed without the right to comment, WorkflowError if it is already."""
    require_permission(by, "editorial.add_comment", "resolve a comment")
    with transaction.atomic():
        first = _first(comment)
        if first.resolved_at:
            raise WorkflowError(f"{name_of(first.resolved_by)} resolved this thread already.")
        Comment.objects.filter(pk=first.pk).update(resolved_at=timezone.now(), resolved_by=by)
        record("resolve_comment", by=by, article=first.article, revision=first.revision, data={"comment": first.pk})


def reopen(comment: Comment, *, by: User) -> None:
    """Say that a thread is not settled after all. Raises as `resolve` does, WorkflowError if it is open."""
    require_permission(by, "editorial.add_comment", "reopen a comment")
    with transaction.atomic():
        first = _first(comment)
        if first.resolved_at is None:
            raise WorkflowError("This thread is open already.")
        Comment.objects.filter(pk=first.pk).update(resolved_at=None, resolved_by=None)
        record("reopen_comment", by=by, article=first.article, revision=first.revision, data={"comment": first.pk})


def people() -> QuerySet[User]:
    """Who can be called: everybody who may see the articles on the desk."""
    found = get_user_model().objects.with_perm("editorial.view_article", backend=_BACKEND)
    return found.filter(is_staff=True).order_by("username")


def unseen(user: User) -> QuerySet[Mention]:
    """The notices that a person has not seen yet, the newest first, with comment, writer and article."""
    return notices(user).filter(seen_at=None)


def notices(user: User) -> QuerySet[Mention]:
    """All notices of a person, the newest first, with comment, writer and article."""
    related = ("comment__by", "comment__article")
    return Mention.objects.filter(person=user).select_related(*related).order_by("-id")


def mark_seen(user: User, keys: Iterable[int] | None = None) -> int:
    """Note that a person has seen these notices, or all of theirs; how many were new."""
    new = Mention.objects.filter(person=user, seen_at=None)
    return (new if keys is None else new.filter(pk__in=list(keys))).update(seen_at=timezone.now())


def wants_mail(user: User) -> bool:
    """Whether a person gets a mail when somebody calls them; yes, until they say no."""
    return not Preference.objects.filter(person=user, mail_mentions=False).exists()


def set_mail(user: User, wanted: bool) -> None:
    Preference.objects.update_or_create(person=user, defaults={"mail_mentions": wanted})


def called_in(body: str, known: Iterable[str]) -> tuple[list[str], list[str]]:
    """The names among `known` that a remark calls, and the ones that it calls and nobody has; each once, in order. Case
    makes no difference, and marks behind a name ("@bea.") are no part of it where it is known without them."""
    by_name = {name.casefold(): name for name in known}
    found: dict[str, None] = {}
    unknown: dict[str, None] = {}
    for match in _CALL.finditer(body):
        name = match[1].casefold()
        while name not in by_name and name and name[-1] in "@.+-":
            name = name[:-1]
        if name in by_name:
            found[by_name[name]] = None
        elif name:
            unknown[match[1].rstrip("@.+-")] = None
    return list(found), list(unknown)


def _checked(body: str) -> str:
    body = storable(body).replace("\r\n", "\n").strip()
    if not body:
        raise WorkflowError("The comment is empty. Write what you want to say.")
    if len(body) > BODY_MAX:
        raise WorkflowError(f"The comment has {len(body)} characters; at most {BODY_MAX} are possible. Shorten it.")
    return body


def _kept(revision: Revision | None, passage: Passage) -> Passage:
    """The passage as it stands in the current text."""
    if len(passage.quote) > QUOTE_MAX:
        raise WorkflowError(
            f"The passage has {len(passage.quote)} characters; at most {QUOTE_MAX} are possible. Choose a shorter one, "
            "or comment on the article."
        )
    text = revision.body if revision else ""
    found = find(text, passage)
    if found is None or not found.is_same:
        raise WorkflowError(
            "The passage is not in the current text in these words. Save your changes first, or copy the passage from "
            "the text as it is."
        )
    return Passage.of(text, found.start, found.end)


def _first(comment: Comment) -> Comment:
    """The first comment of a thread as it is now, locked until the transaction ends."""
    locked = Comment.objects.select_for_update(of=("self",)).select_related("article", "revision", "resolved_by")
    return locked.get(pk=comment.thread_id or comment.pk)


def _call(comment: Comment, article: Article) -> tuple[list[User], list[str]]:
    """Give a notice to whom a comment calls; who was called, and the names that nobody has."""
    if "@" not in comment.body:
        return [], []
    known = {person.get_username(): person for person in people()}
    names, unknown = called_in(comment.body, known)
    called = [known[name] for name in names if known[name].pk != comment.by_id]
    Mention.objects.bulk_create(Mention(comment=comment, person=person) for person in called)
    if called and settings.SENDS_MAIL:
        transaction.on_commit(lambda: _mail(comment, article, called), robust=True)
    return called, unknown


def _mail(comment: Comment, article: Article, called: Sequence[User]) -> None:
    """Write to whom a comment calls, unless they want no mail."""
    refused = set(Preference.objects.filter(person__in=called, mail_mentions=False).values_list("person_id", flat=True))
    who = name_of(comment.by)
    title = " ".join(article.title.split())
    quote = f"About this passage:\n\n{_quoted(comment.quote)}\n\n" if comment.quote else ""
    address = f"{settings.SITE_URL}{article.get_desk_url()}#comment-{comment.pk}"
    text = (
        f"{who} mentioned you in a comment on “{title}”:\n\n{_quoted(comment.body)}\n\n{quote}{address}\n\n"
        "You can switch these mails off on the page of your notices."
    )
    subject = " ".join(f"{who} mentioned you: {title}"[:SUBJECT_MAX].split())
    for person in called:
        if person.email and person.pk not in refused:
            send_mail(subject, text, None, [person.email])


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.splitlines())
