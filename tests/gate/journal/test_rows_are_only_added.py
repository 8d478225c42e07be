"""Rows of the journal are added, by the roles that may, and changed by nobody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from filling import sign_in, written

from qorgan.gate.journal.rows import INSERT, JournalMisused, row_of, write_by


@pytest.mark.clause("D26.journal")
def test_an_entry_says_who_from_where_by_which_factors_and_which_rule(journal: Any) -> None:
    [number] = written(journal.web, sign_in())
    found = journal.rows(
        "SELECT id, event, outcome, client, host(address), port, program, factors, rule, edition FROM gate_journal"
    )
    assert found == [
        (
            number,
            "sign-in",
            "done",
            UUID(int=7),
            "203.0.113.7",
            50100,
            "Mozilla/5.0",
            ["password", "one-time-code"],
            "D26.two-factor",
            "2026",
        )
    ]


def test_an_entry_is_not_written_outside_a_transaction(journal: Any) -> None:
    with psycopg.connect(journal.web, autocommit=True) as connection, pytest.raises(JournalMisused):
        write_by(connection, sign_in())


def test_an_entry_goes_with_the_transaction_it_was_written_in(journal: Any) -> None:
    with psycopg.connect(journal.web) as connection:
        write_by(connection, sign_in())
        connection.rollback()
    assert journal.rows("SELECT count(*) FROM gate_journal") == [(0,)]


@pytest.mark.clause("D26.journal")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE gate_journal SET outcome = 'failed'",
        "DELETE FROM gate_journal",
        "TRUNCATE gate_journal",
        "DROP TABLE gate_journal",
        "UPDATE gate_journal_link SET hash = ''",
        "DELETE FROM gate_journal_epoch",
        "UPDATE gate_journal_head SET link = 0",
        "ALTER TABLE gate_journal DISABLE TRIGGER ALL",
        "DELETE FROM gate_journal_{day:%Y%m%d}",
        "SELECT * FROM gate_journal_{day:%Y%m%d}",
    ],
)
def test_no_role_changes_what_was_written(journal: Any, statement: str) -> None:
    written(journal.web, sign_in())
    for url in (journal.web, journal.clerk, journal.read):
        with psycopg.connect(url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement.format(day=datetime.now(UTC)))
    assert journal.rows("SELECT count(*) FROM gate_journal WHERE outcome = 'done'") == [(1,)]


@pytest.mark.clause("D26.journal")
@pytest.mark.parametrize("table", ["gate_journal", "gate_journal_{day:%Y%m%d}", "gate_journal_link_{day:%Y%m%d}"])
@pytest.mark.parametrize("statement", ["UPDATE {table} SET at = at", "DELETE FROM {table}", "TRUNCATE {table}"])
def test_not_even_the_owner_does(journal: Any, table: str, statement: str) -> None:
    written(journal.web, sign_in())
    said = statement.format(table=table.format(day=datetime.now(UTC)))
    with psycopg.connect(journal.superuser) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(said)


def test_a_day_that_nobody_made_ahead_is_made_by_who_writes_first(journal: Any) -> None:
    at = datetime.now(UTC) + timedelta(days=40)
    written(journal.web, sign_in(at), sign_in(at))
    assert journal.rows("SELECT count(*) FROM gate_journal WHERE at = %s", at) == [(2,)]


def test_a_clock_gone_wild_does_not_fill_the_catalogue(journal: Any) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        written(journal.web, sign_in(datetime(2140, 1, 1, tzinfo=UTC)))


@pytest.mark.clause("D26.journal")
def test_an_entry_tells_the_transaction_that_wrote_it(journal: Any) -> None:
    asked = "SELECT count(*) FROM gate_journal WHERE id = %s AND tx = pg_current_xact_id()"
    with psycopg.connect(journal.web) as connection:
        connection.execute("SELECT 1")
        with connection.transaction(), connection.transaction():
            number = write_by(connection, sign_in())
        assert connection.execute(asked, [number]).fetchone() == (1,)
        connection.commit()
        assert connection.execute(asked, [number]).fetchone() == (0,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(
                INSERT.replace("(at,", "(tx, at,").replace("VALUES (", "VALUES ('7', "), row_of(sign_in())
            )
