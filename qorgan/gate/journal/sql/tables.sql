-- The journal and its links in partitions of a day (UTC), the heads of the chain's strands, epochs, archives.

CREATE SEQUENCE gate_journal_id;
CREATE TABLE gate_journal (
    id bigint NOT NULL DEFAULT nextval('gate_journal_id'),
    tx xid8 NOT NULL DEFAULT pg_current_xact_id(),
    at timestamptz NOT NULL,
    event text NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('done', 'failed', 'refused')),
    population text NOT NULL,
    client uuid,
    actor uuid,
    ceremony uuid,
    device uuid,
    address inet,
    port integer NOT NULL,
    program text NOT NULL,
    trace text NOT NULL,
    factors text[] NOT NULL,
    rule text NOT NULL,
    edition text NOT NULL,
    reason text NOT NULL,
    before jsonb,
    after jsonb,
    detail jsonb NOT NULL,
    PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
ALTER SEQUENCE gate_journal_id OWNED BY gate_journal.id;
-- Whoever may insert takes a number. Who takes more leaves a gap, and the chain has none.
GRANT USAGE ON SEQUENCE gate_journal_id TO PUBLIC;
CREATE INDEX gate_journal_at ON gate_journal (at, id);
CREATE INDEX gate_journal_event ON gate_journal (event, at, id);
CREATE INDEX gate_journal_bad ON gate_journal (outcome, at, id) WHERE outcome <> 'done';
CREATE INDEX gate_journal_client ON gate_journal (client, at, id) WHERE client IS NOT NULL;
CREATE INDEX gate_journal_device ON gate_journal (device, at, id) WHERE device IS NOT NULL;
CREATE INDEX gate_journal_address ON gate_journal (address, at, id) WHERE address IS NOT NULL;
CREATE INDEX gate_journal_ceremony ON gate_journal (ceremony) WHERE ceremony IS NOT NULL;

CREATE TABLE gate_journal_link (
    at timestamptz NOT NULL,
    strand smallint NOT NULL,
    link bigint NOT NULL,
    entry bigint NOT NULL,
    linked_at timestamptz NOT NULL,
    hash bytea NOT NULL,
    PRIMARY KEY (strand, link, at)
) PARTITION BY RANGE (at);

-- The last links of each strand, the newest being its head. Rows are added and the oldest taken away: one that is
-- updated again and again would grow long for as long as somebody reads a year of the journal.
CREATE TABLE gate_journal_head (
    strand smallint NOT NULL,
    link bigint NOT NULL,
    hash bytea NOT NULL,
    PRIMARY KEY (strand, link)
);
INSERT INTO gate_journal_head
    SELECT strand, 0, sha256(convert_to('qorgan gate journal, strand ' || strand, 'UTF8'))
    FROM generate_series(0, 7) AS strand;

CREATE TABLE gate_journal_epoch (
    epoch bigint PRIMARY KEY,
    at timestamptz NOT NULL,
    heads jsonb NOT NULL,
    note text NOT NULL
);

CREATE TABLE gate_archive (
    day date PRIMARY KEY,
    file text NOT NULL,
    rows bigint NOT NULL,
    size bigint NOT NULL,
    digest bytea NOT NULL,
    runs jsonb NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    entry bigint NOT NULL,
    dropped_at timestamptz,
    destroyed_at timestamptz
);
