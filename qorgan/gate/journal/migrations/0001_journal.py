"""The journal: day partitions, a chain linked as transactions commit, epochs, archives; rows are only ever added."""

from django.db import migrations

from qorgan.gate.journal.schema import create


class Migration(migrations.Migration):
    initial = True

    operations = [migrations.RunSQL(create(), migrations.RunSQL.noop)]
