
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
            name='Device',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('thumbprint', models.CharField(max_length=43, unique=True)),
                ('key', models.JSONField()),
                ('platform', models.CharField(max_length=20)),
                ('name', models.CharField(blank=True, default='', max_length=100)),
                ('ceremony', models.UUIDField()),
                ('report', models.UUIDField(null=True, unique=True)),
                ('created_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('closed_why', models.CharField(blank=True, default='', max_length=20)),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clients.client')),
            ],
            options={
                'db_table': 'device',
            },
        ),
        migrations.CreateModel(
            name='DeviceProof',
            fields=[
                ('pk', models.CompositePrimaryKey('device_id', 'digest', blank=True, editable=False, primary_key=True, serialize=False)),
                ('digest', models.BinaryField()),
                ('expires_at', models.DateTimeField(db_index=True)),
                ('device', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='devices.device')),
            ],
            options={
                'db_table': 'device_proof',
            },
        ),
        migrations.AddIndex(
            model_name='device',
            index=models.Index(condition=models.Q(('closed_at', None)), fields=['client'], name='device_open'),
        ),
    ]
