from django.db import migrations

from editorial.roles import migrate_roles


class Migration(migrations.Migration):
    """Rights to held files and the house list."""

    dependencies = [("editorial", "0005_stages_of_drafts")]

    operations = [migrations.RunPython(migrate_roles, migrations.RunPython.noop)]
