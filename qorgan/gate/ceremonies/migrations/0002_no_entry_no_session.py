"""No entry, no session: one whose entry this transaction has not written is refused, and none becomes another."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("ceremonies", "0001_tables"), ("journal", "0001_journal")]

    operations = [
        migrations.RunSQL(
            """
CREATE FUNCTION session_has_its_entry() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM public.gate_journal
        WHERE id = NEW.entry AND at = NEW.began_at AND tx = pg_current_xact_id() AND event = 'sign-in' AND outcome = 'done'
            AND client = NEW.client_id AND ceremony = NEW.ceremony AND rule = NEW.rule AND edition = NEW.edition
    ) THEN
        RAISE EXCEPTION 'a session without its entry in the journal'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'session_has_its_entry';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER session_has_its_entry BEFORE INSERT ON session
    FOR EACH ROW EXECUTE FUNCTION session_has_its_entry();

CREATE FUNCTION session_stays_itself() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (NEW.id, NEW.secret_digest, NEW.client_id, NEW.population, NEW.ceremony, NEW.entry, NEW.proofs, NEW.rule,
        NEW.edition, NEW.device, NEW.began_at, NEW.idle)
        IS DISTINCT FROM
       (OLD.id, OLD.secret_digest, OLD.client_id, OLD.population, OLD.ceremony, OLD.entry, OLD.proofs, OLD.rule,
        OLD.edition, OLD.device, OLD.began_at, OLD.idle)
       OR NEW.ends_at > OLD.ends_at OR (OLD.ended_at IS NOT NULL AND NEW.ended_at IS DISTINCT FROM OLD.ended_at)
    THEN
        RAISE EXCEPTION 'a session is ended, and changed in nothing else'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'session_stays_itself';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER session_stays_itself BEFORE UPDATE ON session
    FOR EACH ROW EXECUTE FUNCTION session_stays_itself();
""",
            """
DROP TRIGGER session_stays_itself ON session;
DROP FUNCTION session_stays_itself();
DROP TRIGGER session_has_its_entry ON session;
DROP FUNCTION session_has_its_entry();
""",
        )
    ]
