"""The clerk may read, of the audit trail, that a module told of a source which is not as usual (R67.3.8)."""

from importlib import import_module

from django.db import migrations

_before = import_module("qorgan.hub.notices.migrations.0003_acts_on_members")
ACTS = _before.ACTS.removesuffix(")") + ",\n    'module.source-alarmed')"
CHANGE = """
ALTER POLICY hub_journal_clerk ON hub_journal USING ({clerk} AND act IN {acts});
DROP INDEX hub_journal_of_members;
CREATE INDEX hub_journal_of_members ON hub_journal (id) WHERE act IN {acts};
"""


class Migration(migrations.Migration):
    dependencies = [("notices", "0003_acts_on_members")]

    operations = [
        migrations.RunSQL(
            CHANGE.format(clerk=_before.CLERK, acts=ACTS), CHANGE.format(clerk=_before.CLERK, acts=_before.ACTS)
        ),
    ]
