"""Day partitions, made by a function of the owner, so that intake can ask for one and owns none.

A partition has no row security of its own, for COPY refuses a table that has: nobody but intake is granted
anything on it, and intake may only insert.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("signals", "0002_isolation"), ("members", "0003_journal_is_append_only")]

    operations = [
        migrations.RunSQL(
            """
CREATE FUNCTION qorgan_make_signal_partition(day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    kind text;
    partition text;
BEGIN
    FOREACH kind IN ARRAY ARRAY['signal', 'signal_hash'] LOOP
        partition := kind || '_' || to_char(day, 'YYYYMMDD');
        CONTINUE WHEN to_regclass('public.' || partition) IS NOT NULL;
        PERFORM pg_advisory_xact_lock(hashtext('qorgan_make_signal_partition'));
        -- Asked of the table and not of to_regclass, which answers from a cache that waiting did not refresh.
        CONTINUE WHEN EXISTS (
            SELECT 1 FROM pg_class WHERE relname = partition AND relnamespace = 'public'::regnamespace);
        -- Made apart and then attached: making it in place would lock out every reader of the whole table.
        EXECUTE format('CREATE TABLE public.%I (LIKE public.%I INCLUDING ALL)', partition, kind);
        EXECUTE format(
            'ALTER TABLE public.%I ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)', kind, partition,
            day::timestamp AT TIME ZONE 'UTC', (day + 1)::timestamp AT TIME ZONE 'UTC');
        EXECUTE format('GRANT INSERT ON public.%I TO qorgan_intake', partition);
    END LOOP;
END $$;
REVOKE EXECUTE ON FUNCTION qorgan_make_signal_partition(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION qorgan_make_signal_partition(date) TO qorgan_intake;

CREATE TRIGGER signal_never_changes BEFORE UPDATE OR DELETE ON signal
    FOR EACH ROW EXECUTE FUNCTION qorgan_refuse_change();
""",
            migrations.RunSQL.noop,
        )
    ]
