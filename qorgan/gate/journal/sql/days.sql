-- Makes the place of a day. For no day far from the present: a wrong clock must not fill the catalogue.
CREATE FUNCTION gate_journal_open(day date) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    parent text;
    part text;
BEGIN
    IF to_regclass('public.gate_journal_' || to_char(day, 'YYYYMMDD')) IS NOT NULL THEN
        RETURN false;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('gate_journal_open'));
    IF to_regclass('public.gate_journal_' || to_char(day, 'YYYYMMDD')) IS NOT NULL THEN
        RETURN false;
    END IF;
    IF EXISTS (SELECT FROM public.gate_archive AS archive WHERE archive.day = gate_journal_open.day) THEN
        RAISE EXCEPTION 'the journal of % is in the archive and takes no more entries', day
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF abs(day - current_date) > 800 THEN
        RAISE EXCEPTION '% is more than 800 days away', day USING ERRCODE = 'check_violation';
    END IF;
    FOREACH parent IN ARRAY ARRAY['gate_journal', 'gate_journal_link'] LOOP
        part := parent || '_' || to_char(day, 'YYYYMMDD');
        -- Made apart and then attached: a table made as a partition would lock out whoever is writing.
        EXECUTE format('CREATE TABLE public.%I (LIKE public.%I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)',
            part, parent);
        EXECUTE format('CREATE TRIGGER is_not_emptied BEFORE TRUNCATE ON public.%I
            FOR EACH STATEMENT EXECUTE FUNCTION public.qorgan_refuse_change()', part);
        EXECUTE format('ALTER TABLE public.%I ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)',
            parent, part, day::timestamptz, (day + 1)::timestamptz);
    END LOOP;
    RETURN true;
END $$;
SELECT gate_journal_open(current_date + ahead) FROM generate_series(-1, 14) AS ahead;
