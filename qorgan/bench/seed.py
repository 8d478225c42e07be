"""Millions of plausible signals, made inside PostgreSQL: for tests of search and for the bench.

Needs a superuser's connection to a prepared database: row security lets nobody else write. The receipts of these
batches are empty, and their places in the ledger below nought, so that a real intake may go on in the same database;
everything else, the lines included, is as intake would have stored it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import psycopg

RULES = 400
"""Rules of sensors. The first are met most often; the last, of the rarest type, about once in a thousand."""

_ORGANISATION = """
INSERT INTO organisation (id, bin, kind, name_kk, name_ru, name_en, email, reporting_phone, contacts, inventory, state,
                          created_at)
VALUES (%(id)s, %(bin)s, 'bank', %(name)s, %(name)s, %(name)s, %(email)s, '', '[]', '[]', 'connected', %(at)s)
"""
_MODULE = """
INSERT INTO module (id, organisation_id, name, state, version, high_water, created_at)
VALUES (%(module)s, %(id)s, 'main', 'enrolled', '0.0.0', 0, %(at)s)
"""
_RULES = """
INSERT INTO signal_rule (id, key, vendor, product, rule_id, rule_name, pack_rule)
SELECT n, sha256(('seeded ' || n)::bytea),
       (ARRAY['OISF', 'OWASP', 'Wazuh', 'Example Vendor'])[1 + n %% 4],
       (ARRAY['Suricata', 'ModSecurity', 'Wazuh', 'Example Firewall'])[1 + n %% 4],
       (2000000 + n)::text, 'SEEDED rule ' || n || (ARRAY[' injection', ' exploit', ' trojan', ' policy'])[1 + n %% 4],
       'seeded:rule-' || n
FROM generate_series(1, %(rules)s) AS n ON CONFLICT DO NOTHING
"""
_NEXT_RULE = """
SELECT setval(pg_get_serial_sequence('signal_rule', 'id'), greatest(%(rules)s, (SELECT max(id) FROM signal_rule)))
"""
_BATCHES = """
CREATE TEMPORARY TABLE seeding ON COMMIT DROP AS
SELECT n, organisation_id, module_id, %(start)s + %(span)s * ((n - random()) / %(batches)s) AS received_at,
       (SELECT least(0, min(position)) FROM ledger_entry) - 1 - %(batches)s + n AS position
FROM generate_series(1, %(batches)s) AS n
JOIN unnest(%(organisations)s::uuid[], %(modules)s::uuid[]) WITH ORDINALITY AS o (organisation_id, module_id, place)
  ON o.place = 1 + floor(power((hashint8(n::bigint) & 65535) / 65536.0, 2) * %(parties)s)
"""
_NUMBER = """
CREATE TEMPORARY TABLE numbered ON COMMIT DROP AS
SELECT seeding.*, %(size)s * (row_number() OVER (PARTITION BY module_id ORDER BY received_at) - 1) + 1
       + module.high_water AS first
FROM seeding JOIN module ON module.id = module_id
"""
_LEDGER = """
WITH entry AS (
    INSERT INTO ledger_entry (position, organisation_id, entry, leaf_hash, appended_at)
    SELECT position, organisation_id, '{}', sha256(position::text::bytea), received_at FROM numbered
)
INSERT INTO batch (position, organisation_id, module_id, first_sequence, last_sequence, digest, records, leaves,
                   refused, received_at, receipt)
SELECT position, organisation_id, module_id, first, first + %(size)s - 1, 'sha-256:', %(size)s, '', 0, received_at,
       '{}'
FROM numbered
"""
_ADVANCE = """
UPDATE module SET high_water = mark, last_seen_at = seen
FROM (SELECT module_id, max(first) + %(size)s - 1 AS mark, max(received_at) AS seen FROM numbered GROUP BY module_id)
  AS done
