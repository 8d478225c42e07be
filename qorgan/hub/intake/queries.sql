-- Statements of the role qorgan_intake. Lock order everywhere: module, then ledger_state, last of all.

-- name: sender
-- Who claims to send: the module with the key that counts, or counted until the module was revoked.
SELECT module.organisation_id, organisation.bin, module.state, organisation.state, key.id, key.public_key,
       pg_postmaster_start_time()
FROM module
JOIN organisation ON organisation.id = module.organisation_id
LEFT JOIN module_key AS key ON key.module_id = module.id AND key.state <> 'retired'
WHERE module.id = %(module)s;

-- name: lock_module
-- Row security hides a revoked module from this, also one revoked while we waited for the lock.
SELECT high_water FROM module WHERE id = %(module)s AND state = 'enrolled' FOR UPDATE;

-- name: taken_batch
SELECT last_sequence, digest, receipt, refusals FROM batch
WHERE module_id = %(module)s AND first_sequence = %(first)s;

-- name: lock_ledger
SELECT state.epoch, epoch.origin, epoch.start, state.frontier
FROM ledger_state AS state JOIN ledger_epoch AS epoch ON epoch.epoch = state.epoch FOR UPDATE OF state;

-- name: append_entry
WITH entry AS (
    INSERT INTO ledger_entry (position, organisation_id, entry, leaf_hash, appended_at)
    VALUES (%(position)s, %(organisation)s, %(entry)s, %(leaf)s, %(at)s)
), tiles AS (
    INSERT INTO ledger_hash (epoch, level, position, hash)
    SELECT %(epoch)s, level, position, hash
    FROM unnest(%(levels)s::smallint[], %(positions)s::bigint[], %(hashes)s::bytea[]) AS done (level, position, hash)
), head AS (
    INSERT INTO ledger_checkpoint (epoch, size, note, at) VALUES (%(epoch)s, %(size)s, %(note)s, %(at)s)
)
UPDATE ledger_state SET epoch = %(epoch)s, size = %(size)s, frontier = %(frontier)s;

-- name: keep_batch
-- The notification reaches listeners when, and only when, all of this is committed.
WITH kept AS (
    INSERT INTO batch (position, organisation_id, module_id, first_sequence, last_sequence, digest, records, leaves,
                       refused, received_at, receipt, refusals)
    VALUES (%(position)s, %(organisation)s, %(module)s, %(first)s, %(last)s, %(digest)s, %(records)s, %(leaves)s,
            %(refused)s, %(at)s, %(receipt)s, %(refusals)s)
), counted AS (
    INSERT INTO signal_tally (minute, organisation_id, module_id, type, severity, rule, records, events, position)
    SELECT %(minute)s, %(organisation)s, %(module)s, type, severity, rule, records, events, %(position)s
    FROM unnest(%(types)s::text[], %(severities)s::smallint[], %(rules)s::integer[], %(counts)s::integer[],
                %(events)s::bigint[]) AS tally (type, severity, rule, records, events)
), advanced AS (
    UPDATE module SET high_water = %(last)s, last_seen_at = %(at)s WHERE id = %(module)s
)
SELECT pg_notify('qorgan_signals', %(position)s::text);

-- name: make_partition
SELECT qorgan_make_signal_partition(%(day)s);

-- name: find_rules
SELECT key, id FROM signal_rule WHERE key = ANY (%(keys)s);

-- name: add_rules
-- Sorted by the caller, so that two processes that meet the same new rules never wait for each other in a ring.
INSERT INTO signal_rule (key, vendor, product, rule_id, rule_name, pack_rule)
SELECT * FROM unnest(%(keys)s::bytea[], %(vendors)s::text[], %(products)s::text[], %(rule_ids)s::text[],
                     %(rule_names)s::text[], %(pack_rules)s::text[])
ON CONFLICT (key) DO NOTHING;

-- name: see_rules
INSERT INTO signal_rule_seen (organisation_id, rule)
SELECT %(organisation)s, rule FROM unnest(%(rules)s::integer[]) AS rule ON CONFLICT DO NOTHING;

-- name: use_code
UPDATE enrolment_code SET used_at = %(at)s
WHERE digest = %(digest)s AND used_at IS NULL AND expires_at > %(at)s
RETURNING module_id, organisation_id;

-- name: enrol_module
UPDATE module SET state = 'enrolled', enrolled_at = %(at)s, last_seen_at = %(at)s, version = %(version)s
WHERE id = %(module)s
RETURNING high_water;

-- name: name_organisation
SELECT bin, name_en, state FROM organisation WHERE id = %(organisation)s;

-- name: retire_keys
UPDATE module_key SET state = 'retired' WHERE module_id = %(module)s AND state = 'active';

-- name: retire_key
UPDATE module_key SET state = 'retired' WHERE id = %(key)s AND module_id = %(module)s AND state = 'active';

-- name: add_key
INSERT INTO module_key (id, module_id, organisation_id, public_key, state, created_at)
VALUES (%(key)s, %(module)s, %(organisation)s, %(public)s, 'active', %(at)s);

-- name: journal
INSERT INTO hub_journal (at, person_id, organisation_id, act, object, detail)
VALUES (%(at)s, NULL, %(organisation)s, %(act)s, %(object)s, %(detail)s);

-- name: heartbeat
WITH before AS (SELECT id, status FROM module WHERE id = %(module)s FOR UPDATE)
UPDATE module SET status = %(status)s, version = %(version)s, last_seen_at = %(at)s
FROM before WHERE module.id = before.id AND module.state = 'enrolled'
RETURNING module.high_water, before.status;

-- name: checkpoint_at
SELECT note FROM ledger_checkpoint WHERE epoch = %(epoch)s AND size = %(size)s;

-- name: known_head
SELECT head.note FROM ledger_checkpoint AS head JOIN ledger_epoch AS epoch ON epoch.epoch = head.epoch
WHERE epoch.origin = %(origin)s AND head.size = %(size)s;

-- name: open_epoch
INSERT INTO ledger_epoch (epoch, origin, start, opened_at, lost)
VALUES (%(epoch)s, %(origin)s, %(start)s, %(at)s, %(lost)s);

-- name: authority
SELECT bin FROM organisation WHERE kind = 'authority' ORDER BY bin LIMIT 1;

-- name: epochs
SELECT epoch FROM ledger_epoch ORDER BY epoch;

-- name: epoch_state
SELECT epoch.epoch, epoch.start, coalesce(max(head.size), 0)
FROM ledger_epoch AS epoch LEFT JOIN ledger_checkpoint AS head ON head.epoch = epoch.epoch
WHERE epoch.epoch = coalesce(%(epoch)s, (SELECT epoch FROM ledger_state))
GROUP BY epoch.epoch;

-- name: tile_leaves
SELECT leaf_hash FROM ledger_entry
WHERE position >= %(first)s AND position < %(end)s ORDER BY position;

-- name: tile_hashes
SELECT hash FROM ledger_hash
WHERE epoch = %(epoch)s AND level = %(level)s AND position >= %(first)s AND position < %(end)s ORDER BY position;

-- name: bundle
SELECT entry FROM ledger_entry
WHERE position >= %(first)s AND position < %(end)s ORDER BY position;
