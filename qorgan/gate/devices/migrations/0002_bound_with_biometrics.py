"""What the database itself refuses of devices, whoever asks.

A client's or participant's device without a good biometric report of the same person and ceremony (R48.156-1); a change
of what was bound; a closed device that opens again. The name of the broken rule is that of a constraint, so that the
program tells it from others.
"""

from __future__ import annotations

from django.db import migrations

_BOUND = """
CREATE FUNCTION device_is_bound() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    owner text;
BEGIN
    SELECT population INTO owner FROM client WHERE id = NEW.client_id;
    IF owner = 'employee' THEN
        RETURN NEW;
    END IF;
    IF NEW.report IS NULL OR NOT EXISTS (
        SELECT 1 FROM biometric_report AS said
        WHERE said.id = NEW.report AND said.client_id = NEW.client_id AND said.ceremony = NEW.ceremony
          AND said.state = 'passed'
    ) THEN
        RAISE EXCEPTION 'no device is bound without biometric identification (R48.156-1)'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'device_bound_with_biometrics', TABLE = 'device';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION device_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF (NEW.id, NEW.client_id, NEW.thumbprint, NEW.key, NEW.platform, NEW.ceremony, NEW.created_at)
        IS DISTINCT FROM (OLD.id, OLD.client_id, OLD.thumbprint, OLD.key, OLD.platform, OLD.ceremony, OLD.created_at)
        OR NEW.report IS DISTINCT FROM OLD.report
        OR (OLD.closed_at IS NOT NULL AND (NEW.closed_at IS NULL OR NEW.closed_at <> OLD.closed_at))
    THEN
        RAISE EXCEPTION 'what a device was bound with does not change, and a closed one stays closed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'device_stays', TABLE = 'device';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER device_is_bound BEFORE INSERT ON device FOR EACH ROW EXECUTE FUNCTION device_is_bound();
CREATE TRIGGER device_stays BEFORE UPDATE ON device FOR EACH ROW EXECUTE FUNCTION device_stays();
"""
_LOOSE = """
DROP TRIGGER device_stays ON device;
DROP TRIGGER device_is_bound ON device;
DROP FUNCTION device_stays();
DROP FUNCTION device_is_bound();
"""


class Migration(migrations.Migration):
    """Triggers: a check of one row cannot look into another table."""

    dependencies = [("devices", "0001_tables")]

    operations = [migrations.RunSQL(_BOUND, _LOOSE)]
