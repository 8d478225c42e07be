"""A person's name as R67.6 asks for it: surname, given name, patronymic if any. The whole name is made of them.

While this runs the release before it reads people as before, and cannot open accounts.
"""

import django.db.models.deletion
import django.db.models.functions.text
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('members', '0003_journal_is_append_only'),
    ]

    operations = [
        migrations.AddField(
            model_name='person',
            name='given_name',
            field=models.CharField(blank=True, max_length=100, verbose_name='Given name'),
        ),
        migrations.AddField(
            model_name='person',
            name='patronymic',
            field=models.CharField(blank=True, max_length=100, verbose_name='Patronymic, if any'),
        ),
        migrations.AddField(
            model_name='person',
            name='session_epoch',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='person',
            name='surname',
            field=models.CharField(default='', max_length=100, verbose_name='Surname'),
            preserve_default=False,
        ),
        migrations.RunSQL(
            r"""
UPDATE person SET surname = left(coalesce(parts[1], email), 100), given_name = left(coalesce(parts[2], ''), 100),
    patronymic = left(coalesce(parts[3], ''), 100)
FROM (SELECT id AS owner, regexp_match(btrim(full_name), '^(\S+)(?:\s+(\S+))?(?:\s+(.*))?$') AS parts
      FROM person) AS said
WHERE id = owner;
""",
            migrations.RunSQL.noop,
        ),
        migrations.RemoveField(model_name='person', name='full_name'),
        migrations.AddField(
            model_name='person',
            name='full_name',
            field=models.GeneratedField(db_persist=True, expression=django.db.models.functions.text.Trim(django.db.models.functions.text.Concat('surname', models.Value(' '), 'given_name', models.Value(' '), 'patronymic')), output_field=models.CharField(max_length=302, verbose_name='Full name')),
        ),
        migrations.RunSQL(
            """
ALTER TABLE person ALTER COLUMN given_name SET DEFAULT '', ALTER COLUMN patronymic SET DEFAULT '',
    ALTER COLUMN session_epoch SET DEFAULT 0;
""",
            migrations.RunSQL.noop,
        ),
    ]
