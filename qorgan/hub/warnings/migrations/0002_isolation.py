"""Row security of concerns: the centre reads what matched at each, an institution its own, once it was sent (R67.3.7)."""

from importlib import import_module

from django.db import migrations

_casework = import_module("qorgan.hub.casework.migrations.0002_isolation")

POLICIES = f"""
ALTER TABLE document_concern ENABLE ROW LEVEL SECURITY;
ALTER TABLE document_concern FORCE ROW LEVEL SECURITY;
CREATE POLICY document_concern_see ON document_concern FOR SELECT TO qorgan_web
    USING ({_casework.CENTRE} OR ({_casework.own("organisation_id")} AND sent_at IS NOT NULL));
CREATE POLICY document_concern_add ON document_concern FOR INSERT TO qorgan_web WITH CHECK ({_casework.CENTRE});
CREATE POLICY document_concern_send ON document_concern FOR UPDATE TO qorgan_web
    USING ({_casework.CENTRE} AND sent_at IS NULL) WITH CHECK ({_casework.CENTRE});
CREATE POLICY document_concern_drop ON document_concern FOR DELETE TO qorgan_web
    USING ({_casework.CENTRE} AND sent_at IS NULL);
"""


class Migration(migrations.Migration):
    dependencies = [("warnings", "0001_tables"), ("casework", "0002_isolation")]

    operations = [migrations.RunSQL(POLICIES, migrations.RunSQL.noop)]
