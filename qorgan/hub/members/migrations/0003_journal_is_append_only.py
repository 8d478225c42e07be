"""The journal takes rows, in the name of whoever acts, and never changes (R67.4)."""

from django.db import migrations

from qorgan.kit.append_only import REFUSE_CHANGE, refuse_change


class Migration(migrations.Migration):
    dependencies = [("members", "0002_isolation")]

    operations = [
        migrations.RunSQL(
            f"""
{REFUSE_CHANGE}
{refuse_change("hub_journal")}

ALTER TABLE hub_journal ENABLE ROW LEVEL SECURITY;
ALTER TABLE hub_journal FORCE ROW LEVEL SECURITY;
CREATE POLICY hub_journal_write ON hub_journal FOR INSERT TO qorgan_web WITH CHECK (
    person_id IS NOT DISTINCT FROM (SELECT nullif(current_setting('qorgan.person', true), ''))::bigint);
CREATE POLICY hub_journal_write_intake ON hub_journal FOR INSERT TO qorgan_intake WITH CHECK (person_id IS NULL);
CREATE POLICY hub_journal_centre ON hub_journal FOR SELECT TO qorgan_web, qorgan_read
    USING ((SELECT current_setting('qorgan.scope', true)) = 'centre');
CREATE POLICY hub_journal_own ON hub_journal FOR SELECT TO qorgan_web
    USING ((SELECT current_setting('qorgan.scope', true)) = 'institution' AND organisation_id = ANY (ARRAY(
        SELECT unnest(nullif(current_setting('qorgan.organisations', true), '')::uuid[]))));
""",
            migrations.RunSQL.noop,
        )
    ]
