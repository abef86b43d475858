"""Articles as the desk holds them, and their revisions."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from taggit.managers import TaggableManager
from taggit.models import ItemBase

from digest.models import Publication, Tag

from ..text import Text
from .append_only import AppendOnlyModel
from .intake import Generation, Source


class Status(models.TextChoices):
    NEW = "new", "New"
    IN_REVIEW = "in_review", "In review"
    SENT_BACK = "sent_back", "Sent back"
    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Rejected"
    RETRACTED = "retracted", "Retracted"

    @property
    def may_be_edited(self) -> bool:
        """Whether a correction can be saved; a rejected or retracted text is reopened first."""
        return self not in (Status.REJECTED, Status.RETRACTED)


class Origin(models.TextChoices):
    """Where a revision's text comes from."""

    GENERATED = "generated", "generated"
    CORRECTION = "correction", "correction"
    MERGE = "merge", "merge"
    RESTORE = "restore", "restore"
    FIX = "fix", "safe fixes"


# Where somebody has to do something next: the rows of the queue.
IN_QUEUE = (Status.NEW, Status.IN_REVIEW, Status.SENT_BACK)


class Waiting(models.TextChoices):
    """Why a newer generated text waits beside the desk's."""

    NOTHING = "", "nothing waits"
    PROPOSAL = "proposal", "a newer text waits"
    CONFLICT = "conflict", "a newer text conflicts with the desk's"


class Priority(models.IntegerChoices):
    NORMAL = 0, "normal"
    HIGH = 1, "high"
    URGENT = 2, "urgent"


