from django.db import migrations

from editorial.roles import migrate_roles

REASONS = {
    "factual-error": "Factual error",
    "wrong-language": "Wrong language",
    "off-topic": "Off topic",
    "promotion": "Promotion",
    "persona": "Persona",
    "bad-links": "Bad links",
    "style": "Style",
    "duplicate": "Duplicate",
    "other": "Other",
}


def add_reasons(apps, editor):
    """The reasons to start with; the house changes them in the admin."""
    model = apps.get_model("editorial", "Reason")
    model.objects.bulk_create(
        model(code=code, name=name, position=10 * number) for number, (code, name) in enumerate(REASONS.items(), 1)
    )


class Migration(migrations.Migration):
    """The reasons of decisions, and rights to comments, reasons and preview links."""

    dependencies = [("editorial", "0009_review_desk")]

    operations = [
        migrations.RunPython(add_reasons, migrations.RunPython.noop),
        migrations.RunPython(migrate_roles, migrations.RunPython.noop),
    ]
