"""Row security of notices: each reads their own, of documents that they may see still (R67.4).

The clerk asks as the person it tells: with that person's settings, PostgreSQL answers it as it answers them. Under its
own word, `clerk`, it sees all of casework.
"""

from importlib import import_module

from django.db import migrations

_casework = import_module("qorgan.hub.casework.migrations.0002_isolation")
SCOPE, CENTRE, PERSON = _casework.SCOPE, _casework.CENTRE, _casework.PERSON
CLERK = f"{SCOPE} = 'clerk'"
SEEN = "EXISTS (SELECT 1 FROM document AS seen WHERE seen.id = notice.document_id)"
OWN_HOOK = "EXISTS (SELECT 1 FROM webhook AS seen WHERE seen.id = delivery.webhook_id)"
ASKED_FOR_OTHERS = ("document", "document_reception", "document_act", "document_deadline")
TABLES = ("notice", "act_told", "deadline_told", "webhook", "delivery")


def closed(table: str) -> str:
    return (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;\n"
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY;\n"
        f"CREATE POLICY {table}_clerk ON {table} TO qorgan_clerk USING ({CLERK}) WITH CHECK ({CLERK});\n"
    )


POLICIES = (
    "".join(closed(table) for table in TABLES)
    + "".join(
        f"ALTER POLICY {table}_clerk ON {table} USING ({CLERK}) WITH CHECK ({CLERK});\n"
        f"ALTER POLICY {table}_see ON {table} TO qorgan_web, qorgan_clerk;\n"
        for table in ASKED_FOR_OTHERS
    )
    + f"""
ALTER POLICY document_draft_clerk ON document_draft USING ({CLERK}) WITH CHECK (false);
CREATE POLICY absence_clerk ON absence FOR SELECT TO qorgan_clerk USING (true);

CREATE POLICY notice_see ON notice FOR SELECT TO qorgan_web USING (person_id = {PERSON} AND {SEEN});
CREATE POLICY notice_mark ON notice FOR UPDATE TO qorgan_web USING (person_id = {PERSON}) WITH CHECK (person_id = {PERSON});

CREATE POLICY webhook_see ON webhook FOR SELECT TO qorgan_web USING ({_casework.own("organisation_id")});
CREATE POLICY webhook_add ON webhook FOR INSERT TO qorgan_web
    WITH CHECK ({_casework.own("organisation_id")} AND made_by_id = {PERSON});
CREATE POLICY webhook_remove ON webhook FOR UPDATE TO qorgan_web
    USING ({_casework.own("organisation_id")}) WITH CHECK (removed_at IS NOT NULL);

CREATE POLICY delivery_see ON delivery FOR SELECT TO qorgan_web USING ({OWN_HOOK} OR (way = 'mail' AND {CENTRE}));
CREATE POLICY delivery_replay ON delivery FOR UPDATE TO qorgan_web
    USING (state = 'dead' AND ({OWN_HOOK} OR (way = 'mail' AND {CENTRE}))) WITH CHECK (state = 'waiting');
"""
)


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0001_tables"),
        ("casework", "0002_isolation"),
        ("members", "0006_applications_are_isolated"),
    ]

    operations = [migrations.RunSQL(POLICIES, migrations.RunSQL.noop)]
