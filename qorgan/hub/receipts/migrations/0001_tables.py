
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('members', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='LedgerEntry',
            fields=[
                ('position', models.BigIntegerField(primary_key=True, serialize=False)),
                ('entry', models.BinaryField()),
                ('leaf_hash', models.BinaryField(max_length=32)),
                ('appended_at', models.DateTimeField()),
                ('organisation', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.organisation')),
            ],
            options={
                'db_table': 'ledger_entry',
            },
        ),
        migrations.CreateModel(
            name='LedgerEpoch',
            fields=[
                ('epoch', models.IntegerField(primary_key=True, serialize=False)),
                ('origin', models.CharField(max_length=200, unique=True)),
                ('start', models.BigIntegerField(unique=True)),
                ('opened_at', models.DateTimeField()),
                ('lost', models.TextField(blank=True, default='')),
            ],
            options={
                'db_table': 'ledger_epoch',
            },
        ),
        migrations.CreateModel(
            name='LedgerCheckpoint',
            fields=[
                ('pk', models.CompositePrimaryKey('epoch', 'size', blank=True, editable=False, primary_key=True, serialize=False)),
                ('size', models.BigIntegerField()),
                ('note', models.TextField()),
                ('at', models.DateTimeField()),
                ('epoch', models.ForeignKey(db_column='epoch', db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='receipts.ledgerepoch')),
            ],
            options={
                'db_table': 'ledger_checkpoint',
            },
        ),
        migrations.CreateModel(
            name='LedgerHash',
            fields=[
                ('pk', models.CompositePrimaryKey('epoch', 'level', 'position', blank=True, editable=False, primary_key=True, serialize=False)),
                ('level', models.SmallIntegerField()),
                ('position', models.BigIntegerField()),
                ('hash', models.BinaryField(max_length=32)),
                ('epoch', models.ForeignKey(db_column='epoch', db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='receipts.ledgerepoch')),
            ],
            options={
                'db_table': 'ledger_hash',
            },
        ),
        migrations.CreateModel(
            name='LedgerState',
            fields=[
                ('id', models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('size', models.BigIntegerField(default=0)),
                ('frontier', models.BinaryField()),
                ('epoch', models.ForeignKey(db_column='epoch', db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='receipts.ledgerepoch')),
            ],
            options={
                'db_table': 'ledger_state',
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='ledger_state_is_one_row')],
            },
        ),
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('entry', models.OneToOneField(db_column='position', on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='batch', serialize=False, to='receipts.ledgerentry')),
                ('first_sequence', models.BigIntegerField()),
                ('last_sequence', models.BigIntegerField()),
                ('digest', models.CharField(max_length=80)),
                ('records', models.IntegerField()),
                ('refused', models.IntegerField()),
                ('received_at', models.DateTimeField()),
                ('receipt', models.BinaryField()),
                ('refusals', models.BinaryField(null=True)),
                ('module', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='batches', to='members.module')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.organisation')),
            ],
            options={
                'db_table': 'batch',
                'indexes': [models.Index(fields=['received_at'], name='batch_received'), models.Index(fields=['organisation', 'received_at'], name='batch_organisation_received')],
                'constraints': [models.UniqueConstraint(fields=('module', 'first_sequence'), name='batch_range_is_taken_once')],
            },
        ),
    ]
