"""Row security of signatures: the author's people, and the centre once the version was sent to it. Never changed.

Addressees are not told by name who agreed at another institution, so they read no row. The head alone adds one, of an
agreement that is their own act.
"""

from importlib import import_module

from django.db import migrations

_casework = import_module("qorgan.hub.casework.migrations.0002_isolation")

SENT = """EXISTS (SELECT 1 FROM document_version AS sent WHERE sent.document_id = document_signature.document_id
    AND sent.digest = document_signature.digest AND sent.agreed_at = document_signature.at)"""
OWN_ACT = """EXISTS (SELECT 1 FROM document_act AS agreed WHERE agreed.id = document_signature.act_id
    AND agreed.document_id = document_signature.document_id AND agreed.person_id = document_signature.person_id
    AND agreed.verb = 'agree' AND agreed.at = document_signature.at)"""

POLICIES = f"""
ALTER TABLE document_signature ENABLE ROW LEVEL SECURITY;
ALTER TABLE document_signature FORCE ROW LEVEL SECURITY;
CREATE POLICY document_signature_see ON document_signature FOR SELECT TO qorgan_web
    USING ({_casework.own("author_id")} OR ({_casework.CENTRE} AND {SENT}));
CREATE POLICY document_signature_read ON document_signature FOR SELECT TO qorgan_read USING ({_casework.CENTRE});
CREATE POLICY document_signature_add ON document_signature FOR INSERT TO qorgan_web
    WITH CHECK ({_casework.own("author_id")} AND person_id = {_casework.PERSON} AND {OWN_ACT});
{_casework.append_only("document_signature")}
"""


class Migration(migrations.Migration):
    dependencies = [("signatures", "0001_tables"), ("casework", "0007_signatures_stand_apart")]

    operations = [migrations.RunSQL(POLICIES, migrations.RunSQL.noop)]
