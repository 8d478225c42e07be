"""Whatever is changed behind the hub's back, the audit names the table and the row (R48I.3)."""

from __future__ import annotations

from hashlib import sha256

import pytest

from qorgan.hub.database.connection import Role, role_url
from qorgan.hub.database.log_key import read_log_key
from qorgan.hub.receipts.audit import audit
from qorgan.ledger.checkpoint import Checkpoint, sign
from qorgan.ledger.note import SigningKey

BATCHES = 4


def examine(hub):
    return audit(role_url(hub.config, Role.READ), read_log_key(hub.config))


@pytest.fixture
def filled(intake, a_signal):
    """A hub with batches of two modules, one of them with a refused record."""
    first, second = intake.enrol(), intake.enrol()
    for start in (1, 11, 21):
        sent = [a_signal(number) for number in range(start, start + 10)]
        first.receipt(first.send(sent), sent)
    answer = second.send([a_signal(1), b"{}", a_signal(3)])
    second.receipt(answer, [a_signal(1), a_signal(3)])
    return intake.hub


@pytest.mark.clause("R48I.3")
def test_what_nobody_touched_is_clean(filled):
    report = examine(filled)
    assert report.findings == []
    assert (report.entries, report.batches, report.signals, report.dropped) == (BATCHES, BATCHES, 32, 0)


def test_an_empty_hub_is_clean(hub):
    assert examine(hub).is_clean


TAMPERING = {
    "a severity lowered": ("UPDATE signal SET severity = 0 WHERE sequence = 12", "signal", "sequence=12"),
    "a source address changed": ("UPDATE signal SET source_address = '10.0.0.1' WHERE sequence = 13", "signal", "=13"),
    "a domain emptied": ("UPDATE signal SET domain = NULL WHERE sequence = 14", "signal", "sequence=14"),
    "a count changed": ("UPDATE signal SET count = 9 WHERE sequence = 15", "signal", "sequence=15"),
    "a signal given to another rule": ("UPDATE signal SET rule = rule + 1 WHERE sequence = 16", "signal", "=16"),
    "a record rewritten, its columns kept": (
        """UPDATE signal SET record = convert_to(replace(convert_from(record, 'UTF8'), 'kept', 'lost'), 'UTF8')
           WHERE sequence = 17""",
        "signal",
        "sequence=17",
    ),
    "record and column rewritten together": (
        """UPDATE signal SET severity = 1, record = convert_to(replace(convert_from(record, 'UTF8'),
           '"severity":"high"', '"severity":"low"'), 'UTF8') WHERE sequence = 18""",
        "signal",
        "sequence=18",
    ),
    "a record made unreadable": ("UPDATE signal SET record = '{' WHERE sequence = 19", "signal", "sequence=19"),
    "a signal removed": ("DELETE FROM signal WHERE sequence = 20", "signal", "sequence=11..20"),
    "a signal doubled": ("INSERT INTO signal SELECT * FROM signal WHERE sequence = 21", "signal", "21..30"),
    "a signal invented": (
        """INSERT INTO signal SELECT received_at + interval '1 second', organisation_id, module_id, 99, id, type,
           severity, action, first_seen, last_seen, count, source_address, source_port, domain, hashes, rule, record
           FROM signal WHERE sequence = 22""",
        "signal",
        "",
    ),
    "a digest's row removed": ("DELETE FROM signal_hash WHERE sequence = 23", "signal_hash", "sequence=23"),
    "a digest's row invented": ("UPDATE signal_hash SET hash = 'ff' WHERE sequence = 25", "signal_hash", "hash=ff"),
    "a tally changed": ("UPDATE signal_tally SET records = 1 WHERE position = 1", "signal_tally", "position=1"),
    "a rule renamed": ("UPDATE signal_rule SET rule_name = 'nothing to see'", "signal_rule", "id="),
    "a batch's range changed": ("UPDATE batch SET last_sequence = 21 WHERE position = 1", "batch", "position=1"),
    "a batch's count changed": ("UPDATE batch SET records = 9 WHERE position = 1", "batch", "position=1"),
    "a batch's leaves changed": ("UPDATE batch SET leaves = '' WHERE position = 1", "batch", "position=1"),
    "a receipt swapped for another": (
        "UPDATE batch SET receipt = (SELECT receipt FROM batch WHERE position = 0) WHERE position = 1",
        "batch",
        "position=1",
    ),
    "a batch removed": ("DELETE FROM batch WHERE position = 2", "batch", "position=2"),
    "a batch given to another institution": (
        "UPDATE batch SET organisation_id = (SELECT organisation_id FROM batch WHERE position = 3) WHERE position = 1",
        "batch",
        "position=1",
    ),
    "an entry given to another institution": (
        "UPDATE ledger_entry SET organisation_id = NULL WHERE position = 1",
        "ledger_entry",
        "position=1",
    ),
    "an entry rewritten": (
        """UPDATE ledger_entry SET entry = convert_to(replace(convert_from(entry, 'UTF8'), '"refused":0',
           '"refused":1'), 'UTF8') WHERE position = 1""",
        "ledger_entry",
        "position=1",
    ),
    "a leaf rewritten": ("UPDATE ledger_entry SET leaf_hash = sha256('') WHERE position = 2", "ledger_entry", "=2"),
    "an entry removed": ("DELETE FROM ledger_entry WHERE position = 1", "ledger_entry", "position=1"),
    "the last entry removed": ("DELETE FROM ledger_entry WHERE position = 3", "ledger_entry", "position=3"),
    "a head removed": ("DELETE FROM ledger_checkpoint WHERE size = 2", "ledger_checkpoint", "size=2"),
    "a head changed": (
        "UPDATE ledger_checkpoint SET note = replace(note, E'\\n2\\n', E'\\n3\\n') WHERE size = 2",
        "ledger_checkpoint",
        "size=2",
    ),
    "the edge changed": ("UPDATE ledger_state SET size = 3", "ledger_state", "id=1"),
    "a mark moved back": ("UPDATE module SET high_water = 10 WHERE high_water = 30", "module", "id="),
    "the ledger renamed": ("UPDATE ledger_epoch SET origin = 'other'", "ledger_epoch", "epoch=0"),
    "a tile's hash invented": (
        "INSERT INTO ledger_hash (epoch, level, position, hash) VALUES (0, 1, 0, sha256(''))",
        "ledger_hash",
        "level=1",
    ),
}


