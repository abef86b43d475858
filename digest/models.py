"""What readers get: frozen copies of approved revisions, what they are found by, and what was said about them later.

Rows are written by `editorial.publishing` and `editorial.site_pages` alone; the public site reads nothing else."""

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


VISIBLE_SQL = "visible_from <= %(at)s AND (visible_until IS NULL OR visible_until > %(at)s)"
"""The same as `visible()` where SQL is written by hand (`prepared.written`); `at` is the moment."""


class PublicationQuerySet(models.QuerySet["Publication"]):
    def visible(self, at: datetime.datetime | None = None) -> "PublicationQuerySet":
        """What readers may see at a moment (default: now), newest first. Every public query starts here."""
        moment = at or timezone.now()
        lasts = models.Q(visible_until=None) | models.Q(visible_until__gt=moment)
        return self.filter(lasts, visible_from__lte=moment).order_by("-date", "-id")


class PublicSource(models.Model):
    """A newsletter or feed that published articles were made from, as readers know it. Like a tag it exists for them
    only while an article of it is visible."""

    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=200, unique=True, allow_unicode=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("digest:source", args=[self.slug])


FRAGMENTS = (
    *("card_html", "head_html", "article_html", "short_html", "rss_xml", "atom_xml"),
    *("item_json", "front_matter"),
)
"""The columns of a publication that are parts of pages, feeds and documents (`digest.fragments` makes them)."""


class Publication(models.Model):
    """The public text of one article: a copy of one approved revision, rendered when it was approved.

    An article has one row, or two while a text that was approved for later waits: the one that readers have ends
    (`visible_until`) when the coming one begins (`visible_from`). Nothing has to run at that moment.

    `stories` is the article's structure, a list of dicts as `digest.stories.Story.as_data` writes them. The columns
    from `head_html` on are fragments: what `digest.fragments` made of the row, ready to be joined to a page. In SQLite
    the long columns stand last in the table, so that a list never walks over a text to reach a date."""

    uid = models.UUIDField(db_index=True, default=uuid.uuid4, help_text="the article's; feeds name it")
    slug = models.CharField(max_length=200, db_index=True)
    title = models.CharField(max_length=500)
    excerpt = models.TextField(blank=True)
    language = models.CharField(max_length=8, blank=True)
    date = models.DateField()
    source = models.ForeignKey(
        PublicSource, null=True, blank=True, on_delete=models.PROTECT, related_name="publications", db_index=False
    )
    source_name = models.CharField(max_length=200, blank=True, help_text="as it was when the text was approved")
    model_name = models.CharField(max_length=200, blank=True, help_text="the model that wrote the text")
    word_count = models.PositiveIntegerField(default=0)
    revision_hash = models.CharField(max_length=64)
    corrected = models.BooleanField(default=False, help_text="a person changed the generated text")
    changed_percent = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="words of the generated text that people changed, in per cent; null: not known"
    )
    reviewed_by = models.CharField(max_length=200)
    reviewed_at = models.DateTimeField()
    review_seconds = models.PositiveIntegerField(
        null=True, blank=True, help_text="from the start of the last review to the approval; null: not known"
    )
    facts_checked = models.BooleanField(null=True, help_text="what who approved it said; null: nobody was asked")
    sources_opened = models.BooleanField(null=True, help_text="the same")
    visible_from = models.DateTimeField(default=timezone.now)
    visible_until = models.DateTimeField(null=True, blank=True, help_text="when the text that comes after it begins")
    first_published_at = models.DateTimeField(default=timezone.now, help_text="when readers first get the article")
    updated_at = models.DateTimeField(default=timezone.now)
    fragments_version = models.CharField(
        max_length=16, blank=True, default="", db_index=True, help_text="of what the fragments were made with"
    )
    card_html = models.TextField(blank=True, default="", help_text="its place in a list")
    body = models.TextField(help_text="Markdown, as approved")
    html = models.TextField(help_text="the body as rendered by digest.rendering")
    stories = models.JSONField(default=list, blank=True)
    head_html = models.TextField(blank=True, default="", help_text="for the <head> of its page: title, meta, JSON-LD")
    article_html = models.TextField(blank=True, default="", help_text="its page's main part, story parts set apart")
    short_html = models.TextField(blank=True, default="", help_text="the same with the TLDRs alone")
    rss_xml = models.TextField(blank=True, default="", help_text="its <item>")
    atom_xml = models.TextField(blank=True, default="", help_text="its <entry>")
    item_json = models.TextField(blank=True, default="", help_text="it as an item of a JSON Feed")
    front_matter = models.TextField(blank=True, default="", help_text="what stands before it as Markdown")

    tags = TaggableManager(through="digest.PublicationTag", blank=True)  # type: ignore[no-untyped-call]
    objects = PublicationQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-date", "-id"], name="publication_newest"),
            models.Index(fields=["language", "-date", "-id"], name="publication_language"),
            models.Index(fields=["source", "-date", "-id"], name="publication_source"),
            models.Index(fields=["visible_from"], name="publication_coming"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["uid"], condition=models.Q(visible_until=None), name="publication_once"),
            models.UniqueConstraint(fields=["slug"], condition=models.Q(visible_until=None), name="publication_slug"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("digest:article", args=[self.slug])


class PublicationAlias(models.Model):
    """A slug that a publication had before: its old address redirects to the current one."""

    slug = models.CharField(max_length=200, db_index=True)
    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="aliases")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["slug", "publication"], name="publication_alias_once")]

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


