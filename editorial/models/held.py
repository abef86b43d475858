"""What waits for a person before it can become a text: files that could not be read, and uploads not yet confirmed."""

from __future__ import annotations

import datetime
import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from .articles import Article
from .intake import Batch, Generation, Outcome

DRAFT_LIFE = datetime.timedelta(days=1)


class HeldFile(models.Model):
    """A delivered file that became no text, and what was done about it."""

    class State(models.TextChoices):
        OPEN = "open", "waits for you"
        REPAIRED = "repaired", "repaired"
        DISMISSED = "dismissed", "dismissed"
        REPLACED = "replaced", "replaced by a newer file"

    generation = models.OneToOneField(Generation, on_delete=models.PROTECT, related_name="held")
    cause = models.CharField(max_length=60)
    has_repair = models.BooleanField(default=False)
    state = models.CharField(max_length=20, choices=State.choices, default=State.OPEN)
    article = models.ForeignKey(Article, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ("-id",)
        indexes = [models.Index(fields=["state", "cause", "-id"], name="held_file_queue")]

    def __str__(self) -> str:
        return f"{self.generation.path}: {self.cause}"


class Draft(models.Model):
    """An upload whose plan a person looks at before anything is written. Expires a day after it was made.

    Work on its files goes slice by slice; `position` is the key of the last file that the present stage has done."""

    class Stage(models.TextChoices):
        RECEIVING = "receiving", "is being received"
        PLANNING = "planning", "is being looked at"
        WAITING = "waiting", "waits for your yes"
        CHECKING = "checking", "is being looked at again"
        IMPORTING = "importing", "is being imported"
        DONE = "done", "was imported"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    origin = models.CharField(max_length=300)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    provenance = models.JSONField(default=dict)
    stage = models.CharField(max_length=20, choices=Stage.choices, default=Stage.RECEIVING)
    position = models.BigIntegerField(default=0)
    batch = models.ForeignKey(Batch, null=True, on_delete=models.SET_NULL, related_name="+")

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M} {self.origin}"

    @property
    def expires_at(self) -> datetime.datetime:
        return self.created_at + DRAFT_LIFE


class DraftFile(models.Model):
    """One uploaded file of a draft: its bytes, or why they could not be taken (`error`); and what the last look at
    it found. `outcome` is "" before the first look, `was` what it was before it changed. `sha256`, `slug` and
    `external_id` are what the file says of itself, `wording` is what it would take from the ones after it. `shown`
    stands for the two texts that the last look compared, `resembles` is an article that it may be a new version of."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="files")
    path = models.CharField(max_length=1000)
    content = models.BinaryField()
    error = models.TextField(blank=True)
    sources = models.BinaryField(default=b"", help_text="the .sources.json beside it")
    sources_error = models.TextField(blank=True)
    ticked = models.BooleanField(default=False)
    outcome = models.CharField(max_length=20, blank=True, choices=Outcome.choices)
    was = models.CharField(max_length=20, blank=True, choices=Outcome.choices)
    message = models.TextField(blank=True)
    line = models.PositiveIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    slug = models.CharField(max_length=200, blank=True)
    external_id = models.CharField(max_length=200, null=True, blank=True)  # noqa: DJ001  none and an empty one differ
    wording = models.CharField(max_length=64, blank=True)
    shown = models.CharField(max_length=64, blank=True)
    article = models.ForeignKey(Article, null=True, on_delete=models.SET_NULL, related_name="+")
    resembles = models.ForeignKey(Article, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.path
