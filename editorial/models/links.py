"""The links of the desk's texts, as rows that can be looked up, and what was seen when somebody followed them."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from .articles import Article


class ArticleLink(models.Model):
    """One link of an article's current text. Two addresses that lead to the same page have the same `key`."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="links")
    story = models.PositiveIntegerField(default=0, help_text="the number of the story, 0 before the first")
    address = models.TextField()
    key = models.CharField(max_length=32, blank=True, help_text="empty for homepages, which say nothing of a story")
    host = models.CharField(max_length=255, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["key", "article"], name="link_key"),
            models.Index(fields=["host", "article"], name="link_host"),
        ]

    def __str__(self) -> str:
        return self.address


class LookResult(models.TextChoices):
    """How a look ended, as the database knows it; the values are those of `editorial.checks.looks.Result`."""

    FINE = "fine", "answers"
    GONE = "gone", "the page is gone"
    NO_HOST = "no-host", "the host is unknown"
    OTHERWISE = "otherwise", "answers otherwise"
    SILENT = "silent", "no answer"
    KEPT_OUT = "kept-out", "robots.txt asks not to look"
    UNSAFE = "unsafe", "not to be asked"


class LinkLook(models.Model):
    """What was found at an address when it was last looked at."""

    sha256 = models.CharField(max_length=64, unique=True, help_text="of the address")
    address = models.TextField()
    host = models.CharField(max_length=255, blank=True)
    looked_at = models.DateTimeField(default=timezone.now, db_index=True)
    result = models.CharField(max_length=12, choices=LookResult.choices, default=LookResult.SILENT)
    http_code = models.PositiveIntegerField(null=True, blank=True, help_text="of the last answer; none: no answer")
    final_address = models.TextField(blank=True, help_text="where the redirects ended")
    permanent = models.BooleanField(default=False, help_text="every redirect on the way was for good")
    title = models.TextField(blank=True)
    archived = models.TextField(blank=True, help_text="the address of an archived copy")
    trouble = models.CharField(max_length=300, blank=True, help_text="why there is no answer, as a sentence")
    missing_since = models.DateTimeField(
        null=True, blank=True, help_text="the first of the looks in a row that found no page or no host"
    )
    retry_at = models.DateTimeField(null=True, blank=True, help_text="the host asked not to come before")

    class Meta:
        indexes = [models.Index(fields=["host", "retry_at"], name="look_host")]

    def __str__(self) -> str:
        return self.address
