"""Days full of entries, made inside PostgreSQL: what is measured is not how they come in."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final

import psycopg

from qorgan.gate.config import Config
from qorgan.gate.database.prepare import DATABASE
from qorgan.kit.database.server import FOLDER
from qorgan.kit.postgres import Cluster

CLIENTS: Final = 1_000_000
"""Different ones; each has a device."""

_ROWS: Final = """
INSERT INTO gate_journal_{day} (at, event, outcome, population, client, ceremony, device, address, port, program, trace,
    factors, rule, edition, reason, detail)
SELECT '{day}'::timestamp AT TIME ZONE 'UTC' + number * (interval '1 day' / {rows}),
    CASE WHEN number % 20000 = 7 THEN 'account.blocked' WHEN number % 7 = 0 THEN 'factor.proven' ELSE 'sign-in' END,
    CASE WHEN number % 11 = 0 THEN 'failed' WHEN number % 5000 = 3 THEN 'refused' ELSE 'done' END,
    'bank-client', uuid_of(who), gen_random_uuid(), uuid_of(who + 100000000),
    '100.64.0.0'::inet + (who * 37 % 4000000), 1024 + number % 60000,
    'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile Safari/537.36',
    md5(number::text), '{{password,one-time-code}}', 'D26.two-factor', '2026', '', '{{"ceremony": "sign-in"}}'
FROM (
    SELECT number, (number * 7919 + {salt}) % {clients} AS who FROM generate_series(0::bigint, {rows} - 1) AS number
) AS numbered
"""
_LINKS: Final = """
INSERT INTO gate_journal_link_{day} (at, strand, link, entry, linked_at, hash)
SELECT at, 0, {first} + row_number() OVER (ORDER BY id), id, at, sha256(int8send(id)) FROM gate_journal_{day}
"""
_UUID_OF: Final = """
CREATE OR REPLACE FUNCTION uuid_of(number bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT lpad(to_hex(number * 2654435761), 32, '0')::uuid
$$
"""


def uuid_of(number: int) -> str:
    """The client of a number, or the device of its client when 100,000,000 is added."""
    return f"{number * 2654435761:032x}"


def superuser(config: Config) -> str:
    """The URL of whoever may do anything in the gate's own server."""
    with Cluster(config.state / FOLDER).start() as running:
        return running.superuser_dsn(DATABASE)


def ago(days: int) -> date:
    """A day that is past."""
    return datetime.now(UTC).date() - timedelta(days=days)


def fill(url: str, day: date, rows: int, *, first: int = 0) -> None:
    """Entries of a day with links that no chain joins: neither search nor archive follows it."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(_UUID_OF)
        connection.execute("SELECT gate_journal_open(%s)", [day])
        said = {"day": f"{day:%Y%m%d}", "rows": rows, "salt": day.toordinal() * 104729, "clients": CLIENTS}
        connection.execute(_ROWS.format(**said))
        connection.execute(_LINKS.format(day=said["day"], first=first))
