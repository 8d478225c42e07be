"""A token is seen by its owner alone; by its digest, for the time of looking it up, by whoever shows it."""

from django.db import migrations

SCOPE = "(SELECT current_setting('qorgan.scope', true))"
PERSON = "(SELECT nullif(current_setting('qorgan.person', true), ''))::bigint"


class Migration(migrations.Migration):
    dependencies = [("api", "0001_tables")]

    operations = [
        migrations.RunSQL(
            f"""
ALTER TABLE api_token ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_token FORCE ROW LEVEL SECURITY;
CREATE POLICY api_token_own ON api_token TO qorgan_web USING (person_id = {PERSON}) WITH CHECK (person_id = {PERSON});
CREATE POLICY api_token_shown ON api_token TO qorgan_web USING ({SCOPE} = 'token') WITH CHECK ({SCOPE} = 'token');
""",
            migrations.RunSQL.noop,
        )
    ]
