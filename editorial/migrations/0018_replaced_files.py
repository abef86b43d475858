from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("editorial", "0017_order_of_the_queue")]

    operations = [
        migrations.AlterField(
            model_name="heldfile",
            name="state",
            field=models.CharField(
                choices=[
                    ("open", "waits for you"),
                    ("repaired", "repaired"),
                    ("dismissed", "dismissed"),
                    ("replaced", "replaced by a newer file"),
                ],
                default="open",
                max_length=20,
            ),
        )
    ]