WHERE id = module_id
"""
_ROWS = """
CREATE TEMPORARY TABLE rows_of_day ON COMMIT DROP AS
SELECT position, received_at, organisation_id, module_id, sequence, rule, severity, type, seen, count, address, domain,
       hash,
       (lpad(to_hex((extract(epoch FROM seen) * 1000)::bigint), 12, '0') || '7' || substr(noise, 1, 3) || 'a'
        || substr(noise, 5, 15))::uuid AS id
FROM (
    SELECT b.position, b.received_at, b.organisation_id, b.module_id, b.first + k AS sequence, r.rule,
           r.rule * 7919 %% 97 AS grade, b.received_at - random() * interval '20 seconds' AS seen,
           1 + floor(power(random(), 8) * 50)::int AS count, md5(random()::text) AS noise,
           CASE WHEN u.a < 0.3 THEN '203.0.113.0'::inet + floor(power(random(), 3) * 256)::int
                WHEN u.a < 0.85 THEN '198.18.0.0'::inet + floor(random() * 131072)::int
                WHEN u.a < 0.9 THEN '2001:db8::'::inet + floor(random() * 1000000)::int
           END AS address,
           CASE WHEN random() < 0.4 THEN 'site-' || floor(power(random(), 3) * 20000)::int || '.example' END AS domain,
           CASE WHEN r.rule BETWEEN 132 AND 335 AND random() < 0.6
                THEN encode(sha256(floor(power(random(), 2) * 50000)::text::bytea), 'hex') END AS hash
    FROM (SELECT * FROM numbered WHERE received_at >= %(from)s AND received_at < %(to)s ORDER BY position) AS b
    CROSS JOIN generate_series(0, %(size)s - 1) AS k
    CROSS JOIN LATERAL (SELECT 1 + floor(power(random() + 0 * (k + b.n), 5) * %(rules)s)::int AS rule) AS r
    CROSS JOIN LATERAL (SELECT random() + 0 * (k + b.n) AS a) AS u
) AS drawn
CROSS JOIN LATERAL (SELECT
    CASE WHEN rule < 21 THEN 'ids' WHEN rule < 132 THEN 'waf' WHEN rule < 212 THEN 'endpoint'
         WHEN rule < 295 THEN 'scan' WHEN rule < 336 THEN 'malcode' WHEN rule < 381 THEN 'phishing'
         WHEN rule < 399 THEN 'guess' ELSE 'spray' END
    AS type,
    CASE WHEN grade < 10 THEN 0 WHEN grade < 40 THEN 1 WHEN grade < 78 THEN 2 WHEN grade < 94 THEN 3 ELSE 4 END
    AS severity) AS kind
"""
_SIGNALS = """
INSERT INTO signal_{day} (received_at, organisation_id, module_id, sequence, id, first_seen, last_seen, count, rule,
                          severity, type, action, source_address, source_port, domain, hashes, record)
SELECT received_at, organisation_id, module_id, sequence, id, seen, seen, count, rule, severity, type, 'detected',
       address, CASE WHEN address IS NOT NULL THEN 40000 END, domain, CASE WHEN hash IS NOT NULL THEN ARRAY[hash] END,
       convert_to(format(
           '{{"schema_version":1,"id":"%%s","sequence":%%s,"type":"%%s","first_seen":"%%s","last_seen":"%%s","count":%%s,'
           || '"sensor":{{"vendor":"Example Vendor","product":"Example Sensor","rule_id":"%%s",'
           || '"rule_name":"SEEDED rule"}},'
           || '"severity":"%%s","action":"detected",%%s%%s%%s"classified_by":{{"pack":"seeded","pack_version":"1",'
           || '"rule":"rule-%%s"}},"record":"%%s"}}',
           id, sequence, type, stamp, stamp, count, 2000000 + rule,
           (ARRAY['informational', 'low', 'medium', 'high', 'critical'])[1 + severity],
           CASE WHEN address IS NOT NULL
                THEN '"source":{{"address":"' || host(address) || '","port":40000}},' ELSE '' END,
           CASE WHEN domain IS NOT NULL THEN '"url":{{"host":"' || domain || '","path":"/login"}},' ELSE '' END,
           CASE WHEN hash IS NOT NULL
                THEN '"hashes":[{{"algorithm":"sha256","value":"' || hash || '"}}],' ELSE '' END,
           rule, repeat('a seeded record of no sensor; ', 6)), 'UTF8')
