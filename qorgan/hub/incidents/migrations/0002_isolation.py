"""Row security of links: whoever sees a card sees what it names; only its author's people write that (R67.3.7)."""

from importlib import import_module

from django.db import migrations

_casework = import_module("qorgan.hub.casework.migrations.0002_isolation")

POLICIES = f"""
ALTER TABLE incident_link ENABLE ROW LEVEL SECURITY;
ALTER TABLE incident_link FORCE ROW LEVEL SECURITY;
CREATE POLICY incident_link_see ON incident_link FOR SELECT TO qorgan_web
    USING ({_casework.DOCUMENT_SEEN.format(table="incident_link")});
CREATE POLICY incident_link_add ON incident_link FOR INSERT TO qorgan_web WITH CHECK ({_casework.own("author_id")});
CREATE POLICY incident_link_drop ON incident_link FOR DELETE TO qorgan_web USING ({_casework.own("author_id")});
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0001_tables"), ("casework", "0002_isolation")]

    operations = [migrations.RunSQL(POLICIES, migrations.RunSQL.noop)]
