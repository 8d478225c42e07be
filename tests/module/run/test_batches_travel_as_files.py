"""A module that no connection leads to: batches go and receipts come as files, and the account adds up (R67.9)."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from qorgan.ledger.canonical import to_base64
from qorgan.ledger.note import SigningKey
from qorgan.module import hub_key
from qorgan.module.relay import outbox
from qorgan.wire.package import key_note
from qorgan.wire.parcel import RECEIPT_SUFFIX, SUFFIX, Parcel, ParcelRefused, check_whole, is_sealed, open_sealed, seal
from qorgan.wire.parcel import read as read_parcel
from tests.module.centre import ORIGIN, Centre
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
        first, second = (open_sealed((folder / name).read_bytes(), centre.sealing, ORIGIN) for folder in (stick, again))
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


def a_parcel(body: bytes = b"lines of a batch") -> Parcel:
    return Parcel(headers={"Qorgan-Module": "m", "Qorgan-Sequence": "1-2"}, body=body)


def sealed_to(key: X25519PrivateKey, parcel: Parcel, audience: str = ORIGIN) -> bytes:
    return seal(parcel, to_base64(key.public_key().public_bytes_raw()), audience)


@pytest.mark.clause("R67.9")
def test_whoever_finds_the_stick_reads_nothing_and_no_other_hub_can(site, centre, tmp_path):
    one_way(site)
    gather(site, range(1, 4))
    (path,) = export(site, tmp_path / "stick")
    whole = path.read_bytes()
    assert is_sealed(whole)
    assert site.state.joinpath("identity.json").exists()
    for telling in (b"Qorgan-Sequence", b"Signature", b"Content-Type", centre.module.encode(), ORIGIN.encode()):
        assert telling not in whole
    assert open_sealed(whole, centre.sealing, ORIGIN).module == centre.module
    for key, audience in ((X25519PrivateKey.generate(), ORIGIN), (centre.sealing, "another.example/hub")):
        with pytest.raises(ParcelRefused, match="sealed for another hub"):
            open_sealed(whole, key, audience)


@pytest.mark.clause("R67.9")
def test_no_bit_of_a_sealed_file_can_be_changed():
    key = X25519PrivateKey.generate()
    parcel = a_parcel()
    whole = sealed_to(key, parcel)
    assert open_sealed(whole, key, ORIGIN) == parcel
    for place in range(len(whole)):
        for bit in range(8):
            changed = bytearray(whole)
            changed[place] ^= 1 << bit
            with pytest.raises(ParcelRefused):
                open_sealed(bytes(changed), key, ORIGIN)
            with pytest.raises(ParcelRefused):
                read_parcel(bytes(changed))


@pytest.mark.parametrize("seed", range(40))
def test_a_sealed_file_that_is_cut_or_grown_says_so_to_whoever_carries_it(seed):
    chance = random.Random(seed)
    whole = sealed_to(X25519PrivateKey.generate(), a_parcel(chance.randbytes(300)))
    assert check_whole(whole)
    for wrong in (whole[: chance.randrange(len(whole))], whole + b"x", chance.randbytes(200)):
        with pytest.raises(ParcelRefused):
            check_whole(wrong)


def test_a_module_without_the_key_is_told_and_gets_it_with_the_receipts(site, centre, tmp_path):
    one_way(site)
    gather(site, range(1, 3))
    key = site.state / hub_key.FILE
    key.unlink()
    done = site.command("export", str(tmp_path / "stick"))
    assert done.returncode == 2
    assert b"import-receipts" in done.stderr
    site.config, kept = connected(site, tmp_path, centre), site.config
    assert site.command("relay", str(tmp_path / "stick")).returncode == 0
    site.config = kept
    brought = tmp_path / "stick" / hub_key.FILE
    true = brought.read_text()
    brought.write_text(
        key_note(X25519PrivateKey.generate().public_key().public_bytes_raw(), SigningKey.generate(ORIGIN))
    )
    done = site.command("import-receipts", str(tmp_path / "stick"))
    assert (done.returncode, key.exists()) == (2, False)
    assert b"pinned key" in done.stderr
    brought.write_text(true)
    assert site.command("import-receipts", str(tmp_path / "stick")).returncode == 0
    assert len(export(site, tmp_path / "stick")) == 1
