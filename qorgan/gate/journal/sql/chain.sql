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
    mine text := current_setting('qorgan.gate_strand', true);
    linked timestamptz := clock_timestamp();
    head record;
    made bytea;
    strands bigint;
BEGIN
    IF mine <> '' THEN
        SELECT * INTO STRICT head FROM public.gate_journal_head WHERE strand = mine::smallint FOR UPDATE;
    ELSE
        SELECT * INTO head FROM public.gate_journal_head FOR UPDATE SKIP LOCKED LIMIT 1;
        IF NOT FOUND THEN
            SELECT count(*) INTO strands FROM public.gate_journal_head;
            SELECT * INTO STRICT head FROM public.gate_journal_head
                WHERE strand = pg_backend_pid() % strands FOR UPDATE;
        END IF;
        PERFORM set_config('qorgan.gate_strand', head.strand::text, true);
    END IF;
    made := sha256(head.hash || int8send((extract(epoch FROM linked) * 1000000)::bigint)
        || convert_to(public.gate_journal_content(NEW), 'UTF8'));
    INSERT INTO public.gate_journal_link (at, strand, link, entry, linked_at, hash)
        VALUES (NEW.at, head.strand, head.link + 1, NEW.id, linked, made);
    UPDATE public.gate_journal_head SET link = head.link + 1, hash = made WHERE strand = head.strand;
    RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION gate_journal_link() FROM PUBLIC;
CREATE CONSTRAINT TRIGGER gate_journal_is_chained AFTER INSERT ON gate_journal
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION gate_journal_link();