class Article(models.Model):
    """One piece, identified by its slug: where it stands on the desk. Its text is in its revisions.

    `status` is written by `editorial.workflow` alone. Title, language and date are copied from the current
    revision so that lists sort and filter on one table."""

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    slug = models.CharField(max_length=200, unique=True)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.NEW)
    title = models.CharField(max_length=500)
    language = models.CharField(max_length=8, blank=True)
    date = models.DateField()
    source = models.ForeignKey(Source, null=True, blank=True, on_delete=models.PROTECT, related_name="articles")
    current = models.ForeignKey("editorial.Revision", null=True, on_delete=models.PROTECT, related_name="current_of")
    generation = models.ForeignKey(
        Generation, on_delete=models.PROTECT, related_name="articles", help_text="the last that became a text"
    )
    proposal = models.ForeignKey(
        Generation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="proposed_for",
        help_text="a newer generated text that waits beside the desk's",
    )
    waiting = models.CharField(max_length=20, choices=Waiting.choices, blank=True, default=Waiting.NOTHING)
    external_id = models.CharField(
        max_length=200, null=True, blank=True, unique=True, help_text="the generator's own name for it (id or uid)"
    )
    checked = models.CharField(
        max_length=16, blank=True, default="", help_text="the ruleset that its current text was checked under"
    )
    block_count = models.PositiveIntegerField(default=0, help_text="findings that refuse approval, not waived")
    warn_count = models.PositiveIntegerField(default=0, help_text="warnings, not waived")
    gravity = models.GeneratedField(
        expression=models.Case(
            models.When(block_count__gt=0, then=models.Value(2)),
            models.When(warn_count__gt=0, then=models.Value(1)),
            default=models.Value(0),
        ),
        output_field=models.PositiveSmallIntegerField(),
        db_persist=True,
        help_text="of its gravest open finding: 2 blocks, 1 warns, 0 none",
    )
    rank = models.GeneratedField(
        expression=models.Case(
            models.When(~models.Q(status__in=IN_QUEUE), then=models.Value(None)),
            models.When(block_count__gt=0, then=6 - 3 * models.F("priority")),
            models.When(warn_count__gt=0, then=7 - 3 * models.F("priority")),
            default=8 - 3 * models.F("priority"),
        ),
        output_field=models.SmallIntegerField(null=True),
        db_persist=True,
        help_text="where it stands in the queue, 0 first: by priority, then gravity; empty: not in the queue",
    )
    source_key = models.GeneratedField(
        expression=Coalesce("source", 0),
        output_field=models.BigIntegerField(),
        db_persist=True,
        help_text="its source, or 0: rows of one source stand together, and a place among them can be named",
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="assigned_articles"
    )
    due = models.DateField(null=True, blank=True)
    priority = models.PositiveSmallIntegerField(choices=Priority.choices, default=Priority.NORMAL)
    publication = models.OneToOneField(Publication, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)

    tags = TaggableManager(through="editorial.ArticleTag", blank=True)  # type: ignore[no-untyped-call]

    class Meta:
        ordering = ("-date", "-id")
        indexes = [
            models.Index(fields=["-date", "-id"], name="article_newest"),
            models.Index(fields=["status", "-date", "-id"], name="article_status"),
            models.Index(fields=["language", "-date", "-id"], name="article_language"),
            models.Index(fields=["source", "-date", "-id"], name="article_source"),
            models.Index(fields=["waiting", "-date", "-id"], name="article_waiting"),
            models.Index(fields=["checked", "id"], name="article_checked"),
            models.Index(  # by the first four it is ordered; by the others it is filtered without a look at the rows
                fields=["rank", "created_at", "source_key", "id", "status", "language", "date", "current"],
                name="article_queue",
                condition=models.Q(rank__isnull=False),
            ),
            models.Index(fields=["due"], name="article_due", condition=models.Q(due__isnull=False)),
            models.Index(fields=["created_at"], name="article_came"),
            models.Index(fields=["created_at", "id"], name="article_oldest", condition=models.Q(rank__isnull=False)),
        ]
        permissions = [
            ("review_article", "Can start a review"),
            ("decide_article", "Can approve, send back and reject"),
            ("retract_article", "Can retract a public article"),
            ("import_article", "Can import files"),
            ("waive_finding", "Can waive a finding"),
            ("assign_article", "Can assign articles to people"),
            ("bulk_approve_article", "Can approve several articles at once"),
            ("override_findings", "Can approve in spite of findings that block"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_desk_url(self) -> str:
        return reverse("admin:editorial_article_change", args=[self.pk])


class SlugAlias(models.Model):
    """A slug that an article had, or came with: files that name it are about that article."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="aliases")
    slug = models.CharField(max_length=500, unique=True)

    class Meta:
        ordering = ("slug",)

    def __str__(self) -> str:
        return self.slug


class ArticleTag(ItemBase):
    """Joins articles and tags."""

    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="article_tags")
    content_object = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="tag_links")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tag", "content_object"], name="article_tag_once")]

    def __str__(self) -> str:
        return f"{self.content_object_id} {self.tag_id}"


class Revision(AppendOnlyModel):
    """An immutable text of an article."""

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    origin = models.CharField(max_length=20, choices=Origin.choices)
    title = models.CharField(max_length=500)
    excerpt = models.TextField(blank=True)
    body = models.TextField()
    tags = models.JSONField(default=list)
    language = models.CharField(max_length=8, blank=True)
    date = models.DateField()
    slug = models.CharField(max_length=200)
    hash = models.CharField(max_length=64)
    wording = models.CharField(max_length=64, default="", db_index=True, help_text="hash of title and body alone")
    word_count = models.PositiveIntegerField(default=0)
    generation = models.ForeignKey(
        Generation, on_delete=models.PROTECT, related_name="revisions", help_text="what it rests on"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(blank=True)
    fixes = models.JSONField(default=list, help_text="the checks whose safe fixes made this text")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-number",)
        constraints = [models.UniqueConstraint(fields=["article", "number"], name="revision_number_once")]
        indexes = [
            models.Index(
                fields=["by", "article", "origin"], name="revision_of_person", condition=models.Q(by__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slug} #{self.number}"

    @property
    def text(self) -> Text:
        return Text(
            title=self.title,
            excerpt=self.excerpt,
            body=self.body,
            tags=tuple(self.tags),
            language=self.language,
            date=self.date,
            slug=self.slug,
        )
