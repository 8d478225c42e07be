"""What is left when the disk gives back other bytes than were written."""

from __future__ import annotations

import random
import shutil
import sqlite3

import pytest

from qorgan.module.spool import Spool, database, salvage, view
from qorgan.wire.batch import SequenceRange

MANY = 2**31


def drain(spool: Spool) -> list[bytes]:
    found = []
    while batch := spool.read_batch(100, MANY):
        found += batch.lines
        spool.acknowledge(batch.range, b"{}")
    return found


def raw(disk, statement: str, *values: object) -> None:
    """Change the database behind the spool's back."""
    disk.spool.close()
    connection = sqlite3.connect(disk.folder / database.FILE, isolation_level=None)
    connection.execute(statement, values)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    disk.spool = disk.opened()


def test_a_damaged_chunk_is_set_aside_and_the_rest_flows(disk, caplog):
    first, second, third = disk.append(3), disk.append(2), disk.append(2)
    raw(disk, "UPDATE chunk SET body = zeroblob(40) WHERE first = 4")
    assert drain(disk.spool) == first + third
    account = disk.spool.account()
    assert (account.lost, account.sent, account.spooled) == (2, 5, 0)
    assert (account.lost_records, account.faults()) == (2, [])
    with view.opened(disk.folder) as connection:
        (lost,) = view.lost(connection)
    assert (lost.first, lost.last, lost.reason) == (4, 5, "the digest is not that of the bytes")
    assert "2 signals from number 4 are lost" in caplog.text
    assert len(second) == 2


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE chunk SET last = 6 WHERE first = 4",
        "UPDATE chunk SET last = 1 WHERE first = 4",
        "UPDATE chunk SET last = 'x' WHERE first = 4",
        "UPDATE chunk SET records = 70 WHERE first = 4",
        "UPDATE chunk SET digest = x'00' WHERE first = 4",
        "UPDATE chunk SET digest = 'text' WHERE first = 4",
        "UPDATE chunk SET body = 'text' WHERE first = 4",
        "UPDATE chunk SET position = 'other' WHERE first = 4",
    ],
)
def test_any_changed_column_of_a_chunk_is_found_and_the_account_still_adds_up(disk, change):
    first, _, third = disk.append(3), disk.append(2), disk.append(2)
    raw(disk, change)
    assert drain(disk.spool) == first + third
    account = disk.spool.account()
    assert (account.sent, account.spooled, account.faults()) == (5, 0, [])


def test_the_batch_after_a_damaged_end_speaks_for_the_void_numbers_too(disk):
    disk.append(2)
    disk.append(2)
    raw(disk, "UPDATE chunk SET body = x'' WHERE first = 1")
    assert disk.spool.read_batch(MANY, MANY).range == SequenceRange(1, 4)


@pytest.mark.parametrize("seed", range(30))
def test_flipped_bytes_anywhere_in_the_file_cost_no_more_than_their_own_chunks(disk, seed):
    """Thirty files with random damage: nothing false comes out, and most of the rest does."""
    chance = random.Random(seed)
    lines = [line for number in range(60) for line in disk.append(chance.randint(1, 40), text=f"{number} " * 40)]
    sent = disk.spool.read_batch(200, MANY)
    disk.spool.acknowledge(sent.range, b"{}")
    following = disk.spool.next_sequence
    disk.spool.close()
    path = disk.folder / database.FILE
    content = bytearray(path.read_bytes())
    places = [chance.randrange(100, len(content)) for _ in range(chance.choice([1, 3, 20]))]
    for place in places:
        content[place] ^= 1 << chance.randrange(8)
    path.write_bytes(content)
    disk.spool = disk.opened()
    found = drain(disk.spool)
    assert set(found) <= set(lines)
    assert len(found) == len(set(found))
    assert found == sorted(found, key=lines.index)
    assert disk.spool.next_sequence >= following
    account = disk.spool.account()
    assert (account.spooled, account.faults()) == (0, [])
    if len(places) == 1:
        assert len(found) > len(lines) * 0.6
    disk.append(3)
    assert len(drain(disk.spool)) == 3


