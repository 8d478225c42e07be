"""What the spool promises on a machine where nothing goes wrong."""

from __future__ import annotations

import stat

import pytest

from qorgan.module.accounting import Counts, Quarantined
from qorgan.module.spool import Limits, NumbersMoved, SpoolBusy, SpoolForeign, SpoolFull, database, evidence, view
from qorgan.wire.batch import SequenceRange

MANY = 2**31


def test_signals_come_back_in_order_with_their_numbers(disk):
    lines = disk.append(3) + disk.append(2, source="other")
    batch = disk.spool.read_batch(MANY, MANY)
    assert batch.range == SequenceRange(1, 5)
    assert batch.lines == lines
    assert batch.numbers == [1, 2, 3, 4, 5]


def test_a_batch_keeps_to_its_limits_but_always_takes_one_signal(disk):
    lines = disk.append(5)
    assert disk.spool.read_batch(2, MANY).lines == lines[:2]
    assert disk.spool.read_batch(MANY, len(lines[0]) + 5).lines == lines[:1]
    assert disk.spool.read_batch(MANY, 1).lines == lines[:1]


def test_an_empty_spool_has_no_batch(disk):
    assert disk.spool.read_batch(MANY, MANY) is None


@pytest.mark.clause("R67.9")
def test_everything_is_there_after_a_restart(disk):
    lines = disk.append(2500, position='{"offset": 7}')
    spool = disk.reopen()
    assert spool.next_sequence == 2501
    assert spool.position("log") == '{"offset": 7}'
    assert spool.read_batch(MANY, MANY).lines == lines


def test_the_position_of_a_chunk_without_signals_is_kept_too(disk):
    counts = Counts(read=4, ignored={"flow": 4})
    disk.spool.append(1, [], source="log", position="p", counts=counts)
    assert disk.reopen().position("log") == "p"
    assert disk.spool.position("another") == ""


def test_numbers_that_are_not_the_next_are_refused_with_the_next(disk, make_line):
    disk.append(3)
    with pytest.raises(NumbersMoved) as refused:
        disk.spool.append(3, [make_line(3)], source="log", position="", counts=Counts(read=1, became=1))
    assert refused.value.next == 4


def test_counts_that_do_not_add_up_are_refused_and_nothing_is_stored(disk, make_line):
    with pytest.raises(ValueError, match="read must be"):
        disk.spool.append(1, [make_line(1)], source="log", position="", counts=Counts(read=2, became=1))
    assert disk.spool.next_sequence == 1


def test_a_sealed_batch_stays_the_same_whatever_is_added_and_after_a_restart(disk):
    lines = disk.append(3)
    disk.spool.seal(disk.spool.read_batch(2, MANY).range)
    disk.append(5)
    for spool in (disk.spool, disk.reopen()):
        batch = spool.read_batch(MANY, MANY)
        assert (batch.range, batch.lines) == (SequenceRange(1, 2), lines[:2])
    disk.spool.unseal()
    assert disk.spool.read_batch(MANY, MANY).range == SequenceRange(1, 8)


@pytest.mark.clause("R48I.3")
def test_an_acknowledged_batch_is_not_offered_again_and_its_receipt_is_kept(disk):
    lines = disk.append(3)
    disk.spool.acknowledge(SequenceRange(1, 2), b"{receipt}", [(2, Quarantined(place="signal 2", reason="bad"))])
    spool = disk.reopen()
    assert spool.read_batch(MANY, MANY).lines == lines[2:]
    assert spool.last_receipt() == b"{receipt}"
    with view.opened(disk.folder) as connection:
        stored = evidence.of_number(connection, 2)
        assert (stored.first, stored.last, stored.refused) == (1, 2, [2])
        assert view.document_of(connection, stored) == lines[0] + b"\n"
        assert evidence.of_number(connection, 3) is None
        (row,) = view.quarantine(connection, last=10)
        assert (row.source, row.place, row.reason) == ("hub", "signal 2", "bad")


def test_acknowledging_twice_counts_once(disk):
    disk.append(2)
    for _ in range(2):
        disk.spool.acknowledge(SequenceRange(1, 2), b"r")
    assert disk.spool.account().sent == 2


def test_the_account_adds_up_and_tells_sources_apart(disk, make_line):
    disk.append(10, source="a")
    disk.spool.append(
        11,
        [make_line(11)],
        source="b",
        position="",
        counts=Counts(read=9, became=3, ignored={"flow": 4, "dns": 1}, quarantined=1, redacted={"iin": 2}),
        quarantined=[Quarantined(place="b:1", reason="cut off", text="…")],
    )
    disk.spool.acknowledge(SequenceRange(1, 10), b"r")
    account = disk.spool.account()
    assert account.faults() == []
    assert (account.read, account.became, account.quarantined) == (19, 13, 1)
    assert (account.signals, account.sent, account.spooled) == (11, 10, 1)
    assert (account.sent_records, account.spooled_records) == (10, 3)
    assert account.ignored == {"flow": 4, "dns": 1}
    assert account.redacted == {"iin": 2}
    assert [source.name for source in account.sources] == ["a", "b"]


