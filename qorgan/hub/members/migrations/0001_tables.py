
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='Module',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=100, verbose_name='Name')),
                ('state', models.CharField(choices=[('awaiting-enrolment', 'Awaiting enrolment'), ('enrolled', 'Enrolled'), ('revoked', 'Revoked')], default='awaiting-enrolment', max_length=20, verbose_name='State')),
                ('version', models.CharField(blank=True, default='', max_length=32, verbose_name='Version')),
                ('last_seen_at', models.DateTimeField(blank=True, null=True, verbose_name='Last seen')),
                ('high_water', models.BigIntegerField(default=0)),
                ('status', models.JSONField(blank=True, null=True)),
                ('created_at', models.DateTimeField()),
                ('enrolled_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'db_table': 'module',
            },
        ),
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='E-mail')),
                ('full_name', models.CharField(max_length=200, verbose_name='Full name')),
                ('position', models.CharField(blank=True, max_length=200, verbose_name='Position')),
                ('phones', models.CharField(blank=True, max_length=200, verbose_name='Phones')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'db_table': 'person',
            },
        ),
        migrations.CreateModel(
            name='JournalEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_index=True)),
                ('person_id', models.BigIntegerField(blank=True, null=True)),
                ('organisation_id', models.UUIDField(blank=True, null=True)),
                ('act', models.CharField(max_length=64)),
                ('object', models.CharField(blank=True, default='', max_length=200)),
                ('detail', models.JSONField(blank=True, default=dict)),
            ],
            options={
                'db_table': 'hub_journal',
                'indexes': [models.Index(fields=['organisation_id', '-at'], name='hub_journal_organisation')],
            },
        ),
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('bin', models.CharField(max_length=12, unique=True, verbose_name='BIN')),
                ('kind', models.CharField(choices=[('bank', 'bank'), ('nonresident-branch', 'branch of a non-resident bank'), ('banking-operations', 'organisation doing certain banking operations'), ('insurer', 'insurer'), ('mfo', 'microfinance organisation'), ('soc', 'security operations centre'), ('trading-platform', 'operator of an electronic trading platform'), ('authority', 'sectoral information-security centre')], max_length=32, verbose_name='Kind')),
                ('name_kk', models.CharField(max_length=300, verbose_name='Name in Kazakh')),
                ('name_ru', models.CharField(max_length=300, verbose_name='Name in Russian')),
                ('name_en', models.CharField(max_length=300, verbose_name='Name in English')),
                ('email', models.EmailField(max_length=254, verbose_name='E-mail')),
                ('reporting_phone', models.CharField(blank=True, max_length=16, verbose_name='Registered reporting phone')),
                ('contacts', models.JSONField(blank=True, default=list, verbose_name='Contacts')),
                ('inventory', models.JSONField(blank=True, default=list, verbose_name='Software and hardware')),
                ('state', models.CharField(choices=[('connected', 'Connected'), ('suspended', 'Suspended')], default='connected', max_length=16, verbose_name='State')),
                ('created_at', models.DateTimeField()),
                ('served_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='serves', to='members.organisation')),
            ],
            options={
                'db_table': 'organisation',
            },
        ),
        migrations.CreateModel(
            name='ModuleKey',
            fields=[
                ('id', models.CharField(max_length=16, primary_key=True, serialize=False)),
                ('public_key', models.BinaryField(max_length=32)),
                ('state', models.CharField(choices=[('active', 'Active'), ('retired', 'Retired'), ('revoked', 'Revoked')], default='active', max_length=16)),
                ('created_at', models.DateTimeField()),
                ('module', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='keys', to='members.module')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.organisation')),
            ],
            options={
                'db_table': 'module_key',
            },
        ),
        migrations.AddField(
            model_name='module',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='modules', to='members.organisation'),
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('auditor', 'Auditor'), ('centre-analyst', 'Analyst of the sectoral centre'), ('centre-head', 'Head of the sectoral centre'), ('head-of-security', 'Head of the information security unit'), ('responsible-employee', 'Responsible employee')], max_length=32, verbose_name='Role')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='members.organisation')),
            ],
            options={
                'db_table': 'membership',
            },
        ),
        migrations.CreateModel(
            name='EnrolmentCode',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('digest', models.BinaryField(max_length=32, unique=True)),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(blank=True, null=True)),
                ('module', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='codes', to='members.module')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.organisation')),
            ],
            options={
                'db_table': 'enrolment_code',
            },
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.CheckConstraint(condition=models.Q(('bin__regex', '^[0-9]{12}$')), name='organisation_bin_is_12_digits'),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.CheckConstraint(condition=models.Q(('reporting_phone', ''), ('reporting_phone__regex', '^\\+[0-9]{8,15}$'), _connector='OR'), name='organisation_phone_is_e164'),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['bank', 'nonresident-branch', 'banking-operations', 'insurer', 'mfo', 'soc', 'trading-platform', 'authority'])), name='organisation_kind_is_known'),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['connected', 'suspended'])), name='organisation_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.CheckConstraint(condition=models.Q(('served_by', None), models.Q(('kind__in', ['soc', 'authority']), _negated=True), _connector='OR'), name='organisation_soc_is_served_by_nobody'),
        ),
        migrations.AddConstraint(
            model_name='modulekey',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'active')), fields=('module',), name='module_key_one_is_active'),
        ),
        migrations.AddConstraint(
            model_name='modulekey',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['active', 'retired', 'revoked'])), name='module_key_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='module',
            constraint=models.UniqueConstraint(fields=('organisation', 'name'), name='module_name_is_used_once'),
        ),
        migrations.AddConstraint(
            model_name='module',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['awaiting-enrolment', 'enrolled', 'revoked'])), name='module_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='module',
            constraint=models.CheckConstraint(condition=models.Q(('high_water__gte', 0)), name='module_high_water_is_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.UniqueConstraint(fields=('person', 'organisation', 'role'), name='membership_is_said_once'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['auditor', 'centre-analyst', 'centre-head', 'head-of-security', 'responsible-employee'])), name='membership_role_is_known'),
        ),
    ]
