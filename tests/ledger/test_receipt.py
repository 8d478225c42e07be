"""A receipt proves what was submitted and when, to anyone with the pinned key, and nothing else does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qorgan.ledger.checkpoint import Checkpoint, sign
from qorgan.ledger.entry import (
    DocumentEntry,
    SignalsEntry,
    document_digest,
    entry_hash,
    entry_leaf,
    instant,
    records_digest,
    records_of,
)
from qorgan.ledger.errors import EntryError, LedgerError, ProofError
from qorgan.ledger.frontier import Frontier
from qorgan.ledger.note import SigningKey
from qorgan.ledger.receipt import (
    Receipt,
    ReceiptError,
    RecordReceipt,
    Step,
    issue,
    prove_record,
    read,
    verify,
    write,
)

clause = pytest.mark.clause("R48I.3")


def failed_step(receipt: Receipt | RecordReceipt | bytes, document: bytes, *keys: SigningKey) -> Step:
    """The step at which verification fails; it must fail."""
    with pytest.raises(ReceiptError) as refused:
        verify(read(receipt) if isinstance(receipt, bytes) else receipt, document, [key.verifier for key in keys])
    assert refused.value.diagnostics().startswith(f"Step {refused.value.step} of 4 (")
    assert "\n" not in refused.value.diagnostics()
    return refused.value.step


def flips(data: bytes) -> list[bytes]:
    number = int.from_bytes(data, "big")
    return [(number ^ 1 << bit).to_bytes(len(data), "big") for bit in range(8 * len(data))]


@clause
def test_a_receipt_proves_its_batch_and_says_whose_it_is_and_when_it_came(log, records, document) -> None:
    receipt = log.receive(records)
    proven = verify(read(write(receipt)), document, [log.key.verifier])
    assert (proven.log, proven.index, proven.size, proven.record) == ("hub.example/log", 6, 7, None)
    assert proven.entry == receipt.entry
    assert proven.entry.received_at == "2026-03-01T09:30:00.000000Z"
    assert proven.signer == log.key.verifier


@clause
def test_a_receipt_holds_though_the_log_grew_since(log, records, document) -> None:
    receipt = log.receive(records)
    for _ in range(20):
        log.receive(records)
    assert verify(receipt, document, [log.key.verifier]).size == 7


@clause
def test_every_batch_of_a_growing_log_gets_a_receipt_that_verifies(log) -> None:
    for number in range(40):
        records = [b'{"n":%d}' % (number * 50 + place) for place in range(number)]
        proven = verify(log.receive(records), b"\n".join(records), [log.key.verifier])
        assert proven.index == 6 + number


@clause
def test_no_bit_of_a_receipt_can_be_changed(log, records, document) -> None:
    whole = write(log.receive(records))
    for changed in flips(whole):
        assert failed_step(changed, document, log.key)


@clause
def test_no_bit_of_the_receipt_of_one_record_can_be_changed(log, records) -> None:
    whole = write(RecordReceipt(receipt=log.receive(records), record=prove_record(records, 3)))
    for changed in flips(whole):
        assert failed_step(changed, records[3], log.key)


@clause
def test_no_bit_of_the_document_can_be_changed(log, records, document) -> None:
    receipt = log.receive(records)
    for changed in flips(document):
        assert failed_step(receipt, changed, log.key) is Step.DOCUMENT


@clause
def test_each_record_of_a_batch_is_proven_without_the_others(log) -> None:
    for count in range(1, 20):
        records = [b'{"n":%d}' % number for number in range(count)]
        receipt = log.receive(records)
        for index, record in enumerate(records):
            narrowed = RecordReceipt(receipt=receipt, record=prove_record(records, index))
            for document in (record, record + b"\n"):
                assert verify(narrowed, document, [log.key.verifier]).record == index
            assert failed_step(narrowed, b"".join(records[:index]), log.key) is Step.DOCUMENT
        assert not any(other in write(narrowed) for other in records)


@clause
def test_a_record_of_another_batch_is_not_proven(log, records) -> None:
    receipt = log.receive(records)
    other = [b"{}"] * len(records)
    assert failed_step(RecordReceipt(receipt=receipt, record=prove_record(other, 0)), b"{}", log.key) is Step.DOCUMENT


def test_a_record_proven_in_a_batch_of_another_size_is_refused(log, records) -> None:
    proof = prove_record(records, 0)
    bent = msgspec.structs.replace(proof, size=6)
    assert failed_step(RecordReceipt(receipt=log.receive(records), record=bent), records[0], log.key) is Step.DOCUMENT


def test_there_is_no_proof_of_a_record_outside_the_batch(records) -> None:
    with pytest.raises(ProofError):
        prove_record(records, 5)


@clause
@pytest.mark.parametrize(
    "bend",
    [
        lambda records: records[:-1],
        lambda records: [*records, records[-1]],
        lambda records: records[::-1],
        lambda records: [*records[:4], b"{}"],
        lambda _: [],
    ],
)
def test_a_batch_with_records_left_out_added_reordered_or_replaced_is_refused(
    log, records, bend: Callable[[list[bytes]], list[bytes]]
) -> None:
    assert failed_step(log.receive(records), b"\n".join(bend(records)), log.key) is Step.DOCUMENT


@clause
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("module", "0198c1de-0000-7000-8000-000000000002"),
        ("organisation", "000140000018"),
        ("first", 0),
        ("last", 6),
        ("refused", 1),
        ("received_at", "2026-03-01T09:29:59.999999Z"),
    ],
)
def test_an_entry_that_says_otherwise_is_not_in_the_log(log, records, document, field: str, value: object) -> None:
    receipt = log.receive(records)
    entry = msgspec.structs.replace(receipt.entry, **{field: value})
    assert failed_step(msgspec.structs.replace(receipt, entry=entry), document, log.key) is Step.INCLUSION


@clause
def test_a_log_that_counts_other_than_what_it_digested_is_refused(log, records, document) -> None:
    entry = msgspec.structs.replace(log.receive(records).entry, records=4, refused=1)
    edge = log.frontier.append(entry_leaf(entry))
    note = sign(Checkpoint(log.key.name, edge.size, edge.root()), [log.key])
    receipt = issue(entry, log.frontier.size, log.frontier.inclusion_of_next(), note)
    assert failed_step(receipt, document, log.key) is Step.DOCUMENT


@clause
def test_without_a_pinned_key_a_receipt_proves_nothing(log, records, document) -> None:
    assert failed_step(log.receive(records), document) is Step.SIGNATURE


@clause
def test_a_forger_with_a_log_and_a_key_of_his_own_is_refused(log, records, document) -> None:
    forged = type(log)().receive(records)
    assert failed_step(forged, document, log.key) is Step.SIGNATURE


@clause
def test_a_receipt_that_names_another_log_is_refused(log, records, document) -> None:
    bent = msgspec.structs.replace(log.receive(records), log="other.example/log")
    assert failed_step(bent, document, log.key) is Step.SIGNATURE
    assert failed_step(bent, document, log.key, SigningKey.generate("other.example/log")) is Step.SIGNATURE


@clause
def test_a_proof_against_the_head_of_another_size_is_refused(log, records, document) -> None:
    receipt, later = log.receive(records), log.receive(records)
    bent = msgspec.structs.replace(receipt, checkpoint=later.checkpoint)
    assert failed_step(bent, document, log.key) is Step.INCLUSION


def test_a_receipt_outlives_the_rotation_of_the_key(log, records, document) -> None:
    receipt = log.receive(records)
    new = SigningKey.generate(log.key.name)
    assert verify(receipt, document, [new.verifier, log.key.verifier])
    assert failed_step(receipt, document, new) is Step.SIGNATURE


def test_batches_joined_in_one_head_each_get_a_receipt(log, records, document) -> None:
    entries = [msgspec.structs.replace(log.receive(records).entry, first=n, last=n + 5) for n in range(3)]
    grown = log.frontier.grow([entry_leaf(entry) for entry in entries])
    note = sign(Checkpoint(log.key.name, grown.frontier.size, grown.frontier.root()), [log.key])
    for place, (entry, proof) in enumerate(zip(entries, grown.proofs, strict=True)):
        receipt = issue(entry, log.frontier.size + place, proof, note)
        assert verify(receipt, document, [log.key.verifier]).index == log.frontier.size + place


def test_a_batch_of_which_nothing_was_accepted_has_a_receipt_too(log) -> None:
    assert verify(log.receive([]), b"", [log.key.verifier]).entry.records == 0


def test_a_receipt_may_be_laid_out_for_people(log, records, document) -> None:
    pretty = msgspec.json.format(write(log.receive(records)), indent=2)
    assert verify(read(pretty), document, [log.key.verifier])


@clause
def test_a_document_of_any_other_kind_gets_a_receipt_over_its_bytes() -> None:
    key, document = SigningKey.generate("hub.example/log"), "карта\n".encode()
    entry = DocumentEntry(
        type="incident-card",
        number="2026-000017",
        version=2,
        organisation="000140000017",
        digest=document_digest(document),
        at=instant(datetime(2026, 3, 1, tzinfo=UTC)),
    )
    edge = Frontier().append(entry_leaf(entry))
    receipt = issue(entry, 0, [], sign(Checkpoint(key.name, 1, edge.root()), [key]))
    assert verify(read(write(receipt)), document, [key.verifier]).entry == entry
    assert failed_step(receipt, document[:-1], key) is Step.DOCUMENT
    narrowed = RecordReceipt(receipt=receipt, record=prove_record([document], 0))
    assert failed_step(narrowed, document, key) is Step.DOCUMENT


def bent_json(receipt: Receipt, **changes: object) -> bytes:
    return msgspec.json.encode(msgspec.to_builtins(receipt) | changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"version": 2},
        {"version": 2, "more": "of a version to come"},
        {"version": "1"},
        {"version": 1.0},
        {"version": None},
        {"iin": "000000000000"},
        {"index": -1},
        {"index": 1 << 53},
        {"index": True},
        {"log": None},
        {"inclusion": ["A"] * 65},
        {"entry": {"kind": "of-a-kind-to-come"}},
        {"checkpoint": "x" * (1 << 20)},
    ],
)
def test_what_is_not_a_receipt_of_this_version_is_refused_at_the_first_step(log, records, changes) -> None:
    with pytest.raises(ReceiptError) as refused:
        read(bent_json(log.receive(records), **changes))
    assert refused.value.step is Step.SHAPE


@pytest.mark.parametrize("raw", [b"", b"{}", b"[]", b"null", b"\xff", b'{"receipt":{}}', b"[" * 100_000])
def test_what_is_no_receipt_at_all_is_refused_at_the_first_step(raw: bytes) -> None:
    with pytest.raises(ReceiptError) as refused:
        read(raw)
    assert refused.value.step is Step.SHAPE


@given(st.binary(max_size=300))
def test_any_bytes_are_either_read_or_refused_with_a_diagnosis(raw: bytes) -> None:
    with pytest.raises(ReceiptError):
        read(raw)


def test_a_key_given_twice_is_refused_because_readers_would_differ(log, records) -> None:
    raw = write(log.receive(records))
    for twice in (b'"index":6', b'"records":5'):
        with pytest.raises(ReceiptError, match="twice"):
            read(raw.replace(twice, twice + b"," + twice))


def test_a_receipt_built_with_wrong_values_is_refused_as_one_read_would_be(log, records, document) -> None:
    receipt = log.receive(records)
    for changes in ({"version": 2}, {"index": 1.5}, {"index": -1}, {"log": 7}):
        assert failed_step(msgspec.structs.replace(receipt, **changes), document, log.key) is Step.SHAPE


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("module", "0198C1DE-0000-7000-8000-000000000001"),
        ("module", "0198c1de-0000-7000-8000-000000000001\n"),
        ("organisation", "00014000001"),
        ("organisation", "٠٠٠١٤٠٠٠٠٠١٧"),
        ("first", -1),
        ("last", 1 << 53),
        ("records", True),
        ("digest", "sha-256:00"),
        ("digest", "SHA-256:" + "0" * 64),
        ("received_at", "2026-03-01T09:30:00Z"),
        ("received_at", "2026-03-01t09:30:00.000000z"),
        ("received_at", "2026-03-01T14:30:00.000000+05:00"),
    ],
)
def test_an_entry_a_verifier_would_refuse_is_never_logged(log, records, field: str, value: object) -> None:
    with pytest.raises(EntryError):
        entry_hash(msgspec.structs.replace(log.receive(records).entry, **{field: value}))


@pytest.mark.parametrize(
    "changes", [{"last": 0, "first": 1}, {"received_at": "2026-02-30T00:00:00.000000Z"}, {"received_at": "soon"}]
)
def test_an_entry_that_contradicts_itself_cannot_be_made(log, records, changes) -> None:
    plain = msgspec.to_builtins(log.receive(records).entry)
    plain.pop("kind")
    with pytest.raises(EntryError):
        SignalsEntry(**plain | changes)


@clause
def test_the_log_holds_only_hashes_of_what_was_said(log, records) -> None:
    entry = log.receive(records).entry
    assert len(entry_hash(entry)) == 32
    assert entry_hash(entry) != entry_hash(msgspec.structs.replace(entry, refused=1))


def test_a_moment_is_spelt_one_way_whatever_its_zone() -> None:
    almaty = datetime(2026, 3, 1, 14, 30, tzinfo=timezone(timedelta(hours=5)))
    assert instant(almaty) == "2026-03-01T09:30:00.000000Z"
    with pytest.raises(EntryError):
        instant(datetime(2026, 3, 1))  # noqa: DTZ001 - the point is a time without a zone


def test_records_are_lines_and_an_empty_line_is_none() -> None:
    assert records_of(b"") == []
    assert records_of(b"a\nb\n") == records_of(b"a\nb") == [b"a", b"b"]
    assert records_digest([b"a", b"b"]) != records_digest([b"ab"])
    for document in (b"\n", b"a\n\nb\n", b"a\n\n"):
        with pytest.raises(EntryError):
            records_of(document)


def test_every_refusal_of_the_ledger_has_one_root_and_a_remedy() -> None:
    for kind in LedgerError.__subclasses__():
        assert kind is ReceiptError or kind("Why").diagnostics() == f"Why. {kind.remedy}"
