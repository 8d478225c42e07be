"""A hub put back from an older backup asks for the gap, and never grows a second history under the old name."""

from __future__ import annotations

import subprocess

import pytest
from psycopg.conninfo import conninfo_to_dict

from qorgan.hub.database.connection import Role, role_url
from qorgan.hub.database.log_key import read_log_key
from qorgan.hub.receipts.audit import audit

TABLES = (
    "signal_tally",
    "batch",
    "ledger_hash",
    "ledger_checkpoint",
    "ledger_state",
    "ledger_entry",
    "ledger_epoch",
    "module",
)


def back_up(hub):
    """What a backup holds: every table that intake writes, as it is now."""
    return {table: hub.rows(f"SELECT * FROM {table}") for table in (*TABLES, "signal", "signal_hash")}


def put_back(hub, backup):
    """Put the tables back as they were, as a restore does."""
    for table in ("signal", "signal_hash", *TABLES):
        kept = backup[table]
        hub.tamper(f"DELETE FROM {table}")
        for row in kept:
            values = ", ".join(["%s"] * len(row))
            hub.tamper(f"INSERT INTO {table} VALUES ({values})", *(as_json(one) for one in row))


def as_json(value):
    from psycopg.types.json import Jsonb  # noqa: PLC0415

    return Jsonb(value) if isinstance(value, dict) else value


def send(module, a_signal, *numbers):
    sent = [a_signal(number) for number in numbers]
    answer = module.send(sent)
    if answer.status_code == 200:
        module.known = module.receipt(answer, sent).checkpoint
    return answer


@pytest.mark.clause("R48I.3")
@pytest.mark.clause("R67.2")
def test_the_gap_is_asked_for_and_comes_back(intake, a_signal):
    module = intake.enrol()
    send(module, a_signal, 1, 2)
    backup = back_up(intake.hub)
    send(module, a_signal, 3)
    send(module, a_signal, 4)
    put_back(intake.hub, backup)
    answer = send(module, a_signal, 5)
    assert (answer.status_code, answer.json()["code"], answer.json()["expected"]) == (409, "sequence-gap", 3)
    for number in (3, 4, 5):
        assert send(module, a_signal, number).status_code == 200
    assert intake.hub.rows("SELECT array_agg(sequence ORDER BY sequence) FROM signal") == [([1, 2, 3, 4, 5],)]


@pytest.mark.clause("R48I.3")
def test_a_new_tree_is_opened_that_says_which_head_was_lost(intake, a_signal):
    module = intake.enrol()
    send(module, a_signal, 1)
    backup = back_up(intake.hub)
    send(module, a_signal, 2)
    lost = module.known
    put_back(intake.hub, backup)
    receipt = module.receipt(send(module, a_signal, 2), [a_signal(2)])
    assert (receipt.log, receipt.index) == ("asoi.example/test/1", 1)
    assert intake.hub.rows("SELECT epoch, start, lost FROM ledger_epoch ORDER BY epoch") == [(0, 0, ""), (1, 1, lost)]
    keys = intake.client.get("/ledger/key").text.splitlines()
    assert [key.partition("+")[0] for key in keys] == ["asoi.example/test", "asoi.example/test/1"]
    assert intake.client.get("/ledger/0/checkpoint").text.startswith("asoi.example/test\n1\n")
    assert intake.client.get("/ledger/checkpoint").text.startswith("asoi.example/test/1\n2\n")
    assert audit(role_url(intake.hub.config, Role.READ), read_log_key(intake.hub.config)).findings == []


@pytest.mark.clause("R48I.3")
def test_another_head_of_a_size_already_reached_again_opens_a_new_tree_too(intake, a_signal):
    """One module's word made the old tree grow again before another could present the lost head."""
    silent, quick = intake.enrol(), intake.enrol()
    send(quick, a_signal, 1)
    backup = back_up(intake.hub)
    send(silent, a_signal, 1)
    put_back(intake.hub, backup)
    quick.known = ""
    for number in (2, 3):
        assert send(quick, a_signal, number).status_code == 200
        quick.known = ""
    assert intake.hub.rows("SELECT epoch, size FROM ledger_state") == [(0, 3)]
    assert send(silent, a_signal, 1).status_code == 200
    assert intake.hub.rows("SELECT epoch, size FROM ledger_state") == [(1, 2)]


def test_put_back_to_before_the_last_epoch_the_name_is_not_used_again(intake, a_signal):
    module = intake.enrol()
    send(module, a_signal, 1)
    backup = back_up(intake.hub)
    send(module, a_signal, 2)
    put_back(intake.hub, backup)
    send(module, a_signal, 2)
    put_back(intake.hub, backup)
    receipt = module.receipt(send(module, a_signal, 2), [a_signal(2)])
    assert receipt.log == "asoi.example/test/2"


def test_a_head_of_another_log_or_no_head_at_all_says_nothing(intake, a_signal):
    module = intake.enrol()
    send(module, a_signal, 1)
    honest = module.known
    for known in ("garbage", honest.replace("\n1\n", "\n9\n", 1), honest.replace("asoi.example", "other.example")):
        module.known = known
        answer = module.send([a_signal(1)])
        assert answer.status_code == 200
    assert intake.hub.rows("SELECT count(*) FROM ledger_epoch") == [(1,)]


def test_the_backup_tool_of_postgresql_can_read_everything(hub):
    """pg_dump runs as a superuser: row security would stop any other role from a whole backup."""
    parts = conninfo_to_dict(hub.superuser)
    from qorgan.kit.postgres import binaries  # noqa: PLC0415

    dump = binaries._installed() / binaries.INSTALL / "bin" / "pg_dump"
    made = subprocess.run(
        [dump, "--schema-only", "-h", parts["host"], "-p", parts["port"], "-U", parts["user"], hub.database],
        env={"PGPASSWORD": str(parts["password"])},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "FORCE ROW LEVEL SECURITY" in made.stdout