@pytest.mark.parametrize("kept", [0, 1, 100, 5000])
def test_a_file_cut_short_costs_what_was_in_it_but_no_number_is_given_twice(disk, kept):
    disk.append(300, text="x" * 300)
    following = disk.spool.next_sequence
    disk.spool.close()
    path = disk.folder / database.FILE
    path.write_bytes(path.read_bytes()[:kept])
    disk.spool = disk.opened()
    assert disk.spool.next_sequence >= following
    assert disk.spool.account().faults() == []
    drain(disk.spool)
    disk.append(2)
    assert len(drain(disk.spool)) == 2
    if kept >= 100:
        assert list(disk.folder.glob(f"{database.FILE}.damaged-*"))


def test_damage_that_appears_while_the_spool_is_open_is_mended_in_place(disk):
    chance = random.Random(1)
    lines = [line for _ in range(300) for line in disk.append(1, text=chance.randbytes(1500).hex())]
    disk.spool._write.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    path = disk.folder / database.FILE
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2 // 4096 * 4096)
        file.write(bytes(8 * 4096))
    for connection in (disk.spool._read, disk.spool._write):
        connection.execute("PRAGMA cache_size = 0")
    found = drain(disk.spool)
    assert set(found) <= set(lines)
    assert len(found) > 250
    account = disk.spool.account()
    assert account.faults() == []
    assert account.sent + account.lost == 300


def test_a_lost_row_of_state_is_made_anew_and_the_hub_is_to_be_asked(disk):
    lines = disk.append(4)
    disk.spool.acknowledge(SequenceRange(1, 2), b"{}")
    disk.append(2)
    disk.spool.close()
    connection = sqlite3.connect(disk.folder / database.FILE, isolation_level=None)
    connection.execute("DELETE FROM state")
    connection.close()
    disk.spool = disk.opened()
    assert disk.spool.is_unsure
    assert disk.spool.account().faults() == []
    disk.spool.settle(3)
    assert drain(disk.spool)[:2] == lines[2:]
    assert disk.spool.next_sequence > 6


def test_positions_survive_even_when_their_table_does_not(disk):
    disk.append(1, source="a", position="p1")
    disk.append(1, source="b", position="q1")
    disk.append(1, source="a", position="p2")
    disk.spool.close()
    connection = sqlite3.connect(disk.folder / database.FILE, isolation_level=None)
    connection.execute("DELETE FROM position")
    connection.execute("DELETE FROM state")
    connection.close()
    disk.spool = disk.opened()
    assert (disk.spool.position("a"), disk.spool.position("b")) == ("p2", "q1")


@pytest.mark.parametrize("moved", [(), ("-wal",), ("-wal", "-shm"), ("-shm", "-wal", "")])
def test_a_crash_in_the_middle_of_the_exchange_is_taken_up_at_the_next_start(disk, moved):
    lines = disk.append(3)
    disk.spool.close()
    shutil.copy(disk.folder / database.FILE, disk.folder / salvage.MENDED)
    path = disk.folder / database.FILE
    for suffix in ("", "-wal", "-shm"):
        (disk.folder / f"{database.FILE}{suffix}").write_bytes(b"damaged")
    for suffix in moved:
        (disk.folder / f"{database.FILE}{suffix}").replace(f"{path}.damaged-1{suffix}")
    disk.spool = disk.opened()
    assert drain(disk.spool) == lines
    assert not (disk.folder / salvage.MENDED).exists()


@pytest.mark.parametrize("content", [b"", b"abc", b"\xff\xff", b"-5"])
def test_a_damaged_ceiling_of_numbers_is_written_anew(disk, content):
    disk.append(5)
    disk.spool.close()
    (disk.folder / "sequence").write_bytes(content)
    disk.spool = disk.opened()
    assert disk.spool.next_sequence == 6
    assert int((disk.folder / "sequence").read_text()) >= 6
