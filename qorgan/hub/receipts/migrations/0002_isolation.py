"""Row security on the tables of the ledger that name an organisation (R67.4)."""

from django.db import migrations

CLOSED = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY {table}_centre ON {table} FOR SELECT TO qorgan_web, qorgan_read
    USING ((SELECT current_setting('qorgan.scope', true)) = 'centre');
CREATE POLICY {table}_own ON {table} FOR SELECT TO qorgan_web
    USING ((SELECT current_setting('qorgan.scope', true)) = 'institution' AND organisation_id = ANY (ARRAY(
        SELECT unnest(nullif(current_setting('qorgan.organisations', true), '')::uuid[]))));
CREATE POLICY {table}_intake ON {table} TO qorgan_intake USING (true) WITH CHECK (true);
"""


class Migration(migrations.Migration):
    dependencies = [("receipts", "0001_tables"), ("members", "0002_isolation")]

    operations = [
        migrations.RunSQL(
            CLOSED.format(table="ledger_entry") + CLOSED.format(table="batch"), migrations.RunSQL.noop
        )
    ]
