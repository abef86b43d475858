import django.db.models.deletion
from django.db import migrations, models

import digest.search.models


class Migration(migrations.Migration):
    dependencies = [("digest", "0003_public_site")]

    operations = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                (
                    "publication",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="search_entry",
                        serialize=False,
                        to="digest.publication",
                    ),
                ),
                ("date", models.DateField()),
                ("title", models.TextField(blank=True, default="")),
                ("names", models.TextField(blank=True, default="", help_text="tags and source")),
                ("lead", models.TextField(blank=True, default="", help_text="excerpt and headings")),
                ("body", models.TextField(blank=True, default="")),
                ("labels", models.TextField(blank=True, default="", help_text="what filters ask for")),
                ("short_vector", digest.search.models.VectorField(blank=True, default="")),
                ("vector", digest.search.models.VectorField(blank=True, default="")),
                ("text", models.TextField(blank=True, default="")),
            ],
            options={"verbose_name_plural": "search entries"},
        ),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("word", models.CharField(max_length=64, unique=True)),
                ("count", models.PositiveIntegerField(default=1)),
            ],
        ),
    ]
