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


class LinkLook(models.Model):
    """What was found at an address when it was last looked at."""

    sha256 = models.CharField(max_length=64, unique=True, help_text="of the address")
    address = models.TextField()
    looked_at = models.DateTimeField(default=timezone.now, db_index=True)
    http_code = models.PositiveIntegerField(null=True, blank=True, help_text="of the last answer; none: no answer")
    final_address = models.TextField(blank=True, help_text="where the redirects ended")
    title = models.TextField(blank=True)
    archived = models.TextField(blank=True, help_text="the address of an archived copy")
    trouble = models.CharField(max_length=300, blank=True, help_text="why there is no answer, as a sentence")

    def __str__(self) -> str:
        return self.address
