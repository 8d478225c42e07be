"""Accounts of institutions' own programs: opened and closed by their own people, and no other role is."""

from django.db import migrations, models

ROLES = [
    ("auditor", "Auditor"),
    ("centre-analyst", "Analyst of the sectoral centre"),
    ("centre-head", "Head of the sectoral centre"),
    ("head-of-security", "Head of the information security unit"),
    ("responsible-employee", "Responsible employee"),
    ("system-account", "System account"),
]
MINE = """(SELECT current_setting('qorgan.scope', true)) = 'institution' AND role = 'system-account'
    AND organisation_id = ANY (ARRAY(SELECT unnest(nullif(current_setting('qorgan.organisations', true), '')::uuid[])))"""


class Migration(migrations.Migration):
    dependencies = [("members", "0006_applications_are_isolated")]

    operations = [
        migrations.AlterField("membership", "role", models.CharField("Role", max_length=32, choices=ROLES)),
        migrations.RemoveConstraint("membership", "membership_role_is_known"),
        migrations.AddConstraint(
            "membership",
            models.CheckConstraint(
                condition=models.Q(role__in=[role for role, _label in ROLES]), name="membership_role_is_known"
            ),
        ),
        migrations.RunSQL(
            f"""
CREATE POLICY membership_program_opened ON membership FOR INSERT TO qorgan_web WITH CHECK ({MINE});
CREATE POLICY membership_program_closed ON membership FOR DELETE TO qorgan_web USING ({MINE});
""",
            migrations.RunSQL.noop,
        ),
    ]
