from django.db import migrations

from editorial.roles import migrate_roles


class Migration(migrations.Migration):
    """Rights to the pages that publishers write."""

    dependencies = [("editorial", "0012_plans_of_sweeps"), ("digest", "0003_public_site")]

    operations = [migrations.RunPython(migrate_roles, migrations.RunPython.noop)]
