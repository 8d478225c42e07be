"""A batch is stored, receipted, and stored once."""

from __future__ import annotations

import json

import pytest

from qorgan.wire.batch import SequenceRange
from qorgan.wire.record import encode


@pytest.mark.clause("R67.2")
@pytest.mark.clause("R48I.3")
def test_a_batch_is_stored_and_its_receipt_verifies_offline(intake, a_signal):
    module = intake.enrol()
    sent = [a_signal(number) for number in range(1, 6)]
    receipt = module.receipt(module.send(sent), sent)
    assert (receipt.entry.first, receipt.entry.last, receipt.entry.records) == (1, 5, 5)
    rows = intake.hub.rows(
        "SELECT sequence, type, severity, host(source_address), domain, count, organisation_id, hashes "
        "FROM signal ORDER BY sequence"
    )
    assert [row[0] for row in rows] == [1, 2, 3, 4, 5]
    assert rows[0][1:] == ("waf", 3, "203.0.113.1", "bank.example", 2, module.organisation, [f"{1:032x}"])
    assert rows[1][7] is None
    assert intake.hub.rows("SELECT hash, sequence FROM signal_hash ORDER BY sequence")[1] == (f"{3:032x}", 3)
    assert intake.hub.rows("SELECT sum(records)::int, sum(events)::int FROM signal_tally") == [(5, 11)]
    assert intake.hub.rows("SELECT high_water FROM module") == [(5,)]


def test_the_same_batch_again_gets_the_same_bytes_and_no_second_row(intake, a_signal):
    module = intake.enrol()
    sent = [a_signal(1), b'{"sequence":2,"id":"x"}', a_signal(3)]
    first, again = module.send(sent), module.send(sent)
    assert first.status_code == again.status_code == 200
    assert first.content == again.content
    assert intake.hub.rows("SELECT count(*) FROM signal") == [(2,)]
    assert intake.hub.rows("SELECT size FROM ledger_state") == [(1,)]


def test_one_bad_record_costs_only_itself_and_is_named(intake, a_signal):
    module = intake.enrol()
    bad = json.dumps({"sequence": 2, "id": "01890a5d-ac96-774b-bcce-000000000002", "iin": "990106300596"}).encode()
    answer = module.send([a_signal(1), bad, a_signal(3)])
    module.receipt(answer, [a_signal(1), a_signal(3)])
    (refused,) = answer.json()["problem"]["refused"]
    assert refused["index"] == 1
    assert refused["sequence"] == 2
    assert refused["id"].endswith("02")
    assert refused["reason"]
    assert "990106300596" not in answer.text
    assert intake.hub.rows("SELECT sequence FROM signal ORDER BY 1") == [(1,), (3,)]
    assert intake.hub.rows("SELECT high_water FROM module") == [(3,)]


@pytest.mark.parametrize(
    ("taken", "said", "code"),
    [((1, 5), (7, 8), "sequence-gap"), ((1, 5), (4, 8), "sequence-overlap"), ((1, 5), (2, 5), "sequence-conflict")],
)
def test_numbers_that_do_not_follow_on_are_told_what_is_expected(intake, a_signal, taken, said, code):
    module = intake.enrol()
    assert module.send([a_signal(number) for number in range(taken[0], taken[1] + 1)]).status_code == 200
    answer = module.send([a_signal(number) for number in range(said[0], said[1] + 1)])
    assert answer.status_code == 409
    assert (answer.json()["code"], answer.json()["expected"]) == (code, 6)
    assert intake.hub.rows("SELECT count(*) FROM signal") == [(5,)]


def test_other_records_under_numbers_already_taken_are_a_conflict(intake, a_signal):
    module = intake.enrol()
    assert module.send([a_signal(1)]).status_code == 200
    answer = module.send([a_signal(1, record="something else")])
    assert (answer.status_code, answer.json()["code"]) == (409, "sequence-conflict")


def test_a_range_of_void_numbers_is_receipted_too(intake, a_signal):
    module = intake.enrol()
    module.receipt(module.send([], SequenceRange(1, 9)), [])
    module.receipt(module.send([a_signal(10)]), [a_signal(10)])
    assert intake.hub.rows("SELECT high_water FROM module") == [(10,)]


def test_numbers_within_a_batch_only_rise(intake, a_signal):
    module = intake.enrol()
    answer = module.send([a_signal(2), a_signal(1), a_signal(2), a_signal(7)], SequenceRange(1, 5))
    reasons = {one["index"]: one["field"] for one in answer.json()["problem"]["refused"]}
    assert reasons == {1: "sequence", 2: "sequence", 3: "sequence"}
    assert intake.hub.rows("SELECT sequence FROM signal") == [(2,)]


@pytest.mark.clause("R67.4")
def test_the_organisation_comes_from_the_module_and_never_from_a_record(intake, a_signal):
    first, second = intake.enrol(), intake.enrol()
    for module in (first, second):
        assert module.send([a_signal(1)]).status_code == 200
    found = dict(intake.hub.rows("SELECT module_id::text, organisation_id FROM signal"))
    assert found == {first.module: first.organisation, second.module: second.organisation}


_SOURCES = [None, {}, {"address": "203.0.113.9"}, {"port": 443}, {"address": "2001:db8::9", "port": 0}]


@pytest.mark.clause("R67.8.1")
def test_every_column_is_what_its_line_says_whatever_else_the_line_leaves_out(intake, a_signal):
    module = intake.enrol()
    digest = {"algorithm": "md5", "value": "0" * 32}
    said = [
        (source, domain, hashes)
        for source in _SOURCES
        for domain in (None, "Bank.Example")
        for hashes in ([], [digest])
    ]
    sent = []
    for number, (source, domain, hashes) in enumerate(said, 1):
        varied = {"source": source, "url": None, "domain": domain, "hashes": hashes}
        sent.append(json.dumps(json.loads(encode(a_signal(number))) | varied).encode())
    assert "problem" not in module.send(sent, SequenceRange(1, len(sent))).json()
    stored = intake.hub.rows(
        "SELECT host(source_address), source_port, domain, hashes, record FROM signal ORDER BY sequence"
    )
    assert [(*row[:4], bytes(row[4])) for row in stored] == [
        (
            (source or {}).get("address"),
            (source or {}).get("port"),
            domain and domain.lower(),
            [one["value"] for one in hashes] or None,
            line,
        )
        for (source, domain, hashes), line in zip(said, sent, strict=True)
    ]
