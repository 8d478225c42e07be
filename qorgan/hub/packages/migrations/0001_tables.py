"""Packages as a table."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('casework', '0005_later_addressees_and_plain_acts'),
        ('members', '0007_system_accounts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Package',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('digest', models.CharField(max_length=80, unique=True)),
                ('version', models.IntegerField()),
                ('card', models.UUIDField()),
                ('wording', models.IntegerField()),
                ('agreed', models.CharField(max_length=80)),
                ('module', models.UUIDField()),
                ('key', models.CharField(max_length=16)),
                ('file', models.BinaryField()),
                ('evidence', models.JSONField(default=dict)),
                ('drafted_at', models.DateTimeField()),
                ('agreed_at', models.DateTimeField()),
                ('sealed_at', models.DateTimeField()),
                ('received_at', models.DateTimeField()),
                ('brought_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='packages', to='casework.document')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.organisation')),
            ],
            options={
                'db_table': 'package',
                'indexes': [models.Index(fields=['organisation', 'card', 'wording'], name='package_card'), models.Index(fields=['-received_at'], name='package_received')],
            },
        ),
    ]
