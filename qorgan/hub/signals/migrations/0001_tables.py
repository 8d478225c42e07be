
import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

SIGNAL = """
CREATE TABLE signal (
    received_at timestamptz NOT NULL,
    organisation_id uuid NOT NULL,
    module_id uuid NOT NULL,
    sequence bigint NOT NULL,
    id uuid NOT NULL,
    type text NOT NULL,
    severity smallint NOT NULL CHECK (severity BETWEEN 0 AND 4),
    action text NOT NULL,
    first_seen timestamptz NOT NULL,
    last_seen timestamptz NOT NULL,
    count integer NOT NULL CHECK (count > 0),
    source_address inet,
    source_port integer,
    domain text,
    hashes text[],
    rule integer NOT NULL,
    record bytea NOT NULL
) PARTITION BY RANGE (received_at);
CREATE INDEX signal_received ON signal (received_at);
CREATE INDEX signal_organisation_received ON signal (organisation_id, received_at);
CREATE INDEX signal_source_address ON signal (source_address) WHERE source_address IS NOT NULL;
CREATE INDEX signal_domain ON signal (domain) WHERE domain IS NOT NULL;
"""

SIGNAL_HASH = """
CREATE TABLE signal_hash (
    hash text NOT NULL,
    received_at timestamptz NOT NULL,
    organisation_id uuid NOT NULL,
    module_id uuid NOT NULL,
    sequence bigint NOT NULL
) PARTITION BY RANGE (received_at);
CREATE INDEX signal_hash_hash ON signal_hash (hash);
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('members', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='SignalRule',
            fields=[
                ('id', models.AutoField(primary_key=True, serialize=False)),
                ('key', models.BinaryField(max_length=32, unique=True)),
                ('vendor', models.TextField()),
                ('product', models.TextField()),
                ('rule_id', models.TextField(default='')),
                ('rule_name', models.TextField(default='')),
                ('pack_rule', models.TextField()),
            ],
            options={
                'db_table': 'signal_rule',
            },
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(SIGNAL_HASH, migrations.RunSQL.noop)],
            state_operations=[
                migrations.CreateModel(
                    name='SignalHash',
                    fields=[
                        ('pk', models.CompositePrimaryKey('module_id', 'sequence', 'hash', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('hash', models.TextField()),
                        ('received_at', models.DateTimeField()),
                        ('sequence', models.BigIntegerField()),
                        ('module', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.module')),
                        ('organisation', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.organisation')),
                    ],
                    options={
                        'db_table': 'signal_hash',
                    },
                ),
            ],
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(SIGNAL, migrations.RunSQL.noop)],
            state_operations=[
                migrations.CreateModel(
                    name='Signal',
                    fields=[
                        ('pk', models.CompositePrimaryKey('module_id', 'sequence', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('received_at', models.DateTimeField()),
                        ('sequence', models.BigIntegerField()),
                        ('id', models.UUIDField()),
                        ('type', models.TextField()),
                        ('severity', models.SmallIntegerField()),
                        ('action', models.TextField()),
                        ('first_seen', models.DateTimeField()),
                        ('last_seen', models.DateTimeField()),
                        ('count', models.IntegerField()),
                        ('source_address', models.GenericIPAddressField(null=True)),
                        ('source_port', models.IntegerField(null=True)),
                        ('domain', models.TextField(null=True)),
                        ('hashes', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), null=True, size=None)),
                        ('record', models.BinaryField()),
                        ('module', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.module')),
                        ('organisation', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.organisation')),
                        ('rule', models.ForeignKey(db_column='rule', db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='signals.signalrule')),
                    ],
                    options={
                        'db_table': 'signal',
                    },
                ),
            ],
        ),
        migrations.CreateModel(
            name='SignalRuleSeen',
            fields=[
                ('pk', models.CompositePrimaryKey('organisation_id', 'rule_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.organisation')),
                ('rule', models.ForeignKey(db_column='rule', on_delete=django.db.models.deletion.PROTECT, related_name='seen', to='signals.signalrule')),
            ],
            options={
                'db_table': 'signal_rule_seen',
            },
        ),
        migrations.CreateModel(
            name='SignalTally',
            fields=[
                ('pk', models.CompositePrimaryKey('position', 'type', 'severity', 'rule_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('minute', models.DateTimeField()),
                ('type', models.TextField()),
                ('severity', models.SmallIntegerField()),
                ('records', models.IntegerField()),
                ('events', models.BigIntegerField()),
                ('position', models.BigIntegerField()),
                ('module', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.module')),
                ('organisation', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.organisation')),
                ('rule', models.ForeignKey(db_column='rule', db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='signals.signalrule')),
            ],
            options={
                'db_table': 'signal_tally',
                'indexes': [models.Index(fields=['minute'], name='signal_tally_minute'), models.Index(fields=['organisation', 'minute'], name='signal_tally_organisation'), models.Index(fields=['rule', 'minute'], name='signal_tally_rule')],
            },
        ),
    ]
