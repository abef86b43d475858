import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models
from django.db.models import F


def copy_texts(apps, editor):
    apps.get_model("digest", "Publication").objects.update(body_moved=F("body"), html_moved=F("html"))


class Migration(migrations.Migration):
    """Sources, fragments, stories, related articles, corrections, retractions and the publishers' own pages.

    Body and HTML are moved behind the short columns: SQLite walks over all columns of a row before the one it reads."""

    dependencies = [("digest", "0002_aliases_and_held_files")]

    operations = [
        migrations.CreateModel(
            name="PublicSource",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200)),
                ("slug", models.SlugField(allow_unicode=True, max_length=200, unique=True)),
            ],
            options={"ordering": ("name",)},
        ),
        migrations.AddField(
            model_name="publication",
            name="source",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="publications",
                to="digest.publicsource",
            ),
        ),
        migrations.AlterField(
            model_name="publication",
            name="source_name",
            field=models.CharField(blank=True, help_text="as it was when the text was approved", max_length=200),
        ),
        migrations.AddField(
            model_name="publication",
            name="changed_percent",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="words of the generated text that people changed, in per cent; null: not known",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="publication",
            name="review_seconds",
            field=models.PositiveIntegerField(
                blank=True,
                help_text="from the start of the last review to the approval; null: not known",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="publication",
            name="fragments_version",
            field=models.CharField(
                blank=True,
                db_index=True,
                default="",
                help_text="of what the fragments were made with",
                max_length=16,
            ),
        ),
        migrations.AddField(
            model_name="publication",
            name="card_html",
            field=models.TextField(blank=True, default="", help_text="its place in a list"),
        ),
        migrations.AddField("publication", "body_moved", models.TextField(default="")),
        migrations.AddField("publication", "html_moved", models.TextField(default="")),
        migrations.RunPython(copy_texts, migrations.RunPython.noop),
        migrations.RemoveField("publication", "body"),
        migrations.RemoveField("publication", "html"),
        migrations.RenameField("publication", "body_moved", "body"),
        migrations.RenameField("publication", "html_moved", "html"),
        migrations.AlterField("publication", "body", models.TextField(help_text="Markdown, as approved")),
        migrations.AlterField("publication", "html", models.TextField(help_text="the body as rendered by digest.rendering")),
        migrations.AddField(
            model_name="publication", name="stories", field=models.JSONField(blank=True, default=list)
        ),
        migrations.AddField(
            model_name="publication",
            name="head_html",
            field=models.TextField(blank=True, default="", help_text="for the <head> of its page: title, meta, JSON-LD"),
        ),
        migrations.AddField(
            model_name="publication",
            name="article_html",
            field=models.TextField(blank=True, default="", help_text="its page's main part, story parts set apart"),
        ),
        migrations.AddField(
            model_name="publication",
            name="short_html",
            field=models.TextField(blank=True, default="", help_text="the same with the TLDRs alone"),
        ),
        migrations.AddField(
            model_name="publication",
            name="rss_xml",
            field=models.TextField(blank=True, default="", help_text="its <item>"),
        ),
        migrations.AddField(
            model_name="publication",
            name="atom_xml",
            field=models.TextField(blank=True, default="", help_text="its <entry>"),
        ),
        migrations.AddIndex(
            model_name="publication",
            index=models.Index(fields=["source", "-date", "-id"], name="publication_source"),
        ),
        migrations.CreateModel(
            name="StoryLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(help_text="of the story in the article, from 0")),
                ("address", models.CharField(max_length=2000)),
                ("host", models.CharField(help_text="without www.", max_length=255)),
                ("key", models.CharField(help_text="the same for every spelling of one address", max_length=40)),
                (
                    "publication",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="story_links",
                        to="digest.publication",
                    ),
                ),
            ],
            options={
                "ordering": ("number", "id"),
                "indexes": [models.Index(fields=["key", "-publication"], name="story_link_key")],
            },
        ),
        migrations.CreateModel(
            name="Related",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("score", models.PositiveIntegerField(help_text="how much they share; the higher the closer")),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="paired", to="digest.publication"
                    ),
                ),
                (
                    "publication",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="related",
                        to="digest.publication",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["publication", "-score", "-other"], name="related_closest")],
                "constraints": [models.UniqueConstraint(fields=("publication", "other"), name="related_once")],
            },
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("note", models.TextField()),
                (
                    "publication",
                    models.ForeignKey(
                        db_column="uid",
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="corrections",
                        to="digest.publication",
                        to_field="uid",
                    ),
                ),
            ],
            options={
                "ordering": ("-at", "-id"),
                "indexes": [models.Index(fields=["-at", "-id"], name="correction_newest")],
            },
        ),
        migrations.CreateModel(
            name="Retraction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(help_text="the article's", unique=True)),
                (
                    "title",
                    models.CharField(blank=True, help_text="shown with the note; empty: not shown", max_length=500),
                ),
                ("language", models.CharField(blank=True, max_length=8)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("note", models.TextField(blank=True)),
            ],
            options={
                "ordering": ("-at", "-id"),
                "indexes": [models.Index(fields=["-at", "-id"], name="retraction_newest")],
            },
        ),
        migrations.CreateModel(
            name="RetractedAddress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.CharField(max_length=200, unique=True)),
                (
                    "retraction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="addresses", to="digest.retraction"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SitePage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("about", "About"),
                            ("editorial-policy", "Editorial policy"),
                            ("colophon", "Colophon"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "language",
                    models.CharField(choices=[("en", "English"), ("pl", "Polish")], default="en", max_length=8),
                ),
                ("title", models.CharField(max_length=200)),
                ("body", models.TextField(help_text="Markdown")),
                ("html", models.TextField(editable=False)),
                ("updated_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
            options={
                "ordering": ("kind", "language"),
                "constraints": [models.UniqueConstraint(fields=("kind", "language"), name="site_page_once")],
            },
        ),
    ]
