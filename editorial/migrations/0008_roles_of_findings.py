from django.db import migrations

from editorial.roles import migrate_roles


class Migration(migrations.Migration):
    """Rights to findings, waivers, settings of checks and sweeps."""

    dependencies = [("editorial", "0007_findings_links_and_sweeps")]

    operations = [migrations.RunPython(migrate_roles, migrations.RunPython.noop)]
