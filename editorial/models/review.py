"""What people made of the parts of a text: stories, claims, and how long they looked."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from .articles import Article, Revision


class StoryMark(models.Model):
    """A person's decision on one story, known by the hash of its text: the same text keeps it."""

    class Verdict(models.TextChoices):
        ACCEPTED = "accepted", "accepted"
        CORRECTED = "corrected", "corrected"
        DROPPED = "dropped", "dropped"

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="story_marks")
    story_hash = models.CharField(max_length=64)
    title = models.CharField(max_length=500, blank=True)
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    reason = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "story_hash"], name="story_mark_once")]

    def __str__(self) -> str:
        return f"{self.title}: {self.verdict}"


class ClaimMark(models.Model):
    """A person's verdict on one claim, known by the hash of its wording and its story's source links."""

    class Verdict(models.TextChoices):
        VERIFIED = "verified", "verified"
        WRONG = "wrong", "wrong"
        UNCLEAR = "unclear", "cannot tell"

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="claim_marks")
    claim_hash = models.CharField(max_length=64)
    wording = models.TextField()
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    note = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "claim_hash"], name="claim_mark_once")]

    def __str__(self) -> str:
        return f"{self.wording[:80]}: {self.verdict}"


class Reading(models.Model):
    """How long a person had one revision before them, and whether they opened what changed."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="readings")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    seconds = models.PositiveIntegerField(default=0)
    diff_opened = models.BooleanField(default=False)
    first_at = models.DateTimeField(default=timezone.now)
    last_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["revision", "by"], name="reading_once")]

    def __str__(self) -> str:
        return f"{self.revision_id} {self.by_id}: {self.seconds} s"


class Reason(models.Model):
    """One of the house's reasons for sending back or rejecting."""

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    position = models.PositiveIntegerField(default=0)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ("position", "name")

    def __str__(self) -> str:
        return self.name
