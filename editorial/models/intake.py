"""What came in: batches, the files' bytes exactly as delivered, and the sources they were made from."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from .append_only import AppendOnlyModel


class Source(models.Model):
    """The newsletter or feed that the generator worked from (`source_pattern`)."""

    name = models.CharField(max_length=200, unique=True)
    slug = models.SlugField(max_length=200, unique=True)
    four_eyes = models.BooleanField(
        null=True,
        blank=True,
        help_text="whether whoever changed a text last may not approve it; empty: as the house does",
    )

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class SourceAlias(models.Model):
    """Another spelling of a source's name."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=200, unique=True)

    class Meta:
        ordering = ("name",)
        verbose_name = "other spelling"
        verbose_name_plural = "other spellings"

    def __str__(self) -> str:
        return self.name


class Batch(models.Model):
    """One import run."""

    started_at = models.DateTimeField(default=timezone.now, db_index=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    origin = models.CharField(max_length=300, help_text="from where: the paths of the command, or the upload")
    counts = models.JSONField(default=dict, help_text="files by outcome")
    provenance = models.JSONField(default=dict, help_text="model, agent, prompt version, run and language, as told")
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-started_at",)
        verbose_name_plural = "batches"

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M} {self.origin}"


class Generation(AppendOnlyModel):
    """What the generator delivered: the bytes of one file, exactly. Never changed, never deleted."""

    sha256 = models.CharField(max_length=64, db_index=True)
    content = models.BinaryField()
    path = models.CharField(max_length=1000, db_index=True)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="generations")
    created_at = models.DateTimeField(default=timezone.now)
    model_name = models.CharField(max_length=200, blank=True)
    agent = models.CharField(max_length=200, blank=True)
    prompt_version = models.CharField(max_length=200, blank=True)
    run = models.CharField(max_length=200, blank=True)
    extra = models.JSONField(default=dict, help_text="frontmatter keys that Digest does not know")
    slug = models.CharField(
        max_length=200, blank=True, help_text="what it goes by, where the file's own slug is another article's"
    )
    source_name = models.CharField(max_length=200, blank=True, help_text="its source_pattern")
    external_id = models.CharField(max_length=200, null=True, blank=True, help_text="its id or uid")  # noqa: DJ001
    cause = models.CharField(max_length=60, blank=True, db_index=True, help_text="why it could not be read")
    line = models.PositiveIntegerField(null=True, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.path} {self.sha256[:12]}"


class SourceText(AppendOnlyModel):
    """A text that a file was made from, as it came beside the file (`<name>.sources.json`). Never changed."""

    generation = models.ForeignKey(Generation, on_delete=models.PROTECT, related_name="source_texts")
    address = models.TextField()
    title = models.TextField(blank=True)
    text = models.TextField()
    retrieved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.title or self.address


class Outcome(models.TextChoices):
    """What became of one file of a batch."""

    NEW = "new", "new"
    UNCHANGED = "unchanged", "unchanged"
    UPDATED = "updated", "updated"
    MERGED = "merged", "merged with the desk's changes"
    CONFLICT = "conflict", "waits: it changes what the desk changed"
    PROPOSAL = "proposal", "waits beside the desk's text"
    DUPLICATE = "duplicate", "left out: the same text is here already"
    HELD = "held", "held: its slug is taken by another file of this run"
    REPAIRABLE = "repairable", "broken, with a proposed repair"
    BROKEN = "broken", "broken"

    @property
    def is_failure(self) -> bool:
        """Whether the file became no text and waits for a person."""
        return self in (Outcome.HELD, Outcome.REPAIRABLE, Outcome.BROKEN)


class BatchFile(models.Model):
    """One file of one batch and what became of it."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="files")
    path = models.CharField(max_length=1000)
    outcome = models.CharField(max_length=20, choices=Outcome.choices)
    message = models.TextField(blank=True)
    generation = models.ForeignKey(Generation, null=True, on_delete=models.PROTECT, related_name="files")
    article = models.ForeignKey("editorial.Article", null=True, on_delete=models.SET_NULL, related_name="batch_files")
    rested_on = models.ForeignKey(
        Generation,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        help_text="the generation that its article rested on before",
    )
    waited = models.ForeignKey(
        Generation,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        help_text="the generation that waited beside its article before",
    )

    class Meta:
        ordering = ("id",)
        indexes = [models.Index(fields=["batch", "outcome"], name="batch_file_outcome")]

    def __str__(self) -> str:
        return f"{self.path}: {self.outcome}"
