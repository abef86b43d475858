"""Who works on what: holds, texts that are being written, saved views of the queue, and what a person prefers."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from .articles import Article, Revision


class Hold(models.Model):
    """One person has an article in hand until a moment; others see it and can take it over."""

    article = models.OneToOneField(Article, on_delete=models.CASCADE, related_name="hold")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="holds")
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.article_id} until {self.until:%Y-%m-%d %H:%M}"


class WorkingCopy(models.Model):
    """What a person has typed and not yet saved as a revision, kept as it was typed."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="working_copies")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="working_copies")
    based_on = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="+")
    fields = models.JSONField(default=dict, help_text="the form's fields by name, as typed")
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "by"], name="working_copy_once")]
        verbose_name_plural = "working copies"

    def __str__(self) -> str:
        return f"{self.article_id} {self.by_id}"


class SavedView(models.Model):
    """A choice of filters of the queue under a name of one's own."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=100)
    query = models.CharField(max_length=2000, blank=True, help_text="the address's query")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("name",)
        constraints = [models.UniqueConstraint(fields=["by", "name"], name="saved_view_once")]

    def __str__(self) -> str:
        return self.name


class Preference(models.Model):
    """How a person likes the desk."""

    class Layout(models.TextChoices):
        SIDE_BY_SIDE = "side", "side by side"
        INLINE = "inline", "inline"
        RENDERED = "rendered", "rendered changes"
        PREVIEW = "preview", "preview only"

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="preference")
    layout = models.CharField(max_length=10, choices=Layout.choices, default=Layout.SIDE_BY_SIDE)
    mail_mentions = models.BooleanField(default=True, help_text="send an e-mail when somebody mentions me")

    def __str__(self) -> str:
        return f"{self.person_id}"
