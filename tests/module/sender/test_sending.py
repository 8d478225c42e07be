"""What the sender promises when the hub is well, away, restored, full, or wrong."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from qorgan.ledger.entry import SignalsEntry
from qorgan.ledger.note import SigningKey
from qorgan.ledger.receipt import read, verify
from qorgan.module import enrolment
from qorgan.module.config import Batching
from qorgan.module.sender import sender as sending
from qorgan.module.sender.heartbeat import Reading, SourceWord, make
from qorgan.module.sender.progress import Phase
from qorgan.module.spool import evidence, view
from qorgan.wire import batch, reply
from qorgan.wire.batch import SequenceRange
from qorgan.wire.enrolment import HEARTBEATS_PATH
from tests.module.centre import ORIGIN, Said
from tests.module.sender.conftest import until


@pytest.mark.clause("R67.3.8")
@pytest.mark.clause("R67.9")
def test_everything_arrives_once_and_in_order(module, centre):
    ids = module.add(5) + module.add(4000)
    sender = module.send(module.drained)
    assert centre.ids() == ids
    assert sender.progress.phase is Phase.SENDING
    assert module.spool.account().faults() == []


@pytest.mark.clause("R48I.3")
def test_the_receipt_is_kept_and_verifies_offline_for_the_document_that_is_kept_too(module, centre):
    module.add(3)
    module.send(module.drained)
    with view.opened(module.folder) as connection:
        stored = evidence.of_number(connection, 2)
        document = view.document_of(connection, stored)
    proven = verify(read(bytes(stored.receipt)), document, [centre.key.verifier])
    assert (proven.entry.first, proven.entry.last, proven.entry.module) == (1, 3, centre.module)


def test_a_batch_that_is_not_full_waits_for_its_age(module, centre):
    module.batching = Batching(max_records=10, max_age_ms=700)

    async def add_slowly():
        module.add(1)
        await until(lambda: centre.lines)
        module.add(1)
        module.add(1)

    module.send(module.drained, during=add_slowly)
    assert list(centre.taken) == [(1, 1), (2, 3)]


def test_a_full_batch_does_not_wait(module, centre):
    module.batching = Batching(max_records=10, max_age_ms=60_000)
    module.add(35)
    module.send(lambda: module.spool.spooled == 5)
    assert list(centre.taken) == [(1, 10), (11, 20), (21, 30)]


@pytest.mark.clause("R67.9")
def test_an_answer_that_was_lost_is_asked_for_again_with_the_same_batch(module, centre):
    lost = iter([True, False])
    centre.lose_answer = lambda: next(lost, False)
    ids = module.add(3)

    async def add_more():
        await until(lambda: centre.lines)
        ids.extend(module.add(2))

    module.send(module.drained, during=add_more)
    assert centre.ids() == ids
    assert list(centre.taken) == [(1, 3), (4, 5)]


@pytest.mark.clause("R67.9")
def test_a_hub_that_is_away_is_waited_for(module, centre):
    failures = iter(range(5))

    def away(_path):
        if next(failures, None) is not None:
            raise ConnectionResetError

    centre.before = away
    ids = module.add(3)
    module.send(module.drained)
    assert centre.ids() == ids


def test_a_hub_that_asks_for_time_gets_it(module, centre):
    asked = iter([1])

    def busy(path):
        if path == batch.PATH and next(asked, None):
            raise Said("unavailable", retry_after=1)

    centre.before = busy
    module.add(1)
    started = time.monotonic()
    module.send(module.drained)
    assert time.monotonic() - started >= 1


def test_records_that_the_hub_refuses_stand_in_the_quarantine_and_cost_no_others(module, centre):
    centre.refuse = lambda number: number == 2
    module.add(3)
    module.send(module.drained)
    assert sorted(centre.lines) == [1, 3]
    account = module.spool.account()
    assert (account.sent, account.refused, account.faults()) == (3, 1, [])
    with view.opened(module.folder) as connection:
        (row,) = view.quarantine(connection, last=5)
    assert (row.place, row.reason) == ("signal 2", "refused by the hub: record: is not wanted")
    assert '"sequence":2' in row.text


def _of_another_key(receipt, _entry):
    other = SigningKey.generate(ORIGIN)
    return msgspec.structs.replace(receipt, checkpoint=_signed_again(receipt.checkpoint, other))


def _signed_again(note, key):
    text = note.rpartition("\n\n")[0] + "\n"
    return f"{text}\n{key.sign(text)}\n"


def _of_other_numbers(receipt, entry):
    return msgspec.structs.replace(receipt, entry=msgspec.structs.replace(entry, last=entry.last + 1))


def _of_another_module(receipt, entry):
    other = "00000000-0000-4000-8000-000000000000"
    return msgspec.structs.replace(receipt, entry=msgspec.structs.replace(entry, module=other))


def _of_other_records(receipt, entry):
    digest = "sha-256:" + "0" * 64
    return msgspec.structs.replace(receipt, entry=msgspec.structs.replace(entry, digest=digest))


def _at_another_place(receipt, _entry):
    return msgspec.structs.replace(receipt, index=receipt.index + 1)


def _of_another_log(receipt, _entry):
    return msgspec.structs.replace(receipt, log="another.example/log")


def _of_fewer_records(receipt, entry):
    return msgspec.structs.replace(receipt, entry=msgspec.structs.replace(entry, records=entry.records - 1))


@pytest.mark.clause("R48I.3")
@pytest.mark.parametrize(
    "twist",
    [
        _of_another_key,
        _of_other_numbers,
        _of_another_module,
        _of_other_records,
        _at_another_place,
        _of_another_log,
        _of_fewer_records,
    ],
)
def test_a_receipt_that_proves_something_else_counts_as_no_answer(module, centre, twist, caplog):
    centre.twist = twist
    module.add(2)
    sender = module.send(lambda: module.sender is not None and module.sender.progress.false_answers >= 2)
    assert module.spool.acknowledged == 0
    assert module.spool.last_receipt() is None
    assert sender.progress.phase is Phase.WAITING
    assert "does not prove" in caplog.text


@pytest.mark.clause("R48I.3")
@pytest.mark.parametrize(
    "field",
    [
        {"module": "00000000-0000-4000-8000-000000000000"},
        {"organisation": "000000000000"},
        {"first": 2},
        {"last": 3},
        {"refused": 1},
    ],
)
def test_a_true_receipt_of_something_else_counts_as_no_answer(module, centre, field):
    """Logged and signed as it must be, over these very records, and yet not for this batch of this module."""
    centre.forge = lambda entry: msgspec.structs.replace(entry, **field)
    module.add(2)
    module.send(lambda: module.sender is not None and module.sender.progress.false_answers >= 1)
    assert module.spool.acknowledged == 0


@pytest.mark.clause("R48I.3")
def test_a_hub_cannot_have_a_record_refused_that_was_not_sent_or_refused_twice(module, centre):
    answer = centre.answer
    problems = iter([[7], [0, 0]])

    def refuse_falsely(method, path, *rest):
        body = answer(method, path, *rest)
        indexes = next(problems, None) if path == batch.PATH else None
        if indexes is None:
            return body
        refusals = tuple(reply.RecordRefusal(index=index, field="", reason="") for index in indexes)
        said = msgspec.json.decode(body, type=reply.BatchReply)
        return msgspec.json.encode(msgspec.structs.replace(said, problem=reply.refused_records(refusals)))

    centre.answer = refuse_falsely
    module.add(2)
    module.send(module.drained)
    assert module.sender.progress.false_answers == 2
    assert module.spool.account().refused == 0


def test_an_answer_that_is_no_reply_counts_as_no_answer(module, centre):
    answer = centre.answer
    centre.answer = lambda method, path, *rest: b"{}" if path == batch.PATH else answer(method, path, *rest)
    module.add(1)
    module.send(lambda: module.sender is not None and module.sender.progress.false_answers >= 1)
    assert module.spool.acknowledged == 0


@pytest.mark.clause("R67.9")
def test_a_hub_restored_from_a_backup_gets_the_gap_again_at_the_next_heartbeat(module, centre):
    ids = module.add(4)
    module.batching = Batching(max_records=2, max_age_ms=0)
    module.send(module.drained)
    centre.forget_from(3)
    module.send(lambda: len(centre.lines) == 4 and module.drained())
    assert centre.ids() == ids
    assert module.spool.account().faults() == []


def test_a_hub_restored_from_a_backup_gets_the_gap_again_when_a_batch_finds_it_out(module, centre):
    ids = module.add(4)
    module.send(module.drained)
    centre.forget_from(1)

    def no_heartbeat(path):
        if path == HEARTBEATS_PATH:
            raise Said("bad-request")

    centre.before = no_heartbeat
    ids += module.add(2)
    module.send(lambda: len(centre.lines) == 6 and module.drained())
    assert centre.ids() == ids


def test_a_spool_put_back_from_an_older_copy_loses_nothing_that_was_made_after(module, centre):
    module.add(2)
    module.send(module.drained)
    centre.high_water = 40
    ids = module.add(3)
    module.send(module.drained)
    assert centre.ids()[-3:] == ids
    assert sorted(centre.lines) == [1, 2, 41, 42, 43]


def test_numbers_the_hub_has_by_a_receipt_of_ours_are_not_sent_under_others(module, centre):
    module.batching = Batching(max_records=2, max_age_ms=0)
    ids = module.add(4)
    module.send(module.drained)
    module.spool.rewind_to(2)  # as if the hub had asked, and then had not lost them after all
    more = module.add(1)
    module.send(module.drained)
    assert centre.ids() == ids + more


@pytest.mark.clause("R67.7")
def test_a_revoked_module_stops_sending_but_keeps_what_it_has_and_says_so(module, centre, caplog):
    centre.revoked = True
    module.add(2)
    sender = module.send(lambda: module.sender is not None and module.sender.progress.phase is Phase.REVOKED)
    asked = len(centre.requests)
    module.add(1)
    assert "revoked" in caplog.text
    assert module.spool.spooled == 3
    assert len(centre.requests) == asked
    assert sender.progress.trouble


def test_a_module_whose_revocation_was_taken_back_goes_on(module, centre, monkeypatch):
    monkeypatch.setattr(sending, "REVOKED_ASKS_EVERY", 0.05)
    centre.revoked = True
    ids = module.add(2)

    async def forgive():
        await until(lambda: module.sender and module.sender.progress.phase is Phase.REVOKED)
        centre.revoked = False

    module.send(module.drained, during=forgive)
    assert centre.ids() == ids


def test_a_batch_too_large_for_the_way_is_sent_in_parts(module, centre):
    take = centre.take

    def small_only(said, body):
        if said.last - said.first >= 3:
            raise Said("too-large")
        return take(said, body)

    centre.take = small_only
    ids = module.add(8)
    module.send(module.drained)
    assert centre.ids() == ids


def test_the_heartbeat_tells_an_account_that_adds_up(module, centre):
    module.add(3)
    module.send(lambda: bool(centre.heartbeats))
    (said, *_) = centre.heartbeats
    assert said.read == said.sent + said.spooled + sum(said.ignored.values()) + said.quarantined
    assert said.sources == ()


def test_the_heartbeat_tells_the_kind_and_product_of_a_source_and_never_its_name(module):
    module.add(3)
    now = datetime(2026, 3, 2, tzinfo=UTC)
    word = SourceWord(id="0a1b2c3d", kind="syslog", alarm="silent", alarm_since=now)
    reading = Reading(words={"log": word}, products={"log": "Sensor"})
    (source,) = make(module.spool.account(), reading, now).sources
    assert (source.name, source.kind, source.product, source.alarm) == ("0a1b2c3d", "syslog", "Sensor", "silent")
    assert source.read == 3
    assert source.alarm_since == now.isoformat()


def test_the_hub_is_shown_the_newest_head_it_signed(module, centre):
    module.batching = Batching(max_records=1, max_age_ms=0)
    module.add(2)
    module.send(module.drained)
    module.add(1)
    module.send(module.drained)
    receipt = read(module.spool.last_receipt())
    assert isinstance(receipt.entry, SignalsEntry)
    assert centre.heads[-1] != receipt.checkpoint
    assert centre.heads[-1].splitlines()[1] == "2"


def test_a_key_that_the_hub_confirmed_before_a_crash_is_found_again(module, centre):
    key = enrolment.keys.make_next(module.folder)
    centre._learn(enrolment.public_text(key))
    ids = module.add(2)
    module.send(module.drained)
    assert centre.ids() == ids
    assert enrolment.identity(module.folder).key == enrolment.keys.name_of(key)
    assert not (module.folder / enrolment.keys.NEXT).exists()


def test_after_damage_the_hub_is_asked_before_anything_is_sent(module, centre):
    module.add(3)
    module.send(module.drained)
    module.spool.close()
    for name in ("spool.sqlite", "spool.sqlite-wal", "spool.sqlite-shm"):
        (module.folder / name).unlink(missing_ok=True)
    module.spool = module.open()
    assert module.spool.is_unsure
    ids = module.add(2)
    module.send(module.drained)
    assert centre.ids()[3:] == ids
    assert not module.spool.is_unsure


def test_the_numbers_of_a_batch_reach_over_those_that_are_void(module, centre):
    ids = module.add(2)
    with module.spool._change() as change:
        change.move(next=10)
    ids += module.add(1)
    module.send(module.drained)
    assert centre.ids() == ids
    assert list(centre.taken) == [(1, 10)]
    assert centre.taken[1, 10] is not None
    assert module.spool.acknowledged == SequenceRange(1, 10).last


@pytest.mark.clause("R67.9")
def test_a_clock_that_jumps_years_loses_nothing_and_is_said(module, centre, monkeypatch):
    """The hub refuses a signature made years from now; when the clock is right again everything goes."""
    offset = timedelta(days=400)
    monkeypatch.setattr("tests.module.sender.conftest.now", lambda: datetime.now(UTC) + offset)
    ids = module.add(2)
    module.send(lambda: module.sender is not None and module.sender.progress.failures >= 2)
    assert centre.ids() == []
    assert abs(module.sender.progress.clock_offset) > 300 * 86_400
    offset = -timedelta(days=400)
    ids += module.add(1)
    module.send(lambda: module.sender.progress.failures >= 2)
    offset = timedelta(0)
    ids += module.add(1)
    module.send(module.drained)
    assert centre.ids() == ids
    assert module.spool.account().faults() == []
