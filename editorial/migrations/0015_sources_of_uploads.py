from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("editorial", "0014_what_imports_remember")]

    operations = [
        migrations.AddField(
            model_name="draftfile",
            name="sources",
            field=models.BinaryField(default=b"", help_text="the .sources.json beside it"),
        ),
        migrations.AddField(
            model_name="draftfile",
            name="sources_error",
            field=models.TextField(blank=True),
        ),
    ]
