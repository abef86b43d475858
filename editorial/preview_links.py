"""Preview links: one revision shown to whoever has the address, until a moment, unless the link is taken back.

The address holds a secret that is signed and kept nowhere: the table has its hash. So a forged address costs no query,
and who reads the database can't open a preview."""

from __future__ import annotations

import datetime
import hashlib
import secrets

from django.contrib.auth.models import User
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.utils import timezone

from .models import Article, PreviewLink, Revision, Status
from .models.log import record
from .refusals import WorkflowError, require_permission
from .text import storable

LIFETIMES = {1: "1 day", 3: "3 days", 7: "a week", 30: "30 days"}
"""How long a link can be open, in days."""
NOTE_MAX = 200
TOKEN_MAX = 200
GONE = (Status.REJECTED, Status.RETRACTED)
"""Where an article stands when nobody should be shown it any more."""
_SALT = "editorial.preview-link"


class LinkClosed(Exception):
    """The link was once good: it ran out, was taken back, or its article was rejected or retracted."""


def make_link(revision: Revision, *, by: User, days: int, note: str = "") -> tuple[PreviewLink, str]:
    """A link to a revision and its token, which is told this once.

    Raises NotAllowed without the right, WorkflowError for another number of days or a text nobody should be shown."""
    require_permission(by, "editorial.add_previewlink", "make a preview link")
    if days not in LIFETIMES:
        raise WorkflowError(f"A preview link can be open for {', '.join(LIFETIMES.values())}.")
    article = Article.objects.get(pk=revision.article_id)
    if article.status in GONE:
        status = Status(article.status).label.lower()
        raise WorkflowError(f"“{article.title}” is {status}, so nobody is shown it. Start a review first.")
    token = _signer().sign(secrets.token_urlsafe(32))
    with transaction.atomic():
        now = timezone.now()
        link = PreviewLink.objects.create(
            revision=revision,
            token_hash=_hash(token),
            note=" ".join(storable(note).split())[:NOTE_MAX],
            by=by,
            created_at=now,
            expires_at=now + datetime.timedelta(days=days),
        )
        facts = {"link": link.pk, "note": link.note, "expires_at": link.expires_at.isoformat()}
        record("make_preview", by=by, article=article, revision=revision, data=facts)
    return link, token


def revoke_link(link: PreviewLink, *, by: User) -> None:
    """Take a link back: it answers nobody from now on. Raises NotAllowed, WorkflowError where it is closed already."""
    require_permission(by, "editorial.add_previewlink", "take back a preview link")
    with transaction.atomic():
        now = timezone.now()
        open_links = PreviewLink.objects.filter(pk=link.pk, revoked_at=None, expires_at__gt=now)
        if not open_links.update(revoked_at=now):
            raise WorkflowError("This link was closed already.")
        revision = link.revision
        facts = {"link": link.pk, "note": link.note}
        record("revoke_preview", by=by, article=revision.article, revision=revision, data=facts)


def revision_of(token: str) -> tuple[PreviewLink, Revision] | None:
    """The link with a token and the revision that it shows; None where there never was one. Raises LinkClosed."""
    if len(token) > TOKEN_MAX or not _is_ours(token):
        return None
    related = ("revision__article__source", "revision__article__publication", "revision__article__generation")
    link = PreviewLink.objects.select_related(*related).filter(token_hash=_hash(token)).first()
    if link is None:
        return None
    if link.revoked_at or link.expires_at <= timezone.now() or link.revision.article.status in GONE:
        raise LinkClosed
    return link, link.revision


def _is_ours(token: str) -> bool:
    try:
        _signer().unsign(token)
    except BadSignature:
        return False
    return True


def _signer() -> Signer:
    return Signer(salt=_SALT, sep=".")


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
