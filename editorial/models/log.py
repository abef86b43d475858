"""The log: one row for everything with a person behind it. Each row carries the hash of the one before."""

from __future__ import annotations

import datetime
import hashlib
import json
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, models
from django.utils import timezone

from .append_only import AppendOnlyModel
from .articles import Article, Revision
from .intake import Batch

NAME_MAX = 200  # of a person's name in log and publication; Django's own names may be longer together
_LOCK = 0x6469_6765_7374  # PostgreSQL's advisory lock of the log: the bytes of "digest"

SENTENCES = {
    "start_review": "started a review",
    "approve": "approved and published",
    "unschedule": "took it off the schedule",
    "make_preview": "made a preview link",
    "revoke_preview": "took back a preview link",
    "send_back": "sent it back",
    "reject": "rejected it",
    "retract": "retracted it",
    "correct": "saved a correction",
    "fix": "applied safe fixes",
    "sweep": "applied safe fixes to many articles",
    "house_list": "changed the house list",
    "import": "imported files",
    "undo": "took back an import",
    "repair": "took in a repaired file",
    "dismiss_file": "dismissed a file",
    "merge": "solved a conflict",
    "edit_page": "wrote a page of the public site",
    "remove_page": "removed a page of the public site",
    "take_proposal": "took over the newer generated text",
    "dismiss_proposal": "dismissed the newer generated text",
    "accept_story": "accepted a story",
    "accept_stories": "accepted the other stories",
    "take_back_story": "took back a decision on a story",
    "mark_claim": "checked a claim",
    "take_back_claim": "took back what was said of a claim",
    "comment": "commented",
    "resolve_comment": "resolved a comment",
    "reopen_comment": "reopened a comment",
    "waive": "waived a finding",
    "take_back_waiver": "took back a waiver",
    "assign": "assigned it, or changed when it is due or how urgent it is",
    "take_over": "took it over from somebody else",
    "set_check": "changed how a check is set",
    "second_factor_on": "began to sign in with a second factor",
    "second_factor_off": "signs in without a second factor from now on",
    "new_recovery_codes": "made new recovery codes",
    "use_recovery_code": "signed in with a recovery code",
    "reset_second_factor": "removed a lost second factor",
    "sign_out_everywhere": "signed out everywhere",
}


class Event(AppendOnlyModel):
    """Who did what to which exact text, when and why."""

    at = models.DateTimeField(default=timezone.now)
    action = models.CharField(max_length=30, db_index=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    actor_name = models.CharField(max_length=NAME_MAX)
    article = models.ForeignKey(Article, null=True, on_delete=models.PROTECT, related_name="events")
    revision = models.ForeignKey(Revision, null=True, on_delete=models.PROTECT, related_name="events")
    batch = models.ForeignKey(Batch, null=True, on_delete=models.PROTECT, related_name="events")
    reason = models.TextField(blank=True)
    data = models.JSONField(default=dict)
    previous = models.CharField(max_length=64, unique=True, help_text="hash of the event before")
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ("-id",)
        indexes = [
            models.Index(fields=["article", "-id"], name="event_of_article"),
            models.Index(fields=["action", "at"], name="event_by_action"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_name}: {self.action}"

    @property
    def sentence(self) -> str:
        """What was done, in words: "sent back", "saved a correction"."""
        if self.action == "approve" and "visible_from" in self.data:
            at = timezone.localtime(datetime.datetime.fromisoformat(self.data["visible_from"]))
            return f"approved it for {at.day} {at:%B %Y %H:%M}"
        return SENTENCES.get(self.action, self.action.replace("_", " "))

    def computed_hash(self) -> str:
        """SHA-256 (hex) over the row's own facts and the hash of the row before."""
        facts = {
            "at": self.at.astimezone(datetime.UTC).isoformat(),
            "action": self.action,
            "actor": self.actor_id,
            "actor_name": self.actor_name,
            "article": self.article_id,
            "revision": self.revision_id,
            "revision_hash": self.revision.hash if self.revision else "",
            "batch": self.batch_id,
            "reason": self.reason,
            "data": self.data,
            "previous": self.previous,
        }
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def record(action: str, *, by: User | None, **facts: Any) -> Event:
    """Append one event. Call it inside the transaction of the change that it tells of: on PostgreSQL an
    advisory lock, on SQLite the write lock, makes the events of all processes one chain."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    last = Event.objects.order_by("-id").values_list("hash", flat=True).first()
    event = Event(action=action, actor=by, actor_name=name_of(by), previous=last or "", **facts)
    event.hash = event.computed_hash()
    event.save()
    return event


def name_of(user: User | None) -> str:
    """The name a person is shown by; without a person it was the command line."""
    return (user.get_full_name() or user.get_username())[:NAME_MAX] if user else "command line"
