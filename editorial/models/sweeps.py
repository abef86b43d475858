"""A change to many articles, made slice by slice."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class Sweep(models.Model):
    """Safe fixes or the house list, applied to many articles: what was asked for, and how far it came.

    Articles are taken in order of their id; `position` is the last one that is done. Any process can go on."""

    class Stage(models.TextChoices):
        PLANNED = "planned", "waits for a yes"
        RUNNING = "running", "running"
        DONE = "done", "done"

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.PLANNED)
    codes = models.JSONField(default=list, help_text="the checks whose fixes are applied; empty: all safe fixes")
    selection = models.JSONField(default=dict, help_text="{'articles': [ids]}, {'batch': id} or {'unapproved': true}")
    note = models.CharField(max_length=300, blank=True)
    position = models.PositiveBigIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict, help_text="articles by what became of them")
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.note or f"Sweep {self.pk}"
