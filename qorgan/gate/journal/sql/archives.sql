-- What becomes of days that are past: closed, archived, dropped, and a year later destroyed; nothing before its time.
-- Whoever may insert into gate_archive may do these; PostgreSQL's own clock says what is past.

CREATE TABLE gate_journal_term (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    at_hand interval NOT NULL,
    archived interval NOT NULL
);

CREATE FUNCTION gate_journal_at_hand_until(day date) RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
    SELECT (day + 1)::timestamptz + at_hand FROM public.gate_journal_term
$$;
CREATE FUNCTION gate_journal_archived_until(day date) RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
    SELECT (day + 1)::timestamptz + at_hand + archived FROM public.gate_journal_term
$$;

CREATE FUNCTION gate_archive_check_caller() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF NOT has_table_privilege(session_user, 'public.gate_archive', 'INSERT') THEN
        RAISE EXCEPTION '% may not touch the archive', session_user USING ERRCODE = 'insufficient_privilege';
    END IF;
END $$;

CREATE FUNCTION gate_archive_refuse_before(day date, until timestamptz, what text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    -- Said so that a missing term refuses too.
    IF (until <= now()) IS NOT TRUE THEN
        RAISE EXCEPTION 'the journal of % is % until %', day, what, until USING ERRCODE = 'insufficient_privilege';
    END IF;
END $$;

CREATE FUNCTION gate_journal_refuse_late() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is closed: its day is being archived', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

-- A closed day takes no more entries, so that what is archived of it is all there ever will be.
CREATE FUNCTION gate_journal_close(day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '200ms' AS $$
DECLARE
    part text := 'gate_journal_' || to_char(day, 'YYYYMMDD');
BEGIN
    PERFORM gate_archive_check_caller();
    PERFORM gate_archive_refuse_before(day, gate_journal_at_hand_until(day), 'at hand');
    IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = to_regclass(part) AND tgname = 'is_closed') THEN
        EXECUTE format('CREATE TRIGGER is_closed BEFORE INSERT ON %I
            FOR EACH ROW EXECUTE FUNCTION gate_journal_refuse_late()', part);
    END IF;
END $$;

CREATE FUNCTION gate_archive_is_whole() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    part text := 'gate_journal_' || to_char(NEW.day, 'YYYYMMDD');
    found bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = to_regclass(part) AND tgname = 'is_closed') THEN
        RAISE EXCEPTION '% is not closed', part USING ERRCODE = 'insufficient_privilege';
    END IF;
    EXECUTE format('SELECT count(*) FROM %I', part) INTO found;
    IF found <> NEW.rows OR NEW.dropped_at IS NOT NULL OR NEW.destroyed_at IS NOT NULL THEN
        RAISE EXCEPTION '% has % rows, its archive %', part, found, NEW.rows USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NOT EXISTS (
        SELECT FROM gate_journal WHERE id = NEW.entry AND event = 'journal.archived' AND tx = pg_current_xact_id()
    ) THEN
        RAISE EXCEPTION 'an archive is named in the journal as it is made' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER gate_archive_is_whole BEFORE INSERT ON gate_archive
    FOR EACH ROW EXECUTE FUNCTION gate_archive_is_whole();

CREATE FUNCTION gate_archive_changes_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (to_jsonb(OLD) - '{dropped_at,destroyed_at}'::text[]) IS DISTINCT FROM
            (to_jsonb(NEW) - '{dropped_at,destroyed_at}'::text[])
        OR (OLD.dropped_at IS NOT NULL AND OLD.dropped_at IS DISTINCT FROM NEW.dropped_at)
        OR (OLD.destroyed_at IS NOT NULL AND OLD.destroyed_at IS DISTINCT FROM NEW.destroyed_at) THEN
        RAISE EXCEPTION 'what gate_archive says of a day does not change' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER gate_archive_changes_once BEFORE UPDATE ON gate_archive
    FOR EACH ROW EXECUTE FUNCTION gate_archive_changes_once();
CREATE TRIGGER gate_archive_is_kept BEFORE DELETE OR TRUNCATE ON gate_archive
    FOR EACH STATEMENT EXECUTE FUNCTION qorgan_refuse_change();

-- Drops a day that is in the archive. Whoever writes or reads the journal waits for a tenth of a second at the most:
-- when the lock is not to be had in that time, this fails with lock_not_available and is asked again.
CREATE FUNCTION gate_journal_drop(dropped date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '100ms' AS $$
DECLARE
    archive gate_archive%ROWTYPE;
    part text := 'gate_journal_' || to_char(dropped, 'YYYYMMDD');
BEGIN
    PERFORM gate_archive_check_caller();
    PERFORM gate_archive_refuse_before(dropped, gate_journal_at_hand_until(dropped), 'at hand');
    SELECT * INTO archive FROM gate_archive WHERE day = dropped FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the journal of % is not in the archive', dropped USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF archive.dropped_at IS NULL THEN
        UPDATE gate_archive SET dropped_at = clock_timestamp() WHERE day = dropped;
        EXECUTE format('DROP TABLE %I, %I', part, replace(part, 'gate_journal_', 'gate_journal_link_'));
    END IF;
END $$;

-- Says that an archive may be destroyed, in the transaction whose entry says that it was.
CREATE FUNCTION gate_archive_destroy(destroyed date, said_in bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM gate_archive_check_caller();
    PERFORM gate_archive_refuse_before(destroyed, gate_journal_archived_until(destroyed), 'in the archive');
    IF NOT EXISTS (
        SELECT FROM gate_journal
        WHERE id = said_in AND event = 'journal.archive-destroyed' AND tx = pg_current_xact_id()
    ) THEN
        RAISE EXCEPTION 'the journal says when an archive is destroyed' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE gate_archive SET destroyed_at = clock_timestamp()
        WHERE day = destroyed AND dropped_at IS NOT NULL AND destroyed_at IS NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no archive of % is to be destroyed', destroyed USING ERRCODE = 'insufficient_privilege';
    END IF;
END $$;
