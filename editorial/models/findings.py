"""What the checks found in each revision, what was waived, and how the house sets its checks."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from .articles import Article, Revision
from .intake import Source


class Weight(models.TextChoices):
    """A severity as the database knows it; the values are those of `editorial.checks.Severity`."""

    BLOCK = "block", "blocks approval"
    WARN = "warn", "warning"
    INFO = "info", "remark"


class CheckRun(models.Model):
    """One look of all checks at one revision: under which rules, and when."""

    revision = models.OneToOneField(Revision, on_delete=models.CASCADE, related_name="check_run")
    ruleset = models.CharField(max_length=16, help_text="names the versions, settings and lists that it was run with")
    ran_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.revision_id} {self.ruleset}"


class Finding(models.Model):
    """One finding in one revision. Places are those of `editorial.checks.Finding`: in the revision's body, or in a
    field where `field` names one."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="findings")
    code = models.CharField(max_length=60)
    version = models.PositiveIntegerField(help_text="of the check")
    severity = models.CharField(max_length=10, choices=Weight.choices)
    field = models.CharField(max_length=60, blank=True)
    message = models.TextField()
    what = models.TextField(blank=True, help_text="the text concerned")
    line = models.PositiveIntegerField(default=1)
    column = models.PositiveIntegerField(default=1)
    offset = models.PositiveIntegerField(default=0, help_text="bytes")
    end = models.PositiveIntegerField(default=0, help_text="bytes")
    fix = models.TextField(null=True, blank=True)  # noqa: DJ001  no fix and a fix that empties are two things
    fix_kind = models.CharField(max_length=12, blank=True)
    fingerprint = models.CharField(max_length=16)
    other = models.ForeignKey(
        Article, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", help_text="the article it names"
    )

    class Meta:
        ordering = ("id",)
        indexes = [models.Index(fields=["code", "revision"], name="finding_code")]

    def __str__(self) -> str:
        return f"{self.code}: {self.message[:80]}"


class Waiver(models.Model):
    """A person's word that a finding does not matter. It holds for that passage of that article only."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="waivers")
    code = models.CharField(max_length=60)
    fingerprint = models.CharField(max_length=16)
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "fingerprint"], name="waiver_once")]

    def __str__(self) -> str:
        return f"{self.code}: {self.reason[:80]}"


class CheckSetting(models.Model):
    """How the house sets one check, for all articles or for those of one source."""

    code = models.CharField(max_length=60)
    source = models.ForeignKey(
        Source, null=True, blank=True, on_delete=models.CASCADE, related_name="check_settings", help_text="empty: all"
    )
    enabled = models.BooleanField(default=True)
    severity = models.CharField(max_length=10, choices=Weight.choices, blank=True, help_text="empty: as the check says")

    class Meta:
        ordering = ("code", "source")
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                condition=models.Q(source=None),
                name="check_setting_once",
                violation_error_message="This check has a setting for all sources already. Change that one.",
            ),
            models.UniqueConstraint(
                fields=["code", "source"],
                name="check_setting_once_a_source",
                violation_error_message="This check has a setting for this source already. Change that one.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} ({self.source or 'all sources'})"