@pytest.mark.clause("R67.9")
def test_a_hub_that_lost_batches_gets_the_same_signals_again(disk):
    lines = disk.append(4)
    disk.spool.acknowledge(SequenceRange(1, 2), b"r1")
    disk.spool.acknowledge(SequenceRange(3, 4), b"r2")
    assert disk.spool.rewind_to(3) == 2
    batch = disk.spool.read_batch(MANY, MANY)
    assert (batch.range, batch.lines) == (SequenceRange(3, 4), lines[2:])
    assert disk.spool.account().faults() == []
    assert disk.spool.account().sent == 2
    assert disk.spool.rewind_to(9) == 0


def test_sent_signals_are_dropped_when_their_time_of_running_is_over(disk):
    disk.limits = Limits(free_bytes=0, keep_sent_seconds=100.0)
    disk.reopen()
    disk.append(2)
    disk.spool.acknowledge(SequenceRange(1, 2), b"r1")
    disk.seconds += 60
    disk.append(2)
    disk.spool.acknowledge(SequenceRange(3, 4), b"r2")
    disk.seconds += 60
    disk.append(1)
    disk.spool.acknowledge(SequenceRange(5, 5), b"r3")
    assert disk.spool.rewind_to(1) == 3
    batch = disk.spool.read_batch(MANY, MANY)
    assert (batch.range, batch.numbers) == (SequenceRange(1, 5), [3, 4, 5])


def test_sent_signals_are_dropped_when_they_grow_too_large(disk):
    disk.limits = Limits(free_bytes=0, keep_sent_bytes=1)
    disk.reopen()
    disk.append(2)
    disk.spool.acknowledge(SequenceRange(1, 2), b"r1")
    assert disk.spool.rewind_to(1) == 0


def fill(disk, text):
    while True:
        disk.append(1, text=f"{text}{disk.spool.next_sequence}")


def test_a_spool_at_its_limit_first_lets_sent_signals_go_and_then_refuses(disk):
    disk.limits = Limits(free_bytes=0, spool_bytes=200 * 1024)
    disk.reopen()
    text = "".join(chr(33 + (number * 7919) % 90) for number in range(6000))
    while disk.spool.next_sequence < 400:
        disk.append(1, text=f"{text}{disk.spool.next_sequence}")
        disk.spool.acknowledge(SequenceRange(1, disk.spool.next_sequence - 1), b"r")
    with pytest.raises(SpoolFull, match="limit"):
        fill(disk, text)
    waiting = disk.spool.read_batch(MANY, MANY)
    assert waiting.numbers[0] == 400
    disk.spool.acknowledge(waiting.range, b"r")
    disk.append(1)


def test_under_the_free_space_that_must_stay_nothing_is_taken(disk):
    disk.limits = Limits(free_bytes=2**62)
    disk.reopen()
    with pytest.raises(SpoolFull, match="free"):
        disk.append()


def test_records_under_numbers_that_the_hub_has_otherwise_get_new_ones(disk):
    disk.append(3)
    disk.spool.acknowledge(SequenceRange(1, 1), b"r")
    ids = [line.split(b'"id":')[1][:40] for line in disk.spool.read_batch(MANY, MANY).lines]
    assert disk.spool.concede(10) == 2
    batch = disk.spool.read_batch(MANY, MANY)
    assert (batch.range, batch.numbers) == (SequenceRange(11, 12), [11, 12])
    assert [line.split(b'"id":')[1][:40] for line in batch.lines] == ids
    assert all(f'"sequence":{n}'.encode() in line for n, line in zip([11, 12], batch.lines, strict=True))
    account = disk.spool.account()
    assert (account.faults(), account.sent, account.spooled) == ([], 1, 2)


def test_a_second_process_is_turned_away(disk):
    with pytest.raises(SpoolBusy):
        disk.opened()


def test_a_file_of_another_layout_is_left_alone(disk):
    disk.spool.close()
    connection = database.connect(disk.folder / database.FILE)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(SpoolForeign, match="99"):
        disk.opened()
    connection = database.connect(disk.folder / database.FILE)
    connection.execute("PRAGMA user_version = 1")
    connection.close()
    disk.spool = disk.opened()


def test_only_the_owner_may_look_into_the_folder(disk):
    assert stat.S_IMODE(disk.folder.stat().st_mode) == 0o700
