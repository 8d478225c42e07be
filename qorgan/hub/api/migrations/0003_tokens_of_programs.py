"""A token of an institution's own program is seen and ended by that institution's people."""

from django.db import migrations

# The institution's memberships alone are seen here: row security holds inside of it too.
OURS = """(SELECT current_setting('qorgan.scope', true)) = 'institution' AND EXISTS (
    SELECT 1 FROM membership WHERE membership.person_id = api_token.person_id AND membership.role = 'system-account'
    AND membership.organisation_id = ANY (ARRAY(
        SELECT unnest(nullif(current_setting('qorgan.organisations', true), '')::uuid[]))))"""


class Migration(migrations.Migration):
    dependencies = [("api", "0002_isolation"), ("members", "0007_system_accounts")]

    operations = [
        migrations.RunSQL(
            f"CREATE POLICY api_token_of_program ON api_token TO qorgan_web USING ({OURS}) WITH CHECK ({OURS})",
            migrations.RunSQL.noop,
        )
    ]