@pytest.mark.clause("R48I.3")
@pytest.mark.parametrize("tampering", TAMPERING)
def test_tampering_is_named(filled, tampering):
    statement, table, row = TAMPERING[tampering]
    assert filled.tamper(statement) >= 1
    findings = examine(filled).findings
    assert any(one.table == table and row in one.row for one in findings), findings


def test_a_whole_tree_forged_with_another_key_is_found(filled):
    """Whoever rewrites everything consistently still lacks the ledger's key."""
    forger = SigningKey.generate("asoi.example/test")
    text = filled.rows("SELECT note FROM ledger_checkpoint WHERE size = 2")[0][0].partition("\n\n")[0] + "\n"
    note = f"{text}\n{forger.sign(text)}\n"
    assert filled.tamper("UPDATE ledger_checkpoint SET note = %s WHERE size = 2", note) == 1
    assert [one.row for one in examine(filled).findings] == ["epoch=0 size=2"]


def test_days_that_nobody_wrote_down_as_dropped_are_tampering(filled):
    (day,) = filled.rows("SELECT DISTINCT tableoid::regclass::text FROM signal")[0]
    filled.tamper(f"DROP TABLE {day}")
    filled.tamper(f"DROP TABLE {day.replace('signal_', 'signal_hash_')}")
    report = examine(filled)
    assert report.dropped == BATCHES
    assert ("signal", "nobody wrote that they were dropped") in [
        (one.table, one.fault.rpartition("and ")[2]) for one in report.findings
    ]


@pytest.mark.clause("R48I.3")
def test_an_entry_rewritten_with_its_leaf_is_found_by_the_signed_head_alone(intake, a_signal):
    """The entry that opens an epoch has no batch and no receipt: nothing but the heads vouches for it."""
    module = intake.enrol()
    key = read_log_key(intake.hub.config).signing(0)
    module.known = str(sign(Checkpoint(key.name, 999, sha256(b"lost").digest()), [key]))
    module.receipt(module.send([a_signal(1)]), [a_signal(1)])
    assert examine(intake.hub).findings == []
    forged = """UPDATE ledger_entry SET entry = forged, leaf_hash = sha256('\\x00'::bytea || sha256(forged))
                FROM (SELECT convert_to(replace(convert_from(entry, 'UTF8'), 'T', 'T'), 'UTF8') AS forged
                      FROM ledger_entry WHERE position = 0) AS made WHERE position = 0"""
    assert intake.hub.tamper(forged) == 1
    assert examine(intake.hub).findings == [], "the forger's arithmetic is the ledger's own"
    assert intake.hub.tamper(forged.replace("'T', 'T'", "'000000000000', '260140000011'")) == 1
    assert ("ledger_entry", "position=0") in [(one.table, one.row) for one in examine(intake.hub).findings]
