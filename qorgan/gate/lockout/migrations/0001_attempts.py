"""One row for each thing that wrong attempts are counted against."""

from django.db import migrations

CREATE = """
CREATE TABLE attempts (
    key char(64) PRIMARY KEY,
    window_began timestamptz NOT NULL,
    failures integer NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX attempts_began ON attempts (window_began);
"""


class Migration(migrations.Migration):
    initial = True

    operations = [migrations.RunSQL(CREATE, migrations.RunSQL.noop)]
