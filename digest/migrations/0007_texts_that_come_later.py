import uuid

from django.db import migrations, models
from django.utils import timezone


LONG = ("body", "html", "stories", "head_html", "article_html", "short_html", "rss_xml", "atom_xml")
LONG += ("front_matter", "item_json")


class ShortColumnsFirst(migrations.operations.base.Operation):
    """The new short columns stand before the long ones: SQLite walks over all columns of a row before the one it
    reads, and makes the table anew in this order with the next operation that changes a column."""

    def state_forwards(self, app_label, state):
        fields = state.models[app_label, "publication"].fields
        for name in LONG:
            fields[name] = fields.pop(name)
        state.reload_model(app_label, "publication")

    def database_forwards(self, app_label, editor, from_state, to_state):
        """Nothing by itself."""

    def database_backwards(self, app_label, editor, from_state, to_state):
        """Nothing by itself."""


class Migration(migrations.Migration):
    """An article may have a text that readers have and one that comes later; who approved it says what was checked."""

    dependencies = [("digest", "0006_announcements")]

    operations = [
        migrations.RenameField("correction", "publication", "uid"),
        migrations.AlterField(
            "correction", "uid", models.UUIDField(db_index=True, help_text="the article's")
        ),
        migrations.AddField(
            "publication",
            "visible_until",
            models.DateTimeField(blank=True, help_text="when the text that comes after it begins", null=True),
        ),
        migrations.AddField(
            "publication",
            "facts_checked",
            models.BooleanField(help_text="what who approved it said; null: nobody was asked", null=True),
        ),
        migrations.AddField(
            "publication", "sources_opened", models.BooleanField(help_text="the same", null=True)
        ),
        ShortColumnsFirst(),
        migrations.AlterField(
            "publication",
            "uid",
            models.UUIDField(db_index=True, default=uuid.uuid4, help_text="the article's; feeds name it"),
        ),
        migrations.AlterField("publication", "slug", models.CharField(db_index=True, max_length=200)),
        migrations.AlterField(
            "publication",
            "first_published_at",
            models.DateTimeField(
                default=timezone.now,
                help_text="when readers first get the article",
            ),
        ),
        migrations.AddConstraint(
            "publication",
            models.UniqueConstraint(
                condition=models.Q(("visible_until", None)), fields=("uid",), name="publication_once"
            ),
        ),
        migrations.AddConstraint(
            "publication",
            models.UniqueConstraint(
                condition=models.Q(("visible_until", None)), fields=("slug",), name="publication_slug"
            ),
        ),
        migrations.AlterField("publicationalias", "slug", models.CharField(db_index=True, max_length=200)),
        migrations.AddConstraint(
            "publicationalias",
            models.UniqueConstraint(fields=("slug", "publication"), name="publication_alias_once"),
        ),
    ]
