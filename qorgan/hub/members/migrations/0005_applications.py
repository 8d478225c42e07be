"""Applications, invitations, absences; networks and domains of a profile; roles that do not meet (R48.15)."""

import django.db.models.deletion
import django.db.models.functions.text
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('members', '0004_person_name_in_parts'),
    ]

    operations = [
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('reason', models.CharField(max_length=500)),
                ('made_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'db_table': 'absence',
            },
        ),
        migrations.CreateModel(
            name='Application',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('connection', 'Connection'), ('account', 'Personal account'), ('profile', 'Change of the profile')], max_length=16)),
                ('subject', models.CharField(max_length=254)),
                ('content', models.JSONField()),
                ('before', models.JSONField(blank=True, null=True)),
                ('returned', models.JSONField(blank=True, null=True)),
                ('state', models.CharField(choices=[('new', 'new'), ('under-review', 'under-review'), ('sent-back', 'sent-back'), ('accepted', 'accepted'), ('withdrawn', 'withdrawn')], max_length=16)),
                ('findings', models.JSONField(blank=True, default=list)),
                ('authors', models.JSONField(default=list)),
                ('made_at', models.DateTimeField()),
                ('moved_at', models.DateTimeField()),
                ('outcome', models.CharField(blank=True, default='', max_length=64)),
            ],
            options={
                'db_table': 'application',
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('digest', models.BinaryField(max_length=32, unique=True)),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'db_table': 'invitation',
            },
        ),
        migrations.AddField(
            model_name='organisation',
            name='domains',
            field=models.JSONField(blank=True, default=list, verbose_name='Domains'),
        ),
        migrations.AddField(
            model_name='organisation',
            name='networks',
            field=models.JSONField(blank=True, default=list, verbose_name='Networks'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.UniqueConstraint(condition=models.Q(('role__in', ['head-of-security', 'responsible-employee'])), fields=('person', 'organisation'), name='membership_head_of_security_is_apart'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.UniqueConstraint(condition=models.Q(('role__in', ['auditor', 'centre-analyst', 'centre-head'])), fields=('person', 'organisation'), name='membership_auditor_is_apart'),
        ),
        migrations.AddField(
            model_name='absence',
            name='absent',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='absences', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='absence',
            name='deputy',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deputisings', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='absence',
            name='made_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='absence',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='absences', to='members.organisation'),
        ),
        migrations.AddField(
            model_name='absence',
            name='revoked_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='application',
            name='made_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='application',
            name='organisation',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='applications', to='members.organisation'),
        ),
        migrations.AddField(
            model_name='application',
            name='reviewed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='invitation',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='absence',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='absence_ends_after_it_starts'),
        ),
        migrations.AddConstraint(
            model_name='absence',
            constraint=models.CheckConstraint(condition=models.Q(('deputy', models.F('absent')), _negated=True), name='absence_deputy_is_another'),
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(fields=['state', '-moved_at'], name='application_state'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['new', 'sent-back', 'under-review'])), fields=('kind', 'subject'), name='application_one_is_open'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['connection', 'account', 'profile'])), name='application_kind_is_known'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['new', 'under-review', 'sent-back', 'accepted', 'withdrawn'])), name='application_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.CheckConstraint(condition=models.Q(('kind', 'connection'), ('organisation__isnull', False), _connector='OR'), name='application_names_its_organisation'),
        ),
        migrations.RunSQL(
            """
ALTER TABLE organisation ALTER COLUMN networks SET DEFAULT '[]', ALTER COLUMN domains SET DEFAULT '[]';
""",
            migrations.RunSQL.noop,
        ),
    ]
