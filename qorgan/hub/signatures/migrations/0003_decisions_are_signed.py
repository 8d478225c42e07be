"""The centre reads signatures under decisions on warnings too, where the decision is open to it (R67.13)."""

from importlib import import_module

from django.db import migrations

_casework = import_module("qorgan.hub.casework.migrations.0002_isolation")
_before = import_module("qorgan.hub.signatures.migrations.0002_isolation")

DECIDED = """EXISTS (SELECT 1 FROM document_act AS agreed JOIN document_reception AS part ON part.id = agreed.reception_id
    WHERE agreed.id = document_signature.act_id AND part.open_to_centre)"""

POLICY = """
ALTER POLICY document_signature_see ON document_signature
    USING ({own} OR ({centre} AND ({read})));
"""
_SAID = {"own": _casework.own("author_id"), "centre": _casework.CENTRE}


class Migration(migrations.Migration):
    dependencies = [("signatures", "0002_isolation")]

    operations = [
        migrations.RunSQL(
            POLICY.format(**_SAID, read=f"{_before.SENT} OR {DECIDED}"),
            POLICY.format(**_SAID, read=_before.SENT),
        )
    ]
