"""What readers get: frozen copies of approved revisions, and the tags they are found by.

Rows are written by `editorial.publishing` alone; the public site reads nothing else."""

import datetime
import uuid
from collections.abc import Iterable

from django.db import models
from django.urls import reverse
from django.utils import timezone
from taggit.managers import TaggableManager
from taggit.models import ItemBase, TagBase

from .slugs import slugify

LANGUAGES = {"en": "English", "pl": "Polish"}


class Tag(TagBase):
    """A subject, shared by desk and site."""

    class Meta(TagBase.Meta):
        verbose_name = "tag"
        verbose_name_plural = "tags"
        ordering = ("name",)

    def get_absolute_url(self) -> str:
        return reverse("digest:tag", args=[self.slug])

    def slugify(self, tag: str, i: int | None = None) -> str:
        """taggit asks for a slug, and with growing numbers for another one where it is taken."""
        return (slugify(tag)[:90] or "tag") + (f"-{i}" if i else "")

    @classmethod
    def named(cls, names: Iterable[str]) -> dict[str, "Tag"]:
        """The tags of these names by lower-case name, made where they are missing: three queries for any number.

        Tags are the same whatever their case; the first spelling stays."""
        wanted = {name.lower(): name for name in names}
        slugs = {key: slugify(key)[:90] or "tag" for key in wanted}
        spelled = models.Q(name__in=[*wanted, *wanted.values()]) | models.Q(slug__in=slugs.values())
        near = list(cls.objects.filter(spelled))
        known = {tag.name.lower(): tag for tag in near if tag.name.lower() in wanted}
        taken = {tag.slug for tag in near}
        missing, crowded = [], []
        for key in sorted(wanted.keys() - known.keys()):
            if slugs[key] in taken:
                crowded.append(key)
            else:
                taken.add(slugs[key])
                missing.append(cls(name=wanted[key], slug=slugs[key]))
        known |= {tag.name.lower(): tag for tag in cls.objects.bulk_create(missing)}
        return known | {key: cls.objects.create(name=wanted[key]) for key in crowded}  # taggit finds free slugs


class PublicationQuerySet(models.QuerySet["Publication"]):
    def visible(self, at: datetime.datetime | None = None) -> "PublicationQuerySet":
        """What readers may see at a moment (default: now), newest first. Every public query starts here."""
        return self.filter(visible_from__lte=at or timezone.now()).order_by("-date", "-id")


class Publication(models.Model):
    """The public text of one article: a copy of one approved revision, rendered when it was approved."""

    uid = models.UUIDField(unique=True, default=uuid.uuid4, help_text="the article's; feeds name it")
    slug = models.CharField(max_length=200, unique=True)
    title = models.CharField(max_length=500)
    excerpt = models.TextField(blank=True)
    body = models.TextField(help_text="Markdown, as approved")
    html = models.TextField(help_text="the body as rendered by digest.rendering")
    language = models.CharField(max_length=8, blank=True)
    date = models.DateField()
    source_name = models.CharField(max_length=200, blank=True)
    model_name = models.CharField(max_length=200, blank=True, help_text="the model that wrote the text")
    word_count = models.PositiveIntegerField(default=0)
    revision_hash = models.CharField(max_length=64)
    corrected = models.BooleanField(default=False, help_text="a person changed the generated text")
    reviewed_by = models.CharField(max_length=200)
    reviewed_at = models.DateTimeField()
    visible_from = models.DateTimeField(default=timezone.now)
    first_published_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    tags = TaggableManager(through="digest.PublicationTag", blank=True)  # type: ignore[no-untyped-call]
    objects = PublicationQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-date", "-id"], name="publication_newest"),
            models.Index(fields=["language", "-date", "-id"], name="publication_language"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("digest:article", args=[self.slug])


class PublicationAlias(models.Model):
    """A slug that a publication had before: its old address redirects to the current one."""

    slug = models.CharField(max_length=200, unique=True)
    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="aliases")

    def __str__(self) -> str:
        return self.slug


class PublicationTag(ItemBase):
    """Joins publications and tags; carries the date so that a tag page is read off one index."""

    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="publication_tags")
    content_object = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="tag_links")
    date = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tag", "content_object"], name="publication_tag_once"),
        ]
        indexes = [models.Index(fields=["tag", "-date", "-content_object"], name="publication_tag_newest")]

    def __str__(self) -> str:
        return f"{self.content_object_id} {self.tag_id}"
