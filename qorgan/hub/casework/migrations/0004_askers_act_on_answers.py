"""An asker takes up and accepts the answer that was delivered to it (R67.14), and changes no other document."""

from importlib import import_module

from django.db import migrations

isolation = import_module("qorgan.hub.casework.migrations.0002_isolation")

ANSWERED = (
    "kind = 'answer' AND EXISTS (SELECT 1 FROM document_reception AS part WHERE part.document_id = document.id"
    f" AND {isolation.own('part.organisation_id')})"
)
CHANGE = f"{isolation.own('author_id')} OR ({isolation.OVERSEEN})"


class Migration(migrations.Migration):
    dependencies = [("casework", "0003_document_may_be_anonymous")]

    operations = [
        migrations.RunSQL(
            f"ALTER POLICY document_change ON document USING ({CHANGE} OR ({ANSWERED}))",
            f"ALTER POLICY document_change ON document USING ({CHANGE})",
        )
    ]
