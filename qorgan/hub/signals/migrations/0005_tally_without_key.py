"""The tally is only ever appended to and added up: nothing looks a row up by its key, and each batch paid for it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("signals", "0004_indexes_by_time")]

    operations = [
        migrations.RunSQL("ALTER TABLE signal_tally DROP CONSTRAINT signal_tally_pkey", migrations.RunSQL.noop)
    ]
