
import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('clients', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Passkey',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('credential', models.BinaryField(unique=True)),
                ('public_key', models.BinaryField()),
                ('counter', models.BigIntegerField()),
                ('may_be_backed_up', models.BooleanField()),
                ('is_backed_up', models.BooleanField()),
                ('model', models.UUIDField()),
                ('model_is_proven', models.BooleanField()),
                ('name', models.CharField(blank=True, default='', max_length=100)),
                ('created_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clients.client')),
            ],
            options={
                'db_table': 'passkey',
            },
        ),
    ]