class StoryLink(models.Model):
    """A source that a story of a publication links to; two articles about the same thing often share one."""

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="story_links")
    number = models.PositiveSmallIntegerField(help_text="of the story in the article, from 0")
    address = models.CharField(max_length=2000)
    host = models.CharField(max_length=255, help_text="without www.")
    key = models.CharField(max_length=40, help_text="the same for every spelling of one address")

    class Meta:
        ordering = ("number", "id")
        indexes = [
            models.Index(fields=["key", "-publication"], name="story_link_key"),
        ]

    def __str__(self) -> str:
        return self.address


class Related(models.Model):
    """Two publications that share sources, links or tags; each pair has a row for either way."""

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="related", db_index=False)
    other = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="paired")
    score = models.PositiveIntegerField(help_text="how much they share; the higher the closer")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["publication", "other"], name="related_once")]
        indexes = [models.Index(fields=["publication", "-score", "-other"], name="related_closest")]

    def __str__(self) -> str:
        return f"{self.publication_id} {self.other_id}"


class Correction(models.Model):
    """A dated note to readers about a change of a published text. It belongs to the article, not to a publication of
    it: it outlives a retraction, is hidden meanwhile, and shows again with the article. One of a text that comes later
    is dated on that moment, and hidden until then."""

    uid = models.UUIDField(db_index=True, help_text="the article's")
    at = models.DateTimeField(default=timezone.now)
    note = models.TextField()

    class Meta:
        ordering = ("-at", "-id")
        indexes = [models.Index(fields=["-at", "-id"], name="correction_newest")]

    def __str__(self) -> str:
        return self.note


class Retraction(models.Model):
    """An article that readers had and that was taken back. Its addresses answer 410 with `note`; without a note it was
    taken back silently: 410 without a word about it, and it stands on no list."""

    uid = models.UUIDField(unique=True, help_text="the article's")
    title = models.CharField(max_length=500, blank=True, help_text="shown with the note; empty: not shown")
    language = models.CharField(max_length=8, blank=True)
    at = models.DateTimeField(default=timezone.now)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ("-at", "-id")
        indexes = [models.Index(fields=["-at", "-id"], name="retraction_newest")]

    def __str__(self) -> str:
        return self.title or str(self.uid)


class RetractedAddress(models.Model):
    """A slug under which readers knew a retracted article."""

    slug = models.CharField(max_length=200, unique=True)
    retraction = models.ForeignKey(Retraction, on_delete=models.CASCADE, related_name="addresses")

    def __str__(self) -> str:
        return self.slug


class Announcement(models.Model):
    """Something that changed for readers and that caches or a hub have not been told yet (`digest.announcing`)."""

    due = models.DateTimeField(default=timezone.now, db_index=True)
    places = models.JSONField(default=list, help_text="kinds and names of what changed")
    publication_key = models.BigIntegerField(null=True, help_text="whose places are told too, if it is there by then")
    attempts = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.due:%Y-%m-%d %H:%M} {self.places}"


class SitePage(models.Model):
    """A page that the publishers write themselves, in one language. Where it is missing, the site shows its own."""

    class Kind(models.TextChoices):
        ABOUT = "about", "About"
        POLICY = "editorial-policy", "Editorial policy"
        COLOPHON = "colophon", "Colophon"

    kind = models.CharField(max_length=20, choices=Kind.choices)
    language = models.CharField(max_length=8, choices=list(LANGUAGES.items()), default="en")
    title = models.CharField(max_length=200)
    body = models.TextField(help_text="Markdown")
    html = models.TextField(editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ("kind", "language")
        constraints = [models.UniqueConstraint(fields=["kind", "language"], name="site_page_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({LANGUAGES.get(self.language, self.language)})"

    def get_absolute_url(self) -> str:
        return reverse("digest:page", args=[self.kind])


from .search.models import SearchEntry, SearchWord  # noqa: E402, F401  tables of this app too
