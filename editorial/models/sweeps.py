"""A change to many articles, planned and made slice by slice."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from .articles import Article


class Sweep(models.Model):
    """Safe fixes or an entry of the house list, applied to many articles: what was asked for, and how far it came.

    Articles are taken in order of their id; `position` is the last one that is done. Any process can go on."""

    class Stage(models.TextChoices):
        PLANNING = "planning", "is being planned"
        PLANNED = "planned", "waits for a yes"
        RUNNING = "running", "is under way"
        DONE = "done", "is done"

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.PLANNING)
    codes = models.JSONField(default=list, help_text="the checks whose fixes are applied; empty: all safe fixes")
    selection = models.JSONField(
        default=dict, help_text="{'articles': [ids]}, {'batch': id} or {'unapproved': true}, perhaps with 'entry': id"
    )
    note = models.CharField(max_length=300, blank=True)
    position = models.PositiveBigIntegerField(default=0)
    total = models.PositiveIntegerField(default=0, help_text="articles of the present stage")
    done = models.PositiveIntegerField(default=0, help_text="articles of the present stage that are done")
    counts = models.JSONField(default=dict, help_text="articles by code of the fixes that would change them")
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.note or f"Sweep {self.pk}"


class SweptArticle(models.Model):
    """An article that a sweep would change, and what became of it. The texts are named by their hashes: the one that
    the plan was made for, and the one that its fixes make of it."""

    class Outcome(models.TextChoices):
        PLANNED = "planned", "would be fixed"
        FIXED = "fixed", "fixed"
        CHANGED = "changed", "left alone: its text or the house list has changed since the plan"
        DECIDED = "decided", "left alone: it was decided since the plan"

    sweep = models.ForeignKey(Sweep, on_delete=models.CASCADE, related_name="articles")
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="+")
    codes = models.JSONField(default=list)
    before = models.CharField(max_length=64)
    after = models.CharField(max_length=64)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.PLANNED)

    class Meta:
        ordering = ("article_id",)
        constraints = [models.UniqueConstraint(fields=["sweep", "article"], name="swept_once")]

    def __str__(self) -> str:
        return f"{self.sweep_id} {self.article_id}: {self.outcome}"
