"""Each row of the journal is a link of a chain of hashes, so that one edited, removed or moved is found (R67.4).

The link is made as the transaction commits, under a lock held for that moment alone: whoever writes an entry and then
searches for seconds makes nobody wait. Links are in the order of commits, entries in the order of writing.

The owner, who may not read the journal either, may write that signals were dropped, and drop their tallies with them.
"""

from django.db import migrations, models

CONTENT = """jsonb_build_array(entry.id, (extract(epoch FROM entry.at) * 1000000)::bigint, entry.person_id,
    entry.organisation_id, entry.act, entry.object, entry.detail)::text"""

CHAIN = f"""
CREATE FUNCTION qorgan_link_journal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    entry ALIAS FOR NEW;
    last record;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('qorgan_link_journal'));
    -- A statement of its own: it must see what was committed while this one waited.
    SELECT link, hash INTO last FROM public.hub_journal_chain ORDER BY link DESC LIMIT 1;
    INSERT INTO public.hub_journal_chain (link, entry, hash) VALUES (
        coalesce(last.link, 0) + 1, entry.id,
        sha256(coalesce(last.hash, ''::bytea) || convert_to({CONTENT}, 'UTF8')));
    RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION qorgan_link_journal() FROM PUBLIC;

-- Entries of before the chain are linked in their order; the owner sees them for as long as this takes.
ALTER TABLE hub_journal NO FORCE ROW LEVEL SECURITY;
DO $$
DECLARE
    entry record;
    place bigint := 0;
    last bytea := ''::bytea;
BEGIN
    FOR entry IN SELECT * FROM hub_journal ORDER BY id LOOP
        place := place + 1;
        last := sha256(last || convert_to({CONTENT}, 'UTF8'));
        INSERT INTO hub_journal_chain (link, entry, hash) VALUES (place, entry.id, last);
    END LOOP;
END $$;
ALTER TABLE hub_journal FORCE ROW LEVEL SECURITY;

CREATE CONSTRAINT TRIGGER hub_journal_is_chained AFTER INSERT ON hub_journal
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION qorgan_link_journal();
CREATE TRIGGER hub_journal_chain_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON hub_journal_chain
    FOR EACH STATEMENT EXECUTE FUNCTION qorgan_refuse_change();

CREATE POLICY hub_journal_expiry ON hub_journal FOR INSERT TO CURRENT_USER
    WITH CHECK (person_id IS NULL AND act = 'signals.expired');
CREATE POLICY signal_tally_expiry_read ON signal_tally FOR SELECT TO CURRENT_USER
    USING ((SELECT current_setting('qorgan.scope', true) = 'expiry'));
CREATE POLICY signal_tally_expiry ON signal_tally FOR DELETE TO CURRENT_USER
    USING ((SELECT current_setting('qorgan.scope', true) = 'expiry'));
"""


class Migration(migrations.Migration):
    dependencies = [
        ("receipts", "0005_epochs_may_start_alike"),
        ("members", "0003_journal_is_append_only"),
        ("signals", "0006_planner_expects_the_centre"),
    ]

    operations = [
        migrations.CreateModel(
            name="JournalLink",
            fields=[
                ("link", models.BigIntegerField(primary_key=True, serialize=False)),
                ("entry", models.BigIntegerField(unique=True)),
                ("hash", models.BinaryField(max_length=32)),
            ],
            options={"db_table": "hub_journal_chain"},
        ),
        migrations.RunSQL(CHAIN, migrations.RunSQL.noop),
    ]