FROM rows_of_day,
     LATERAL (SELECT to_char(seen AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS stamp) AS said
"""
_HASHES = """
INSERT INTO signal_hash_{day} (received_at, organisation_id, module_id, sequence, hash)
SELECT received_at, organisation_id, module_id, sequence, hash FROM rows_of_day WHERE hash IS NOT NULL
"""
_TALLY = """
INSERT INTO signal_tally (minute, organisation_id, module_id, type, severity, rule, records, events, position)
SELECT date_trunc('minute', min(received_at)), organisation_id, module_id, type, severity, rule, count(*), sum(count),
       position
FROM rows_of_day GROUP BY position, organisation_id, module_id, type, severity, rule ORDER BY position
"""
_SEEN = """
INSERT INTO signal_rule_seen (organisation_id, rule)
SELECT organisation_id, rule FROM rows_of_day GROUP BY organisation_id, rule ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True)
class Party:
    """An institution that sends, with its module."""

    organisation: UUID
    module: UUID


def make_parties(connection: psycopg.Connection, count: int, at: datetime) -> list[Party]:
    """Obviously invented institutions, each with an enrolled module."""
    parties = [Party(uuid4(), uuid4()) for _ in range(count)]
    for number, party in enumerate(parties):
        row = {
            "id": party.organisation,
            "module": party.module,
            "bin": f"9{number:011}",
            "name": f"Seeded Bank {number}",
            "email": f"seeded-{number}@bank.example",
            "at": at,
        }
        connection.execute(_ORGANISATION, row)
        connection.execute(_MODULE, row)
    return parties


def seed(
    connection: psycopg.Connection, parties: list[Party], *, rows: int, start: datetime, end: datetime, batch: int = 500
) -> None:
    """Spread `rows` signals of `parties` evenly over the time from `start` to `end`, in batches of `batch`.

    The first party sends most. May be called again for the same parties with a later time.
    """
    shared = {"rules": RULES, "size": batch, "parties": len(parties)}
    with connection.transaction():
        connection.execute(_RULES, shared)
        connection.execute(_NEXT_RULE, shared)
        connection.execute(
            _BATCHES,
            shared
            | {
                "start": start,
                "span": end - start,
                "batches": max(1, rows // batch),
                "organisations": [party.organisation for party in parties],
                "modules": [party.module for party in parties],
            },
        )
        connection.execute(_NUMBER, shared)
        connection.execute(_LEDGER, shared)
        connection.execute(_ADVANCE, shared)
        day = start.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        while day < end:
            _seed_day(connection, day, shared)
            day += timedelta(days=1)


def analyse(connection: psycopg.Connection) -> None:
    """Give the planner what autovacuum would have given it by now."""
    for table in ("signal", "signal_hash", "signal_tally", "signal_rule", "batch", "ledger_entry"):
        connection.execute(f"ANALYZE {table}")


def _seed_day(connection: psycopg.Connection, day: datetime, shared: dict[str, int]) -> None:
    connection.execute("SELECT qorgan_make_signal_partition(%s)", [day.date()])
    connection.execute(_ROWS, shared | {"from": day, "to": day + timedelta(days=1)})
    for statement in (_SIGNALS, _HASHES):
        connection.execute(statement.format(day=f"{day:%Y%m%d}").replace("%%", "%"))
    connection.execute(_TALLY)
    connection.execute(_SEEN)
    connection.execute("DROP TABLE rows_of_day")
