"""Row security of applications and absences (R67.4), and what no constraint of one row can say (R48.15)."""

from importlib import import_module

from django.db import migrations

_isolation = import_module("qorgan.hub.members.migrations.0002_isolation")
OWN = _isolation.OWN.format(column="organisation_id")
PERSON = _isolation.PERSON


class Migration(migrations.Migration):
    dependencies = [("members", "0005_applications")]

    operations = [
        migrations.RunSQL(
            "\n".join(
                [
                    _isolation.closed("application"),
                    _isolation.closed("absence"),
                    f"""
-- An institution's people apply, mend and withdraw; nothing they write says that it was reviewed.
CREATE POLICY application_apply ON application FOR INSERT TO qorgan_web
    WITH CHECK ({OWN} AND state = 'new' AND made_by_id = {PERSON} AND reviewed_by_id IS NULL AND outcome = '');
CREATE POLICY application_mend ON application FOR UPDATE TO qorgan_web
    USING ({OWN} AND state IN ('new', 'under-review', 'sent-back'))
    WITH CHECK ({OWN} AND state IN ('new', 'withdrawn') AND outcome = '');

CREATE POLICY absence_deputy ON absence FOR SELECT TO qorgan_web USING (deputy_id = {PERSON});
CREATE POLICY absence_record ON absence FOR INSERT TO qorgan_web
    WITH CHECK ({OWN} AND absent_id = {PERSON} AND made_by_id = {PERSON} AND revoked_at IS NULL);
CREATE POLICY absence_revoke ON absence FOR UPDATE TO qorgan_web
    USING ({OWN} AND revoked_at IS NULL) WITH CHECK ({OWN} AND revoked_by_id = {PERSON});

-- Nobody decides on what they wrote a version of.
ALTER TABLE application ADD CONSTRAINT application_reviewer_is_no_author
    CHECK (reviewed_by_id IS NULL OR NOT authors @> to_jsonb(reviewed_by_id));

-- One deputy of one person in one organisation at a time.
ALTER TABLE absence ADD CONSTRAINT absence_is_one_at_a_time EXCLUDE USING gist (
    int8range(absent_id, absent_id, '[]') WITH &&,
    int8range(hashtextextended(organisation_id::text, 0) >> 1, hashtextextended(organisation_id::text, 0) >> 1, '[]')
        WITH &&,
    tstzrange(starts_at, ends_at) WITH &&) WHERE (revoked_at IS NULL);

-- Who audits does nothing else, wherever it be; the person's row is locked so that two roles given at once meet here.
CREATE FUNCTION qorgan_auditor_is_nothing_else() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM person WHERE id = NEW.person_id FOR UPDATE;
    IF EXISTS (SELECT 1 FROM membership WHERE person_id = NEW.person_id AND id <> NEW.id
               AND (role = 'auditor' OR NEW.role = 'auditor')) THEN
        RAISE EXCEPTION 'who audits has no other role (R48.15)' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER membership_auditor_is_nothing_else AFTER INSERT OR UPDATE ON membership
    FOR EACH ROW EXECUTE FUNCTION qorgan_auditor_is_nothing_else();
""",
                ]
            ),
            migrations.RunSQL.noop,
        )
    ]
