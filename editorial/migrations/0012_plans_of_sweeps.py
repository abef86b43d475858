
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('editorial', '0011_what_looks_at_links_found'),
    ]

    operations = [
        migrations.AddField(
            model_name='sweep',
            name='done',
            field=models.PositiveIntegerField(default=0, help_text='articles of the present stage that are done'),
        ),
        migrations.AlterField(
            model_name='sweep',
            name='counts',
            field=models.JSONField(default=dict, help_text='articles by code of the fixes that would change them'),
        ),
        migrations.AlterField(
            model_name='sweep',
            name='selection',
            field=models.JSONField(default=dict, help_text="{'articles': [ids]}, {'batch': id} or {'unapproved': true}, perhaps with 'entry': id"),
        ),
        migrations.AlterField(
            model_name='sweep',
            name='stage',
            field=models.CharField(choices=[('planning', 'is being planned'), ('planned', 'waits for a yes'), ('running', 'is under way'), ('done', 'is done')], default='planning', max_length=10),
        ),
        migrations.AlterField(
            model_name='sweep',
            name='total',
            field=models.PositiveIntegerField(default=0, help_text='articles of the present stage'),
        ),
        migrations.CreateModel(
            name='SweptArticle',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('codes', models.JSONField(default=list)),
                ('before', models.CharField(max_length=64)),
                ('after', models.CharField(max_length=64)),
                ('outcome', models.CharField(choices=[('planned', 'would be fixed'), ('fixed', 'fixed'), ('changed', 'left alone: its text or the house list has changed since the plan'), ('decided', 'left alone: it was decided since the plan')], default='planned', max_length=10)),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='editorial.article')),
                ('sweep', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='articles', to='editorial.sweep')),
            ],
            options={
                'ordering': ('article_id',),
                'constraints': [models.UniqueConstraint(fields=('sweep', 'article'), name='swept_once')],
            },
        ),
    ]
