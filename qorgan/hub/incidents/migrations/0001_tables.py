"""What cards name, as a table of links."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('casework', '0004_askers_act_on_answers'),
        ('members', '0006_applications_are_isolated'),
    ]

    operations = [
        migrations.CreateModel(
            name='Link',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(db_index=True, max_length=300)),
                ('author', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.organisation')),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links', to='casework.document')),
            ],
            options={
                'db_table': 'incident_link',
                'constraints': [models.UniqueConstraint(fields=('document', 'reference'), name='incident_link_is_one')],
            },
        ),
    ]
