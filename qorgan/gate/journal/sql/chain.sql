-- Links each row to the chain as its transaction commits, on a strand that nobody else is committing to.

-- What is hashed of a row. content.py spells it the same, from a row or from an archive.
CREATE FUNCTION gate_journal_content(entry gate_journal) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_array(entry.id, (extract(epoch FROM entry.at) * 1000000)::bigint, entry.event, entry.outcome,
        entry.population, entry.client, entry.actor, entry.ceremony, entry.device, host(entry.address), entry.port,
        entry.program, entry.trace, entry.factors, entry.rule, entry.edition, entry.reason, entry.before, entry.after,
        entry.detail)::text
$$;

CREATE FUNCTION gate_journal_link() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    strands CONSTANT integer := 8;
    class CONSTANT integer := hashtext('gate_journal_strand');
    mine integer := nullif(current_setting('qorgan.gate_strand', true), '')::integer;
    linked timestamptz := clock_timestamp();
    head record;
    made bytea;
BEGIN
    -- The strand that this transaction has, else one that is free, else whichever is its turn. Held until the commit.
    IF mine IS NULL THEN
        FOR step IN 0 .. strands - 1 LOOP
            mine := (pg_backend_pid() + step) % strands;
            EXIT WHEN pg_try_advisory_xact_lock(class, mine);
        END LOOP;
        PERFORM set_config('qorgan.gate_strand', mine::text, true);
    END IF;
    PERFORM pg_advisory_xact_lock(class, mine);
    -- A statement of its own: it must see what was committed while this one waited.
    SELECT link, hash INTO STRICT head FROM public.gate_journal_head WHERE strand = mine ORDER BY link DESC LIMIT 1;
    made := sha256(head.hash || int8send((extract(epoch FROM linked) * 1000000)::bigint)
        || convert_to(public.gate_journal_content(NEW), 'UTF8'));
    INSERT INTO public.gate_journal_link (at, strand, link, entry, linked_at, hash)
        VALUES (NEW.at, mine, head.link + 1, NEW.id, linked, made);
    INSERT INTO public.gate_journal_head (strand, link, hash) VALUES (mine, head.link + 1, made);
    IF head.link % 1000 = 999 THEN
        DELETE FROM public.gate_journal_head WHERE strand = mine AND link < head.link;
    END IF;
    RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION gate_journal_link() FROM PUBLIC;
CREATE CONSTRAINT TRIGGER gate_journal_is_chained AFTER INSERT ON gate_journal
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION gate_journal_link();
