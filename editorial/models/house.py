"""The house list: the editors' own vocabulary."""

from django.db import models


class HouseEntry(models.Model):
    """One entry of the house list: what to look for and, where the kind has one, what to put in its place."""

    class Kind(models.TextChoices):
        TAG_ALIAS = "tag_alias", "tag to merge into another"
        PERSONA = "persona", "persona name"
        TRACKING_PARAMETER = "tracking_parameter", "tracking parameter of links"
        AGGREGATOR = "aggregator", "host of an aggregator"
        REDIRECTOR = "redirector", "host of a redirector"
        PHRASE = "phrase", "phrase to avoid"

    kind = models.CharField(max_length=30, choices=Kind.choices)
    value = models.CharField(max_length=200, help_text="The tag, name, parameter, host or phrase, in small letters.")
    replacement = models.CharField(max_length=200, blank=True, help_text="For a tag: the tag that takes its place.")
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("kind", "value")
        verbose_name = "house list entry"
        verbose_name_plural = "house list"
        constraints = [models.UniqueConstraint(fields=["kind", "value"], name="house_entry_once")]

    def __str__(self) -> str:
        return f"{self.value} → {self.replacement}" if self.replacement else self.value
