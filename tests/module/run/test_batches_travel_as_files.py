"""A module that no connection leads to: batches go and receipts come as files, and the account adds up (R67.9)."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from qorgan.module.relay import outbox
from qorgan.wire.parcel import RECEIPT_SUFFIX, SUFFIX, Parcel, ParcelRefused
from qorgan.wire.parcel import read as read_parcel
from tests.module.centre import Centre
from tests.module.run.conftest import Site, eve


def one_way(site: Site) -> None:
    """Take the connection away: reading goes on, nothing is sent."""
    site.config.write_text(site.config.read_text().replace("[hub]\n", "[hub]\none_way = true\n"))


def connected(site: Site, folder: Path, centre: Centre) -> Path:
    """The configuration of the machine in between: the way to the hub, and no state."""
    config = folder / "relay.toml"
    config.write_text(f'state = "{folder}/nothing"\n[hub]\nurl = "{centre.url}"\n')
    return config


def gather(site: Site, numbers: range) -> None:
    lives = site.words().count("/health") if site.said.exists() else 0
    before = site.account().spooled if (site.state / "spool.sqlite").exists() else 0
    site.start()
    site.wait(lambda: site.words().count("/health") == lives + 1)
    site.write_lines(*map(eve, numbers))
    site.wait(lambda: site.health()["account"]["spooled"] == before + len(numbers))
    site.stop()


def export(site: Site, folder: Path) -> list[Path]:
    done = site.command("export", str(folder))
    assert done.returncode == 0, done.stderr
    return sorted(folder.glob(f"*{SUFFIX}"))


@pytest.mark.clause("R67.9")
def test_signals_reach_the_hub_and_receipts_come_back_without_any_connection(site, centre, tmp_path):
    one_way(site)
    stick = tmp_path / "stick"
    gather(site, range(1, 6))
    assert centre.requests.count("/v1/batches") == 0
    assert len(export(site, stick)) == 1
    gather(site, range(6, 9))
    assert len(export(site, stick)) == 2
    assert site.account().spooled == 8
    relay = connected(site, tmp_path, centre)
    site.config, kept = relay, site.config
    done = site.command("relay", str(stick))
    assert done.returncode == 0, done.stderr
    assert site.arrived() == list(range(1, 9))
    assert site.command("relay", str(stick)).returncode == 0
    assert site.arrived() == list(range(1, 9))
    site.config = kept
    done = site.command("import-receipts", str(stick))
    assert done.returncode == 0, done.stdout + done.stderr
    assert b"2 receipts taken" in done.stdout
    account = site.account()
    assert (account.sent, account.spooled, account.faults()) == (8, 0, [])
    done = site.command("import-receipts", str(stick))
    assert b"0 receipts taken, 2 known already" in done.stdout
    assert export(site, tmp_path / "empty") == []


def test_a_running_module_takes_the_receipts_that_a_command_has_brought(site, centre, tmp_path):
    one_way(site)
    stick = tmp_path / "stick"
    site.start()
    site.write_lines(*map(eve, range(1, 4)))
    site.wait(lambda: site.health()["account"]["spooled"] == 3)
    assert site.health()["phase"] == "one way"
    export(site, stick)
    site.config, kept = connected(site, tmp_path, centre), site.config
    assert site.command("relay", str(stick)).returncode == 0
    site.config = kept
    done = site.command("import-receipts", str(stick))
    assert b"handed to the running module" in done.stdout
    site.wait(lambda: site.health()["account"]["sent"] == 3)
    site.stop()


def test_a_file_written_twice_holds_the_same_lines_and_a_reordered_receipt_waits(site, centre, tmp_path):
    one_way(site)
    stick, again = tmp_path / "stick", tmp_path / "again"
    for start in (1, 4, 7):
        gather(site, range(start, start + 3))
        export(site, stick)
    names = [path.name for path in export(site, again)]
    assert names == [path.name for path in sorted(stick.glob(f"*{SUFFIX}"))]
    for name in names:
        first, second = (read_parcel((folder / name).read_bytes()) for folder in (stick, again))
        assert first.body == second.body
    site.config, kept = connected(site, tmp_path, centre), site.config
    receipts = tmp_path / "receipts"
    assert site.command("relay", str(stick), "--receipts", str(receipts)).returncode == 0
    site.config = kept
    early, late = tmp_path / "early", tmp_path / "late"
    early.mkdir()
    late.mkdir()
    first, *others = sorted(receipts.glob(f"*{RECEIPT_SUFFIX}"))
    for path in others:
        shutil.copy(path, early)
    shutil.copy(first, late)
    done = site.command("import-receipts", str(early))
    assert b"0 receipts taken, 0 known already, 2 wait" in done.stdout
    assert site.account().sent == 0
    done = site.command("import-receipts", str(late))
    assert b"3 receipts taken" in done.stdout
    account = site.account()
    assert (account.sent, account.spooled, account.faults()) == (9, 0, [])


def test_a_file_that_is_cut_or_changed_is_named_and_the_others_arrive(site, centre, tmp_path):
    one_way(site)
    stick = tmp_path / "stick"
    for start in (1, 4):
        gather(site, range(start, start + 3))
        export(site, stick)
    _, second = sorted(stick.glob(f"*{SUFFIX}"))
    whole = second.read_bytes()
    second.write_bytes(whole[:-7])
    site.config, kept = connected(site, tmp_path, centre), site.config
    done = site.command("relay", str(stick))
    assert done.returncode == 1
    assert second.name.encode() in done.stdout
    assert b"it is cut" in done.stdout
    assert site.arrived() == [1, 2, 3]
    second.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    done = site.command("relay", str(stick))
    assert b"the hub refuses it" in done.stdout
    second.write_bytes(whole)
    assert site.command("relay", str(stick)).returncode == 0
    assert site.arrived() == [1, 2, 3, 4, 5, 6]
    receipt = sorted(stick.glob(f"*{RECEIPT_SUFFIX}"))[1]
    receipt.write_bytes(receipt.read_bytes()[:-20])
    site.config = kept
    done = site.command("import-receipts", str(stick))
    assert done.returncode == 1
    assert receipt.name.encode() in done.stdout
    assert b"1 receipts taken" in done.stdout
    assert site.account().faults() == []


def test_a_receipt_of_another_batch_proves_nothing(site, centre, tmp_path):
    one_way(site)
    stick = tmp_path / "stick"
    gather(site, range(1, 4))
    export(site, stick)
    site.config, kept = connected(site, tmp_path, centre), site.config
    assert site.command("relay", str(stick)).returncode == 0
    site.config = kept
    (receipt,) = stick.glob(f"*{RECEIPT_SUFFIX}")
    receipt.write_text(receipt.read_text().replace('"records":3', '"records":2'))
    done = site.command("import-receipts", str(stick))
    assert done.returncode == 1
    assert b"something else than this batch" in done.stdout
    assert site.account().spooled == 3


@pytest.mark.parametrize("seed", range(40))
def test_no_file_of_rubbish_is_taken_for_a_batch(seed):
    chance = random.Random(seed)
    whole = Parcel(headers={"Qorgan-Module": "m", "Qorgan-Sequence": "1-2"}, body=chance.randbytes(300)).write()
    assert read_parcel(whole).write() == whole
    cut = whole[: chance.randrange(len(whole))]
    with pytest.raises(ParcelRefused):
        read_parcel(cut)
    with pytest.raises(ParcelRefused):
        read_parcel(whole + b"x")
    with pytest.raises(ParcelRefused):
        read_parcel(chance.randbytes(200))


def test_a_full_stick_leaves_no_half_file_and_says_so(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(outbox.RelayRefused, match="free its space"):
        outbox.put(tmp_path / "file" / "batch", b"content")
    assert not list(tmp_path.glob("**/*.part"))
