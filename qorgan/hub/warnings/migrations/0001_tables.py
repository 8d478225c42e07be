"""Why warnings concern whom."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('casework', '0005_later_addressees_and_plain_acts'),
        ('members', '0006_applications_are_isolated'),
    ]

    operations = [
        migrations.CreateModel(
            name='Concern',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.IntegerField()),
                ('matches', models.JSONField(default=list)),
                ('basis', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(null=True)),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='concerns', to='casework.document')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.organisation')),
            ],
            options={
                'db_table': 'document_concern',
                'constraints': [models.UniqueConstraint(fields=('document', 'version', 'organisation'), name='document_concern_is_one')],
            },
        ),
    ]
