"""Row security on signals, and on the sensor rules an institution's own signals did not name (R67.4)."""

from django.db import migrations

CENTRE = "(SELECT current_setting('qorgan.scope', true)) = 'centre'"
OWN = """(SELECT current_setting('qorgan.scope', true)) = 'institution' AND organisation_id = ANY (ARRAY(
    SELECT unnest(nullif(current_setting('qorgan.organisations', true), '')::uuid[])))"""

CLOSED = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY {table}_centre ON {table} FOR SELECT TO qorgan_web, qorgan_read USING ({centre});
CREATE POLICY {table}_own ON {table} FOR SELECT TO qorgan_web USING ({own});
"""


class Migration(migrations.Migration):
    dependencies = [("signals", "0001_tables"), ("members", "0002_isolation")]

    operations = [
        migrations.RunSQL(
            "\n".join(
                CLOSED.format(table=table, centre=CENTRE, own=OWN)
                for table in ("signal", "signal_hash", "signal_rule_seen", "signal_tally")
            )
            + f"""
CREATE POLICY signal_tally_intake ON signal_tally FOR INSERT TO qorgan_intake WITH CHECK (true);
CREATE POLICY signal_rule_seen_intake ON signal_rule_seen FOR INSERT TO qorgan_intake WITH CHECK (true);

ALTER TABLE signal_rule ENABLE ROW LEVEL SECURITY;
ALTER TABLE signal_rule FORCE ROW LEVEL SECURITY;
CREATE POLICY signal_rule_centre ON signal_rule FOR SELECT TO qorgan_web, qorgan_read USING ({CENTRE});
CREATE POLICY signal_rule_own ON signal_rule FOR SELECT TO qorgan_web
    USING (EXISTS (SELECT 1 FROM signal_rule_seen AS seen WHERE seen.rule = signal_rule.id));
CREATE POLICY signal_rule_intake ON signal_rule TO qorgan_intake USING (true) WITH CHECK (true);
""",
            migrations.RunSQL.noop,
        )
    ]
