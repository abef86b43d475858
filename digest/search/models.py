"""What search keeps: one entry for each publication, and a vocabulary. Written by `digest.search.indexing` alone.

An entry is as private as its publication and goes with it. No reader ever sees one, nor a word of the vocabulary:
what is shown comes from publications that are visible at that moment."""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class VectorField(models.TextField):  # type: ignore[type-arg]  # Django's own has none at run time
    """A tsvector, written as its text; SQLite keeps an empty text there."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "tsvector" if connection.vendor == "postgresql" else "text"

    def get_placeholder(self, value: Any, compiler: Any, connection: BaseDatabaseWrapper) -> str:
        return "%s::tsvector" if connection.vendor == "postgresql" else "%s"

    def get_placeholder_sql(self, value: Any, compiler: Any, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any]]:
        """The same as Django 6.1 asks for it; 5.2 knows the method above only."""
        return self.get_placeholder(value, compiler, connection), (value,)


class SearchEntry(models.Model):
    """A publication as search sees it. `text` is its words as people read them, for excerpts.

    The columns from `title` to `labels` hold stems with spaces between them, for SQLite: triggers hand them to the FTS5
    table `digest_search`. PostgreSQL has the same in `vector` and, for title, names and labels, in `short_vector`."""

    publication = models.OneToOneField(
        "digest.Publication", primary_key=True, on_delete=models.CASCADE, related_name="search_entry"
    )
    date = models.DateField()
    title = models.TextField(blank=True, default="")
    names = models.TextField(blank=True, default="", help_text="tags and source")
    lead = models.TextField(blank=True, default="", help_text="excerpt and headings")
    body = models.TextField(blank=True, default="")
    labels = models.TextField(blank=True, default="", help_text="what filters ask for")
    short_vector = VectorField(blank=True, default="")
    vector = VectorField(blank=True, default="")
    text = models.TextField(blank=True, default="")

    class Meta:
        verbose_name_plural = "search entries"

    def __str__(self) -> str:
        return str(self.publication_id)


class SearchWord(models.Model):
    """A folded word and how many times it was indexed: for the ends of begun words and for misspelt ones."""

    word = models.CharField(max_length=64, unique=True)
    count = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return self.word
