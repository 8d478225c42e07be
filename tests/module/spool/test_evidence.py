"""Receipts are kept, packed, found again, and go only when there is no room for them."""

from __future__ import annotations

import json
import random

import pytest

from qorgan.module.spool import Limits, evidence, view
from qorgan.wire.batch import SequenceRange

BATCHES = 230


@pytest.fixture(autouse=True)
def _small_packs(monkeypatch):
    monkeypatch.setattr(evidence, "PACKED", 50)
    monkeypatch.setattr(evidence, "LOOSE", 100)


@pytest.fixture
def sent(disk):
    """Many receipts, each of two numbers, the kind of text that receipts are: in part the same, in part by chance."""
    chance = random.Random(1)
    shared = [chance.randbytes(32).hex() for _ in range(20)]
    receipts = []
    for number in range(BATCHES):
        disk.append(2)
        body = {"index": number, "inclusion": shared, "own": chance.randbytes(100).hex()}
        receipts.append(json.dumps(body).encode())
        disk.spool.acknowledge(SequenceRange(number * 2 + 1, number * 2 + 2), receipts[-1])
    return receipts


@pytest.mark.clause("R48I.3")
def test_each_receipt_is_found_by_any_of_its_numbers_byte_for_byte(disk, sent):
    with view.opened(disk.folder) as connection:
        (packs,) = connection.execute("SELECT count(*) FROM receipt_pack").fetchone()
        for number in (1, 2, 99, 100, 101, 200, 301, BATCHES * 2):
            found = evidence.of_number(connection, number)
            assert found.first <= number <= found.last
            assert bytes(found.receipt) == sent[(number - 1) // 2]
        assert evidence.of_number(connection, BATCHES * 2 + 1) is None
    assert packs >= 2


def test_the_newest_come_in_their_order_across_packs(disk, sent):
    with view.opened(disk.folder) as connection:
        assert [bytes(one.receipt) for one in evidence.newest(connection, 200)] == sent[-200:]
        assert len(evidence.newest(connection, 10**6)) == BATCHES
        assert evidence.last_receipted(connection) == BATCHES * 2


def test_packed_receipts_take_a_fraction_of_their_size(disk, sent):
    with view.opened(disk.folder) as connection:
        packed, size = connection.execute("SELECT sum(receipts), sum(length(body)) FROM receipt_pack").fetchone()
    assert size < sum(map(len, sent[:packed])) / 5


def test_beyond_their_limit_the_oldest_go_and_it_is_said(disk, sent, caplog):
    disk.spool.limits = Limits(free_bytes=0, receipt_bytes=1)
    for _ in range(evidence.LOOSE):
        disk.append(1)
        last = disk.spool.next_sequence - 1
        disk.spool.acknowledge(SequenceRange(last, last), b"{}")
    assert "the oldest" in caplog.text
    with view.opened(disk.folder) as connection:
        assert evidence.of_number(connection, 1) is None
    assert disk.spool.account().faults() == []


def test_signals_are_let_go_by_the_age_of_packed_receipts_too(disk):
    disk.limits = Limits(free_bytes=0, keep_sent_seconds=100.0)
    disk.reopen()
    for number in range(1, evidence.LOOSE + evidence.PACKED):
        disk.append(1)
        disk.spool.acknowledge(SequenceRange(number, number), b"{}")
    disk.seconds += 1000
    for _ in range(20):
        disk.spool.trim()
    assert disk.spool.rewind_to(1) < evidence.LOOSE


def test_a_damaged_pack_costs_only_itself(disk, sent):
    connection = disk.spool._write
    connection.execute("UPDATE receipt_pack SET body = x'00' WHERE id = 1")
    with view.opened(disk.folder) as reading:
        assert evidence.of_number(reading, 1) is None
        assert evidence.of_number(reading, evidence.PACKED * 2 + 1)
