-- For the guard of another table: was this entry, of this ceremony, written by the very transaction that asks?
CREATE FUNCTION gate_journal_has(entry bigint, of_ceremony uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- Nearly always it was written this minute; the wider search is for programs whose clock is set otherwise.
    RETURN EXISTS (
        SELECT FROM public.gate_journal AS journal
        WHERE journal.id = entry AND journal.ceremony = of_ceremony AND journal.tx = pg_current_xact_id()
            AND journal.at BETWEEN now() - interval '1 hour' AND now() + interval '1 hour'
    ) OR EXISTS (
        SELECT FROM public.gate_journal AS journal
        WHERE journal.id = entry AND journal.ceremony = of_ceremony AND journal.tx = pg_current_xact_id()
    );
END $$;
