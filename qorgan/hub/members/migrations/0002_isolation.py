"""Row security: the centre sees all, an institution its own, a person their own roles, intake what it needs (R67.4)."""

from django.db import migrations

CENTRE = "(SELECT current_setting('qorgan.scope', true)) = 'centre'"
OWN = """(SELECT current_setting('qorgan.scope', true)) = 'institution' AND {column} = ANY (ARRAY(
    SELECT unnest(nullif(current_setting('qorgan.organisations', true), '')::uuid[])))"""
PERSON = "(SELECT nullif(current_setting('qorgan.person', true), ''))::bigint"

CLOSED = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY {table}_centre ON {table} TO qorgan_web USING ({centre}) WITH CHECK ({centre});
CREATE POLICY {table}_own ON {table} FOR SELECT TO qorgan_web USING ({own});
CREATE POLICY {table}_read ON {table} FOR SELECT TO qorgan_read USING ({centre});
"""


def closed(table: str, column: str = "organisation_id") -> str:
    return CLOSED.format(table=table, centre=CENTRE, own=OWN.format(column=column))


class Migration(migrations.Migration):
    dependencies = [("members", "0001_tables")]

    operations = [
        migrations.RunSQL(
            "\n".join(
                [
                    closed("organisation", "id"),
                    closed("membership"),
                    closed("module"),
                    closed("module_key"),
                    closed("enrolment_code"),
                    f"""
CREATE POLICY organisation_served ON organisation FOR SELECT TO qorgan_web
    USING ({OWN.format(column="served_by_id")});
CREATE POLICY membership_person ON membership FOR SELECT TO qorgan_web USING (person_id = {PERSON});

CREATE POLICY organisation_intake ON organisation FOR SELECT TO qorgan_intake USING (true);
CREATE POLICY module_intake ON module FOR SELECT TO qorgan_intake USING (true);
-- A revoked module is beyond intake's reach, and intake can make none so.
CREATE POLICY module_intake_update ON module FOR UPDATE TO qorgan_intake
    USING (state <> 'revoked') WITH CHECK (state = 'enrolled');
CREATE POLICY module_key_intake ON module_key FOR SELECT TO qorgan_intake USING (true);
CREATE POLICY module_key_intake_insert ON module_key FOR INSERT TO qorgan_intake WITH CHECK (state = 'active');
CREATE POLICY module_key_intake_update ON module_key FOR UPDATE TO qorgan_intake
    USING (state = 'active') WITH CHECK (state = 'retired');
CREATE POLICY enrolment_code_intake ON enrolment_code FOR SELECT TO qorgan_intake USING (true);
CREATE POLICY enrolment_code_intake_update ON enrolment_code FOR UPDATE TO qorgan_intake
    USING (used_at IS NULL) WITH CHECK (used_at IS NOT NULL);
""",
                ]
            ),
            migrations.RunSQL.noop,
        )
    ]
