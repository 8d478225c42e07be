"""An entry of the audit trail that was edited, removed, moved or slipped in is named, and a cut tail too (R67.4)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import psycopg
import pytest

from qorgan.hub.database.connection import Role, role_url
from qorgan.hub.database.log_key import read_log_key
from qorgan.hub.receipts.audit import audit
from qorgan.hub.run.sealing import Sealer

WRITE = 'INSERT INTO hub_journal (at, act, object, detail) VALUES (now(), \'test\', %s, \'{"a": [1, "ә"], "b": null}\')'


def examine(hub):
    return audit(role_url(hub.config, Role.READ), read_log_key(hub.config))


def found(hub):
    return {(one.table, one.row) for one in examine(hub).findings}


def write(hub, *objects):
    with hub.connect(Role.WEB) as connection:
        for one in objects:
            connection.execute(WRITE, [one])


@pytest.fixture
def written(hub):
    """Eight entries of one transaction each, the first five sealed."""
    write(hub, "1", "2", "3", "4", "5")
    assert Sealer(role_url(hub.config, Role.INTAKE), read_log_key(hub.config)).seal(datetime.now(UTC)) == 5
    write(hub, "6", "7", "8")
    return hub


@pytest.mark.clause("R67.4")
def test_what_nobody_touched_is_clean_and_counted(written):
    report = examine(written)
    assert (report.findings, report.journal, report.entries) == ([], 8, 1)


TAMPERING = {
    "an entry edited": ("UPDATE hub_journal SET act = 'else' WHERE id = 3", {("hub_journal", "id=3")}),
    "a detail edited": ("UPDATE hub_journal SET detail = '{\"a\": 1}' WHERE id = 3", {("hub_journal", "id=3")}),
    "a time moved by a microsecond": (
        "UPDATE hub_journal SET at = at + interval '1 microsecond' WHERE id = 3",
        {("hub_journal", "id=3")},
    ),
    "given to another person": ("UPDATE hub_journal SET person_id = 7 WHERE id = 3", {("hub_journal", "id=3")}),
    "an entry removed": ("DELETE FROM hub_journal WHERE id = 3", {("hub_journal", "id=3")}),
    "two entries changed about": (
        """UPDATE hub_journal AS one SET object = other.object FROM hub_journal AS other
           WHERE one.id + other.id = 7 AND one.id IN (3, 4)""",
        {("hub_journal", "id=3"), ("hub_journal", "id=4")},
    ),
    "an entry slipped in": (
        "INSERT INTO hub_journal (id, at, act, object, detail) VALUES (99, now(), 'test', '', '{}')",
        {("hub_journal", "id=99")},
    ),
    "an entry removed with its link": (
        "WITH gone AS (DELETE FROM hub_journal_chain WHERE link = 3) DELETE FROM hub_journal WHERE id = 3",
        {("hub_journal_chain", "link=3")},
    ),
    "the sealed tail cut": (
        "WITH gone AS (DELETE FROM hub_journal_chain WHERE link > 4) DELETE FROM hub_journal WHERE id > 4",
        {("hub_journal", "link=5")},
    ),
}


@pytest.mark.clause("R67.4")
@pytest.mark.parametrize("tampering", TAMPERING)
def test_tampering_with_the_audit_trail_is_named(written, tampering):
    statement, expected = TAMPERING[tampering]
    assert written.tamper(statement) >= 1
    assert found(written) >= expected
    assert {name for _table, name in found(written)} <= {name for _table, name in expected} | {"id=4", "id=3"}


@pytest.mark.clause("R67.4")
def test_entry_and_chain_rewritten_together_are_found_by_the_seal(written):
    """Whoever recomputes the whole chain from the edited entry on still cannot change what the ledger signed."""
    with psycopg.connect(written.superuser, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE hub_journal SET object = 'forged' WHERE id = 2")
        content = """jsonb_build_array(id, (extract(epoch FROM at) * 1000000)::bigint, person_id, organisation_id, act,
                     object, detail)::text"""
        before = b""
        for number in range(1, 9):
            forged = f"sha256(%s::bytea || convert_to((SELECT {content} FROM hub_journal WHERE id = entry), 'UTF8'))"
            statement = f"UPDATE hub_journal_chain SET hash = {forged} WHERE link = %s RETURNING hash"
            (before,) = connection.execute(statement, [before, number]).fetchone()
    assert found(written) == {("hub_journal_chain", "link=5")}


def test_many_writers_at_once_make_one_chain(hub):
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda number: write(hub, *(f"{number}-{place}" for place in range(20))), range(6)))
    report = examine(hub)
    assert (report.findings, report.journal) == ([], 120)
    assert hub.rows("SELECT min(link), max(link), count(*) FROM hub_journal_chain") == [(1, 120, 120)]


def test_whoever_writes_and_goes_on_for_long_makes_nobody_wait(hub):
    with hub.connect(Role.WEB) as slow, slow.transaction():
        slow.execute(WRITE, ["slow"])
        with hub.connect(Role.WEB) as quick:
            quick.execute("SET lock_timeout = '2s'")
            quick.execute(WRITE, ["quick"])
    order = hub.rows("SELECT object FROM hub_journal JOIN hub_journal_chain ON entry = id ORDER BY link")
    assert order == [("quick",), ("slow",)]
    assert examine(hub).is_clean


def test_a_seal_is_set_once_and_again_when_more_was_written(written):
    sealer = Sealer(role_url(written.config, Role.INTAKE), read_log_key(written.config))
    assert [sealer.seal(datetime.now(UTC)) for _ in range(2)] == [8, 8]
    assert written.rows("SELECT count(*) FROM ledger_entry") == [(2,)]
    assert examine(written).is_clean


@pytest.mark.parametrize("role", [Role.WEB, Role.INTAKE, Role.READ, Role.OWNER])
def test_no_role_changes_the_chain(written, role):
    with written.connect(role, scope="centre") as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("UPDATE hub_journal_chain SET hash = ''")
