"""The hub is away for a while, or comes back from an older backup: the module fills what is missing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from qorgan.kit.postgres import Cluster
from tests.faults.line import Line, qorgan, until


@pytest.mark.clause("R67.9")
def test_what_is_found_while_the_hub_is_away_arrives_in_order_when_it_is_back(line: Line) -> None:
    line.start_module()
    line.write(50)
    until(lambda: line.stored_count() == 50, 30, "the first alerts are in the hub")
    line.stop_hub()
    line.write(500)
    line.start_hub()
    until(lambda: line.stored_count() == 550, 90, "what waited is in the hub")
    with line.database() as connection:
        rows = connection.execute(
            "SELECT s.sequence, r.rule_id::int FROM signal s JOIN signal_rule r ON r.id = s.rule ORDER BY s.sequence"
        ).fetchall()
    assert [rule for _, rule in rows] == list(range(1, 551))


@pytest.mark.clause("R67.9")
@pytest.mark.clause("R48I.3")
def test_a_hub_put_back_from_an_older_backup_asks_for_the_gap(line: Line, tmp_path: Path) -> None:
    line.start_module()
    line.write(100)
    until(lambda: line.stored_count() == 100, 30, "the first alerts are in the hub")
    line.stop_hub()
    data = Cluster(line.folder / "hub" / "postgres").home.data
    backup = tmp_path / "backup"
    shutil.copytree(data, backup, symlinks=True)
    line.start_hub()
    line.write(150)
    until(lambda: line.stored_count() == 250, 60, "later alerts are in the hub too")
    line.stop_hub()
    owner = data.stat()
    shutil.rmtree(data)
    shutil.copytree(backup, data, symlinks=True)
    for path in (data, *data.rglob("*")):
        shutil.chown(path, owner.st_uid, owner.st_gid)
    line.start_hub()
    line.write(10)
    until(lambda: line.stored_count() == 260, 120, "the module has sent again what the hub lost")
    stored = line.stored()
    assert set(stored) == set(range(1, 261))
    assert set(stored.values()) == {1}
    qorgan("hub", "audit", "--config", str(line.hub_config))
    with line.database() as connection:
        epochs = connection.execute("SELECT count(*) FROM ledger_epoch").fetchone()
    # The old tree had promised more than the backup knows: a new one was begun, and says so.
    assert epochs == (2,)
