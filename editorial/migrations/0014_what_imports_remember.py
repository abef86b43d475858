import django.db.models.deletion
from django.db import migrations, models


def note_repairs(apps, schema_editor):
    """A file whose slug was taken always has a repair: another slug."""
    apps.get_model("editorial", "HeldFile").objects.filter(cause="slug-twice").update(has_repair=True)


class Migration(migrations.Migration):
    dependencies = [("editorial", "0013_roles_of_site_pages")]

    operations = [
        migrations.AddField(
            model_name="batchfile",
            name="rested_on",
            field=models.ForeignKey(
                db_index=False,
                help_text="the generation that its article rested on before",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="editorial.generation",
            ),
        ),
        migrations.AddField(
            model_name="batchfile",
            name="waited",
            field=models.ForeignKey(
                db_index=False,
                help_text="the generation that waited beside its article before",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="editorial.generation",
            ),
        ),
        migrations.AddField(
            model_name="draftfile",
            name="external_id",
            field=models.CharField(blank=True, max_length=200, null=True),
        ),
        migrations.AddField(
            model_name="draftfile",
            name="resembles",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="editorial.article"
            ),
        ),
        migrations.AddField(model_name="draftfile", name="sha256", field=models.CharField(blank=True, max_length=64)),
        migrations.AddField(model_name="draftfile", name="shown", field=models.CharField(blank=True, max_length=64)),
        migrations.AddField(
            model_name="generation",
            name="external_id",
            field=models.CharField(blank=True, help_text="its id or uid", max_length=200, null=True),
        ),
        migrations.AddField(
            model_name="generation",
            name="slug",
            field=models.CharField(
                blank=True,
                help_text="what it goes by, where the file's own slug is another article's",
                max_length=200,
            ),
        ),
        migrations.AddField(
            model_name="generation",
            name="source_name",
            field=models.CharField(blank=True, help_text="its source_pattern", max_length=200),
        ),
        migrations.RunPython(note_repairs, migrations.RunPython.noop),
    ]
