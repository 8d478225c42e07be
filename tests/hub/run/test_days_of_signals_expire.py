"""Days that no act keeps are dropped, the fact is in the audit trail, and the rest stays verifiable."""

from __future__ import annotations

import argparse
from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest

from qorgan.hub.config import Database
from qorgan.hub.database import expiry
from qorgan.hub.database.connection import Role, role_url
from qorgan.hub.database.log_key import read_log_key
from qorgan.hub.receipts.audit import audit
from qorgan.hub.run.expiring import expire, refuse_kept
from qorgan.hub.run.sealing import Sealer
from qorgan.kit.database.connection import DatabaseRefused

TODAY = datetime.now(UTC).date()


def examine(hub):
    return audit(role_url(hub.config, Role.READ), read_log_key(hub.config))


@pytest.fixture
def filled(intake, a_signal):
    module = intake.enrol()
    assert module.send([a_signal(number) for number in range(1, 11)]).status_code == 200
    return intake.hub


def drop_all(hub):
    return list(expiry.expire(role_url(hub.config, Role.OWNER), TODAY + timedelta(days=1), "a test", datetime.now(UTC)))


@pytest.mark.clause("R48I.3")
def test_a_dropped_day_is_written_down_and_the_ledger_stays_verifiable(filled):
    before = filled.rows("SELECT position, receipt FROM batch")
    assert TODAY in drop_all(filled)
    for table in ("signal", "signal_hash", "signal_tally"):
        assert filled.rows(f"SELECT count(*) FROM {table}") == [(0,)]
    assert filled.rows("SELECT position, receipt FROM batch") == before
    (told,) = filled.rows("SELECT person_id, object, detail FROM hub_journal WHERE act = 'signals.expired'")
    assert told == (None, TODAY.isoformat(), {"basis": "a test"})
    report = examine(filled)
    assert (report.findings, report.batches, report.signals, report.dropped) == ([], 1, 0, 1)


def test_later_days_stay(filled):
    kept = filled.rows("SELECT count(*) FROM pg_inherits WHERE inhparent = 'signal'::regclass")[0][0]
    assert kept > len(drop_all(filled))
    assert list(expiry.expire(role_url(filled.config, Role.OWNER), date(2020, 1, 1), "", datetime.now(UTC))) == []


def test_a_day_that_is_read_is_left_and_said(filled):
    with psycopg.connect(filled.superuser) as reader:
        reader.execute("SELECT count(*) FROM signal")
        with pytest.raises(DatabaseRefused, match="signals are being read"):
            drop_all(filled)
    assert filled.rows("SELECT count(*) FROM hub_journal WHERE act = 'signals.expired'") == [(0,)]
    assert filled.rows("SELECT count(*) FROM signal_tally")[0][0] > 0


def test_what_the_law_keeps_is_refused(filled):
    refuse_kept(date(2021, 11, 22), date(2026, 11, 22))
    with pytest.raises(DatabaseRefused, match="must still be kept: 60 months"):
        refuse_kept(date(2021, 11, 23), date(2026, 11, 22))
    with pytest.raises(DatabaseRefused, match="must still be kept"):
        expire(filled.config, argparse.Namespace(before=TODAY.isoformat()))
    with pytest.raises(DatabaseRefused, match="is no date"):
        expire(filled.config, argparse.Namespace(before="soon"))


@pytest.mark.clause("R67.4")
def test_the_command_drops_old_days_and_seals_what_it_wrote(filled):
    old = date(2020, 2, 29)
    with filled.connect(Role.INTAKE) as connection:
        connection.execute("SELECT qorgan_make_signal_partition(%s)", [old])
    config = filled.config.__class__(
        state=filled.config.state,
        origin=filled.config.origin,
        database=Database(url=role_url(filled.config, Role.OWNER)),
    )
    done = expire(config, argparse.Namespace(before="2020-03-01"))
    assert done.value == {"before": "2020-03-01", "dropped": ["2020-02-29"]}
    assert expire(config, argparse.Namespace(before="2020-03-01")).value["dropped"] == []
    links = filled.rows("SELECT max(link) FROM hub_journal_chain")[0][0]
    assert Sealer(role_url(filled.config, Role.INTAKE), read_log_key(filled.config)).seal(datetime.now(UTC)) == links
    assert filled.rows("SELECT count(*) FROM ledger_entry WHERE organisation_id IS NULL") == [(1,)]
    assert examine(filled).is_clean
